"""Names from boxes and people are shown literally in texts read as Markdown."""

from datetime import timedelta
import json
from pathlib import Path
import re
import string

from hypothesis import given, strategies as st
import pytest

from custom_components import se_aibox
from custom_components.se_aibox.box.issues import Fault
from custom_components.se_aibox.const import DOMAIN
from custom_components.se_aibox.flow.discovery import async_move
from custom_components.se_aibox.text import (
    as_markdown,
    async_error_text,
    async_words,
    detailed,
    duration,
    filled,
    in_both,
    listed,
    one_line,
    spaced,
)
from emulator import EmulatedBox
from homeassistant.components import persistent_notification
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import issue_registry as ir

from .helpers import ENTRY_ID, make_entry

MARKUP = "<img src=x onerror=alert(1)> [Tom](javascript:alert(1))\n# **owned** {{ x }}"
_TRANSLATIONS = Path(se_aibox.__file__).parent / "translations"
# Our own values (times, addresses, numbers, an entity id), and values escaped by the
# caller.
_OURS = {
    "difference",
    "since",
    "until",
    "url",
    "editor",
    "capacity",
    "rest_port",
    "count",
    "enrolled",
    "hours",
    "entrances",
    "exits",
    "inside",
    "zone",
    "preview",
    "state",
    "why",
}
_FILLED_IN_ESCAPED = {
    "name",
    "model",
    "known",
    "serial_number",
    "software_version",
    "identities",
    "result",
    "host",
    "old_host",
    "old_model",
    "old_serial_number",
    "staying",
    "gone",
    "new",
    "new_host",
    "person",
    "boxes",
    "notes",
    "place",
    "reasons",
    "report",
    "face",
    "time",
    "replaced",
}
_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")


@given(st.text() | st.text(st.sampled_from(string.punctuation + " \n\ta1")))
def test_markdown_escapes_every_mark(text: str) -> None:
    """Reading the Markdown gives the text on one line."""
    markdown = as_markdown(text)

    assert not set(_ESCAPED.sub("", markdown)) & set(string.punctuation)
    assert _ESCAPED.sub(r"\1", markdown) == one_line(text)


@given(st.text(st.characters(codec="utf-8")))
def test_one_line_cannot_disturb_the_text_around_it(text: str) -> None:
    """It has no line breaks and no marks that change the direction of text."""
    line = one_line(text)

    assert len(line.splitlines()) <= 1
    assert line == line.strip()
    assert not re.search("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", line)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("大门", "在大门看到10点"),
        ("Front door", "在 Front door 看到10点"),
        ("3号门", "在 3号门看到10点"),
        ("大门2", "在大门2 看到10点"),
        ("Gate (2)", "在 Gate (2) 看到10点"),
        ("Tom Jr.", "在 Tom Jr. 看到10点"),
        ("“Tom”", "在“Tom”看到10点"),
        ("🚪", "在🚪看到10点"),
        ("", "在看到10点"),
    ],
)
def test_latin_name_has_blanks_around_it_in_a_chinese_sentence(
    name: str, expected: str
) -> None:
    """The name itself and the words of the sentence stay as they are."""
    assert spaced(t"在{name}看到10点") == expected
    assert filled("在{name}看到10点", name=name) == expected


def test_two_latin_names_that_meet_have_a_blank_between_them() -> None:
    """A number is a name, too."""
    assert spaced(t"{'Tom'}{2}次") == "Tom 2 次"
    assert filled("{name} ({person_type})", name="Tom", person_type="VIP") == (
        "Tom (VIP)"
    )


async def test_error_without_a_translation_is_its_own_text(
    hass: HomeAssistant,
) -> None:
    """Another integration may raise one."""
    assert async_error_text(hass, HomeAssistantError("The tap is open")) == (
        "The tap is open"
    )


def test_placeholders_for_title_and_description() -> None:
    """A title uses the text, a description the Markdown."""
    assert in_both(name="A-1", box="B") == {
        "name": "A-1",
        "name_markdown": r"A\-1",
        "box": "B",
        "box_markdown": "B",
    }


