"""Reading and changing what sets the clock of a box."""

from datetime import timedelta

import pytest

from custom_components.se_aibox.aibox.exceptions import (
    AiBoxConnectionError,
    AiBoxNotFoundError,
    AiBoxRefusedError,
)
from custom_components.se_aibox.aibox.models import Dialect
from custom_components.se_aibox.aibox.rest import Rest
from custom_components.se_aibox.aibox.time_calls import TimeCalls
from custom_components.se_aibox.aibox.time_settings import TimeMode, whole_hours
from custom_components.se_aibox.aibox.wire.time_settings import (
    read_servers,
    read_time_mode,
    read_utc_offset,
    set_time_request,
)
from emulator import EmulatedBox, Variant

from .common import by_dialect

_HOUR = timedelta(hours=1)


@pytest.fixture
def calls(rest: Rest) -> TimeCalls:
    """Return the calls for the clock of the box."""
    return TimeCalls(rest)


@pytest.mark.parametrize(
    "variant",
    [Variant(), Variant(system_data_as_list=True), Variant(numbers_as_strings=True)],
    ids=["usual", "lists of one", "numbers as texts"],
)
async def test_time_settings_are_read(calls: TimeCalls, box: EmulatedBox) -> None:
    """The sign of the time zone is inverted on the wire."""
    box.state.clock_offset = 3600
    # As the page writes it.
    box.state.time_source.servers = "ntp1.aliyun.com \t\tntp2.aliyun.com"
    found = await calls.read()
    ours = box.state.now() - 3600
    assert abs(found.moment.timestamp() - ours - 3600) < 30
    assert found.utc_offset == 8 * _HOUR
    assert found.mode is TimeMode.SERVERS
    assert found.servers == ("ntp1.aliyun.com", "ntp2.aliyun.com")


async def test_clock_is_set_by_hand(calls: TimeCalls, box: EmulatedBox) -> None:
    """The time servers stay listed."""
    box.state.clock_offset = -3600
    await calls.set_by_hand(2)
    assert abs(box.state.clock_offset) < 30
    found = await calls.read()
    assert found.mode is TimeMode.HAND
    assert found.utc_offset == 2 * _HOUR
    assert found.servers == ("ntp1.aliyun.com", "ntp2.aliyun.com")


async def test_time_servers_set_the_clock(calls: TimeCalls, box: EmulatedBox) -> None:
    """The box was set by hand before."""
    box.state.clock_offset = -3600
    box.state.time_source.mode = "manual"
    box.state.time_source.reachable = frozenset({"192.168.1.1"})
    await calls.set_by_servers(["192.168.1.1", "time.lan"], -3)
    assert box.state.clock_offset == 0
    found = await calls.read()
    assert found.mode is TimeMode.SERVERS
    assert found.servers == ("192.168.1.1", "time.lan")
    assert found.utc_offset == -3 * _HOUR


@pytest.mark.parametrize("variant", [Variant(time_calls_missing=True)])
async def test_missing_calls_leave_only_the_clock(calls: TimeCalls) -> None:
    """A change raises an error."""
    found = await calls.read()
    assert (found.mode, found.servers) == (None, None)
    assert found.utc_offset == 8 * _HOUR
    with pytest.raises(AiBoxNotFoundError):
        await calls.set_by_hand(8)
    with pytest.raises(AiBoxNotFoundError):
        await calls.set_by_servers(["time.lan"], 8)


@pytest.mark.parametrize("variant", [Variant(ignores_time_settings=True)])
async def test_ignored_change_is_read_back(calls: TimeCalls, box: EmulatedBox) -> None:
    """The box answers with success."""
    box.state.clock_offset = 7200
    before = await calls.read()
    await calls.set_by_hand(0)
    after = await calls.read()
    assert after.mode is before.mode is TimeMode.SERVERS
    assert after.utc_offset == before.utc_offset
    assert box.state.clock_offset == 7200


async def test_closed_system_port_raises(calls: TimeCalls, box: EmulatedBox) -> None:
    """Nothing is read or changed."""
    await box.port("system").close()
    with pytest.raises(AiBoxConnectionError):
        await calls.read()
    with pytest.raises(AiBoxConnectionError):
        await calls.set_by_hand(8)


async def test_time_is_refused_while_time_servers_set_it(
    rest: Rest, calls: TimeCalls, box: EmulatedBox
) -> None:
    """So the client changes the mode first."""
    moment = (await calls.read()).moment
    with pytest.raises(AiBoxRefusedError):
        await rest.ask(set_time_request(rest.wire.DIALECT, moment, 8))
    assert box.state.clock_offset == 0
    box.errors.clear()


@pytest.mark.parametrize("zone", [15, -15, "east", None, [], "inf"])
def test_unfit_time_zone_is_unknown(zone: object) -> None:
    """Fractions of an hour are read, though a box takes none."""
    assert read_utc_offset({"timezone": zone}) is None
    assert read_utc_offset({"timezone": "-5.5"}) == 5.5 * _HOUR


@pytest.mark.parametrize("word", ["2", "auto", "", None, {}])
def test_unfit_time_mode_is_unknown(dialect: Dialect, word: object) -> None:
    """A number is read like its text."""
    key = "time_select_mode" if dialect is Dialect.NESTED else "mode"
    assert read_time_mode(dialect, {key: word}) is None
    assert read_time_mode(Dialect.NESTED, {"time_select_mode": 1.0}) is TimeMode.HAND


@pytest.mark.parametrize(
    ("listed", "servers"),
    [("", ()), (" \t", ()), ({}, ()), ("a b", ("a", "b")), ("a " * 40, ("a",) * 16)],
)
def test_list_of_time_servers_is_limited(
    dialect: Dialect, listed: object, servers: tuple[str, ...]
) -> None:
    """Without the field, it is unknown."""
    answer = by_dialect(
        dialect,
        nested={"data": {"ntp_config": "x"}},
        flat={"ntp_server_list": "x"},
    )
    assert read_servers(dialect, answer) == ("x",)
    key = "ntp_config" if dialect is Dialect.NESTED else "ntp_server_list"
    assert read_servers(dialect, {key: listed}) == servers
    assert read_servers(dialect, {}) is None


def test_only_whole_hours_are_taken() -> None:
    """India is 5:30 ahead of UTC."""
    assert whole_hours(5.5 * _HOUR) is None
    assert whole_hours(-5 * _HOUR) == -5
    assert whole_hours(0 * _HOUR) == 0
