"""Searches histories and live recognitions for an assistant."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util

from ..aibox.exceptions import AiBoxError
from ..aibox.models import ROUNDING, HistoryQuery, Recognition
from ..aibox.names import spellings
from ..box.registry import async_capture_device, device_name
from ..coordinator import SeAiBoxCoordinator, async_loaded_box, async_loaded_boxes
from ..recognition.followed import (
    async_followed_device_ids,
    async_followed_identity_ids,
)
from ..recognition.memory import async_get_memory
from .answer import Finding, Findings
from .exposure import ExposedPerson, Place, is_called

_PER_PAGE = 100
# Of one box: nobody would wait longer for an answer.
_MOST_RECORDS = 2000


@dataclass(frozen=True, slots=True)
class Question:
    """Where, who and when, limited to what is exposed."""

    places: tuple[Place, ...]
    # Whether no place was named: then exposed people count wherever they were seen.
    anywhere: bool
    people: tuple[ExposedPerson, ...]
    # The name of the requested person; None for everybody.
    person: str | None
    start: datetime
    # None for now, which differs by the boxes' clocks.
    end: datetime | None

    def is_about(self, name: str | None, known: Iterable[ExposedPerson]) -> bool:
        """Return whether the requested person has this or a known name."""
        if self.person is None:
            return True
        names = {name or "", *(called for person in known for called in person.names)}
        return is_called(self.person, names)


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
    return Findings(
        tuple(one for findings in found for one in findings.found),
        frozenset[str]().union(*(findings.similar_names for findings in found)),
        tuple(note for findings in found for note in findings.notes),
    )


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
        self._end = question.end or self._now_by_the_box()

    def _now_by_the_box(self) -> datetime:
        """Return the time by the box's clock."""
        # It may be ahead of ours; records ahead of the box's own are not requested.
        clock = self._box.client.clock.for_history if self._box else None
        return dt_util.utcnow() + (clock.offset if clock else timedelta())

    async def async_run(self) -> Findings:
        """Return history records, and live recognitions without one (yet)."""
        recorded, note = await self._async_recorded()
        found: list[Finding] = []
        similar_names: set[str] = set()
        for seen in (*recorded, *_unrecorded(self._live(), recorded)):
            known = self._known(seen)
            if (place := self._place(seen, known)) is None:
                continue
            if self._question.is_about(seen.identity_name, known):
                called = known[0].name if known else None
                found.append(Finding(seen, place, self._entry.entry_id, called))
            elif seen.identity_name:
                similar_names.add(seen.identity_name)
        return Findings(tuple(found), frozenset(similar_names), (note,) if note else ())

    async def _async_recorded(self) -> tuple[tuple[Recognition, ...], str | None]:
        """Return the history records, and a note about them."""
        if self._box is None:
            return (), self._only_live("is not connected")
        if not self._box.client.kind.has_history:
            return (), self._only_live("keeps no history")
        try:
            found = await self._box.history.async_find(
                tuple(self._queries(self._box)), lambda _: True, _MOST_RECORDS
            )
        except AiBoxError:
            return (), self._only_live("does not answer")
        recorded = tuple(record.recognition for record in found.records)
        if found.looked_back_to is None:
            return recorded, None
        return recorded, (
            f"{self._entry.title} has more recognitions than were searched."
            " Ask for a shorter time span or for one place."
        )

    def _only_live(self, reason: str) -> str:
        return (
            f"{self._entry.title} {reason}. For each person and place, only the last"
            " time since Home Assistant started is known."
        )

    def _queries(self, box: SeAiBoxCoordinator) -> Iterator[HistoryQuery]:
        """Yield the queries for the box, narrowed to the person."""
        question = self._question
        wide = question.anywhere and bool(question.people)
        query = HistoryQuery(
            question.start,
            self._end,
            frozenset(box.data.selected if wide else self._places),
            per_page=_PER_PAGE,
        )
        if question.person is None:
            yield query
            return
        for name in spellings(question.person):
            yield replace(query, identity_name=name)
        for person in question.people:
            if is_called(question.person, person.names):
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
                and start <= seen.occurred_at
                # The box's clock is known only roughly, and what was received already
                # is not in the future.
                and (end is None or seen.occurred_at <= end)
            ):
                yield seen

    def _known(self, seen: Recognition) -> list[ExposedPerson]:
        device_ids = async_followed_device_ids(self._hass, self._entry.entry_id, seen)
        return [
            person for person in self._question.people if person.device_id in device_ids
        ]

    def _place(self, seen: Recognition, known: list[ExposedPerson]) -> str | None:
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
