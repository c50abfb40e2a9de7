"""Where the next page of a list begins. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
import re
from typing import Self, override

from ..aibox.models import EPOCH

_MOST_BOXES = 256
_LONGEST = 64 * _MOST_BOXES
# Milliseconds until the year 2286.
_POSITION = re.compile(r"([\w-]{1,40}):(\d{0,13}):(\d{1,4})", re.ASCII)
_MILLISECOND = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class Position:
    """How much of a box's list was shown.

    It counts by the box's own clock: ours may be corrected between two pages. Ids that
    are built from a millisecond are unique only among all records of it, so that a
    whole millisecond is read at once.
    """

    # Everything after this millisecond was shown; None if nothing is left.
    until: int | None
    # The number of recognitions in it that were shown.
    shown: int = 0


@dataclass(frozen=True, slots=True)
class Cursor:
    """The position in the list of each box, by config entry id.

    A box without a position begins with its newest recognition: it is new, or it did
    not answer before.
    """

    positions: Mapping[str, Position] = field(default_factory=dict)

    @override
    def __str__(self) -> str:
        """Return the cursor as text for `parse`."""
        return ",".join(
            f"{entry_id}:{'' if at.until is None else at.until}:{at.shown}"
            for entry_id, at in self.positions.items()
        )

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the cursor in a text, or raise `ValueError`."""
        if len(text) > _LONGEST:
            raise ValueError("too long")
        return cls(dict(map(_parse, text.split(","))))


def _parse(text: str) -> tuple[str, Position]:
    if (match := _POSITION.fullmatch(text)) is None:
        raise ValueError("no cursor")
    entry_id, until, shown = match.groups()
    return entry_id, Position(int(until) if until else None, int(shown))


def millisecond(moment: datetime) -> int:
    """Return the millisecond in which a moment lies."""
    return (moment - EPOCH) // _MILLISECOND


def end_of(number: int) -> datetime:
    """Return the last moment of a millisecond."""
    return EPOCH + (number + 1) * _MILLISECOND - timedelta.resolution
