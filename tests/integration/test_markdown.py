"""Words of a box or its people in texts that Home Assistant reads as Markdown: they show as they are."""

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
from custom_components.se_aibox.markdown import as_markdown, in_both, one_line
from emulator import EmulatedBox
from homeassistant.components import persistent_notification
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir

from .helpers import ENTRY_ID, make_entry

MARKUP = "<img src=x onerror=alert(1)> [Tom](javascript:alert(1))\n# **owned** {{ x }}"
_TRANSLATIONS = Path(se_aibox.__file__).parent / "translations"
# What we make up ourselves: a span, an address, a number; and what is escaped where it is filled in.
_OURS = {"difference", "url", "count"}
_FILLED_IN_ESCAPED = {
    "name",
    "model",
    "serial_number",
    "software_version",
    "identities",
    "old_host",
    "new_host",
}
_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")


@given(st.text() | st.text(st.sampled_from(string.punctuation + " \n\ta1")))
def test_any_text(text: str) -> None:
    """Every mark is escaped, so that reading it as Markdown gives the text on one line."""
    markdown = as_markdown(text)

    assert not set(_ESCAPED.sub("", markdown)) & set(string.punctuation)
    assert _ESCAPED.sub(r"\1", markdown) == one_line(text)


@given(st.text(st.characters(codec="utf-8")))
def test_any_text_on_one_line(text: str) -> None:
    """It cannot begin a line, end one, or turn the direction of what follows."""
    line = one_line(text)

    assert len(line.splitlines()) <= 1
    assert line == line.strip()
    assert not re.search("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", line)


def test_both() -> None:
    """A title takes the text, a description the Markdown."""
    assert in_both(name="A-1", box="B") == {
        "name": "A-1",
        "name_markdown": r"A\-1",
        "box": "B",
        "box_markdown": "B",
    }


def _descriptions(node: object, path: str = "") -> dict[str, str]:
    """Return what is read as Markdown: descriptions of flow steps and issues, and notifications."""
    if isinstance(node, dict):
        found: dict[str, str] = {}
        for key, inner in node.items():
            found |= _descriptions(inner, f"{path}.{key}")
        return found
    is_markdown = path.endswith((".description", ".common.box_moved"))
    return {path: str(node)} if is_markdown else {}


@pytest.mark.parametrize("language", ["en", "zh-Hans"])
def test_every_description(language: str) -> None:
    """No description takes a text of somebody else's as it is."""
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
async def test_a_box_with_markup_for_a_name(
    hass: HomeAssistant, box: EmulatedBox
) -> None:
    """Its notification and its issues show the name."""
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
