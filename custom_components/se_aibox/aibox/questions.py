"""Requests to a box with pictures, and their answers."""

from dataclasses import dataclass, field
from datetime import datetime

from .enrolled import NO_DETAILS, PersonDetails
from .exceptions import Refusal
from .models import PersonType, Record


@dataclass(frozen=True, slots=True)
class PictureQuestion:
    """A request for the person on a picture."""

    # JPEG or PNG, sent unchanged.
    picture: bytes = field(repr=False)
    # The id or name of the group; None compares with everybody enrolled.
    permission_group: str | None = None
    # Whether to refuse a picture of a picture.
    liveness: bool = False
    # In pixels; None leaves it to the box.
    minimum_face_size: int | None = None


@dataclass(frozen=True, slots=True)
class PictureAnswer:
    """The person on a picture, or why nobody matched."""

    # All None unless matched: the nearest miss is left out.
    identity_id: str | None = field(default=None, repr=False)
    identity_name: str | None = field(default=None, repr=False)
    person_type: PersonType | None = None
    # Of the match or of the nearest miss, exactly as the box reports it.
    score: float | None = None
    # Why there is no match.
    reason: Refusal | None = None

    @property
    def matched(self) -> bool:
        """Whether the face is an enrolled person's."""
        return self.identity_id is not None


@dataclass(frozen=True, slots=True)
class PictureSearch:
    """A search for a face; the time span includes both ends."""

    # JPEG or PNG, sent unchanged.
    picture: bytes = field(repr=False)
    start: datetime
    end: datetime
    # On the box's own scale; None leaves it to the box.
    threshold: float | None = None
    # Empty for every capture device.
    capture_device_ids: frozenset[str] = frozenset()
    # Where the search before this one ended, to continue it.
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class SimilarRecord:
    """A record and the similarity of its face."""

    record: Record
    # On the box's own scale, exactly as it reports it.
    similarity: float | None


@dataclass(frozen=True, slots=True)
class SimilarRecords:
    """The result of one search, limited by the box."""

    records: tuple[SimilarRecord, ...]
    has_more: bool
    # Where to continue; None if the box does not report it.
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class Enrollment:
    """A request to enroll a person."""

    # JPEG or PNG, sent unchanged.
    picture: bytes = field(repr=False)
    # None leaves it to the box, where `EnrolledPeople.gives_ids`.
    identity_id: str | None = field(repr=False)
    name: str = field(repr=False)
    # Neither `STRANGER` nor `OTHER`.
    person_type: PersonType = PersonType.EMPLOYEE
    # Ids or names of the groups; empty leaves it to the box.
    permission_groups: tuple[str, ...] = ()
    details: PersonDetails = NO_DETAILS
    # Whether somebody else may be enrolled with the face, too.
    may_share_face: bool = False
