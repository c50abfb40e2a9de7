"""The parts of a box: capture devices, identities, records and messages."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from typing import Literal

type JsonValue = (
    str | int | float | bool | list[JsonValue] | dict[str, JsonValue] | None
)
type JsonObject = dict[str, JsonValue]
type DoorMode = Literal["opendoor", "closedoor", "alarm"]

# User name and password, until somebody changes them (PROTOCOL §3).
FACTORY_LOGIN = ("admin", "admin")


class PersonType(StrEnum):
    """Person types in the words of dialect 2.0 (PROTOCOL §1)."""

    EMPLOYEE = "employee"
    VISITOR = "visitor"
    BLACKLIST = "blacklist"
    STRANGER = "stranger"
    VIP = "vip"

    @property
    def number(self) -> int:
        """The number dialect 1.x uses (PROTOCOL §1)."""
        return list(PersonType).index(self) + 1


class DeviceKind(IntEnum):
    """Capture device kinds as numbered in `ext_data.device_type` (PROTOCOL §1)."""

    TURNSTILE = 0
    SNAPSHOT_CAMERA = 1
    STILLS_CAMERA = 2
    VIDEO_CAMERA = 3
    DOOR_READER = 4


class PictureKind(StrEnum):
    """The three pictures of a recognition."""

    FACE = "face"
    SCENE = "scene"
    REFERENCE = "reference"


@dataclass(frozen=True, slots=True)
class Ports:
    """Port numbers of a box; 0 asks for any free one."""

    rest: int = 0
    events: int = 0
    system: int = 0
    broadcast: int = 0


@dataclass(frozen=True, slots=True)
class PictureSize:
    """Target sizes of the drawn pictures, in bytes of JPEG."""

    face: int = 30_000
    scene: int = 500_000
    reference: int = 30_000

    def of(self, kind: PictureKind) -> int:
        """Target size of one kind, in bytes."""
        return {
            PictureKind.FACE: self.face,
            PictureKind.SCENE: self.scene,
            PictureKind.REFERENCE: self.reference,
        }[kind]


@dataclass(frozen=True, slots=True)
class Relay:
    """A network relay bound to a capture device (PROTOCOL §2)."""

    ip: str
    port: int
    channel: int
    delay_time: int = 5


@dataclass(frozen=True, slots=True)
class Device:
    """A capture device; `type` is photo, rtsp, file or gb28181 (PROTOCOL §2)."""

    device_id: str
    name: str
    type: str = "photo"
    kind: DeviceKind = DeviceKind.SNAPSHOT_CAMERA
    ip: str = "192.168.150.99"
    url: str = "192.168.150.99"
    relay: Relay | None = None
    permission_id: str = ""
    group_id: str = ""
    place: int = 0
    listed: bool = True


@dataclass(frozen=True, slots=True)
class Identity:
    """An enrolled person and what was stored at enrolment (PROTOCOL §1)."""

    identity_id: str
    name: str
    person_type: PersonType = PersonType.EMPLOYEE
    user_id: str = ""
    image_id: str = ""
    face_id: str = ""
    permission_id: str = ""
    added_at: float = 0.0
    room: str = ""
    floor: str = ""
    building: str = ""
    address: str = ""
    group_names: tuple[str, ...] = ("default_group",)
    looks: str = ""
    # Faces from earlier enrolments that still match.
    earlier_looks: tuple[str, ...] = ()

    @property
    def subject(self) -> str:
        """Whose face it is: their own, unless enrolled with somebody else's picture."""
        return self.looks or self.identity_id


@dataclass(frozen=True, slots=True)
class DoorAction:
    """A client's command to a relay; channel 0 is every door (PROTOCOL §7)."""

    action_ip: str
    port: int
    mode: DoorMode
    seconds: int
    channel: int


@dataclass(frozen=True, slots=True)
class RelayPulse:
    """A bound relay that let somebody in by itself (PROTOCOL §7)."""

    device_id: str
    event_id: str
    relay: Relay


@dataclass(frozen=True, slots=True)
class Record:
    """One recognition in the history."""

    event_id: str
    device: Device
    identity: Identity | None
    identity_id: str
    identity_name: str
    person_type: PersonType
    timestamp_ms: int
    score: float
    face_image_id: str
    scene_image_id: str
    subject: str
    # When it enters the history, in real seconds since the epoch.
    visible_at: float
    attributes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Emitted:
    """The result of a recognition, with the complete live message."""

    event_id: str
    device_id: str
    identity_id: str
    identity_name: str
    timestamp_ms: int
    score: float
    person_type: PersonType
    message: JsonObject


@dataclass(frozen=True, slots=True)
class Subscription:
    """A client's valid configuration frame (PROTOCOL §1)."""

    face: bool
    reference: bool
    device_ids: tuple[str, ...]
    frame: JsonObject


@dataclass(frozen=True, slots=True)
class Request:
    """A REST request a client made; `body` is the parsed JSON, else the text."""

    method: str
    path: str
    query: Mapping[str, str]
    body: JsonValue


@dataclass(frozen=True, slots=True)
class CannedAnswer:
    """An answer given instead of the right one."""

    status: int = 200
    body: bytes = b""
    content_type: str = "text/html"
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Settings:
    """How the box is set up; a client may ask for some of it (PROTOCOL §3-§5)."""

    threshold: float
    mac: str
    host_name: str = "BM1684-180"
    product_type: str = "SE5"
    apply_mode: str = "recognize"
    pass_mode: str = "normal"
    duplicate_removal_timeout: int = 6
    support_stranger: bool = True
    largest_picture: int = 8_000_000
    smallest_face: int = 60
    searched_records: int = 50_000
    found_records: int = 1_000


@dataclass(slots=True)
class Health:
    """Measurements of the system API in °C, ratios, GB and rpm (PROTOCOL §3)."""

    core_temperature: float = 44.0
    board_temperature: float = 38.5
    cpu_usage: float = 0.27
    tpu_usage: float = 0.41
    memory_total: float = 12.0
    memory_used: float = 1.5
    storage_total: float = 30.54
    storage_used: float = 9.62
    fan_speed: float = 4470.0
    uptime: str = "3 hours, 57 minutes"
    timezone: int = -8
