"""The recognitions of one box for the media browser."""

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from homeassistant.util import dt as dt_util

from ..aibox.history import AHEAD, BEGINNING
from ..aibox.history_search import FoundRecords
from ..aibox.models import HistoryQuery, Recognition, Record
from ..aibox.names import name_key, spellings
from ..coordinator import SeAiBoxCoordinator
from ..recognition.followed import (
    async_followed_device_ids,
    async_followed_identity_ids,
)
from .ids import Kind, MediaId

RECOGNITIONS_PER_PAGE = 50
# One more shows where the next page begins. With another, one request is enough.
_PAGE = RECOGNITIONS_PER_PAGE + 2
# For a search for people or a name.
_LARGE_PAGE = 100
_MOST_ROWS = 500
# Enough to detect in which order a box returns records.
_SMALL_PAGE = 5
_INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class BoxRecognition:
    """A recognition of one of the boxes."""

    box: SeAiBoxCoordinator
    recognition: Recognition

    @property
    def occurred_at(self) -> datetime:
        """When it happened, by the box's clock."""
        return self.recognition.occurred_at


@dataclass(frozen=True, slots=True)
class Page:
    """A page of recognitions, newest first."""

    seen: tuple[BoxRecognition, ...] = ()
    # Where the next page begins.
    older: datetime | None = None


@dataclass(frozen=True, slots=True)
class Named:
    """The results of a search for a name."""

    # The newest recognition of each person whose name contains it.
    people: tuple[BoxRecognition, ...] = ()
    # Recognitions of exactly that name.
    seen: tuple[BoxRecognition, ...] = ()


