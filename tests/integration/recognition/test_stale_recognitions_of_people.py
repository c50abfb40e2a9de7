"""No automation acts on a recognition of a followed person from before."""

from collections import Counter
from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import pytest

from custom_components.se_aibox.const import DOMAIN, EVENT_RECOVERED
from custom_components.se_aibox.coordinator import SeAiBoxConfigEntry
from custom_components.se_aibox.people.following import (
    PeopleConfigEntry,
    person_identifier,
)
from emulator import EmulatedBox
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, restore_state
from homeassistant.setup import async_setup_component
from tests.integration.box.recovery_helpers import disconnect
from tests.integration.conftest import SetUp
from tests.integration.helpers import (
    NEAR,
    RECOGNITION,
    FiredEvents,
    make_entry,
    set_up_entry,
    state_of,
    until,
    until_listening,
)
from tests.integration.people.followed_people import (
    PEOPLE_ENTRY_ID,
    TOM,
    device_id_of,
    follow,
    make_people_entry,
    person_of,
)
from tests.integration.people.seen_people import EVENT

from .automation_helpers import Config, recognized, recognized_within
from .stale_helpers import (
    ALL_TYPES,
    AVAILABLE,
    ask,
    before_restart,
    count_runs,
    forget_sightings,
    remember_entities,
    remember_entries,
    until_recovered,
)

pytest_plugins = ["tests.integration.people.people_fixtures"]


def _triggers(tom: Config) -> dict[str, Config]:
    """Return every trigger for a followed person, given the device."""
    received = {"trigger": "event.received", "options": {"event_type": ALL_TYPES}}
    entity = {"entity_id": EVENT}
    return {
        "event entity": {"trigger": "state", **entity, **AVAILABLE},
        "event.received": {**received, "target": entity},
        "event.received of the device": {**received, "target": tom},
        "person_recognized": recognized(tom),
        "person_recognized by entity": recognized(entity),
        "person_recognized at a door": recognized(NEAR, people=[tom["device_id"]]),
        "person_recognized or anyone at a door": recognized({**tom, **NEAR}),
    }


def _conditions(tom: Config) -> dict[str, Config]:
    return {
        "condition": recognized_within(tom, within=300),
        "condition at a door": recognized_within(
            NEAR, within=300, people=[tom["device_id"]]
        ),
    }


async def _count_runs(hass: HomeAssistant, device_id: str) -> Counter[str]:
    tom = {"device_id": device_id}
    return await count_runs(hass, _triggers(tom), _conditions(tom))


async def _pass_by(box: EmulatedBox, seconds_ago: float, *, push: bool = True) -> None:
    moment = round((box.state.now() - seconds_ago) * 1000)
    await box.recognize(
        box.devices[0], person_of(box, TOM), timestamp_ms=moment, push=push
    )


async def _deliver_live(hass: HomeAssistant, box: EmulatedBox) -> None:
    fired = FiredEvents(hass, RECOGNITION)
    await _pass_by(box, 0)
    await fired.next()
    await hass.async_block_till_done()


async def _assert_nothing_ran(
    hass: HomeAssistant, runs: Counter[str], shown: str
) -> None:
    await ask(hass)
    assert runs == {}
    assert state_of(hass, EVENT) == shown


async def _assert_live_recognition_runs_all(
    hass: HomeAssistant, box: EmulatedBox, runs: Counter[str]
) -> None:
    """Assert that a live recognition runs everything once."""
    await _deliver_live(hass, box)
    await ask(hass)
    everything = _triggers({"device_id": ""}) | _conditions({"device_id": ""})
    assert runs == dict.fromkeys(everything, 1)


async def _pass_while_away(box: EmulatedBox, old: str) -> None:
    """Record the person during the absence."""
    if old == "recovered":
        # A second ago would be fresh for a live recognition.
        await _pass_by(box, 1, push=False)


async def _pass_once_back(box: EmulatedBox, old: str) -> None:
    """Push an old recognition after the absence, perhaps during the scan."""
    if old == "late":
        await box.wait_for_subscription()
        await _pass_by(box, 120)


async def _until_recovered_once(
    hass: HomeAssistant, entry: SeAiBoxConfigEntry, recovered: FiredEvents
) -> None:
    await until_recovered(hass, recovered, 1)
    await until_listening(entry)
    assert recovered.unread == 0


