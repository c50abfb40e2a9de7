"""Known boxes that are discovered, at their address or another one."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import pytest

from custom_components.se_aibox.flow import discovery
from emulator import CannedAnswer, EmulatedBox, Variant
from emulator.ports import PortName
from homeassistant.components import persistent_notification
from homeassistant.config_entries import ConfigEntry, ConfigEntryState
from homeassistant.core import HomeAssistant
from tests.integration.conftest import SetUp
from tests.integration.helpers import (
    MAC_ADDRESS,
    SERIAL_NUMBER,
    Dialect,
    device_list_path,
    device_list_requests,
    make_entry,
    requests_to,
    until,
)

from .dhcp_helpers import NEW, OLD, OTHER_MAC, THIRD, discover
from .flow_helpers import SetUps, state_of_entry

pytest_plugins = ["tests.integration.flow.dhcp_fixtures"]
pytestmark = pytest.mark.usefixtures("three_addresses")


@asynccontextmanager
async def twin(
    box: EmulatedBox, host: str = NEW, **changes: Any
) -> AsyncGenerator[EmulatedBox]:
    """Run a box at another address that claims to be the same one."""
    dialect: Dialect = "nested" if box.dialect == "nested" else "flat"
    same = {"serial_number": SERIAL_NUMBER, "mac": MAC_ADDRESS, "device_count": 3}
    async with EmulatedBox(
        dialect, host=host, ports=box.ports, **{**same, **changes}
    ) as other:
        yield other


def notifications(hass: HomeAssistant) -> list[str]:
    """Return the messages that the user sees."""
    return [
        notification["message"]
        for notification in persistent_notification._async_get_or_create_notifications(
            hass
        ).values()
    ]


async def test_known_box_at_its_address_is_not_identified_again(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """Its serial number is not requested."""
    await set_up()
    box.requests.clear()
    result = await discover(hass, OLD)
    assert result["reason"] == "already_configured"
    # Its device list is requested anyway from time to time.
    assert requests_to(box, "/SophonSystem/api/deviceSN") == 0
    assert requests_to(box, "/sophon/v2/system/getdevicesn") == 0


async def test_known_box_that_returns_is_set_up_at_once(
    hass: HomeAssistant, box: EmulatedBox
) -> None:
    """The entry does not wait for its next retry."""
    await box.stop()
    entry = make_entry(box)
    await hass.config_entries.async_add(entry)
    assert state_of_entry(entry) is ConfigEntryState.SETUP_RETRY
    await box.start()
    result = await discover(hass, OLD)
    assert result["reason"] == "already_configured"
    assert state_of_entry(entry) is ConfigEntryState.LOADED
    await box.wait_for_subscription()


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "was found at 127\\.0\\.0\\.2"),
        ("zh-Hans", "在 127\\.0\\.0\\.2 发现了盒子"),
    ],
)
async def test_moved_box_is_followed_and_the_user_is_notified(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, language: str, words: str
) -> None:
    """All signs agree, and the old address is silent."""
    hass.config.language = language
    entry = await set_up()
    old = dict(entry.data)
    set_ups = SetUps(entry)
    await box.stop()
    async with twin(box) as moved:
        result = await discover(hass, NEW)
        assert result["reason"] == "already_configured"
        assert entry.data == {**old, "host": NEW}
        [message] = notifications(hass)
        assert words in message
        assert OLD.replace(".", r"\.") in message
        assert r"**BM1684\-180**" in message
        await moved.wait_for_subscription()
        assert state_of_entry(entry) is ConfigEntryState.LOADED
        assert set_ups.count == 1
        assert await hass.config_entries.async_unload(entry.entry_id)


@pytest.mark.parametrize("dialect", ["nested"])
async def test_waiting_entry_is_set_up_at_the_new_address_at_once(
    hass: HomeAssistant, box: EmulatedBox
) -> None:
    """The box moved while Home Assistant was off."""
    await box.stop()
    entry = make_entry(box)
    await hass.config_entries.async_add(entry)
    set_ups = SetUps(entry)
    async with twin(box) as moved:
        await discover(hass, NEW)
        await moved.wait_for_subscription()
        assert state_of_entry(entry) is ConfigEntryState.LOADED
        assert set_ups.count == 1
        assert await hass.config_entries.async_unload(entry.entry_id)


async def assert_stays(hass: HomeAssistant, entry: ConfigEntry, old: object) -> None:
    """Assert that nothing moved and the user sees nothing."""
    assert entry.data == old
    assert notifications(hass) == []
    assert not hass.config_entries.flow.async_progress()


async def test_impostor_takes_nothing_over_while_the_box_answers(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """It has the box's serial number and MAC address."""
    entry = await set_up()
    old = dict(entry.data)
    async with twin(box) as impostor:
        result = await discover(hass, NEW)
        assert result["reason"] == "already_configured"
        await assert_stays(hass, entry, old)
        assert not impostor.subscriptions
        assert len(box.subscriptions) == 1


