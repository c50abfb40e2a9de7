"""Whether a box is connected."""

from typing import override

from homeassistant.components.binary_sensor import (
    BinarySensorDeviceClass,
    BinarySensorEntity,
    BinarySensorEntityDescription,
)
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import SeAiBoxConfigEntry
from .entity import BoxEntity

PARALLEL_UPDATES = 0

CONNECTION = BinarySensorEntityDescription(
    key="connection",
    translation_key="connection",
    device_class=BinarySensorDeviceClass.CONNECTIVITY,
    entity_category=EntityCategory.DIAGNOSTIC,
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: SeAiBoxConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up the binary sensors of a box."""
    async_add_entities([ConnectionBinarySensor(entry.runtime_data, CONNECTION)])


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
