"""Finds people on a box without reading everybody."""

import asyncio
from collections.abc import Awaitable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from .enrolled import PeopleQuery
from .exceptions import (
    AiBoxError,
    AiBoxNotFoundError,
    AiBoxProtocolError,
    AiBoxTimeoutError,
)
from .history import AHEAD, History
from .models import HistoryQuery, PersonType, PictureKind
from .names import id_key, name_key, spellings
from .people import EnrolledPeople
from .rest import Rest
from .wire.people import HAS_NAME_FILTER

MOST_PEOPLE = 100
# For a box that cannot send a hundred people with their photos.
_FEWER_PEOPLE = 10
_HISTORY = timedelta(days=30)
_HISTORY_PAGES = 3
_HISTORY_PAGE = 100


@dataclass(frozen=True, slots=True)
class FoundPerson:
    """An identity on a box, or in its history."""

    identity_id: str
    # None if the box has or reports none.
    name: str | None
    person_type: PersonType
    # The box's id of the enrolled photo, if it reports one.
    photo_id: str | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class FoundPeople:
    """The found people, each id once."""

    people: tuple[FoundPerson, ...]
    # False if the box has more people than were read, or did not answer.
    complete: bool
    # False if the box has no call that lists people.
    searchable: bool = True


async def find_people(rest: Rest, text: str) -> FoundPeople:
    """Return the people whose id is a text, or whose name contains it.

    An empty text matches everybody. Without an answer of the box, nobody is found and
    the result is not complete.
    """
    has_filter = HAS_NAME_FILTER[rest.wire.DIALECT]
    sources: list[Awaitable[FoundPeople]] = [
        _by_name(rest, name) for name in (spellings(text) if has_filter else (text,))
    ]
    if text:
        sources.insert(0, _by_id(rest, text))
        if not has_filter:
            sources += (_from_history(rest, name) for name in spellings(text))
    found = await asyncio.gather(*(_answered(source) for source in sources))
    people: dict[str, FoundPerson] = {}
    for person in (person for source in found for person in source.people):
        if is_meant(person, text):
            # Enrolled people come first: the history may have an older name.
            people.setdefault(person.identity_id, person)
    return FoundPeople(
        tuple(people.values()),
        complete=all(source.complete for source in found),
        searchable=all(source.searchable for source in found),
    )


async def find_identities(rest: Rest, identity_ids: Sequence[str]) -> FoundPeople:
    """Return the people who are enrolled under some ids.

    The first request without an answer ends the search. Then the result is not
    complete.
    """
    people: list[FoundPerson] = []
    # One by one, because each answer may contain a photo.
    for identity_id in identity_ids:
        found = await _answered(_by_id(rest, identity_id))
        if not found.complete:
            return FoundPeople(tuple(people), complete=False)
        # Firmware that ignores the filter answers with other people.
        people += (
            person
            for person in found.people
            if id_key(person.identity_id) == id_key(identity_id)
        )
    return FoundPeople(tuple(people), complete=True)


def is_meant(person: FoundPerson, text: str) -> bool:
    """Return True for a person's id or part of the name."""
    return id_key(text) == id_key(person.identity_id) or name_key(text) in name_key(
        person.name
    )


async def _answered(source: Awaitable[FoundPeople]) -> FoundPeople:
    try:
        return await source
    except AiBoxError:
        return FoundPeople((), complete=False)


async def _by_id(rest: Rest, identity_id: str) -> FoundPeople:
    try:
        people = await _people(rest, PeopleQuery(limit=1, identity_id=identity_id))
    except AiBoxNotFoundError:
        people = ()
    return FoundPeople(people, complete=True)


async def _people(rest: Rest, query: PeopleQuery) -> tuple[FoundPerson, ...]:
    return tuple(
        FoundPerson(
            person.identity_id,
            person.name,
            person.person_type,
            next(iter(person.photo_ids), None),
        )
        for person in await EnrolledPeople(rest).found(query)
    )


async def _by_name(rest: Rest, text: str) -> FoundPeople:
    limit = MOST_PEOPLE
    try:
        people = await _people(rest, PeopleQuery(limit=limit, name=text or None))
    except AiBoxNotFoundError:
        return FoundPeople((), complete=False, searchable=False)
    except AiBoxProtocolError, AiBoxTimeoutError:
        limit = _FEWER_PEOPLE
        people = await _people(rest, PeopleQuery(limit=limit, name=text or None))
    return FoundPeople(people, complete=len(people) < limit)


async def _from_history(rest: Rest, name: str) -> FoundPeople:
    now = datetime.now(UTC)
    query = HistoryQuery(
        start=now - _HISTORY,
        end=now + AHEAD,
        identity_name=name,
        per_page=_HISTORY_PAGE,
    )
    people: dict[str, FoundPerson] = {}
    number = 0
    async with aclosing(History(rest).pages(query)) as pages:
        async for page in pages:
            for record in page.records:
                seen = record.recognition
                if seen.identity_id is not None:
                    people[seen.identity_id] = FoundPerson(
                        seen.identity_id,
                        seen.identity_name,
                        seen.person_type,
                        record.picture_ids.get(PictureKind.REFERENCE),
                    )
            number += 1
            if number == _HISTORY_PAGES:
                break
    return FoundPeople(tuple(people.values()), complete=True)
