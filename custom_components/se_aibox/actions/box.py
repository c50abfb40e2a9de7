"""The box of an action, and its translated errors."""

from collections.abc import Iterator
from contextlib import contextmanager

from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.service import async_get_config_entry

from ..aibox.exceptions import (
    AiBoxBusyError,
    AiBoxConnectionError,
    AiBoxError,
    AiBoxNotFoundError,
    AiBoxOtherwiseChangedError,
    AiBoxRefusedError,
    Refusal,
    is_in_doubt,
)
from ..box.registry import async_registered_capture_devices, is_box_entry
from ..const import DOMAIN
from ..coordinator import SeAiBoxCoordinator
from ..text import async_text, async_words_cached, listed

# The words for what a box changed without being asked.
_FIELDS = {
    "identity_id": "common.changed_identity",
    "name": "common.changed_name",
    "person_type": "common.changed_person_type",
    "group_ids": "common.changed_groups",
    "photo_ids": "common.changed_photos",
    "details": "common.changed_details",
}


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
def async_capture_device_of(
    hass: HomeAssistant, device_id: str
) -> tuple[SeAiBoxCoordinator, str]:
    """Return a device's loaded box and its capture device id.

    Raises `ServiceValidationError` if it is no capture device of a loaded box.
    """
    # The device of a box is not accepted: that would mean all its capture devices.
    device = dr.async_get(hass).async_get(device_id)
    entry = device and hass.config_entries.async_get_entry(device.config_entry_id)
    if entry and entry.domain == DOMAIN and is_box_entry(entry):
        for key, registered in async_registered_capture_devices(hass, entry).items():
            if registered.id == device_id:
                return async_loaded_box_of(hass, entry.entry_id), key
    raise ServiceValidationError(
        translation_domain=DOMAIN, translation_key="not_a_capture_device"
    )


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
        if changing and is_in_doubt(error):
            raise HomeAssistantError(
                translation_domain=DOMAIN,
                translation_key="change_no_answer",
                translation_placeholders={"box": box.config_entry.title},
            ) from error
        raise _in_words(error, box) from error


def refusal_error(box: SeAiBoxCoordinator, refusal: Refusal) -> HomeAssistantError:
    """Return the translated error for a box's reason."""
    return HomeAssistantError(
        translation_domain=DOMAIN,
        translation_key=f"refused_{refusal}",
        translation_placeholders={"box": box.config_entry.title},
    )


def _in_words(error: AiBoxError, box: SeAiBoxCoordinator) -> HomeAssistantError:
    title = box.config_entry.title
    match error:
        case AiBoxRefusedError(refusal=refusal) if refusal is not None:
            return refusal_error(box, refusal)
        case AiBoxOtherwiseChangedError(fields=fields):
            words = [async_text(box.hass, _FIELDS[field]) for field in fields]
            return HomeAssistantError(
                translation_domain=DOMAIN,
                translation_key="changed_otherwise",
                translation_placeholders={
                    "box": title,
                    "fields": listed(async_words_cached(box.hass), words),
                },
            )
        case AiBoxConnectionError():
            return HomeAssistantError(
                translation_domain=DOMAIN,
                translation_key="box_no_answer",
                translation_placeholders={"box": title},
            )
        case AiBoxBusyError():
            return HomeAssistantError(
                translation_domain=DOMAIN,
                translation_key="box_starting",
                translation_placeholders={"box": title},
            )
        case AiBoxNotFoundError():
            return HomeAssistantError(
                translation_domain=DOMAIN,
                translation_key="box_lacks_call",
                translation_placeholders={"box": title},
            )
    return HomeAssistantError(
        translation_domain=DOMAIN,
        translation_key="box_refused",
        translation_placeholders={"box": title, "reason": str(error)},
    )
