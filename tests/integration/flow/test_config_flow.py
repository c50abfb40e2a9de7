"""Adding a box in the user interface."""

import pytest

from custom_components.se_aibox.const import DOMAIN
from emulator import CannedAnswer, EmulatedBox, Variant
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.setup import async_setup_component
from tests.integration.conftest import ClientGenerator
from tests.integration.helpers import MAC_ADDRESS, SERIAL_NUMBER, device_list_path

from .flow_helpers import add_box, choice, open_flow, submit, typed_address


async def test_added_box_is_set_up_under_its_name_and_serial_number(
    hass: HomeAssistant, box: EmulatedBox
) -> None:
    """Its capture devices are subscribed to."""
    flow_id = await open_flow(hass)
    result = await submit(hass, flow_id, typed_address(box))
    assert result["type"] is FlowResultType.FORM
    assert result["step_id"] == "choose"
    # Markdown, in which everything from the box is escaped.
    software = "V5R3C01\\_686e472" if box.dialect == "nested" else "V6R2C01\\_9a1b2c3"
    assert result["description_placeholders"] == {
        "name": "BM1684\\-180",
        "model": "SE50221",
        "serial_number": SERIAL_NUMBER,
        "software_version": software,
        "rest_port": str(box.ports.rest),
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


@pytest.mark.parametrize("dialect", ["nested"])
async def test_forms_of_the_flow_can_be_sent_as_json(
    hass: HomeAssistant, box: EmulatedBox, hass_client: ClientGenerator
) -> None:
    """The ports are collapsed and have the factory's numbers."""
    # Set up first: the client freezes the routes.
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
    response = await client.post(flow, json=typed_address(box))
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
    assert all(type(entry.data[key]) is int for key in typed_address(box)["ports"])


async def test_nameless_capture_devices_are_labeled_by_their_ids(
    hass: HomeAssistant,
    box: EmulatedBox,
    dialect: str,
) -> None:
    """The box lists nothing else of them."""
    if dialect == "nested":
        box.state.variant = Variant(only_device_ids=True)
    else:
        box.answer_instead[device_list_path(box)] = CannedAnswer(
            body=b'{"devices": [%s]}'
            % b",".join(
                b'{"media_device_id": "%s"}' % device.device_id.encode()
                for device in box.devices
            ),
            content_type="application/json",
        )
    result = await submit(hass, await open_flow(hass), typed_address(box))
    schema = result["data_schema"]
    assert schema is not None
    [selector] = [
        value for key, value in schema.schema.items() if key == "capture_devices"
    ]
    assert [option["label"] for option in selector.config["options"]] == [
        device.device_id for device in box.devices
    ]


@pytest.mark.parametrize("dialect", ["nested"])
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
async def test_host_is_taken_from_a_pasted_url(
    hass: HomeAssistant, box: EmulatedBox, pasted: str
) -> None:
    """Nothing else of the URL is kept."""
    flow_id = await open_flow(hass)
    result = await submit(hass, flow_id, typed_address(box, pasted))
    assert result["step_id"] == "choose"
    result = await submit(hass, flow_id, choice(box))
    assert result["data"]["host"] == "127.0.0.1"
    await hass.async_block_till_done()


async def test_unselected_capture_device_is_remembered_and_not_subscribed_to(
    hass: HomeAssistant, box: EmulatedBox
) -> None:
    """It has no entities."""
    left_out, *chosen = [device.device_id for device in box.devices]
    result = await add_box(hass, box, capture_devices=chosen)
    assert result["options"]["capture_devices"] == chosen
    assert result["options"]["ignored_capture_devices"] == [left_out]
    [subscription] = box.subscriptions
    assert set(subscription.device_ids) == set(chosen)
    assert hass.states.get("sensor.front_door_last_person") is None
    assert hass.states.get("sensor.lobby_turnstile_last_person") is not None


async def test_box_without_capture_devices_can_be_added(
    hass: HomeAssistant, box: EmulatedBox
) -> None:
    """They may be added to the box later."""
    box.devices.clear()
    result = await add_box(hass, box)
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
async def test_subscription_has_the_chosen_pictures_only(
    hass: HomeAssistant,
    box: EmulatedBox,
    pictures: list[str],
    face: bool,
    reference: bool,
) -> None:
    """Each kind can be chosen on its own."""
    await add_box(hass, box, pictures=pictures)
    [subscription] = box.subscriptions
    assert (subscription.face, subscription.reference) == (face, reference)