def _descriptions(node: object, path: str = "") -> dict[str, str]:
    """Return the texts that are read as Markdown, by path."""
    if isinstance(node, dict):
        found: dict[str, str] = {}
        for key, inner in node.items():
            found |= _descriptions(inner, f"{path}.{key}")
        return found
    is_markdown = path.endswith((".description", ".common.box_moved"))
    return {path: str(node)} if is_markdown else {}


@pytest.mark.parametrize("language", ["en", "zh-Hans"])
def test_descriptions_only_use_escaped_placeholders(language: str) -> None:
    """No description shows a foreign text unescaped."""
    words = json.loads((_TRANSLATIONS / f"{language}.json").read_text("utf-8"))
    filled = {
        path: {
            name
            for name in _PLACEHOLDER.findall(text)
            if not name.endswith("_markdown")
        }
        for path, text in _descriptions(words).items()
    }
    assert any(path.startswith(".issues") for path in filled)
    for path, names in filled.items():
        allowed = _OURS if path.startswith(".issues") else _OURS | _FILLED_IN_ESCAPED
        assert names <= allowed, path


@pytest.mark.parametrize("dialect", ["nested"])
async def test_markup_in_the_name_of_a_box_is_shown_literally(
    hass: HomeAssistant, box: EmulatedBox
) -> None:
    """The notification and the issues show the name as text."""
    entry = make_entry(box)
    object.__setattr__(entry, "title", MARKUP)
    await hass.config_entries.async_add(entry)
    await hass.async_block_till_done()
    entry.runtime_data.issues.async_raise(Fault.PICTURES_TOO_BIG)
    issue = ir.async_get(hass).async_get_issue(DOMAIN, f"pictures_too_big_{ENTRY_ID}")
    assert issue is not None
    assert issue.translation_placeholders == in_both(name=MARKUP)

    await async_move(hass, entry, box.host)
    await hass.async_block_till_done()
    [notification] = persistent_notification._async_get_or_create_notifications(
        hass
    ).values()
    assert f"**{as_markdown(MARKUP)}**" in notification["message"]
    assert "<img" not in notification["message"].replace(r"\<img", "")
    assert notification["title"] == f"{one_line(MARKUP)} has a new address"


@pytest.mark.parametrize(
    ("minutes", "english", "chinese"),
    [
        (1, "1 min", "1 分钟"),
        (60, "1 h", "1 小时"),
        (90, "1 h 30 min", "1 小时 30 分钟"),
        (1800, "30 h", "30 小时"),
    ],
)
async def test_duration_is_in_the_language_of_home_assistant(
    hass: HomeAssistant, minutes: int, english: str, chinese: str
) -> None:
    """It has no part that is zero."""
    span = timedelta(minutes=minutes)
    for language, text in (("en", english), ("zh-Hans", chinese)):
        hass.config.language = language
        assert duration(await async_words(hass), span) == text
    # While the words are not loaded, it is English.
    assert duration({}, span) == english


async def test_detail_is_bracketed_in_the_language_of_home_assistant(
    hass: HomeAssistant,
) -> None:
    """There are no empty brackets."""
    for language, text in (("en", "{A} (B)"), ("zh-Hans", "{A}（B）")):
        hass.config.language = language
        assert detailed(await async_words(hass), "{A}", "B") == text
        assert detailed(await async_words(hass), "{A}", "") == "{A}"
    # While the words are not loaded, it is English.
    assert detailed({}, "{A}", "B") == "{A} (B)"


@pytest.mark.parametrize(
    ("texts", "english", "chinese"),
    [
        ((), "", ""),
        (("{A}",), "{A}", "{A}"),
        (("{A}", "B", "C"), "{A}, B, C", "{A}、B、C"),
    ],
)
async def test_list_is_in_the_language_of_home_assistant(
    hass: HomeAssistant, texts: tuple[str, ...], english: str, chinese: str
) -> None:
    """Braces in a text are no placeholders."""
    for language, text in (("en", english), ("zh-Hans", chinese)):
        hass.config.language = language
        assert listed(await async_words(hass), texts) == text
    # While the words are not loaded, it is English.
    assert listed({}, texts) == english
