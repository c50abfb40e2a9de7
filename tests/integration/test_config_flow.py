"""Adding a box in the user interface."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import pytest

from custom_components.se_aibox.const import DOMAIN
from emulator import CannedAnswer, EmulatedBox, Variant
from homeassistant.config_entries import SOURCE_USER, ConfigEntryState, ConfigFlowResult
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.setup import async_setup_component

from .conftest import ClientGenerator, SetUp
from .helpers import (
    MAC_ADDRESS,
    SERIAL_NUMBER,
    device_list_path,
    make_entry,
    requests_to,
    until,
)

nested_only = pytest.mark.parametrize("dialect", ["nested"])


def address(box: EmulatedBox, host: str | None = None) -> dict[str, Any]:
    """Return what a user types into the first form."""
    return {
        "host": box.host if host is None else host,
        "ports": {
            "rest_port": box.ports.rest,
            "events_port": box.ports.events,
            "system_port": box.ports.system,
            "broadcast_port": box.ports.broadcast,
        },
    }


def choice(box: EmulatedBox, **changes: object) -> dict[str, Any]:
    """Return what a user who likes the defaults sends with the second form."""
    return {
        "capture_devices": [device.device_id for device in box.devices],
        "add_new_capture_devices": True,
        "pictures": ["captured", "reference"],
        **changes,
    }


async def open_flow(hass: HomeAssistant) -> str:
    """Open the flow and return its id."""
    result = await hass.config_entries.flow.async_init(
        DOMAIN, context={"source": SOURCE_USER}
    )
    assert result["type"] is FlowResultType.MENU
    assert result["menu_options"] == ["box", "people"]
    result = await hass.config_entries.flow.async_configure(
        result["flow_id"], {"next_step_id": "box"}
    )
    assert result["type"] is FlowResultType.FORM
    assert result["step_id"] == "box"
    assert result["errors"] == {}
    return result["flow_id"]


async def submit(
    hass: HomeAssistant, flow_id: str, user_input: dict[str, Any]
) -> ConfigFlowResult:
    """Send a form."""
    return await hass.config_entries.flow.async_configure(flow_id, user_input)


async def add(
    hass: HomeAssistant, box: EmulatedBox, **changes: object
) -> ConfigFlowResult:
    """Add the box and wait until it pushes."""
    flow_id = await open_flow(hass)
    result = await submit(hass, flow_id, address(box))
    assert result["type"] is FlowResultType.FORM
    result = await submit(hass, flow_id, choice(box, **changes))
    assert result["type"] is FlowResultType.CREATE_ENTRY
    await hass.async_block_till_done()
    await until(lambda: bool(box.subscriptions))
    return result


async def test_box_is_added(hass: HomeAssistant, box: EmulatedBox) -> None:
    """A box that answers becomes an entry that is set up, named and known by its serial number."""
    flow_id = await open_flow(hass)
    result = await submit(hass, flow_id, address(box))
    assert result["type"] is FlowResultType.FORM
    assert result["step_id"] == "choose"
    # Markdown, in which nothing of what a box says means anything.
    software = "V5R3C01\\_686e472" if box.dialect == "nested" else "V6R2C01\\_9a1b2c3"
    assert result["description_placeholders"] == {
        "name": "BM1684\\-180",
        "model": "SE50221",
        "serial_number": SERIAL_NUMBER,
        "software_version": software,
        "count": "3",
    }

    result = await submit(hass, flow_id, choice(box))
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["title"] == "BM1684-180"
    assert result["data"] == {
        "host": "127.0.0.1",
        "rest_port": box.ports.rest,
        "events_port": box.ports.events,
        "system_port": box.ports.system,
        "broadcast_port": box.ports.broadcast,
        "dialect": box.dialect,
        "serial_number": SERIAL_NUMBER,
        "mac_addresses": [MAC_ADDRESS],
    }
    assert result["options"] == {
        "capture_devices": [device.device_id for device in box.devices],
        "ignored_capture_devices": [],
        "add_new_capture_devices": True,
        "pictures": ["captured", "reference"],
    }
    entry = result["result"]
    assert entry.unique_id == SERIAL_NUMBER
    await hass.async_block_till_done()
    assert entry.state is ConfigEntryState.LOADED
    await box.wait_for_subscription()
    assert box.errors == []


@nested_only
async def test_forms_reach_the_frontend(
    hass: HomeAssistant, box: EmulatedBox, hass_client: ClientGenerator
) -> None:
    """Both forms can be sent as JSON, ports out of sight with the factory's numbers, everything chosen."""
    # Before the client freezes the routes.
    for component in (DOMAIN, "camera", "config", "image"):
        assert await async_setup_component(hass, component, {})
    client = await hass_client()
    flows = "/api/config/config_entries/flow"
    response = await client.post(flows, json={"handler": DOMAIN})
    menu = await response.json()
    response = await client.post(
        f"{flows}/{menu['flow_id']}", json={"next_step_id": "box"}
    )
    form = await response.json()
    host, ports = form["data_schema"]
    assert host["name"] == "host"
    assert host["required"]
    assert ports["name"] == "ports"
    assert ports["expanded"] is False
    assert {port["name"]: port["default"] for port in ports["schema"]} == {
        "rest_port": 5555,
        "events_port": 5679,
        "system_port": 8888,
        "broadcast_port": 54547,
    }

    flow = f"{flows}/{form['flow_id']}"
    response = await client.post(flow, json=address(box))
    form = await response.json()
    devices, new_ones, pictures = form["data_schema"]
    assert [option["label"] for option in devices["selector"]["select"]["options"]] == [
        "Front door (192.168.150.20)",
        "大门 (192.168.150.21)",
        "Lobby turnstile (192.168.150.22)",
    ]
    assert devices["default"] == [device.device_id for device in box.devices]
    assert new_ones["default"] is True
    assert pictures["default"] == ["captured", "reference"]

    response = await client.post(flow, json=choice(box))
    assert (await response.json())["type"] == "create_entry"
    await hass.async_block_till_done()
    [entry] = hass.config_entries.async_entries(DOMAIN)
    assert all(type(entry.data[key]) is int for key in address(box)["ports"])


