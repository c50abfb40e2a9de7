"""The client's data types, independent of the wire format."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

type AttributeValue = str | int | float | bool
"""A detail of a seen face, but never a picture or a feature vector."""

# The box counts times from here.
EPOCH = datetime.fromtimestamp(0, UTC)
# Live messages have whole milliseconds, records a float of seconds: rounding differs.
ROUNDING = timedelta(milliseconds=2)
_NOTHING: Mapping[str, AttributeValue] = MappingProxyType({})
_PULSE_SECONDS = 5
# One more would hold the door open (docs/protocol.md §7).
_LONGEST_PULSE_SECONDS = 254


class Dialect(StrEnum):
    """The two dialects of boxes (docs/protocol.md, introduction)."""

    NESTED = "nested"
    FLAT = "flat"


class PersonType(StrEnum):
    """The type of a person on a box."""

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
    """How a capture device sends pictures to the box (docs/protocol.md §2)."""

    PHOTO = "photo"
    RTSP = "rtsp"
    FILE = "file"
    GB28181 = "gb28181"
    UNKNOWN = "unknown"


class CaptureDeviceKind(StrEnum):
    """What a capture device is (docs/protocol.md §1)."""

    TURNSTILE = "turnstile"
    SNAPSHOT_CAMERA = "snapshot_camera"
    IP_CAMERA = "ip_camera"
    DOOR_READER = "door_reader"


class SystemMode(StrEnum):
    """What a box runs (docs/protocol.md §3)."""

    # No face service, so no recognitions.
    BARE = "bare"
    FACE = "face"
    # No page says whether a face service runs.
    OTHER = "other"


class PassMode(StrEnum):
    """Whom a box lets in (docs/protocol.md §3)."""

    NORMAL = "normal"
    EVERYONE = "everyone"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class BoxKind:
    """What boxes of a kind can do."""

    # Whether the box keeps a history, from which missed recognitions are recovered.
    has_history: bool = True
    # Whether it lists its capture devices. Otherwise, each is listed once it pushes.
    lists_devices: bool = True
    # Whether it has a call that opens doors.
    opens_doors: bool = True
    # Whether it pushes to a webhook instead of an event socket.
    pushes: bool = False


@dataclass(frozen=True, slots=True)
class Ports:
    """TCP ports of a box, by default the factory's."""

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
    # The permission group whose people may pass; None if it is bound to none.
    permission_group_id: str | None = None
    # Whether attributes of faces, such as their age, are to be detected. Nested only.
    wants_attributes: bool = False

    def pulse(self, seconds: int | None = None) -> int:
        """Return for how many seconds its door opens, 1 to 254.

        By default, as long as the relay is set to.
        """
        set_on_box = self.relay.pulse_seconds if self.relay else None
        wanted = seconds or round(set_on_box or _PULSE_SECONDS)
        return min(max(wanted, 1), _LONGEST_PULSE_SECONDS)


@dataclass(frozen=True, slots=True)
class DeviceList:
    """The capture devices that a box lists."""

    devices: tuple[CaptureDevice, ...]
    # The kind of fault of each entry without a readable id.
    unreadable: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BoxInfo:
    """The identity of a box; unreported fields are None."""

    dialect: Dialect
    serial_number: str | None = None
    # As aa:bb:cc:dd:ee:ff, beginning with the card of the outside network.
    mac_addresses: tuple[str, ...] = ()
    model: str | None = None
    hardware_version: str | None = None
    software_version: str | None = None
    host_name: str | None = None
    # On the scale of the box's scores.
    threshold: float | None = None
    mode: SystemMode | None = None

    def updated_by(self, newer: BoxInfo) -> BoxInfo:
        """Return a copy with the newer changeable values."""
        threshold = newer.threshold
        return replace(
            self,
            software_version=newer.software_version or self.software_version,
            threshold=self.threshold if threshold is None else threshold,
        )


@dataclass(frozen=True, slots=True)
class BoxHealth:
    """The health of a box; unreported fields are None.

    Units are °C, percent and revolutions per minute.
    """

    core_temperature: float | None = None
    board_temperature: float | None = None
    cpu_usage: float | None = None
    # The AI accelerator.
    tpu_usage: float | None = None
    memory_usage: float | None = None
    storage_usage: float | None = None
    fan_speed: float | None = None
    # Known to the minute, so it varies from one answer to the next.
    last_boot: datetime | None = None
    # Why a reading is missing, by the name of its field.
    faults: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ClockReading:
    """The error of a box's clock."""

    # How far the box is ahead of us; negative if it is behind.
    offset: timedelta
    # The error of `offset`: an answer takes time, and a date has whole seconds.
    uncertainty: timedelta
    # From a `Date` header, which may be in another time zone.
    is_date: bool = False
    # The times of recognitions show that it is wrong.
    is_doubted: bool = False


@dataclass(frozen=True, slots=True)
class Subscription:
    """What a box pushes to the client (docs/protocol.md §1)."""

    capture_device_ids: frozenset[str]
    # The face and, from nested boxes, the scene.
    captured_pictures: bool = True
    # The enrolled photo.
    reference_pictures: bool = True

    @property
    def pictures(self) -> frozenset[PictureKind]:
        """The kinds of pictures that may be pushed."""
        captured = {PictureKind.FACE, PictureKind.SCENE}
        return frozenset(
            (captured if self.captured_pictures else set())
            | ({PictureKind.REFERENCE} if self.reference_pictures else set())
        )

    def without_pictures(self) -> Subscription:
        """Return a copy without pictures."""
        return replace(self, captured_pictures=False, reference_pictures=False)


