"""Entities of Home Assistant's own classes: the minimum cost of writing states."""

from collections.abc import Callable

from homeassistant.components.binary_sensor import BinarySensorEntity
from homeassistant.components.event import EventEntity
from homeassistant.components.image import ImageEntity
from homeassistant.components.sensor import SensorEntity, SensorStateClass
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity import Entity
from homeassistant.helpers.entity_component import EntityComponent
from homeassistant.util import dt as dt_util

from .footprint import Write

_TYPES = ["employee", "visitor", "vip", "blocklisted", "stranger", "other"]


class BareEvent(EventEntity):
    """An event entity with given attributes."""

    _attr_event_types = _TYPES

    def __init__(self, attributes: dict[str, object]) -> None:
        """Initialize with the attributes of each event."""
        self._attributes = attributes

    def fire(self) -> None:
        """Write a new event."""
        self._trigger_event(_TYPES[0], self._attributes)
        self.async_write_ha_state()


class BareImage(ImageEntity):
    """An image entity without a picture."""

    def show(self) -> None:
        """Write a new state: the time."""
        self._attr_image_last_updated = dt_util.utcnow()
        self.async_write_ha_state()


class BareSensor(SensorEntity):
    """A sensor entity."""

    def __init__(self, attributes: dict[str, object]) -> None:
        """Initialize as a counter or a text, depending on the attributes."""
        self._is_number = "state_class" in attributes
        if self._is_number:
            self._attr_state_class = SensorStateClass.TOTAL
            self._attr_native_unit_of_measurement = "recognitions"
            self._attr_suggested_display_precision = 0
            self._attr_last_reset = dt_util.utcnow()
        self._count = 0

    def show(self) -> None:
        """Write a new value."""
        self._count += 1
        self._attr_native_value = self._count if self._is_number else str(self._count)
        self.async_write_ha_state()


class BareBinarySensor(BinarySensorEntity):
    """A binary sensor entity that stays on."""

    _attr_is_on = True

    def show(self) -> None:
        """Write the same state again."""
        self.async_write_ha_state()


async def add_bare_entities(
    hass: HomeAssistant, writes: list[Write]
) -> list[Callable[[], None]]:
    """Add an entity per state; return functions that each write one."""
    calls: list[Callable[[], None]] = []
    for write in writes:
        domain, name = write["entity_id"].split(".")
        entity, call = _entity(hass, domain, write["attributes"])
        if not write["changes"]:
            call = entity.async_write_ha_state
        entity.entity_id = f"{domain}.bare_{len(writes)}_{name}"
        # Like every integration's entities, they are in the registry.
        entity._attr_unique_id = entity.entity_id  # noqa: SLF001 - there is no other way to set it
        component: EntityComponent[Entity] = hass.data[domain]
        await component.async_add_entities([entity])
        calls.append(call)
    return calls


def _entity(
    hass: HomeAssistant, domain: str, attributes: dict[str, object]
) -> tuple[Entity, Callable[[], None]]:
    match domain:
        case "event":
            keys = ("identity_id", "identity_name", "score", "group_name")
            event = BareEvent({key: attributes.get(key) for key in keys})
            return event, event.fire
        case "image":
            image = BareImage(hass)
            return image, image.show
        case "sensor":
            sensor = BareSensor(attributes)
            return sensor, sensor.show
        case "binary_sensor":
            binary_sensor = BareBinarySensor()
            return binary_sensor, binary_sensor.show
    raise ValueError(f"A recognition writes a {domain}, which has no bare entity here")
