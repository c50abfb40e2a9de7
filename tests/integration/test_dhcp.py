"""A box that was noticed on the network."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import pytest
import pytest_socket

from custom_components.se_aibox import config_flow, discovery
from custom_components.se_aibox.aibox.models import Ports
from custom_components.se_aibox.const import DOMAIN
from emulator import CannedAnswer, EmulatedBox, Variant
from homeassistant.components import persistent_notification
from homeassistant.config_entries import (
    SOURCE_DHCP,
    SOURCE_IGNORE,
    ConfigEntry,
    ConfigEntryState,
    ConfigFlowResult,
)
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers.service_info.dhcp import DhcpServiceInfo
from homeassistant.loader import async_get_dhcp

from .conftest import SetUp
from .flow_helpers import SetUps, state_of_entry
from .helpers import (
    MAC_ADDRESS,
    SERIAL_NUMBER,
    Dialect,
    device_list_path,
    device_list_requests,
    make_entry,
    ports_of,
    requests_to,
    until,
)

OLD, NEW, THIRD = "127.0.0.1", "127.0.0.2", "127.0.0.3"
OTHER_MAC = "e0:a5:09:00:00:99"

pytest_plugins = ["tests.integration.people_fixtures"]


@pytest.fixture(autouse=True)
def _three_addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let boxes move about this machine, and take no time to wait for one that starts."""
    pytest_socket.socket_allow_hosts([OLD, NEW, THIRD], allow_unix_socket=True)
    monkeypatch.setattr(discovery, "_PATIENCE_SECONDS", (0.01, 0.02))


@pytest.fixture
def factory_ports(monkeypatch: pytest.MonkeyPatch) -> Callable[[EmulatedBox], None]:
    """Make the ports of an emulated box those of the factory."""

    def _set(box: EmulatedBox) -> None:
        monkeypatch.setattr(
            config_flow,
            "Ports",
            lambda: Ports(
                box.ports.rest,
                box.ports.events,
                box.ports.system,
                box.ports.broadcast,
            ),
        )

    return _set


def announce(host: str, mac: str = MAC_ADDRESS) -> DhcpServiceInfo:
    """Return what DHCP says of a host."""
    return DhcpServiceInfo(
        ip=host, hostname="bm1684-180", macaddress=mac.replace(":", "")
    )


async def discover(
    hass: HomeAssistant, host: str, mac: str = MAC_ADDRESS
) -> ConfigFlowResult:
    """Let DHCP notice a host."""
    result = await hass.config_entries.flow.async_init(
        DOMAIN, context={"source": SOURCE_DHCP}, data=announce(host, mac)
    )
    await hass.async_block_till_done()
    return result


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
    box.initializing = True
    flow = asyncio.ensure_future(discover(hass, OLD))
    await until(lambda: device_list_requests(box) > 4)
    assert not hass.config_entries.flow.async_progress()
    box.initializing = False
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
