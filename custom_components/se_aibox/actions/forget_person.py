"""Action that forgets a person, on all boxes and in Home Assistant."""

from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import cast

import voluptuous as vol

from homeassistant.config_entries import ConfigEntry, ConfigEntryState
from homeassistant.const import ATTR_NAME
from homeassistant.core import HomeAssistant, ServiceCall, ServiceResponse, callback
from homeassistant.exceptions import ServiceValidationError
from homeassistant.util.json import JsonValueType

from ..aibox.exceptions import AiBoxRefusedError, Refusal
from ..box.registry import is_box_entry
from ..const import DOMAIN
from ..coordinator import SeAiBoxCoordinator
from ..recognition.forgetting import Forgotten
from ..site.presence import is_site_entry
from ..text import async_text, async_words_cached, listed
from .each_box import Outcome, async_failure, async_listed, async_outcomes
from .enrolled import async_check_changeable, check_readable, enrolled_people
from .fields import ATTR_IDENTITY_ID, KNOWN_PERSON_SCHEMA
from .forgetting import Erased, async_erase

_DELETED = "deleted"
# On such a box there is nothing to delete.
_NOT_THERE = (Refusal.IDENTITY_UNKNOWN, Refusal.IDENTITY_MISMATCH)
_KEPT = ("box_records", "recorded_events", "copies")

SCHEMA = vol.Schema({**KNOWN_PERSON_SCHEMA})


async def async_handle(call: ServiceCall) -> ServiceResponse:
    """Delete a person from every box, and forget them here."""
    hass, identity_id, name = (
        call.hass,
        call.data[ATTR_IDENTITY_ID],
        call.data[ATTR_NAME],
    )

    async def delete(box: SeAiBoxCoordinator) -> Mapping[str, object]:
        check_readable(box)
        await async_check_changeable(box)
        try:
            await enrolled_people(box).delete(identity_id, name)
        except AiBoxRefusedError as error:
            if error.refusal not in _NOT_THERE:
                raise
            return {_DELETED: False}
        return {_DELETED: True}

    outcomes = await async_outcomes(hass, _boxes(hass), delete, changing=True)
    had_them = [each for each in outcomes if each.result.get(_DELETED)]
    erased = await async_erase(
        call,
        Forgotten(
            identity_id, name, frozenset(each.entry.entry_id for each in had_them)
        ),
    )
    failed = [each for each in outcomes if each.error is not None]
    if not (had_them or failed or erased.anything):
        raise ServiceValidationError(
            translation_domain=DOMAIN, translation_key="nobody_to_forget"
        )
    if failed and not call.return_response:
        raise async_failure(hass, outcomes)
    return _response(hass, outcomes, erased)


@callback
def _boxes(hass: HomeAssistant) -> list[ConfigEntry]:
    """Return the entries of all boxes, loaded or not."""
    entries = hass.config_entries.async_entries(DOMAIN, include_ignore=False)
    return [entry for entry in entries if is_box_entry(entry)]


@callback
def _response(
    hass: HomeAssistant, outcomes: list[Outcome], erased: Erased
) -> ServiceResponse:
    known = [
        each if each.error is None else replace(each, result={_DELETED: False})
        for each in outcomes
    ]
    return {
        "boxes": async_listed(hass, known),
        "erased": cast("JsonValueType", asdict(erased)),
        "kept": [*_kept(hass)],
    }


@callback
def _kept(hass: HomeAssistant) -> list[str]:
    """Return what cannot be erased, in sentences."""
    kept = [async_text(hass, f"common.kept_{what}") for what in _KEPT]
    sites = [
        entry.title
        for entry in hass.config_entries.async_entries(DOMAIN)
        if is_site_entry(entry) and entry.state is not ConfigEntryState.LOADED
    ]
    if sites:
        kept.append(
            async_text(hass, "common.kept_sites").format(
                sites=listed(async_words_cached(hass), sites)
            )
        )
    return kept
