"""The box of an action, and its translated errors."""

from collections.abc import Iterator
from contextlib import contextmanager

from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers.service import async_get_config_entry

from ..aibox.exceptions import (
    AiBoxBusyError,
    AiBoxConnectionError,
    AiBoxError,
    AiBoxNotFoundError,
    AiBoxOtherwiseChangedError,
    AiBoxProtocolError,
    AiBoxRefusedError,
    Refusal,
)
from ..box.registry import is_box_entry
from ..const import DOMAIN
from ..coordinator import SeAiBoxCoordinator
from ..text import async_text, async_words_cached, listed


@callback
def async_loaded_box_of(hass: HomeAssistant, entry_id: str) -> SeAiBoxCoordinator:
    """Return the loaded box of a config entry.

    Raises `ServiceValidationError` if there is none.
    """
    entry = async_get_config_entry(hass, DOMAIN, entry_id)
    if not is_box_entry(entry):
        raise ServiceValidationError(
            translation_domain=DOMAIN, translation_key="not_a_box"
        )
    box: SeAiBoxCoordinator = entry.runtime_data
    return box


@callback
def async_box_with_history(hass: HomeAssistant, entry_id: str) -> SeAiBoxCoordinator:
    """Return the loaded box of a config entry, if it keeps a history.

    Raises `ServiceValidationError` otherwise.
    """
    # No such box is documented to compare pictures, either.
    box = async_loaded_box_of(hass, entry_id)
    if not box.client.kind.has_history:
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="only_pushes",
            translation_placeholders={"box": box.config_entry.title},
        )
    return box


@contextmanager
def translated_errors(
    box: SeAiBoxCoordinator, *, changing: bool = False
) -> Iterator[None]:
    """Turn a box's errors into a translated `HomeAssistantError`.

    While a change is under way, an error may hide that the box made it.
    """
    try:
        yield
    except AiBoxError as error:
        if changing and _is_unknown(error):
            raise _worded("change_no_answer", box) from error
        raise _in_words(error, box) from error


def refusal_error(box: SeAiBoxCoordinator, refusal: Refusal) -> HomeAssistantError:
    """Return the translated error for a box's reason."""
    return _worded(f"refused_{refusal}", box)


def _is_unknown(error: AiBoxError) -> bool:
    """Return whether nobody knows what the box did."""
    match error:
        case AiBoxConnectionError(was_connected=was_connected):
            return was_connected
        case AiBoxNotFoundError():
            return False
    return isinstance(error, AiBoxProtocolError)


def _in_words(error: AiBoxError, box: SeAiBoxCoordinator) -> HomeAssistantError:
    match error:
        case AiBoxRefusedError(refusal=refusal) if refusal is not None:
            return refusal_error(box, refusal)
        case AiBoxOtherwiseChangedError(fields=fields):
            words = [
                async_text(box.hass, f"common.person_field_{field}") for field in fields
            ]
            return _worded(
                "changed_otherwise",
                box,
                fields=listed(async_words_cached(box.hass), words),
            )
        case AiBoxConnectionError():
            return _worded("box_no_answer", box)
        case AiBoxBusyError():
            return _worded("box_starting", box)
        case AiBoxNotFoundError():
            return _worded("box_lacks_call", box)
    return _worded("box_refused", box, reason=str(error))


def _worded(key: str, box: SeAiBoxCoordinator, **more: str) -> HomeAssistantError:
    return HomeAssistantError(
        translation_domain=DOMAIN,
        translation_key=key,
        translation_placeholders={"box": box.config_entry.title, **more},
    )
