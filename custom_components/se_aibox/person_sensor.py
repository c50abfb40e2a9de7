"""Where and when a followed person was seen last."""

from abc import abstractmethod
from datetime import datetime
from typing import override

from homeassistant.components.sensor import (
    RestoreSensor,
    SensorDeviceClass,
    SensorEntityDescription,
)
from homeassistant.const import MAX_LENGTH_STATE_STATE, STATE_UNAVAILABLE, STATE_UNKNOWN
from homeassistant.core import callback
from homeassistant.helpers.dispatcher import async_dispatcher_connect

from .people.following import People, Sighting
from .person_entity import PersonEntity

LAST_SEEN_AT = SensorEntityDescription(
    key="last_seen_at", translation_key="last_seen_at"
)
LAST_SEEN = SensorEntityDescription(
    key="last_seen",
    translation_key="last_seen",
    device_class=SensorDeviceClass.TIMESTAMP,
)


class PersonSensor(PersonEntity, RestoreSensor):
    """A sensor of the last sighting; it comes back after a restart with its value."""

    @override
    async def async_added_to_hass(self) -> None:
        """Restore the value, then listen."""
        await super().async_added_to_hass()
        if (restored := await self.async_get_last_sensor_data()) is not None:
            self._attr_native_value = restored.native_value
        self.async_on_remove(
            async_dispatcher_connect(
                self.hass,
                self._people.signal_state(self._subentry_id),
                self._handle_sighting,
            )
        )

    @callback
    def _handle_sighting(self, sighting: Sighting) -> None:
        self._read(sighting)
        self.async_write_ha_state()

    @abstractmethod
    def _read(self, sighting: Sighting) -> None:
        """Take the value of a sighting."""


class LastSeenAt(PersonSensor):
    """The name of the capture device that saw the person last."""

    def __init__(self, people: People, subentry_id: str) -> None:
        """Take its place on the person's device."""
        super().__init__(people, subentry_id, LAST_SEEN_AT)

    @override
    def _read(self, sighting: Sighting) -> None:
        place = sighting.place
        if place in (STATE_UNAVAILABLE, STATE_UNKNOWN):
            place = f'"{place}"'
        self._attr_native_value = place[:MAX_LENGTH_STATE_STATE]


class LastSeen(PersonSensor):
    """When the person was seen last: never backward, though the clocks of boxes differ, and never in the future."""

    def __init__(self, people: People, subentry_id: str) -> None:
        """Take its place on the person's device."""
        super().__init__(people, subentry_id, LAST_SEEN)

    @override
    async def async_added_to_hass(self) -> None:
        """Listen to what is learned late, too."""
        await super().async_added_to_hass()
        self.async_on_remove(
            async_dispatcher_connect(
                self.hass,
                self._people.signal_recovered(self._subentry_id),
                self._handle_recovered,
            )
        )

    @callback
    def _handle_recovered(self, seen_at: datetime) -> None:
        self._move(seen_at)
        self.async_write_ha_state()

    @override
    def _read(self, sighting: Sighting) -> None:
        self._move(sighting.seen_at)

    def _move(self, seen_at: datetime) -> None:
        before = self._attr_native_value
        self._attr_native_value = (
            max(before, seen_at) if isinstance(before, datetime) else seen_at
        )
