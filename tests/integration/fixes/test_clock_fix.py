"""The repair flow that sets the clock of a box."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

import pytest

from custom_components.se_aibox.aibox.time_calls import TimeCalls
from custom_components.se_aibox.box.issues import Fault
from custom_components.se_aibox.coordinator import SeAiBoxConfigEntry
from emulator import CannedAnswer, EmulatedBox, Variant
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from tests.integration.box.repairs_helpers import (
    Repairs,
    ahead,
    issue_of,
    measure,
    open_repairs,
    raised,
)
from tests.integration.conftest import ClientGenerator, SetUp

from .fixes_helpers import READ_SERVERS, READ_TIME, SET_MODE, of, shown

pytest_plugins = ["tests.integration.box.repairs_fixtures"]
pytestmark = pytest.mark.usefixtures("clock_of_another_zone")

type Opened = tuple[Repairs, ir.IssueEntry, dict[str, Any]]
type OpenFix = Callable[[], Awaitable[Opened]]

OPTIONS = ["time_servers", "home_assistant"]


@pytest.fixture
async def entry(box: EmulatedBox, set_up: SetUp) -> SeAiBoxConfigEntry:
    """Set up a box with a wrong clock."""
    ahead(box)
    return await set_up()


@pytest.fixture
def open_fix(
    hass: HomeAssistant,
    entry: SeAiBoxConfigEntry,
    hass_client: ClientGenerator,
) -> OpenFix:
    """Raise the issue of the wrong clock, and click *Fix*."""

    async def _open() -> Opened:
        await measure(entry)
        issue = issue_of(hass, Fault.CLOCK_OFF)
        assert issue is not None
        assert issue.is_fixable
        repairs = await open_repairs(hass, hass_client)
        return repairs, issue, await repairs.open(issue)

    return _open


def is_wrong(box: EmulatedBox) -> bool:
    """Return whether the clock of the box is as wrong as before."""
    return box.state.clock_offset == 8 * 3600 + 120


@contextmanager
def before_the_change(act: Callable[[], None]) -> Iterator[None]:
    """Do something after the flow has looked, just before it sets the clock.

    A 1.x box reads and writes by the same paths.
    """
    set_by_hand = TimeCalls.set_by_hand

    async def act_and_set(calls: TimeCalls, hours: int) -> None:
        act()
        await set_by_hand(calls, hours)

    with patch.object(TimeCalls, "set_by_hand", act_and_set):
        yield


async def test_clock_is_set_to_home_assistants(
    hass: HomeAssistant, box: EmulatedBox, open_fix: OpenFix
) -> None:
    """A preview shows what changes; then the issue is gone."""
    repairs, issue, menu = await open_fix()
    assert menu["menu_options"] == OPTIONS
    text = shown(issue, menu)
    assert "- Time zone: UTC+8\n" in text
    assert "- The clock is set: by time servers\n" in text
    assert "- Time servers: ntp1\\.aliyun\\.com\\, ntp2\\.aliyun\\.com" in text
    form = await repairs.choose(menu, "home_assistant")
    preview = shown(issue, form)
    assert "- Time zone: UTC+8 → **UTC+3**" in preview
    assert "- The clock is set: by time servers → **by hand**" in preview
    assert (
        "- Time servers: ntp1\\.aliyun\\.com\\, ntp2\\.aliyun\\.com (stays)" in preview
    )
    assert is_wrong(box)

    assert (await repairs.submit(form))["type"] == "create_entry"
    assert abs(box.state.clock_offset) < 60
    assert box.state.health.timezone == -3
    assert box.state.time_source.mode == "manual"
    assert raised(hass) == set()


async def test_time_servers_set_the_clock(
    hass: HomeAssistant, box: EmulatedBox, open_fix: OpenFix
) -> None:
    """Those of the box are suggested, and the user enters others."""
    box.state.time_source.reachable = frozenset({"192.168.1.1"})
    repairs, issue, menu = await open_fix()
    form = await repairs.choose(menu, "time_servers")
    preview = shown(issue, form)
    assert "- The clock is set: by time servers (stays)" in preview
    assert "→ **that of the time servers**" in preview
    [field] = form["data_schema"]
    assert field["description"]["suggested_value"] == "ntp1.aliyun.com ntp2.aliyun.com"
    form = await repairs.submit(form, servers="http://time.lan; reboot")
    assert form["errors"] == {"servers": "servers_invalid"}
    shown(issue, form)
    [field] = form["data_schema"]
    assert field["description"]["suggested_value"] == "http://time.lan; reboot"
    assert is_wrong(box)

    result = await repairs.submit(form, servers="192.168.1.1, fritz.box")
    assert result["type"] == "create_entry"
    assert box.state.clock_offset == 0
    assert box.state.time_source.servers == "192.168.1.1 fritz.box"
    assert box.state.health.timezone == -3
    assert raised(hass) == set()


async def test_box_without_time_servers_has_none_suggested(
    box: EmulatedBox, open_fix: OpenFix
) -> None:
    """Nothing on the internet is asked without the user's word."""
    box.state.time_source.servers = ""
    repairs, issue, menu = await open_fix()
    assert "- Time servers: none" in shown(issue, menu)
    form = await repairs.choose(menu, "time_servers")
    [field] = form["data_schema"]
    assert not field["description"]["suggested_value"]