class MediaHistory:
    """The recognitions in a folder. Methods raise the history's errors."""

    def __init__(self, box: SeAiBoxCoordinator, folder: MediaId) -> None:
        """Store the box and the folder."""
        self._box = box
        self._folder = folder
        self._capture_device_ids = _capture_device_ids(box, folder)

    async def async_recognitions(self) -> Page:
        """Return a page of recognitions."""
        found = await self._find(self._query(_PAGE), RECOGNITIONS_PER_PAGE + 1)
        return first_page(self._shown(found.records), self._older(found))

    async def async_strangers(self) -> Page:
        """Return the newest recognition of each stranger, as far as known."""
        found = await self._find(self._query(_LARGE_PAGE), _MOST_ROWS)
        # A stranger without an id counts as a new person each time.
        strangers = _newest_of_each(
            found.records, lambda seen: seen.stranger_id or object()
        )[: RECOGNITIONS_PER_PAGE + 1]
        return first_page(self._shown(strangers), self._older(found))

    async def async_people(self) -> Page:
        """Return the newest recognition of each recently recognized person."""
        found = await self._find(self._query(_LARGE_PAGE), _MOST_ROWS)
        return Page(self._shown(_people(found.records)), self._older(found))

    async def async_named(self, name: str) -> Named:
        """Return people by part of a name, recognitions by all of it."""
        # Boxes compare names loosely, so the results are compared again.
        query = replace(self._query(_LARGE_PAGE), identity_name=name)
        found = await self._find(query, _MOST_ROWS)
        # Strangers have no name, so an empty search would match them.
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

    async def async_last_few(self) -> tuple[BoxRecognition, ...]:
        """Return the newest recognitions that one request finds."""
        query = self._query(_SMALL_PAGE)
        found = await self._find(query, _SMALL_PAGE - 1, _SMALL_PAGE)
        return self._shown(found.records)

    async def async_day_until(self, end: datetime | None) -> date | None:
        """Return the last day, up to `end`, with a recognition."""
        found = await self._find(self._query(_SMALL_PAGE, end), 1)
        if not found.records:
            return None
        newest = found.records[0].recognition
        return dt_util.as_local(newest.occurred_at).date()

    async def async_first_day(self, newest: date) -> date | None:
        """Return the first day with a recognition, none after `newest`."""
        query = self._query(_SMALL_PAGE, end_of(newest))
        oldest = await self._box.history.async_find_oldest(query, self._accepts)
        return dt_util.as_local(oldest).date() if oldest else None

    async def _find(
        self, query: HistoryQuery, count: int, most_rows: int | None = None
    ) -> FoundRecords:
        """Return the newest records that match a query exactly."""

        def accepts(seen: Recognition) -> bool:
            return self._accepts(seen) and (
                query.identity_name is None
                or _is_part(query.identity_name, seen.identity_name)
            )

        return await self._box.history.async_find(
            self._queries(query), accepts, count, most_rows or _MOST_ROWS
        )

    def _queries(self, query: HistoryQuery) -> list[HistoryQuery]:
        """Return the queries to the box that together cover this query."""
        if self._capture_device_ids is None:
            # A box treats an empty list of capture devices as all of them.
            return []
        if query.identity_name is not None:
            names = spellings(query.identity_name)
            return [replace(query, identity_name=name) for name in names]
        if (person_id := self._folder.person_id) is not None:
            ids = sorted(async_followed_identity_ids(self._box.hass, person_id))
            return [replace(query, identity_id=identity_id) for identity_id in ids]
        return [query]

    def _accepts(self, seen: Recognition) -> bool:
        """Return whether the folder holds a recognition, at any time."""
        meant, folder = self._capture_device_ids, self._folder
        return (
            meant is not None
            and (not meant or seen.capture_device_id in meant)
            and folder.identity_id in (None, seen.identity_id)
            and folder.stranger_id in (None, seen.stranger_id)
            and not (folder.kind is Kind.STRANGERS and seen.matched)
            and (
                not folder.name or name_key(folder.name) == name_key(seen.identity_name)
            )
            and (not folder.person_id or folder.person_id in self._followed(seen))
        )

    def _followed(self, seen: Recognition) -> frozenset[str]:
        entry_id = self._box.config_entry.entry_id
        return async_followed_device_ids(self._box.hass, entry_id, seen)

    def _query(self, per_page: int, end: datetime | None = None) -> HistoryQuery:
        """Return the query for the folder, up to `end`."""
        folder = self._folder
        # In a list of days, the day is where the list begins.
        day = None if folder.kind is Kind.DAYS else folder.day
        ends = (
            end,
            folder.until,
            end_of(day) if day else None,
            dt_util.utcnow() + AHEAD,
        )
        return HistoryQuery(
            start=start_of(day) if day else BEGINNING,
            end=min(filter(None, ends)),
            capture_device_ids=self._capture_device_ids or frozenset(),
            identity_id=folder.identity_id or folder.stranger_id,
            per_page=per_page,
        )

    def _older(self, found: FoundRecords) -> datetime | None:
        """Return where the next page begins."""
        # It must not lead back to this page.
        older = found.looked_back_to
        return older - _INSTANT if older and older == self._folder.until else older

    def _shown(self, records: Iterable[Record]) -> tuple[BoxRecognition, ...]:
        """Return the recognitions of records, ready to be shown."""
        shown = filter(None, self._box.history.show(records))
        return tuple(BoxRecognition(self._box, record.recognition) for record in shown)


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
    # Queried by id only if necessary: unlisted capture devices have records, too.
    return frozenset(data.selected) or None if left_out else frozenset()


def first_page(newest_first: Sequence[BoxRecognition], older: datetime | None) -> Page:
    """Return the first page; `older` is where unread recognitions begin."""
    if len(newest_first) <= RECOGNITIONS_PER_PAGE:
        return Page(tuple(newest_first), older)
    older = newest_first[RECOGNITIONS_PER_PAGE].occurred_at
    # Recognitions of that moment go to the next page, unless they alone fill this one.
    shown = [seen for seen in newest_first if seen.occurred_at > older]
    if not shown:
        of_that_moment = [seen for seen in newest_first if seen.occurred_at == older]
        return Page(tuple(of_that_moment), older - _INSTANT)
    return Page(tuple(shown), older)


def _people(newest_first: Iterable[Record]) -> list[Record]:
    return _newest_of_each(newest_first, lambda seen: seen.identity_id)


def _newest_of_each(
    newest_first: Iterable[Record], key: Callable[[Recognition], Hashable]
) -> list[Record]:
    """Return the newest record for each key but None."""
    newest: dict[Hashable, Record] = {}
    for record in newest_first:
        if (who := key(record.recognition)) is not None:
            newest.setdefault(who, record)
    return list(newest.values())


def _is_part(name: str, of: str | None) -> bool:
    return name_key(name) in name_key(of)


def start_of(day: date) -> datetime:
    """Return when a day of the local calendar begins."""
    return dt_util.as_utc(dt_util.start_of_local_day(day))


def end_of(day: date) -> datetime:
    """Return the last moment of a day of the local calendar."""
    return start_of(day + timedelta(days=1)) - _INSTANT
