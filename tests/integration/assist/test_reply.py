"""Answers in words about the person that is meant, and about gaps."""

from datetime import datetime, timedelta

import pytest

from custom_components.se_aibox.assist import lookback
from custom_components.se_aibox.people.following import PeopleConfigEntry
from custom_components.se_aibox.text import time_text
from emulator import EmulatedBox, EmulatedSe3, Identity
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import device_registry as dr
from homeassistant.util import dt as dt_util
from tests.integration.actions.action_helpers import act
from tests.integration.conftest import SetUp
from tests.integration.helpers import NEAR, RECOGNITION, FiredEvents, record
from tests.integration.people.followed_people import (
    ENTRY_IDS,
    TOM,
    Boxes,
    device_id_of,
    follow,
    person_of,
)
from tests.integration.recognition.automation_helpers import (
    COLLEAGUE,
    FRIEND,
    box_device_id,
    doors_of,
)
from tests.integration.se3.se3_helpers import add, make_se3_entry

pytest_plugins = [
    "tests.integration.people.people_fixtures",
    "tests.integration.se3.se3_fixtures",
]

MING = "666666"


async def asks(hass: HomeAssistant, question: str, *device_ids: str) -> str:
    """Return the answer, by default from the front door."""
    target = {"device_id": list(device_ids)} if device_ids else NEAR
    response = await act(hass, "answer_question", {"question": question}, target=target)
    answer = response["answer"]
    assert isinstance(answer, str)
    return answer


def at(hour: float, days_ago: int = 0) -> datetime:
    """Return a local time."""
    return dt_util.start_of_local_day() + timedelta(days=-days_ago, hours=hour)


@pytest.fixture
def doors(hass: HomeAssistant, noon: None, boxes: Boxes) -> tuple[str, str]:
    """Return the front door of one box, and the garage of the other."""
    entries = [
        hass.config_entries.async_get_known_entry(entry_id)
        for entry_id in ENTRY_IDS.values()
    ]
    front, garage = (
        doors_of(hass, box, entry)[0].device_id
        for box, entry in zip(boxes, entries, strict=True)
    )
    dr.async_get(hass).async_update_device(garage, name_by_user="Garage")
    return front, garage


async def test_followed_person_with_several_ids_is_one_person(
    hass: HomeAssistant,
    boxes: Boxes,
    people: PeopleConfigEntry,
    doors: tuple[str, str],
) -> None:
    """The user's name is used, and the box's name is understood."""
    await follow(hass, people, "Dad", TOM, MING)
    await record(boxes.nested, at(8), person_of(boxes.nested, TOM))
    await record(boxes.nested, at(9), person_of(boxes.nested, MING))
    await record(boxes.flat, at(10), person_of(boxes.flat, MING))
    dad = "Dad came at 10:00 AM, by the garage."
    assert await asks(hass, "Who came today?", *doors) == dad
    assert await asks(hass, "When did dad come home?", *doors) == dad
    assert await asks(hass, "When did Tom come home?", *doors) == dad
    at_front = "Dad came at 9:00 AM, by the front door."
    assert await asks(hass, "Who came today?", doors[0]) == at_front
    question = "When did Dad first come today?"
    assert (
        await asks(hass, question, *doors) == "Dad came at 8:00 AM, by the front door."
    )


async def test_one_id_on_two_boxes_is_two_people(
    hass: HomeAssistant, boxes: Boxes, doors: tuple[str, str]
) -> None:
    """A part of a name finds both; a whole name finds one."""
    await record(boxes.nested, at(8), Identity("777", "Anna Schmidt"))
    await record(boxes.flat, at(9), Identity("777", "Anna Wu"))
    both = (
        "Anna Wu came at 9:00 AM by the garage"
        " and Anna Schmidt at 8:00 AM by the front door."
    )
    assert await asks(hass, "Who came today?", *doors) == both
    assert await asks(hass, "When did Anna come home?", *doors) == (
        f"I know 2 people called Anna: {both}"
    )
    assert await asks(hass, "Anna今天什么时候到家的？", *doors) == (
        "叫“Anna”的有 2 人：Anna Wu（09:00，Garage）、"
        "Anna Schmidt（08:00，Front door）。"
    )
    assert await asks(hass, "When did schmidt come home?", *doors) == (
        "Anna Schmidt came at 8:00 AM, by the front door."
    )
    await record(boxes.nested, at(7), Identity("778", "Anna"))
    assert await asks(hass, "When did Anna come home?", *doors) == (
        "Anna came at 7:00 AM, by the front door."
    )


