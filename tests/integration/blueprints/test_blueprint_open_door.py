"""The blueprint that opens a door: whom it lets in, and above all whom not."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from emulator import EmulatedBox, Identity
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
from tests.integration.conftest import SetUp
from tests.integration.helpers import Heard
from tests.integration.recognition.automation_helpers import (
    CHIEF,
    COLLEAGUE,
    CULPRIT,
    FRIEND,
    GUEST,
    Door,
    box_device_id,
    doors_of,
)

from .blueprint_helpers import Phone, use_blueprint

type Guard = Callable[..., Awaitable[Door]]

pytest_plugins = ["tests.integration.blueprints.blueprint_fixtures"]

pytestmark = pytest.mark.parametrize("dialect", ["nested"])


@pytest.fixture
def opened(hass: HomeAssistant) -> Heard:
    """Listen to the door."""
    return Heard(hass, "opened")


@pytest.fixture
def guard(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, tmp_path: Path
) -> Guard:
    """Set up the automation for the front door and return that."""

    async def _guard(**inputs: object) -> Door:
        front_door, *_ = doors_of(hass, box, await set_up())
        door = {"event": "opened", "event_data": {"for": "{{ trigger.identity_name }}"}}
        given: dict[str, object] = {
            "where": [front_door.device_id],
            "people": [FRIEND.identity_id, GUEST.identity_id],
            "minimum_score": 90,
            "door": [door],
        }
        await use_blueprint(hass, tmp_path, "open_door", **given | inputs)
        return front_door

    return _guard


async def test_whom_it_lets_in(guard: Guard, opened: Heard) -> None:
    """The chosen people and nobody else, whoever they are."""
    door = await guard(people=["10023", "20001", "66600"])
    for identity in (FRIEND, COLLEAGUE, GUEST, CHIEF, CULPRIT, None):
        await door.sees(identity, score=95.0)
    assert [await opened.next() for _ in range(2)] == [
        {"for": FRIEND.name},
        {"for": GUEST.name},
    ]
    assert opened.unread == 0


@pytest.mark.parametrize(
    "how",
    [{"score": 89.9}, {"omit": ("score",)}],
)
async def test_score_that_is_too_low(
    guard: Guard, opened: Heard, how: dict[str, Any]
) -> None:
    """A face that is not like enough, or nobody knows how much, opens nothing."""
    door = await guard()
    await door.sees(FRIEND, **how)
    assert opened.unread == 0


async def test_nobody_named_is_nobody(guard: Guard, opened: Heard) -> None:
    """An empty list of people lets nobody in."""
    door = await guard(people=[])
    await door.sees(FRIEND, score=95.0)
    assert opened.unread == 0


async def test_box_is_no_door(
    hass: HomeAssistant,
    box: EmulatedBox,
    set_up: SetUp,
    tmp_path: Path,
    opened: Heard,
) -> None:
    """A box in place of a capture device would open for faces at other doors: it opens for none."""
    entry = await set_up()
    front_door, *_ = doors_of(hass, box, entry)
    await use_blueprint(
        hass,
        tmp_path,
        "open_door",
        where=[box_device_id(hass, entry)],
        people=[FRIEND.identity_id],
        minimum_score=90,
        door=[{"event": "opened"}],
    )
    await front_door.sees(FRIEND, score=95.0)
    assert opened.unread == 0


@pytest.mark.parametrize(("seconds", "opens"), [(8, True), (12, False), (-12, False)])
async def test_freshness(
    guard: Guard, opened: Heard, seconds: float, opens: bool
) -> None:
    """A face of longer ago than chosen opens nothing, nor one from the future, though they are fresh enough for others."""
    door = await guard(freshness=10)
    moment = dt_util.utcnow() - timedelta(seconds=seconds)
    await door.sees(FRIEND, score=95.0, timestamp_ms=round(moment.timestamp() * 1000))
    assert opened.unread == opens


@pytest.mark.parametrize(
    ("after", "before", "opens"),
    [
        (-1, 1, True),
        (1, 2, False),
        (-2, -1, False),
        (1, -1, False),
        (-1, -2, True),
        (3, 3, True),
    ],
)
async def test_times(
    guard: Guard, opened: Heard, after: int, before: int, opens: bool
) -> None:
    """It opens at the chosen times only, across midnight too; hours from now."""
    after_time, before_time = (
        f"{dt_util.now() + timedelta(hours=hours):%H:%M:%S}"
        for hours in (after, before)
    )
    door = await guard(after=after_time, before=before_time)
    await door.sees(FRIEND, score=95.0)
    assert opened.unread == opens


async def test_days(guard: Guard, opened: Heard) -> None:
    """It opens on the chosen days only."""
    today = dt_util.now().strftime("%a").lower()
    others = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"} - {today}
    door = await guard(weekdays=sorted(others))
    await door.sees(FRIEND, score=95.0)
    assert opened.unread == 0


async def test_condition_as_second_factor(
    hass: HomeAssistant, guard: Guard, opened: Heard
) -> None:
    """A face alone opens nothing while the condition is not met."""
    door = await guard(
        only_if=[{"condition": "state", "entity_id": "person.ming", "state": "home"}]
    )
    hass.states.async_set("person.ming", "not_home")
    await door.sees(FRIEND, score=95.0)
    assert opened.unread == 0
    hass.states.async_set("person.ming", "home")
    await door.sees(FRIEND, score=95.0)
    assert opened.unread == 1


async def test_phone_as_second_factor(
    hass: HomeAssistant, box: EmulatedBox, guard: Guard, opened: Heard, phone: Phone
) -> None:
    """It opens after a tap, for the one whose question was answered; asking two at once is no trouble."""
    await guard(phones=[phone.device_id], question="{{ who }}?", button="开门")
    questions = []
    for identity in (FRIEND, GUEST):
        await box.recognize(box.devices[0], identity, score=95.0)
        questions.append(await phone.next())
    assert [question["message"][0:-1] for question in questions] == ["小明?", "Anna?"]
    (button,) = questions[0]["data"]["actions"]
    assert button["title"] == "开门"
    assert button["authenticationRequired"]
    assert questions[0]["data"]["image"].endswith("/face")
    assert opened.unread == 0
    phone.press(questions[1])
    assert await opened.next() == {"for": GUEST.name}
    phone.press(questions[0])
    assert await opened.next() == {"for": FRIEND.name}
    await hass.async_block_till_done()
    phone.press(questions[0])
    await hass.async_block_till_done()
    assert opened.unread == 0


async def test_answer_that_comes_too_late(
    hass: HomeAssistant, box: EmulatedBox, guard: Guard, opened: Heard, phone: Phone
) -> None:
    """Nobody answers in time, and nothing opens."""
    await guard(phones=[phone.device_id], answer_time={"seconds": 0.2})
    await box.recognize(box.devices[0], FRIEND, score=95.0)
    question = await phone.next()
    await hass.async_block_till_done()
    phone.press(question)
    await hass.async_block_till_done()
    assert opened.unread == 0


async def test_name_is_text(
    box: EmulatedBox, guard: Guard, opened: Heard, phone: Phone
) -> None:
    """Whoever writes names into a box writes no markup into a question."""
    await guard(phones=[phone.device_id], question="{{ who }}")
    await box.recognize(box.devices[0], Identity("10023", "<b>Dad</b>"), score=95.0)
    question = await phone.next()
    assert question["message"] == "＜b>Dad＜/b>\u200b"
    phone.press(question)
    assert await opened.next()
