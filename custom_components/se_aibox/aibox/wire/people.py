"""Lists enrolled people, in both dialects (docs/protocol.md §5)."""

from ..exceptions import UnreadableError
from ..models import Dialect, EnrolledPerson, PeopleQuery
from ..names import given_name
from .fields import JsonObject, identifier, items, mapping, objects, readable, text
from .person import read_person_type
from .request import Request

# Everybody on a nested box is in it.
_GROUP = "default_group"
# Of one person.
_MOST_PHOTOS = 100

# Whether people can be requested by name. Otherwise, the history is searched for them.
HAS_NAME_FILTER = {Dialect.NESTED: False, Dialect.FLAT: True}
# Whether an answer always contains the enrolled photos.
SENDS_PHOTOS = {Dialect.NESTED: True, Dialect.FLAT: False}


def people_request(dialect: Dialect, query: PeopleQuery) -> Request:
    """Return the request for enrolled people."""
    # Always from the start, since firmware disagrees on the meaning of later pages.
    if dialect is Dialect.FLAT:
        filters = {"identity_id": query.identity_id, "identity_name": query.name}
        return Request(
            "POST",
            "/sophon/v2/face/getidentities",
            body={
                "filters": {key: value for key, value in filters.items() if value},
                "page_limit": query.limit,
                "page_index": 0,
            },
        )
    parameters = (
        {"group_name": _GROUP, "skip_num": "0", "limit": str(query.limit)}
        if query.identity_id is None
        else {"identity_id": query.identity_id}
    )
    return Request("GET", "/SophonFogSys/api/users", parameters)


def read_people(dialect: Dialect, answer: JsonObject) -> tuple[EnrolledPerson, ...]:
    """Return the people in an answer; skip unreadable entries."""
    flat = dialect is Dialect.FLAT
    found = answer if flat else mapping(answer, "data")
    name = "identities" if flat else "identities_list"
    if name not in found:
        raise UnreadableError(f"no {name}")
    people: list[EnrolledPerson] = []
    for entry in objects(found, name):
        try:
            person = _read_flat(entry) if flat else _read_nested(entry)
        except UnreadableError:
            continue
        if person is not None:
            people.append(person)
    return tuple(people)


def _read_flat(entry: JsonObject) -> EnrolledPerson | None:
    if (identity_id := identifier(entry, "identity_id")) is None:
        return None
    return EnrolledPerson(
        identity_id,
        given_name(text(entry, "identity_name")),
        read_person_type(text(entry, "user_type")),
        readable(lambda: _first_photo_id(entry)),
    )


def _first_photo_id(entry: JsonObject) -> str | None:
    listed = items(entry, "register_image_ids", most=_MOST_PHOTOS)
    return identifier({"id": listed[0]}, "id") if listed else None


def _read_nested(entry: JsonObject) -> EnrolledPerson | None:
    if (identity_id := identifier(entry, "identity_id")) is None:
        return None
    info = mapping(entry, "info")
    return EnrolledPerson(
        identity_id,
        given_name(text(info, "name")),
        read_person_type(text(info, "type")),
        readable(lambda: identifier(info, "image_id")),
    )