async def test_one_id_with_one_name_on_two_boxes_is_one_person(
    hass: HomeAssistant, boxes: Boxes, doors: tuple[str, str]
) -> None:
    """The name is said once, with the last time; people without names stay separate."""
    await record(boxes.nested, at(7), Identity("777", "Anna Wu-Schmidt"))
    await record(boxes.nested, at(8), Identity("777", "Anna Schmidt"))
    await record(boxes.flat, at(9), Identity("777", "anna schmidt"))
    anna = "anna schmidt came at 9:00 AM, by the garage."
    assert await asks(hass, "Who came today?", *doors) == anna
    assert await asks(hass, "When did Anna come home?", *doors) == anna

    await record(boxes.nested, at(10), Identity("778", "佚名"))
    await record(boxes.flat, at(11), Identity("778", "佚名"))
    answer = await asks(hass, "Who came today?", *doors)
    assert answer.count("Unnamed (778)") == 2


async def test_known_person_who_was_not_seen_is_not_unknown(
    hass: HomeAssistant,
    boxes: Boxes,
    people: PeopleConfigEntry,
    doors: tuple[str, str],
) -> None:
    """Known by following, by enrollment, or from an earlier time."""
    ming = person_of(boxes.flat, MING).name
    assert await asks(hass, f"When did {ming} come home?", *doors) == (
        f"I have not seen {ming} in the last 24 hours."
    )
    assert await asks(hass, f"{ming}回家了吗？", *doors) == (
        f"最近 24 小时没有看到{ming}。"
    )
    await record(boxes.flat, at(9, days_ago=2), Identity("777", "Anna Schmidt"))
    await record(boxes.flat, at(9, days_ago=20), Identity("778", "Bert Wu"))
    weekday = f"{at(9, days_ago=2):%A}"
    assert await asks(hass, "When did Anna come home today?", *doors) == (
        "I have not seen Anna Schmidt today. The last time was on"
        f" {weekday} at 9:00 AM, by the garage."
    )
    moment = at(9, days_ago=20)
    assert await asks(hass, "When did Bert come home?", *doors) == (
        "I have not seen Bert Wu in the last 24 hours. The last time was on"
        f" {moment:%B} {moment.day} at 9:00 AM, by the garage."
    )
    assert await asks(hass, "Bert 今天几点来的", *doors) == (
        "今天没有看到 Bert Wu。"
        f"上一次是 {moment.month}月{moment.day}日 09:00，在 Garage。"
    )
    await record(boxes.flat, at(9, days_ago=4), Identity("780", "Carl"))
    weekday = "一二三四五六日"[at(9, days_ago=4).weekday()]
    assert await asks(hass, "Carl 今天回家了吗", *doors) == (
        f"今天没有看到 Carl。上一次是周{weekday} 09:00，在 Garage。"
    )
    await record(boxes.flat, at(9, days_ago=3), Identity("779", "Anna Wu"))
    assert await asks(hass, "Did Anna come home today?", *doors) == (
        "I have not seen Anna Schmidt or Anna Wu today."
    )
    await follow(hass, people, "Grandpa Joe", "no such id")
    assert await asks(hass, "Did Joe come home today?", *doors) == (
        "I have not seen Grandpa Joe today."
    )
    assert await asks(hass, "Did Nemo come home today?", *doors) == (
        "I know nobody called Nemo."
    )


async def test_name_of_two_words_is_one_person_among_many_with_either(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, noon: None
) -> None:
    """The number of people who came since does not matter."""
    await set_up()
    await record(box, at(9, days_ago=2), Identity("1", "Li Na"))
    await record(box, at(9, days_ago=3), Identity("2", "Wang Li"))
    weekday = f"{at(9, days_ago=2):%A}"
    for minute in range(60):
        await record(box, at(8 + minute / 60), Identity("3", "Alice"))
        await record(box, at(9 + minute / 60), Identity("4", "Na Ying"))
    for name in ("Li Na", "li  na", "Na Li"):
        assert await asks(hass, f"When did {name} come home?") == (
            "I have not seen Li Na in the last 24 hours. The last time was on"
            f" {weekday} at 9:00 AM, by the front door."
        )
    await record(box, at(10), Identity("1", "Li Na"))
    assert await asks(hass, "Did li na come home today?") == (
        "Li Na came at 10:00 AM, by the front door."
    )
    assert await asks(hass, "Li Na今天回家了吗？") == (
        "Li Na 是 10:00 到的，在 Front door。"
    )


