"""The blueprint that opens a door, above all when it must not."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from custom_components.se_aibox import trigger
from custom_components.se_aibox.recognition.events import event_data
from custom_components.se_aibox.recognition.sighting import Sighting
from emulator import CannedAnswer, EmulatedBox, Identity
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.util import dt as dt_util
from tests.integration.conftest import SetUp
from tests.integration.helpers import FiredEvents, state_of
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

from .blueprint_helpers import SMALL, Phone, use_blueprint

type Guard = Callable[..., Awaitable[Door]]

pytest_plugins = [
    "tests.integration.blueprints.blueprint_fixtures",
    "tests.integration.entity_fixtures",
]

pytestmark = pytest.mark.parametrize("dialect", ["nested"])


@pytest.fixture
def opened(hass: HomeAssistant) -> FiredEvents:
    """Listen for openings of the door."""
    return FiredEvents(hass, "opened")


@pytest.fixture
def guard(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, tmp_path: Path
) -> Guard:
    """Return a function that sets up the automation for the front door."""

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


async def test_door_opens_for_chosen_people_only(
    guard: Guard, opened: FiredEvents
) -> None:
    """It never opens for a blocklisted person."""
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
async def test_low_or_missing_score_opens_nothing(
    guard: Guard, opened: FiredEvents, how: dict[str, Any]
) -> None:
    """A missing score may be a low one."""
    door = await guard()
    await door.sees(FRIEND, **how)
    assert opened.unread == 0


@pytest.mark.parametrize(
    ("change", "opens"),
    [({"simulated": False}, True), ({"simulated": True}, False), (None, False)],
)
async def test_simulated_recognition_opens_nothing(
    guard: Guard,
    opened: FiredEvents,
    monkeypatch: pytest.MonkeyPatch,
    change: dict[str, bool] | None,
    opens: bool,
) -> None:
    """Nor does one that is not marked as real."""

    def _changed(sighting: Sighting) -> dict[str, object]:
        data = event_data(sighting) | (change or {})
        return data if change else {k: data[k] for k in data if k != "simulated"}

    monkeypatch.setattr(trigger, "event_data", _changed)
    door = await guard()
    await door.sees(FRIEND, score=95.0)
    assert opened.unread == opens


async def test_empty_list_of_people_opens_nothing(
    guard: Guard, opened: FiredEvents
) -> None:
    """It does not mean everyone."""
    door = await guard(people=[])
    await door.sees(FRIEND, score=95.0)
    assert opened.unread == 0


async def test_box_instead_of_a_capture_device_opens_nothing(
    hass: HomeAssistant,
    box: EmulatedBox,
    set_up: SetUp,
    tmp_path: Path,
    opened: FiredEvents,
) -> None:
    """A face at another door would open this one."""
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


@pytest.mark.parametrize(("seconds", "opens"), [(5, True), (40, False), (-40, False)])
async def test_only_a_face_within_the_freshness_opens_the_door(
    guard: Guard, opened: FiredEvents, seconds: float, opens: bool
) -> None:
    """All faces here are fresh by the integration's limit of 60 seconds."""
    door = await guard(freshness=30)
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
async def test_door_opens_at_chosen_times_only(
    guard: Guard, opened: FiredEvents, after: int, before: int, opens: bool
) -> None:
    """The hours are relative to now and may span midnight."""
    after_time, before_time = (
        f"{dt_util.now() + timedelta(hours=hours):%H:%M:%S}"
        for hours in (after, before)
    )
    door = await guard(after=after_time, before=before_time)
    await door.sees(FRIEND, score=95.0)
    assert opened.unread == opens


@pytest.mark.usefixtures("noon")
async def test_door_opens_on_chosen_days_only(
    guard: Guard, opened: FiredEvents
) -> None:
    """Every day but today is chosen."""
    today = dt_util.now().strftime("%a").lower()
    others = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"} - {today}
    door = await guard(weekdays=sorted(others))
    await door.sees(FRIEND, score=95.0)
    assert opened.unread == 0


async def test_unmet_condition_keeps_the_door_closed(
    hass: HomeAssistant, guard: Guard, opened: FiredEvents
) -> None:
    """The condition is a second factor."""
    door = await guard(
        only_if=[{"condition": "state", "entity_id": "person.ming", "state": "home"}]
    )
    hass.states.async_set("person.ming", "not_home")
    await door.sees(FRIEND, score=95.0)
    assert opened.unread == 0
    hass.states.async_set("person.ming", "home")
    await door.sees(FRIEND, score=95.0)
    assert opened.unread == 1


