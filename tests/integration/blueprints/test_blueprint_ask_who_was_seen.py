"""The blueprint that answers questions about who was seen."""

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


NOT_TODAY = (
    "I have not seen 小明 today. The last time was yesterday at 10:00 AM, by 大门."
)


LAST_SEEN = (
    "I last saw b Eve yesterday at 7:00 PM, by the front door."
    " I cannot tell whether anybody is there now."
)
LAST_SEEN_CHINESE = (
    "最后看到的是小明，昨天 10:00 在大门。现在那里有没有人，我无法知道。"
)
NOT_AT_FRONT_DOOR = (
    "I have not seen 小明 at the front door today."
    " The last time was yesterday at 9:00 AM, by the front door."
)


@pytest.mark.usefixtures("yesterday")
@pytest.mark.parametrize(
    ("sentence", "answer"),
    [
        (
            "Who was at the front door yesterday?",
            (
                "b Eve came at 7:00 PM, 小明 at 9:00 AM and strangers twice, last at"
                " 1:06 PM, all by the front door."
            ),
        ),
        (
            "who was in front of the front door yesterday morning",
            "小明 came at 9:00 AM, by the front door.",
        ),
        (
            "Who came to the hall yesterday evening?",
            "b Eve came at 7:00 PM, by the front door.",
        ),
        (
            "Who was here yesterday afternoon?",
            "Strangers came twice, last at 1:06 PM, by the front door.",
        ),
        (
            "Who came between 1 and 1:05 pm yesterday?",
            "A stranger came at 1:00 PM, by the front door.",
        ),
        ("Who came yesterday morning?", "小明 came at 10:00 AM, by 大门."),
        ("Who was here this evening?", "That time is still to come."),
        ("Who was at the moon yesterday?", "I do not know a place called moon."),
        (
            "Who was at the lobby turnstile?",
            "I do not know a place called lobby turnstile.",
        ),
        (
            "Who was at the front door before the storm?",
            "I did not understand “before the storm”.",
        ),
        (
            "Who was at the front door in the last hour?",
            "I have seen nobody at the front door in the last hour.",
        ),
        (
            "Who is at the front door?",
            LAST_SEEN,
        ),
        ("Is anybody at the front door?", LAST_SEEN),
        ("Is there somebody in the hall?", LAST_SEEN),
        ("Is anyone at Gate 3?", "I do not know a place called gate 3."),
        (
            "Is there a stranger at the front door?",
            (
                "I last saw a stranger yesterday at 1:06 PM, by the front door."
                " I cannot tell whether anybody is there now."
            ),
        ),
        (
            "Was there a stranger at the front door yesterday?",
            "Strangers came twice, last at 1:06 PM, by the front door.",
        ),
        (
            "Were there any strangers at the front door today?",
            "I have seen no stranger at the front door today.",
        ),
        (
            "Did you see anybody at the front door this morning?",
            "I have seen nobody at the front door this morning.",
        ),
        ("Was 小明 at the front door today?", NOT_AT_FRONT_DOOR),
        ("Was 小明 here yesterday?", "小明 came at 10:00 AM, by 大门."),
        ("Has 小明 come home today?", NOT_TODAY),
        (
            "Were there any strangers this morning?",
            "I have seen no stranger this morning.",
        ),
        (
            "Did anyone come yesterday evening?",
            "b Eve came at 7:00 PM, by the front door.",
        ),
        ("When did 小明 come home yesterday?", "小明 came at 10:00 AM, by 大门."),
        (
            "When did 小明 first come yesterday?",
            "小明 came at 8:30 AM, by the front door.",
        ),
        ("When was 小明 last seen yesterday?", "小明 came at 10:00 AM, by 大门."),
        ("Did 小明 come home yesterday?", "小明 came at 10:00 AM, by 大门."),
        (
            "When did 小明 come home today?",
            NOT_TODAY,
        ),
        ("When did Eve come home?", "I know nobody called Eve. Do you mean b Eve?"),
        ("When did Nobody come home yesterday?", "I know nobody called Nobody."),
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
        ("昨天上午谁来过大门？", "小明 10:00 来过大门。"),
        ("大门昨天有谁来过？", "小明 10:00 来过大门。"),
        ("昨天下午谁来过？", "陌生人来过 Front door 2 次，最后一次是 13:06。"),
        ("昨天下午来过谁？", "陌生人来过 Front door 2 次，最后一次是 13:06。"),
        (
            "昨天谁来过？",
            (
                "来过的有：b Eve（19:00，Front door）、小明（10:00，大门），"
                "还有陌生人 2 次（最后一次 13:06，Front door）。"
            ),
        ),
        ("今天晚上谁来过", "那个时间还没有到。"),
        ("昨晚谁来过月球", "我不知道“月球”是哪里。"),
        ("上个月谁来过大门？", "我没听懂“上个月”。"),
        ("小明昨天是什么时候到家的？", "小明是 10:00 到的，在大门。"),
        ("昨天小明几点回来的？", "小明是 10:00 到的，在大门。"),
        ("小明昨天来过大门吗？", "小明是 10:00 到的，在大门。"),
        ("小明今天几点回家的？", "今天没有看到小明。上一次是昨天 10:00，在大门。"),
        ("汤姆昨天什么时候回家？", "我不认识叫“汤姆”的人。"),
        ("昨天凌晨谁在大门", "昨天凌晨没有在大门看到任何人。"),
        ("谁在大门？", LAST_SEEN_CHINESE),
        ("昨天晚上有没有人来过？", "b Eve 19:00 来过 Front door。"),
        ("今天有没有陌生人来过大门？", "今天没有在大门看到陌生人。"),
        ("昨天晚上有人来过吗？", "b Eve 19:00 来过 Front door。"),
        ("大门有人吗？", LAST_SEEN_CHINESE),
        ("大门口现在有没有人？", LAST_SEEN_CHINESE),
        ("是不是有人在大门？", LAST_SEEN_CHINESE),
        ("客厅有人吗？", "我不知道“客厅”是哪里。"),
        ("今天有陌生人来过大门吗？", "今天没有在大门看到陌生人。"),
        ("大门今天有没有来过陌生人？", "今天没有在大门看到陌生人。"),
        ("今天来过陌生人吗？", "今天没有看到陌生人。"),
        ("昨天有陌生人吗？", "陌生人来过 Front door 2 次，最后一次是 13:06。"),
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
        ("en", "Who was at the front door?", "I cannot ask BM1684-180 right now."),
        ("zh-Hans", "谁来过大门？", "现在无法查询 BM1684-180 的记录。"),
    ],
)
async def test_answer_reports_an_unavailable_box(
    ask: Ask,
    box: EmulatedBox,
    caplog: pytest.LogCaptureFixture,
    language: str,
    sentence: str,
    answer: str,
) -> None:
    """An answer without names would mean that no one came."""
    box.state.initializing = True
    assert await ask(sentence, language) == answer
    box.state.initializing = False
    caplog.clear()
