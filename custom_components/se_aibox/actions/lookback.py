"""Searches the boxes' histories for what an action wants."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.service import async_get_config_entry

from ..aibox.history_search import FoundRecords
from ..aibox.models import HistoryQuery, PersonType, Recognition
from ..aibox.names import spellings
from ..box.registry import async_registered_capture_devices
from ..const import DOMAIN
from ..coordinator import SeAiBoxCoordinator, async_loaded_boxes
from ..people.following import is_people_entry
from ..recognition.filters import NamedPeople, is_name, queries_by_type
from ..recognition.followed import (
    async_followed_device_ids,
    async_followed_identity_ids,
)
from .box import async_box_with_history
from .response import async_row

_PER_PAGE = 100


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which recognitions an action wants, on any capture device."""

    # Both included.
    start: datetime
    end: datetime
    # Empty for everybody and for every type.
    people: NamedPeople
    person_types: frozenset[PersonType]
    minimum_score: float | None


@callback
def async_lookbacks(
    hass: HomeAssistant, device_ids: frozenset[str], wanted: Wanted
) -> list[Lookback]:
    """Return a search of each box that may have seen the devices or people.

    Every loaded box may have seen a followed person. Raises `ServiceValidationError` if
    a targeted box is not loaded or keeps no history: the list would be incomplete.
    """
    followed: frozenset[str] = frozenset()
    places: dict[str, frozenset[str]] = {}
    registry = dr.async_get(hass)
    devices = filter(None, map(registry.async_get, device_ids))
    for entry_id in {device.config_entry_id for device in devices}:
        entry = async_get_config_entry(hass, DOMAIN, entry_id)
        if is_people_entry(entry):
            people = dr.async_entries_for_config_entry(registry, entry_id)
            followed = device_ids.intersection(person.id for person in people)
        else:
            async_box_with_history(hass, entry_id)
            known = async_registered_capture_devices(hass, entry)
            places[entry_id] = frozenset(
                key for key, device in known.items() if device.id in device_ids
            )
    boxes = async_loaded_boxes(hass)
    if followed:
        for entry_id, box in boxes.items():
            if box.client.kind.has_history:
                places.setdefault(entry_id, frozenset())
    if not places:
        raise ServiceValidationError(
            translation_domain=DOMAIN, translation_key="no_box_to_ask"
        )
    return [
        Lookback(hass, boxes[entry_id], place, followed, wanted)
        for entry_id, place in places.items()
    ]


class Lookback:
    """Searches one box for capture devices and followed people."""

    def __init__(
        self,
        hass: HomeAssistant,
        box: SeAiBoxCoordinator,
        places: frozenset[str],
        followed: frozenset[str],
        wanted: Wanted,
    ) -> None:
        """Store which box to search, and for what."""
        self._hass = hass
        self.box = box
        # As it is now: a capture device that is removed meanwhile still counts.
        self._data = box.data
        # Ids that the box has for its capture devices.
        self._places = places.intersection(box.data.selected)
        # Device ids of people, on any capture device.
        self._followed = followed
        self._wanted = wanted

    async def async_find(self, limit: int) -> FoundRecords:
        """Return the newest records that are wanted.

        Raises the errors of the box's history.
        """
        return await self.box.history.async_find(
            [*self._queries()], self._accepts, limit
        )

    @callback
    def async_rows(
        self, found: FoundRecords
    ) -> Iterator[tuple[datetime, Mapping[str, object]]]:
        """Yield the time and the row of each recognition."""
        for record in self.box.history.show(found.records):
            if record is not None:
                seen = record.recognition
                row = async_row(self._hass, self.box, self._data, seen)
                yield seen.occurred_at, row

    def _queries(self) -> Iterator[HistoryQuery]:
        wanted = self._wanted
        query = HistoryQuery(
            wanted.start,
            wanted.end,
            minimum_score=wanted.minimum_score,
            per_page=_PER_PAGE,
        )
        if self._places:
            yield from self._narrowed(replace(query, capture_device_ids=self._places))
        # A box takes an empty list of capture devices for all of them.
        if everywhere := frozenset(self._data.selected):
            for device_id in self._followed:
                for identity_id in async_followed_identity_ids(self._hass, device_id):
                    yield replace(
                        query, capture_device_ids=everywhere, identity_id=identity_id
                    )

    def _narrowed(self, query: HistoryQuery) -> Iterator[HistoryQuery]:
        """Yield queries that find everything wanted and little else."""
        # `_accepts` checks the records again.
        people = self._wanted.people
        if people.texts:
            for called in people.texts:
                for identity_id in {
                    called,
                    *async_followed_identity_ids(self._hass, called),
                }:
                    yield replace(query, identity_id=identity_id)
                if is_name(called):
                    for name in spellings(called):
                        yield replace(query, identity_name=name)
        else:
            yield from queries_by_type(query, self._wanted.person_types)

    def _accepts(self, seen: Recognition) -> bool:
        wanted = self._wanted
        followed = async_followed_device_ids(
            self._hass, self.box.config_entry.entry_id, seen
        )
        return (
            (
                seen.capture_device_id in self._places
                or (
                    seen.capture_device_id in self._data.selected
                    and not followed.isdisjoint(self._followed)
                )
            )
            and (not wanted.person_types or seen.person_type in wanted.person_types)
            and (
                wanted.minimum_score is None
                or (seen.score is not None and seen.score >= wanted.minimum_score)
            )
            and wanted.people.async_include(self._hass, seen, followed)
        )
