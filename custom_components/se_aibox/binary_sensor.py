"""Binary sensors for connections, recent faces and occupied sites."""

from datetime import datetime
from typing import override

from homeassistant.components.binary_sensor import (
    BinarySensorDeviceClass,
    BinarySensorEntity,
    BinarySensorEntityDescription,
)
from homeassistant.const import EntityCategory
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.helpers.event import async_call_later

from .aibox.models import Recognition
from .coordinator import SeAiBoxConfigEntry
from .entity import (
    BoxEntity,
    CaptureDeviceEntity,
    SiteEntity,
    async_add_per_capture_device,
)
from .site.presence import is_site_entry

PARALLEL_UPDATES = 0

CONNECTION = BinarySensorEntityDescription(
    key="connection",
    translation_key="connection",
    device_class=BinarySensorDeviceClass.CONNECTIVITY,
    entity_category=EntityCategory.DIAGNOSTIC,
)

ONLINE = BinarySensorEntityDescription(
    key="online",
    translation_key="online",
    device_class=BinarySensorDeviceClass.CONNECTIVITY,
    entity_category=EntityCategory.DIAGNOSTIC,
)

# No device class: a box may report a person once and stay silent while they stand
# there. Disabled by default: each face would add two rows to the logbook, the second
# one long after the person left.
RECENTLY_SEEN = BinarySensorEntityDescription(
    key="recently_seen",
    translation_key="recently_seen",
    entity_registry_enabled_default=False,
)

OCCUPIED = BinarySensorEntityDescription(
    key="occupied",
    translation_key="occupied",
    device_class=BinarySensorDeviceClass.OCCUPANCY,
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: SeAiBoxConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up the binary sensors of a box or of a site."""
    if is_site_entry(entry):
        async_add_entities([OccupiedBinarySensor(entry.runtime_data, OCCUPIED)])
        return
    coordinator = entry.runtime_data
    async_add_entities([ConnectionBinarySensor(coordinator, CONNECTION)])
    async_add_per_capture_device(
        entry,
        async_add_entities,
        lambda device: [RecentlySeenBinarySensor(coordinator, device, RECENTLY_SEEN)],
    )
    async_add_per_capture_device(
        entry,
        async_add_entities,
        lambda device: [OnlineBinarySensor(coordinator, device, ONLINE)],
        # Only those that the box reports on.
        lambda device: device.capture_device_id in coordinator.data.online,
    )


class ConnectionBinarySensor(BoxEntity, BinarySensorEntity):
    """On while recognitions can be received."""

    @property
    @override
    def available(self) -> bool:
        """Return True, also without a connection."""
        return True

    @property
    @override
    def is_on(self) -> bool:
        """Return whether the event socket is open."""
        return self.coordinator.data.connected


class RecentlySeenBinarySensor(CaptureDeviceEntity, BinarySensorEntity):
    """On for a while after each face.

    Off after a reconnect: a face from before it is no reason to act.
    """

    _attr_is_on = False
    _read_of: Recognition | None = None
    _stop_waiting: CALLBACK_TYPE | None = None

    @property
    @override
    def available(self) -> bool:
        """Return whether faces can be received."""
        return super().available and self.coordinator.data.connected

    @override
    async def async_added_to_hass(self) -> None:
        """Handle a face received while the entity was being added."""
        await super().async_added_to_hass()
        self.async_on_remove(self._turn_off)
        self._read()

    @callback
    @override
    def _handle_coordinator_update(self) -> None:
        """Handle a new face or the loss of the connection."""
        self._read()
        super()._handle_coordinator_update()

    @callback
    def _read(self) -> None:
        if self.last is None or not self.coordinator.data.connected:
            self._turn_off()
        elif self.last is not self._read_of:
            self._turn_off()
            self._attr_is_on = True
            self._stop_waiting = async_call_later(
                self.hass,
                self.coordinator.options.hold_time,
                self._async_hold_time_over,
            )
        self._read_of = self.last

    @callback
    def _turn_off(self) -> None:
        if self._stop_waiting is not None:
            self._stop_waiting()
        self._stop_waiting = None
        self._attr_is_on = False

    @callback
    def _async_hold_time_over(self, _now: datetime) -> None:
        self._turn_off()
        self.async_write_ha_state()


class OnlineBinarySensor(CaptureDeviceEntity, BinarySensorEntity):
    """On while the box reaches the capture device, by its own reports."""

    _state_follows_recognitions = False

    @property
    @override
    def available(self) -> bool:
        """Return whether the box reported on it lately."""
        return (
            super().available
            and self.coordinator.data.connected
            and self.is_on is not None
        )

    @property
    @override
    def is_on(self) -> bool | None:
        """Return what the box reported lately."""
        return self.coordinator.data.online.get(self._capture_device_id)


class OccupiedBinarySensor(SiteEntity, BinarySensorEntity):
    """On while anybody is inside."""

    @property
    @override
    def is_on(self) -> bool:
        """Return whether anybody is inside."""
        return self._site.count > 0
