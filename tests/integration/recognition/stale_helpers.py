"""Automations that count their runs, and the restart of Home Assistant."""

from collections import Counter
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from typing import Any

# It ships no py.typed.
from pytest_homeassistant_custom_component.common import (  # type: ignore[import-untyped]
    MockConfigEntry,
    async_test_home_assistant,
)

from custom_components.se_aibox.recognition.memory import _MEMORY, SightingMemory
from homeassistant.config_entries import ConfigEntry
from homeassistant.const import ATTR_RESTORED, STATE_UNAVAILABLE
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.helpers import entity_registry as er, frame, restore_state
from homeassistant.loader import DATA_CUSTOM_COMPONENTS
from homeassistant.setup import async_setup_component
from tests.integration.helpers import FiredEvents

from .automation_helpers import Config

# A plain state trigger needs these so as not to act on an entity that returns.
AVAILABLE: Config = {"not_from": ["unavailable"], "not_to": ["unavailable"]}
ALL_TYPES = ["employee", "visitor", "vip", "blocklisted", "stranger", "other"]

_RAN = "ran"
_ASK: Config = {"trigger": "event", "event_type": "ask"}


async def count_runs(
    hass: HomeAssistant,
    triggers: Mapping[str, Config],
    conditions: Mapping[str, Config],
) -> Counter[str]:
    """Set up an automation per trigger and condition; count the runs by name."""
    runs: Counter[str] = Counter()

    @callback
    def _count(event: Event) -> None:
        runs[event.data["how"]] += 1

    hass.bus.async_listen(_RAN, _count)
    listening = {how: {"triggers": trigger} for how, trigger in triggers.items()}
    asking = {
        how: {"triggers": _ASK, "conditions": condition}
        for how, condition in conditions.items()
    }
    configs = [
        {
            "id": how,
            "alias": how,
            "mode": "queued",
            **config,
            "actions": {"event": _RAN, "event_data": {"how": how}},
        }
        for how, config in {**listening, **asking}.items()
    ]
    assert await async_setup_component(hass, "automation", {"automation": configs})
    await hass.async_block_till_done()
    return runs


async def ask(hass: HomeAssistant) -> None:
    """Run the automations that check the conditions."""
    hass.bus.async_fire(str(_ASK["event_type"]))
    await hass.async_block_till_done()


async def until_recovered(
    hass: HomeAssistant, recovered: FiredEvents, count: int
) -> None:
    """Wait for recovered recognitions, and for everything that runs on them."""
    for _ in range(count):
        await recovered.next()
    await hass.async_block_till_done()


def forget_sightings(hass: HomeAssistant) -> None:
    """Forget every sighting, as only a restart does otherwise."""
    hass.data[_MEMORY] = SightingMemory(hass.loop.time)


@asynccontextmanager
async def before_restart(
    hass: HomeAssistant, hass_storage: dict[str, Any]
) -> AsyncGenerator[HomeAssistant]:
    """Run a Home Assistant that stops as for a restart and leaves its files."""
    async with async_test_home_assistant() as before:
        before.data.pop(DATA_CUSTOM_COMPONENTS)
        # It looks up integrations in the one given here.
        frame.async_setup(before)
        try:
            await restore_state.async_load(before)
            yield before
            await restore_state.async_get(before).async_dump_states()
        finally:
            await before.async_stop(force=True)
            frame.async_setup(hass)
    # Releases from 2026.11 store the ids of registry entries. The entries of a real
    # restart keep theirs; those of `remember_entities` are new.
    for stored in hass_storage[restore_state.STORAGE_KEY]["data"]:
        stored.pop("entity_registry_id", None)


def remember_entries(hass: HomeAssistant, *entries: ConfigEntry) -> None:
    """Add config entries that are set up together with the integration."""
    for entry in entries:
        MockConfigEntry.add_to_hass(entry, hass)


def remember_entities(before: HomeAssistant, hass: HomeAssistant) -> None:
    """Register the entities from before a restart, unavailable at first."""
    for entity in er.async_get(before).entities.values():
        er.async_get(hass).async_get_or_create(
            entity.domain,
            entity.platform,
            entity.unique_id,
            suggested_object_id=entity.entity_id.partition(".")[2],
        )
        hass.states.async_set(
            entity.entity_id, STATE_UNAVAILABLE, {ATTR_RESTORED: True}
        )
