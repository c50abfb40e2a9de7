"""The blueprint that welcomes people home."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from custom_components.se_aibox.people.following import PeopleConfigEntry
from emulator import EmulatedBox, Identity
from homeassistant.core import HomeAssistant, ServiceCall
from tests.integration.conftest import SetUp
from tests.integration.helpers import FiredEvents, let_time_pass, until
from tests.integration.people.followed_people import follow
from tests.integration.recognition.automation_helpers import (
    CHIEF,
    COLLEAGUE,
    FRIEND,
    GUEST,
    doors_of,
)

from .blueprint_helpers import Clock, use_blueprint

type Sees = Callable[..., Awaitable[None]]
type Welcome = Callable[..., Awaitable[Sees]]

pytest_plugins = [
    "tests.integration.blueprints.blueprint_fixtures",
    "tests.integration.people.people_fixtures",
]

pytestmark = pytest.mark.parametrize("dialect", ["nested"])


@pytest.fixture
def calls(hass: HomeAssistant) -> list[ServiceCall]:
    """Return the calls to lights and loudspeakers."""
    calls: list[ServiceCall] = []
    for domain, action in (("light", "turn_on"), ("tts", "speak")):
        hass.services.async_register(domain, action, calls.append)
    return calls


@pytest.fixture
def greeted(hass: HomeAssistant) -> FiredEvents:
    """Listen for greetings."""
    return FiredEvents(hass, "greeted")


@pytest.fixture
def welcome(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, tmp_path: Path
) -> Welcome:
    """Return a function that sets up the automation."""

    async def _welcome(name: str = "welcome_home", **inputs: object) -> Sees:
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
        await use_blueprint(hass, tmp_path, name, **given | inputs)
        fired = FiredEvents(hass, "se_aibox_recognition")

        async def _sees(identity: Identity, **how: Any) -> None:
            await box.recognize(box.devices[0], identity, **how)
            await fired.next()

        return _sees

    return _welcome


async def test_no_one_is_greeted_during_the_pause_after_a_greeting(
    hass: HomeAssistant, welcome: Welcome, greeted: FiredEvents
) -> None:
    """Only chosen people are greeted."""
    chosen = [person.identity_id for person in (FRIEND, GUEST, CHIEF)]
    sees = await welcome(pause={"minutes": 30}, people=chosen)
    await sees(COLLEAGUE)
    await sees(FRIEND)
    assert await greeted.next() == {"who": "小明"}
    await sees(FRIEND)
    await sees(GUEST)
    assert greeted.unread == 0
    let_time_pass(hass, timedelta(minutes=31))
    await hass.async_block_till_done()
    await sees(CHIEF)
    # A greeting during the pause would come first.
    assert await greeted.next() == {"who": "Ms. Wu"}


async def test_empty_list_of_people_greets_no_one(
    hass: HomeAssistant, welcome: Welcome, greeted: FiredEvents
) -> None:
    """It does not mean everyone."""
    sees = await welcome(people=[])
    await sees(FRIEND)
    await hass.async_block_till_done()
    assert greeted.unread == 0


async def test_low_or_missing_score_is_not_greeted(
    welcome: Welcome, greeted: FiredEvents
) -> None:
    """The next person with a high score is."""
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
@pytest.mark.parametrize("just_home", [{"minutes": 15}, "00:15:00", "00:15", 900])
async def test_only_people_who_just_came_home_are_greeted(
    hass: HomeAssistant,
    welcome: Welcome,
    greeted: FiredEvents,
    clock: Clock,
    state: str,
    minutes: int,
    greets: bool,
    just_home: object,
) -> None:
    """A way back from the mailbox is not coming home."""
    hass.states.async_set("person.ming", state)
    sees = await welcome(persons=["person.ming"], just_home=just_home)
    clock.advance(timedelta(minutes=minutes))
    await sees(FRIEND)
    if greets:
        await greeted.next()
    else:
        await hass.async_block_till_done()
    assert greeted.unread == 0


@pytest.mark.parametrize(
    ("sun", "expected"),
    [("below_horizon", ["speak", "turn_on"]), ("above_horizon", ["speak"])],
)
async def test_lights_turn_on_in_the_dark_and_the_name_is_spoken(
    hass: HomeAssistant,
    welcome: Welcome,
    greeted: FiredEvents,
    calls: list[ServiceCall],
    sun: str,
    expected: list[str],
) -> None:
    """The spoken name contains no markup."""
    hass.states.async_set("sun.sun", sun)
    sees = await welcome(
        lights={"entity_id": ["light.hall"]},
        speech="tts.piper",
        speakers=["media_player.hall"],
        words="Hello {{ who }}",
    )
    await sees(Identity("10023", "<break/>Ming"))
    await greeted.next()
    # The three actions run in parallel, in any order.
    await until(lambda: len(calls) >= len(expected))
    assert sorted(call.service for call in calls) == expected
    [spoken] = [call.data for call in calls if call.service == "speak"]
    assert spoken["message"] == "Hello break/>Ming"
    assert spoken["media_player_entity_id"] == ["media_player.hall"]


@pytest.mark.parametrize(
    ("blueprint", "words", "who", "expected"),
    [
        ("welcome_home", {}, "佚名", "Welcome home"),
        ("zh-Hans/welcome_home", {}, "佚名", "欢迎回家"),
        ("welcome_home", {}, "Ming", "Welcome home, Ming"),
        ("welcome_home", {"words": "Hi, {{ who }}!"}, "佚名", "Hi!"),
        ("welcome_home", {"words": "Hi, {{ who }}, hi"}, "佚名", "Hi, hi"),
        ("zh-Hans/welcome_home", {"words": "{{ who }}您好，好"}, "佚名", "您好，好"),
    ],
)
async def test_person_without_a_name_is_greeted_without_a_comma(
    hass: HomeAssistant,
    welcome: Welcome,
    calls: list[ServiceCall],
    blueprint: str,
    words: dict[str, object],
    who: str,
    expected: str,
) -> None:
    """The word of the box for it is not spoken."""
    hass.states.async_set("sun.sun", "above_horizon")
    sees = await welcome(
        blueprint, speech="tts.piper", speakers=["media_player.hall"], **words
    )
    await sees(Identity("10023", who))
    await until(lambda: bool(calls))
    assert calls[0].data["message"] == expected


async def test_followed_person_without_a_name_on_the_box_is_greeted_by_yours(
    hass: HomeAssistant,
    people: PeopleConfigEntry,
    welcome: Welcome,
    calls: list[ServiceCall],
) -> None:
    """The user gave them a name when following them."""
    hass.states.async_set("sun.sun", "above_horizon")
    nameless = Identity("10010804", "佚名")
    sees = await welcome(
        people=[nameless.identity_id],
        speech="tts.piper",
        speakers=["media_player.hall"],
    )
    await follow(hass, people, "Grandma", nameless.identity_id)
    await sees(nameless)
    await until(lambda: bool(calls))
    assert calls[0].data["message"] == "Welcome home, Grandma"
