"""The people inside: for a language model, and in words."""

from datetime import datetime, timedelta
from pathlib import Path
import re
from time import perf_counter
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import voluptuous as vol

from custom_components.se_aibox.assist.inside_words import (
    AskedInside,
    ChineseInside,
    EnglishInside,
    Since,
)
from custom_components.se_aibox.people.following import PeopleConfigEntry
from custom_components.se_aibox.text import time_text
from emulator import Identity, PersonType
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, llm
from homeassistant.util import dt as dt_util
from tests.integration.actions.action_helpers import act
from tests.integration.people.followed_people import (
    ENTRY_IDS,
    TOM,
    device_id_of,
    follow,
    person_of,
)
from tests.integration.recognition.automation_helpers import FRIEND, GUEST
from tests.integration.site.site_helpers import Office, make_site_entry, site_options

from .llm_helpers import Assistant

pytest_plugins = [
    "tests.integration.assist.llm_fixtures",
    "tests.integration.people.people_fixtures",
    "tests.integration.site.site_fixtures",
]

TOOL = "se_aibox__who_is_inside"
INSIDE = "sensor.office_people_inside"
NOW = datetime(2026, 11, 30, 14, 30, tzinfo=ZoneInfo("Asia/Singapore"))


async def tools(assistant: Assistant) -> list[str]:
    """Return the names of our tools that are offered."""
    offered = (await assistant.api()).tools
    return [tool.name for tool in offered if tool.name.startswith("se_aibox")]


async def asks(assistant: Assistant, **arguments: Any) -> list[dict[str, Any]]:
    """Call the tool; return the sites in its result."""
    result = await (await assistant.api()).async_call_tool(
        llm.ToolInput(TOOL, arguments)
    )
    assert isinstance(result.data, dict)
    sites: Any = result.data["sites"]
    found: list[dict[str, Any]] = sites
    return found


async def reply(hass: HomeAssistant, office: Office, question: str) -> str:
    """Return the answer to a question in words about the site."""
    target = {"device_id": office.site.device_id}
    response = await act(hass, "answer_question", {"question": question}, target=target)
    answer: str = response["answer"]
    return answer


def since(office: Office, number: int = 0, language: str = "en") -> str:
    """Return since when a person is inside, by the local clock."""
    return time_text(dt_util.as_local(office.site.stays[number].since), language)


async def test_tool_is_offered_only_for_sites_whose_people_are_exposed(
    office: Office, assistant: Assistant
) -> None:
    """Its occupancy sensor reveals no names."""
    assert await tools(assistant) == []
    assistant.expose("binary_sensor.office_occupied")
    assert await tools(assistant) == []
    assistant.expose(INSIDE)
    assert await tools(assistant) == [TOOL]
    assistant.expose("event.front_door_recognition")
    assert await tools(assistant) == ["se_aibox__who_was_seen", TOOL]


async def test_tool_returns_the_least_count_and_the_start_of_each_stay(
    hass: HomeAssistant, office: Office, assistant: Assistant, people: PeopleConfigEntry
) -> None:
    """A followed person has the user's name. Ids are not reported."""
    assistant.expose(INSIDE)
    tom = await follow(hass, people, "Tom", TOM)
    dr.async_get(hass).async_update_device(
        device_id_of(hass, tom), name_by_user="Tommy"
    )
    await office.sees(office.entrance, person_of(office.boxes.nested, TOM))
    await office.sees(office.entrance, Identity("4711", "", PersonType.VISITOR))
    [site] = await asks(assistant)
    assert site["site"] == "Office"
    assert site["people_inside_at_least"] == 2
    tom_inside, unnamed = site["people"]
    assert tom_inside["person"] == "Tommy"
    assert tom_inside["person_type"] == "employee"
    assert tom_inside["last_place"] == office.boxes.nested.devices[0].name
    assert datetime.fromisoformat(tom_inside["inside_since"]) <= dt_util.utcnow()
    assert unnamed["person"] == "Unnamed (4711)"
    [note] = site["notes"]
    assert "left unseen" in note
    assert TOM not in str(site)


