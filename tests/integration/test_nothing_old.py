"""Whatever comes back, no automation acts upon somebody who was there before."""

from collections import Counter
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from pytest_homeassistant_custom_component.common import async_test_home_assistant  # type: ignore[import-untyped]  # It ships no py.typed.

from custom_components.se_aibox.const import EVENT_RECOVERED
from custom_components.se_aibox.coordinator import SeAiBoxConfigEntry
from custom_components.se_aibox.recent import _RECENT, RecentRecognitions
from emulator import EmulatedBox, PersonType
from homeassistant.const import ATTR_RESTORED, STATE_UNAVAILABLE
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.helpers import entity_registry as er, restore_state
from homeassistant.loader import DATA_CUSTOM_COMPONENTS
from homeassistant.setup import async_setup_component

from .automation_helpers import recognized, recognized_within, seen
from .helpers import (
    NEAR,
    RECOGNITION,
    Heard,
    make_entry,
    state_of,
    until_everything_is_asked,
    until_listening,
)
from .recovery_helpers import disconnect

pytest_plugins = ["tests.integration.entity_fixtures"]
pytestmark = pytest.mark.usefixtures("every_entity_enabled")

_ACTED = "acted"
_ASK = "ask"
_AVAILABLE = {"not_from": ["unavailable"], "not_to": ["unavailable"]}
_ALL_TYPES = ["employee", "visitor", "vip", "blocklisted", "stranger", "other"]
_LISTENERS: dict[str, dict[str, object]] = {
    "bus event": {"trigger": "event", "event_type": RECOGNITION},
    "event entity": {"trigger": "state", **NEAR, **_AVAILABLE},
    "event.received": {
        "trigger": "event.received",
        "target": NEAR,
        "options": {"event_type": _ALL_TYPES},
    },
    "person sensor": {
        "trigger": "state",
        "entity_id": "sensor.front_door_last_person",
        **_AVAILABLE,
    },
    "recently seen": {
        "trigger": "state",
        "entity_id": "binary_sensor.front_door_recently_seen",
        "to": "on",
    },
    "person_recognized": recognized(
        NEAR, person_types=["employee", "visitor", "vip", "blocklisted", "other"]
    ),
    "stranger_seen": seen("stranger_seen", NEAR),
    "blocklisted_person_seen": seen("blocklisted_person_seen", NEAR),
}
# Of a friend, a stranger and somebody blocklisted who come live, each of whom is new.
_LIVE = {
    "bus event": 3,
    "event entity": 3,
    "event.received": 3,
    "person sensor": 3,
    "recently seen": 1,
    "person_recognized": 2,
    "stranger_seen": 1,
    "blocklisted_person_seen": 1,
}


async def _automate(hass: HomeAssistant) -> Counter[str]:
    """Let real automations listen in every way, and count what they do; one asks by condition."""
    acted: Counter[str] = Counter()

    @callback
    def _count(event: Event) -> None:
        acted[event.data["how"]] += 1

    hass.bus.async_listen(_ACTED, _count)
    configs = [
        {
            "id": how,
            "alias": how,
            "mode": "queued",
            "triggers": trigger,
            "actions": {"event": _ACTED, "event_data": {"how": how}},
        }
        for how, trigger in _LISTENERS.items()
    ]
    configs.append(
        {
            "id": "condition",
            "alias": "condition",
            "triggers": {"trigger": "event", "event_type": _ASK},
            "conditions": recognized_within(NEAR, within=300),
            "actions": {"event": _ACTED, "event_data": {"how": "condition"}},
        }
    )
    assert await async_setup_component(hass, "automation", {"automation": configs})
    await hass.async_block_till_done()
    return acted


async def _set_up(hass: HomeAssistant, box: EmulatedBox) -> SeAiBoxConfigEntry:
    entry = make_entry(box)
    await hass.config_entries.async_add(entry)
    await hass.async_block_till_done()
    await until_listening(entry)
    await until_everything_is_asked()
    return entry


async def _see_everybody(box: EmulatedBox, *, seconds_ago: float, push: bool) -> int:
    """Let a friend, a stranger and somebody blocklisted appear."""
    friend = next(
        each for each in box.people if each.person_type is PersonType.EMPLOYEE
    )
    foe = next(each for each in box.people if each.person_type is PersonType.BLACKLIST)
    for number, who in enumerate((friend, None, foe)):
        moment = round((box.now() - seconds_ago) * 1000) + number
        await box.recognize(box.devices[0], who, timestamp_ms=moment, push=push)
    return 3


