"""Changes identities, in both dialects (docs/protocol.md §5)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
import re

from ..enrolled import NO_DETAILS, PersonChange, PersonRecord
from ..exceptions import UnreadableError
from ..models import Dialect
from ..names import given_name
from .details import with_details
from .faces import face_requests
from .fields import JsonObject, encode_picture, mapping
from .people import FIELDS, info_of, read_ids, read_person_record
from .person import TYPE_NUMBERS, TYPE_WORDS
from .request import Request

_UPDATE = "/sophon/v2/face/updateidentity"
# As the overview of the pages spells it.
_MISSPELLED = "/sophon/v2/face/updateidenity"
_USERS = "/SophonFogSys/api/users"
_SECONDS = 30
_DEEPEST = 8
# Numbers beyond this, and bytes that are not UTF-8, were lost when they were read.
_FIRST_INEXACT = 2.0**53
_REPLACED = "\ufffd"
# When the box changed something.
_OWN_TIME = re.compile(r"time$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class StoredPerson:
    """An identity as its box stores it, with fields that nobody knows."""

    dialect: Dialect
    entry: JsonObject
    record: PersonRecord

    @property
    def identity_id(self) -> str:
        """The id."""
        return self.record.identity_id

    @property
    def info(self) -> JsonObject:
        """The fields that an update overwrites, and those that the box fills in."""
        return info_of(self.dialect, self.entry)

    @property
    def face_ids(self) -> tuple[str, ...]:
        """The ids of the faces, empty if they are not reported."""
        return read_ids(self.info, FIELDS[self.dialect].faces)


def read_stored_person(dialect: Dialect, entry: JsonObject) -> StoredPerson:
    """Return the identity in an entry."""
    return StoredPerson(dialect, entry, read_person_record(dialect, entry))


def update_requests(stored: StoredPerson, change: PersonChange) -> tuple[Request, ...]:
    """Return the requests for a change, none if it changes nothing.

    An update overwrites what it leaves out with defaults, so every field is sent.
    """
    flat = stored.dialect is Dialect.FLAT
    faces: tuple[Request, ...] = ()
    if change.picture is not None and flat:
        faces = face_requests(
            stored.identity_id,
            change.picture,
            stored.record.photo_ids if change.replaces_faces else (),
        )
    if not _changes_fields(change) and (flat or change.picture is None):
        return faces
    info = changed_info(stored, change)
    _check_exact(info, _DEEPEST)
    if flat:
        # The faces first: a box refuses a picture more often than anything else.
        return (*faces, Request("POST", _UPDATE, body=_flat_body(stored, info)))
    return (_nested_update(stored, change, info),)


def _changes_fields(change: PersonChange) -> bool:
    fields = (change.name, change.person_type, change.group_ids)
    return fields != (None, None, None) or change.details != NO_DETAILS


def changed_info(stored: StoredPerson, change: PersonChange) -> dict[str, object]:
    """Return the fields of a person after a change."""
    dialect, fields = stored.dialect, FIELDS[stored.dialect]
    info = dict(stored.info)
    if change.name is not None:
        info[fields.name] = change.name
    if change.person_type is not None:
        info[fields.person_type] = (
            TYPE_WORDS if dialect is Dialect.FLAT else TYPE_NUMBERS
        )[change.person_type]
    if change.group_ids is not None:
        info[fields.groups] = list(change.group_ids)
    info.setdefault(fields.groups, [])
    if change.details != NO_DETAILS:
        extra = mapping(info, fields.extra)
        info[fields.extra] = with_details(dialect, extra, change.details)
    return info


def _flat_body(stored: StoredPerson, info: Mapping[str, object]) -> JsonObject:
    # The ids of photos and faces are no arguments.
    own = {FIELDS[Dialect.FLAT].photos, FIELDS[Dialect.FLAT].faces}
    fields = {key: value for key, value in info.items() if key not in own}
    return {**fields, "identity_id": stored.identity_id}


def _nested_update(
    stored: StoredPerson, change: PersonChange, info: Mapping[str, object]
) -> Request:
    body: dict[str, object] = {
        "identity_id": stored.identity_id,
        "create_no_exit_permission": False,
        "info": info,
    }
    if change.picture is not None:
        # The ids would be those of the faces before.
        own = {FIELDS[Dialect.NESTED].photos, FIELDS[Dialect.NESTED].faces}
        body["info"] = {key: value for key, value in info.items() if key not in own}
        body["reg_photo"] = encode_picture(change.picture)
    return Request("PUT", _USERS, body=body, seconds=_SECONDS)


def _check_exact(value: object, depth: int) -> None:
    """Raise `UnreadableError` for what cannot be sent back as it was."""
    if isinstance(value, float) and abs(value) >= _FIRST_INEXACT:
        raise UnreadableError("a detail is too large")
    if isinstance(value, str) and _REPLACED in value:
        raise UnreadableError("a detail is not in UTF-8")
    if isinstance(value, dict):
        value = [*value, *value.values()]
    if isinstance(value, list):
        if depth == 0:
            raise UnreadableError("a detail is too deep")
        for inner in value:
            _check_exact(inner, depth - 1)


def misspelled(request: Request) -> Request | None:
    """Return the request with its path spelled otherwise, if known."""
    if request.path != _UPDATE:
        return None
    return Request(request.method, _MISSPELLED, body=request.body)


def delete_request(stored: StoredPerson) -> Request:
    """Return the request to delete an identity."""
    if stored.dialect is Dialect.FLAT:
        path = "/sophon/v2/face/deleteidentities"
        return Request("POST", path, body={"identity_ids": [stored.identity_id]})
    return Request("DELETE", _USERS, body={"identity_id": stored.identity_id})


def differences(
    before: StoredPerson, after: StoredPerson, change: PersonChange
) -> tuple[str, ...]:
    """Return the fields of `PersonRecord` that a change left wrong."""
    found = set(_different_fields(before, after, change))
    if not _faces_are_as_asked(before, after, change):
        found.add("photo_ids")
    return tuple(sorted(found))


def _different_fields(
    before: StoredPerson, after: StoredPerson, change: PersonChange
) -> Iterator[str]:
    fields = FIELDS[before.dialect]
    words = {
        fields.name: "name",
        fields.person_type: "person_type",
        fields.groups: "group_ids",
    }
    expected, now = changed_info(before, change), after.info
    for key in expected.keys() | now.keys():
        if key in (fields.photos, fields.faces):
            continue
        old, new = _plain(expected.get(key)), _plain(now.get(key))
        if key == fields.groups:
            old, new = _sorted(old), _sorted(new)
        elif key == fields.name:
            # The box's word for no name may come back for an empty one.
            old, new = _name(old), _name(new)
        if old != new and not _OWN_TIME.search(key):
            yield words.get(key, "details")
    if before.dialect is Dialect.NESTED and _plain(
        before.entry.get("group_name")
    ) != _plain(after.entry.get("group_name")):
        yield "group_ids"


def _plain(value: object) -> object:
    """Return a value to compare, however firmware writes it."""
    if isinstance(value, dict):
        plain = {key: _plain(inner) for key, inner in value.items()}
        return {key: inner for key, inner in plain.items() if inner is not None} or None
    if isinstance(value, list):
        return [_plain(inner) for inner in value] or None
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return None if value is None or value == "" else str(value)


def _name(value: object) -> str | None:
    return given_name(value if isinstance(value, str) else None)


def _sorted(value: object) -> object:
    return sorted(map(str, value)) if isinstance(value, list) else value


def _faces_are_as_asked(
    before: StoredPerson, after: StoredPerson, change: PersonChange
) -> bool:
    # A nested box may report the photo that was enrolled last, and no ids of faces.
    lists_faces = bool(before.face_ids)
    old = set(before.face_ids if lists_faces else before.record.photo_ids)
    new = set(after.face_ids if lists_faces else after.record.photo_ids)
    if change.picture is None:
        return old == new
    if change.replaces_faces:
        return old.isdisjoint(new) and len(new) == (1 if old or new else 0)
    if not lists_faces and before.dialect is Dialect.NESTED:
        return True
    return old <= new and len(new) == len(old) + 1
