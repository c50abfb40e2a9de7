"""Discovered boxes that are not known yet."""

import asyncio
from collections.abc import Callable

import pytest

from custom_components.se_aibox.const import DOMAIN
from custom_components.se_aibox.flow import discovery
from emulator import CannedAnswer, EmulatedBox
from homeassistant.config_entries import SOURCE_IGNORE
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.loader import async_get_dhcp
from tests.integration.conftest import SetUp
from tests.integration.helpers import (
    MAC_ADDRESS,
    SERIAL_NUMBER,
    device_list_requests,
    ports_of,
    until,
)

from .dhcp_helpers import NEW, OLD, OTHER_MAC, discover

pytest_plugins = [
    "tests.integration.flow.dhcp_fixtures",
    "tests.integration.people.people_fixtures",
]
pytestmark = pytest.mark.usefixtures("three_addresses")


async def test_manifest_matches_mac_prefix_host_name_and_known_boxes(
    hass: HomeAssistant,
) -> None:
    """Known boxes are discovered at every address."""
    matchers = [
        {key: value for key, value in matcher.items() if key != "domain"}
        for matcher in await async_get_dhcp(hass)
        if matcher["domain"] == DOMAIN
    ]
    assert matchers == [
        {"macaddress": "E0A509*"},
        {"hostname": "bm1684*"},
        {"registered_devices": True},
    ]


async def test_discovered_box_is_offered_and_can_be_added(
    hass: HomeAssistant,
    box: EmulatedBox,
    factory_ports: Callable[[EmulatedBox], None],
) -> None:
    """A second discovery does not offer it twice."""
    factory_ports(box)
    result = await discover(hass, OLD)
    assert result["type"] is FlowResultType.FORM
    assert result["step_id"] == "choose"
    [flow] = hass.config_entries.flow.async_progress()
    assert flow["context"]["title_placeholders"] == {
        "name": "BM1684-180",
        "host": OLD,
    }
    assert flow["context"]["unique_id"] == SERIAL_NUMBER
    again = await discover(hass, OLD)
    assert again["reason"] == "already_in_progress"

    result = await hass.config_entries.flow.async_configure(
        result["flow_id"],
        {
            "capture_devices": [device.device_id for device in box.devices],
            "add_new_capture_devices": True,
            "pictures": ["captured", "reference"],
        },
    )
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["title"] == "BM1684-180"
    assert result["data"] == {
        "host": OLD,
        **ports_of(box),
        "dialect": box.dialect,
        "serial_number": SERIAL_NUMBER,
        "mac_addresses": [MAC_ADDRESS],
    }
    await hass.async_block_till_done()
    await box.wait_for_subscription()


async def test_discovered_device_that_is_no_box_is_dropped_at_once(
    hass: HomeAssistant,
    box: EmulatedBox,
    factory_ports: Callable[[EmulatedBox], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Other products share the vendor's MAC prefix."""
    monkeypatch.setattr(discovery, "_PATIENCE_SECONDS", (3600.0,))
    factory_ports(box)
    box.answer_instead["*"] = CannedAnswer(body=b"<html>Login</html>")
    result = await discover(hass, OLD)
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "no_box_found"
    assert not hass.config_entries.flow.async_progress()


async def test_discovered_host_that_never_answers_is_dropped(
    hass: HomeAssistant,
    box: EmulatedBox,
    factory_ports: Callable[[EmulatedBox], None],
) -> None:
    """The user sees nothing of it."""
    factory_ports(box)
    await box.stop()
    result = await discover(hass, OLD)
    assert result["reason"] == "no_box_found"


async def test_discovered_box_that_is_starting_is_waited_for(
    hass: HomeAssistant,
    box: EmulatedBox,
    factory_ports: Callable[[EmulatedBox], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A box requests its address long before it answers."""
    monkeypatch.setattr(discovery, "_PATIENCE_SECONDS", (0.01,) * 500)
    factory_ports(box)
    box.state.initializing = True
    flow = asyncio.ensure_future(discover(hass, OLD))
    await until(lambda: device_list_requests(box) > 4)
    assert not hass.config_entries.flow.async_progress()
    box.state.initializing = False
    assert (await flow)["step_id"] == "choose"


async def test_ignored_box_is_not_offered_again(
    hass: HomeAssistant,
    box: EmulatedBox,
    factory_ports: Callable[[EmulatedBox], None],
) -> None:
    """The user ignored the first offer."""
    factory_ports(box)
    await discover(hass, OLD)
    await hass.config_entries.flow.async_init(
        DOMAIN,
        context={"source": SOURCE_IGNORE},
        data={"unique_id": SERIAL_NUMBER, "title": "BM1684-180"},
    )
    result = await discover(hass, OLD)
    assert result["reason"] == "already_configured"
    assert not hass.config_entries.flow.async_progress()


@pytest.mark.parametrize("dialect", ["nested"])
async def test_second_box_is_offered_beside_other_entries(
    hass: HomeAssistant,
    people: object,
    box: EmulatedBox,
    set_up: SetUp,
    factory_ports: Callable[[EmulatedBox], None],
) -> None:
    """The entry of the followed people is one of them."""
    await set_up()
    async with EmulatedBox(
        "flat", seed=2, host=NEW, device_count=1, mac=OTHER_MAC
    ) as other:
        factory_ports(other)
        result = await discover(hass, NEW, OTHER_MAC)
        assert result["step_id"] == "choose"
        [flow] = hass.config_entries.flow.async_progress()
        assert flow["context"]["unique_id"] == other.serial_number
