"""Changes the pass mode of a box, and verifies it."""

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
    """Change the pass mode of a box, in one attempt.

    Raises `HomeAssistantError` unless the box has that mode afterwards.
    """
    async with poll.change_lock:
        await _change(rest, poll, mode)


async def _change(rest: Rest, poll: BoxPoll[PassMode | None], mode: PassMode) -> None:
    before = poll.data
    try:
        await rest.change_setting(Setting.PASS_MODE, PASS_MODE_VALUES[mode])
    except AiBoxError as error:
        await poll.async_refresh()
        if poll.answered and poll.data is mode:
            return
        box = poll.config_entry.title
        if (refusal := _refusal(error, box)) is not None:
            raise refusal from error
        if not poll.answered and PassMode.NOBODY in (before, mode):
            # Until the box answers, no door opens.
            poll.async_doubt(PassMode.NOBODY)
        raise HomeAssistantError(
            translation_domain=DOMAIN,
            translation_key="pass_mode_kept" if poll.answered else "pass_mode_unknown",
            translation_placeholders={"box": box},
        ) from error
    poll.async_take(mode)


def _refusal(error: AiBoxError, box: str) -> HomeAssistantError | None:
    """Return the words of a box that certainly changed nothing, else None."""
    match error:
        case AiBoxRefusedError(refusal=Refusal.MANAGED):
            return HomeAssistantError(
                translation_domain=DOMAIN,
                translation_key="pass_mode_managed",
                translation_placeholders={"box": box},
            )
        case AiBoxRefusedError():
            return HomeAssistantError(
                translation_domain=DOMAIN,
                translation_key="box_refused",
                translation_placeholders={"box": box, "reason": str(error)},
            )
        case AiBoxBusyError():
            return HomeAssistantError(
                translation_domain=DOMAIN,
                translation_key="box_starting",
                translation_placeholders={"box": box},
            )
        case AiBoxNotFoundError():
            return HomeAssistantError(
                translation_domain=DOMAIN,
                translation_key="box_lacks_call",
                translation_placeholders={"box": box},
            )
    return None
