"""Issues of automations with unknown people, or a score of another scale."""

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from unittest.mock import patch

import pytest

# It ships no py.typed.
from pytest_homeassistant_custom_component.common import MockConfigEntry  # type: ignore[import-untyped]

from custom_components.se_aibox.const import DOMAIN
from custom_components.se_aibox.coordinator import SeAiBoxConfigEntry
from custom_components.se_aibox.people import known
from custom_components.se_aibox.people.automation_check import (
    AutomationCheck,
    score_symptom,
)
from custom_components.se_aibox.people.following import PeopleConfigEntry
from custom_components.se_aibox.people.mentions import Mention, mentions
from emulator import Identity
from homeassistant.components.automation import DATA_COMPONENT
from homeassistant.config_entries import SOURCE_IGNORE
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, issue_registry as ir
from homeassistant.setup import async_setup_component
from tests.integration.box.repairs_helpers import issues
from tests.integration.helpers import (
    NEAR,
    FiredEvents,
    held,
    let_time_pass,
    until,
    until_listening,
)
from tests.integration.recognition.automation_helpers import (
    recognized,
    recognized_within,
    seen,
)

from .followed_people import ENTRY_IDS, TOM, Boxes, device_id_of, person_of
from .seen_people import see

pytest_plugins = ["tests.integration.people.people_fixtures"]

NOBODY = "40404"


class Checks:
    """The checks of automations that are over."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Count from now on."""
        self._hass = hass
        self.count = 0

    async def next(self) -> None:
        """Let the time pass until the next check, and wait for its end."""
        before = self.count
        # The task of the check before ends right after it is counted.
        await asyncio.sleep(0)
        let_time_pass(self._hass, timedelta(seconds=11))
        await until(lambda: self.count > before)

    async def configure(self, *automations: Mapping[str, object]) -> None:
        """Load these automations in place of all others, and check them."""
        hass = self._hass
        assert await async_setup_component(hass, "automation", {})
        with patch(
            "homeassistant.config.load_yaml_config_file",
            return_value={"automation": list(automations)},
        ):
            await hass.services.async_call("automation", "reload", blocking=True)
        assert len(list(hass.data[DATA_COMPONENT].entities)) == len(automations)
        await self.next()


@pytest.fixture
def checks(hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch) -> Checks:
    """Count the checks; used before the boxes are set up."""
    checks = Checks(hass)
    check = AutomationCheck.async_check

    async def _count(self: AutomationCheck) -> None:
        await check(self)
        checks.count += 1

    monkeypatch.setattr(AutomationCheck, "async_check", _count)
    return checks


def automation(
    triggers: object, *conditions: object, name: str = "Greeting"
) -> dict[str, object]:
    """Return an automation that does nothing."""
    return {
        "id": name.lower(),
        "alias": name,
        "triggers": triggers,
        "conditions": list(conditions),
        "actions": [],
    }


def entry_of(hass: HomeAssistant, dialect: str) -> SeAiBoxConfigEntry:
    """Return the config entry of a box."""
    return hass.config_entries.async_get_known_entry(ENTRY_IDS[dialect])


def said(hass: HomeAssistant) -> dict[str, Mapping[str, str]]:
    """Return the placeholders of the open issues by translation key."""
    return {
        str(issue.translation_key): issue.translation_placeholders or {}
        for issue in issues(hass)
    }


@pytest.mark.parametrize("text", [NOBODY, "A17", "Nobody Known", "没有人"])
async def test_unknown_id_or_name_is_an_issue(
    hass: HomeAssistant, checks: Checks, boxes: Boxes, text: str
) -> None:
    """It names the automation, and is deleted once that is mended."""
    trigger = recognized(NEAR, people=["Tom", TOM, text])
    await checks.configure(automation(trigger))
    words = said(hass)["people_unknown"]
    assert words["automation"] == "Greeting"
    assert words["people"] == text
    assert words["editor"] == "/config/automation/edit/greeting"
    [issue] = issues(hass)
    assert "reeting" not in issue.issue_id
    await checks.configure(automation(recognized(NEAR, people=["Tom", TOM])))
    assert said(hass) == {}


async def test_unknown_people_in_conditions_are_an_issue(
    hass: HomeAssistant, checks: Checks, boxes: Boxes
) -> None:
    """The depth of the condition does not matter."""
    condition = recognized_within(NEAR, within="00:01:00", people=NOBODY)
    deep = {"condition": "not", "conditions": [{"or": [condition]}]}
    config = automation(seen("stranger_seen", NEAR), deep)
    del config["id"]
    await checks.configure(config)
    words = said(hass)["people_unknown"]
    assert words["people"] == NOBODY
    assert words["editor"] == "/config/automation/dashboard"


