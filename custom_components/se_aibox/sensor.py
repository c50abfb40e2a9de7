"""Sensors of boxes, capture devices, followed people and sites.

Over 400 lines, because Home Assistant has one file for each platform: first the tables
of descriptions, then the sensors of boxes, capture devices, people and sites.
"""

from abc import abstractmethod
from collections.abc import Callable, Set as AbstractSet
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import override

from homeassistant.components.sensor import (
    RestoreSensor,
    SensorDeviceClass,
    SensorEntity,
    SensorEntityDescription,
    SensorStateClass,
)
from homeassistant.const import (
    MAX_LENGTH_STATE_STATE,
    PERCENTAGE,
    REVOLUTIONS_PER_MINUTE,
    STATE_UNAVAILABLE,
    STATE_UNKNOWN,
    EntityCategory,
    UnitOfTemperature,
)
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.helpers.restore_state import ExtraStoredData, RestoreEntity
from homeassistant.helpers.typing import StateType
from homeassistant.util import dt as dt_util

from .aibox.models import (
    BoxHealth,
    CaptureDevice,
    PassMode,
    PeopleCount,
    PersonType,
    Recognition,
)
from .box.polls import BoxPoll
from .coordinator import SeAiBoxConfigEntry, SeAiBoxCoordinator
from .entity import (
    BoxEntity,
    CaptureDeviceEntity,
    FaceEntity,
    PersonEntity,
    RollCallEntity,
    SiteEntity,
    async_add_per_capture_device,
    async_add_per_person,
)
from .people.following import is_people_entry
from .recognition.sighting import Sighting
from .site.presence import is_site_entry

PARALLEL_UPDATES = 0

_NO_VALUE = frozenset({STATE_UNAVAILABLE, STATE_UNKNOWN})
# The box reports its uptime in whole minutes, so two answers may differ by one minute
# and by the time they were on the way.
_LAST_BOOT_TOLERANCE = timedelta(minutes=2)


@dataclass(frozen=True, kw_only=True)
class PollSensorDescription[T](SensorEntityDescription):
    """Describes a sensor that reads the answer to a poll."""

    value_of: Callable[[T], StateType | datetime]


@dataclass(frozen=True, kw_only=True)
class CaptureDeviceSensorDescription(SensorEntityDescription):
    """Describes a sensor that reads the last recognition."""

    value_of: Callable[[Recognition], StateType]


type _Health = PollSensorDescription[BoxHealth]


def _temperature(
    key: str, value_of: Callable[[BoxHealth], float | None], *, enabled: bool = True
) -> _Health:
    return PollSensorDescription(
        key=key,
        translation_key=key,
        device_class=SensorDeviceClass.TEMPERATURE,
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=enabled,
        native_unit_of_measurement=UnitOfTemperature.CELSIUS,
        state_class=SensorStateClass.MEASUREMENT,
        suggested_display_precision=1,
        value_of=value_of,
    )


def _usage(key: str, value_of: Callable[[BoxHealth], float | None]) -> _Health:
    return PollSensorDescription(
        key=key,
        translation_key=key,
        entity_category=EntityCategory.DIAGNOSTIC,
        native_unit_of_measurement=PERCENTAGE,
        state_class=SensorStateClass.MEASUREMENT,
        suggested_display_precision=0,
        value_of=value_of,
    )


HEALTH_SENSORS: tuple[_Health, ...] = (
    _temperature("core_temperature", lambda health: health.core_temperature),
    _temperature(
        "board_temperature", lambda health: health.board_temperature, enabled=False
    ),
    _usage("cpu_usage", lambda health: health.cpu_usage),
    _usage("tpu_usage", lambda health: health.tpu_usage),
    _usage("memory_usage", lambda health: health.memory_usage),
    _usage("storage_usage", lambda health: health.storage_usage),
    PollSensorDescription(
        key="fan_speed",
        translation_key="fan_speed",
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        native_unit_of_measurement=REVOLUTIONS_PER_MINUTE,
        state_class=SensorStateClass.MEASUREMENT,
        suggested_display_precision=0,
        value_of=lambda health: health.fan_speed,
    ),
)

