"""A box that was noticed on the network, and is not known."""

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


async def test_manifest(hass: HomeAssistant) -> None:
    """Boxes are noticed by the vendor's MAC prefix, the factory's host name, and known ones wherever they go."""
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


async def test_new_box(
    hass: HomeAssistant,
    box: EmulatedBox,
    factory_ports: Callable[[EmulatedBox], None],
) -> None:
    """A new box gets a card with its name, and is added by choosing what to hear."""
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


async def test_not_a_box(
    hass: HomeAssistant,
    box: EmulatedBox,
    factory_ports: Callable[[EmulatedBox], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Another product with the vendor's MAC prefix bothers nobody, and is not waited for."""
    monkeypatch.setattr(discovery, "_PATIENCE_SECONDS", (3600.0,))
    factory_ports(box)
    box.answer_instead["*"] = CannedAnswer(body=b"<html>Login</html>")
    result = await discover(hass, OLD)
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "no_box_found"
    assert not hass.config_entries.flow.async_progress()


async def test_nobody_answers(
    hass: HomeAssistant,
    box: EmulatedBox,
    factory_ports: Callable[[EmulatedBox], None],
) -> None:
    """A host that never answers bothers nobody."""
    factory_ports(box)
    await box.stop()
    result = await discover(hass, OLD)
    assert result["reason"] == "no_box_found"


async def test_box_that_is_starting(
    hass: HomeAssistant,
    box: EmulatedBox,
    factory_ports: Callable[[EmulatedBox], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A box asks for its address before it answers us: it is given time."""
    monkeypatch.setattr(discovery, "_PATIENCE_SECONDS", (0.01,) * 500)
    factory_ports(box)
    box.state.initializing = True
    flow = asyncio.ensure_future(discover(hass, OLD))
    await until(lambda: device_list_requests(box) > 4)
    assert not hass.config_entries.flow.async_progress()
    box.state.initializing = False
    assert (await flow)["step_id"] == "choose"


async def test_ignored_box(
    hass: HomeAssistant,
    box: EmulatedBox,
    factory_ports: Callable[[EmulatedBox], None],
) -> None:
    """A box that the user ignores is not offered again."""
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
async def test_second_box_beside_followed_people(
    hass: HomeAssistant,
    people: object,
    box: EmulatedBox,
    set_up: SetUp,
    factory_ports: Callable[[EmulatedBox], None],
) -> None:
    """Another box than the known ones is offered, whatever other entries there are."""
    await set_up()
    async with EmulatedBox(
        "flat", seed=2, host=NEW, device_count=1, mac=OTHER_MAC
    ) as other:
        factory_ports(other)
        result = await discover(hass, NEW, OTHER_MAC)
        assert result["step_id"] == "choose"
        [flow] = hass.config_entries.flow.async_progress()
        assert flow["context"]["unique_id"] == other.serial_number
