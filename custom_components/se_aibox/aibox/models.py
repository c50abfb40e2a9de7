"""What the client hands out: frozen, typed and free of the wire's names."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

type AttributeValue = str | int | float | bool
"""A detail of a seen face; never a picture, never a feature vector."""

# From which times are counted.
EPOCH = datetime.fromtimestamp(0, UTC)
# Live messages carry whole milliseconds, records a float of seconds: they round apart.
ROUNDING = timedelta(milliseconds=2)
_NOTHING: Mapping[str, AttributeValue] = MappingProxyType({})
_NO_DETAILS: Mapping[str, object] = MappingProxyType({})


class Dialect(StrEnum):
    """The two ways in which boxes speak (PROTOCOL, introduction)."""

    NESTED = "nested"
    FLAT = "flat"


class PersonType(StrEnum):
    """What the box knows a person as."""

    EMPLOYEE = "employee"
    VISITOR = "visitor"
    VIP = "vip"
    BLOCKLISTED = "blocklisted"
    STRANGER = "stranger"
    OTHER = "other"


class PictureKind(StrEnum):
    """The three pictures of a recognition."""

    FACE = "face"
    SCENE = "scene"
    REFERENCE = "reference"


class CaptureDeviceType(StrEnum):
    """How a capture device delivers its pictures to the box (PROTOCOL §2)."""

    PHOTO = "photo"
    RTSP = "rtsp"
    FILE = "file"
    GB28181 = "gb28181"
    UNKNOWN = "unknown"


class PassMode(StrEnum):
    """Whom a box lets in (PROTOCOL §3)."""

    NORMAL = "normal"
    EVERYONE = "everyone"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class BoxKind:
    """What boxes of a kind can do."""

    # Whether a box keeps a history, so that what was missed can be recovered.
    has_history: bool = True
    # Whether it lists its capture devices; otherwise they are known once they spoke.
    lists_devices: bool = True
    # Whether it has a call that opens doors.
    opens_doors: bool = True
    # Whether it pushes to a webhook, in place of an event socket.
    pushes: bool = False


@dataclass(frozen=True, slots=True)
class Ports:
    """TCP ports of a box; the defaults are the factory's."""

    rest: int = 5555
    events: int = 5679
    system: int = 8888
    # Flat boxes only.
    broadcasts: int = 54547


@dataclass(frozen=True, slots=True)
class Relay:
    """A network relay bound to a capture device."""

    ip: str
    port: int | None
    channel: int | None
    pulse_seconds: float | None


@dataclass(frozen=True, slots=True)
class CaptureDevice:
    """A turnstile, camera or door reader on a box."""

    capture_device_id: str
    name: str | None = None
    device_type: CaptureDeviceType = CaptureDeviceType.UNKNOWN
    ip: str | None = None
    # May hold a user name and a password.
    stream_url: str | None = field(default=None, repr=False)
    relay: Relay | None = None


@dataclass(frozen=True, slots=True)
class BoxInfo:
    """Who a box is; everything but the dialect is unknown where the box does not tell."""

    dialect: Dialect
    serial_number: str | None = None
    # As aa:bb:cc:dd:ee:ff, the network card that faces Home Assistant's side first.
    mac_addresses: tuple[str, ...] = ()
    model: str | None = None
    hardware_version: str | None = None
    software_version: str | None = None
    host_name: str | None = None
    # In the scale of the box's scores.
    threshold: float | None = None
    # False in bare-system mode, where no face service runs; None where the box does not tell.
    recognizes: bool | None = None

    def updated_by(self, newer: BoxInfo) -> BoxInfo:
        """Return this with what changes on one and the same box, as far as the newer one knows it."""
        threshold = newer.threshold
        return replace(
            self,
            software_version=newer.software_version or self.software_version,
            threshold=self.threshold if threshold is None else threshold,
        )


@dataclass(frozen=True, slots=True)
class BoxHealth:
    """How a box is; None where it does not tell: °C, per cent, revolutions per minute."""

    core_temperature: float | None = None
    board_temperature: float | None = None
    cpu_usage: float | None = None
    # The AI accelerator.
    tpu_usage: float | None = None
    memory_usage: float | None = None
    storage_usage: float | None = None
    fan_speed: float | None = None
    # Known to the minute, so it wavers from one answer to the next.
    last_boot: datetime | None = None
    # Why a reading is not known, by its name.
    faults: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ClockReading:
    """A box's clock beside ours."""

    # How far the box is ahead of us; negative where it is behind.
    offset: timedelta
    # How far off that may be itself: the answer was under way, and a date is in whole seconds.
    uncertainty: timedelta