LAST_BOOT: _Health = PollSensorDescription(
    key="last_boot",
    translation_key="last_boot",
    device_class=SensorDeviceClass.UPTIME,
    entity_category=EntityCategory.DIAGNOSTIC,
    value_of=lambda health: health.last_boot,
)

PASS_MODE: PollSensorDescription[PassMode | None] = PollSensorDescription(
    key="pass_mode",
    translation_key="pass_mode",
    device_class=SensorDeviceClass.ENUM,
    options=[mode.value for mode in PassMode],
    value_of=lambda mode: mode and mode.value,
)


# No unit: it would repeat the name.
ENROLLED_PEOPLE: PollSensorDescription[PeopleCount] = PollSensorDescription(
    key="enrolled_people",
    translation_key="enrolled_people",
    state_class=SensorStateClass.MEASUREMENT,
    suggested_display_precision=0,
    value_of=lambda count: count.people,
)


def person_state(recognition: Recognition) -> str:
    """Return a person's name as a valid state, or `stranger` without a match.

    Without a name it is the identity id. A name that is also a state with a meaning is
    quoted, so that a person who happens to be called "unknown" or "stranger" can be
    distinguished.
    """
    if not recognition.matched:
        return PersonType.STRANGER.value
    name = recognition.identity_name or str(recognition.identity_id)
    return _valid_state(name, {*_NO_VALUE, PersonType.STRANGER})


def _valid_state(name: str, reserved: AbstractSet[str]) -> str:
    name = f'"{name}"' if name in reserved else name
    return name[:MAX_LENGTH_STATE_STATE]


