"""Opens the door at a capture device, without retries."""

from homeassistant.exceptions import HomeAssistantError

from ..aibox.exceptions import (
    AiBoxBusyError,
    AiBoxConnectionError,
    AiBoxError,
    AiBoxNotFoundError,
    AiBoxRefusedError,
)
from ..aibox.models import CaptureDevice
from ..aibox.rest import Rest
from ..const import DOMAIN
from .data import BoxData


def find_door(
    data: BoxData, rest: Rest, capture_device_id: str
) -> CaptureDevice | None:
    """Return the capture device, or None without a usable relay."""
    device = data.selected.get(capture_device_id)
    if device is None or not rest.can_open_door(device):
        return None
    return device


def doors_of_no_group(data: BoxData) -> list[str]:
    """Return the capture devices whose doors open for everybody enrolled.

    They have a relay, and the box says of no permission group that it is theirs.
    """
    return sorted(
        device.name or device.capture_device_id
        for device in data.listed.values()
        if device.relay is not None and device.permission_group_id is None
    )


async def async_open_door(
    data: BoxData, rest: Rest, capture_device_id: str, seconds: int | None = None
) -> None:
    """Pulse the relay of a capture device.

    `seconds` defaults to the time set on the box. Raises `HomeAssistantError` if there
    is no usable relay, or if the box cannot be reached, refuses or does not answer.
    """
    if (door := find_door(data, rest, capture_device_id)) is None:
        raise HomeAssistantError(
            translation_domain=DOMAIN, translation_key="door_has_no_relay"
        )
    try:
        await rest.open_door(door, seconds)
    except AiBoxError as error:
        raise _in_words(error) from error


def _in_words(error: AiBoxError) -> HomeAssistantError:
    match error:
        case AiBoxConnectionError(was_connected=False):
            return HomeAssistantError(
                translation_domain=DOMAIN, translation_key="door_not_reached"
            )
        case AiBoxRefusedError() | AiBoxBusyError() | AiBoxNotFoundError():
            return HomeAssistantError(
                translation_domain=DOMAIN,
                translation_key="door_refused",
                translation_placeholders={"reason": str(error)},
            )
    # Also of an answer that cannot be read: the box may have opened before.
    return HomeAssistantError(
        translation_domain=DOMAIN, translation_key="door_no_answer"
    )
