"""Issues that are raised once a fault lasts, and cleared with the fault."""

from collections.abc import Callable
from datetime import timedelta

import pytest

# It ships no py.typed.
from pytest_homeassistant_custom_component.common import MockConfigEntry  # type: ignore[import-untyped]

from custom_components.se_aibox.box import issues
from custom_components.se_aibox.box.issues import Fault, Symptom, async_box_issues
from custom_components.se_aibox.const import DOMAIN
from emulator import CannedAnswer, EmulatedBox
from emulator.model import JsonObject
from homeassistant.config_entries import ConfigEntryDisabler, ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er, issue_registry as ir
from tests.integration.conftest import SetUp
from tests.integration.helpers import (
    ENTRY_ID,
    FiredEvents,
    let_time_pass,
    make_entry,
    until,
)

from .repairs_helpers import ahead, issue_of, measure, raised, well

pytest_plugins = ["tests.integration.box.repairs_fixtures"]

NEXT_POLL = timedelta(seconds=61)


def system_path(box: EmulatedBox, nested_name: str, flat_name: str) -> str:
    """Return the path of a call of the system API."""
    if box.dialect == "nested":
        return f"/SophonSystem/api/{nested_name}"
    return f"/sophon/v2/system/{flat_name}"


def everyone(box: EmulatedBox) -> None:
    """Let everyone pass."""
    box.settings.pass_mode = "allpass"


def nobody(box: EmulatedBox) -> None:
    """Let no one pass."""
    box.settings.pass_mode = "allforbidden"


def bare(box: EmulatedBox) -> None:
    """Enter bare-system mode."""
    box.state.bare_system = True


def behind(box: EmulatedBox) -> None:
    """Set the clock 90 seconds back."""
    box.state.clock_offset = -90


@pytest.mark.usefixtures("no_minimum_duration")
@pytest.mark.parametrize(
    ("harm", "fault", "key", "is_fixable"),
    [
        (everyone, Fault.EVERYONE_PASSES, "everyone_passes", True),
        (bare, Fault.BARE_SYSTEM, "bare_system", False),
        (ahead, Fault.CLOCK_OFF, "clock_ahead", True),
        (behind, Fault.CLOCK_OFF, "clock_behind", True),
    ],
)
async def test_fault_is_raised_after_two_measurements(
    hass: HomeAssistant,
    box: EmulatedBox,
    set_up: SetUp,
    harm: Callable[[EmulatedBox], None],
    fault: Fault,
    key: str,
    is_fixable: bool,
) -> None:
    """It is the only issue, and the first good answer clears it."""
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
    assert issue.is_fixable is is_fixable
    assert issue.translation_placeholders is not None
    assert issue.translation_placeholders["name"] == "BM1684-180"

    well(box)
    await measure(entry, 1)
    assert raised(hass) == set()


