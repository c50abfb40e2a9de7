"""Tests of the calls that set the clock (docs/protocol.md §3)."""

import time
from typing import Any

import pytest

from emulator import EmulatedBox, Variant

from .box_client import Answer, BoxClient
from .conftest import Boxes

# The calls by dialect: 1.x reads and writes under one name.
_NAMES = {
    "nested": {
        "time": ("time", "time"),
        "servers": ("ntpConfig", "ntpConfig"),
        "mode": ("timeSelectMode", "timeSelectMode"),
    },
    "flat": {
        "time": ("gettime", "settime"),
        "servers": ("getntpconfig", "setntpconfig"),
        "mode": ("gettimesettingmode", "settimesettingmode"),
    },
}
_SERVERS = {"nested": "ntp_config", "flat": "ntp_server_list"}
_MODE = {"nested": "time_select_mode", "flat": "mode"}
_MANUAL = {"nested": "1", "flat": "manual"}


async def _read(client: BoxClient, what: str) -> Any:
    dialect = client.box.dialect
    answer = (await client.system(_NAMES[dialect][what][0])).json
    return answer["data"] if dialect == "nested" else answer


async def _set(client: BoxClient, what: str, body: dict[str, object]) -> Answer:
    dialect = client.box.dialect
    name = _NAMES[dialect][what][1]
    folder = "/SophonSystem/api" if dialect == "nested" else "/sophon/v2/system"
    return await client.post(f"{folder}/{name}", body, port=client.box.ports.system)


def _now() -> int:
    return round(time.time() * 1000)


def _go_wrong(box: EmulatedBox) -> None:
    box.state.clock_offset = 3600


async def test_time_is_set_in_the_manual_mode_only(either: BoxClient) -> None:
    """The page says to switch off the time servers first."""
    box = either.box
    _go_wrong(box)
    right: dict[str, object] = {"time": _now(), "timezone": 5}
    assert (await _set(either, "time", right)).is_error("INVALID_ARGUMENTS")
    assert box.state.clock_offset == 3600
    mode = _MANUAL[box.dialect]
    await _set(either, "mode", {_MODE[box.dialect]: mode})
    assert (await _read(either, "mode")) == {_MODE[box.dialect]: mode}
    await _set(either, "time", {"time": _now(), "timezone": 5})
    assert abs(box.state.clock_offset) < 30
    assert (await _read(either, "time"))["timezone"] == 5
    # As the manual writes the other mode.
    await _set(
        either, "mode", {_MODE[box.dialect]: {"nested": "0"}.get(box.dialect, "ntp")}
    )
    assert box.state.time_source.mode == "ntp"


async def test_time_server_that_answers_sets_the_clock(either: BoxClient) -> None:
    """Others leave it as it is."""
    box = either.box
    _go_wrong(box)
    key = _SERVERS[box.dialect]
    box.state.time_source.reachable = frozenset({"192.168.1.1"})
    await _set(either, "servers", {key: "192.168.1.2", "timezone": -8})
    assert box.state.clock_offset == 3600
    await _set(either, "servers", {key: "192.168.1.2 192.168.1.1", "timezone": 0})
    assert box.state.clock_offset == 0
    answer = await _read(either, "servers")
    assert answer.keys() == {key, "time", "timezone"}
    assert (answer[key], answer["timezone"]) == ("192.168.1.2 192.168.1.1", 0)


@pytest.mark.parametrize("zone", [-15, 13, 5.5, "east"])
async def test_time_zone_is_whole_hours(either: BoxClient, zone: object) -> None:
    """It lies between UTC-12 and UTC+14."""
    body = {_SERVERS[either.box.dialect]: "a", "timezone": zone}
    assert (await _set(either, "servers", body)).is_error("INVALID_ARGUMENTS")


async def test_other_time_modes_are_refused(either: BoxClient) -> None:
    """There are two."""
    answer = await _set(either, "mode", {_MODE[either.box.dialect]: "2"})
    assert answer.is_error("INVALID_ARGUMENTS")


@pytest.mark.parametrize("dialect", ["nested", "flat"])
async def test_time_settings_may_be_missing(boxes: Boxes, dialect: str) -> None:
    """The clock can still be read."""
    client = await boxes.make(dialect, Variant(time_calls_missing=True))
    reading, _ = _NAMES[dialect]["mode"]
    assert "error" in (await client.system(reading)).json
    assert (await _set(client, "mode", {})).status == 404
    assert (await _set(client, "time", {})).status == 404
    assert "time" in await _read(client, "time")


@pytest.mark.parametrize("dialect", ["nested", "flat"])
async def test_time_settings_may_be_ignored(boxes: Boxes, dialect: str) -> None:
    """The box answers with success."""
    client = await boxes.make(dialect, Variant(ignores_time_settings=True))
    _go_wrong(client.box)
    mode = {_MODE[dialect]: _MANUAL[dialect]}
    servers = {_SERVERS[dialect]: "a", "timezone": 0}
    for what, body in (
        ("mode", mode),
        ("servers", servers),
        ("time", {"time": _now(), "timezone": 0}),
    ):
        assert (await _set(client, what, dict(body))).status == 200
    assert client.box.state.clock_offset == 3600
    assert client.box.state.time_source.mode == "ntp"
    assert client.box.state.health.timezone == -8
