"""Sets the clock of a box (docs/protocol.md §3)."""

from collections.abc import Collection, Mapping
import time
from typing import Literal

from .arguments import count_argument, required, text_argument
from .dialect import report_unknown
from .errors import ApiError
from .model import JsonObject
from .state import BoxState

type TimeMode = Literal["ntp", "manual"]

# UTC+14 and UTC-12, with inverted signs.
_LEAST_ZONE = -14
_MOST_ZONE = 12


def settings_call(
    state: BoxState,
    name: str,
    body: JsonObject | None = None,
    arguments: Collection[str] = (),
) -> None:
    """Fail if the firmware lacks the call; report unknown arguments."""
    if state.variant.time_calls_missing:
        raise ApiError("NOT_FOUND", name)
    report_unknown(state, body or {}, frozenset(arguments), name)


def zone_argument(body: JsonObject) -> int:
    """Return a time zone: whole hours with an inverted sign."""
    zone = count_argument(required(body, "timezone"), "timezone", _LEAST_ZONE)
    if zone > _MOST_ZONE:
        raise ApiError("INVALID_ARGUMENTS", "timezone")
    return zone


def mode_argument(
    body: JsonObject, name: str, modes: Mapping[str, TimeMode]
) -> TimeMode:
    """Return what shall set the clock, by the dialect's words."""
    word = text_argument(required(body, name), name)
    if word not in modes:
        raise ApiError("INVALID_ARGUMENTS", name)
    return modes[word]


def set_time(state: BoxState, milliseconds: float, zone: int) -> None:
    """Set the clock, which only the mode "manual" allows."""
    if state.variant.ignores_time_settings:
        return
    if state.time_source.mode != "manual":
        raise ApiError("INVALID_ARGUMENTS", "time")
    state.clock_offset = milliseconds / 1000 - time.time()
    state.health.timezone = zone


def set_servers(state: BoxState, servers: str, zone: int) -> None:
    """Set the time servers."""
    if not state.variant.ignores_time_settings:
        state.time_source.servers = servers
        state.health.timezone = zone
        _synchronize(state)


def set_mode(state: BoxState, mode: TimeMode) -> None:
    """Set what sets the clock."""
    if not state.variant.ignores_time_settings:
        state.time_source.mode = mode
        _synchronize(state)


def _synchronize(state: BoxState) -> None:
    source = state.time_source
    if source.mode == "ntp" and source.reachable.intersection(source.servers.split()):
        state.clock_offset = 0.0
