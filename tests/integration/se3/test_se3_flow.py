"""Adding, changing and removing a box that only pushes, and the URL that it pushes to."""

import logging

import pytest

from custom_components.se_aibox.aibox import se3 as client_se3
from custom_components.se_aibox.const import DOMAIN
from emulator import EmulatedSe3
from homeassistant.config_entries import SOURCE_RECONFIGURE, ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from tests.integration.helpers import Heard, ports_of, until

from .se3_helpers import OTHER_URL, WEBHOOK_ID, add, find, make_se3, make_se3_entry

pytest_plugins = ["tests.integration.se3.se3_fixtures"]


async def test_is_added(hass: HomeAssistant, se3: EmulatedSe3, base: str) -> None:
    """The flow finds that it only pushes; it is told where to, beside where it pushed before."""
    se3.event_server_urls = [OTHER_URL]
    result = await find(hass, se3)
    assert result["step_id"] == "pushes"
    result = await hass.config_entries.flow.async_configure(
        result["flow_id"], {"pictures": ["captured"]}
    )
    assert result["type"] is FlowResultType.CREATE_ENTRY
    entry = result["result"]
    webhook_id = entry.data["webhook_id"]
    assert len(webhook_id) == 64
    assert entry.unique_id == se3.serial_number
    assert entry.options["pictures"] == ["captured"]
    await hass.async_block_till_done()
    assert entry.state is ConfigEntryState.LOADED
    assert se3.event_server_urls == [OTHER_URL, f"{base}/api/webhook/{webhook_id}"]


async def test_is_added_by_hand(hass: HomeAssistant, base: str) -> None:
    """A box that cannot be told is shown with the URL to enter, and pushes to it."""
    async with make_se3(has_event_server_call=False) as se3:
        result = await find(hass, se3)
        assert result["step_id"] == "pushes_by_hand"
        placeholders = result["description_placeholders"]
        assert placeholders is not None
        url = placeholders["url"]
        assert url.startswith(f"{base}/api/webhook/")
        result = await hass.config_entries.flow.async_configure(
            result["flow_id"], {"pictures": ["captured", "reference"]}
        )
        assert result["type"] is FlowResultType.CREATE_ENTRY
        await hass.async_block_till_done()
        se3.event_server_urls = [url]
        heard = Heard(hass, "se_aibox_recognition")
        await se3.recognize(se3.devices[0], se3.people[0])
        assert (await heard.next())["identity_name"] == "Tom"


async def test_urls(hass: HomeAssistant, se3: EmulatedSe3, base: str) -> None:
    """Ours is there once, in the place of one at an old address; others stay, and how the box posts does too."""
    ours = f"{base}/api/webhook/{WEBHOOK_ID}"
    se3.event_server_urls = [
        f"http://192.168.9.9:8123/api/webhook/{WEBHOOK_ID}",
        OTHER_URL,
    ]
    se3.content_type = "form-data"
    se3.need_reg_pic = False
    entry = await add(hass, make_se3_entry(se3))
    assert se3.event_server_urls == [ours, OTHER_URL]
    assert se3.content_type == "form-data"
    assert se3.need_reg_pic
    posts = sum(request.method == "POST" for request in se3.requests)
    assert await hass.config_entries.async_reload(entry.entry_id)
    assert sum(request.method == "POST" for request in se3.requests) == posts

    assert await hass.config_entries.async_remove(entry.entry_id)
    assert se3.event_server_urls == [OTHER_URL]


async def test_is_removed_without_the_call(hass: HomeAssistant, base: str) -> None:
    """What the user entered by hand stays on the box, without a complaint."""
    async with make_se3(has_event_server_call=False) as se3:
        entry = await add(hass, make_se3_entry(se3))
        assert await hass.config_entries.async_remove(entry.entry_id)
        assert se3.event_server_urls == []


async def test_is_removed_without_the_box(
    hass: HomeAssistant,
    se3: EmulatedSe3,
    base: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A box that is away does not hinder its removal; what stays on it is said."""
    entry = await add(hass, make_se3_entry(se3))
    await se3.port("rest").close()
    assert await hass.config_entries.async_remove(entry.entry_id)
    assert "Cannot remove the push URL" in caplog.text
    assert WEBHOOK_ID not in "".join(
        record.getMessage()
        for record in caplog.records
        if record.name.startswith("custom_components")
        and record.levelno > logging.DEBUG
    )


async def test_its_url_is_put_back(
    hass: HomeAssistant,
    se3: EmulatedSe3,
    base: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Whoever else replaces the box's list does not cut us off for long; a refusal changes nothing."""
    monkeypatch.setattr(client_se3, "_CHECK_SECONDS", 0.02)
    entry = await add(hass, make_se3_entry(se3))
    se3.event_server_urls = [OTHER_URL]
    await until(lambda: len(se3.event_server_urls) == 2)
    se3.state.initializing = True
    asked = len(se3.requests)
    await until(lambda: len(se3.requests) > asked + 1)
    assert entry.runtime_data.data.connected


async def test_flow_needs_an_address(
    hass: HomeAssistant, se3: EmulatedSe3, base: str
) -> None:
    """Behind https only, the flow says that a box cannot push there; an entry waits until it can."""
    await hass.config.async_update(internal_url="https://ha.example")
    assert hass.config.api is not None
    hass.config.api.use_ssl = True
    result = await find(hass, se3)
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "https_only"
    entry = make_se3_entry(se3)
    await hass.config_entries.async_add(entry)
    assert entry.state is ConfigEntryState.SETUP_RETRY
    assert entry.error_reason_translation_key == "https_only"


async def test_bare_system(hass: HomeAssistant, base: str) -> None:
    """A box whose face service is off is not added, whatever its model."""
    async with make_se3(system_calls=("deviceSN", "hardwareInfo", "systemMode")) as se3:
        se3.state.bare_system = True
        result = await find(hass, se3)
        assert result["errors"] == {"base": "bare_system"}


async def test_reconfigure(
    hass: HomeAssistant, se3: EmulatedSe3, base: str, heard: Heard
) -> None:
    """A new address keeps the webhook: what the box was told stays right."""
    entry = await add(hass, make_se3_entry(se3, data={"events_port": 5679}))
    urls = list(se3.event_server_urls)
    result = await hass.config_entries.flow.async_init(
        DOMAIN, context={"source": SOURCE_RECONFIGURE, "entry_id": entry.entry_id}
    )
    result = await hass.config_entries.flow.async_configure(
        result["flow_id"], {"host": se3.host, "ports": ports_of(se3)}
    )
    assert result["reason"] == "reconfigure_successful"
    await hass.async_block_till_done()
    assert entry.data["events_port"] == se3.ports.events
    assert entry.data["webhook_id"] == WEBHOOK_ID
    assert se3.event_server_urls == urls
    await se3.recognize(se3.devices[0], se3.people[0])
    await heard.next()


async def test_another_box_is_told_nothing(
    hass: HomeAssistant, se3: EmulatedSe3, base: str
) -> None:
    """A box that took over the address gets no URL of ours."""
    entry = make_se3_entry(
        se3,
        data={"serial_number": "another", "mac_addresses": ["e0:a5:09:00:00:01"]},
    )
    await hass.config_entries.async_add(entry)
    assert entry.state is ConfigEntryState.SETUP_RETRY
    assert entry.error_reason_translation_key == "another_box"
    assert se3.event_server_urls == []
