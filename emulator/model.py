"""Models: capture devices, identities, records and messages."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from types import MappingProxyType
from typing import Literal

type JsonValue = (
    str | int | float | bool | list[JsonValue] | dict[str, JsonValue] | None
)
type JsonObject = dict[str, JsonValue]
type DoorMode = Literal["opendoor", "closedoor", "alarm"]

_NOTHING: Mapping[str, JsonValue] = MappingProxyType({})

# Factory user name and password (docs/protocol.md §3).
FACTORY_LOGIN = ("admin", "admin")

# Every box has this group of people (docs/protocol.md §5).
DEFAULT_GROUP = "default_group"


class PersonType(StrEnum):
    """Person types as dialect 2.0 names them (docs/protocol.md §1)."""

    EMPLOYEE = "employee"
    VISITOR = "visitor"
    BLACKLIST = "blacklist"
    STRANGER = "stranger"
    VIP = "vip"

    @property
    def number(self) -> int:
        """The number in dialect 1.x (docs/protocol.md §1)."""
        return list(PersonType).index(self) + 1


class DeviceKind(IntEnum):
    """Numbers in `ext_data.device_type` (docs/protocol.md §1)."""

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
    """Port numbers of a box; 0 means any free port."""

    rest: int = 0
    events: int = 0
    system: int = 0
    broadcast: int = 0
    # The web page.
    web: int = 0


@dataclass(frozen=True, slots=True)
class PictureSize:
    """Target sizes of the JPEG pictures, in bytes."""

    face: int = 30_000
    scene: int = 500_000
    reference: int = 30_000

    def of(self, kind: PictureKind) -> int:
        """Return the target size of one kind, in bytes."""
        return {
            PictureKind.FACE: self.face,
            PictureKind.SCENE: self.scene,
            PictureKind.REFERENCE: self.reference,
        }[kind]


@dataclass(frozen=True, slots=True)
class Relay:
    """The relay of a capture device (docs/protocol.md §2)."""

    ip: str
    port: int
    channel: int
    delay_time: int = 5


@dataclass(frozen=True, slots=True)
class Device:
    """A capture device (docs/protocol.md §2)."""

    device_id: str
    name: str
    # photo, rtsp, file or gb28181.
    type: str = "photo"
    kind: DeviceKind = DeviceKind.SNAPSHOT_CAMERA
    ip: str = "192.168.150.99"
    url: str = "192.168.150.99"
    relay: Relay | None = None
    permission_id: str = ""
    permission_name: str = ""
    group_id: str = ""
    place: int = 0
    listed: bool = True


@dataclass(frozen=True, slots=True)
class Face:
    """An enrolled face after the first (docs/protocol.md §5)."""

    face_id: str
    image_id: str
    # The subject of the enrolled picture.
    looks: str


@dataclass(frozen=True, slots=True)
class Identity:
    """An enrolled person with stored details (docs/protocol.md §1)."""

    identity_id: str
    name: str
    person_type: PersonType = PersonType.EMPLOYEE
    user_id: str = ""
    image_id: str = ""
    face_id: str = ""
    permission_ids: tuple[str, ...] = ()
    added_at: float = 0.0
    room: str = ""
    floor: str = ""
    building: str = ""
    address: str = ""
    group_names: tuple[str, ...] = (DEFAULT_GROUP,)
    # The person type on the wire, if it is not a known one.
    wire_type: JsonValue = None
    # The subject of the enrolled picture, if it is not the person's own face.
    looks: str = ""
    # Faces from earlier enrollments that still match.
    earlier_looks: tuple[str, ...] = ()
    more_faces: tuple[Face, ...] = ()
    # Other fields of the extended details, and beside them (1.x).
    extra: Mapping[str, JsonValue] = field(default=_NOTHING, hash=False)
    custom: Mapping[str, JsonValue] = field(default=_NOTHING, hash=False)

    @property
    def subject(self) -> str:
        """The face that matches: from `looks`, else their own."""
        return self.looks or self.identity_id

    @property
    def permission_id(self) -> str:
        """The first permission group, empty without one."""
        return next(iter(self.permission_ids), "")

    @property
    def faces(self) -> tuple[Face, ...]:
        """All enrolled faces, beginning with the first."""
        return (Face(self.face_id, self.image_id, self.subject), *self.more_faces)

    @property
    def matching_looks(self) -> tuple[str, ...]:
        """The subjects that match."""
        return (*(face.looks for face in self.faces), *self.earlier_looks)

    @property
    def details(self) -> JsonObject:
        """The extended details (docs/protocol.md §5)."""
        return {
            "building_no": self.building,
            "room": self.room,
            "address": self.address,
            "floor": self.floor,
            **self.extra,
        }


@dataclass(frozen=True, slots=True)
class DoorAction:
    """A relay command; channel 0 is every door (docs/protocol.md §7)."""

    action_ip: str
    port: int
    mode: DoorMode
    seconds: int
    channel: int


@dataclass(frozen=True, slots=True)
class RelayPulse:
    """A relay that opened after a match (docs/protocol.md §7)."""

    device_id: str
    event_id: str
    relay: Relay


@dataclass(frozen=True, slots=True)
class Record:
    """A history record of one recognition."""

    # The number of the recognition, from 1.
    number: int
    event_id: str
    device: Device
    identity: Identity | None
    identity_id: str
    identity_name: str
    person_type: PersonType
    # In place of `person_type`, if it is not None.
    wire_type: JsonValue
    timestamp_ms: int
    score: float
    face_image_id: str
    scene_image_id: str
    subject: str
    # When the record enters the history, in true seconds since the epoch.
    visible_at: float
    attributes: Mapping[str, JsonValue] = field(default_factory=dict)
    # When the box enrolled a stranger by itself, in seconds since the epoch.
    enrolled_at: float | None = None

    @property
    def group_name(self) -> str:
        """The group that was compared with, of a match the person's."""
        names = () if self.identity is None else self.identity.group_names
        return next(iter(names), DEFAULT_GROUP)