@asynccontextmanager
async def _reconnect(
    hass: HomeAssistant, box: EmulatedBox, entry: SeAiBoxConfigEntry
) -> AsyncGenerator[None]:
    await disconnect(box, entry)
    yield
    await box.port("events").open()


@asynccontextmanager
async def _reboot(
    hass: HomeAssistant, box: EmulatedBox, entry: SeAiBoxConfigEntry
) -> AsyncGenerator[None]:
    await box.cut_power()
    await until(lambda: not entry.runtime_data.data.connected)
    yield
    await box.start()


@asynccontextmanager
async def _reload_the_box(
    hass: HomeAssistant, box: EmulatedBox, entry: SeAiBoxConfigEntry
) -> AsyncGenerator[None]:
    assert await hass.config_entries.async_unload(entry.entry_id)
    yield
    assert await hass.config_entries.async_setup(entry.entry_id)


@asynccontextmanager
async def _reload_the_people(
    hass: HomeAssistant, box: EmulatedBox, entry: SeAiBoxConfigEntry
) -> AsyncGenerator[None]:
    """Reload the followed people while the box is disconnected."""
    # While the box is connected, it has nothing to recover.
    async with _reconnect(hass, box, entry):
        assert await hass.config_entries.async_unload(PEOPLE_ENTRY_ID)
        yield
        assert await hass.config_entries.async_setup(PEOPLE_ENTRY_ID)


type Absence = Callable[
    [HomeAssistant, EmulatedBox, SeAiBoxConfigEntry], AbstractAsyncContextManager[None]
]


@pytest.mark.parametrize("old", ["recovered", "late"])
@pytest.mark.parametrize(
    "absence", [_reconnect, _reboot, _reload_the_box, _reload_the_people]
)
async def test_no_automation_runs_after_an_absence(
    hass: HomeAssistant,
    box: EmulatedBox,
    set_up: SetUp,
    people: PeopleConfigEntry,
    absence: Absence,
    old: str,
) -> None:
    """Tom passed before it and during it, or is pushed late."""
    entry = await set_up()
    subentry_id = await follow(hass, people, "Tom", TOM)
    await _deliver_live(hass, box)
    shown = state_of(hass, EVENT)
    forget_sightings(hass)
    runs = await _count_runs(hass, device_id_of(hass, subentry_id))
    recovered = FiredEvents(hass, EVENT_RECOVERED)
    async with absence(hass, box, entry):
        await _pass_while_away(box, old)
    await _pass_once_back(box, old)
    await _until_recovered_once(hass, entry, recovered)
    await _assert_nothing_ran(hass, runs, shown)
    await _assert_live_recognition_runs_all(hass, box, runs)


def _remember_person(hass: HomeAssistant, subentry_id: str) -> str:
    """Register the device of a followed person before setup; return its id."""
    people = hass.config_entries.async_get_known_entry(PEOPLE_ENTRY_ID)
    return (
        dr.async_get(hass)
        .async_get_or_create(
            config_entry_id=people.entry_id,
            config_subentry_id=subentry_id,
            identifiers={person_identifier(people, subentry_id)},
            name="Tom",
        )
        .id
    )


# Home Assistant before the restart leaves some.
@pytest.mark.parametrize("expected_lingering_timers", [True])
@pytest.mark.parametrize("old", ["recovered", "late"])
async def test_no_automation_runs_after_a_restart(
    hass: HomeAssistant, box: EmulatedBox, hass_storage: dict[str, Any], old: str
) -> None:
    """Automations start before the person and the box."""
    people = make_people_entry()
    async with before_restart(hass, hass_storage) as before:
        await set_up_entry(before, box)
        await before.config_entries.async_add(people)
        subentry_id = await follow(before, people, "Tom", TOM)
        await _deliver_live(before, box)
        shown = state_of(before, EVENT)
        remember_entities(before, hass)
    await _pass_while_away(box, old)
    await restore_state.async_load(hass)
    entry = make_entry(box)
    remember_entries(hass, entry, make_people_entry(*people.subentries.values()))
    runs = await _count_runs(hass, _remember_person(hass, subentry_id))
    recovered = FiredEvents(hass, EVENT_RECOVERED)
    assert await async_setup_component(hass, DOMAIN, {})
    await _pass_once_back(box, old)
    await _until_recovered_once(hass, entry, recovered)
    await _assert_nothing_ran(hass, runs, shown)
    await _assert_live_recognition_runs_all(hass, box, runs)
