"""What users are asked to mend: raised once it lasts, gone with the fault, never a false alarm."""

from collections.abc import Callable
from datetime import timedelta
from http import HTTPStatus
from itertools import count
from pathlib import Path
import re
import time

import orjson
import pytest

# It ships no py.typed.
from pytest_homeassistant_custom_component.common import MockConfigEntry  # type: ignore[import-untyped]

from custom_components.se_aibox import issues
from custom_components.se_aibox.aibox.models import ClockReading
from custom_components.se_aibox.const import DOMAIN, EVENT_RECOVERED
from custom_components.se_aibox.coordinator import SeAiBoxConfigEntry
from custom_components.se_aibox.issues import (
    LEARN_MORE,
    Fault,
    Symptom,
    async_box_issues,
    clock_symptom,
    times_symptom,
)
from custom_components.se_aibox.people_issues import (
    IDENTITY_RENAMED,
    IDENTITY_UNCONFIRMED,
)
from custom_components.se_aibox.repairs import async_create_fix_flow
from emulator import CannedAnswer, EmulatedBox
from homeassistant.components.repairs import ConfirmRepairFlow
from homeassistant.config_entries import ConfigEntryDisabler, ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er, issue_registry as ir
from homeassistant.setup import async_setup_component

from .conftest import ClientGenerator, SetUp
from .helpers import ENTRY_ID, Heard, let_time_pass, make_entry, until
from .texts import LANGUAGES, texts

NEXT_POLL = timedelta(seconds=61)
DOCUMENT = Path(__file__).parents[2] / "docs" / "repairs.md"
HOUR = timedelta(hours=1)


@pytest.fixture
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let two measurements do, however soon one follows the other."""
    monkeypatch.setattr(issues, "_LASTING", timedelta())


def issue_of(hass: HomeAssistant, fault: Fault) -> ir.IssueEntry | None:
    """Return the issue of a fault that users see."""
    issue = ir.async_get(hass).async_get_issue(DOMAIN, f"{fault}_{ENTRY_ID}")
    return issue if issue is not None and issue.active else None


def raised(hass: HomeAssistant) -> set[str | None]:
    """Return what users see, by translation key."""
    return {
        issue.translation_key
        for (domain, _), issue in ir.async_get(hass).issues.items()
        if domain == DOMAIN and issue.active
    }


def system_path(box: EmulatedBox, nested_name: str, flat_name: str) -> str:
    """Return where a call of the system API is."""
    if box.dialect == "nested":
        return f"/SophonSystem/api/{nested_name}"
    return f"/sophon/v2/system/{flat_name}"


async def measure(entry: SeAiBoxConfigEntry, times: int = 2) -> None:
    """Ask the box what is asked every minute, as often as given."""
    polls = entry.runtime_data.polls
    for _ in range(times):
        await polls.mode.async_refresh()
        await polls.clock.async_refresh()
        await polls.pass_mode.async_refresh()


def everyone(box: EmulatedBox) -> None:
    """Let everybody in."""
    box.settings.pass_mode = "allpass"


def nobody(box: EmulatedBox) -> None:
    """Let nobody in."""
    box.settings.pass_mode = "allforbidden"


def bare(box: EmulatedBox) -> None:
    """Go into bare-system mode."""
    box.bare_system = True


def ahead(box: EmulatedBox) -> None:
    """Put the clock forward."""
    box.clock_offset = 8 * 3600 + 120


def behind(box: EmulatedBox) -> None:
    """Put the clock back."""
    box.clock_offset = -90


def well(box: EmulatedBox) -> None:
    """Mend everything."""
    box.settings.pass_mode = "normal"
    box.bare_system = False
    box.clock_offset = 0


@pytest.mark.usefixtures("_at_once")
@pytest.mark.parametrize(
    ("harm", "fault", "key"),
    [
        (everyone, Fault.EVERYONE_PASSES, "everyone_passes"),
        (bare, Fault.BARE_SYSTEM, "bare_system"),
        (ahead, Fault.CLOCK_OFF, "clock_ahead"),
        (behind, Fault.CLOCK_OFF, "clock_behind"),
    ],
)
async def test_polled_fault(
    hass: HomeAssistant,
    box: EmulatedBox,
    set_up: SetUp,
    harm: Callable[[EmulatedBox], None],
    fault: Fault,
    key: str,
) -> None:
    """A fault that shows twice is raised, alone, and taken back with the first answer that is well."""
    entry = await set_up()
    await measure(entry)
    assert raised(hass) == set()
    harm(box)
    await measure(entry, 1)
    assert raised(hass) == set()
    await measure(entry, 1)
    assert raised(hass) == {key}
    issue = issue_of(hass, fault)
    assert issue is not None
    assert issue.is_fixable is False
    assert issue.translation_placeholders is not None
    assert issue.translation_placeholders["name"] == "BM1684-180"

    well(box)
    await measure(entry, 1)
    assert raised(hass) == set()


@pytest.mark.usefixtures("_at_once")
async def test_asked_every_minute(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """Mode and clock are looked at again by themselves."""
    entry = await set_up()
    await measure(entry, 1)
    bare(box)
    ahead(box)
    await measure(entry, 1)
    let_time_pass(hass, NEXT_POLL)
    await until(lambda: raised(hass) == {"bare_system", "clock_ahead"})


async def test_twice_and_for_long(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One measurement raises nothing, however long ago the last good one was; two do, unless one follows the other."""
    box_issues = async_box_issues(hass, MockConfigEntry(domain=DOMAIN))
    symptom = Symptom(Fault.CLOCK_OFF)
    box_issues.async_measure(Fault.CLOCK_OFF, symptom)
    box_issues.async_measure(Fault.CLOCK_OFF, symptom)
    assert raised(hass) == set()
    box_issues.async_measure(Fault.CLOCK_OFF, None)
    monkeypatch.setattr(issues, "_LASTING", timedelta())
    box_issues.async_measure(Fault.CLOCK_OFF, symptom)
    assert raised(hass) == set()
    box_issues.async_measure(Fault.CLOCK_OFF, symptom)
    assert raised(hass) == {"clock_off"}


