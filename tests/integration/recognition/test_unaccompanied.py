"""The option of *Stranger seen* that waits for company."""

from collections.abc import AsyncGenerator
from datetime import timedelta
import time

import pytest

from custom_components.se_aibox.const import EVENT_RECOVERED
from custom_components.se_aibox.recognition import company
from emulator import EmulatedBox, Identity
from homeassistant.core import HomeAssistant
from tests.integration.conftest import SetUp, WebSocketGenerator
from tests.integration.helpers import NEAR, FiredEvents, let_time_pass, until_listening

from .automation_helpers import (
    CHIEF,
    COLLEAGUE,
    CULPRIT,
    FRIEND,
    GUEST,
    Clock,
    Door,
    automate,
    doors_of,
    not_triggered,
    replace_clock,
    seen,
)

HALF_A_MINUTE = 30
ALONE = seen("stranger_seen", NEAR, unaccompanied_for={"seconds": HALF_A_MINUTE})


@pytest.fixture
def clock(hass: HomeAssistant) -> Clock:
    """Replace the clock of the memory."""
    return replace_clock(hass)


@pytest.fixture
async def doors(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, clock: Clock
) -> AsyncGenerator[list[Door]]:
    """Set up a box and return its capture devices."""
    yield doors_of(hass, box, await set_up())
    # No wait outlives the test.
    await turn_off(hass)


async def turn_off(hass: HomeAssistant) -> None:
    """Turn the automation off."""
    entity = {"entity_id": "automation.report"}
    await hass.services.async_call("automation", "turn_off", entity, blocking=True)


async def wait(hass: HomeAssistant, clock: Clock, seconds: int) -> None:
    """Let time pass, until the end of the next wait."""
    clock.tick(seconds)
    # Timers know nothing of that clock.
    let_time_pass(hass, timedelta(seconds=HALF_A_MINUTE + 1))
    await hass.async_block_till_done()


async def test_lone_stranger_fires_after_the_wait(
    hass: HomeAssistant, doors: list[Door], clock: Clock
) -> None:
    """People at another door are no company."""
    front_door, back_door, _ = doors
    runs = await automate(hass, ALONE)
    await back_door.sees(FRIEND)
    await front_door.sees()
    await back_door.sees(FRIEND)
    assert runs.unread == 0
    await wait(hass, clock, HALF_A_MINUTE)
    trigger = (await runs.next())["trigger"]
    assert trigger["reason"] == "unaccompanied"
    assert trigger["capture_device_name"] == "Front door"
    await wait(hass, clock, HALF_A_MINUTE)
    assert runs.unread == 0


@pytest.mark.parametrize("companion", [FRIEND, GUEST, CHIEF])
async def test_company_before_or_after_keeps_quiet(
    hass: HomeAssistant,
    doors: list[Door],
    clock: Clock,
    companion: Identity,
    hass_ws_client: WebSocketGenerator,
) -> None:
    """The trace has the reason: the stranger was accompanied."""
    front_door, *_ = doors
    runs = await automate(hass, ALONE)
    await front_door.sees(companion)
    clock.tick(HALF_A_MINUTE)
    await front_door.sees()
    assert (await not_triggered(hass_ws_client))["reason"] == "accompanied"
    clock.tick(1)
    await front_door.sees()
    clock.tick(HALF_A_MINUTE - 1)
    await front_door.sees(companion)
    assert (await not_triggered(hass_ws_client))["reason"] == "accompanied"
    await wait(hass, clock, HALF_A_MINUTE)
    assert runs.unread == 0


@pytest.mark.parametrize("dialect", ["nested"])
async def test_company_too_early_or_too_late_does_not_count(
    hass: HomeAssistant, doors: list[Door], clock: Clock
) -> None:
    """The wait is as long before as after."""
    front_door, *_ = doors
    runs = await automate(hass, ALONE)
    await front_door.sees(FRIEND)
    clock.tick(HALF_A_MINUTE + 1)
    await front_door.sees()
    await wait(hass, clock, HALF_A_MINUTE)
    await front_door.sees(FRIEND)
    assert runs.unread == 1


async def test_unwelcome_people_are_no_company(
    hass: HomeAssistant, doors: list[Door], clock: Clock
) -> None:
    """Neither are people of an unknown type, nor other strangers."""
    front_door, *_ = doors
    runs = await automate(hass, ALONE)
    changes = {"user_type": "boss", "ext_data": {"person_type": "boss"}}
    await front_door.sees(CULPRIT)
    await front_door.sees(COLLEAGUE, overrides=changes)
    await front_door.sees()
    await front_door.sees(CULPRIT)
    await wait(hass, clock, HALF_A_MINUTE)
    assert runs.unread == 1


