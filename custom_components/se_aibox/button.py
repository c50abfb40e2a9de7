"""Buttons that open doors, and that start a roll call."""

from typing import override

from homeassistant.components.button import ButtonEntity, ButtonEntityDescription
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .box.doors import Way
from .coordinator import SeAiBoxConfigEntry
from .entity import DoorEntity, SiteEntity, async_add_per_capture_device
from .site.presence import is_site_entry

# No queue: a door that opens later may open for somebody else.
PARALLEL_UPDATES = 0

OPEN_DOOR = ButtonEntityDescription(key="open_door", translation_key="open_door")
ROLL_CALL = ButtonEntityDescription(key="roll_call", translation_key="roll_call")


async def async_setup_entry(
    hass: HomeAssistant,
    entry: SeAiBoxConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up a button for each capture device with a door, or for a site."""
    if is_site_entry(entry):
        async_add_entities([RollCallButton(entry.runtime_data, ROLL_CALL)])
        return
    coordinator = entry.runtime_data
    async_add_per_capture_device(
        entry,
        async_add_entities,
        lambda device: [OpenDoorButton(coordinator, device, OPEN_DOOR)],
        coordinator.client.rest.can_open_door,
    )


class OpenDoorButton(DoorEntity, ButtonEntity):
    """Pulses the relay of a capture device, in one attempt."""

    @override
    async def async_press(self) -> None:
        """Open the door."""
        await self._async_open(Way.BUTTON)


class RollCallButton(SiteEntity, ButtonEntity):
    """Starts a roll call of who is inside."""

    @override
    async def async_press(self) -> None:
        """Start it, in place of the last one."""
        self._site.roll_calls.async_start()