@dataclass(frozen=True, slots=True)
class Subscription:
    """What a client wants to hear from a box (PROTOCOL §1)."""

    capture_device_ids: frozenset[str]
    # The face and, from nested boxes, the scene.
    captured_pictures: bool = True
    # The enrolled photo.
    reference_pictures: bool = True

    def without_pictures(self) -> Subscription:
        """Return the same without any picture."""
        return replace(self, captured_pictures=False, reference_pictures=False)


@dataclass(frozen=True, slots=True)
class RecordKey:
    """Who was seen where and when: what a live message and its record share."""

    capture_device_id: str
    occurred_at: datetime
    # As on the wire: a stranger's automatic id, or None.
    identity_id: str | None = field(repr=False)

    def is_near(self, other: RecordKey) -> bool:
        """Return True if both are the same, apart from the rounding of times."""
        return (
            self.capture_device_id == other.capture_device_id
            and self.identity_id == other.identity_id
            and abs(self.occurred_at - other.occurred_at) <= ROUNDING
        )


@dataclass(frozen=True, slots=True)
class Recognition:
    """One comparison of a seen face with the enrolled people, matched or not."""

    # Ids and names stay out of whatever logs an object.
    recognition_id: str = field(repr=False)
    capture_device_id: str
    # Both None unless matched.
    identity_id: str | None = field(repr=False)
    identity_name: str | None = field(repr=False)
    person_type: PersonType
    # Exactly as the box says it, 0…1 or 0…100 by firmware.
    score: float | None
    group_name: str | None
    # By the box's clock, and on arrival; aware UTC.
    occurred_at: datetime
    received_at: datetime
    # What was stored at enrolment: personal data.
    identity_info: Mapping[str, object] = field(default_factory=dict, repr=False)
    attributes: Mapping[str, AttributeValue] = field(default=_NOTHING, repr=False)
    # Those that can be had: they came along, or the box's history has them.
    picture_kinds: frozenset[PictureKind] = frozenset()

    @property
    def matched(self) -> bool:
        """Whether the face is an enrolled person's."""
        return self.identity_id is not None

    @property
    def key(self) -> RecordKey:
        """What its history record is found by."""
        who = self.identity_id or self.attributes.get("stranger_id")
        return RecordKey(
            self.capture_device_id,
            self.occurred_at,
            None if who is None else str(who),
        )

    def with_pictures(self, allowed: frozenset[PictureKind]) -> Recognition:
        """Return the same with no other pictures than these."""
        if self.picture_kinds <= allowed:
            return self
        return replace(self, picture_kinds=self.picture_kinds & allowed)

    def without_details(self) -> Recognition:
        """Return the same without what was stored at enrolment."""
        return replace(self, identity_info=_NO_DETAILS) if self.identity_info else self


@dataclass(frozen=True, slots=True)
class LiveRecognition:
    """A recognition that was pushed just now, with the pictures that came along."""

    recognition: Recognition
    # Base64 text or data URI as it came, decoded only when somebody looks.
    embedded_pictures: Mapping[PictureKind, str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Record:
    """A recognition in the box's history; its pictures are asked for by id."""

    recognition: Recognition
    # What the box wants to hear again beside a picture's id.
    raw_timestamp: str
    picture_ids: Mapping[PictureKind, str]
    # The box's own id for it: nested live messages do not say it.
    record_id: str | None = None


@dataclass(frozen=True, slots=True)
class RecordPage:
    """One page of history and how much there is in all, where the box tells."""

    records: tuple[Record, ...]
    total: int | None
    # Rows on it, readable or not.
    rows: int = 0
    # Records that could not be read, by kind of fault.
    unreadable: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Bookmark:
    """Where a client continues after a restart."""

    # Everything before was delivered: by the box's clock, and the same moment by
    # ours. None where nothing is to be recovered. Aware UTC.
    complete_until: datetime | None = None
    noted_at: datetime | None = None
    # What was delivered lately, packed by `Delivered`.
    delivered: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class HistoryQuery:
    """Which records to ask for; both ends of the time span are included."""

    start: datetime
    end: datetime
    capture_device_ids: frozenset[str] = frozenset()
    identity_id: str | None = None
    # Boxes compare it loosely: compare again.
    identity_name: str | None = None
    # Not every stranger is marked as one, and no box knows `OTHER`, which is not asked for.
    person_type: PersonType | None = None
    minimum_score: float | None = None
    page: int = 0
    per_page: int = 50


@dataclass(frozen=True, slots=True)
class PeopleQuery:
    """Which enrolled people to ask for; a name is no filter in every dialect, and loose where it is."""

    limit: int
    identity_id: str | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True)
class EnrolledPerson:
    """An identity on a box."""

    identity_id: str
    # None where the box has none, or does not tell.
    name: str | None
    person_type: PersonType
