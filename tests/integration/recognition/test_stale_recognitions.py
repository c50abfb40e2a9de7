"""No automation acts on a recognition from before."""

from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from custom_components.se_aibox.const import EVENT_RECOVERED
from emulator import EmulatedBox, PersonType
from homeassistant.core import HomeAssistant
from homeassistant.helpers import restore_state
from tests.integration.box.recovery_helpers import disconnect, drop, reboot
from tests.integration.conftest import SetUp
from tests.integration.helpers import (
    NEAR,
    RECOGNITION,
    FiredEvents,
    set_up_entry,
    state_of,
    until_listening,
)

from .automation_helpers import Config, recognized, recognized_within, seen
from .stale_helpers import (
    ALL_TYPES,
    AVAILABLE,
    ask,
    before_restart,
    count_runs,
    forget_sightings,
    remember_entities,
    until_recovered,
)

pytest_plugins = ["tests.integration.entity_fixtures"]
pytestmark = pytest.mark.usefixtures("every_entity_enabled")

_TRIGGERS: dict[str, Config] = {
    "bus event": {"trigger": "event", "event_type": RECOGNITION},
    "event entity": {"trigger": "state", **NEAR, **AVAILABLE},
    "event.received": {
        "trigger": "event.received",
        "target": NEAR,
        "options": {"event_type": ALL_TYPES},
    },
    "person sensor": {
        "trigger": "state",
        "entity_id": "sensor.front_door_last_person",
        **AVAILABLE,
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
_CONDITIONS = {"condition": recognized_within(NEAR, within=300)}
# Runs for an employee, a stranger and a blocklisted person, each new to the sensor.
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


async def _recognize_everyone(
    box: EmulatedBox, *, seconds_ago: float, push: bool
) -> int:
    """Recognize an employee, a stranger and a blocklisted person."""
    employee = next(
        each for each in box.people if each.person_type is PersonType.EMPLOYEE
    )
    blocklisted = next(
        each for each in box.people if each.person_type is PersonType.BLACKLIST
    )
    for number, who in enumerate((employee, None, blocklisted)):
        moment = round((box.state.now() - seconds_ago) * 1000) + number
        await box.recognize(box.devices[0], who, timestamp_ms=moment, push=push)
    return 3


async def _deliver_everyone(hass: HomeAssistant, box: EmulatedBox) -> None:
    fired = FiredEvents(hass, RECOGNITION)
    for _ in range(await _recognize_everyone(box, seconds_ago=0, push=True)):
        await fired.next()
    await hass.async_block_till_done()


async def _assert_only_live_recognitions_run(
    hass: HomeAssistant, box: EmulatedBox, runs: Counter[str]
) -> None:
    """Assert that nothing has run so far, and that live recognitions run all."""
    await ask(hass)
    assert runs == {}
    await _deliver_everyone(hass, box)
    await ask(hass)
    assert runs == {**_LIVE, "condition": 1}


type Fault = Callable[[EmulatedBox], Awaitable[None]]


@pytest.mark.parametrize("fault", [drop, reboot])
@pytest.mark.parametrize("seconds_ago", [1, 120])
async def test_no_automation_runs_after_a_disconnection(
    hass: HomeAssistant,
    box: EmulatedBox,
    set_up: SetUp,
    fault: Fault,
    seconds_ago: float,
) -> None:
    """The box recorded people meanwhile, even a second ago."""
    entry = await set_up()
    runs = await count_runs(hass, _TRIGGERS, _CONDITIONS)
    recovered = FiredEvents(hass, EVENT_RECOVERED)
    await disconnect(box, entry)
    missed = await _recognize_everyone(box, seconds_ago=seconds_ago, push=False)
    await fault(box)
    await box.port("events").open()
    await until_recovered(hass, recovered, missed)
    await until_listening(entry)
    await _assert_only_live_recognitions_run(hass, box, runs)


async def test_no_automation_runs_after_a_reload(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """People were recognized before it and during it."""
    entry = await set_up()
    await _deliver_everyone(hass, box)
    forget_sightings(hass)
    runs = await count_runs(hass, _TRIGGERS, _CONDITIONS)
    recovered = FiredEvents(hass, EVENT_RECOVERED)
    assert await hass.config_entries.async_unload(entry.entry_id)
    missed = await _recognize_everyone(box, seconds_ago=1, push=False)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await until_listening(entry)
    await until_recovered(hass, recovered, missed)
    assert recovered.unread == 0
    await _assert_only_live_recognitions_run(hass, box, runs)


# Home Assistant before the restart leaves some.
@pytest.mark.parametrize("expected_lingering_timers", [True])
async def test_no_automation_runs_after_a_restart(
    hass: HomeAssistant, box: EmulatedBox, hass_storage: dict[str, Any]
) -> None:
    """Automations start before the entities and the box are back."""
    async with before_restart(hass, hass_storage) as before:
        await set_up_entry(before, box)
        await _deliver_everyone(before, box)
        remember_entities(before, hass)
    missed = await _recognize_everyone(box, seconds_ago=1, push=False)
    await restore_state.async_load(hass)
    runs = await count_runs(hass, _TRIGGERS, _CONDITIONS)
    recovered = FiredEvents(hass, EVENT_RECOVERED)
    await set_up_entry(hass, box)
    # It is restored, so that its last event does not look new.
    assert state_of(hass, "event.front_door_recognition") != "unknown"
    await until_recovered(hass, recovered, missed)
    assert recovered.unread == 0
    await _assert_only_live_recognitions_run(hass, box, runs)
