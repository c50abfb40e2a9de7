"""Describes recognitions in the logbook."""

from collections.abc import Callable, Mapping
from typing import Any

from homeassistant.components.logbook import (
    LOGBOOK_ENTRY_ENTITY_ID,
    LOGBOOK_ENTRY_MESSAGE,
    LOGBOOK_ENTRY_NAME,
)
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.translation import LOCALE_EN, async_get_cached_translations
from homeassistant.util import dt as dt_util

from .box.registry import async_event_entity_id, device_name
from .const import DOMAIN, EVENT_RECOGNITION, EVENT_RECOVERED

type Row = dict[str, str | None]

_PERSON_TYPE = "entity.event.recognition.state_attributes.event_type.state"
# By whether the person was recognized, and whether the recognition was recovered.
_MESSAGES = {
    (True, False): "common.logbook_recognized",
    (False, False): "common.logbook_stranger",
    (True, True): "common.logbook_recognized_then",
    (False, True): "common.logbook_stranger_then",
}


@callback
def async_describe_events(
    hass: HomeAssistant,
    async_describe_event: Callable[[str, str, Callable[[Event], Row]], None],
) -> None:
    """Describe the events of recognitions."""

    @callback
    def _describe(event: Event) -> Row:
        device_id = str(event.data["device_id"])
        return {
            LOGBOOK_ENTRY_NAME: _name(hass, device_id, event.data),
            LOGBOOK_ENTRY_MESSAGE: _message(
                hass, event.data, recovered=event.event_type == EVENT_RECOVERED
            ),
            LOGBOOK_ENTRY_ENTITY_ID: async_event_entity_id(hass, device_id),
        }

    async_describe_event(DOMAIN, EVENT_RECOGNITION, _describe)
    async_describe_event(DOMAIN, EVENT_RECOVERED, _describe)


def _name(hass: HomeAssistant, device_id: str, data: Mapping[str, object]) -> str:
    # A removed device keeps the name that it had then.
    return device_name(dr.async_get(hass).async_get(device_id)) or str(
        data["capture_device_name"] or data["capture_device_id"]
    )


def _message(hass: HomeAssistant, data: Mapping[str, Any], *, recovered: bool) -> str:
    return _translated(hass, _MESSAGES[data["matched"], recovered]).format(
        name=data["identity_name"] or data["identity_id"],
        person_type=_translated(hass, f"{_PERSON_TYPE}.{data['person_type']}"),
        time=_local_time(data["occurred_at"]),
    )


def _local_time(text: str) -> str:
    """Return the local time, with its date unless today."""
    when = dt_util.as_local(dt_util.parse_datetime(text, raise_on_error=True))
    is_today = when.date() == dt_util.now().date()
    return when.strftime("%H:%M" if is_today else "%Y-%m-%d %H:%M")


def _translated(hass: HomeAssistant, key: str) -> str:
    """Return a text in the language of Home Assistant."""
    # The logbook does not know the language of its reader.
    category = key.partition(".")[0]
    texts = async_get_cached_translations(
        hass, hass.config.language, category, DOMAIN
    ) or async_get_cached_translations(hass, LOCALE_EN, category, DOMAIN)
    return texts[f"component.{DOMAIN}.{key}"]