@pytest.mark.usefixtures("no_minimum_duration")
async def test_mode_and_clock_are_polled_every_minute(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """The polls raise the issues."""
    entry = await set_up()
    await measure(entry, 1)
    bare(box)
    ahead(box)
    await measure(entry, 1)
    let_time_pass(hass, NEXT_POLL)
    await until(lambda: raised(hass) == {"bare_system", "clock_ahead"})


async def test_fault_needs_two_measurements_some_time_apart(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The time since the last good one does not count."""
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


async def test_momentary_fault_is_not_raised(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """A reload measures twice in a row."""
    everyone(box)
    bare(box)
    ahead(box)
    entry = await set_up()
    await measure(entry)
    assert await hass.config_entries.async_reload(entry.entry_id)
    await measure(entry)
    assert raised(hass) == set()


@pytest.mark.usefixtures("no_minimum_duration")
async def test_pass_mode_nobody_is_no_fault(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """Users lock their doors on purpose."""
    nobody(box)
    entry = await set_up()
    for _ in range(3):
        await entry.runtime_data.polls.pass_mode.async_refresh()
    assert raised(hass) == set()


@pytest.mark.usefixtures("no_minimum_duration")
async def test_another_mode_is_no_bare_system(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """In mode 2, Docker runs applications."""
    bare(box)
    entry = await set_up()
    await measure(entry)
    assert raised(hass) == {"bare_system"}
    well(box)
    path = system_path(box, "systemMode", "getsystemmode")
    answer = b'{"data": {"systemMode": "2"}}'
    box.answer_instead[path] = CannedAnswer(200, answer, "application/json")
    await measure(entry)
    assert raised(hass) == set()


@pytest.mark.usefixtures("no_minimum_duration")
async def test_missing_answer_neither_raises_nor_clears(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """A mode without a number counts as missing."""
    bare(box)
    entry = await set_up()
    await measure(entry)
    assert raised(hass) == {"bare_system"}
    well(box)
    path = system_path(box, "systemMode", "getsystemmode")
    box.answer_instead[path] = CannedAnswer(200, b'{"data": {}}', "application/json")
    await measure(entry)
    await box.port("system").close()
    await measure(entry)
    assert raised(hass) == {"bare_system"}
    await box.port("system").open()


@pytest.mark.usefixtures("no_minimum_duration")
async def test_pass_mode_is_raised_while_its_sensor_is_disabled(
    hass: HomeAssistant,
    entity_registry: er.EntityRegistry,
    box: EmulatedBox,
    set_up: SetUp,
) -> None:
    """The poll does not depend on the sensor."""
    entity_registry.async_get_or_create(
        "sensor",
        DOMAIN,
        f"{ENTRY_ID}_pass_mode",
        suggested_object_id="pass_mode",
        disabled_by=er.RegistryEntryDisabler.USER,
    )
    everyone(box)
    await measure(await set_up())
    assert hass.states.get("sensor.pass_mode") is None
    assert raised(hass) == {"everyone_passes"}


async def test_unheard_of_person_types_are_named(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, fired: FiredEvents
) -> None:
    """No automation accepts such people unless it says so."""
    await set_up()

    async def report(word: str | float) -> None:
        changes: JsonObject = {"user_type": word, "ext_data": {"person_type": word}}
        await box.recognize(box.devices[0], box.people[0], overrides=changes)
        await fired.next()

    for known in ("vip", "黑名单", "car", 2):
        await report(known)
    assert raised(hass) == set()
    for unknown in ("*boss*", 6, "*boss*", *"abcdefg"):
        await report(unknown)
    issue = issue_of(hass, Fault.TYPE_UNKNOWN)
    assert issue is not None
    assert issue.translation_placeholders is not None
    # No more than five: a box may make them up.
    assert issue.translation_placeholders["types"] == "*boss*, 6, a, b, c"
    escaped = r"\*boss\*\, 6\, a\, b\, c"
    assert issue.translation_placeholders["types_markdown"] == escaped


@pytest.mark.usefixtures("no_minimum_duration")
async def test_lasting_empty_list_is_raised(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """The first capture device clears the issue."""
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


@pytest.mark.usefixtures("no_minimum_duration")
async def test_bare_system_is_raised_while_setup_fails(
    hass: HomeAssistant, box: EmulatedBox
) -> None:
    """Each attempt counts; disabling the entry clears the issue."""
    bare(box)
    await box.port("rest").close()
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
    await box.port("rest").open()


async def test_ignored_issue_stays_ignored_after_a_reload(
    hass: HomeAssistant,
    monkeypatch: pytest.MonkeyPatch,
    box: EmulatedBox,
    set_up: SetUp,
) -> None:
    """A fault that returns is shown again."""
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


async def test_removed_box_leaves_no_issue(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """An issue of another box stays."""
    entry = await set_up()
    other = MockConfigEntry(domain=DOMAIN, title="Other box")
    async_box_issues(hass, other).async_raise(Fault.CLOCK_OFF)
    for fault in Fault:
        entry.runtime_data.issues.async_raise(fault)
    await hass.config_entries.async_remove(entry.entry_id)
    left = [key for key in ir.async_get(hass).issues if key[0] == DOMAIN]
    assert left == [(DOMAIN, f"clock_off_{other.entry_id}")]
