"""Changes whom a box lets in, and checks what it says afterwards."""

from homeassistant.exceptions import HomeAssistantError

from ..aibox.exceptions import (
    AiBoxBusyError,
    AiBoxError,
    AiBoxNotFoundError,
    AiBoxRefusedError,
    Refusal,
)
from ..aibox.models import PassMode
from ..aibox.rest import Rest
from ..aibox.settings import PASS_MODE_VALUES, Setting
from ..const import DOMAIN
from .polls import BoxPoll


async def async_change_pass_mode(
    rest: Rest, poll: BoxPoll[PassMode | None], mode: PassMode
) -> None:
    """Change whom a box lets in, in one attempt.

    Raises `HomeAssistantError` unless the box has that mode afterwards.
    """
    before = poll.data
    try:
        await rest.change_setting(Setting.PASS_MODE, PASS_MODE_VALUES[mode])
    except AiBoxError as error:
        await poll.async_refresh()
        if poll.answered and poll.data is mode:
            return
        key = _refusal_key(error)
        if key is None and poll.answered:
            key = "pass_mode_kept"
        elif key is None:
            key = "pass_mode_unknown"
            if PassMode.NOBODY in (before, mode):
                # Until the box answers, no door opens.
                poll.async_doubt(PassMode.NOBODY)
        raise HomeAssistantError(
            translation_domain=DOMAIN,
            translation_key=key,
            translation_placeholders={
                "box": poll.config_entry.title,
                "reason": str(error),
            },
        ) from error
    poll.async_take(mode)


def _refusal_key(error: AiBoxError) -> str | None:
    """Return the words for a box that certainly changed nothing, else None."""
    match error:
        case AiBoxRefusedError(refusal=Refusal.MANAGED):
            return "pass_mode_managed"
        case AiBoxRefusedError():
            return "box_refused"
        case AiBoxBusyError():
            return "box_starting"
        case AiBoxNotFoundError():
            return "box_lacks_call"
    return None
