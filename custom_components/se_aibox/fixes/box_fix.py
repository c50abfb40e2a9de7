"""The base of repair flows that change a box."""

from collections.abc import Mapping

from homeassistant.components.repairs import RepairsFlow, RepairsFlowResult
from homeassistant.helpers import issue_registry as ir

from ..aibox.exceptions import (
    AiBoxBusyError,
    AiBoxConnectionError,
    AiBoxError,
    AiBoxNotChangedError,
    AiBoxNotFoundError,
    AiBoxProtocolError,
    AiBoxRefusedError,
    Refusal,
)
from ..const import DOMAIN
from ..coordinator import SeAiBoxCoordinator, async_loaded_box
from ..text import as_markdown


class BoxFix(RepairsFlow):
    """A repair flow that changes a box.

    Where it cannot, it ends with the reason and with what to do on the box.
    """

    # Those of the issue, which may be cleared while the flow is open.
    _placeholders: Mapping[str, str] | None = None

    @property
    def box(self) -> SeAiBoxCoordinator | None:
        """The box, None while it is not set up."""
        return async_loaded_box(self.hass, str((self.data or {})["entry_id"]))

    def filled(self, **values: str) -> dict[str, str]:
        """Return the placeholders of the issue, and more."""
        if self._placeholders is None:
            issue = ir.async_get(self.hass).async_get_issue(DOMAIN, self.issue_id)
            self._placeholders = (issue and issue.translation_placeholders) or {}
        return {**self._placeholders, **values}

    def stop(self, why: str) -> RepairsFlowResult:
        """End with a reason, and with what to do on the box."""
        return self.async_abort(
            reason="on_the_box", description_placeholders=self.filled(why=why)
        )


def why(words: Mapping[str, str], error: AiBoxError, *, in_doubt: bool = False) -> str:
    """Return in words why a box does not take a change.

    `in_doubt` says that it may have made the change all the same.
    """
    match error:
        case AiBoxConnectionError() | AiBoxBusyError():
            reason = words["fix_no_answer"]
        case AiBoxNotFoundError():
            reason = words["fix_no_call"]
        case AiBoxProtocolError():
            reason = words["fix_unreadable"].format(answer=as_markdown(str(error)))
        case AiBoxNotChangedError():
            return words["fix_not_changed"]
        case AiBoxRefusedError(refusal=Refusal.MANAGED):
            return words["fix_managed"]
        case _:
            reason = words["fix_refused"].format(answer=as_markdown(str(error)))
    return words["fix_perhaps"].format(why=reason) if in_doubt else reason
