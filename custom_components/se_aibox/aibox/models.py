"""What the client hands out: frozen, typed and free of the wire's names."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

type AttributeValue = str | int | float | bool
"""A detail of a seen face; never a picture, never a feature vector."""

_NOTHING: Mapping[str, AttributeValue] = MappingProxyType({})


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


@dataclass(frozen=True, slots=True)
class Ports:
    """TCP ports of a box; the defaults are the factory's."""

    rest: int = 5555
    events: int = 5679
    system: int = 8888


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


@dataclass(frozen=True, slots=True)
class Subscription:
    """What a client wants to hear from a box (PROTOCOL §1)."""

    capture_device_ids: frozenset[str]
    # The face and, from nested boxes, the scene.
    captured_pictures: bool = True
    # The enrolled photo.
    reference_pictures: bool = True


@dataclass(frozen=True, slots=True)
class Recognition:
    """One comparison of a seen face with the enrolled people, matched or not."""

    recognition_id: str
    capture_device_id: str
    # Both None unless matched.
    identity_id: str | None
    identity_name: str | None
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


@dataclass(frozen=True, slots=True)
class LiveRecognition:
    """A recognition that was pushed just now, with the pictures that came along."""

    recognition: Recognition
    # Base64 text as it came, decoded only when somebody looks.
    embedded_pictures: Mapping[PictureKind, str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Record:
    """A recognition in the box's history; its pictures are asked for by id."""

    recognition: Recognition
    # What the box wants to hear again beside a picture's id.
    raw_timestamp: str
    picture_ids: Mapping[PictureKind, str]


@dataclass(frozen=True, slots=True)
class RecordPage:
    """One page of history and how much there is in all, where the box tells."""

    records: tuple[Record, ...]
    total: int | None
    # Records that could not be read, by kind of fault.
    unreadable: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class HistoryQuery:
    """Which records to ask for; both ends of the time span are included."""

    start: datetime
    end: datetime
    capture_device_ids: frozenset[str] = frozenset()
    identity_id: str | None = None
    page: int = 0
    per_page: int = 50
