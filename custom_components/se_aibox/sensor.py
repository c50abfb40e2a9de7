"""Whom a capture device saw last and how many; the box's own sensors stand in box_sensor.py."""

from abc import abstractmethod
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import override

from homeassistant.components.sensor import (
    RestoreSensor,
    SensorDeviceClass,
    SensorEntity,
    SensorEntityDescription,
    SensorStateClass,
)
from homeassistant.const import MAX_LENGTH_STATE_STATE, STATE_UNAVAILABLE, STATE_UNKNOWN
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.helpers.restore_state import ExtraStoredData, RestoreEntity
from homeassistant.helpers.typing import StateType
from homeassistant.util import dt as dt_util

from .aibox.models import CaptureDevice, PersonType, Recognition
from .box_sensor import box_sensors
from .coordinator import SeAiBoxConfigEntry, SeAiBoxCoordinator
from .entity import CaptureDeviceEntity, async_add_per_capture_device
from .people.following import is_people_entry
from .person_entity import async_add_per_person
from .person_sensor import LastSeen, LastSeenAt

PARALLEL_UPDATES = 0

_RESERVED = frozenset({STATE_UNAVAILABLE, STATE_UNKNOWN, PersonType.STRANGER})


@dataclass(frozen=True, kw_only=True)
class CaptureDeviceSensorDescription(SensorEntityDescription):
    """Describes a sensor that reads the last recognition."""

    value_of: Callable[[Recognition], StateType]


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


# A state that changes with a face is a row in the logbook. Beside our own row and the event entity's, a third is
# left for one of these: what the event entity tells as well is off until somebody wants it.
SENSORS = (
    CaptureDeviceSensorDescription(
        key="last_person",
        translation_key="last_person",
        value_of=person_state,
    ),
    CaptureDeviceSensorDescription(
        key="last_person_type",
        translation_key="last_person_type",
        device_class=SensorDeviceClass.ENUM,
        options=[person_type.value for person_type in PersonType],
        entity_registry_enabled_default=False,
        value_of=lambda recognition: recognition.person_type.value,
    ),
    # No unit: the scale is the box's own.
    CaptureDeviceSensorDescription(
        key="last_score",
        translation_key="last_score",
        state_class=SensorStateClass.MEASUREMENT,
        suggested_display_precision=2,
        entity_registry_enabled_default=False,
        value_of=lambda recognition: recognition.score,
    ),
)

LAST_RECOGNITION = SensorEntityDescription(
    key="last_recognition",
    translation_key="last_recognition",
    device_class=SensorDeviceClass.TIMESTAMP,
    entity_registry_enabled_default=False,
)

# Not total_increasing: a count that lost some minutes in a power cut would be taken for a new meter.
RECOGNITIONS = SensorEntityDescription(
    key="recognitions",
    translation_key="recognitions",
    state_class=SensorStateClass.TOTAL,
    suggested_display_precision=0,
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: SeAiBoxConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up the sensors of a box and of each capture device, or of each followed person."""
    if is_people_entry(entry):
        async_add_per_person(entry, async_add_entities, LastSeenAt, LastSeen)
        return
    coordinator = entry.runtime_data
    async_add_entities(box_sensors(coordinator))
    coordinator.polls.async_start()
    async_add_per_capture_device(
        entry,
        async_add_entities,
        lambda device: (
            *(CaptureDeviceSensor(coordinator, device, item) for item in SENSORS),
            LastRecognition(coordinator, device, LAST_RECOGNITION),
            RecognitionCounter(coordinator, device, RECOGNITIONS),
        ),
    )


class RestoredSensor(CaptureDeviceEntity, RestoreSensor):
    """A sensor that comes back after a restart with its value."""

    @override
    async def async_added_to_hass(self) -> None:
        """Restore the value that was true when Home Assistant stopped."""
        await super().async_added_to_hass()
        if (restored := await self.async_get_last_sensor_data()) is not None:
            self._attr_native_value = restored.native_value
        self._read()

    @abstractmethod
    def _read(self) -> None:
        """Take the value of what the coordinator knows."""

    @override
    def _handle_coordinator_update(self) -> None:
        """Take what is new."""
        self._read()
        super()._handle_coordinator_update()


class CaptureDeviceSensor(RestoredSensor):
    """A sensor of the last live recognition."""

    entity_description: CaptureDeviceSensorDescription

    @override
    def _read(self) -> None:
        if self.last is not None:
            self._attr_native_value = self.entity_description.value_of(self.last)


class LastRecognition(RestoredSensor):
    """When somebody was seen last, also where that was learned late; what was recovered moves it forward only."""

    _read_of: Recognition | None = None

    @override
    def _read(self) -> None:
        if (at := self.coordinator.data.seen_at.get(self._capture_device_id)) is None:
            return
        before = self._attr_native_value
        if (
            self.last is not self._read_of
            or not isinstance(before, datetime)
            or at > before
        ):
            self._attr_native_value = at
        self._read_of = self.last


@dataclass(frozen=True, slots=True)
class StoredCount(ExtraStoredData):
    """How many recognitions there were, and since when they are counted."""

    count: int
    since: str

    @override
    def as_dict(self) -> dict[str, int | str]:
        """Return what the store keeps."""
        return asdict(self)


class RecognitionCounter(CaptureDeviceEntity, SensorEntity, RestoreEntity):
    """Counts recognitions for good: what was counted before a restart, and what came since."""

    def __init__(
        self,
        coordinator: SeAiBoxCoordinator,
        device: CaptureDevice,
        description: SensorEntityDescription,
    ) -> None:
        """Start from nothing."""
        super().__init__(coordinator, device, description)
        self._attr_last_reset = dt_util.utcnow()
        # A capture device that left and came back was counted by another entity until now.
        self._before = -self._since_start

    @property
    def _since_start(self) -> int:
        return self.coordinator.data.counted.get(self._capture_device_id, 0)

    @override
    async def async_added_to_hass(self) -> None:
        """Go on from where the count was."""
        await super().async_added_to_hass()
        if (restored := await self.async_get_last_extra_data()) is None:
            return
        stored = restored.as_dict()
        since = dt_util.parse_datetime(str(stored.get("since")))
        if isinstance(count := stored.get("count"), int) and since is not None:
            self._before += count
            self._attr_last_reset = since

    @property
    @override
    def native_value(self) -> int:
        """How many recognitions there were."""
        return self._before + self._since_start

    @property
    @override
    def extra_restore_state_data(self) -> StoredCount:
        """What to go on from."""
        return StoredCount(self.native_value, str(self.last_reset))
