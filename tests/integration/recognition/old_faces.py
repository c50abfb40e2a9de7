"""Automations that count what they do, and what happens before they may do anything: an earlier life."""

from collections import Counter
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager

# It ships no py.typed.
from pytest_homeassistant_custom_component.common import (  # type: ignore[import-untyped]
    MockConfigEntry,
    async_test_home_assistant,
)

from custom_components.se_aibox.recognition.memory import _MEMORY, SightingMemory
from homeassistant.config_entries import ConfigEntry
from homeassistant.const import ATTR_RESTORED, STATE_UNAVAILABLE
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.helpers import entity_registry as er, restore_state
from homeassistant.loader import DATA_CUSTOM_COMPONENTS
from homeassistant.setup import async_setup_component
from tests.integration.helpers import Heard

from .automation_helpers import Config

# What keeps a plain state trigger from acting upon an entity that comes back.
AVAILABLE: Config = {"not_from": ["unavailable"], "not_to": ["unavailable"]}
ALL_TYPES = ["employee", "visitor", "vip", "blocklisted", "stranger", "other"]

_ACTED = "acted"
_ASK: Config = {"trigger": "event", "event_type": "ask"}


async def count_acts(
    hass: HomeAssistant,
    triggers: Mapping[str, Config],
    conditions: Mapping[str, Config],
) -> Counter[str]:
    """Let an automation listen by each trigger, and one ask by each condition, and count what they do by its name."""
    acted: Counter[str] = Counter()

    @callback
    def _count(event: Event) -> None:
        acted[event.data["how"]] += 1

    hass.bus.async_listen(_ACTED, _count)
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
            "actions": {"event": _ACTED, "event_data": {"how": how}},
        }
        for how, config in {**listening, **asking}.items()
    ]
    assert await async_setup_component(hass, "automation", {"automation": configs})
    await hass.async_block_till_done()
    return acted


async def ask(hass: HomeAssistant) -> None:
    """Let every condition be looked at."""
    hass.bus.async_fire(str(_ASK["event_type"]))
    await hass.async_block_till_done()


async def told(hass: HomeAssistant, recovered: Heard, count: int) -> None:
    """Wait until so many were told, and whatever would act on them has acted."""
    for _ in range(count):
        await recovered.next()
    await hass.async_block_till_done()


def forget_sightings(hass: HomeAssistant) -> None:
    """Let conditions know nobody: what they remember was seen live, which nothing but a restart forgets."""
    hass.data[_MEMORY] = SightingMemory(hass.loop.time)


@asynccontextmanager
async def earlier_life() -> AsyncGenerator[HomeAssistant]:
    """Run another Home Assistant, and stop it as a restart does: it leaves its files."""
    async with async_test_home_assistant() as hass:
        hass.data.pop(DATA_CUSTOM_COMPONENTS)
        await restore_state.async_load(hass)
        yield hass
        await restore_state.async_get(hass).async_dump_states()
        await hass.async_stop(force=True)


def remember_entries(hass: HomeAssistant, *entries: ConfigEntry) -> None:
    """Know config entries of before, which are set up together with their integration."""
    for entry in entries:
        MockConfigEntry.add_to_hass(entry, hass)


def remember_entities(before: HomeAssistant, hass: HomeAssistant) -> None:
    """Know the entities of before, and write of them what Home Assistant writes before anything is set up."""
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
