"""What users are asked to mend: raised once it lasts, gone with the fault, never a false alarm."""

from collections.abc import Callable
from datetime import timedelta

import pytest

# It ships no py.typed.
from pytest_homeassistant_custom_component.common import MockConfigEntry  # type: ignore[import-untyped]

from custom_components.se_aibox.box import issues
from custom_components.se_aibox.box.issues import Fault, Symptom, async_box_issues
from custom_components.se_aibox.const import DOMAIN
from emulator import CannedAnswer, EmulatedBox
from homeassistant.config_entries import ConfigEntryDisabler, ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er, issue_registry as ir
from tests.integration.conftest import SetUp
from tests.integration.helpers import ENTRY_ID, let_time_pass, make_entry, until

from .repairs_helpers import ahead, issue_of, measure, raised, well

pytest_plugins = ["tests.integration.box.repairs_fixtures"]

NEXT_POLL = timedelta(seconds=61)


def system_path(box: EmulatedBox, nested_name: str, flat_name: str) -> str:
    """Return where a call of the system API is."""
    if box.dialect == "nested":
        return f"/SophonSystem/api/{nested_name}"
    return f"/sophon/v2/system/{flat_name}"


def everyone(box: EmulatedBox) -> None:
    """Let everybody in."""
    box.settings.pass_mode = "allpass"


def nobody(box: EmulatedBox) -> None:
    """Let nobody in."""
    box.settings.pass_mode = "allforbidden"


def bare(box: EmulatedBox) -> None:
    """Go into bare-system mode."""
    box.state.bare_system = True


def behind(box: EmulatedBox) -> None:
    """Put the clock back."""
    box.state.clock_offset = -90


@pytest.mark.usefixtures("one_moment_is_enough")
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


@pytest.mark.usefixtures("one_moment_is_enough")
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


@pytest.mark.usefixtures("one_moment_is_enough")
async def test_nobody_passes_is_no_fault(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """Locked doors are meant."""
    nobody(box)
    entry = await set_up()
    for _ in range(3):
        await entry.runtime_data.polls.pass_mode.async_refresh()
    assert raised(hass) == set()


@pytest.mark.usefixtures("one_moment_is_enough")
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
    await box.port("system").close()
    await measure(entry)
    assert raised(hass) == {"bare_system"}
    await box.port("system").open()


@pytest.mark.usefixtures("one_moment_is_enough")
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


@pytest.mark.usefixtures("one_moment_is_enough")
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


@pytest.mark.usefixtures("one_moment_is_enough")
async def test_bare_system_at_set_up(hass: HomeAssistant, box: EmulatedBox) -> None:
    """A box whose face service does not run cannot be set up; the tries to do so count, and disabling ends it."""
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