async def test_time_servers_that_do_not_answer_leave_the_issue(
    hass: HomeAssistant, box: EmulatedBox, open_fix: OpenFix
) -> None:
    """The flow says what the box has now."""
    repairs, issue, menu = await open_fix()
    form = await repairs.choose(menu, "time_servers")
    result = await repairs.submit(form, servers="192.168.1.1")
    text = shown(issue, result)
    assert "its clock is still off by 8 h 2 min" in text
    assert "- Time servers: 192\\.168\\.1\\.1" in text
    assert "in the box's web page" in text
    assert raised(hass) == {"clock_ahead"}
    assert box.state.time_source.servers == "192.168.1.1"


async def test_ignored_change_leaves_the_issue(
    hass: HomeAssistant, box: EmulatedBox, open_fix: OpenFix
) -> None:
    """The box answers with success."""
    box.state.variant = Variant(ignores_time_settings=True)
    repairs, issue, menu = await open_fix()
    result = await repairs.submit(await repairs.choose(menu, "home_assistant"))
    text = shown(issue, result)
    assert "did not make it" in text
    assert "- Time zone: UTC+8" in text
    assert is_wrong(box)
    assert raised(hass) == {"clock_ahead"}


async def test_ignored_time_alone_leaves_the_issue(
    hass: HomeAssistant, box: EmulatedBox, open_fix: OpenFix
) -> None:
    """The mode has changed, and the zone was the same."""
    await hass.config.async_set_time_zone("Asia/Shanghai")
    repairs, issue, menu = await open_fix()
    form = await repairs.choose(menu, "home_assistant")
    set_by_hand = TimeCalls.set_by_hand

    async def ignore(calls: TimeCalls, hours: int) -> None:
        await set_by_hand(calls, hours)
        ahead(box)

    with patch.object(TimeCalls, "set_by_hand", ignore):
        text = shown(issue, await repairs.submit(form))
    assert "accepted the time, but its clock is still off by 8 h 2 min" in text
    assert "- The clock is set: by hand" in text
    assert raised(hass) == {"clock_ahead"}


async def test_box_without_the_calls_is_mended_by_hand(
    box: EmulatedBox, open_fix: OpenFix
) -> None:
    """Its firmware is too old."""
    box.state.variant = Variant(time_calls_missing=True)
    _, issue, result = await open_fix()
    assert shown(issue, result).startswith("The box does not support this")


async def test_box_that_lists_no_time_servers_is_set_to_home_assistants(
    box: EmulatedBox, open_fix: OpenFix
) -> None:
    """The other calls exist."""
    path = of(box, READ_SERVERS)
    box.answer_instead[path] = CannedAnswer(404, b"", "text/plain")
    repairs, issue, menu = await open_fix()
    assert menu["menu_options"] == OPTIONS[1:]
    assert "- Time servers: not reported" in shown(issue, menu)
    result = await repairs.submit(await repairs.choose(menu, "home_assistant"))
    assert result["type"] == "create_entry"


async def test_managed_box_is_left_alone(box: EmulatedBox, open_fix: OpenFix) -> None:
    """The platform decides, also if it took over meanwhile."""
    repairs, issue, menu = await open_fix()
    form = await repairs.choose(menu, "home_assistant")
    box.settings.platform_url = "http://192.168.0.154:9061/login"
    box.settings.work_mode = "mq"
    assert "management platform" in shown(issue, await repairs.submit(form))
    assert "management platform" in shown(issue, await repairs.open(issue))
    assert is_wrong(box)


async def test_closed_system_port_is_named(
    hass: HomeAssistant, box: EmulatedBox, open_fix: OpenFix
) -> None:
    """It may close before the flow, or while it is open; nothing is sent then."""
    repairs, issue, menu = await open_fix()
    form = await repairs.choose(menu, "home_assistant")
    await box.port("system").close()
    text = shown(issue, await repairs.submit(form))
    assert text.startswith("The box does not answer")
    assert "all the same" not in text
    assert "(8888)" in text
    assert shown(issue, await repairs.open(issue)).startswith("The box does not answer")
    assert raised(hass) == {"clock_ahead"}
    await box.port("system").open()


