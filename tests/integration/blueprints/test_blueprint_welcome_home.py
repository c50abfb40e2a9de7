"""The blueprint that welcomes people home."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from emulator import EmulatedBox, Identity
from homeassistant.core import HomeAssistant, ServiceCall
from tests.integration.conftest import SetUp
from tests.integration.helpers import Heard, let_time_pass, until
from tests.integration.recognition.automation_helpers import (
    COLLEAGUE,
    FRIEND,
    GUEST,
    doors_of,
)

from .blueprint_helpers import Clock, use_blueprint

type Sees = Callable[..., Awaitable[None]]
type Welcome = Callable[..., Awaitable[Sees]]

pytest_plugins = ["tests.integration.blueprints.blueprint_fixtures"]

pytestmark = pytest.mark.parametrize("dialect", ["nested"])


@pytest.fixture
def calls(hass: HomeAssistant) -> list[ServiceCall]:
    """Return what lights and loudspeakers were asked for."""
    calls: list[ServiceCall] = []
    for domain, action in (("light", "turn_on"), ("tts", "speak")):
        hass.services.async_register(domain, action, calls.append)
    return calls


@pytest.fixture
def greeted(hass: HomeAssistant) -> Heard:
    """Listen to greetings."""
    return Heard(hass, "greeted")


@pytest.fixture
def welcome(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, tmp_path: Path
) -> Welcome:
    """Set up the automation for the front door and return what lets somebody appear there."""

    async def _welcome(**inputs: object) -> Sees:
        front_door, *_ = doors_of(hass, box, await set_up())
        greeting = {
            "event": "greeted",
            "event_data": {"who": "{{ trigger.identity_name }}"},
        }
        given: dict[str, object] = {
            "where": {"device_id": [front_door.device_id]},
            "people": [FRIEND.identity_id, GUEST.identity_id],
            "more": [greeting],
        }
        await use_blueprint(hass, tmp_path, "welcome_home", **given | inputs)
        heard = Heard(hass, "se_aibox_recognition")

        async def _sees(identity: Identity, **how: Any) -> None:
            await box.recognize(box.devices[0], identity, **how)
            await heard.next()

        return _sees

    return _welcome


async def test_greets_once(
    hass: HomeAssistant, welcome: Welcome, greeted: Heard
) -> None:
    """Whoever is meant is greeted; then there is a pause."""
    sees = await welcome(pause={"minutes": 30})
    await sees(COLLEAGUE)
    await sees(FRIEND)
    assert await greeted.next() == {"who": "小明"}
    await sees(FRIEND)
    await sees(GUEST)
    assert greeted.unread == 0
    let_time_pass(hass, timedelta(minutes=31))
    await hass.async_block_till_done()
    await sees(GUEST)
    assert await greeted.next() == {"who": "Anna"}


async def test_nobody_named_is_nobody(welcome: Welcome, greeted: Heard) -> None:
    """An empty list of people greets nobody."""
    sees = await welcome(people=[])
    await sees(FRIEND)
    assert greeted.unread == 0


async def test_minimum_score(welcome: Welcome, greeted: Heard) -> None:
    """Who is not like enough is not greeted."""
    sees = await welcome(minimum_score=90)
    await sees(FRIEND, score=89.0)
    await sees(FRIEND, omit=("score",))
    await sees(GUEST, score=91.0)
    assert await greeted.next() == {"who": "Anna"}


@pytest.mark.parametrize(
    ("state", "minutes", "greets"),
    [
        ("not_home", 60, True),
        ("home", 5, True),
        ("home", 60, False),
        ("unavailable", 60, False),
    ],
)
async def test_only_whoever_comes_home(
    hass: HomeAssistant,
    welcome: Welcome,
    greeted: Heard,
    clock: Clock,
    state: str,
    minutes: int,
    greets: bool,
) -> None:
    """Who has been at home for a while is not greeted on the way back from the letter box."""
    hass.states.async_set("person.ming", state)
    sees = await welcome(persons=["person.ming"], just_home={"minutes": 15})
    clock.advance(timedelta(minutes=minutes))
    await sees(FRIEND)
    if greets:
        await greeted.next()
    assert greeted.unread == 0


@pytest.mark.parametrize(
    ("sun", "expected"),
    [("below_horizon", ["speak", "turn_on"]), ("above_horizon", ["speak"])],
)
async def test_lights_and_words(
    hass: HomeAssistant,
    welcome: Welcome,
    greeted: Heard,
    calls: list[ServiceCall],
    sun: str,
    expected: list[str],
) -> None:
    """Lights go on when it is dark, and a name that is spoken is no markup."""
    hass.states.async_set("sun.sun", sun)
    sees = await welcome(
        lights={"entity_id": ["light.hall"]},
        speech="tts.piper",
        speakers=["media_player.hall"],
        words="Hello {{ who }}",
    )
    await sees(Identity("10023", "<break/>Ming"))
    await greeted.next()
    # None of the three waits for another: they come in any order.
    await until(lambda: len(calls) >= len(expected))
    assert sorted(call.service for call in calls) == expected
    [spoken] = [call.data for call in calls if call.service == "speak"]
    assert spoken["message"] == "Hello break/>Ming"
    assert spoken["media_player_entity_id"] == ["media_player.hall"]