async def test_tool_finds_a_person_by_a_part_of_any_name(
    hass: HomeAssistant, office: Office, assistant: Assistant
) -> None:
    """The count includes everyone."""
    assistant.expose(INSIDE)
    await office.sees(office.entrance, GUEST)
    await office.sees(office.entrance, FRIEND)
    [site] = await asks(assistant, person="anna", site=" OFFICE ")
    assert [each["person"] for each in site["people"]] == ["Anna"]
    assert site["people_inside_at_least"] == 2
    [site] = await asks(assistant, person="Wang", site="")
    assert site["people"] == []
    with pytest.raises(vol.Invalid):
        await asks(assistant, site="Castle")


async def test_tool_notes_outdated_books(
    hass: HomeAssistant, office: Office, assistant: Assistant
) -> None:
    """It may be wrong."""
    assistant.expose(INSIDE)
    await hass.config_entries.async_unload(ENTRY_IDS["flat"])
    [site] = await asks(assistant)
    assert any("recovered" in note for note in site["notes"])
    assert "still catching up" in await reply(hass, office, "Who is inside?")
    assert "可能不准确" in await reply(hass, office, "谁在里面？")


async def test_tool_leaves_out_people_beyond_the_limit(
    office: Office, assistant: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It has their number. Only the exposed site answers."""
    assistant.expose(INSIDE)
    await office.hass.config_entries.async_add(
        make_site_entry(site_options(["gone"]), "Campus", "01CAMPUS")
    )
    monkeypatch.setattr("custom_components.se_aibox.assist.inside.MOST_ROWS", 1)
    await office.sees(office.entrance, GUEST)
    await office.sees(office.entrance, FRIEND)
    [site] = await asks(assistant)
    assert len(site["people"]) == 1
    assert "1 more people are left out." in site["notes"]
    assistant.expose("event.campus_passage")
    assert len(await asks(assistant)) == 2
    assert len(await asks(assistant, site="Campus")) == 1


async def test_question_who_is_inside_is_answered_in_its_language(
    hass: HomeAssistant, office: Office
) -> None:
    """The answer has the least number, and since when."""
    assert await reply(hass, office, "Who is in the office?") == (
        "As far as I have seen, nobody is in the office."
    )
    assert await reply(hass, office, "谁在Office？") == "就我看到的，Office 里没有人。"
    await office.sees(office.entrance, GUEST)
    assert await reply(hass, office, "Who's still in the office?") == (
        f"At least one person is in the office: Anna since {since(office)}."
    )
    await office.sees(office.entrance, FRIEND)
    assert await reply(hass, office, "Who is here?") == (
        f"At least 2 people are in the office: Anna since {since(office)} and"
        f" 小明 since {since(office, 1)}."
    )
    assert await reply(hass, office, "Office里有谁？") == (
        f"Office 里至少有 2 人：Anna（{since(office, language='zh-Hans')} 起）、"
        f"小明（{since(office, 1, language='zh-Hans')} 起）。"
    )


async def test_question_whether_somebody_is_inside_is_answered(
    hass: HomeAssistant, office: Office
) -> None:
    """Several may have the name, or a part of it."""
    await office.sees(office.entrance, GUEST)
    assert await reply(hass, office, "Is Anna still here?") == (
        f"As far as I have seen, Anna has been in the office since {since(office)}."
    )
    assert await reply(hass, office, "Anna还在吗？") == (
        f"就我看到的，Anna 从 {since(office, language='zh-Hans')} 起在 Office。"
    )
    assert await reply(hass, office, "Is Tom in the office?") == (
        "As far as I have seen, Tom is not in the office."
    )
    assert (
        await reply(hass, office, "小明在不在Office") == "就我看到的，小明不在 Office。"
    )
    await office.sees(office.entrance, Identity("20002", "Anna Schmidt"))
    assert await reply(hass, office, "Is Anna inside?") == (
        f"As far as I have seen, in the office: Anna since {since(office)} and"
        f" Anna Schmidt since {since(office, 1)}."
    )
    assert await reply(hass, office, "Anna在里面吗？") == (
        f"就我看到的，在 Office 的有：Anna（{since(office, language='zh-Hans')} 起）、"
        f"Anna Schmidt（{since(office, 1, language='zh-Hans')} 起）。"
    )


async def test_other_questions_go_to_the_capture_devices_of_the_site(
    hass: HomeAssistant, office: Office
) -> None:
    """The answer is the same as without sites."""
    await office.sees(office.entrance, GUEST)
    place = office.boxes.nested.devices[0].name
    answer = await reply(hass, office, "Who came today?")
    assert answer.startswith("Anna came at ")
    assert "I last saw Anna" in await reply(hass, office, f"Who is at the {place}?")


@pytest.mark.parametrize(
    ("question", "person", "site"),
    [
        ("Who is in the office?", None, "office"),
        ("who's in the Main office right now", None, "Main office"),
        ("Who is still here?", None, ""),
        ("Who is inside?", None, ""),
        ("Is anybody in the office?", None, "office"),
        ("Is there anyone still in the office?", None, "office"),
        ("How many people are in the office?", None, "office"),
        ("Is Anna still here?", "Anna", ""),
        ("Is Anna Schmidt in the office now?", "Anna Schmidt", "office"),
        ("谁在办公室？", None, "办公室"),
        ("现在还有谁在办公室里？", None, "办公室"),
        ("办公室里有谁？", None, "办公室"),
        ("办公室现在还有人吗？", None, "办公室"),
        ("办公室有几个人？", None, "办公室"),
        ("谁还在？", None, ""),
        ("里面有人吗", None, ""),
        ("小明还在吗？", "小明", ""),
        ("小明还在办公室吗？", "小明", "办公室"),
        ("小明在不在办公室？", "小明", "办公室"),
    ],
)
def test_question_about_a_site_is_understood(
    question: str, person: str | None, site: str
) -> None:
    """In both languages."""
    understood = EnglishInside().understand(question) or ChineseInside().understand(
        question
    )
    assert understood == AskedInside(person, site)


def test_every_documented_question_is_understood() -> None:
    """In both languages."""
    text = (Path(__file__).parents[3] / "docs" / "sites.md").read_text("utf-8")
    table = text.partition("| English | 中文 |")[2].partition("\n\n")[0]
    questions = re.findall(r"[^|\n]+[?？]", table)
    assert len(questions) == 12
    for question in questions:
        assert EnglishInside().understand(question) or ChineseInside().understand(
            question
        ), question


@pytest.mark.parametrize(
    "question",
    [
        "Who was in the office?",
        "Who came in the last hour?",
        "When did Tom come home?",
        "Who is there?",
        "Turn on the light in the office",
        "谁来过办公室？",
        "小明什么时候在办公室？",
        "小明在办公室",
        "打开办公室的灯",
        "昨天谁来过？",
    ],
)
def test_other_sentences_are_not_about_a_site(question: str) -> None:
    """They are about recognitions, or another subject."""
    assert EnglishInside().understand(question) is None
    assert ChineseInside().understand(question) is None


@pytest.mark.parametrize(
    ("count", "english", "chinese"),
    [
        (11, "P10 since 2:20 PM and one other.", "还有另外 1 人。"),
        (13, "and 3 others.", "还有另外 3 人。"),
    ],
)
def test_long_answer_names_ten_people(count: int, english: str, chinese: str) -> None:
    """The others are counted."""
    people = [Since(f"P{n}", NOW - timedelta(minutes=n)) for n in range(1, count + 1)]
    said = EnglishInside().inside("Office", people, NOW)
    assert said.startswith(
        f"At least {count} people are in the office: P1 since 2:29 PM"
    )
    assert said.endswith(english)
    assert ChineseInside().inside("办公室", people, NOW).endswith(chinese)


def test_answer_has_the_day_unless_it_is_today() -> None:
    """In both languages."""
    people = [
        Since("Tom", NOW - timedelta(days=2)),
        Since("Wu", NOW - timedelta(days=1)),
    ]
    assert EnglishInside().inside("Office", people, NOW) == (
        "At least 2 people are in the office: Tom since Saturday at 2:30 PM"
        " and Wu since yesterday at 2:30 PM."
    )
    assert "Tom（前天 14:30 起）" in ChineseInside().inside("Office", people, NOW)


@pytest.mark.parametrize(
    "question",
    ["还" * 250 + "有", "还在" * 125, "is " + "still in " * 28, "里有" * 127],
)
def test_question_that_can_be_split_in_many_ways_is_read_at_once(question: str) -> None:
    """No one can keep Home Assistant busy with it."""
    started = perf_counter()
    EnglishInside().understand(question)
    ChineseInside().understand(question)
    assert perf_counter() - started < 1
