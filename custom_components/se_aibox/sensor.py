"""Whom a capture device saw last."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import override

from homeassistant.components.sensor import (
    RestoreSensor,
    SensorDeviceClass,
    SensorEntityDescription,
)
from homeassistant.const import MAX_LENGTH_STATE_STATE, STATE_UNAVAILABLE, STATE_UNKNOWN
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .aibox.models import PersonType, Recognition
from .coordinator import SeAiBoxConfigEntry
from .entity import CaptureDeviceEntity, async_add_per_capture_device

PARALLEL_UPDATES = 0

_RESERVED = frozenset({STATE_UNAVAILABLE, STATE_UNKNOWN, PersonType.STRANGER})


@dataclass(frozen=True, kw_only=True)
class CaptureDeviceSensorDescription(SensorEntityDescription):
    """Describes a sensor that reads the last recognition."""

    value_of: Callable[[Recognition], str | datetime]


def person_state(recognition: Recognition) -> str:
    """Return a person's name as a state can hold it, `stranger` where nobody matched.

    A name that Home Assistant or we give a meaning of our own is quoted; nobody becomes known by being called so.
    """
    if not recognition.matched:
        return PersonType.STRANGER.value
    name = recognition.identity_name or ""
    name = name if name.strip() else str(recognition.identity_id)
    name = f'"{name}"' if name in _RESERVED else name
    return name[:MAX_LENGTH_STATE_STATE]


SENSORS = (
    CaptureDeviceSensorDescription(
        key="last_person",
        translation_key="last_person",
        value_of=person_state,
    ),
    CaptureDeviceSensorDescription(
        key="last_recognition",
        translation_key="last_recognition",
        device_class=SensorDeviceClass.TIMESTAMP,
        value_of=lambda recognition: recognition.occurred_at,
    ),
    CaptureDeviceSensorDescription(
        key="last_person_type",
        translation_key="last_person_type",
        device_class=SensorDeviceClass.ENUM,
        options=[person_type.value for person_type in PersonType],
        value_of=lambda recognition: recognition.person_type.value,
    ),
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: SeAiBoxConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up the sensors of each capture device."""
    async_add_per_capture_device(
        entry,
        async_add_entities,
        lambda device: (
            CaptureDeviceSensor(entry.runtime_data, device, description)
            for description in SENSORS
        ),
    )


class CaptureDeviceSensor(CaptureDeviceEntity, RestoreSensor):
    """A sensor of the last recognition; it comes back after a restart with its value."""

    entity_description: CaptureDeviceSensorDescription

    @override
    async def async_added_to_hass(self) -> None:
        """Restore the value that was true when Home Assistant stopped."""
        await super().async_added_to_hass()
        if (restored := await self.async_get_last_sensor_data()) is not None:
            self._attr_native_value = restored.native_value
        self._read()

    def _read(self) -> None:
        if self.last is not None:
            self._attr_native_value = self.entity_description.value_of(self.last)

    @override
    def _handle_coordinator_update(self) -> None:
        """Take the value of a new recognition."""
        self._read()
        super()._handle_coordinator_update()
