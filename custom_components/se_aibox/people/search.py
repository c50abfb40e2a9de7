"""Searches the people enrolled on all loaded boxes."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace

from homeassistant.core import HomeAssistant

from ..aibox.models import EnrolledPerson, PersonType, PictureKind
from ..aibox.names import id_key, name_key
from ..aibox.people_search import MOST_PEOPLE, FoundPeople, find_identities, find_people
from ..aibox.rest import Rest
from ..coordinator import SeAiBoxCoordinator, async_loaded_boxes
from .identity import Identity, stored_name


@dataclass(frozen=True, slots=True)
class Hit:
    """An identity, and which boxes have it by that name."""

    identity_id: str
    name: str
    person_type: PersonType
    # Their config entries; empty for an id that no box has.
    entry_ids: tuple[str, ...]

    @property
    def identity(self) -> Identity:
        """Return the identity to follow."""
        return Identity(self.identity_id, dict.fromkeys(self.entry_ids, self.name))


@dataclass(frozen=True, slots=True)
class SearchResult:
    """The hits, and the titles of incompletely searched boxes."""

    hits: tuple[Hit, ...]
    incomplete: tuple[str, ...]
    # Those of them that were not asked, because their answers contain enrolled photos,
    # which may not leave the box.
    withheld: tuple[str, ...]


async def async_search(hass: HomeAssistant, text: str) -> SearchResult:
    """Search for a name or id; at most 100, best first."""
    found = await _async_ask(hass, lambda rest: find_people(rest, text))
    hits = sorted(found.hits, key=lambda hit: _rank(hit, text))
    return replace(found, hits=tuple(hits[:MOST_PEOPLE]))


async def async_look_up(
    hass: HomeAssistant, identity_ids: Sequence[str]
) -> SearchResult:
    """Look up ids; one that no box has is a hit, too."""
    found = await _async_ask(hass, lambda rest: find_identities(rest, identity_ids))
    hits = list(found.hits)
    known = {id_key(hit.identity_id) for hit in hits}
    order = [id_key(identity_id) for identity_id in identity_ids]
    hits += (
        Hit(identity_id, "", PersonType.OTHER, ())
        for identity_id in identity_ids
        if id_key(identity_id) not in known
    )
    hits.sort(key=lambda hit: order.index(id_key(hit.identity_id)))
    return replace(found, hits=tuple(hits))


async def _async_ask(
    hass: HomeAssistant, question: Callable[[Rest], Awaitable[FoundPeople]]
) -> SearchResult:
    """Ask all boxes from which the photos in the answers may come."""
    all_boxes = async_loaded_boxes(hass)
    boxes = {key: box for key, box in all_boxes.items() if _may_ask(box)}
    withheld = [
        box.config_entry.title for key, box in all_boxes.items() if key not in boxes
    ]
    found = await asyncio.gather(*(question(box.client.rest) for box in boxes.values()))
    known: dict[tuple[str, str], tuple[EnrolledPerson, list[str]]] = {}
    for entry_id, result in zip(boxes, found, strict=True):
        for person in result.people:
            # Without a name, the same id on two boxes may be two people.
            name = name_key(stored_name(person.name))
            key = (id_key(person.identity_id), name or entry_id)
            known.setdefault(key, (person, []))[1].append(entry_id)
    hits = [
        Hit(
            person.identity_id,
            stored_name(person.name),
            person.person_type,
            tuple(entry_ids),
        )
        for person, entry_ids in known.values()
    ]
    incomplete = [
        box.config_entry.title
        for box, result in zip(boxes.values(), found, strict=True)
        if not result.complete
    ]
    return SearchResult(tuple(hits), (*incomplete, *withheld), tuple(withheld))


def _may_ask(box: SeAiBoxCoordinator) -> bool:
    return (
        not box.client.rest.sends_photos_of_people
        or PictureKind.REFERENCE in box.picture_consent.picture_kinds
    )


def _rank(hit: Hit, text: str) -> tuple[bool, bool, bool, str, str]:
    name, searched = name_key(hit.name), name_key(text)
    exact = id_key(text) == id_key(hit.identity_id) or (name and name == searched)
    return (
        not exact,
        # Without a name, an empty text would match exactly and sort first.
        not name,
        not name.startswith(searched),
        name,
        hit.identity_id,
    )
