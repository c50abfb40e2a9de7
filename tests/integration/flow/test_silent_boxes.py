"""Boxes that report neither a serial number nor a MAC address."""

from collections.abc import Callable

import pytest

from emulator import EmulatedBox, Variant
from homeassistant.components.dhcp.models import DATA_DHCP, DHCPData
from homeassistant.config_entries import SOURCE_RECONFIGURE
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from tests.integration.conftest import SetUp
from tests.integration.helpers import (
    MAC_ADDRESS,
    SERIAL_NUMBER,
    FiredEvents,
    make_entry,
    until_listening,
)

from .dhcp_helpers import NEW, OLD, OTHER_MAC, discover
from .flow_helpers import choice, open_flow, submit, typed_address

pytest_plugins = ["tests.integration.flow.dhcp_fixtures"]
pytestmark = pytest.mark.usefixtures("three_addresses")

SILENT = Variant(serial_missing=True, mac_missing=True)


async def test_flat_box_with_a_closed_system_port_can_be_added(
    hass: HomeAssistant, box: EmulatedBox, fired: FiredEvents
) -> None:
    """The user confirms, and the entry gets a unique id of its own."""
    if box.dialect == "nested":
        # A 1.x box reports its MAC address on the REST port, too.
        box.state.variant = Variant(mac_missing=True)
    await box.port("system").close()
    flow_id = await open_flow(hass)
    result = await submit(hass, flow_id, typed_address(box))
    assert result["type"] is FlowResultType.FORM
    assert result["step_id"] == "unidentified"
    assert result["description_placeholders"] == {"host": "127\\.0\\.0\\.1"}
    result = await submit(hass, flow_id, {})
    assert result["step_id"] == "choose"
    result = await submit(hass, flow_id, choice(box))
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["title"] == "SE AI box"
    entry = result["result"]
    assert entry.data["serial_number"] is None
    assert entry.data["mac_addresses"] == []
    assert entry.data["accepts_silence"] is True
    assert entry.unique_id is not None
    assert len(entry.unique_id) == 32
    await hass.async_block_till_done()
    await until_listening(entry)
    await box.recognize(box.devices[0], box.people[0])
    await fired.next()

    # Only its address tells that it is the same one.
    result = await submit(hass, await open_flow(hass), typed_address(box))
    assert result["reason"] == "already_configured"


async def test_silent_box_is_identified_by_the_mac_of_dhcp(
    hass: HomeAssistant,
    box: EmulatedBox,
    factory_ports: Callable[[EmulatedBox], None],
) -> None:
    """The discovered box needs no other question."""
    factory_ports(box)
    box.state.variant = SILENT
    result = await discover(hass, OLD, OTHER_MAC)
    assert result["step_id"] == "choose"
    result = await submit(hass, result["flow_id"], choice(box))
    entry = result["result"]
    assert entry.unique_id == OTHER_MAC
    assert entry.data["mac_addresses"] == [OTHER_MAC]
    assert entry.data["accepts_silence"] is True
    await hass.async_block_till_done()
    await until_listening(entry)
    for host in (OLD, NEW):
        assert (await discover(hass, host, OTHER_MAC))["reason"] in (
            "already_configured",
            "no_box_found",
        )
    assert entry.data["host"] == OLD


async def test_typed_box_is_identified_by_the_mac_that_dhcp_noticed(
    hass: HomeAssistant, box: EmulatedBox
) -> None:
    """The network saw the box before it was added."""
    hass.config.components.add("dhcp")
    hass.data[DATA_DHCP] = DHCPData(
        integration_matchers=None,  # type: ignore[arg-type]  # Not asked for.
        address_data={
            "aabbccddeeff": {"ip": NEW, "hostname": "other"},
            OTHER_MAC.replace(":", ""): {"ip": OLD, "hostname": "bm1684"},
        },
    )
    box.state.variant = SILENT
    result = await submit(hass, await open_flow(hass), typed_address(box))
    assert result["step_id"] == "choose"
    result = await submit(hass, result["flow_id"], choice(box))
    assert result["result"].unique_id == OTHER_MAC
    assert result["data"]["accepts_silence"] is True
    await hass.async_block_till_done()


@pytest.mark.parametrize("known", [True, False])
async def test_address_is_changed_without_proof_on_the_users_word(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, known: bool
) -> None:
    """Either the box is silent, or the entry knows nothing of it."""
    nothing: dict[str, object] = {"serial_number": None, "mac_addresses": []}
    entry = make_entry(box, data={"host": NEW, **({} if known else nothing)})
    entry.add_to_hass(hass)  # type: ignore[attr-defined]  # A mock entry.
    box.state.variant = SILENT if known else Variant()
    result = await hass.config_entries.flow.async_init(
        entry.domain,
        context={"source": SOURCE_RECONFIGURE, "entry_id": entry.entry_id},
    )
    result = await submit(hass, result["flow_id"], typed_address(box))
    assert result["step_id"] == "unverified"
    assert entry.data["host"] == NEW
    result = await submit(hass, result["flow_id"], {})
    assert result["reason"] == "reconfigure_successful"
    assert entry.data["host"] == OLD
    assert entry.data["accepts_silence"] is True
    assert entry.data["serial_number"] == SERIAL_NUMBER
    assert entry.data["mac_addresses"] == [MAC_ADDRESS]
    await hass.async_block_till_done()
    await until_listening(entry)
