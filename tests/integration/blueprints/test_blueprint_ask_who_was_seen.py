"""The blueprint that answers who was seen, without a language model."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from emulator import EmulatedBox, Identity
from homeassistant.components.conversation import async_converse
from homeassistant.core import Context, HomeAssistant
from homeassistant.helpers import area_registry as ar, device_registry as dr
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
from tests.integration.conftest import SetUp
from tests.integration.helpers import record
from tests.integration.recognition.automation_helpers import COLLEAGUE, FRIEND, doors_of

from .blueprint_helpers import use_blueprint

type Ask = Callable[..., Awaitable[str]]

pytest_plugins = ["tests.integration.blueprints.blueprint_fixtures"]


@pytest.fixture
async def ask(
    hass: HomeAssistant, noon: None, box: EmulatedBox, set_up: SetUp, tmp_path: Path
) -> Ask:
    """Set up Assist and the automation for two of the three doors."""
    front_door, back_door, turnstile = doors_of(hass, box, await set_up())
    hall = ar.async_get(hass).async_create("Hall")
    dr.async_get(hass).async_update_device(front_door.device_id, area_id=hall.id)
    for domain in ("homeassistant", "conversation"):
        assert await async_setup_component(hass, domain, {})
    where = [front_door.device_id, back_door.device_id]

    await use_blueprint(hass, tmp_path, "ask_who_was_seen", where=where)
    assert turnstile.device_id not in where

    async def _ask(sentence: str, language: str = "en") -> str:
        answer = await async_converse(
            hass, sentence, None, Context(), language=language
        )
        speech = answer.response.speech["plain"]["speech"]
        assert isinstance(speech, str)
        return speech

    return _ask


def at(hour: float) -> datetime:
    """Return a time of yesterday."""
    return dt_util.start_of_local_day() + timedelta(days=-1, hours=hour)


@pytest.fixture
async def yesterday(ask: Ask, box: EmulatedBox) -> None:
    """Record recognitions of yesterday."""
    await record(box, at(8.5), FRIEND)
    await record(box, at(9), FRIEND)
    await record(box, at(10), FRIEND, door=1)
    await record(box, at(10.25), COLLEAGUE, door=2)
    await record(box, at(13))
    await record(box, at(13.1))
    await record(box, at(19), Identity("1", "<b>Eve"))


@pytest.mark.usefixtures("yesterday")
@pytest.mark.parametrize(
    ("sentence", "answer"),
    [
        (
            "Who was at the front door yesterday?",
            (
                " b>Eve (Front door, 19:00), 小明 (Front door, 08:30 to 09:00),"
                " a stranger 2 times."
            ),
        ),
        (
            "who was in front of the front door yesterday morning",
            "小明 (Front door, 08:30 to 09:00).",
        ),
        ("Who came to the hall yesterday evening?", " b>Eve (Front door, 19:00)."),
        ("Who was here yesterday afternoon?", "a stranger 2 times."),
        ("Who came yesterday morning?", "小明 (大门, Front door, 08:30 to 10:00)."),
        ("Who was here this evening?", "I have seen nobody."),
        ("Who was at the moon yesterday?", "I do not know the place moon."),
        ("Who was at the lobby turnstile?", "I do not know the place lobby turnstile."),
        (
            "When did 小明 come home yesterday?",
            "小明 (大门, Front door, 08:30 to 10:00).",
        ),
        (
            "When was 小明 last seen yesterday?",
            "小明 (大门, Front door, 08:30 to 10:00).",
        ),
        ("When did Tom come home yesterday?", "I have not seen Tom."),
    ],
)
async def test_english_question_is_answered_from_the_history(
    ask: Ask, sentence: str, answer: str
) -> None:
    """An unselected capture device is an unknown place."""
    assert await ask(sentence) == answer.strip()


@pytest.mark.usefixtures("yesterday")
@pytest.mark.parametrize(
    ("sentence", "answer"),
    [
        ("昨天上午谁来过大门？", "小明（大门，10:00）。"),
        ("大门昨天有谁来过？", "小明（大门，10:00）。"),
        ("昨天下午谁来过？", "陌生人2次。"),
        ("昨天下午来过谁？", "陌生人2次。"),
        ("昨晚谁来过月球", "我不知道“月球”是哪里。"),
        ("小明昨天是什么时候到家的？", "小明（大门, Front door，08:30到10:00）。"),
        ("昨天小明几点回来的？", "小明（大门, Front door，08:30到10:00）。"),
        ("汤姆昨天什么时候回家？", "没有看到汤姆。"),
        ("昨天凌晨谁在大门", "没有看到任何人。"),
    ],
)
async def test_chinese_question_is_answered_from_the_history(
    ask: Ask, sentence: str, answer: str
) -> None:
    """The words may come in several orders."""
    assert await ask(sentence, "zh-Hans") == answer


@pytest.mark.parametrize(
    ("language", "sentence", "answer"),
    [
        ("en", "Who was at the front door?", "I cannot ask the box right now."),
        ("zh-Hans", "谁来过大门？", "现在无法查询盒子的记录。"),
    ],
)
async def test_answer_says_that_the_box_is_unavailable(
    ask: Ask,
    box: EmulatedBox,
    caplog: pytest.LogCaptureFixture,
    language: str,
    sentence: str,
    answer: str,
) -> None:
    """An answer without names would mean that nobody came."""
    box.state.initializing = True
    assert await ask(sentence, language) == answer
    box.state.initializing = False
    caplog.clear()
