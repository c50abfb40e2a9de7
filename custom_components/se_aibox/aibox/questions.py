"""What a box can be asked to do with a picture, and what it answers: frozen and typed."""

from dataclasses import dataclass, field
from datetime import datetime

from .exceptions import Refusal
from .models import PersonType, Record


@dataclass(frozen=True, slots=True)
class PictureQuestion:
    """Who is that? JPEG or PNG, sent as it is."""

    picture: bytes = field(repr=False)
    # By its name; None compares with everybody enrolled.
    permission_group: str | None = None
    # Whether to find out that it is no picture of a picture.
    liveness: bool = False
    # In pixels; None leaves it to the box.
    minimum_face_size: int | None = None


@dataclass(frozen=True, slots=True)
class PictureAnswer:
    """Who that is, or why nobody: the nearest miss is not among it."""

    # All None unless matched.
    identity_id: str | None = field(default=None, repr=False)
    identity_name: str | None = field(default=None, repr=False)
    person_type: PersonType | None = None
    # Of the match or of the nearest miss, exactly as the box says it.
    score: float | None = None
    # Why there is no match.
    reason: Refusal | None = None

    @property
    def matched(self) -> bool:
        """Whether the face is an enrolled person's."""
        return self.identity_id is not None


@dataclass(frozen=True, slots=True)
class PictureSearch:
    """Where else was that face? Both ends of the time span are included."""

    picture: bytes = field(repr=False)
    start: datetime
    end: datetime
    # In the box's own scale; None is the box's own.
    threshold: float | None = None
    # Where none is named, every capture device.
    capture_device_ids: frozenset[str] = frozenset()
    # Where the search before this one ended, to go on with it.
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class SimilarRecord:
    """A record with how much its face is like the one that was searched for."""

    record: Record
    # In the box's own scale, as it says it.
    similarity: float | None


@dataclass(frozen=True, slots=True)
class SimilarRecords:
    """What one search came across; a box stops after so many records."""

    records: tuple[SimilarRecord, ...]
    has_more: bool
    # Where to go on; None where the box does not tell.
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class Enrolment:
    """Whom to enrol; JPEG or PNG, sent as it is."""

    picture: bytes = field(repr=False)
    identity_id: str = field(repr=False)
    name: str = field(repr=False)
    # An enrolled person's: neither `STRANGER` nor `OTHER`.
    person_type: PersonType = PersonType.EMPLOYEE
    # By its id; None leaves it to the box.
    permission_group: str | None = None
    # Whether to put the person in place of the one who has the id.
    replace: bool = False
