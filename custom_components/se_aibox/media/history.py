"""Recognitions, people and days that the media browser lists."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from homeassistant.util import dt as dt_util

from ..aibox.history import AHEAD, BEGINNING
from ..aibox.history_search import FoundRecords
from ..aibox.models import HistoryQuery, Recognition, Record
from ..aibox.names import name_key, spellings
from ..coordinator import SeAiBoxCoordinator
from .ids import Kind, MediaId

RECOGNITIONS_PER_PAGE = 50
DAYS_PER_PAGE = 31
# One more shows where the next page begins. With another, one request is enough.
_PAGE = RECOGNITIONS_PER_PAGE + 2
# For a search for people or a name.
_LARGE_PAGE = 100
_MOST_ROWS = 500
# Enough to detect in which order a box returns records.
_SMALL_PAGE = 5
_INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of records, newest first."""

    records: tuple[Record, ...] = ()
    # Where the next page begins.
    older: datetime | None = None


@dataclass(frozen=True, slots=True)
class Days:
    """A page of consecutive days, newest first."""

    days: tuple[date, ...] = ()
    # The next earlier day on which somebody was seen.
    earlier: date | None = None


@dataclass(frozen=True, slots=True)
class Named:
    """The results of a search for a name."""

    # The newest record of each person whose name contains it.
    people: tuple[Record, ...]
    # Records with exactly that name.
    records: tuple[Record, ...]


class MediaHistory:
    """The recognitions in a folder. Methods raise the history's errors."""

    def __init__(self, box: SeAiBoxCoordinator, folder: MediaId) -> None:
        """Store the box and the folder."""
        self._box = box
        self._folder = folder
        self._capture_device_ids = _capture_device_ids(box, folder)

    async def async_recognitions(self) -> Listed:
        """Return a page of recognitions."""
        found = await self._find(self._query(_PAGE), RECOGNITIONS_PER_PAGE + 1)
        records = found.records
        if len(records) <= RECOGNITIONS_PER_PAGE:
            return Listed(self._shown(records), self._older(found))
        older = records[-1].recognition.occurred_at
        # All records of that moment go to the next page, unless they alone fill this.
        shown = [
            record for record in records if record.recognition.occurred_at != older
        ]
        if not shown:
            return Listed(self._shown(records), older - _INSTANT)
        return Listed(self._shown(shown), older)

    async def async_people(self) -> Listed:
        """Return the newest record of each recently recognized person."""
        found = await self._find(self._query(_LARGE_PAGE), _MOST_ROWS)
        return Listed(self._shown(_people(found.records)), self._older(found))

    async def async_named(self, name: str) -> Named:
        """Return people by part of a name, recognitions by all of it."""
        # Boxes compare names loosely, so the results are compared again.
        query = replace(self._query(_LARGE_PAGE), identity_name=name)
        found = await self._find(query, _MOST_ROWS)
        # Strangers have no name, as an empty search.
        named = [
            record
            for record in found.records
            if record.recognition.identity_name is not None
            and name_key(record.recognition.identity_name) == name_key(name)
        ]
        return Named(
            self._shown(_people(found.records)),
            self._shown(named[:RECOGNITIONS_PER_PAGE]),
        )

    async def async_days(self) -> Days:
        """Return a page of days, from the folder's or the newest on."""
        newest = self._folder.day or await self._day_until(None)
        if newest is None:
            return Days()
        days = tuple(newest - timedelta(days=n) for n in range(DAYS_PER_PAGE))
        earlier = await self._day_until(_start_of(days[-1]) - _INSTANT)
        if earlier is None:
            # Show no empty days before the first record.
            oldest = await self._box.history.async_find_oldest(
                self._query(_SMALL_PAGE, _end_of(newest)), self._accepts
            )
            first = dt_util.as_local(oldest).date() if oldest else newest
            days = tuple(day for day in days if day >= first)
        return Days(days, earlier)

    async def _day_until(self, end: datetime | None) -> date | None:
        """Return the last day, up to `end`, with a recognition."""
        found = await self._find(self._query(_SMALL_PAGE, end), 1)
        if not found.records:
            return None
        newest = found.records[0].recognition
        return dt_util.as_local(newest.occurred_at).date()

    async def _find(self, query: HistoryQuery, count: int) -> FoundRecords:
        """Return the newest records that match a query exactly."""

        def accepts(seen: Recognition) -> bool:
            return self._accepts(seen) and (
                query.identity_name is None
                or _is_part(query.identity_name, seen.identity_name)
            )

        queries = [query]
        if self._capture_device_ids is None:
            # A box takes an empty list of capture devices for all of them.
            queries = []
        elif query.identity_name is not None:
            names = spellings(query.identity_name)
            queries = [replace(query, identity_name=name) for name in names]
        return await self._box.history.async_find(queries, accepts, count, _MOST_ROWS)

    def _accepts(self, seen: Recognition) -> bool:
        """Return whether the folder holds a recognition, at any time."""
        meant = self._capture_device_ids
        return (
            meant is not None
            and (not meant or seen.capture_device_id in meant)
            and self._folder.identity_id in (None, seen.identity_id)
        )

    def _query(self, per_page: int, end: datetime | None = None) -> HistoryQuery:
        """Return the query for the folder, up to `end`."""
        folder = self._folder
        # In a list of days, the day is where the list begins.
        day = None if folder.kind is Kind.DAYS else folder.day
        ends = (
            end,
            folder.until,
            _end_of(day) if day else None,
            dt_util.utcnow() + AHEAD,
        )
        return HistoryQuery(
            start=_start_of(day) if day else BEGINNING,
            end=min(filter(None, ends)),
            capture_device_ids=self._capture_device_ids or frozenset(),
            identity_id=folder.identity_id,
            per_page=per_page,
        )

    def _older(self, found: FoundRecords) -> datetime | None:
        """Return where the next page begins."""
        # It must not lead back to this page.
        older = found.looked_back_to
        return older - _INSTANT if older and older == self._folder.until else older

    def _shown(self, records: Iterable[Record]) -> tuple[Record, ...]:
        """Return records ready to be shown."""
        return tuple(filter(None, self._box.history.show(records)))


def _capture_device_ids(
    box: SeAiBoxCoordinator, folder: MediaId
) -> frozenset[str] | None:
    """Return the capture devices to query.

    Empty for all of them, None if the user deselected all that the folder holds.
    """
    data = box.data
    left_out = data.listed.keys() - data.selected.keys()
    if folder.capture_device_id is not None:
        meant = {folder.capture_device_id} - left_out
        return frozenset(meant) or None
    # Queried by id only if need be: unlisted capture devices have records, too.
    return frozenset(data.selected) or None if left_out else frozenset()


def _people(newest_first: Iterable[Record]) -> Iterable[Record]:
    """Return the newest record of each person."""
    people: dict[str, Record] = {}
    for record in newest_first:
        if (identity_id := record.recognition.identity_id) is not None:
            people.setdefault(identity_id, record)
    return people.values()


def _is_part(name: str, of: str | None) -> bool:
    return name_key(name) in name_key(of)


def _start_of(day: date) -> datetime:
    return dt_util.as_utc(dt_util.start_of_local_day(day))


def _end_of(day: date) -> datetime:
    return _start_of(day + timedelta(days=1)) - _INSTANT