async def _hear_everybody(hass: HomeAssistant, box: EmulatedBox) -> None:
    heard = Heard(hass, RECOGNITION)
    for _ in range(await _see_everybody(box, seconds_ago=0, push=True)):
        await heard.next()
    await hass.async_block_till_done()


async def _ask(hass: HomeAssistant) -> None:
    hass.bus.async_fire(_ASK)
    await hass.async_block_till_done()


async def _told(hass: HomeAssistant, recovered: Heard, count: int) -> None:
    for _ in range(count):
        await recovered.next()
    await hass.async_block_till_done()


async def _assert_only_the_present_counts(
    hass: HomeAssistant, box: EmulatedBox, acted: Counter[str]
) -> None:
    """Assert that nothing was done so far, and that everything is done for whoever stands there now."""
    await _ask(hass)
    assert acted == {}
    await _hear_everybody(hass, box)
    await _ask(hass)
    assert acted == {**_LIVE, "condition": 1}


type Fault = Callable[[EmulatedBox], Awaitable[None]]


async def _drop(box: EmulatedBox) -> None:
    await box.drop()


async def _reboot(box: EmulatedBox) -> None:
    await box.stop()
    await box.start()


@pytest.mark.parametrize("fault", [_drop, _reboot])
@pytest.mark.parametrize("seconds_ago", [1, 120])
async def test_after_a_disconnection(
    hass: HomeAssistant, box: EmulatedBox, fault: Fault, seconds_ago: float
) -> None:
    """The socket was cut, or the box was started anew, while people passed: even a second ago."""
    entry = await _set_up(hass, box)
    acted = await _automate(hass)
    recovered = Heard(hass, EVENT_RECOVERED)
    await disconnect(box, entry)
    missed = await _see_everybody(box, seconds_ago=seconds_ago, push=False)
    await fault(box)
    await box.start_events_port()
    await _told(hass, recovered, missed)
    await _assert_only_the_present_counts(hass, box, acted)


async def test_after_a_reload(hass: HomeAssistant, box: EmulatedBox) -> None:
    """People passed before and while the entry was not loaded."""
    entry = await _set_up(hass, box)
    await _hear_everybody(hass, box)
    # What the condition remembers was seen live, and a reload is no reason to forget it.
    hass.data[_RECENT] = RecentRecognitions()
    acted = await _automate(hass)
    recovered = Heard(hass, EVENT_RECOVERED)
    assert await hass.config_entries.async_unload(entry.entry_id)
    missed = await _see_everybody(box, seconds_ago=1, push=False)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await until_listening(entry)
    await _told(hass, recovered, missed)
    assert recovered.unread == 0
    await _assert_only_the_present_counts(hass, box, acted)


@asynccontextmanager
async def _earlier_life() -> AsyncGenerator[HomeAssistant]:
    """Run another Home Assistant, and stop it as a restart does: it leaves its files."""
    async with async_test_home_assistant() as hass:
        hass.data.pop(DATA_CUSTOM_COMPONENTS)
        yield hass
        await restore_state.async_get(hass).async_dump_states()
        await hass.async_stop(force=True)


def _remember_entities(before: HomeAssistant, hass: HomeAssistant) -> None:
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


# Of the earlier life.
@pytest.mark.parametrize("expected_lingering_timers", [True])
async def test_after_a_restart(
    hass: HomeAssistant, box: EmulatedBox, hass_storage: dict[str, object]
) -> None:
    """Automations are there before the entities come back, and before the box says who passed meanwhile."""
    async with _earlier_life() as before:
        await restore_state.async_load(before)
        await _set_up(before, box)
        await _hear_everybody(before, box)
        _remember_entities(before, hass)
    missed = await _see_everybody(box, seconds_ago=1, push=False)
    await restore_state.async_load(hass)
    acted = await _automate(hass)
    recovered = Heard(hass, EVENT_RECOVERED)
    await _set_up(hass, box)
    # Restored, so that nobody takes the last one for new.
    assert state_of(hass, "event.front_door_recognition") != "unknown"
    await _told(hass, recovered, missed)
    assert recovered.unread == 0
    await _assert_only_the_present_counts(hass, box, acted)