@dataclass(frozen=True, slots=True)
class Emitted:
    """A simulated recognition with its complete live message."""

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
    """A client's valid configuration frame (docs/protocol.md §1)."""

    face: bool
    reference: bool
    device_ids: tuple[str, ...]
    frame: JsonObject


@dataclass(frozen=True, slots=True)
class Request:
    """A recorded REST request; `body` is parsed JSON, else text."""

    method: str
    path: str
    query: Mapping[str, str]
    body: JsonValue


@dataclass(frozen=True, slots=True)
class CannedAnswer:
    """A fixed answer that replaces the right one."""

    status: int = 200
    body: bytes = b""
    content_type: str = "text/html"
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Settings:
    """The configuration and limits of a box (docs/protocol.md §3-§5)."""

    threshold: float
    mac: str
    host_name: str = "BM1684-180"
    product_type: str = "SE5"
    pass_mode: str = "normal"
    # Where the box pushes the status of capture devices and its history to.
    device_monitor_url: str = ""
    # In seconds.
    device_monitor_period: float = 60
    history_upload_url: str = ""
    # How the box uploads its history: the seconds between two uploads, by default 20 in
    # 1.x and 5 in 2.0, and in 1.x the format and which pictures it sends.
    upload_period: float | None = None
    upload_content_type: Literal["json", "form-data"] = "json"
    upload_pictures: frozenset[PictureKind] = frozenset(PictureKind)
    duplicate_removal_timeout: int = 6
    support_stranger: bool = True
    largest_picture: int = 8_000_000
    smallest_face: int = 60
    searched_records: int = 50_000
    found_records: int = 1_000
    # How many people the face library holds.
    group_size: int = 100_000
    # The login at a management platform: by default, there is no platform. The factory
    # sets 1.x to the mode "mq", and 2.0 to "local".
    platform_url: str = ""
    platform_login: int = 0
    work_mode: Literal["mq", "local"] | None = None


@dataclass(slots=True)
class TimeSource:
    """What sets the clock of a box (docs/protocol.md §3)."""

    mode: Literal["ntp", "manual"] = "ntp"
    # Addresses with blanks between them, as on the page.
    servers: str = "ntp1.aliyun.com ntp2.aliyun.com"
    # The time servers that answer the box.
    reachable: frozenset[str] = frozenset()


@dataclass(slots=True)
class Health:
    """Readings of the system API (docs/protocol.md §3).

    Temperatures are in °C, usages from 0 to 1, sizes in GB, the fan speed in rpm.
    """

    core_temperature: float = 44.0
    board_temperature: float = 38.5
    cpu_usage: float = 0.27
    tpu_usage: float = 0.41
    memory_total: float = 12.0
    memory_used: float = 1.5
    storage_total: float = 30.54
    storage_used: float = 9.62
    fan_speed: float = 4470.0
    # A text to report at any time, empty for the true one.
    uptime: str = ""
    # How far readings vary around these values, from 0 to 1.
    drift: float = 0.0
    # Hours with an inverted sign: -8 is UTC+8.
    timezone: int = -8
