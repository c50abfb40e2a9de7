"""A known box that was noticed on the network: followed where it went, and only there."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import pytest

from custom_components.se_aibox.flow import discovery
from emulator import CannedAnswer, EmulatedBox, Variant
from homeassistant.components import persistent_notification
from homeassistant.config_entries import ConfigEntry, ConfigEntryState
from homeassistant.core import HomeAssistant
from tests.integration.conftest import SetUp
from tests.integration.helpers import (
    MAC_ADDRESS,
    SERIAL_NUMBER,
    Dialect,
    device_list_path,
    make_entry,
    requests_to,
)

from .dhcp_helpers import NEW, OLD, OTHER_MAC, THIRD, discover
from .flow_helpers import SetUps, state_of_entry

pytest_plugins = ["tests.integration.flow.dhcp_fixtures"]
pytestmark = pytest.mark.usefixtures("three_addresses")


@asynccontextmanager
async def twin(
    box: EmulatedBox, host: str = NEW, **changes: Any
) -> AsyncGenerator[EmulatedBox]:
    """Run a box at another address that says to be the same, with some things different."""
    dialect: Dialect = "nested" if box.dialect == "nested" else "flat"
    same = {"serial_number": SERIAL_NUMBER, "mac": MAC_ADDRESS, "device_count": 3}
    async with EmulatedBox(
        dialect, host=host, ports=box.ports, **{**same, **changes}
    ) as other:
        yield other


def notifications(hass: HomeAssistant) -> list[str]:
    """Return what is said to the user."""
    return [
        notification["message"]
        for notification in persistent_notification._async_get_or_create_notifications(
            hass
        ).values()
    ]


async def test_known_box_where_it_was(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """A known box at its known address is not even asked."""
    await set_up()
    box.requests.clear()
    result = await discover(hass, OLD)
    assert result["reason"] == "already_configured"
    # The device list is asked for anyway now and then.
    assert requests_to(box, "/SophonSystem/api/deviceSN") == 0
    assert requests_to(box, "/sophon/v2/system/getdevicesn") == 0


async def test_known_box_is_back(hass: HomeAssistant, box: EmulatedBox) -> None:
    """A known box that comes on again is tried at once, not at the next of ever longer intervals."""
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
async def test_known_box_moves(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, language: str, words: str
) -> None:
    """A box that answers only at a new address, and is the same by all signs, is followed there, and it is said."""
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
async def test_box_moves_while_home_assistant_was_off(
    hass: HomeAssistant, box: EmulatedBox
) -> None:
    """An entry that waits for a box is set up at the box's new address at once."""
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
    """Nothing has moved and nobody is bothered."""
    assert entry.data == old
    assert notifications(hass) == []
    assert not hass.config_entries.flow.async_progress()


async def test_old_address_still_answers(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """A second box that says to be the first takes nothing over while the first is there."""
    entry = await set_up()
    old = dict(entry.data)
    async with twin(box) as impostor:
        result = await discover(hass, NEW)
        assert result["reason"] == "already_configured"
        await assert_stays(hass, entry, old)
        assert not impostor.subscriptions
        assert len(box.subscriptions) == 1


@pytest.mark.parametrize("dialect", ["nested"])
async def test_something_else_at_the_old_address(
    hass: HomeAssistant, box: EmulatedBox
) -> None:
    """Whatever answers at the old address, even with nonsense, keeps the entry there."""
    box.answer_instead[device_list_path(box)] = CannedAnswer(body=b"<html>")
    box.answer_instead["*"] = CannedAnswer(body=b"<html>")
    entry = make_entry(box)
    await hass.config_entries.async_add(entry)
    old = dict(entry.data)
    async with twin(box):
        await discover(hass, NEW)
        await assert_stays(hass, entry, old)


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
        "MAC only on the wire",
        "MAC copied",
        "no serial number",
        "no MAC",
        "MAC only in words",
    ],
)
async def test_signs_that_do_not_agree(
    hass: HomeAssistant,
    box: EmulatedBox,
    set_up: SetUp,
    factory_ports: Callable[[EmulatedBox], None],
    changes: dict[str, Any],
    announced: str,
) -> None:
    """Unless serial number and MAC, said and seen, are the known ones, nothing moves, also if the old box is gone."""
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
async def test_two_boxes_claim_to_be_the_same(
    hass: HomeAssistant,
    box: EmulatedBox,
    set_up: SetUp,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Two that say at once to be the known box get nothing, neither of them."""
    entry = await set_up()
    old = dict(entry.data)
    await box.stop()
    both_ask = asyncio.Barrier(2)

    async def _answers(*_: object) -> bool:
        await both_ask.wait()
        return False

    # The old address takes its time to be found silent.
    monkeypatch.setattr(discovery, "anybody_answers", _answers)
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(twin(box, NEW))
        await stack.enter_async_context(twin(box, THIRD))
        await asyncio.gather(discover(hass, NEW), discover(hass, THIRD))
        await assert_stays(hass, entry, old)