@pytest.mark.parametrize("dialect", ["nested"])
async def test_any_answer_at_the_old_address_keeps_the_entry_there(
    hass: HomeAssistant, box: EmulatedBox
) -> None:
    """A web page is one, too."""
    box.answer_instead[device_list_path(box)] = CannedAnswer(body=b"<html>")
    box.answer_instead["*"] = CannedAnswer(body=b"<html>")
    entry = make_entry(box)
    await hass.config_entries.async_add(entry)
    old = dict(entry.data)
    async with twin(box):
        await discover(hass, NEW)
        await assert_stays(hass, entry, old)


@pytest.mark.parametrize("port", ["rest", "events", "system"])
async def test_any_open_port_at_the_old_address_keeps_the_entry_there(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, port: PortName
) -> None:
    """The others are closed, and the box is disconnected."""
    entry = await set_up()
    old = dict(entry.data)
    await box.stop()
    await box.port(port).open()
    async with twin(box):
        await discover(hass, NEW)
        await assert_stays(hass, entry, old)
    assert await hass.config_entries.async_unload(entry.entry_id)
    await box.port(port).close()


async def test_box_with_a_living_socket_stays_whatever_else_is_silent(
    hass: HomeAssistant,
    box: EmulatedBox,
    set_up: SetUp,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It recognized somebody a moment ago."""

    async def _is_silent(*_: object) -> bool:
        return True

    monkeypatch.setattr(discovery, "async_is_silent", _is_silent)
    entry = await set_up()
    old = dict(entry.data)
    async with twin(box):
        await discover(hass, NEW)
        await assert_stays(hass, entry, old)


async def test_socket_that_dies_soon_is_waited_for(
    hass: HomeAssistant,
    box: EmulatedBox,
    set_up: SetUp,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A box that moves leaves its old socket open."""
    monkeypatch.setattr(discovery, "_LOSS_SECONDS", 10)
    entry = await set_up()
    async with twin(box) as moved:
        flow = asyncio.ensure_future(discover(hass, NEW))
        await until(lambda: device_list_requests(moved) > 0)
        assert not flow.done()
        # All ports of a box that moves fall silent at once. The event socket is the
        # one whose end is awaited, so it ends last.
        for name in ("system", "rest"):
            await box.port(name).close()
        await box.stop()
        await flow
        assert entry.data["host"] == NEW
        await moved.wait_for_subscription()
        assert await hass.config_entries.async_unload(entry.entry_id)


@pytest.mark.parametrize(
    ("changes", "announced"),
    [
        ({"mac": OTHER_MAC}, OTHER_MAC),
        ({"mac": OTHER_MAC}, MAC_ADDRESS),
        ({"serial_number": "HQATEVBAIAIAI0666"}, MAC_ADDRESS),
        ({"variant": Variant(serial_missing=True)}, MAC_ADDRESS),
        ({"variant": Variant(mac_missing=True)}, MAC_ADDRESS),
        ({}, OTHER_MAC),
    ],
    ids=[
        "serial number copied",
        "MAC only in DHCP",
        "MAC copied",
        "no serial number",
        "no MAC",
        "MAC only reported",
    ],
)
async def test_box_is_not_followed_unless_all_signs_agree(
    hass: HomeAssistant,
    box: EmulatedBox,
    set_up: SetUp,
    factory_ports: Callable[[EmulatedBox], None],
    changes: dict[str, Any],
    announced: str,
) -> None:
    """They are the serial number and the MAC, reported and in DHCP."""
    factory_ports(box)
    entry = await set_up()
    old = dict(entry.data)
    await box.stop()
    async with twin(box, **changes) as impostor:
        result = await discover(hass, NEW, announced)
        assert result["reason"] == "already_configured"
        await assert_stays(hass, entry, old)
        assert not impostor.subscriptions


@pytest.mark.parametrize("dialect", ["nested"])
async def test_two_boxes_that_claim_the_entry_at_once_are_both_refused(
    hass: HomeAssistant,
    box: EmulatedBox,
    set_up: SetUp,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Nothing shows which one is real."""
    entry = await set_up()
    old = dict(entry.data)
    await box.stop()
    both_ask = asyncio.Barrier(2)

    async def _is_silent(*_: object) -> bool:
        await both_ask.wait()
        return True

    # The old address is found silent only after both claims.
    monkeypatch.setattr(discovery, "async_is_silent", _is_silent)
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(twin(box, NEW))
        await stack.enter_async_context(twin(box, THIRD))
        await asyncio.gather(discover(hass, NEW), discover(hass, THIRD))
        await assert_stays(hass, entry, old)
