"""The texts of issues in each language, and their documents."""

from pathlib import Path
import re

import orjson
import pytest

from custom_components.se_aibox.box.added_anew import ADDED_ANEW
from custom_components.se_aibox.box.issues import LEARN_MORE, Fault
from custom_components.se_aibox.const import DOMAIN
from custom_components.se_aibox.frontend.resource import (
    DASHBOARD_RESOURCE,
    IN_YAML,
    INSIDE_UNKNOWN,
)
from custom_components.se_aibox.people.automation_check import (
    MINIMUM_SCORE_HIGH,
    MINIMUM_SCORE_LOW,
    PEOPLE_UNKNOWN,
)
from custom_components.se_aibox.people.issues import (
    IDENTITY_RENAMED,
    IDENTITY_UNCONFIRMED,
)
from custom_components.se_aibox.people.visit_issues import (
    VISIT_CHANGED,
    VISIT_NOT_ENDED,
    VISITS_ABANDONED,
    VISITS_LOST,
)
from custom_components.se_aibox.repairs import async_create_fix_flow
from custom_components.se_aibox.site.issues import (
    BOOKS_LOST,
    DEVICE_GONE,
    ROLL_CALL_LOST,
    ZONE_GONE,
)
from emulator import EmulatedBox
from homeassistant.components.repairs import ConfirmRepairFlow
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from tests.integration.conftest import ClientGenerator, SetUp
from tests.integration.texts import LANGUAGES, texts

from .repairs_helpers import issues, open_repairs

DOCUMENT = Path(__file__).parents[3] / "docs" / "repairs.md"


@pytest.mark.parametrize("dialect", ["nested"])
async def test_unknown_issue_can_be_confirmed(
    hass: HomeAssistant,
    box: EmulatedBox,
    set_up: SetUp,
    hass_client: ClientGenerator,
) -> None:
    """Home Assistant's own dialog is shown."""
    await set_up()
    repairs = await open_repairs(hass, hass_client)
    ir.async_create_issue(
        hass,
        DOMAIN,
        "something_else",
        is_fixable=True,
        severity=ir.IssueSeverity.WARNING,
        translation_key=IDENTITY_RENAMED,
    )
    [issue] = issues(hass)
    assert (await repairs.open(issue))["step_id"] == "confirm"
    flow = await async_create_fix_flow(hass, "something_else", None)
    assert isinstance(flow, ConfirmRepairFlow)


OF_AUTOMATIONS = (MINIMUM_SCORE_HIGH, MINIMUM_SCORE_LOW, PEOPLE_UNKNOWN)
OF_SITES = (BOOKS_LOST, DEVICE_GONE, ROLL_CALL_LOST, ZONE_GONE)
OF_VISITS = (VISIT_CHANGED, VISIT_NOT_ENDED, VISITS_ABANDONED, VISITS_LOST)
TRANSLATION_KEYS = {
    *(
        set(Fault)
        - {Fault.CLOCK_OFF, Fault.DATE_OFF, Fault.TIMES_OFF, Fault.OTHER_USAGE}
    ),
    "disk_not_mounted",
    "group_full",
    "used_for_features",
    "used_for_quality",
    *(
        f"{subject}_{way}"
        for subject in ("clock", "date", "times", "times_shifted")
        for way in ("ahead", "behind")
    ),
    ADDED_ANEW,
    IDENTITY_RENAMED,
    IDENTITY_UNCONFIRMED,
    *OF_AUTOMATIONS,
    IN_YAML,
    INSIDE_UNKNOWN,
    *OF_SITES,
    *OF_VISITS,
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_issue_has_texts(language: str) -> None:
    """The placeholders are the same in every language."""
    issue_texts = texts(language)["issues"]
    assert issue_texts.keys() == TRANSLATION_KEYS
    for key, words in issue_texts.items():
        assert words["title"]
        if key not in {IDENTITY_RENAMED, IDENTITY_UNCONFIRMED}:
            fix = words.get("fix_flow", {}).get("step", {})
            description = fix["confirm"] if fix else words
            assert description["description"].count("\n\n") >= 1
        english = texts("en")["issues"][key]
        assert _placeholders(words) == _placeholders(english)


def _placeholders(words: object) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", orjson.dumps(words).decode()))


def test_every_issue_has_a_section_in_the_documents() -> None:
    """The link of the issue leads there."""
    assert LEARN_MORE.endswith(f"/docs/{DOCUMENT.name}")
    headings = set(re.findall(r"^## (\w+)$", DOCUMENT.read_text(), re.MULTILINE))
    assert headings == {
        *Fault,
        ADDED_ANEW,
        IDENTITY_RENAMED,
        IDENTITY_UNCONFIRMED,
        *OF_AUTOMATIONS,
        DASHBOARD_RESOURCE,
        *OF_SITES,
        *OF_VISITS,
    }