async def test_capture_devices_without_names(
    hass: HomeAssistant,
    box: EmulatedBox,
    dialect: str,
) -> None:
    """Capture devices of which only the id is known can be told apart by it."""
    if dialect == "nested":
        box.variant = Variant(only_device_ids=True)
    else:
        box.answer_instead[device_list_path(box)] = CannedAnswer(
            body=b'{"devices": [%s]}'
            % b",".join(
                b'{"media_device_id": "%s"}' % device.device_id.encode()
                for device in box.devices
            ),
            content_type="application/json",
        )
    result = await submit(hass, await open_flow(hass), address(box))
    schema = result["data_schema"]
    assert schema is not None
    [selector] = [
        value for key, value in schema.schema.items() if key == "capture_devices"
    ]
    assert [option["label"] for option in selector.config["options"]] == [
        device.device_id for device in box.devices
    ]


@nested_only
@pytest.mark.parametrize(
    "pasted",
    [
        " 127.0.0.1 ",
        "http://127.0.0.1:80/web/#/login?next=/",
        "https://admin:secret@127.0.0.1/",
        "127.0.0.1:5555",
        "127.0.0.1/",
    ],
)
async def test_pasted_address(
    hass: HomeAssistant, box: EmulatedBox, pasted: str
) -> None:
    """The host is found in what a browser's address line says, and nothing else of it is kept."""
    flow_id = await open_flow(hass)
    result = await submit(hass, flow_id, address(box, pasted))
    assert result["step_id"] == "choose"
    result = await submit(hass, flow_id, choice(box))
    assert result["data"]["host"] == "127.0.0.1"
    await hass.async_block_till_done()


@nested_only
@pytest.mark.parametrize("typed", ["", "  ", "http://[::1", "not a host", "]["])
async def test_no_address(hass: HomeAssistant, box: EmulatedBox, typed: str) -> None:
    """What is no address at all is answered with words, and can be corrected."""
    flow_id = await open_flow(hass)
    result = await submit(hass, flow_id, address(box, typed))
    assert result["type"] is FlowResultType.FORM
    assert result["errors"] == {"base": "cannot_connect"}
    result = await submit(hass, flow_id, address(box))
    assert result["step_id"] == "choose"


