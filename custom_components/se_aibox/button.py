"""Opens the door at a capture device."""

from typing import override

from homeassistant.components.button import ButtonEntity, ButtonEntityDescription
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .aibox.exceptions import AiBoxConnectionError, AiBoxError
from .aibox.models import CaptureDevice
from .const import DOMAIN
from .coordinator import SeAiBoxConfigEntry
from .entity import CaptureDeviceEntity, async_add_per_capture_device

# Nobody waits in a queue: a door that opens later opens for somebody else.
PARALLEL_UPDATES = 0

OPEN_DOOR = ButtonEntityDescription(key="open_door", translation_key="open_door")


async def async_setup_entry(
    hass: HomeAssistant,
    entry: SeAiBoxConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up a button for each capture device whose relay the box opens when told to."""
    coordinator = entry.runtime_data
    async_add_per_capture_device(
        entry,
        async_add_entities,
        lambda device: [OpenDoorButton(coordinator, device, OPEN_DOOR)],
        coordinator.client.rest.can_open_door,
    )


class OpenDoorButton(CaptureDeviceEntity, ButtonEntity):
    """Pulses the relay that is bound to the capture device: one attempt, now or never."""

    _state_follows_recognitions = False

    @property
    def _door(self) -> CaptureDevice | None:
        """The capture device as long as a relay is bound to it."""
        device = self.device
        if device is None or not self.coordinator.client.rest.can_open_door(device):
            return None
        return device

    @property
    @override
    def available(self) -> bool:
        """Whether there is a door; the box may open it while its event socket is down."""
        return self._door is not None

    @override
    async def async_press(self) -> None:
        """Open the door."""
        if (door := self._door) is None:
            raise HomeAssistantError(
                translation_domain=DOMAIN, translation_key="door_has_no_relay"
            )
        try:
            await self.coordinator.client.rest.open_door(door)
        except AiBoxConnectionError as error:
            raise HomeAssistantError(
                translation_domain=DOMAIN, translation_key="door_no_answer"
            ) from error
        except AiBoxError as error:
            raise HomeAssistantError(
                translation_domain=DOMAIN,
                translation_key="door_refused",
                translation_placeholders={"reason": str(error)},
            ) from error
