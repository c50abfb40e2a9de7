"""Adding, changing and removing a box that only pushes."""

import logging

import pytest

from custom_components.se_aibox.aibox import se3 as client_se3
from custom_components.se_aibox.const import DOMAIN
from emulator import EmulatedSe3
from homeassistant.config_entries import SOURCE_RECONFIGURE, ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import issue_registry as ir
from tests.integration.flow.replacement_helpers import (
    NEW_MAC,
    NEW_SERIAL,
    answer,
    new_box,
    reconfigure,
)
from tests.integration.helpers import ENTRY_ID, FiredEvents, ports_of, until

from .se3_helpers import OTHER_URL, WEBHOOK_ID, add, find, make_se3, make_se3_entry

pytest_plugins = ["tests.integration.se3.se3_fixtures"]


async def test_added_box_gets_the_push_url_beside_its_other_ones(
    hass: HomeAssistant, se3: EmulatedSe3, base: str
) -> None:
    """The flow finds out that it only pushes."""
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


async def test_box_without_the_call_is_added_with_a_url_to_enter(
    hass: HomeAssistant, base: str
) -> None:
    """The box pushes once the user has entered it."""
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
        fired = FiredEvents(hass, "se_aibox_recognition")
        await se3.recognize(se3.devices[0], se3.people[0])
        assert (await fired.next())["identity_name"] == "Tom"


async def test_box_with_documented_calls_only_is_added_on_the_users_word(
    hass: HomeAssistant, base: str
) -> None:
    """No page of V2R3 and V2R4 has a system API or a call for URLs."""
    async with make_se3(system_calls=(), has_event_server_call=False) as se3:
        result = await find(hass, se3)
        assert result["step_id"] == "unidentified"
        result = await hass.config_entries.flow.async_configure(result["flow_id"], {})
        assert result["step_id"] == "pushes_by_hand"
        placeholders = result["description_placeholders"]
        assert placeholders is not None
        result = await hass.config_entries.flow.async_configure(
            result["flow_id"], {"pictures": ["captured"]}
        )
        assert result["type"] is FlowResultType.CREATE_ENTRY
        entry = result["result"]
        assert entry.data["serial_number"] is None
        assert entry.data["accepts_silence"] is True
        await hass.async_block_till_done()
        assert entry.state is ConfigEntryState.LOADED
        se3.event_server_urls = [placeholders["url"]]
        fired = FiredEvents(hass, "se_aibox_recognition")
        await se3.recognize(se3.devices[0], se3.people[0])
        assert (await fired.next())["identity_name"] == "Tom"


async def test_push_url_replaces_its_old_address_only(
    hass: HomeAssistant, se3: EmulatedSe3, base: str
) -> None:
    """Other URLs and the content type stay as they are."""
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


async def test_box_without_the_call_is_removed_without_an_error(
    hass: HomeAssistant, base: str
) -> None:
    """The user entered the URL and has to delete it."""
    async with make_se3(has_event_server_call=False) as se3:
        entry = await add(hass, make_se3_entry(se3))
        assert await hass.config_entries.async_remove(entry.entry_id)
        assert se3.event_server_urls == []