@dataclass(frozen=True, slots=True)
class RecordKey:
    """What a live message and its record have in common."""

    capture_device_id: str
    occurred_at: datetime
    # As on the wire: a stranger's automatic id, or None.
    identity_id: str | None = field(repr=False)

    def is_same_moment(self, other: RecordKey) -> bool:
        """Return True for one place and time, apart from rounding."""
        return (
            self.capture_device_id == other.capture_device_id
            and abs(self.occurred_at - other.occurred_at) <= ROUNDING
        )

    def is_near(self, other: RecordKey) -> bool:
        """Return True if all match, apart from rounding."""
        return self.identity_id == other.identity_id and self.is_same_moment(other)


@dataclass(frozen=True, slots=True)
class Recognition:
    """One comparison of a seen face with the enrolled people, matched or not."""

    # Without ids and names in the representation, no log of an object contains them.
    recognition_id: str = field(repr=False)
    capture_device_id: str
    # Both None unless matched.
    identity_id: str | None = field(repr=False)
    identity_name: str | None = field(repr=False)
    person_type: PersonType
    # Exactly as the box reports it, 0…1 or 0…100 depending on the firmware.
    score: float | None
    group_name: str | None
    # By the box's clock, and on arrival by ours; aware UTC.
    occurred_at: datetime
    received_at: datetime
    # What was stored at enrollment: personal data.
    identity_info: Mapping[str, object] = field(default_factory=dict, repr=False)
    attributes: Mapping[str, AttributeValue] = field(default=_NOTHING, repr=False)
    # Live messages of nested boxes only.
    device_kind: CaptureDeviceKind | None = None
    # The person type as the box reports it, if it is unheard of.
    unknown_type: str | None = None
    # The available ones: in the message, or in the box's history.
    picture_kinds: frozenset[PictureKind] = frozenset()

    @property
    def matched(self) -> bool:
        """Whether the face is an enrolled person's."""
        return self.identity_id is not None

    @property
    def stranger_id(self) -> str | None:
        """The id that the box gave to a stranger, if any."""
        own = None if self.matched else self.attributes.get("stranger_id")
        return None if own is None else str(own)

    @property
    def key(self) -> RecordKey:
        """The key by which its history record is found."""
        who = self.identity_id or self.stranger_id
        return RecordKey(self.capture_device_id, self.occurred_at, who)

    def with_pictures(self, allowed: frozenset[PictureKind]) -> Recognition:
        """Return a copy with only the allowed pictures."""
        if self.picture_kinds <= allowed:
            return self
        return replace(self, picture_kinds=self.picture_kinds & allowed)

    def without_details(self) -> Recognition:
        """Return a copy without the enrollment details."""
        return replace(self, identity_info=_NOTHING) if self.identity_info else self


@dataclass(frozen=True, slots=True)
class LiveRecognition:
    """A pushed recognition and the pictures in its message."""

    recognition: Recognition
    # Base64 texts or data URIs as received, decoded only when needed.
    embedded_pictures: Mapping[PictureKind, str] = field(repr=False)
    # Whether the box uploaded it from its history, seconds later at best.
    is_upload: bool = False


@dataclass(frozen=True, slots=True)
class Record:
    """A history record, with ids of its pictures."""

    recognition: Recognition
    # A request for a picture must repeat it unchanged.
    raw_timestamp: str
    picture_ids: Mapping[PictureKind, str]
    # The box's own id of the record, which nested live messages lack.
    record_id: str | None = None


@dataclass(frozen=True, slots=True)
class RecordPage:
    """One page of the history."""

    records: tuple[Record, ...]
    # Number of records on all pages; None if the box does not report it.
    total: int | None
    # Number of rows on this page, readable or not.
    rows: int = 0
    # The kind of fault of each unreadable row.
    unreadable: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Bookmark:
    """Where a client continues after a restart."""

    # Everything before this moment was delivered. By the box's clock, and by ours;
    # aware UTC. Before the first scan, only the moment by our clock is known. Without
    # any, nothing is to be recovered.
    complete_until: datetime | None = None
    noted_at: datetime | None = None
    # The newest deliveries, packed by `Delivered`.
    delivered: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class HistoryQuery:
    """A query for records; the time span includes both ends."""

    start: datetime
    end: datetime
    capture_device_ids: frozenset[str] = frozenset()
    identity_id: str | None = None
    # Boxes compare it loosely: compare the answers again.
    identity_name: str | None = None
    # Boxes do not mark every stranger. `OTHER` is not sent: no box knows it.
    person_type: PersonType | None = None
    minimum_score: float | None = None
    page: int = 0
    per_page: int = 50


@dataclass(frozen=True, slots=True)
class PeopleCount:
    """How many people are enrolled on a box, and how many fit."""

    # None if the box cannot be counted.
    people: int | None = None
    # None if the box does not report it.
    capacity: int | None = None

    @property
    def taken(self) -> float | None:
        """The share of the capacity that is taken, None if unknown."""
        if self.people is None or self.capacity is None:
            return None
        return self.people / self.capacity
