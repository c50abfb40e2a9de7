"""The repair flow that ends a pass mode in which everyone passes."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any
from unittest.mock import patch

import pytest

from custom_components.se_aibox.aibox.models import PassMode
from custom_components.se_aibox.aibox.rest import Rest
from custom_components.se_aibox.aibox.settings import Setting
from custom_components.se_aibox.box.issues import Fault
from custom_components.se_aibox.box.pass_mode import async_change_pass_mode
from custom_components.se_aibox.coordinator import SeAiBoxConfigEntry
from emulator import CannedAnswer, EmulatedBox, Variant
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from tests.integration.box.repairs_helpers import (
    Repairs,
    issue_of,
    measure,
    open_repairs,
    raised,
)
from tests.integration.conftest import ClientGenerator, SetUp

from .fixes_helpers import shown

pytest_plugins = ["tests.integration.box.repairs_fixtures"]

# The call that changes settings.
CHANGE = {"nested": "/SophonConfig/api/Configs", "flat": "/sophon/v2/face/setconfigs"}

type Opened = tuple[Repairs, ir.IssueEntry, dict[str, Any]]
type OpenFix = Callable[[], Awaitable[Opened]]


@pytest.fixture
async def entry(box: EmulatedBox, set_up: SetUp) -> SeAiBoxConfigEntry:
    """Set up a box that lets everyone pass."""
    box.settings.pass_mode = "allpass"
    return await set_up()


@pytest.fixture
def open_fix(
    hass: HomeAssistant,
    entry: SeAiBoxConfigEntry,
    no_minimum_duration: None,
    hass_client: ClientGenerator,
) -> OpenFix:
    """Raise the issue, and click *Fix*."""

    async def _open() -> Opened:
        await measure(entry)
        issue = issue_of(hass, Fault.EVERYONE_PASSES)
        assert issue is not None
        assert issue.is_fixable
        repairs = await open_repairs(hass, hass_client)
        return repairs, issue, await repairs.open(issue)

    return _open


async def test_normal_mode_is_set_after_a_preview(
    hass: HomeAssistant,
    box: EmulatedBox,
    entry: SeAiBoxConfigEntry,
    open_fix: OpenFix,
) -> None:
    """The issue is gone, and the mode is known."""
    repairs, issue, form = await open_fix()
    assert "everyone passes → **normal**" in shown(issue, form)
    assert box.settings.pass_mode == "allpass"
    assert (await repairs.submit(form))["type"] == "create_entry"
    assert box.settings.pass_mode == "normal"
    assert entry.runtime_data.polls.pass_mode.data == "normal"
    assert raised(hass) == set()


async def test_lockdown_that_began_meanwhile_stays(
    box: EmulatedBox, open_fix: OpenFix
) -> None:
    """Only the mode of the preview is ended."""
    repairs, issue, form = await open_fix()
    box.settings.pass_mode = "allforbidden"
    for result in (await repairs.submit(form), await repairs.open(issue)):
        assert result["reason"] == "no_longer_asked"
        assert "nothing was changed" in shown(issue, result)
    assert box.settings.pass_mode == "allforbidden"


async def test_lockdown_between_the_look_and_the_change_stays(
    hass: HomeAssistant,
    box: EmulatedBox,
    entry: SeAiBoxConfigEntry,
    open_fix: OpenFix,
) -> None:
    """It waits until the change is made, then holds."""
    repairs, _, form = await open_fix()
    rest, poll = entry.runtime_data.client.rest, entry.runtime_data.polls.pass_mode
    look = Rest.pass_mode
    lockdowns: list[asyncio.Task[None]] = []

    async def look_as_a_lockdown_begins(rest: Rest) -> PassMode | None:
        found = await look(rest)
        if not lockdowns:
            lockdown = async_change_pass_mode(rest, poll, PassMode.NOBODY)
            lockdowns.append(hass.async_create_task(lockdown))
            # Without the lock, the lockdown is made before the change.
            await asyncio.wait(lockdowns, timeout=0.5)
            assert box.settings.pass_mode == "allpass"
        return found

    with patch.object(Rest, "pass_mode", look_as_a_lockdown_begins):
        assert (await repairs.submit(form))["type"] == "create_entry"
        await asyncio.gather(*lockdowns)
    assert len(lockdowns) == 1
    assert box.settings.pass_mode == "allforbidden"
    assert await rest.pass_mode() is PassMode.NOBODY
    assert poll.data is PassMode.NOBODY


async def test_lockdown_under_way_is_seen_by_the_fix(
    hass: HomeAssistant,
    box: EmulatedBox,
    entry: SeAiBoxConfigEntry,
    open_fix: OpenFix,
) -> None:
    """The flow looks once the lockdown is made."""
    repairs, _, form = await open_fix()
    rest, poll = entry.runtime_data.client.rest, entry.runtime_data.polls.pass_mode
    change = Rest.change_setting
    is_sent, goes_on = asyncio.Event(), asyncio.Event()

    async def change_slowly(rest: Rest, setting: Setting, value: str) -> None:
        is_sent.set()
        await goes_on.wait()
        await change(rest, setting, value)

    with patch.object(Rest, "change_setting", change_slowly):
        lockdown = hass.async_create_task(
            async_change_pass_mode(rest, poll, PassMode.NOBODY)
        )
        await is_sent.wait()
        submitted = hass.async_create_task(repairs.submit(form))
        await asyncio.wait([submitted], timeout=0.2)
        goes_on.set()
        await lockdown
        assert (await submitted)["reason"] == "no_longer_asked"
    assert box.settings.pass_mode == "allforbidden"


@pytest.mark.parametrize(
    ("variant", "words"),
    [
        (Variant(settings_call_missing=True), "The box does not support this"),
        (Variant(ignores_settings=True), "The box accepted the change, but did not"),
    ],
)
async def test_mode_that_cannot_be_changed_leaves_the_issue(
    hass: HomeAssistant,
    box: EmulatedBox,
    open_fix: OpenFix,
    variant: Variant,
    words: str,
) -> None:
    """The flow says what to do in the box's web page."""
    box.state.variant = variant
    repairs, issue, form = await open_fix()
    text = shown(issue, await repairs.submit(form))
    assert text.startswith(words)
    assert "Set the pass mode back to normal in the box's web page." in text
    assert raised(hass) == {"everyone_passes"}


