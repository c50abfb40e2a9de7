"""Switch that allows pictures to leave a box."""

from typing import Any, override

from homeassistant.components.switch import SwitchEntity, SwitchEntityDescription
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import SeAiBoxConfigEntry
from .entity import BoxEntity

# One change at a time, in the order of the calls.
PARALLEL_UPDATES = 1

PICTURES = SwitchEntityDescription(
    key="pictures",
    translation_key="pictures",
    entity_category=EntityCategory.CONFIG,
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: SeAiBoxConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up the switch of a box."""
    async_add_entities([PicturesSwitch(entry.runtime_data, PICTURES)])


class PicturesSwitch(BoxEntity, SwitchEntity):
    """While off, no face leaves the box."""

    @property
    @override
    def available(self) -> bool:
        """Return True, also without a connection."""
        # Home Assistant, not the box, decides whether pictures are requested.
        return True

    @property
    @override
    def is_on(self) -> bool:
        """Return whether pictures may leave the box."""
        return self.coordinator.picture_consent.pictures_allowed

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        """Allow the pictures selected in the options to leave the box."""
        await self.coordinator.async_allow_pictures(True)

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        """Allow no picture to leave the box."""
        await self.coordinator.async_allow_pictures(False)
