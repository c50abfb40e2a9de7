"""Reads the wanted people of a box, page by page."""

from dataclasses import dataclass
from typing import NamedTuple, Self, override

from ..aibox.enrolled import PeoplePage, PeopleQuery, PersonRecord
from ..aibox.models import PersonType
from ..aibox.names import id_key, name_key, spellings
from ..aibox.people import EnrolledPeople

# In one call, wanted or not: a box may have a hundred thousand.
MOST_READ = 2000
# No box has as many.
_LAST_ROW = 1_000_000_000


class Position(NamedTuple):
    """Where a reading stopped."""

    # Which spelling of the name, and which row of its answers.
    spelling: int = 0
    row: int = 0

    @classmethod
    def of(cls, text: str) -> Self:
        """Return the position in a response; raises `ValueError`."""
        spelling, row = map(int, text.split("-"))
        if row > _LAST_ROW:
            raise ValueError("out of range")
        return cls(spelling, row)

    @override
    def __str__(self) -> str:
        """Return what a response has."""
        return f"{self.spelling}-{self.row}"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which people are wanted; empty means all."""

    # An id, or part of a name.
    text: str
    # Only these ids; nothing is read page by page.
    identity_ids: tuple[str, ...]
    person_types: frozenset[PersonType]
    group_id: str | None
    limit: int

    def accepts(self, person: PersonRecord) -> bool:
        """Return whether a person is wanted, whatever the box filters."""
        return (
            (name_key(self.text) in name_key(person.name) or self.is_called(person))
            and (not self.person_types or person.person_type in self.person_types)
            and (self.group_id is None or self.group_id in person.group_ids)
        )

    def is_called(self, person: PersonRecord) -> bool:
        """Return whether the text is the person's id."""
        return id_key(self.text) == id_key(person.identity_id)


@dataclass(frozen=True, slots=True)
class Found:
    """The people that were found."""

    people: tuple[PersonRecord, ...]
    # Where to continue; None if there is nobody else.
    next: Position | None = None


async def async_find(
    people: EnrolledPeople,
    wanted: Wanted,
    start: Position | None,
    *,
    filters_names: bool,
) -> Found:
    """Return the wanted people, from the first one or a position on.

    `filters_names` is false of a box that has no filter by name. Raises `AiBoxError`.
    """
    if wanted.identity_ids:
        return Found(await _by_ids(people, wanted, wanted.identity_ids))
    found: dict[str, PersonRecord] = {}
    if wanted.text and start is None:
        # An id is not part of a name, and may be on the last page.
        for person in await _by_ids(people, wanted, (wanted.text,)):
            found[person.identity_id] = person
    names: tuple[str | None, ...] = (None,)
    if wanted.text and filters_names:
        names = spellings(wanted.text)
    size, read, position = people.page_size, 0, start or Position()
    while position.spelling < len(names):
        if len(found) >= wanted.limit or read >= MOST_READ:
            return Found(tuple(found.values()), position)
        query = PeopleQuery(
            size,
            name=names[position.spelling],
            group_id=wanted.group_id,
            page=position.row // size,
        )
        page = await people.page(query)
        # Not its rows: an empty page must count, too.
        read += size
        position = _take(found, wanted, page, position, size)
    return Found(tuple(found.values()))


def _take(
    found: dict[str, PersonRecord],
    wanted: Wanted,
    page: PeoplePage,
    position: Position,
    size: int,
) -> Position:
    """Add the wanted people of a page; return where to continue."""
    number, skip = divmod(position.row, size)
    for person in page.people[skip:]:
        if len(found) >= wanted.limit:
            return position
        position = position._replace(row=position.row + 1)
        # Who is found by id was returned first.
        if wanted.accepts(person) and not (wanted.text and wanted.is_called(person)):
            found[person.identity_id] = person
    if page.is_last:
        return Position(position.spelling + 1)
    return position._replace(row=(number + 1) * size)


async def _by_ids(
    people: EnrolledPeople, wanted: Wanted, identity_ids: tuple[str, ...]
) -> tuple[PersonRecord, ...]:
    """Return the wanted people with some ids."""
    found = [await people.person(identity_id) for identity_id in identity_ids]
    return tuple(person for person in found if person and wanted.accepts(person))
