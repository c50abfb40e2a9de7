"""Plans a change of a box's clock, and shows it beforehand."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from ipaddress import ip_address
import re

from ..aibox.time_settings import TimeMode, TimeSettings, whole_hours
from ..text import as_markdown, listed, moment_text

# What a box hands to its own programs must be nothing but names and addresses.
_HOST_NAME = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?", re.ASCII)
_SEPARATORS = re.compile(r"[\s,;，；、]+")
_MOST_SERVERS = 8
_MODES = {TimeMode.SERVERS: "fix_by_servers", TimeMode.HAND: "fix_by_hand"}
_LONGEST_LIST = 512


@dataclass(frozen=True, slots=True)
class ClockPlan:
    """The settings to make on a box."""

    mode: TimeMode
    # How far the time zone is ahead of UTC.
    hours: int
    # None leaves those of the box.
    servers: tuple[str, ...] | None = None


def hours_to_set(ours: timedelta, found: TimeSettings) -> int | None:
    """Return Home Assistant's time zone, else the box's own.

    A box takes whole hours only. None if neither is one.
    """
    for utc_offset in (ours, found.utc_offset):
        if utc_offset is not None and (hours := whole_hours(utc_offset)) is not None:
            return hours
    return None


def read_servers(entered: str) -> tuple[str, ...] | None:
    """Return the time servers that a user entered, None if unfit."""
    names = tuple(filter(None, _SEPARATORS.split(entered)))
    if not 1 <= len(names) <= _MOST_SERVERS or len(entered) > _LONGEST_LIST:
        return None
    return names if all(map(_is_host, names)) else None


def _is_host(name: str) -> bool:
    if _HOST_NAME.fullmatch(name):
        return True
    try:
        ip_address(name)
    except ValueError:
        return False
    # An address of IPv6 may name a network card, in any letters.
    return "%" not in name


def is_made(found: TimeSettings, plan: ClockPlan) -> bool:
    """Return whether a box has what was planned, as far as it reports."""
    return (
        found.mode in (None, plan.mode)
        and found.utc_offset in (None, timedelta(hours=plan.hours))
        and (plan.servers is None or found.servers in (None, plan.servers))
    )


def are_same(found: TimeSettings, before: TimeSettings) -> bool:
    """Return whether two readings differ in nothing but the time."""
    return replace(found, moment=before.moment) == before


def zone_text(utc_offset: timedelta) -> str:
    """Return a time zone as its distance from UTC: “UTC+5:30”."""
    hours, minutes = divmod(round(abs(utc_offset) / timedelta(minutes=1)), 60)
    if not (hours or minutes):
        return "UTC"
    sign = "-" if utc_offset < timedelta() else "+"
    return f"UTC{sign}{hours}" + (f":{minutes:02}" if minutes else "")


class ClockWords:
    """The clock of a box in words, as Markdown."""

    def __init__(self, words: Mapping[str, str], language: str, now: datetime) -> None:
        """Initialize with the local time."""
        self._words = words
        self._language = language
        self._now = now

    def state(self, found: TimeSettings) -> str:
        """Return what a box has, as a list."""
        return _as_list(
            self._words["fix_state"].format(what=what, now=now)
            for what, now in zip(self._labels, self._values(found), strict=True)
        )

    def preview(self, found: TimeSettings, plan: ClockPlan) -> str:
        """Return what a box has and what it will have, as a list."""
        words = self._words
        future = TimeSettings(
            self._now, timedelta(hours=plan.hours), plan.mode, found.servers
        )
        then = self._values(future)
        if plan.mode is TimeMode.SERVERS:
            then = [words["fix_servers_time"], *then[1:-1], words["fix_as_entered"]]
        lines = _as_list(
            words["fix_stays" if was == will else "fix_change"].format(
                what=what, now=was, then=will
            )
            for what, was, will in zip(
                self._labels, self._values(found), then, strict=True
            )
        )
        ours = self._now.utcoffset() or timedelta()
        if whole_hours(ours) is not None:
            return lines
        return f"{lines}\n\n{words['fix_half_hours_note'].format(zone=zone_text(ours))}"

    @property
    def _labels(self) -> list[str]:
        names = ("fix_time", "fix_time_zone", "fix_time_mode", "fix_servers")
        return [self._words[name] for name in names]

    def _values(self, settings: TimeSettings) -> list[str]:
        words, offset = self._words, settings.utc_offset
        unknown = words["fix_unknown"]
        # As the box itself shows it.
        moment = settings.moment.astimezone(
            self._now.tzinfo if offset is None else timezone(offset)
        )
        return [
            moment_text(words, moment, self._now, self._language),
            unknown if offset is None else zone_text(offset),
            unknown if settings.mode is None else words[_MODES[settings.mode]],
            unknown
            if settings.servers is None
            else as_markdown(listed(words, settings.servers or [words["fix_none"]])),
        ]


def _as_list(lines: Iterable[str]) -> str:
    return "\n".join(f"- {line}" for line in lines)
