"""Helpers for the tests of repair flows that change a box."""

from typing import Any

from emulator import EmulatedBox
from homeassistant.helpers import issue_registry as ir
from tests.integration.texts import LANGUAGES, texts

# The calls of 1.x and 2.0 that read and that write.
READ_SERVERS = ("/SophonSystem/api/ntpConfig", "/sophon/v2/system/getntpconfig")
READ_TIME = ("/SophonSystem/api/time", "/sophon/v2/system/gettime")
SET_MODE = (
    "/SophonSystem/api/timeSelectMode",
    "/sophon/v2/system/settimesettingmode",
)


def of(box: EmulatedBox, paths: tuple[str, str]) -> str:
    """Return the path of a dialect."""
    return paths[box.dialect == "flat"]


def shown(issue: ir.IssueEntry, result: dict[str, Any]) -> str:
    """Return the English text of a flow's step or end.

    Every placeholder must be filled, in each language.
    """
    found = {
        language: _text(language, str(issue.translation_key), result)
        for language in LANGUAGES
    }
    return found["en"]


def _text(language: str, key: str, result: dict[str, Any]) -> str:
    words = texts(language)["issues"][key]["fix_flow"]
    values = result["description_placeholders"] or {}
    if result["type"] == "abort":
        return str(words["abort"][result["reason"]].format(**values))
    step = words["step"][result["step_id"]]
    assert step["title"].format(**values)
    if result["type"] == "menu":
        assert set(result["menu_options"]) <= step["menu_options"].keys()
    for error in (result.get("errors") or {}).values():
        assert words["error"][error]
    return str(step["description"].format(**values))
