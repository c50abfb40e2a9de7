"""Boxes whose calls answer on the port of their web page."""

from collections.abc import AsyncGenerator
from dataclasses import replace

import pytest

from custom_components.se_aibox.aibox import rest_port
from custom_components.se_aibox.const import DOMAIN
from emulator import EmulatedBox, PictureSize, Variant
from homeassistant.config_entries import SOURCE_RECONFIGURE, ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from tests.integration.conftest import SetUp
from tests.integration.flow.flow_helpers import choice, open_flow, submit, typed_address
from tests.integration.helpers import (
    MAC_ADDRESS,
    SERIAL_NUMBER,
    Dialect,
    FiredEvents,
    make_entry,
)


@pytest.fixture
async def box(
    dialect: Dialect, monkeypatch: pytest.MonkeyPatch
) -> AsyncGenerator[EmulatedBox]:
    """Run a box with its usual port closed."""
    async with EmulatedBox(
        dialect,
        device_count=2,
        serial_number=SERIAL_NUMBER,
        mac=MAC_ADDRESS,
        picture_size=PictureSize(face=4_000, scene=12_000, reference=4_000),
        variant=Variant(rest_port_closed=True, web_port="rest"),
    ) as box:
        monkeypatch.setattr(rest_port, "_USUAL", box.ports.rest)
        monkeypatch.setattr(rest_port, "_WEB", box.ports.web)
        yield box
        assert box.errors == []


async def test_flow_shows_and_stores_the_port_that_answers(
    hass: HomeAssistant, box: EmulatedBox, fired: FiredEvents
) -> None:
    """The user left the ports as they were."""
    flow_id = await open_flow(hass)
    result = await submit(hass, flow_id, typed_address(box))
    assert result["step_id"] == "choose"
    placeholders = result["description_placeholders"]
    assert placeholders is not None
    assert placeholders["rest_port"] == str(box.ports.web)
    result = await submit(hass, flow_id, choice(box))
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["data"]["rest_port"] == box.ports.web
    await hass.async_block_till_done()
    await box.wait_for_subscription()
    seen = await box.recognize(box.devices[0], box.people[0])
    assert (await fired.next())["identity_id"] == seen.identity_id


async def test_flow_reports_the_closed_port_if_only_a_page_answers(
    hass: HomeAssistant, box: EmulatedBox
) -> None:
    """A web page is no box, and the usual port is what is wrong."""
    await box.port("web").close()
    result = await submit(hass, await open_flow(hass), typed_address(box))
    assert result["errors"] == {"base": "cannot_connect"}


async def test_reconfiguring_stores_the_port_that_answers(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """The address is entered anew, with the usual ports."""
    entry = await set_up()
    result = await hass.config_entries.flow.async_init(
        DOMAIN, context={"source": SOURCE_RECONFIGURE, "entry_id": entry.entry_id}
    )
    result = await submit(hass, result["flow_id"], typed_address(box))
    assert result["reason"] == "reconfigure_successful"
    assert entry.data["rest_port"] == box.ports.web
    await hass.async_block_till_done()


@pytest.mark.parametrize("is_same", [True, False])
async def test_silent_box_is_not_added_again_by_its_other_port(
    hass: HomeAssistant, box: EmulatedBox, is_same: bool
) -> None:
    """Whatever it sees would be delivered twice."""
    variant = box.state.variant
    box.state.variant = replace(variant, serial_missing=True, mac_missing=True)
    # Behind one address, the other ports tell boxes apart.
    ports = {} if is_same else {"events_port": 1}
    silent: dict[str, object] = {"serial_number": None, "mac_addresses": []}
    entry = make_entry(box, data={**silent, **ports})
    assert entry.data["rest_port"] == box.ports.rest
    hass.config_entries._entries[entry.entry_id] = entry
    result = await submit(hass, await open_flow(hass), typed_address(box))
    if is_same:
        assert result["reason"] == "already_configured"
    else:
        assert result["step_id"] == "unidentified"


async def test_port_is_found_anew_at_each_setup(
    hass: HomeAssistant,
    box: EmulatedBox,
    set_up: SetUp,
    fired: FiredEvents,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The usual port was closed while Home Assistant was down."""
    entry = await set_up()
    assert entry.data["rest_port"] == box.ports.web
    assert "answer on port" in caplog.text
    seen = await box.recognize(box.devices[0], box.people[0])
    assert (await fired.next())["identity_id"] == seen.identity_id

    # An update opens the usual port, and leaves only the page on the other one.
    web, usual = box.port("web"), box.port("rest")
    await web.close()
    usual.handler = web.handler
    await usual.open()
    await hass.config_entries.async_reload(entry.entry_id)
    assert entry.state is ConfigEntryState.LOADED
    assert entry.data["rest_port"] == box.ports.rest