async def test_managed_box_keeps_its_mode(box: EmulatedBox, open_fix: OpenFix) -> None:
    """The platform decides."""
    box.settings.platform_url = "http://192.168.0.154:9061/login"
    box.settings.work_mode = "mq"
    _, issue, result = await open_fix()
    assert "management platform" in shown(issue, result)
    assert box.settings.pass_mode == "allpass"


async def test_box_that_is_away_keeps_its_mode(
    hass: HomeAssistant,
    box: EmulatedBox,
    entry: SeAiBoxConfigEntry,
    open_fix: OpenFix,
) -> None:
    """It may not answer, or not be set up."""
    repairs, issue, form = await open_fix()
    await box.port("rest").close()
    text = shown(issue, await repairs.submit(form))
    assert text.startswith("The box does not answer")
    assert "all the same" not in text
    await box.port("rest").open()
    await hass.config_entries.async_unload(entry.entry_id)
    result = await repairs.open(issue)
    assert "not set up in Home Assistant" in shown(issue, result)
    assert box.settings.pass_mode == "allpass"


async def test_connection_that_breaks_leaves_the_change_in_doubt(
    hass: HomeAssistant, box: EmulatedBox, open_fix: OpenFix
) -> None:
    """The change is sent once."""
    repairs, issue, form = await open_fix()
    box.state.raw_answers[CHANGE[box.dialect]] = b""
    text = shown(issue, await repairs.submit(form))
    assert "may have been made anyway" in text
    sent = [request.path for request in box.requests]
    assert sent.count(CHANGE[box.dialect]) == 1
    assert raised(hass) == {"everyone_passes"}


@pytest.mark.parametrize(
    ("status", "reason"), [(502, "HTTP 502"), (401, "a login is required")]
)
async def test_unreadable_answer_leaves_the_change_in_doubt(
    hass: HomeAssistant,
    box: EmulatedBox,
    open_fix: OpenFix,
    status: int,
    reason: str,
) -> None:
    """Whatever stands before the box answers."""
    repairs, issue, form = await open_fix()
    answer = CannedAnswer(status, b"<html>", "text/html")
    box.answer_instead[CHANGE[box.dialect]] = answer
    text = shown(issue, await repairs.submit(form))
    assert text.startswith("The answer of the box is not valid: ")
    assert reason in text
    assert "may have been made anyway" in text
    assert raised(hass) == {"everyone_passes"}


async def test_unreadable_mode_sends_no_change(
    box: EmulatedBox, open_fix: OpenFix
) -> None:
    """Without a change, nothing is in doubt."""
    repairs, issue, form = await open_fix()
    path = {
        "nested": "/SophonConfig/api/Configs/PASSMODE",
        "flat": "/sophon/v2/face/getconfigs",
    }
    box.answer_instead[path[box.dialect]] = CannedAnswer(502, b"", "text/html")
    text = shown(issue, await repairs.submit(form))
    assert text.startswith("The answer of the box is not valid: ")
    assert "all the same" not in text
    assert CHANGE[box.dialect] not in [request.path for request in box.requests]
