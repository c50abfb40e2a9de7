"""Whether a box is connected, and whether a capture device saw somebody just now."""

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
from .entity import BoxEntity, CaptureDeviceEntity, async_add_per_capture_device

PARALLEL_UPDATES = 0

CONNECTION = BinarySensorEntityDescription(
    key="connection",
    translation_key="connection",
    device_class=BinarySensorDeviceClass.CONNECTIVITY,
    entity_category=EntityCategory.DIAGNOSTIC,
)

# No device class: a box may report a person once and stay silent while they stand there. Off until somebody wants it:
# each face would make two rows in the logbook, one of them when it is long gone.
RECENTLY_SEEN = BinarySensorEntityDescription(
    key="recently_seen",
    translation_key="recently_seen",
    entity_registry_enabled_default=False,
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: SeAiBoxConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up the binary sensors of a box and of each capture device."""
    coordinator = entry.runtime_data
    async_add_entities([ConnectionBinarySensor(coordinator, CONNECTION)])
    async_add_per_capture_device(
        entry,
        async_add_entities,
        lambda device: [RecentlySeenBinarySensor(coordinator, device, RECENTLY_SEEN)],
    )


class ConnectionBinarySensor(BoxEntity, BinarySensorEntity):
    """On while recognitions can arrive."""

    @property
    @override
    def available(self) -> bool:
        """Always: it is the one that tells."""
        return True

    @property
    @override
    def is_on(self) -> bool:
        """Whether the event socket is open."""
        return self.coordinator.data.connected


class RecentlySeenBinarySensor(CaptureDeviceEntity, BinarySensorEntity):
    """On for a while after each face.

    Off when the box comes back: whoever was seen before it went away is no reason to act.
    """

    _attr_is_on = False
    _known: Recognition | None = None
    _stop_waiting: CALLBACK_TYPE | None = None

    @property
    @override
    def available(self) -> bool:
        """Whether faces can arrive."""
        return super().available and self.coordinator.data.connected

    @override
    async def async_added_to_hass(self) -> None:
        """Look at what came while the entity was on its way."""
        await super().async_added_to_hass()
        self.async_on_remove(self._forget)
        self._read()

    @callback
    @override
    def _handle_coordinator_update(self) -> None:
        """Notice a new face, and the loss of the connection."""
        self._read()
        super()._handle_coordinator_update()

    @callback
    def _read(self) -> None:
        if self.last is None or not self.coordinator.data.connected:
            self._forget()
        elif self.last is not self._known:
            self._forget()
            self._attr_is_on = True
            self._stop_waiting = async_call_later(
                self.hass, self.coordinator.options.hold_time, self._async_time_is_up
            )
        self._known = self.last

    @callback
    def _forget(self) -> None:
        if self._stop_waiting is not None:
            self._stop_waiting()
        self._stop_waiting = None
        self._attr_is_on = False

    @callback
    def _async_time_is_up(self, _now: datetime) -> None:
        self._forget()
        self.async_write_ha_state()