@dataclass(frozen=True)
class Fault:
    """Something wrong with a box, what the user is told, and how it is mended."""

    error: str
    spoil: Callable[[EmulatedBox], Awaitable[None]]
    mend: Callable[[EmulatedBox], Awaitable[None]]


async def _unreachable(box: EmulatedBox) -> None:
    await box.stop()


async def _rest_closed(box: EmulatedBox) -> None:
    await box.stop_rest_port()


async def _start(box: EmulatedBox) -> None:
    await box.start()


async def _web_page(box: EmulatedBox) -> None:
    box.answer_instead["*"] = CannedAnswer(body=b"<html>Router login</html>")


async def _empty_object(box: EmulatedBox) -> None:
    box.answer_instead["*"] = CannedAnswer(body=b"{}", content_type="application/json")


async def _redirect(box: EmulatedBox) -> None:
    box.answer_instead["*"] = CannedAnswer(
        status=302,
        headers={"Location": f"http://{box.host}:{box.ports.rest}/elsewhere"},
    )


async def _refusal(box: EmulatedBox) -> None:
    box.answer_instead[device_list_path(box)] = CannedAnswer(
        body=b'{"error": {"code": "PASSWORD_ERROR", "message": "no"}}',
        content_type="application/json",
    )


async def _answers(box: EmulatedBox) -> None:
    box.answer_instead.clear()


async def _starting(box: EmulatedBox) -> None:
    box.initializing = True


async def _started(box: EmulatedBox) -> None:
    box.initializing = False


async def _bare_system(box: EmulatedBox) -> None:
    box.bare_system = True


async def _bare_system_alone(box: EmulatedBox) -> None:
    box.bare_system = True
    await box.stop_rest_port()


async def _face_application(box: EmulatedBox) -> None:
    box.bare_system = False
    await box.start()


async def _events_closed(box: EmulatedBox) -> None:
    await box.stop_events_port()


async def _nameless(box: EmulatedBox) -> None:
    box.variant = Variant(serial_missing=True, mac_missing=True)


async def _named(box: EmulatedBox) -> None:
    box.variant = Variant()


FAULTS = {
    "unreachable": Fault("cannot_connect", _unreachable, _start),
    "REST closed": Fault("cannot_connect", _rest_closed, _start),
    "web page": Fault("not_a_box", _web_page, _answers),
    "empty object": Fault("not_a_box", _empty_object, _answers),
    "redirect": Fault("not_a_box", _redirect, _answers),
    "refusal": Fault("refused", _refusal, _answers),
    "starting": Fault("still_starting", _starting, _started),
    "bare system": Fault("bare_system", _bare_system, _face_application),
    "bare system alone": Fault("bare_system", _bare_system_alone, _face_application),
    "events closed": Fault("event_socket_closed", _events_closed, _start),
    "nameless": Fault("no_identity", _nameless, _named),
}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
async def test_error_in_words_then_success(
    hass: HomeAssistant, box: EmulatedBox, fault: Fault
) -> None:
    """What is wrong is said in words; once mended, the same form goes on, with what was typed still there."""
    await fault.spoil(box)
    flow_id = await open_flow(hass)
    result = await submit(hass, flow_id, address(box))
    assert result["type"] is FlowResultType.FORM
    assert result["step_id"] == "box"
    assert result["errors"] == {"base": fault.error}
    schema = result["data_schema"]
    assert schema is not None
    [host] = [key for key in schema.schema if key == "host"]
    assert host.description == {"suggested_value": box.host}
    assert requests_to(box, "/elsewhere") == 0

    await fault.mend(box)
    result = await submit(hass, flow_id, address(box))
    assert result["step_id"] == "choose"
    result = await submit(hass, flow_id, choice(box))
    assert result["type"] is FlowResultType.CREATE_ENTRY
    await hass.async_block_till_done()


async def test_event_socket_that_redirects(
    hass: HomeAssistant, box: EmulatedBox
) -> None:
    """A web server behind the WebSocket port is no event socket, not even if it sends us to one."""
    box.answer_instead["/"] = CannedAnswer(
        status=302, headers={"Location": f"http://{box.host}:{box.ports.events}/"}
    )
    typed = address(box)
    typed["ports"]["events_port"] = box.ports.rest
    result = await submit(hass, await open_flow(hass), typed)
    assert result["errors"] == {"base": "event_socket_closed"}


