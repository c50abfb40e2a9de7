"""Action that forgets a person, on all boxes and in Home Assistant."""

from collections.abc import Mapping
from dataclasses import asdict

import voluptuous as vol

from homeassistant.config_entries import ConfigEntry, ConfigEntryState
from homeassistant.const import ATTR_NAME
from homeassistant.core import HomeAssistant, ServiceCall, ServiceResponse, callback
from homeassistant.exceptions import ServiceValidationError
from homeassistant.util.json import JsonValueType

from ..aibox.exceptions import AiBoxConnectionError, AiBoxRefusedError, Refusal
from ..box.registry import is_box_entry
from ..const import DOMAIN
from ..coordinator import SeAiBoxCoordinator
from ..people.visitors import async_forget_visit, async_visits
from ..recognition.forgetting import Forgotten
from ..site.presence import is_site_entry
from ..text import async_text, async_words_cached, listed
from .each_box import async_failure, async_listed, async_outcomes
from .enrolled import check_readable, enrolled_people
from .fields import ATTR_IDENTITY_ID, KNOWN_PERSON_SCHEMA
from .forgetting import async_erase

_DELETED = "deleted"
# What cannot be erased.
_KEPT = ("common.kept_by_boxes", "common.kept_by_recorder", "common.kept_in_copies")

SCHEMA = vol.Schema({**KNOWN_PERSON_SCHEMA})


async def async_handle(call: ServiceCall) -> ServiceResponse:
    """Delete a person from every box, and forget them here."""
    hass, data = call.hass, call.data
    identity_id, name = data[ATTR_IDENTITY_ID], data[ATTR_NAME]

    async def delete(box: SeAiBoxCoordinator) -> Mapping[str, object]:
        check_readable(box)
        # A box that is not connected may be another one, at the same address.
        if not box.data.connected:
            raise AiBoxConnectionError(was_connected=False)
        try:
            await enrolled_people(box).delete(identity_id, name)
        except AiBoxRefusedError as error:
            if error.refusal is Refusal.IDENTITY_MISMATCH:
                return {_DELETED: False}
            if error.refusal is not Refusal.IDENTITY_UNKNOWN:
                raise
            deleted = False
        else:
            deleted = True
        # There is nothing to end any more.
        await async_forget_visit(hass, box.config_entry.entry_id, identity_id)
        return {_DELETED: deleted}

    visits = len(async_visits(hass))
    outcomes = await async_outcomes(hass, _boxes(hass), delete, changing=True)
    had_them = [each for each in outcomes if each.result.get(_DELETED)]
    erased = await async_erase(
        call,
        Forgotten(
            identity_id, name, frozenset(each.entry.entry_id for each in had_them)
        ),
    )
    visits -= len(async_visits(hass))
    failed = [each for each in outcomes if each.error is not None]
    if not (had_them or failed or visits or erased.anything):
        raise ServiceValidationError(
            translation_domain=DOMAIN, translation_key="nobody_to_forget"
        )
    if failed and not call.return_response:
        raise async_failure(hass, outcomes)
    return {
        "boxes": async_listed(hass, outcomes),
        "erased": {**asdict(erased), "visits": visits},
        "kept": _kept(hass),
    }


@callback
def _boxes(hass: HomeAssistant) -> list[ConfigEntry]:
    """Return the entries of all boxes, loaded or not."""
    entries = hass.config_entries.async_entries(DOMAIN, include_ignore=False)
    return [entry for entry in entries if is_box_entry(entry)]


@callback
def _kept(hass: HomeAssistant) -> list[JsonValueType]:
    """Return what cannot be erased, in sentences."""
    kept: list[JsonValueType] = [async_text(hass, key) for key in _KEPT]
    sites = [
        entry.title
        for entry in hass.config_entries.async_entries(DOMAIN)
        if is_site_entry(entry) and entry.state is not ConfigEntryState.LOADED
    ]
    if sites:
        kept.append(
            async_text(hass, "common.kept_by_sites").format(
                sites=listed(async_words_cached(hass), sites)
            )
        )
    return kept