async def test_automation_without_people_asks_no_box(
    hass: HomeAssistant, checks: Checks, boxes: Boxes
) -> None:
    """Most automations are of others."""
    asked = [len(box.requests) for box in boxes]
    other = {"trigger": "state", "entity_id": ["light.hall"]}
    await checks.configure(automation([recognized(NEAR), other]))
    assert said(hass) == {}
    assert [len(box.requests) for box in boxes] == asked


async def test_followed_people_are_known(
    hass: HomeAssistant, checks: Checks, tom: str
) -> None:
    """By device, by name and by the user's name."""
    device_id = device_id_of(hass, tom)
    dr.async_get(hass).async_update_device(device_id, name_by_user="Big brother")
    people = ["big  Brother", device_id]
    trigger = recognized(NEAR, people=people, followed=[device_id])
    await checks.configure(automation(trigger))
    assert said(hass) == {}


async def test_person_who_is_no_longer_followed_is_an_issue(
    hass: HomeAssistant, checks: Checks, people: PeopleConfigEntry, tom: str
) -> None:
    """So is a device that belongs to no one."""
    device_id = device_id_of(hass, tom)
    registry = dr.async_get(hass)
    door = next(
        device.id
        for device in dr.async_entries_for_config_entry(registry, ENTRY_IDS["nested"])
        if device.name == "Front door"
    )
    trigger = recognized(NEAR, followed=[device_id, door])
    await checks.configure(automation(trigger))
    assert said(hass)["people_unknown"]["people"] == "Front door"
    hass.config_entries.async_remove_subentry(people, tom)
    await hass.async_block_till_done()
    await checks.next()
    assert said(hass)["people_unknown"]["people"] == f"{device_id}, Front door"


async def test_enrolled_person_ends_the_issue(
    hass: HomeAssistant, checks: Checks, boxes: Boxes
) -> None:
    """Boxes do not report that, so it is looked up again."""
    config = automation(recognized(NEAR, people=[NOBODY]))
    await checks.configure(config)
    assert said(hass).keys() == {"people_unknown"}
    boxes.flat.people.append(Identity(NOBODY, "New"))
    await checks.configure(config)
    assert said(hass) == {}


async def test_known_person_is_looked_up_once(
    hass: HomeAssistant, checks: Checks, boxes: Boxes
) -> None:
    """The person may be on another box once one is set up."""
    config = automation(recognized(NEAR, people=[TOM]))
    await checks.configure(config)

    def asked() -> int:
        return sum(len(box.requests) for box in boxes)

    before = asked()
    # Entries of others change nothing.
    MockConfigEntry(domain="other").add_to_hass(hass)
    hass.config_entries.async_update_entry(
        hass.config_entries.async_entries("other")[0], title="Changed"
    )
    await checks.configure({**config, "alias": "Changed"})
    assert asked() == before
    await hass.config_entries.async_reload(ENTRY_IDS["nested"])
    await until_listening(
        hass.config_entries.async_get_known_entry(ENTRY_IDS["nested"])
    )
    before = asked()
    await checks.next()
    assert asked() > before


async def test_box_that_is_not_loaded_delays_the_issue(
    hass: HomeAssistant, checks: Checks, boxes: Boxes
) -> None:
    """It may be the one that knows the person. An earlier issue stays."""
    entry_id = ENTRY_IDS["nested"]
    await hass.config_entries.async_unload(entry_id)
    config = automation(recognized(NEAR, people=[NOBODY]))
    await checks.configure(config)
    assert said(hass) == {}
    await hass.config_entries.async_setup(entry_id)
    await checks.next()
    assert said(hass).keys() == {"people_unknown"}
    await hass.config_entries.async_unload(entry_id)
    await checks.next()
    assert said(hass).keys() == {"people_unknown"}
    await hass.config_entries.async_setup(entry_id)
    await until_listening(entry_of(hass, "nested"))


async def test_discovered_box_that_is_ignored_delays_no_issue(
    hass: HomeAssistant, checks: Checks, boxes: Boxes
) -> None:
    """It is never loaded."""
    MockConfigEntry(domain=DOMAIN, source=SOURCE_IGNORE).add_to_hass(hass)
    await checks.configure(automation(recognized(NEAR, people=[NOBODY])))
    assert said(hass).keys() == {"people_unknown"}


async def test_automation_that_changes_during_a_check_is_checked_again(
    hass: HomeAssistant, checks: Checks, boxes: Boxes
) -> None:
    """A slow box makes a check long."""
    async with held(known, "async_look_up") as asked:
        config = automation(recognized(NEAR, people=[NOBODY]))
        started = asyncio.create_task(checks.configure(config))
        await until(lambda: asked.call_count == 1)
        with patch(
            "homeassistant.config.load_yaml_config_file",
            return_value={"automation": [automation(recognized(NEAR))]},
        ):
            await hass.services.async_call("automation", "reload", blocking=True)
        let_time_pass(hass, timedelta(seconds=11))
    await started
    assert said(hass).keys() == {"people_unknown"}
    await checks.next()
    assert said(hass) == {}


