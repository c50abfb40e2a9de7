"""Pages of the recognitions of several boxes."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, replace

from homeassistant.core import HomeAssistant, callback

from ..aibox.exceptions import AiBoxError
from ..aibox.models import HistoryQuery, Recognition
from ..aibox.names import spellings_of_part
from ..coordinator import SeAiBoxCoordinator, async_loaded_box
from ..recognition.filters import queries_by_type
from ..recognition.followed import (
    async_followed_device_ids,
    async_followed_identity_ids,
)
from ..recognition.freshness import clock_error
from ..recognition.sighting import Sighting, async_sighting
from .cursor import Cursor, Position
from .filter import Wanted
from .reading import Part, Search, async_read, merged


@dataclass(frozen=True, slots=True)
class Sightings:
    """A page of recognitions of several boxes, newest first."""

    sightings: tuple[Sighting, ...]
    older: Cursor | None
    # The boxes that did not answer.
    silent: frozenset[str]


async def async_page(
    hass: HomeAssistant, wanted: Wanted, cursor: Cursor, count: int
) -> Sightings:
    """Return the page of the wanted recognitions that begins at a cursor."""
    boxes = {
        entry_id: _BoxSearch(hass, box, wanted)
        for entry_id in sorted(wanted.entry_ids)
        if (box := async_loaded_box(hass, entry_id)) is not None
    }
    answers = await asyncio.gather(
        *(
            box.async_read(cursor.positions.get(entry_id), count)
            for entry_id, box in boxes.items()
        )
    )
    parts = {
        entry_id: part
        for entry_id, part in zip(boxes, answers, strict=True)
        if part is not None
    }
    page = merged(parts, cursor.positions, count)
    return Sightings(
        tuple(boxes[entry_id].async_sighting(seen) for entry_id, seen in page.found),
        page.older,
        wanted.entry_ids - parts.keys(),
    )


class _BoxSearch:
    """The search of one box."""

    def __init__(
        self, hass: HomeAssistant, box: SeAiBoxCoordinator, wanted: Wanted
    ) -> None:
        """Store the box as it is now."""
        self._hass = hass
        self._box = box
        self._wanted = wanted
        # A capture device that is removed meanwhile still counts.
        self._data = box.data
        self._entry_id = box.config_entry.entry_id
        self._box_ahead = clock_error(box.client.clock.reading)
        self._device_ids = {
            door.capture_device_id: door.device_id
            for door in wanted.doors.values()
            if door.entry_id == self._entry_id
        }

    @property
    def has_history(self) -> bool:
        """Whether the box keeps a history, not only what it pushed."""
        return self._box.client.kind.has_history

    async def async_read(self, begin: Position | None, count: int) -> Part | None:
        """Return a part of the box's list, None if it does not answer."""
        # Others must not wait until a request to a box that is away fails.
        if self.has_history and not self._data.connected:
            return None
        search = Search(
            self._box.history,
            lambda query: [*self._queries(query)],
            self._accepts,
            self._box_ahead,
        )
        try:
            return await async_read(search, begin, count)
        except AiBoxError:
            return None

    @callback
    def async_sighting(self, seen: Recognition) -> Sighting:
        """Return a recognition with what Home Assistant knows around it."""
        return async_sighting(
            self._hass,
            self._box.config_entry,
            self._data,
            self._box.options,
            seen.with_pictures(self._box.picture_consent.picture_kinds),
            box_ahead=self._box_ahead,
        )

    def _accepts(self, seen: Recognition) -> bool:
        return self._wanted.accepts(
            self._device_ids.get(seen.capture_device_id),
            async_followed_device_ids(self._hass, self._entry_id, seen),
            seen,
        )

    def _queries(self, query: HistoryQuery) -> Iterator[HistoryQuery]:
        """Yield the queries that find everything wanted and little else."""
        wanted = self._wanted
        # A box takes an empty list of capture devices for all of them.
        if places := frozenset(
            key
            for key, device_id in self._device_ids.items()
            if device_id in wanted.places
        ):
            yield from self._narrowed(replace(query, capture_device_ids=places))
        everywhere = replace(query, capture_device_ids=frozenset(self._device_ids))
        yield from self._of_followed(everywhere, wanted.followed)

    def _narrowed(self, query: HistoryQuery) -> Iterator[HistoryQuery]:
        wanted = self._wanted
        if wanted.person:
            yield replace(query, identity_id=wanted.person)
            yield from self._of_followed(query, wanted.called)
            for name in sorted(spellings_of_part(wanted.person)):
                yield replace(query, identity_name=name)
        else:
            yield from queries_by_type(query, wanted.person_types)

    def _of_followed(
        self, query: HistoryQuery, device_ids: frozenset[str]
    ) -> Iterator[HistoryQuery]:
        for device_id in device_ids:
            for identity_id in async_followed_identity_ids(self._hass, device_id):
                yield replace(query, identity_id=identity_id)