async def test_connection_that_breaks_leaves_the_change_in_doubt(
    hass: HomeAssistant, box: EmulatedBox, open_fix: OpenFix
) -> None:
    """The mode is sent, and its answer is lost."""
    repairs, issue, menu = await open_fix()
    form = await repairs.choose(menu, "home_assistant")
    with before_the_change(
        lambda: box.state.raw_answers.update({of(box, SET_MODE): b""})
    ):
        text = shown(issue, await repairs.submit(form))
    assert "or a part of it, may have been made anyway" in text
    assert raised(hass) == {"clock_ahead"}


async def test_clock_that_became_right_meanwhile_is_left_alone(
    hass: HomeAssistant, box: EmulatedBox, open_fix: OpenFix
) -> None:
    """Its time servers reached it after the preview."""
    repairs, issue, menu = await open_fix()
    form = await repairs.choose(menu, "home_assistant")
    box.state.clock_offset = 0
    result = await repairs.submit(form)
    assert result["reason"] == "no_longer_asked"
    assert "nothing was changed" in shown(issue, result)
    assert box.state.time_source.mode == "ntp"
    assert box.state.health.timezone == -8
    assert raised(hass) == set()


@pytest.mark.parametrize("way", OPTIONS)
async def test_settings_that_changed_after_the_preview_stay(
    hass: HomeAssistant, box: EmulatedBox, open_fix: OpenFix, way: str
) -> None:
    """Only what was shown is changed."""
    repairs, issue, menu = await open_fix()
    form = await repairs.choose(menu, way)
    box.state.time_source.servers = "192.168.1.1"
    fields = {"servers": "ntp.lan"} if way == "time_servers" else {}
    result = await repairs.submit(form, **fields)
    assert result["reason"] == "no_longer_asked"
    assert "nothing was changed" in shown(issue, result)
    assert box.state.time_source.mode == "ntp"
    assert box.state.time_source.servers == "192.168.1.1"
    assert raised(hass) == {"clock_ahead"}


async def test_unloaded_box_is_not_changed(
    hass: HomeAssistant,
    box: EmulatedBox,
    entry: SeAiBoxConfigEntry,
    open_fix: OpenFix,
) -> None:
    """The flow ends before and after its preview."""
    repairs, issue, menu = await open_fix()
    form = await repairs.choose(menu, "home_assistant")
    await hass.config_entries.async_unload(entry.entry_id)
    for result in (await repairs.submit(form), await repairs.open(issue)):
        assert "not set up in Home Assistant" in shown(issue, result)
    assert is_wrong(box)


async def test_refused_change_is_reported(box: EmulatedBox, open_fix: OpenFix) -> None:
    """The answer of the box has a code."""
    refusal = b'{"error": {"code": 40091, "message": "no", "status": "PARAM_ERROR"}}'
    repairs, issue, menu = await open_fix()
    form = await repairs.choose(menu, "home_assistant")
    path = of(box, SET_MODE)
    answer = CannedAnswer(400, refusal, "application/json")
    with before_the_change(lambda: box.answer_instead.update({path: answer})):
        text = shown(issue, await repairs.submit(form))
    assert "did not accept this: error 40091 PARAM\\_ERROR." in text
    assert is_wrong(box)


async def test_time_zone_with_half_hours_is_not_set(
    hass: HomeAssistant, box: EmulatedBox, open_fix: OpenFix
) -> None:
    """The box keeps its own."""
    await hass.config.async_set_time_zone("Asia/Kolkata")
    repairs, issue, menu = await open_fix()
    form = await repairs.choose(menu, "home_assistant")
    preview = shown(issue, form)
    assert "- Time zone: UTC+8 (stays)" in preview
    assert "Home Assistant's time zone is UTC+5:30. A box accepts only" in preview
    assert (await repairs.submit(form))["type"] == "create_entry"
    assert abs(box.state.clock_offset) < 60
    assert box.state.health.timezone == -8


async def test_box_without_a_time_zone_needs_one_in_whole_hours(
    hass: HomeAssistant, box: EmulatedBox, open_fix: OpenFix
) -> None:
    """Every call that changes the clock has a time zone in it."""
    repairs, issue, menu = await open_fix()
    answer = f'{{"time": {round(box.state.now() * 1000)}}}'.encode()
    path = of(box, READ_TIME)
    box.answer_instead[path] = CannedAnswer(200, answer, "application/json")
    menu = await repairs.open(issue)
    assert "- Time zone: not reported" in shown(issue, menu)
    await hass.config.async_set_time_zone("Asia/Kolkata")
    text = shown(issue, await repairs.open(issue))
    assert text.startswith("Home Assistant's time zone is UTC+5:30, but a box")