async def test_ignored_issue_stays_ignored(
    hass: HomeAssistant, checks: Checks, boxes: Boxes
) -> None:
    """The next check has the same result."""
    config = automation(recognized(NEAR, people=[NOBODY]))
    await checks.configure(config)
    [issue] = issues(hass)
    ir.async_ignore_issue(hass, issue.domain, issue.issue_id, True)
    await checks.configure({**config, "mode": "queued"})
    [issue] = issues(hass)
    assert issue.dismissed_version is not None


async def test_person_who_cannot_be_looked_up_is_no_issue(
    hass: HomeAssistant, checks: Checks, boxes: Boxes
) -> None:
    """A box of API 1.x is not asked while its photos may not leave it."""
    switch = {"entity_id": "switch.old_box_pictures"}
    await hass.services.async_call("switch", "turn_off", switch, blocking=True)
    await checks.configure(automation(recognized(NEAR, people=[NOBODY])))
    assert said(hass) == {}


async def test_number_of_questions_is_limited(
    hass: HomeAssistant,
    checks: Checks,
    boxes: Boxes,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The limit is one here."""
    monkeypatch.setattr(known, "_MOST_ASKED", 1)
    await checks.configure(automation(recognized(NEAR, people=[NOBODY, "50505"])))
    assert said(hass)["people_unknown"]["people"] == NOBODY


@pytest.mark.parametrize(
    ("minimum", "target", "key"),
    [
        (0.85, NEAR, "minimum_score_low"),
        ("0.85", NEAR, "minimum_score_low"),
        (85, NEAR, None),
        (0, NEAR, None),
        (0.85, {"entity_id": "event.tom_recognition"}, "minimum_score_low"),
        (0.85, {"entity_id": "sun.sun"}, None),
    ],
)
async def test_minimum_score_of_another_scale_is_an_issue(
    hass: HomeAssistant,
    checks: Checks,
    tom: str,
    minimum: float | str,
    target: Mapping[str, object],
    key: str | None,
) -> None:
    """The threshold of the box shows the scale."""
    await checks.configure(automation(recognized(target, minimum_score=minimum)))
    assert said(hass).keys() == ({key} if key else set())
    if key:
        words = said(hass)[key]
        assert words["minimum_score"] == "0.85"
        assert words["box"] == "Old box"
        assert float(words["example"]) > 1


@pytest.mark.parametrize("minimum", ["high", True, "101", None])
async def test_minimum_score_that_the_trigger_refuses_is_no_issue(
    hass: HomeAssistant,
    checks: Checks,
    tom: str,
    minimum: object,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Home Assistant reports it itself."""
    await checks.configure(automation(recognized(NEAR, minimum_score=minimum)))
    assert "options.minimum_score" in caplog.text
    assert not said(hass)
    caplog.clear()


async def test_data_that_only_look_like_a_trigger_are_no_issue(
    hass: HomeAssistant, checks: Checks, boxes: Boxes
) -> None:
    """They have no valid target."""
    data = recognized({}, minimum_score=0.85)
    action = {"event": "example", "event_data": data}
    await checks.configure({**automation(recognized(NEAR)), "actions": action})
    assert said(hass) == {}


async def test_score_of_a_person_shows_the_scale_better_than_the_threshold(
    hass: HomeAssistant, checks: Checks, boxes: Boxes, fired: FiredEvents
) -> None:
    """The threshold may be in another one."""
    person = person_of(boxes.nested, TOM)
    await see(fired, boxes.nested, person, score=0.93)
    await see(fired, boxes.nested, None, score=12.0)
    await checks.configure(automation(recognized(NEAR, minimum_score=85)))
    words = said(hass)["minimum_score_high"]
    assert (words["minimum_score"], words["example"]) == ("85", "0.93")


@pytest.mark.parametrize(
    ("minimum", "example", "symptom"),
    [
        (0.85, 82.0, "minimum_score_low"),
        (1, 82.0, "minimum_score_low"),
        (1.5, 82.0, None),
        (0, 82.0, None),
        (0.85, 0.6, None),
        (1, 0.6, None),
        (2, 0.6, "minimum_score_high"),
    ],
)
def test_scales_of_scores_are_distinguished(
    minimum: float, example: float, symptom: str | None
) -> None:
    """A minimum of zero lets everything pass on purpose."""
    assert score_symptom(minimum, example) == symptom


def test_odd_configuration_mentions_no_one() -> None:
    """It is as the user wrote it, perhaps invalid."""
    odd: list[object] = [
        None,
        {"trigger": "se_aibox.person_recognized"},
        {"trigger": "se_aibox.person_recognized", "options": [], "target": "x"},
        {"trigger": "se_aibox.person_recognized", "options": {"people": [1, None]}},
        {"platform": "state", "options": {"people": ["Tom"]}},
    ]
    nobody = Mention((), (), None, {})
    assert list(mentions(odd)) == [nobody, nobody, nobody]