async def test_fault_of_a_moment(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """Two measurements in a row of a reload or a reconnect are no lasting fault."""
    everyone(box)
    bare(box)
    ahead(box)
    entry = await set_up()
    await measure(entry)
    assert await hass.config_entries.async_reload(entry.entry_id)
    await measure(entry)
    assert raised(hass) == set()


@pytest.mark.usefixtures("_at_once")
async def test_nobody_passes_is_no_fault(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """Locked doors are meant."""
    nobody(box)
    entry = await set_up()
    for _ in range(3):
        await entry.runtime_data.polls.pass_mode.async_refresh()
    assert raised(hass) == set()


@pytest.mark.usefixtures("_at_once")
async def test_no_answer_is_no_measurement(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """A closed port neither raises anything nor takes anything back; nor does a mode without a number."""
    bare(box)
    entry = await set_up()
    await measure(entry)
    assert raised(hass) == {"bare_system"}
    well(box)
    path = system_path(box, "systemMode", "getsystemmode")
    box.answer_instead[path] = CannedAnswer(200, b'{"data": {}}', "application/json")
    await measure(entry)
    await box.stop_system_port()
    await measure(entry)
    assert raised(hass) == {"bare_system"}
    await box.start_system_port()


@pytest.mark.usefixtures("_at_once")
async def test_clock_by_the_date(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """Where the system port is closed, the date of another answer tells the clock."""
    ahead(box)
    await box.stop_system_port()
    await measure(await set_up())
    assert raised(hass) == {"clock_ahead"}
    issue = issue_of(hass, Fault.CLOCK_OFF)
    assert issue is not None
    assert issue.translation_placeholders == {
        "name": "BM1684-180",
        "name_markdown": "BM1684\\-180",
        "difference": "8:02",
    }


@pytest.mark.usefixtures("_at_once")
async def test_pass_mode_without_its_sensor(
    hass: HomeAssistant,
    entity_registry: er.EntityRegistry,
    box: EmulatedBox,
    set_up: SetUp,
) -> None:
    """Who switches the sensor off is told all the same."""
    entity_registry.async_get_or_create(
        "sensor",
        DOMAIN,
        f"{box.serial_number}_pass_mode",
        disabled_by=er.RegistryEntryDisabler.USER,
    )
    everyone(box)
    await measure(await set_up())
    assert raised(hass) == {"everyone_passes"}


@pytest.mark.usefixtures("_at_once")
async def test_no_capture_devices(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """A list that stays empty is raised; the first capture device takes it back."""
    entry = await set_up()
    devices = box.devices.copy()
    box.devices.clear()
    await entry.runtime_data.async_refresh()
    assert raised(hass) == set()
    await entry.runtime_data.async_refresh()
    assert raised(hass) == {"no_capture_devices"}
    box.devices.append(devices[0])
    await entry.runtime_data.async_refresh()
    assert raised(hass) == set()


@pytest.mark.usefixtures("_at_once")
async def test_bare_system_at_set_up(hass: HomeAssistant, box: EmulatedBox) -> None:
    """A box whose face service does not run cannot be set up; the tries to do so count, and disabling ends it."""
    bare(box)
    await box.stop_rest_port()
    entry = make_entry(box)
    await hass.config_entries.async_add(entry)
    assert entry.state is ConfigEntryState.SETUP_RETRY
    assert raised(hass) == set()
    await hass.config_entries.async_reload(entry.entry_id)
    assert entry.state is ConfigEntryState.SETUP_RETRY
    assert raised(hass) == {"bare_system"}
    issue = issue_of(hass, Fault.BARE_SYSTEM)
    assert issue is not None
    assert issue.severity is ir.IssueSeverity.ERROR
    await hass.config_entries.async_set_disabled_by(
        entry.entry_id, ConfigEntryDisabler.USER
    )
    assert raised(hass) == set()
    await box.start_rest_port()


_TICKS = count()


async def see(box: EmulatedBox, heard: Heard, offset: timedelta) -> None:
    """Let somebody be recognised whose recognition is dated wrong."""
    # Never twice the same millisecond: that would be one recognition.
    moment = round((time.time() + offset.total_seconds()) * 1000) + next(_TICKS)
    await box.recognize(box.devices[0], box.people[0], timestamp_ms=moment)
    await heard.next()


@pytest.mark.usefixtures("_at_once")
@pytest.mark.parametrize(
    ("offset", "key", "difference"),
    [
        (8 * HOUR, "times_ahead", "8:00"),
        (-5.5 * HOUR, "times_behind", "5:30"),
    ],
)
async def test_times_off(
    hass: HomeAssistant,
    box: EmulatedBox,
    set_up: SetUp,
    heard: Heard,
    offset: timedelta,
    key: str,
    difference: str,
) -> None:
    """Recognitions that are all off by the same half hours are raised, until most of them are right."""
    await set_up()
    # Meanwhile nobody acts upon them.
    recovered = Heard(hass, EVENT_RECOVERED)
    await see(box, heard, timedelta())
    for _ in range(4):
        await see(box, recovered, offset)
    assert raised(hass) == set()
    await see(box, recovered, offset)
    assert raised(hass) == {key}
    issue = issue_of(hass, Fault.TIMES_OFF)
    assert issue is not None
    assert issue.translation_placeholders == {
        "name": "BM1684-180",
        "name_markdown": "BM1684\\-180",
        "difference": difference,
    }
    for _ in range(3):
        await see(box, heard, timedelta())
    assert raised(hass) == set()


@pytest.mark.usefixtures("_at_once")
async def test_times_of_a_wrong_clock(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, heard: Heard
) -> None:
    """A clock that is off by whole hours is one fault, not two."""
    box.clock_offset = 8 * 3600
    await measure(await set_up())
    assert raised(hass) == {"clock_ahead"}
    for _ in range(7):
        await see(box, heard, 8 * HOUR)
    assert raised(hass) == {"clock_ahead"}


def test_times_that_are_no_time_zone() -> None:
    """Late messages, odd differences and too few of them say nothing about a time zone."""
    minute = timedelta(minutes=1)
    assert times_symptom([8 * HOUR] * 4) is None
    assert times_symptom([-20 * minute] * 5) is None
    assert times_symptom([8 * HOUR + 2 * minute] * 5) is None
    assert times_symptom([30 * HOUR] * 5) is None
    assert (
        times_symptom(
            [-50 * minute, -40 * minute, -35 * minute, -9 * minute, 0 * minute]
        )
        is None
    )
    assert times_symptom([8 * HOUR] * 3 + [0 * minute] * 2) is not None


def test_clock_within_what_can_be_told() -> None:
    """An answer that was under way for long proves no wrong clock; a minute and a bit does, either way."""
    second = timedelta(seconds=1)
    assert clock_symptom(ClockReading(60 * second, 0 * second)) is None
    assert clock_symptom(ClockReading(-64 * second, 5 * second)) is None
    assert clock_symptom(ClockReading(-66 * second, 5 * second)) == Symptom(
        "clock_behind", {"difference": "0:01"}
    )


async def test_ignored_stays_ignored(
    hass: HomeAssistant,
    monkeypatch: pytest.MonkeyPatch,
    box: EmulatedBox,
    set_up: SetUp,
) -> None:
    """A reload does not bring back what the user ignores; a fault that went and came again does."""
    monkeypatch.setattr(issues, "_LASTING", timedelta())
    entry = await set_up()
    box_issues = entry.runtime_data.issues
    box_issues.async_raise(Fault.PICTURES_TOO_BIG)
    issue_id = f"pictures_too_big_{ENTRY_ID}"
    ir.async_ignore_issue(hass, DOMAIN, issue_id, ignore=True)
    assert await hass.config_entries.async_reload(entry.entry_id)
    await until(lambda: bool(box.subscriptions))
    async_box_issues(hass, entry).async_raise(Fault.PICTURES_TOO_BIG)
    issue = issue_of(hass, Fault.PICTURES_TOO_BIG)
    assert issue is not None
    assert issue.dismissed_version is not None

    async_box_issues(hass, entry).async_clear(Fault.PICTURES_TOO_BIG)
    assert raised(hass) == set()
    async_box_issues(hass, entry).async_raise(Fault.PICTURES_TOO_BIG)
    issue = issue_of(hass, Fault.PICTURES_TOO_BIG)
    assert issue is not None
    assert issue.dismissed_version is None


async def test_removed_with_the_box(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """Nothing is left of a box that is removed, and nothing of another box is touched."""
    entry = await set_up()
    other = MockConfigEntry(domain=DOMAIN, title="Other box")
    async_box_issues(hass, other).async_raise(Fault.CLOCK_OFF)
    for fault in Fault:
        entry.runtime_data.issues.async_raise(fault)
    await hass.config_entries.async_remove(entry.entry_id)
    left = [key for key in ir.async_get(hass).issues if key[0] == DOMAIN]
    assert left == [(DOMAIN, f"clock_off_{other.entry_id}")]


@pytest.mark.parametrize("dialect", ["nested"])
async def test_unknown_issue_can_be_confirmed(
    hass: HomeAssistant,
    box: EmulatedBox,
    set_up: SetUp,
    hass_client: ClientGenerator,
) -> None:
    """A fixable issue without steps of its own gets the dialogue that Home Assistant would show."""
    await set_up()
    assert await async_setup_component(hass, "repairs", {})
    ir.async_create_issue(
        hass,
        DOMAIN,
        "something_else",
        is_fixable=True,
        severity=ir.IssueSeverity.WARNING,
        translation_key=IDENTITY_RENAMED,
    )
    client = await hass_client()
    response = await client.post(
        "/api/repairs/issues/fix",
        json={"handler": DOMAIN, "issue_id": "something_else"},
    )
    assert response.status == HTTPStatus.OK
    assert orjson.loads(await response.read())["step_id"] == "confirm"
    flow = await async_create_fix_flow(hass, "something_else", None)
    assert isinstance(flow, ConfirmRepairFlow)


TRANSLATION_KEYS = {
    *(set(Fault) - {Fault.CLOCK_OFF, Fault.TIMES_OFF}),
    *(
        f"{subject}_{way}"
        for subject in ("clock", "times")
        for way in ("ahead", "behind")
    ),
    IDENTITY_RENAMED,
    IDENTITY_UNCONFIRMED,
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_issue_in_words(language: str) -> None:
    """Every issue has a title, what happened and what to do, with the same placeholders in every language."""
    said = texts(language)["issues"]
    assert said.keys() == TRANSLATION_KEYS
    for key, words in said.items():
        assert words["title"]
        if key not in {IDENTITY_RENAMED, IDENTITY_UNCONFIRMED}:
            assert words["description"].count("\n\n") >= 1
        english = texts("en")["issues"][key]
        assert _placeholders(words) == _placeholders(english)


def _placeholders(words: object) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", orjson.dumps(words).decode()))


def test_learn_more_is_there() -> None:
    """Every issue leads to a section of the documents."""
    assert LEARN_MORE.endswith(f"/docs/{DOCUMENT.name}")
    headings = set(re.findall(r"^## (\w+)$", DOCUMENT.read_text(), re.MULTILINE))
    assert headings == {*Fault, IDENTITY_RENAMED, IDENTITY_UNCONFIRMED}
