"""Enrolled people, as a box stores and lists them."""

from dataclasses import dataclass, field
from datetime import datetime

from .models import PersonType


@dataclass(frozen=True, slots=True)
class PersonDetails:
    """Enrollment details with a field of their own: personal data."""

    department: str | None = field(default=None, repr=False)
    job_number: str | None = field(default=None, repr=False)
    telephone: str | None = field(default=None, repr=False)
    # Of a visitor: the employer, who is visited, why, and when, by our clock.
    company: str | None = field(default=None, repr=False)
    host: str | None = field(default=None, repr=False)
    purpose: str | None = field(default=None, repr=False)
    valid_from: datetime | None = field(default=None, repr=False)
    valid_until: datetime | None = field(default=None, repr=False)


NO_DETAILS = PersonDetails()


@dataclass(frozen=True, slots=True)
class PersonRecord:
    """An identity as its box stores it."""

    identity_id: str = field(repr=False)
    # None if the box has or reports none.
    name: str | None = field(repr=False)
    person_type: PersonType
    # Ids of permission groups.
    group_ids: tuple[str, ...] = ()
    # The box's ids of the enrolled photos.
    photo_ids: tuple[str, ...] = ()
    details: PersonDetails = NO_DETAILS


@dataclass(frozen=True, slots=True)
class PersonChange:
    """A change of an identity; None leaves a field alone."""

    name: str | None = field(default=None, repr=False)
    # Neither `STRANGER` nor `OTHER`.
    person_type: PersonType | None = None
    # Ids or names of permission groups, in place of all earlier ones.
    group_ids: tuple[str, ...] | None = None
    # Merged field by field: None leaves a field alone, an empty text removes it.
    details: PersonDetails = NO_DETAILS
    # JPEG or PNG, sent unchanged.
    picture: bytes | None = field(default=None, repr=False)
    # Whether the picture replaces all faces. Otherwise, it is added to them.
    replaces_faces: bool = False
    # Whether somebody else may be enrolled with the face, too.
    may_share_face: bool = False


@dataclass(frozen=True, slots=True)
class PermissionGroup:
    """A permission group."""

    # None where the box lists only names.
    group_id: str | None
    name: str


@dataclass(frozen=True, slots=True)
class PeopleQuery:
    """A query for enrolled people."""

    limit: int
    identity_id: str | None = None
    # A loose filter of flat boxes; nested boxes have no filter by name.
    name: str | None = None
    # The id of a permission group; nested boxes have no filter by it.
    group_id: str | None = None
    # From 0.
    page: int = 0


@dataclass(frozen=True, slots=True)
class PeoplePage:
    """A page of the people on a box."""

    people: tuple[PersonRecord, ...]
    # Number of people on all pages; None if the box does not report it.
    total: int | None
    # Number of rows on this page, readable or not.
    rows: int
    is_last: bool
