"""Runs an action on boxes, and returns the outcome on each."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import ATTR_CONFIG_ENTRY_ID, ATTR_DEVICE_ID
from homeassistant.core import HomeAssistant, ServiceCall, ServiceResponse, callback
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.service import async_get_config_entry
from homeassistant.util.json import JsonValueType

from ..box.registry import is_box_entry
from ..const import DOMAIN
from ..coordinator import SeAiBoxCoordinator
from ..text import async_error_text, async_words_cached, listed
from .box import async_box_with_history, translated_errors

type Act = Callable[[SeAiBoxCoordinator], Awaitable[Mapping[str, object]]]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What happened on one box."""

    entry: ConfigEntry
    # What the response has of it.
    result: Mapping[str, object]
    error: HomeAssistantError | None = None


@callback
def async_boxes(call: ServiceCall) -> list[ConfigEntry]:
    """Return the entries of the chosen boxes, loaded or not.

    Raises `ServiceValidationError` if there is none, one that is no box, or only one
    that is not loaded.
    """
    registry = dr.async_get(call.hass)
    entry_ids: list[str] = [*call.data[ATTR_CONFIG_ENTRY_ID]]
    for device_id in call.data[ATTR_DEVICE_ID]:
        device = registry.async_get(device_id)
        # An unknown id is named in the error.
        entry_ids.append(device_id if device is None else device.config_entry_id)
    if not entry_ids:
        raise ServiceValidationError(
            translation_domain=DOMAIN, translation_key="no_box_chosen"
        )
    entries = [_box_entry(call.hass, each) for each in dict.fromkeys(entry_ids)]
    if len(entries) == 1:
        # If the only one is of no use, no picture is asked for in vain.
        async_box_with_history(call.hass, entries[0].entry_id)
    return entries


@callback
def _box_entry(hass: HomeAssistant, entry_id: str) -> ConfigEntry:
    entry = hass.config_entries.async_get_entry(entry_id)
    if entry is None or entry.domain != DOMAIN:
        # Raises the error of Home Assistant.
        entry = async_get_config_entry(hass, DOMAIN, entry_id)
    if not is_box_entry(entry):
        raise ServiceValidationError(
            translation_domain=DOMAIN, translation_key="not_a_box"
        )
    return entry


async def async_each_box(
    call: ServiceCall,
    entries: Sequence[ConfigEntry],
    act: Act,
    *,
    changing: bool,
    returns_errors: bool = False,
) -> ServiceResponse:
    """Act on each box, and return what happened there.

    Raises `HomeAssistantError` if all fail, or if any does and nobody would read it in
    the response. With `returns_errors`, they are in the response only.
    """
    outcomes = await async_outcomes(call.hass, entries, act, changing=changing)
    failed = [each for each in outcomes if each.error is not None]
    if (failed and not call.return_response) or (
        len(failed) == len(outcomes) and not returns_errors
    ):
        raise async_failure(call.hass, outcomes)
    return {"boxes": async_listed(call.hass, outcomes)}


async def async_outcomes(
    hass: HomeAssistant, entries: Iterable[ConfigEntry], act: Act, *, changing: bool
) -> list[Outcome]:
    """Act on all boxes at once; none waits for another one."""

    async def act_on(entry: ConfigEntry) -> Outcome:
        try:
            box = async_box_with_history(hass, entry.entry_id)
            with translated_errors(box, changing=changing):
                return Outcome(entry, await act(box))
        except HomeAssistantError as error:
            return Outcome(entry, {}, error)

    return list(await asyncio.gather(*map(act_on, entries)))


@callback
def async_listed(
    hass: HomeAssistant, outcomes: Iterable[Outcome]
) -> list[JsonValueType]:
    """Return what a response says of each box."""
    boxes: list[dict[str, Any]] = [
        {
            ATTR_CONFIG_ENTRY_ID: each.entry.entry_id,
            "title": each.entry.title,
            "ok": each.error is None,
            "error": each.error and async_error_text(hass, each.error),
            **each.result,
        }
        for each in outcomes
    ]
    return cast("list[JsonValueType]", boxes)


@callback
def async_failed(
    hass: HomeAssistant, entries: Iterable[ConfigEntry], error: HomeAssistantError
) -> ServiceResponse:
    """Return the response for what failed before any box was asked."""
    outcomes = [Outcome(entry, {}, error) for entry in entries]
    return {"boxes": async_listed(hass, outcomes)}


@callback
def async_failure(
    hass: HomeAssistant, outcomes: Sequence[Outcome]
) -> HomeAssistantError:
    """Return the error for failures on some boxes, which it names."""
    errors = [each.error for each in outcomes if each.error is not None]
    if len(outcomes) == 1:
        return errors[0]
    # Each sentence names its box.
    sentences = " ".join(async_error_text(hass, error) for error in errors)
    done = [each.entry.title for each in outcomes if each.error is None]
    return HomeAssistantError(
        translation_domain=DOMAIN,
        translation_key="some_boxes_failed" if done else "all_boxes_failed",
        translation_placeholders={
            "done": listed(async_words_cached(hass), done),
            "errors": sentences,
        },
    )
