"""Opening the door at a capture device: its own, in one attempt, now or never."""

from homeassistant.exceptions import HomeAssistantError

from ..aibox.exceptions import AiBoxConnectionError, AiBoxError
from ..aibox.models import CaptureDevice
from ..const import DOMAIN
from ..coordinator import SeAiBoxCoordinator


def find_door(box: SeAiBoxCoordinator, capture_device_id: str) -> CaptureDevice | None:
    """Return the capture device as long as a relay is bound to it that the box opens when told to."""
    device = box.data.chosen.get(capture_device_id)
    if device is None or not box.client.rest.can_open_door(device):
        return None
    return device


async def async_open_door(
    box: SeAiBoxCoordinator, capture_device_id: str, seconds: int | None = None
) -> None:
    """Pulse the relay that is bound to a capture device, by default for as long as the relay is set to.

    Raises `HomeAssistantError` where there is none (any more), the box refuses or nobody knows what became of it.
    """
    if (door := find_door(box, capture_device_id)) is None:
        raise HomeAssistantError(
            translation_domain=DOMAIN, translation_key="door_has_no_relay"
        )
    try:
        await box.client.rest.open_door(door, seconds)
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