@pytest.mark.parametrize("dialect", ["nested"])
async def test_person_may_be_known_where_not_everything_was_searched(
    hass: HomeAssistant,
    box: EmulatedBox,
    set_up: SetUp,
    noon: None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Many others have a part of the name."""
    await set_up()
    for hour in range(4):
        await record(box, at(hour, days_ago=2), Identity("1", "Zoelle"))
    assert await asks(hass, "Did Zoe come home today?") == (
        "I know nobody called Zoe. Do you mean Zoelle?"
    )
    monkeypatch.setattr(lookback, "_PER_PAGE", 2)
    monkeypatch.setattr(lookback, "_MOST_RECORDS", 2)
    assert await asks(hass, "Did Zoe come home today?") == (
        "I have seen nobody called Zoe today."
    )


async def test_box_that_cannot_be_searched_may_know_the_person(
    hass: HomeAssistant, boxes: Boxes, doors: tuple[str, str]
) -> None:
    """Its answers would contain enrolled photos, which the switch withholds."""
    await hass.services.async_call(
        "switch", "turn_off", {"entity_id": "all"}, blocking=True
    )
    assert await asks(hass, "Did Nemo come home today?", *doors) == (
        "I have seen nobody called Nemo today."
    )
    assert await asks(hass, "尼莫今天回家了吗？", *doors) == (
        "今天没有看到叫“尼莫”的人。"
    )


async def test_answer_of_an_unavailable_box_does_not_deny_recognitions(
    hass: HomeAssistant, boxes: Boxes, doors: tuple[str, str]
) -> None:
    """The other boxes answer."""
    boxes.nested.state.initializing = True
    nobody = "I have seen nobody today. I cannot ask Old box right now."
    assert await asks(hass, "Who came today?", *doors) == nobody
    assert await asks(hass, "今天谁来过？", *doors) == (
        "今天没有看到任何人。现在无法查询 Old box 的记录。"
    )
    assert await asks(hass, "Who came today?", doors[0]) == (
        "I cannot ask Old box right now."
    )
    assert await asks(hass, "When did Nemo come home today?", doors[0]) == (
        "I cannot ask Old box right now."
    )
    await record(boxes.flat, at(9), COLLEAGUE)
    assert await asks(hass, "Who came today?", *doors) == (
        "Tom came at 9:00 AM, by the garage. I cannot ask Old box right now."
    )
    boxes.nested.state.initializing = False


async def test_answer_lists_ten_people_and_says_how_many_more(
    hass: HomeAssistant, noon: None, box: EmulatedBox, set_up: SetUp
) -> None:
    """Names are short, and no markup."""
    await set_up()
    for number in range(12):
        await record(box, at(8 + number / 60), Identity(f"9{number:02}", f"N{number}"))
    await record(box, at(7))
    names = "、".join(f"N{number}（08:{number:02}）" for number in range(11, 1, -1))
    assert await asks(hass, "今天谁来过？") == (
        f"来过 Front door 的有：{names}，还有另外 2 人和一名陌生人（07:00）。"
    )
    assert await asks(hass, "今天早上7点谁来过？") == (
        "一名陌生人 07:00 来过 Front door。"
    )
    listed = "N11 came at 8:11 AM, " + ", ".join(
        f"N{number} at 8:{number:02} AM" for number in range(10, 1, -1)
    )
    assert await asks(hass, "Who came today?") == (
        f"{listed}, 2 others and a stranger at 7:00 AM, all by the front door."
    )
    await record(box, at(9), Identity("1", f"<b>{'X' * 250}\n"))
    await record(box, at(9.5), Identity("10010804", "佚名"))
    assert await asks(hass, "Who came since 8:30 am?") == (
        f"Unnamed (10010804) came at 9:30 AM and b {'X' * 58}… at 9:00 AM, all by the"
        " front door."
    )
    assert await asks(hass, "今天上午9:20以后谁来过？") == (
        "未命名（10010804）09:30 来过 Front door。"
    )


@pytest.mark.parametrize("dialect", ["nested"])
async def test_question_about_now_gets_the_last_person(
    hass: HomeAssistant, noon: None, box: EmulatedBox, set_up: SetUp
) -> None:
    """The time since then does not matter."""
    await set_up()
    cannot_tell = "I cannot tell whether anybody is there now."
    assert await asks(hass, "Who is at the front door?") == (
        f"I have seen nobody at the front door so far. {cannot_tell}"
    )
    assert await asks(hass, "谁在Front door？") == (
        "到目前为止没有在 Front door 看到任何人。现在那里有没有人，我无法知道。"
    )
    await record(box, at(9, days_ago=1), FRIEND)
    assert await asks(hass, "Who is at the front door?") == (
        f"I last saw 小明 yesterday at 9:00 AM, by the front door. {cannot_tell}"
    )
    await record(box, at(10))
    assert await asks(hass, "Who is here?") == (
        f"I last saw a stranger at 10:00 AM, by the front door. {cannot_tell}"
    )


@pytest.mark.parametrize("dialect", ["nested"])
@pytest.mark.parametrize("minutes", [90, -90])
async def test_times_are_by_our_clock_although_the_box_clock_is_off(
    hass: HomeAssistant,
    noon: None,
    box: EmulatedBox,
    set_up: SetUp,
    minutes: int,
) -> None:
    """The last hour is ours, too."""
    box.state.clock_offset = minutes * 60.0
    front_door, *_ = doors_of(hass, box, await set_up())
    await front_door.sees(FRIEND)
    now = time_text(dt_util.now(), "en")
    answer = await asks(hass, "Who came in the last 10 minutes?")
    assert answer == f"小明 came at {now}, by the front door."


@pytest.mark.parametrize("dialect", ["nested"])
async def test_limited_answer_has_the_earliest_time(
    hass: HomeAssistant,
    noon: None,
    box: EmulatedBox,
    set_up: SetUp,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A busy door has too many recognitions to wait for."""
    await set_up()
    for hour in (7, 8, 9, 10):
        await record(box, at(hour), FRIEND)
    monkeypatch.setattr(lookback, "_MOST_RECORDS", 3)
    assert await asks(hass, "Who came today?") == (
        "小明 came at 10:00 AM, by the front door."
        " So many came that I only looked back to 8:00 AM."
    )
    assert await asks(hass, "今天谁来过？") == (
        "小明 10:00 来过 Front door。记录太多，我只查到 08:00 为止。"
    )


async def test_se3_answers_from_its_pushes(
    hass: HomeAssistant, se3: EmulatedSe3, base: str
) -> None:
    """It keeps no history, and a question about others says so."""
    entry = await add(hass, make_se3_entry(se3))
    fired = FiredEvents(hass, RECOGNITION)
    await se3.recognize(se3.devices[0], FRIEND)
    await fired.next()
    await hass.async_block_till_done()
    box = box_device_id(hass, entry)
    assert (await asks(hass, "When did 小明 come home?", box)).startswith(
        "小明 came at"
    )
    assert await asks(hass, "Did Tom come home?", box) == (
        "I have seen nobody called Tom in the last 24 hours. BM1684-180 keeps no"
        " history: I know only what I have seen since Home Assistant started."
    )
    assert await asks(hass, "汤姆回家了吗？", box) == (
        "最近 24 小时没有看到叫“汤姆”的人。"
        "BM1684-180 不保存记录，我只知道 Home Assistant 启动以来看到的。"
    )


@pytest.mark.parametrize("dialect", ["nested"])
async def test_sentence_without_question_or_place_is_refused(
    hass: HomeAssistant, set_up: SetUp, people: PeopleConfigEntry
) -> None:
    """A followed person is no place."""
    await set_up()
    with pytest.raises(ServiceValidationError) as raised:
        await asks(hass, "Turn on the light")
    assert raised.value.translation_key == "not_a_question"
    person = device_id_of(hass, await follow(hass, people, "Dad", TOM))
    with pytest.raises(ServiceValidationError) as raised:
        await asks(hass, "Who came?", person)
    assert raised.value.translation_key == "no_capture_device_targeted"