# Every state that changes with a face adds a row to the logbook, beside our own row and
# the event entity's. So only one of these is enabled by default; the event entity also
# shows the others.
LAST_PERSON = CaptureDeviceSensorDescription(
    key="last_person", translation_key="last_person", value_of=person_state
)
SENSORS = (
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

# Not total_increasing: a count that lost some minutes in a power cut would look like a
# new meter. No unit: it would repeat the name.
RECOGNITIONS = SensorEntityDescription(
    key="recognitions",
    translation_key="recognitions",
    state_class=SensorStateClass.TOTAL,
    suggested_display_precision=0,
)

LAST_LOCATION = SensorEntityDescription(
    key="last_location", translation_key="last_location"
)
LAST_SEEN = SensorEntityDescription(
    key="last_seen",
    translation_key="last_seen",
    device_class=SensorDeviceClass.TIMESTAMP,
    # Each change adds a row to the logbook.
    entity_registry_enabled_default=False,
)

# No unit: it would repeat the name.
PEOPLE_INSIDE = SensorEntityDescription(
    key="people_inside",
    translation_key="people_inside",
    state_class=SensorStateClass.MEASUREMENT,
    suggested_display_precision=0,
)
UNACCOUNTED_FOR = SensorEntityDescription(
    key="unaccounted_for",
    translation_key="unaccounted_for",
    state_class=SensorStateClass.MEASUREMENT,
    suggested_display_precision=0,
)
_MOST_NAMES = 100


async def async_setup_entry(
    hass: HomeAssistant,
    entry: SeAiBoxConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up the sensors of a box, of followed people or of a site."""
    if is_site_entry(entry):
        site = entry.runtime_data
        async_add_entities(
            [PeopleInside(site, PEOPLE_INSIDE), Unaccounted(site, UNACCOUNTED_FOR)]
        )
        return
    if is_people_entry(entry):
        async_add_per_person(entry, async_add_entities, LastLocation, LastSeen)
        return
    coordinator = entry.runtime_data
    async_add_entities(box_sensors(coordinator))
    coordinator.polls.async_start()
    async_add_per_capture_device(
        entry,
        async_add_entities,
        lambda device: (
            LastPerson(coordinator, device, LAST_PERSON),
            *(CaptureDeviceSensor(coordinator, device, item) for item in SENSORS),
            LastRecognition(coordinator, device, LAST_RECOGNITION),
            RecognitionCounter(coordinator, device, RECOGNITIONS),
        ),
    )


def box_sensors(coordinator: SeAiBoxCoordinator) -> list[SensorEntity]:
    """Return the sensors of a box."""
    polls = coordinator.polls
    sensors: list[
        PollSensor[PassMode | None] | PollSensor[PeopleCount] | PollSensor[BoxHealth]
    ] = [
        PollSensor(coordinator, polls.pass_mode, PASS_MODE),
        EnrolledPeople(coordinator, polls.people, ENROLLED_PEOPLE),
        *(PollSensor(coordinator, polls.health, item) for item in HEALTH_SENSORS),
        LastBootSensor(coordinator, polls.health, LAST_BOOT),
    ]
    has_reading = coordinator.client.has_reading
    return [each for each in sensors if has_reading(each.entity_description.key)]


class PollSensor[T](BoxEntity, SensorEntity):
    """A sensor that reads the answer to a poll of the box."""

    entity_description: PollSensorDescription[T]

    def __init__(
        self,
        coordinator: SeAiBoxCoordinator,
        poll: BoxPoll[T],
        description: PollSensorDescription[T],
    ) -> None:
        """Create a sensor that reads this poll."""
        super().__init__(coordinator, description)
        self._poll = poll

    @override
    async def async_added_to_hass(self) -> None:
        """Also update on each answer."""
        await super().async_added_to_hass()
        self.async_on_remove(
            self._poll.async_add_listener(self._handle_coordinator_update)
        )

    @property
    @override
    def available(self) -> bool:
        """Return True while the box is connected and answers the poll."""
        return self.coordinator.data.connected and self._poll.answered

    @property
    @override
    def native_value(self) -> StateType | datetime:
        """Return the value in the last answer."""
        return self.entity_description.value_of(self._poll.data)


class EnrolledPeople(PollSensor[PeopleCount]):
    """The number of people enrolled on the box."""

    @property
    @override
    def extra_state_attributes(self) -> dict[str, int | None]:
        """Return the capacity, or None if not reported."""
        return {"capacity": self._poll.data.capacity}


class LastBootSensor(PollSensor[BoxHealth], RestoreSensor):
    """The time of the last boot.

    It changes only when the box boots, not with rounding errors.
    """

    _known: datetime | None = None

    @override
    async def async_added_to_hass(self) -> None:
        """Restore the time that was shown before a restart."""
        await super().async_added_to_hass()
        restored = await self.async_get_last_sensor_data()
        if restored is not None and isinstance(restored.native_value, datetime):
            self._known = restored.native_value

    @property
    @override
    def native_value(self) -> datetime | None:
        """Return the boot time as it was first computed."""
        health: BoxHealth | None = self._poll.data
        boot = self._known if health is None else health.last_boot
        if boot is None:
            return None
        if self._known is None or abs(boot - self._known) >= _LAST_BOOT_TOLERANCE:
            self._known = boot
        return self._known


class RestoredSensor(CaptureDeviceEntity, RestoreSensor):
    """A sensor that keeps its value across restarts."""

    @override
    async def async_added_to_hass(self) -> None:
        """Restore the value from before the restart."""
        await super().async_added_to_hass()
        if (restored := await self.async_get_last_sensor_data()) is not None:
            self._attr_native_value = restored.native_value
        self._read()

    @abstractmethod
    def _read(self) -> None:
        """Set the value from the coordinator's data."""

    @override
    def _handle_coordinator_update(self) -> None:
        """Update the value, then write the state."""
        self._read()
        super()._handle_coordinator_update()


class CaptureDeviceSensor(RestoredSensor):
    """A sensor of the last live recognition."""

    entity_description: CaptureDeviceSensorDescription

    @override
    def _read(self) -> None:
        if self.last is not None:
            self._attr_native_value = self.entity_description.value_of(self.last)


class LastPerson(FaceEntity, CaptureDeviceSensor):
    """The name of the last person, with the face."""

    @override
    def _read(self) -> None:
        super()._read()
        if self.last is not None:
            self._show(self.coordinator.config_entry.entry_id, self.last)


class LastRecognition(RestoredSensor):
    """The time of the last recognition; a recovered one moves it only forward."""

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
    """The number of recognitions, and the start of the count."""

    count: int
    since: str

    @override
    def as_dict(self) -> dict[str, int | str]:
        """Return the data to store."""
        return asdict(self)


class RecognitionCounter(CaptureDeviceEntity, SensorEntity, RestoreEntity):
    """Counts recognitions across restarts."""

    def __init__(
        self,
        coordinator: SeAiBoxCoordinator,
        device: CaptureDevice,
        description: SensorEntityDescription,
    ) -> None:
        """Start counting at zero."""
        super().__init__(coordinator, device, description)
        self._attr_last_reset = dt_util.utcnow()
        # A device that was removed and added again was counted by another entity.
        self._before = -self._since_start

    @property
    def _since_start(self) -> int:
        return self.coordinator.data.counted.get(self._capture_device_id, 0)

    @override
    async def async_added_to_hass(self) -> None:
        """Restore the count."""
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
        """Return the number of recognitions."""
        return self._before + self._since_start

    @property
    @override
    def extra_restore_state_data(self) -> StoredCount:
        """Return the count to continue from."""
        return StoredCount(self.native_value, str(self.last_reset))


class PersonSensor(PersonEntity, FaceEntity, RestoreSensor):
    """A sensor of the last sighting that keeps its value across restarts."""

    @override
    async def async_added_to_hass(self) -> None:
        """Restore the value, then listen."""
        if (restored := await self.async_get_last_sensor_data()) is not None:
            self._attr_native_value = restored.native_value
        await super().async_added_to_hass()

    @callback
    @override
    def _handle_sighting(self, sighting: Sighting) -> None:
        self._show(sighting.entry_id, sighting.recognition)
        self._read(sighting)
        self.async_write_ha_state()

    @abstractmethod
    def _read(self, sighting: Sighting) -> None:
        """Set the value from a sighting."""


class LastLocation(PersonSensor):
    """The name of the capture device that last saw the person."""

    entity_description = LAST_LOCATION

    @override
    def _read(self, sighting: Sighting) -> None:
        self._attr_native_value = _valid_state(sighting.place, _NO_VALUE)


class LastSeen(PersonSensor):
    """The time the person was last seen.

    It never moves backward, although the clocks of boxes differ, and is never in the
    future.
    """

    entity_description = LAST_SEEN

    @override
    async def async_added_to_hass(self) -> None:
        """Also listen to recovered recognitions."""
        await super().async_added_to_hass()
        self._listen(
            self._people.signal_recovered(self._subentry_id), self._handle_recovered
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


class PeopleInside(SiteEntity, SensorEntity):
    """The people inside a site, at least."""

    # Names are personal data.
    _unrecorded_attributes = frozenset({"people"})

    @property
    @override
    def native_value(self) -> int:
        """Return the number of people."""
        return self._site.count

    @property
    @override
    def extra_state_attributes(self) -> dict[str, list[str]]:
        """Return the names, longest inside first."""
        return {"people": self._site.async_names(_MOST_NAMES)}


class Unaccounted(RollCallEntity, SensorEntity):
    """The people of the roll call who are not checked off."""

    # Names are personal data.
    _unrecorded_attributes = frozenset({"people"})

    @property
    @override
    def native_value(self) -> int | None:
        """Return the number of people, None without a roll call."""
        roll_call = self._site.roll_calls.current
        return None if roll_call is None else len(roll_call.unaccounted)

    @property
    @override
    def extra_state_attributes(self) -> dict[str, object] | None:
        """Return the missing people, and when the roll call started."""
        if (roll_call := self._site.roll_calls.current) is None:
            return None
        missing = roll_call.unaccounted[:_MOST_NAMES]
        return {
            "people": self._site.async_labels(each.stay for each in missing),
            "started_at": roll_call.started_at.isoformat(),
        }
