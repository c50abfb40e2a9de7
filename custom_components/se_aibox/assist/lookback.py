"""Searches histories and live recognitions for an assistant."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import Enum, auto

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util

from ..aibox.exceptions import AiBoxError
from ..aibox.history_search import FoundRecords
from ..aibox.models import ROUNDING, HistoryQuery, Recognition
from ..aibox.names import given_name, is_part_of_name, spellings_of_part
from ..box.registry import async_capture_device, device_name
from ..coordinator import SeAiBoxCoordinator, async_loaded_box, async_loaded_boxes
from ..recognition.followed import (
    async_followed_device_ids,
    async_followed_identity_ids,
)
from ..recognition.freshness import clock_error, seen_at
from ..recognition.memory import async_get_memory
from .answer import Finding, Findings, Gap, Note
from .exposure import KnownPerson, Place, is_called

_PER_PAGE = 100
# Per box: reading more would take too long for an answer.
_MOST_RECORDS = 2000
# Enough to know who was meant, and when they last came.
_FEW_RECORDS = 50
# Before the first boxes.
EARLIEST = datetime(2010, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Question:
    """Where, who and when, limited to what is exposed."""

    places: tuple[Place, ...]
    # Whether no place was named: then exposed people count wherever they were seen.
    anywhere: bool
    people: tuple[KnownPerson, ...]
    # The name of the requested person; None for everybody.
    person: str | None
    start: datetime
    # None for now, which differs by the boxes' clocks.
    end: datetime | None
    # Whether the newest few records are enough.
    only_newest: bool = False
    only_strangers: bool = False

    def matches(self, name: str | None, known: Iterable[KnownPerson]) -> Match:
        """Return how the requested name matches this or a known name."""
        if self.person is None:
            return Match.WHOLE
        names = {name or "", *(called for person in known for called in person.names)}
        if is_called(self.person, names):
            return Match.WHOLE
        parts = (is_part_of_name(self.person, called) for called in names)
        return Match.PART if any(parts) else Match.NONE

    def ever(self) -> Question:
        """Return the question about the newest records of all times."""
        return replace(self, start=EARLIEST, end=None, only_newest=True)


class Match(Enum):
    """How a name agrees with the requested one."""

    NONE = auto()
    PART = auto()
    WHOLE = auto()


async def async_look_back(hass: HomeAssistant, question: Question) -> Findings:
    """Search all boxes that a question is about.

    A box that does not answer adds a note; its error is not raised.
    """
    entries = {place.entry.entry_id: place.entry for place in question.places}
    if question.anywhere and question.people:
        for entry_id, box in async_loaded_boxes(hass).items():
            entries[entry_id] = box.config_entry
    found = await asyncio.gather(
        *(_Search(hass, question, entry).async_run() for entry in entries.values())
    )
    return Findings.of_boxes(found)


class _Search:
    """The search of one box."""

    def __init__(
        self, hass: HomeAssistant, question: Question, entry: ConfigEntry
    ) -> None:
        """Store the question and the box."""
        self._hass = hass
        self._question = question
        self._entry = entry
        self._box = async_loaded_box(hass, entry.entry_id)
        self._places = {
            place.capture_device_id: place.name
            for place in question.places
            if place.entry is entry
        }
        # Of people who are not the requested one.
        self._similar_names: set[str] = set()
        self._ahead = (
            clock_error(self._box.client.clock.reading) if self._box else timedelta()
        )

    def _end(self) -> datetime:
        """Return the end by the box's clock."""
        if self._question.end is not None:
            return self._question.end + self._ahead
        # It may be ahead of ours; records ahead of the box's own are not requested.
        clock = self._box.client.clock.for_history if self._box else None
        return dt_util.utcnow() + (clock.offset if clock else timedelta())

    async def async_run(self) -> Findings:
        """Return history records, and live recognitions without one (yet)."""
        recorded, note = await self._async_recorded()
        seen = (*recorded, *_unrecorded(self._live(), recorded))
        found = tuple(filter(None, map(self._finding, seen)))
        return Findings(found, frozenset(self._similar_names), note)

    def _finding(self, seen: Recognition) -> Finding | None:
        """Return a finding if it may be reported; collect similar names."""
        entry_id = self._entry.entry_id
        device_ids = async_followed_device_ids(self._hass, entry_id, seen)
        known = [
            person for person in self._question.people if person.device_id in device_ids
        ]
        place = self._place(seen, known)
        if place is None or (self._question.only_strangers and seen.matched):
            return None
        match = self._question.matches(seen.identity_name, known)
        if match is Match.NONE:
            if name := given_name(seen.identity_name):
                self._similar_names.add(name)
            return None
        person = (entry_id, seen.identity_id) if seen.matched else None
        return Finding(
            seen,
            seen_at(seen, box_ahead=self._ahead),
            place,
            entry_id,
            # Boxes may give one id to two people, and one person two ids.
            min(device_ids, default=None) or person,
            known[0].name if known else None,
            match is Match.WHOLE,
        )

    async def _async_recorded(
        self,
    ) -> tuple[tuple[Recognition, ...], tuple[Note, ...]]:
        """Return the history records, and notes about them."""
        if self._box is None:
            return (), self._note(Gap.NOT_CONNECTED)
        if not self._box.client.kind.has_history:
            return (), self._note(Gap.NO_HISTORY)
        try:
            found = await self._async_find(self._box)
        except AiBoxError:
            return (), self._note(Gap.NO_ANSWER)
        recorded = tuple(record.recognition for record in found.records)
        if found.looked_back_to is None:
            return recorded, ()
        return recorded, self._note(Gap.TOO_MUCH, found.looked_back_to)

    async def _async_find(self, box: SeAiBoxCoordinator) -> FoundRecords:
        """Return the newest records that may be reported."""
        person = self._question.person
        if person is None:
            return await self._async_newest(box, None)
        whole = await self._async_newest(box, person)
        word = max(person.split(), key=len)
        if whole.records or word == person:
            return whole
        # The words may be in another order. Many others may have one of them.
        return await self._async_newest(box, word)

    async def _async_newest(
        self, box: SeAiBoxCoordinator, name: str | None
    ) -> FoundRecords:
        return await box.history.async_find(
            tuple(self._queries(box, name)),
            lambda seen: self._finding(seen) is not None,
            _FEW_RECORDS if self._question.only_newest else _MOST_RECORDS,
            # A history that ends at the limit is complete.
            _MOST_RECORDS + 1,
        )

    def _note(
        self, gap: Gap, looked_back_to: datetime | None = None
    ) -> tuple[Note, ...]:
        return (Note(self._entry.title, gap, looked_back_to),)

    def _queries(
        self, box: SeAiBoxCoordinator, name: str | None
    ) -> Iterator[HistoryQuery]:
        """Yield the queries for the box, narrowed to a part of the person's name."""
        question = self._question
        wide = question.anywhere and bool(question.people)
        query = HistoryQuery(
            question.start + self._ahead,
            self._end(),
            frozenset(box.data.selected if wide else self._places),
            per_page=_PER_PAGE,
        )
        if name is None:
            yield query
            return
        for form in spellings_of_part(name):
            yield replace(query, identity_name=form)
        for person in question.people:
            if question.matches(None, [person]) is not Match.NONE:
                for identity_id in sorted(
                    async_followed_identity_ids(self._hass, person.device_id)
                ):
                    yield replace(query, identity_id=identity_id)

    def _live(self) -> Iterator[Recognition]:
        start, end = self._question.start, self._question.end
        for sighting in async_get_memory(self._hass).async_all():
            seen = sighting.recognition
            if (
                sighting.entry_id == self._entry.entry_id
                and start <= sighting.seen_at
                # The box's clock is known only roughly, and what was received already
                # is not in the future.
                and (end is None or sighting.seen_at <= end)
            ):
                yield seen

    def _place(self, seen: Recognition, known: list[KnownPerson]) -> str | None:
        """Return the place, None if not requested or not exposed."""
        capture_device_id = seen.capture_device_id
        if (place := self._places.get(capture_device_id)) is not None:
            return place
        if not (self._question.anywhere and known):
            return None
        return device_name(
            async_capture_device(self._hass, self._entry, capture_device_id)
        )


def _unrecorded(
    live: Iterable[Recognition], recorded: Iterable[Recognition]
) -> Iterator[Recognition]:
    """Yield the live recognitions without a history record."""
    # The history may be late or unavailable.
    moments: dict[tuple[str, str | None], list[datetime]] = defaultdict(list)
    for seen in recorded:
        moments[seen.capture_device_id, seen.identity_id].append(seen.occurred_at)
    for seen in live:
        of_the_same = moments[seen.capture_device_id, seen.identity_id]
        if all(abs(seen.occurred_at - moment) > ROUNDING for moment in of_the_same):
            yield seen
