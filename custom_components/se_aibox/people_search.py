"""Searches the enrolled people of all loaded boxes."""

import asyncio
from dataclasses import dataclass

from homeassistant.core import HomeAssistant

from .aibox.models import EnrolledPerson, PersonType
from .aibox.people import MOST_PEOPLE, find_people
from .boxes import async_loaded_boxes
from .person import Identity


@dataclass(frozen=True, slots=True)
class Hit:
    """An identity and the boxes that know it by that name, by config entry."""

    identity_id: str
    name: str | None
    person_type: PersonType
    entry_ids: tuple[str, ...]

    @property
    def identity(self) -> Identity:
        """What to follow; a nameless one learns its name when it is recognised."""
        if self.name is None:
            return Identity(self.identity_id)
        return Identity(self.identity_id, dict.fromkeys(self.entry_ids, self.name))


@dataclass(frozen=True, slots=True)
class SearchResult:
    """Who was found, and the names of the boxes that could not look at everybody."""

    hits: tuple[Hit, ...]
    incomplete: tuple[str, ...]


async def async_search(hass: HomeAssistant, text: str) -> SearchResult:
    """Ask all loaded boxes at once; what matches best comes first, at most a hundred."""
    boxes = async_loaded_boxes(hass)
    found = await asyncio.gather(
        *(find_people(box.client.rest, text) for box in boxes.values())
    )
    known: dict[tuple[str, str | None], tuple[EnrolledPerson, list[str]]] = {}
    for entry_id, result in zip(boxes, found, strict=True):
        for person in result.people:
            key = (person.identity_id, person.name)
            known.setdefault(key, (person, []))[1].append(entry_id)
    hits = sorted(
        (
            Hit(person.identity_id, person.name, person.person_type, tuple(entry_ids))
            for person, entry_ids in known.values()
        ),
        key=lambda hit: _rank(hit, text),
    )
    incomplete = [
        box.config_entry.title
        for box, result in zip(boxes.values(), found, strict=True)
        if not result.complete
    ]
    return SearchResult(tuple(hits[:MOST_PEOPLE]), tuple(incomplete))


def _rank(hit: Hit, text: str) -> tuple[bool, bool, str, str]:
    name = (hit.name or "").casefold()
    exact = text == hit.identity_id or name == text.casefold()
    return (
        not exact,
        not name.startswith(text.casefold()),
        name,
        hit.identity_id,
    )
