"""Searches the people enrolled on all loaded boxes."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from homeassistant.core import HomeAssistant

from ..aibox.models import PersonType, PictureKind
from ..aibox.names import id_key, name_key
from ..aibox.people_search import MOST_PEOPLE, FoundPeople, find_identities, find_people
from ..aibox.rest import Rest
from ..coordinator import SeAiBoxCoordinator, async_loaded_boxes
from .identity import Identity, stored_name


@dataclass(frozen=True, slots=True)
class EnrolledPhoto:
    """Where the enrolled photo of a hit is."""

    # The config entry of the box.
    entry_id: str
    photo_id: str


@dataclass(frozen=True, slots=True)
class Hit:
    """An identity, and which boxes have it by that name."""

    identity_id: str
    name: str
    person_type: PersonType
    # Their config entries; empty for an id that no box has.
    entry_ids: tuple[str, ...]
    # None if no box has one that may leave it.
    photo: EnrolledPhoto | None = None

    @property
    def identity(self) -> Identity:
        """Return the identity to follow."""
        return Identity(self.identity_id, dict.fromkeys(self.entry_ids, self.name))


@dataclass(frozen=True, slots=True)
class SearchResult:
    """The hits, and the titles of boxes that may have more."""

    hits: tuple[Hit, ...] = ()
    # They did not answer, or have more people than were read.
    incomplete: tuple[str, ...] = ()
    # They were not asked, because their answers contain enrolled photos, which may not
    # leave the box.
    withheld: tuple[str, ...] = ()
    # They have no call that lists people.
    unsearchable: tuple[str, ...] = ()

    @property
    def unsearched(self) -> tuple[str, ...]:
        """The boxes that may have more people, for whatever reason."""
        return self.incomplete + self.withheld + self.unsearchable

    def joined(self, other: SearchResult) -> SearchResult:
        """Return both results as one, without duplicates."""
        return SearchResult(
            _distinct(self.hits, other.hits),
            _distinct(self.incomplete, other.incomplete),
            _distinct(self.withheld, other.withheld),
            _distinct(self.unsearchable, other.unsearchable),
        )


def _distinct[T](*of: Sequence[T]) -> tuple[T, ...]:
    return tuple(dict.fromkeys(chain(*of)))


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
    """Ask all boxes but those whose answers have forbidden photos."""
    all_boxes = async_loaded_boxes(hass)
    boxes = {key: box for key, box in all_boxes.items() if may_ask(box)}
    withheld = [
        box.config_entry.title for key, box in all_boxes.items() if key not in boxes
    ]
    found = await asyncio.gather(*(question(box.client.rest) for box in boxes.values()))
    results = dict(zip(boxes, found, strict=True))
    unsearchable = [key for key, result in results.items() if not result.searchable]
    incomplete = [
        key
        for key, result in results.items()
        if not result.complete and key not in unsearchable
    ]
    return SearchResult(
        _hits(results, [key for key, box in boxes.items() if may_show_photos(box)]),
        tuple(boxes[key].config_entry.title for key in incomplete),
        tuple(withheld),
        tuple(boxes[key].config_entry.title for key in unsearchable),
    )


def _hits(
    results: Mapping[str, FoundPeople], with_photos: Collection[str]
) -> tuple[Hit, ...]:
    """Return one hit for each id and name, from all boxes."""
    known: dict[tuple[str, str], Hit] = {}
    for entry_id, result in results.items():
        for person in result.people:
            name = stored_name(person.name)
            photo = None
            if person.photo_id is not None and entry_id in with_photos:
                photo = EnrolledPhoto(entry_id, person.photo_id)
            # Without a name, the same id on two boxes may be two people.
            key = (id_key(person.identity_id), name_key(name) or entry_id)
            hit = known.get(key) or Hit(
                person.identity_id, name, person.person_type, ()
            )
            known[key] = replace(
                hit, entry_ids=(*hit.entry_ids, entry_id), photo=hit.photo or photo
            )
    return tuple(known.values())


def may_show_photos(box: SeAiBoxCoordinator) -> bool:
    """Return whether enrolled photos may leave a box."""
    return PictureKind.REFERENCE in box.picture_consent.picture_kinds


def may_ask(box: SeAiBoxCoordinator) -> bool:
    """Return whether a box may be asked for people."""
    # Some send the enrolled photos along.
    return not box.client.rest.sends_photos_of_people or may_show_photos(box)


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
