"""The calls that set the clock of a box (docs/protocol.md §3)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from ..models import Dialect
from ..time_settings import TimeMode
from .fields import JsonObject, number, readable, text
from .request import Request
from .system import named_system_request, read_system_entry

_NESTED_MODES = {"0": TimeMode.SERVERS, "1": TimeMode.HAND}
_FLAT_MODES = {"ntp": TimeMode.SERVERS, "manual": TimeMode.HAND}
_MODES = {Dialect.NESTED: _NESTED_MODES, Dialect.FLAT: _FLAT_MODES}
_SERVERS = {Dialect.NESTED: "ntp_config", Dialect.FLAT: "ntp_server_list"}
_MODE = {Dialect.NESTED: "time_select_mode", Dialect.FLAT: "mode"}
# Beyond this, a list is no list of time servers.
_MOST_SERVERS = 16
# Time zones lie between UTC-12 and UTC+14.
_LARGEST_ZONE = 14


def servers_request(dialect: Dialect) -> Request:
    """Return the request for the time servers."""
    return named_system_request(dialect, "ntpConfig", "getntpconfig")


def mode_request(dialect: Dialect) -> Request:
    """Return the request for what sets the clock."""
    return named_system_request(dialect, "timeSelectMode", "gettimesettingmode")


def set_time_request(dialect: Dialect, moment: datetime, hours: int) -> Request:
    """Return the request to set the clock and the time zone."""
    body = {"time": round(moment.timestamp() * 1000), "timezone": -hours}
    return _set_request(dialect, "time", "settime", body)


def set_servers_request(
    dialect: Dialect, servers: Sequence[str], hours: int
) -> Request:
    """Return the request to set the time servers and the time zone."""
    body = {_SERVERS[dialect]: " ".join(servers), "timezone": -hours}
    return _set_request(dialect, "ntpConfig", "setntpconfig", body)


def set_mode_request(dialect: Dialect, mode: TimeMode) -> Request:
    """Return the request to change what sets the clock."""
    words = {known: word for word, known in _MODES[dialect].items()}
    body = {_MODE[dialect]: words[mode]}
    return _set_request(dialect, "timeSelectMode", "settimesettingmode", body)


def _set_request(
    dialect: Dialect, nested_name: str, flat_name: str, body: JsonObject
) -> Request:
    request = named_system_request(dialect, nested_name, flat_name)
    return replace(request, method="POST", body=body)


def read_utc_offset(answer: JsonObject) -> timedelta | None:
    """Return how far a time zone is ahead of UTC, None if unfit."""
    # The sign is inverted: -8 is UTC+8.
    hours = readable(lambda: number(read_system_entry(answer), "timezone"))
    if hours is None or abs(hours) > _LARGEST_ZONE:
        return None
    return timedelta(hours=-hours)


def read_servers(dialect: Dialect, answer: JsonObject) -> tuple[str, ...] | None:
    """Return the time servers in an answer, None if unfit."""
    entry = read_system_entry(answer)
    listed = readable(lambda: text(entry, _SERVERS[dialect]))
    if listed is None and _SERVERS[dialect] not in entry:
        return None
    return tuple((listed or "").split())[:_MOST_SERVERS]


def read_time_mode(dialect: Dialect, answer: JsonObject) -> TimeMode | None:
    """Return what sets the clock, None if unfit."""
    word = readable(lambda: text(read_system_entry(answer), _MODE[dialect])) or ""
    return _MODES[dialect].get(word.strip().lower().removesuffix(".0"))
