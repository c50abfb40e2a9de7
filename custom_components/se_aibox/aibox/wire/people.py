"""Lists enrolled people, in both dialects (docs/protocol.md §5)."""

from collections.abc import Iterable, Iterator
from functools import partial
from itertools import takewhile
from typing import NamedTuple, cast

from ..enrolled import PeopleQuery, PersonRecord
from ..exceptions import UnreadableError
from ..models import Dialect
from ..names import given_name
from .details import read_details
from .fields import (
    JsonObject,
    identifier,
    integer,
    items,
    mapping,
    readable,
    required,
    text,
)
from .person import read_person_type
from .request import Request

# The face library of 1.x, with everybody on the box. 2.0 has none.
EVERYBODY = "default_group"
# Of one answer. No query asks for more.
_MOST_PEOPLE = 20_000
# Of one person.
_MOST_IDS = 100

# Whether people can be requested by name. Otherwise, the history is searched for them.
HAS_NAME_FILTER = {Dialect.NESTED: False, Dialect.FLAT: True}
# Whether an answer always contains the enrolled photos.
SENDS_PHOTOS = {Dialect.NESTED: True, Dialect.FLAT: False}
# The photo of a person in an answer of nested boxes.
_PHOTO = "reg_photo"
# With their photos, people take a box longer.
_SECONDS = 30


class Fields(NamedTuple):
    """Where the dialect has what."""

    name: str
    person_type: str
    groups: str
    extra: str
    # Ids of photos and faces, which only the box changes.
    photos: str
    faces: str


FIELDS = {
    Dialect.NESTED: Fields(
        "name", "type", "permission_ids", "ext_info", "image_id", "face_ids"
    ),
    Dialect.FLAT: Fields(
        "identity_name",
        "user_type",
        "permission_ids",
        "ext_user_info",
        "register_image_ids",
        "face_ids",
    ),
}


class PeopleAnswer(NamedTuple):
    """The rows of an answer, readable or not, and the box's count."""

    rows: tuple[object, ...]
    total: int | None


def people_request(
    dialect: Dialect, query: PeopleQuery, *, skips_pages: bool = False
) -> Request:
    """Return the request for enrolled people.

    A nested box skips people or pages: firmware disagrees.
    """
    if dialect is Dialect.FLAT:
        filters = {
            "identity_id": query.identity_id,
            "identity_name": query.name,
            "permission_id_list": None if query.group_id is None else [query.group_id],
        }
        return Request(
            "POST",
            "/sophon/v2/face/getidentities",
            body={
                "filters": {key: value for key, value in filters.items() if value},
                "page_limit": query.limit,
                "page_index": query.page,
            },
        )
    skipped = query.page if skips_pages else query.page * query.limit
    parameters = (
        {"group_name": EVERYBODY, "skip_num": str(skipped), "limit": str(query.limit)}
        if query.identity_id is None
        else {"identity_id": query.identity_id}
    )
    return Request(
        "GET",
        "/SophonFogSys/api/users",
        parameters,
        seconds=_SECONDS,
        dropped=_PHOTO,
    )


def person_request(dialect: Dialect, identity_id: str) -> Request:
    """Return the request for one identity."""
    if dialect is Dialect.NESTED:
        return people_request(dialect, PeopleQuery(limit=1, identity_id=identity_id))
    return Request(
        "POST", "/sophon/v2/face/getidentity", body={"identity_id": identity_id}
    )


def read_people_answer(dialect: Dialect, answer: JsonObject) -> PeopleAnswer:
    """Return the rows in an answer."""
    flat = dialect is Dialect.FLAT
    found = answer if flat else mapping(answer, "data")
    name = "identities" if flat else "identities_list"
    if name not in found:
        raise UnreadableError(f"no {name}")
    total = readable(lambda: integer(mapping(answer, "pagination"), "total_count"))
    return PeopleAnswer(
        tuple(items(found, name, most=_MOST_PEOPLE)),
        None if total is None or total < 0 else total,
    )


def read_person_answer(dialect: Dialect, answer: JsonObject) -> tuple[object, ...]:
    """Return the entry of one identity, and any others that a box sends."""
    if dialect is Dialect.NESTED:
        return read_people_answer(dialect, answer).rows
    return (mapping(answer, "identity") or answer,)


def read_people(dialect: Dialect, rows: Iterable[object]) -> tuple[PersonRecord, ...]:
    """Return the people in rows; skip unreadable ones."""
    people = (readable(partial(_read_row, dialect, row)) for row in rows)
    return tuple(filter(None, people))


def _read_row(dialect: Dialect, row: object) -> PersonRecord | None:
    return read_person_record(dialect, row) if isinstance(row, dict) else None


def read_person_record(dialect: Dialect, entry: JsonObject) -> PersonRecord:
    """Return the identity in an entry."""
    fields = FIELDS[dialect]
    info = info_of(dialect, entry)
    extra = readable(lambda: mapping(info, fields.extra)) or {}
    return PersonRecord(
        required(identifier(entry, "identity_id"), "identity_id"),
        given_name(text(info, fields.name)),
        read_person_type(text(info, fields.person_type)),
        group_ids=read_ids(info, fields.groups),
        photo_ids=read_photo_ids(dialect, info),
        details=read_details(dialect, extra),
    )


def info_of(dialect: Dialect, entry: JsonObject) -> JsonObject:
    """Return the object with the fields of a person."""
    return mapping(entry, "info") if dialect is Dialect.NESTED else entry


def read_photo_ids(dialect: Dialect, info: JsonObject) -> tuple[str, ...]:
    """Return the ids of photos; nested boxes report one."""
    name = FIELDS[dialect].photos
    if dialect is Dialect.FLAT:
        return read_ids(info, name)
    photo_id = readable(lambda: identifier(info, name))
    return () if photo_id is None else (photo_id,)


def read_ids(info: JsonObject, name: str) -> tuple[str, ...]:
    """Return the ids in a list, up to one that is unreadable."""
    listed = readable(lambda: items(info, name, most=_MOST_IDS)) or ()
    ids = (readable(partial(identifier, {"id": one}, "id")) for one in listed)
    return tuple(cast("Iterator[str]", takewhile(bool, ids)))
