"""The repair flow that sets the time zone of a box, whose clock may be right."""

from datetime import timedelta

import pytest

from custom_components.se_aibox.box.issues import Fault, Symptom
from custom_components.se_aibox.coordinator import SeAiBoxConfigEntry
from emulator import CannedAnswer, EmulatedBox
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from tests.integration.box.repairs_helpers import issue_of, open_repairs, raised
from tests.integration.conftest import ClientGenerator, SetUp
from tests.integration.helpers import FiredEvents

from .fixes_helpers import READ_TIME, of, shown

pytest_plugins = ["tests.integration.box.repairs_fixtures"]
pytestmark = pytest.mark.usefixtures("clock_of_another_zone")


async def raise_times_off(
    hass: HomeAssistant, entry: SeAiBoxConfigEntry
) -> ir.IssueEntry:
    """Say that the time zone of a box may be wrong."""
    symptom = Symptom("times_behind", difference=timedelta(hours=5))
    entry.runtime_data.issues.async_raise(Fault.TIMES_OFF, symptom)
    issue = issue_of(hass, Fault.TIMES_OFF)
    assert issue is not None
    return issue


async def test_time_zone_of_a_right_clock_is_set(
    hass: HomeAssistant,
    box: EmulatedBox,
    set_up: SetUp,
    hass_client: ClientGenerator,
    fired: FiredEvents,
) -> None:
    """Recognitions before that no longer count."""
    box.state.time_source.reachable = frozenset({"192.168.1.1"})
    entry = await set_up()
    issue = await raise_times_off(hass, entry)
    repairs = await open_repairs(hass, hass_client)
    menu = await repairs.open(issue)
    form = await repairs.choose(menu, "time_servers")
    shown(issue, form)
    result = await repairs.submit(form, servers="192.168.1.1")
    assert result["type"] == "create_entry"
    assert box.state.health.timezone == -3
    await box.recognize(box.devices[0], box.people[0])
    await fired.next()
    assert raised(hass) == set()

    issue = await raise_times_off(hass, entry)
    await hass.config.async_set_time_zone("Asia/Kolkata")
    assert "whole hours" in shown(issue, await repairs.open(issue))


async def test_time_zone_that_is_home_assistants_has_nothing_to_fix(
    hass: HomeAssistant,
    box: EmulatedBox,
    set_up: SetUp,
    hass_client: ClientGenerator,
) -> None:
    """The flow says so; time servers still set the clock."""
    await hass.config.async_set_time_zone("Asia/Shanghai")
    issue = await raise_times_off(hass, await set_up())
    repairs = await open_repairs(hass, hass_client)
    result = await repairs.open(issue)
    assert result["type"] == "abort"
    text = shown(issue, result)
    assert "is already Home Assistant's, UTC+8, so nothing was changed" in text
    assert box.state.time_source.mode == "ntp"
    assert raised(hass) == {"times_behind"}


async def test_unreported_time_zone_leaves_the_issue_of_times(
    hass: HomeAssistant,
    box: EmulatedBox,
    set_up: SetUp,
    hass_client: ClientGenerator,
) -> None:
    """Nobody knows whether the box took it."""
    issue = await raise_times_off(hass, await set_up())
    answer = f'{{"time": {round(box.state.now() * 1000)}}}'.encode()
    # On 1.x, the path that answers with the time also takes it.
    path = of(box, READ_TIME)
    box.answer_instead[path] = CannedAnswer(200, answer, "application/json")
    repairs = await open_repairs(hass, hass_client)
    form = await repairs.choose(await repairs.open(issue), "home_assistant")
    text = shown(issue, await repairs.submit(form))
    assert text.startswith("The box accepted the change, but does not report its time")
    assert "- Time zone: not reported" in text
    assert raised(hass) == {"times_behind"}


async def test_times_off_by_no_time_zone_have_no_fix(
    hass: HomeAssistant, set_up: SetUp
) -> None:
    """The clock is right, so that setting it mends nothing."""
    issues = (await set_up()).runtime_data.issues
    issues.async_raise(Fault.TIMES_OFF, Symptom("times_shifted_ahead"))
    issue = issue_of(hass, Fault.TIMES_OFF)
    assert issue is not None
    assert not issue.is_fixable


@pytest.mark.parametrize("way", ["ahead", "behind"])
async def test_date_in_another_time_zone_needs_the_system_port(
    hass: HomeAssistant,
    box: EmulatedBox,
    set_up: SetUp,
    hass_client: ClientGenerator,
    way: str,
) -> None:
    """The port was closed when the date was read; *Fix* works once it is open."""
    entry = await set_up()
    entry.runtime_data.issues.async_raise(Fault.DATE_OFF, Symptom(f"date_{way}"))
    issue = issue_of(hass, Fault.DATE_OFF)
    assert issue is not None
    repairs = await open_repairs(hass, hass_client)
    await box.port("system").close()
    text = shown(issue, await repairs.open(issue))
    assert "Open port 8888 of the box to Home Assistant" in text
    await box.port("system").open()
    menu = await repairs.open(issue)
    form = await repairs.choose(menu, "home_assistant")
    shown(issue, form)
    assert (await repairs.submit(form))["type"] == "create_entry"
    assert raised(hass) == set()


@pytest.mark.parametrize("fault", [Fault.DATE_OFF, Fault.TIMES_OFF])
async def test_issue_that_was_settled_meanwhile_changes_nothing(
    hass: HomeAssistant,
    box: EmulatedBox,
    set_up: SetUp,
    hass_client: ClientGenerator,
    fault: Fault,
) -> None:
    """The dialog stayed open."""
    issues = (await set_up()).runtime_data.issues
    issues.async_raise(fault, Symptom(f"{fault.removesuffix('_off')}_ahead"))
    issue = issue_of(hass, fault)
    assert issue is not None
    repairs = await open_repairs(hass, hass_client)
    form = await repairs.choose(await repairs.open(issue), "home_assistant")
    issues.async_settle(fault)
    result = await repairs.submit(form)
    assert result["reason"] == "no_longer_asked"
    assert "nothing was changed" in shown(issue, result)
    assert box.state.time_source.mode == "ntp"
