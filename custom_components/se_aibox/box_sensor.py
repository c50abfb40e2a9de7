"""How a box is and whom it lets in."""

from collections.abc import Callable
from dataclasses import dataclass
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
    PERCENTAGE,
    REVOLUTIONS_PER_MINUTE,
    EntityCategory,
    UnitOfTemperature,
)
from homeassistant.helpers.typing import StateType

from .aibox.models import BoxHealth, PassMode
from .box.polls import BoxPoll
from .coordinator import SeAiBoxCoordinator
from .entity import BoxEntity

# The box tells its uptime in whole minutes: two answers may differ by one, and by what they were under way.
_LAST_BOOT_TOLERANCE = timedelta(minutes=2)


@dataclass(frozen=True, kw_only=True)
class PollSensorDescription[T](SensorEntityDescription):
    """Describes a sensor that reads the answer to a poll."""

    value_of: Callable[[T], StateType | datetime]


@dataclass(frozen=True, kw_only=True)
class _Temperature(PollSensorDescription[BoxHealth]):
    device_class: SensorDeviceClass | None = SensorDeviceClass.TEMPERATURE
    entity_category: EntityCategory | None = EntityCategory.DIAGNOSTIC
    native_unit_of_measurement: str | None = UnitOfTemperature.CELSIUS
    state_class: SensorStateClass | None = SensorStateClass.MEASUREMENT
    suggested_display_precision: int | None = 1


@dataclass(frozen=True, kw_only=True)
class _Usage(PollSensorDescription[BoxHealth]):
    entity_category: EntityCategory | None = EntityCategory.DIAGNOSTIC
    native_unit_of_measurement: str | None = PERCENTAGE
    state_class: SensorStateClass | None = SensorStateClass.MEASUREMENT
    suggested_display_precision: int | None = 0


HEALTH_SENSORS: tuple[PollSensorDescription[BoxHealth], ...] = (
    _Temperature(
        key="core_temperature",
        translation_key="core_temperature",
        value_of=lambda health: health.core_temperature,
    ),
    _Temperature(
        key="board_temperature",
        translation_key="board_temperature",
        entity_registry_enabled_default=False,
        value_of=lambda health: health.board_temperature,
    ),
    _Usage(
        key="cpu_usage",
        translation_key="cpu_usage",
        value_of=lambda health: health.cpu_usage,
    ),
    _Usage(
        key="tpu_usage",
        translation_key="tpu_usage",
        value_of=lambda health: health.tpu_usage,
    ),
    _Usage(
        key="memory_usage",
        translation_key="memory_usage",
        value_of=lambda health: health.memory_usage,
    ),
    _Usage(
        key="storage_usage",
        translation_key="storage_usage",
        value_of=lambda health: health.storage_usage,
    ),
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

LAST_BOOT: PollSensorDescription[BoxHealth] = PollSensorDescription(
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


def box_sensors(coordinator: SeAiBoxCoordinator) -> list[SensorEntity]:
    """Return the sensors of a box."""
    polls = coordinator.polls
    sensors: list[PollSensor[PassMode | None] | PollSensor[BoxHealth]] = [
        PollSensor(coordinator, polls.pass_mode, PASS_MODE),
        *(PollSensor(coordinator, polls.health, item) for item in HEALTH_SENSORS),
        LastBootSensor(coordinator, polls.health, LAST_BOOT),
    ]
    tells = coordinator.client.rest.tells
    return [sensor for sensor in sensors if tells(sensor.entity_description.key)]


class PollSensor[T](BoxEntity, SensorEntity):
    """A sensor of what the box is asked every minute."""

    entity_description: PollSensorDescription[T]

    def __init__(
        self,
        coordinator: SeAiBoxCoordinator,
        poll: BoxPoll[T],
        description: PollSensorDescription[T],
    ) -> None:
        """Take which answer to read."""
        super().__init__(coordinator, description)
        self._poll = poll

    @override
    async def async_added_to_hass(self) -> None:
        """Read each answer, too."""
        await super().async_added_to_hass()
        self.async_on_remove(
            self._poll.async_add_listener(self._handle_coordinator_update)
        )

    @property
    @override
    def available(self) -> bool:
        """Whether the box is there and answered when it was asked last."""
        return self.coordinator.data.connected and self._poll.answered

    @property
    @override
    def native_value(self) -> StateType | datetime:
        """What the last answer says."""
        return self.entity_description.value_of(self._poll.data)


class LastBootSensor(PollSensor[BoxHealth], RestoreSensor):
    """The time of the last boot; it moves only when the box boots, not with what is lost in rounding."""

    _known: datetime | None = None

    @override
    async def async_added_to_hass(self) -> None:
        """Go on from what was said before a restart."""
        await super().async_added_to_hass()
        restored = await self.async_get_last_sensor_data()
        if restored is not None and isinstance(restored.native_value, datetime):
            self._known = restored.native_value

    @property
    @override
    def native_value(self) -> datetime | None:
        """When the box booted, as it was said first."""
        health: BoxHealth | None = self._poll.data
        boot = self._known if health is None else health.last_boot
        if boot is None:
            return None
        if self._known is None or abs(boot - self._known) >= _LAST_BOOT_TOLERANCE:
            self._known = boot
        return self._known
