"""The connection of a box that only pushes, and its first push."""

from datetime import timedelta
from typing import Any

import pytest

from custom_components.se_aibox.aibox import se3 as client_se3
from custom_components.se_aibox.const import DOMAIN
from emulator import EmulatedSe3
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import Event, EventStateChangedData, HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir
from homeassistant.helpers.event import async_track_state_change_event
from tests.integration.helpers import (
    ENTRY_ID,
    FiredEvents,
    let_time_pass,
    state_becomes,
    until,
)

from .se3_helpers import WEBHOOK_ID, add, entity_id_of, make_se3, make_se3_entry

pytest_plugins = ["tests.integration.se3.se3_fixtures"]


async def test_setup_is_retried_while_the_box_is_unreachable(
    hass: HomeAssistant, se3: EmulatedSe3, base: str
) -> None:
    """A reload succeeds when the box answers again."""
    await se3.port("rest").close()
    entry = make_se3_entry(se3)
    await hass.config_entries.async_add(entry)
    assert entry.state is ConfigEntryState.SETUP_RETRY
    assert entry.error_reason_translation_key == "cannot_connect"
    await se3.port("rest").open()
    assert await hass.config_entries.async_reload(entry.entry_id)


async def test_connection_is_on_after_an_answer_or_a_push(
    hass: HomeAssistant,
    se3: EmulatedSe3,
    base: str,
    fired: FiredEvents,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It is off while the box does not answer."""
    monkeypatch.setattr(client_se3, "_CHECK_SECONDS", 0.02)
    await add(hass, make_se3_entry(se3))
    connection = entity_id_of(hass, "binary_sensor", "connection")
    await state_becomes(hass, connection, "on")
    await se3.port("rest").close()
    await state_becomes(hass, connection, "off")
    await se3.port("rest").open()
    await state_becomes(hass, connection, "on")

    await se3.port("rest").close()
    await state_becomes(hass, connection, "off")
    states: list[str] = []

    @callback
    def _record(event: Event[EventStateChangedData]) -> None:
        if (new_state := event.data["new_state"]) is not None:
            states.append(new_state.state)

    async_track_state_change_event(hass, connection, _record)
    await se3.recognize(se3.devices[0], se3.people[0])
    await fired.next()
    assert states[0] == "on"


@pytest.mark.parametrize("has_call", [True, False])
async def test_box_that_never_pushed_raises_an_issue_with_the_url(
    hass: HomeAssistant,
    base: str,
    fired: FiredEvents,
    hass_storage: dict[str, Any],
    has_call: bool,
) -> None:
    """A push settles it for this URL, also after a reload."""
    issue_id = f"never_pushed_{ENTRY_ID}"
    issues = ir.async_get(hass)
    async with make_se3(has_event_server_call=has_call) as se3:
        entry = await add(hass, make_se3_entry(se3))
        ours = f"{base}/api/webhook/{WEBHOOK_ID}"
        assert issues.async_get_issue(DOMAIN, issue_id) is None
        let_time_pass(hass, timedelta(hours=24, minutes=1))
        await hass.async_block_till_done()
        issue = issues.async_get_issue(DOMAIN, issue_id)
        assert issue is not None
        assert issue.translation_placeholders is not None
        assert issue.translation_placeholders["url"] == ours

        se3.event_server_urls = [ours]
        await se3.recognize(se3.devices[0], se3.people[0])
        await fired.next()
        assert issues.async_get_issue(DOMAIN, issue_id) is None
        await until(lambda: f"{DOMAIN}.se3.{ENTRY_ID}" in hass_storage)

        assert await hass.config_entries.async_reload(entry.entry_id)
        let_time_pass(hass, timedelta(hours=49))
        await hass.async_block_till_done()
        assert issues.async_get_issue(DOMAIN, issue_id) is None

        assert hass.config.api is not None
        hass.config.api.port = 9
        assert await hass.config_entries.async_reload(entry.entry_id)
        assert (issues.async_get_issue(DOMAIN, issue_id) is None) is has_call


async def test_push_within_the_first_day_prevents_the_issue(
    hass: HomeAssistant, se3: EmulatedSe3, base: str, fired: FiredEvents
) -> None:
    """A silence after that is no reason, either."""
    await add(hass, make_se3_entry(se3))
    for _ in range(2):
        await se3.recognize(se3.devices[0], se3.people[0])
        await fired.next()
    let_time_pass(hass, timedelta(hours=25))
    await hass.async_block_till_done()
    assert (
        ir.async_get(hass).async_get_issue(DOMAIN, f"never_pushed_{ENTRY_ID}") is None
    )