async def test_unreachable_box_can_be_removed(
    hass: HomeAssistant,
    se3: EmulatedSe3,
    base: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The log says that the box continues to push."""
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


async def test_push_url_is_restored_after_another_program_removed_it(
    hass: HomeAssistant,
    se3: EmulatedSe3,
    base: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A refusal of the box does not change the connection."""
    monkeypatch.setattr(client_se3, "_CHECK_SECONDS", 0.02)
    entry = await add(hass, make_se3_entry(se3))
    se3.event_server_urls = [OTHER_URL]
    await until(lambda: len(se3.event_server_urls) == 2)
    se3.state.initializing = True
    asked = len(se3.requests)
    await until(lambda: len(se3.requests) > asked + 1)
    assert entry.runtime_data.data.connected


async def test_box_cannot_push_to_https_only(
    hass: HomeAssistant, se3: EmulatedSe3, base: str
) -> None:
    """The flow ends with the reason, and the setup is retried."""
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


async def test_box_in_bare_system_mode_is_not_added(
    hass: HomeAssistant, base: str
) -> None:
    """Its face service does not run."""
    async with make_se3(system_calls=("deviceSN", "hardwareInfo", "systemMode")) as se3:
        se3.state.bare_system = True
        result = await find(hass, se3)
        assert result["errors"] == {"base": "bare_system"}


async def test_reconfiguration_keeps_the_webhook(
    hass: HomeAssistant, se3: EmulatedSe3, base: str, fired: FiredEvents
) -> None:
    """The URL on the box stays valid."""
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
    await fired.next()


async def test_another_box_at_the_address_gets_no_push_url(
    hass: HomeAssistant, se3: EmulatedSe3, base: str
) -> None:
    """The setup is retried."""
    entry = make_se3_entry(
        se3,
        data={"serial_number": "another", "mac_addresses": ["e0:a5:09:00:00:01"]},
    )
    await hass.config_entries.async_add(entry)
    assert entry.state is ConfigEntryState.SETUP_RETRY
    assert entry.error_reason_translation_key == "another_box"
    assert se3.event_server_urls == []


async def test_silent_box_without_a_device_list_gets_no_push_url(
    hass: HomeAssistant, base: str
) -> None:
    """The entry knows its serial number, and nothing proves it."""
    async with make_se3(system_calls=()) as se3:
        entry = make_se3_entry(se3)
        await hass.config_entries.async_add(entry)
        assert entry.state is ConfigEntryState.SETUP_RETRY
        assert entry.error_reason_translation_key == "unidentified_box"
        assert se3.event_server_urls == []


async def test_replaced_box_pushes_to_the_same_webhook(
    hass: HomeAssistant, se3: EmulatedSe3, base: str
) -> None:
    """What was known of the old one's pushes is forgotten."""
    entry = await add(
        hass, make_se3_entry(se3, data={"push_addresses": ["127.0.0.99"]})
    )
    fired = FiredEvents(hass, "se_aibox_recognition")
    await se3.recognize(se3.devices[0], se3.people[0])
    device_id = (await fired.next())["device_id"]
    async with make_se3(
        serial_number=NEW_SERIAL, mac=NEW_MAC, has_event_server_call=False
    ) as new:
        result = await reconfigure(hass, entry, new)
        placeholders = result["description_placeholders"]
        assert placeholders is not None
        assert placeholders["staying"]
        assert (placeholders["gone"], placeholders["new"]) == ("none", "none")
        assert (await answer(hass, result, "replace_box"))["reason"] == "replaced"
        assert entry.state is ConfigEntryState.LOADED
        assert entry.data["serial_number"] == NEW_SERIAL
        assert entry.data["webhook_id"] == WEBHOOK_ID
        assert "push_addresses" not in entry.data
        # Only the user can enter the URL, so the issue shows it at once.
        issue = ir.async_get(hass).async_get_issue(DOMAIN, f"never_pushed_{ENTRY_ID}")
        assert issue is not None
        new.event_server_urls = [f"{base}/api/webhook/{WEBHOOK_ID}"]
        await new.recognize(new.devices[0], new.people[0])
        # It is known by its address.
        assert (await fired.next())["device_id"] == device_id
        assert await hass.config_entries.async_unload(entry.entry_id)


async def test_box_of_another_kind_is_no_replacement(
    hass: HomeAssistant, se3: EmulatedSe3, base: str
) -> None:
    """One that pushes knows its capture devices by other ids."""
    entry = await add(hass, make_se3_entry(se3))
    before = dict(entry.data)
    async with new_box("nested") as new:
        result = await reconfigure(hass, entry, new)
    assert result["type"] is FlowResultType.FORM
    assert result["errors"] == {"base": "another_kind"}
    assert entry.data == before
