"""Describes recognitions in the logbook."""

from collections.abc import Callable, Mapping
from typing import Any

from homeassistant.components.logbook import (
    LOGBOOK_ENTRY_ICON,
    LOGBOOK_ENTRY_MESSAGE,
    LOGBOOK_ENTRY_NAME,
)
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.helpers import device_registry as dr
from homeassistant.util import dt as dt_util

from .aibox.names import person_label
from .box.registry import device_name
from .const import DOMAIN, EVENT_RECOGNITION, EVENT_RECOVERED
from .text import async_text, async_words_cached, filled, moment_text, shortened

type Row = dict[str, str]

_PERSON_TYPE = "entity.event.recognition.state_attributes.event_type.state"
# By whether the person was recognized, and whether the recognition was recovered.
_MESSAGES = {
    (True, False): "common.logbook_recognized",
    (False, False): "common.logbook_stranger",
    (True, True): "common.logbook_recognized_then",
    (False, True): "common.logbook_stranger_then",
}
# By whether the person was recognized.
_ICONS = {True: "mdi:face-recognition", False: "mdi:account-question"}


@callback
def async_describe_events(
    hass: HomeAssistant,
    async_describe_event: Callable[[str, str, Callable[[Event], Row]], None],
) -> None:
    """Describe the events of recognitions."""

    @callback
    def _describe(event: Event) -> Row:
        # No entity: its name would begin the sentence in place of the device's. The
        # row is on the pages of the device and the entity that the event names.
        return {
            # Without an entity, the frontend would show an empty square.
            LOGBOOK_ENTRY_ICON: _ICONS[event.data["matched"]],
            LOGBOOK_ENTRY_NAME: shortened(_name(hass, event.data)),
            LOGBOOK_ENTRY_MESSAGE: _message(
                hass, event.data, recovered=event.event_type == EVENT_RECOVERED
            ),
        }

    async_describe_event(DOMAIN, EVENT_RECOGNITION, _describe)
    async_describe_event(DOMAIN, EVENT_RECOVERED, _describe)


def _name(hass: HomeAssistant, data: Mapping[str, Any]) -> str:
    # For a removed device, use the name in the event.
    device = dr.async_get(hass).async_get(str(data["device_id"]))
    return device_name(device) or str(
        data["capture_device_name"] or data["capture_device_id"]
    )


def _message(hass: HomeAssistant, data: Mapping[str, Any], *, recovered: bool) -> str:
    # The logbook does not know the language of its reader.
    words = async_words_cached(hass)
    occurred_at = dt_util.parse_datetime(data["occurred_at"], raise_on_error=True)
    name = person_label(words, data["identity_name"], data["identity_id"])
    return filled(
        async_text(hass, _MESSAGES[data["matched"], recovered]),
        name=shortened(name),
        person_type=async_text(hass, f"{_PERSON_TYPE}.{data['person_type']}"),
        time=moment_text(
            words, dt_util.as_local(occurred_at), dt_util.now(), hass.config.language
        ),
    )