async def recover(
    hass: HomeAssistant, box: EmulatedBox, identity: Identity | None = None
) -> None:
    """Let the box deliver a person or a stranger an hour late."""
    recovered = FiredEvents(hass, EVENT_RECOVERED)
    long_ago = round((time.time() - 3600) * 1000)
    await box.recognize(box.devices[0], identity, timestamp_ms=long_ago)
    await recovered.next()


async def test_recovered_company_does_not_count(
    hass: HomeAssistant, box: EmulatedBox, doors: list[Door], clock: Clock
) -> None:
    """Nothing acts on it, and it holds nothing back."""
    front_door, *_ = doors
    runs = await automate(hass, ALONE)
    await front_door.sees()
    await recover(hass, box, FRIEND)
    await wait(hass, clock, HALF_A_MINUTE)
    assert runs.unread == 1


async def test_recovered_stranger_does_not_wait(
    hass: HomeAssistant, box: EmulatedBox, doors: list[Door], clock: Clock
) -> None:
    """It never fires."""
    runs = await automate(hass, ALONE)
    await recover(hass, box)
    await wait(hass, clock, HALF_A_MINUTE)
    assert runs.unread == 0


async def test_each_stranger_waits_on_their_own(
    hass: HomeAssistant, doors: list[Door], clock: Clock
) -> None:
    """Two fire, one after the other."""
    front_door, *_ = doors
    runs = await automate(hass, ALONE)
    await front_door.sees()
    clock.tick(20)
    await front_door.sees()
    await wait(hass, clock, 10)
    assert runs.unread == 1
    await wait(hass, clock, 20)
    assert runs.unread == 2


async def test_quiet_time_counts_from_the_end_of_the_wait(
    hass: HomeAssistant, doors: list[Door], clock: Clock
) -> None:
    """That is when the trigger fires."""
    front_door, *_ = doors
    options = {"unaccompanied_for": {"seconds": 30}, "at_most_every": {"seconds": 60}}
    runs = await automate(hass, seen("stranger_seen", NEAR, **options))
    await front_door.sees()
    clock.tick(20)
    await front_door.sees()
    await wait(hass, clock, 10)
    await wait(hass, clock, 20)
    assert runs.unread == 1
    clock.tick(10)
    await front_door.sees()
    await wait(hass, clock, 30)
    assert runs.unread == 2


async def test_automation_that_is_turned_off_ends_the_wait(
    hass: HomeAssistant, doors: list[Door], clock: Clock
) -> None:
    """So does its reload, which turns it off and on."""
    front_door, *_ = doors
    runs = await automate(hass, ALONE)
    await front_door.sees()
    await turn_off(hass)
    entity = {"entity_id": "automation.report"}
    await hass.services.async_call("automation", "turn_on", entity, blocking=True)
    await wait(hass, clock, HALF_A_MINUTE)
    assert runs.unread == 0
    await front_door.sees()
    await wait(hass, clock, HALF_A_MINUTE)
    assert runs.unread == 1


@pytest.mark.parametrize("reloads", [True, False])
async def test_box_that_is_reloaded_or_unloaded_ends_the_wait(
    hass: HomeAssistant,
    box: EmulatedBox,
    set_up: SetUp,
    clock: Clock,
    hass_ws_client: WebSocketGenerator,
    reloads: bool,
) -> None:
    """Company may have come meanwhile, or cannot be seen any more."""
    entry = await set_up()
    front_door, *_ = doors_of(hass, box, entry)
    runs = await automate(hass, ALONE)
    await front_door.sees()
    if reloads:
        assert await hass.config_entries.async_reload(entry.entry_id)
        await until_listening(entry)
    else:
        assert await hass.config_entries.async_unload(entry.entry_id)
    await wait(hass, clock, HALF_A_MINUTE)
    assert runs.unread == 0
    assert (await not_triggered(hass_ws_client))["reason"] == "box_reloaded"


@pytest.mark.parametrize("dialect", ["nested"])
async def test_crowd_of_strangers_is_limited(
    hass: HomeAssistant,
    doors: list[Door],
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
    hass_ws_client: WebSocketGenerator,
) -> None:
    """The limit is two here; the first ones fire."""
    monkeypatch.setattr(company, "_MOST_WAITING", 2)
    front_door, *_ = doors
    runs = await automate(hass, ALONE)
    for _ in range(3):
        await front_door.sees()
    assert (await not_triggered(hass_ws_client))["reason"] == "too_many_waiting"
    await wait(hass, clock, HALF_A_MINUTE)
    assert runs.unread == 2