async def test_door_opens_after_a_tap_on_its_question(
    hass: HomeAssistant,
    box: EmulatedBox,
    guard: Guard,
    opened: FiredEvents,
    phone: Phone,
) -> None:
    """Two questions can wait at the same time."""
    await guard(phones=[phone.device_id], question="{{ who }}?", button="开门")
    questions = []
    for identity in (FRIEND, GUEST):
        await box.recognize(box.devices[0], identity, score=95.0)
        questions.append(await phone.next())
    assert [question["message"][0:-1] for question in questions] == ["小明?", "Anna?"]
    (button,) = questions[0]["data"]["actions"]
    assert button["title"] == "开门"
    assert button["authenticationRequired"]
    assert questions[0]["data"]["image"].endswith(f"/face{SMALL}")
    assert opened.unread == 0
    phone.press(questions[1])
    assert await opened.next() == {"for": GUEST.name}
    phone.press(questions[0])
    assert await opened.next() == {"for": FRIEND.name}
    await hass.async_block_till_done()
    phone.press(questions[0])
    await hass.async_block_till_done()
    assert opened.unread == 0


async def test_answer_after_its_time_opens_nothing(
    hass: HomeAssistant,
    box: EmulatedBox,
    guard: Guard,
    opened: FiredEvents,
    phone: Phone,
) -> None:
    """The automation waits 0.2 seconds for it."""
    await guard(phones=[phone.device_id], answer_time={"seconds": 0.2})
    await box.recognize(box.devices[0], FRIEND, score=95.0)
    question = await phone.next()
    await hass.async_block_till_done()
    phone.press(question)
    await hass.async_block_till_done()
    assert opened.unread == 0


async def test_person_without_a_name_is_unnamed_in_a_question(
    box: EmulatedBox, guard: Guard, phone: Phone
) -> None:
    """A number alone would look like a name."""
    await guard(phones=[phone.device_id], question="{{ who }}")
    await box.recognize(box.devices[0], Identity("10023", "佚名"), score=95.0)
    assert (await phone.next())["message"] == "Unnamed (10023)\u200b"


async def test_name_in_a_question_is_plain_text(
    box: EmulatedBox, guard: Guard, opened: FiredEvents, phone: Phone
) -> None:
    """It is no markup."""
    await guard(phones=[phone.device_id], question="{{ who }}")
    await box.recognize(box.devices[0], Identity("10023", "<b>Dad</b>"), score=95.0)
    question = await phone.next()
    assert question["message"] == "＜b>Dad＜/b>\u200b"
    phone.press(question)
    assert await opened.next()


@pytest.mark.parametrize(
    "action",
    [
        {
            "action": "button.press",
            "target": {"entity_id": "button.front_door_open_door"},
        },
        {
            "action": "lock.unlock",
            "target": {"entity_id": "lock.front_door_lock"},
        },
    ],
)
@pytest.mark.usefixtures("every_entity_enabled")
async def test_door_stays_shut_in_lockdown(
    box: EmulatedBox,
    guard: Guard,
    caplog: pytest.LogCaptureFixture,
    action: dict[str, object],
) -> None:
    """The automation ends with the reason, and opens after the lockdown."""
    box.settings.pass_mode = "allforbidden"
    front_door = await guard(door=[action])
    await front_door.sees(FRIEND, score=95)
    assert "the box is locked down" in caplog.text
    caplog.clear()
    assert not box.door_actions
    box.settings.pass_mode = "normal"
    await front_door.sees(FRIEND, score=95)
    assert len(box.door_actions) == 1


@pytest.mark.usefixtures("every_entity_enabled")
async def test_door_stays_shut_while_a_lockdown_is_uncertain(
    hass: HomeAssistant,
    box: EmulatedBox,
    guard: Guard,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The box hung up at the change; later it reports the old mode."""
    door = {
        "action": "button.press",
        "target": {"entity_id": "button.front_door_open_door"},
    }
    front_door = await guard(door=[door])
    configuration = "/SophonConfig/api/Configs"
    hung_up = dict.fromkeys((configuration, f"{configuration}/PASSMODE"), b"")
    box.state.raw_answers.update(hung_up)
    control = "select.bm1684_180_pass_mode_control"
    with pytest.raises(HomeAssistantError):
        await hass.services.async_call(
            "select",
            "select_option",
            {"entity_id": control, "option": "nobody"},
            blocking=True,
        )
    assert state_of(hass, control) == "unknown"
    await front_door.sees(FRIEND, score=95)
    assert "the box is locked down" in caplog.text
    caplog.clear()
    assert not box.door_actions
    box.state.raw_answers.clear()
    await front_door.sees(FRIEND, score=95)
    assert len(box.door_actions) == 1


async def test_door_of_a_box_without_a_pass_mode_opens(
    box: EmulatedBox, guard: Guard
) -> None:
    """Boxes before V5R7 do not report it."""
    configuration = "/SophonConfig/api/Configs/PASSMODE"
    box.answer_instead[configuration] = CannedAnswer(404, b"<html>404</html>")
    door = {
        "action": "button.press",
        "target": {"entity_id": "button.front_door_open_door"},
    }
    front_door = await guard(door=[door])
    await front_door.sees(FRIEND, score=95)
    assert len(box.door_actions) == 1