async def test_same_serial_number(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """A box that is set up already is not offered again."""
    await set_up()
    result = await submit(hass, await open_flow(hass), address(box))
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "already_configured"


async def test_second_box(hass: HomeAssistant, box: EmulatedBox, set_up: SetUp) -> None:
    """Another box is another entry, even one of the same host name."""
    await set_up()
    async with EmulatedBox("nested", seed=2, device_count=1) as other:
        result = await add(hass, other)
        assert result["result"].unique_id == other.serial_number != SERIAL_NUMBER
        assert await hass.config_entries.async_unload(result["result"].entry_id)


async def test_known_by_mac_before_its_serial_number(
    hass: HomeAssistant, box: EmulatedBox
) -> None:
    """A box that was added while it told no serial number is recognised once it tells one."""
    box.variant = Variant(serial_missing=True)
    result = await add(hass, box)
    assert result["result"].unique_id == MAC_ADDRESS
    assert result["title"] == "BM1684-180"
    assert result["data"]["serial_number"] is None

    box.variant = Variant()
    result = await submit(hass, await open_flow(hass), address(box))
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "already_configured"


async def test_known_by_serial_number_under_another_unique_id(
    hass: HomeAssistant, box: EmulatedBox
) -> None:
    """The stored serial number counts too, whatever the entry's unique id was made of."""
    entry = make_entry(box, data={"mac_addresses": []})
    hass.config_entries._entries[entry.entry_id] = entry
    hass.config_entries.async_update_entry(entry, unique_id="e0:a5:09:00:00:01")
    result = await submit(hass, await open_flow(hass), address(box))
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "already_configured"


@nested_only
async def test_system_port_closed_later(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """A known box is recognised by its MAC address when its system port is closed."""
    await set_up()
    await box.stop_system_port()
    result = await submit(hass, await open_flow(hass), address(box))
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "already_configured"


@nested_only
async def test_system_port_never_open(hass: HomeAssistant, box: EmulatedBox) -> None:
    """The MAC address makes the unique id and the name where the system port is closed."""
    await box.stop_system_port()
    flow_id = await open_flow(hass)
    result = await submit(hass, flow_id, address(box))
    assert result["description_placeholders"] == {
        "name": "SE AI box 42\\:6c",
        "model": "\\?",
        "serial_number": "\\?",
        "software_version": "\\?",
        "count": "3",
    }
    result = await submit(hass, flow_id, choice(box))
    assert result["result"].unique_id == MAC_ADDRESS
    await hass.async_block_till_done()


async def test_left_out_capture_device(hass: HomeAssistant, box: EmulatedBox) -> None:
    """What the user leaves out is remembered as such and not listened to."""
    left_out, *chosen = [device.device_id for device in box.devices]
    result = await add(hass, box, capture_devices=chosen)
    assert result["options"]["capture_devices"] == chosen
    assert result["options"]["ignored_capture_devices"] == [left_out]
    [subscription] = box.subscriptions
    assert set(subscription.device_ids) == set(chosen)
    assert hass.states.get("sensor.front_door_last_person") is None
    assert hass.states.get("sensor.lobby_turnstile_last_person") is not None


async def test_no_capture_devices(hass: HomeAssistant, box: EmulatedBox) -> None:
    """A box without capture devices can be added; it gets them later."""
    box.devices.clear()
    result = await add(hass, box)
    assert result["options"]["capture_devices"] == []
    assert result["result"].state is ConfigEntryState.LOADED
    [subscription] = box.subscriptions
    assert subscription.device_ids == ()


@pytest.mark.parametrize(
    ("pictures", "face", "reference"),
    [
        (["captured", "reference"], True, True),
        (["captured"], True, False),
        (["reference"], False, True),
        ([], False, False),
    ],
)
async def test_pictures_are_chosen(
    hass: HomeAssistant,
    box: EmulatedBox,
    pictures: list[str],
    face: bool,
    reference: bool,
) -> None:
    """The box is asked for the chosen pictures and no others."""
    await add(hass, box, pictures=pictures)
    [subscription] = box.subscriptions
    assert (subscription.face, subscription.reference) == (face, reference)
