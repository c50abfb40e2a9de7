"""The state of an emulated box."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from email.utils import formatdate
import logging
from random import Random
import time
from typing import Final, Literal, TypedDict, Unpack

from .cast import cast_device, cast_people, permission_id, seeded_uuid, unlisted_device
from .model import (
    CannedAnswer,
    Device,
    DoorAction,
    Health,
    Identity,
    JsonValue,
    PersonType,
    PictureKind,
    PictureSize,
    Ports,
    Record,
    RelayPulse,
    Request,
    Settings,
    TimeSource,
)
from .operation import Operation
from .pictures import Drawing, Studio
from .uptime import Uptime
from .variant import Variant

_LOGGER = logging.getLogger(__name__)


class BoxOptions(TypedDict, total=False):
    """Options of a box; the others follow from the seed."""

    host: str
    ports: Ports
    seed: int
    device_count: int
    # The highest score: 1 or 100.
    score_scale: int
    variant: Variant
    picture_size: PictureSize
    serial_number: str
    mac: str
    model: str
    # None means the cast; the crowd extends it to a larger number.
    people_count: int | None


class BoxState:
    """The people, devices, records, clock and faults of a box."""

    def __init__(self, usual_model: str, **options: Unpack[BoxOptions]) -> None:
        """Create a healthy box with an empty history."""
        seed = self.seed = options.get("seed", 1)
        self.host: Final = options.get("host", "127.0.0.1")
        self.score_scale = options.get("score_scale", 100)
        self.variant = options.get("variant", Variant())
        self.picture_size = options.get("picture_size", PictureSize())
        self.model = options.get("model", usual_model)
        self.serial_number: Final = options.get(
            "serial_number", f"HQATEVBAIAIAI{seed:04d}"
        )
        self.mac: Final = options.get("mac", _mac(seed))
        self.chip_number = seeded_uuid(f"{seed}/chip").replace("-", "")[:16]
        self.random = Random(seed)
        # Names by id.
        self.permission_groups = {
            permission_id(seed, person_type): str(person_type)
            for person_type in PersonType
            if person_type is not PersonType.STRANGER
        }
        # Texts by id.
        self.permission_descriptions: Final[dict[str, str]] = {}
        self.people: Final = cast_people(seed, options.get("people_count"))
        self.devices: Final = [
            cast_device(seed, number)
            for number in range(options.get("device_count", 4))
        ]
        self.settings: Final = Settings(
            threshold=82.0 if self.score_scale > 1 else 0.55, mac=self.mac
        )
        self.health: Final = Health()
        self.time_source: Final = TimeSource()
        self.operation: Final = Operation()
        self.studio: Final = Studio()
        # The number of poses of people's heads, from one recognition to the next.
        self.poses = 1

        # Faults.
        self.initializing = False
        self.bare_system = False
        self.clock_offset = 0.0
        # The text of every `Date` header; None means no header, an empty text the time
        # of the clock plus `date_offset` seconds.
        self.date_header: str | None = ""
        self.date_offset = 0.0
        # The fault of a kept connection: it is closed after each answer, announced or
        # not ("cut"), or the next request on it is reset unread.
        self.connections: Literal["kept", "closed", "cut", "reset"] = "kept"
        # A web server before the box that wants another scheme, or a login.
        self.web_server: Literal["open", "https", "login"] = "open"
        # Seconds before an answer; `delays` holds exceptions by path.
        self.delay = 0.0
        self.delays: Final[dict[str, float]] = {}
        # Seconds before a search by picture ends.
        self.search_seconds = 0.0
        self.searching = False
        # Seconds until a record enters the history.
        self.record_delay = 0.0
        # People whom the box fails to delete, by id.
        self.undeletable: Final[set[str]] = set()
        # Fields that an update sets to their default although they are sent.
        self.reset_by_updates: Final[set[str]] = set()
        # Whether a deletion is confirmed and not made.
        self.deletes_nobody = False
        # Whether a question for one event is answered with another.
        self.answers_other_event = False
        # Answers by path; `*` is every path.
        self.answer_instead: Final[dict[str, CannedAnswer]] = {}
        # Bytes by path that are no valid HTTP; the connection closes after them.
        self.raw_answers: Final[dict[str, bytes]] = {}
        # Fields of the device list in the dialect's keys, by device id: to merge into
        # an entry, and dotted keys to leave out.
        self.device_fields: Final[dict[str, Mapping[str, JsonValue]]] = {}
        self.device_fields_missing: Final[dict[str, tuple[str, ...]]] = {}
        # Entries of the device list that belong to no capture device.
        self.extra_devices: Final[list[JsonValue]] = []
        # The number of new capture devices in each device list, which later lists lack.
        self.passing_devices = 0
        # The ids of capture devices that the box does not reach.
        self.offline: Final[set[str]] = set()

        # The events so far.
        self.history: Final[list[Record]] = []
        self.requests: Final[list[Request]] = []
        # The paths requested on the web port.
        self.web_requests: Final[list[str]] = []
        self.errors: Final[list[str]] = []
        self.door_actions: Final[list[DoorAction]] = []
        self.relay_pulses: Final[list[RelayPulse]] = []
        self.filed_strangers: Final[list[str]] = []
        self.passed_devices: Final[set[str]] = set()
        self._records = 0
        self._faces = 0
        self._event_ids = 0
        self._last_moment = 0
        self._uptime = Uptime()

    @property
    def readings(self) -> Health:
        """The health at this moment."""
        health = self.health
        drift = health.drift

        def _near(value: float, digits: int) -> float:
            if not drift:
                return value
            return round(value * self.random.uniform(1 - drift, 1 + drift), digits)

        return replace(
            health,
            core_temperature=_near(health.core_temperature, 1),
            board_temperature=_near(health.board_temperature, 1),
            cpu_usage=min(1.0, _near(health.cpu_usage, 4)),
            tpu_usage=min(1.0, _near(health.tpu_usage, 4)),
            memory_used=min(health.memory_total, _near(health.memory_used, 2)),
            fan_speed=_near(health.fan_speed, 0),
            uptime=health.uptime or str(self._uptime),
        )

    def next_number(self) -> int:
        """Return the number of the next recognition, from 1."""
        self._records += 1
        return self._records

    def next_face(self) -> int:
        """Return the number of the next enrolled face, from 1."""
        self._faces += 1
        return self._faces

    def restart(self) -> None:
        """Start the box: count event ids and the uptime anew."""
        self._event_ids = 0
        self._uptime.restart()

    def next_event_id(self, timestamp_ms: int) -> str:
        """Return the id of the next recognition."""
        self._event_ids += 1
        if self.variant.event_ids_restart:
            return str(self._event_ids)
        return f"{timestamp_ms}{self._records:06d}"

    def remove_result(self, event_id: str, device: Device, timestamp_ms: int) -> None:
        """Remove the records of one recognition."""
        self.history[:] = [
            record
            for record in self.history
            if (record.event_id, record.device.device_id, record.timestamp_ms)
            != (event_id, device.device_id, timestamp_ms)
        ]

    def now(self) -> float:
        """Return the box's clock in seconds since the epoch."""
        return time.time() + self.clock_offset

    def http_date(self) -> str | None:
        """Return the `Date` header of an answer, None for no header."""
        if self.date_header != "":
            return self.date_header
        return formatdate(self.now() + self.date_offset, usegmt=True)

    def next_moment(self) -> int:
        """Return a unique time for a recognition, in box milliseconds."""
        moment = round(self.now() * 1000)
        # After a clock step of a second or more backwards, follow the clock.
        if 0 <= self._last_moment - moment < 1000:
            moment = self._last_moment + 1
        self._last_moment = moment
        return moment

    def find_device(self, device_id: str) -> Device | None:
        """Return the listed capture device with an id."""
        return next(
            (device for device in self.devices if device.device_id == device_id), None
        )

    def was_listed(self, device_id: str) -> bool:
        """Whether the device list names an id, or named it in passing."""
        return (
            self.find_device(device_id) is not None or device_id in self.passed_devices
        )

    def resolve_device(self, device: Device | str | None) -> Device:
        """Return the given capture device, or a random one for None."""
        if device is None:
            reached = [
                each for each in self.devices if each.device_id not in self.offline
            ]
            return self.random.choice(reached or self.devices)
        if isinstance(device, str):
            return self.find_device(device) or unlisted_device(device)
        return device

    def find_identity(self, identity_id: str) -> Identity | None:
        """Return the enrolled person with an id."""
        return next(
            (person for person in self.people if person.identity_id == identity_id),
            None,
        )

    def enroll(self, identity: Identity) -> Identity:
        """Enroll or replace a person; fill in missing ids."""
        key = f"{self.seed}/{identity.identity_id}"
        person = replace(
            identity,
            user_id=identity.user_id or identity.identity_id,
            image_id=identity.image_id or seeded_uuid(f"{key}/image"),
            face_id=identity.face_id or seeded_uuid(f"{key}/face"),
            permission_ids=identity.permission_ids
            or (permission_id(self.seed, identity.person_type),),
            added_at=identity.added_at or self.now(),
        )
        return self.keep(person)

    def keep(self, person: Identity) -> Identity:
        """Store a person unchanged, in place of the one with the id."""
        old = self.find_identity(person.identity_id)
        if old is None:
            self.people.append(person)
        else:
            self.people[self.people.index(old)] = person
        return person

    def rename_person(self, identity_id: str, name: str) -> Identity:
        """Rename a person; records keep the old name."""
        person = replace(self._person(identity_id), name=name)
        return self.enroll(person)

    def remove_person(self, identity_id: str) -> Identity:
        """Remove a person; keep the records."""
        person = self._person(identity_id)
        self.people.remove(person)
        return person

    def _person(self, identity_id: str) -> Identity:
        person = self.find_identity(identity_id)
        if person is None:
            raise KeyError(identity_id)
        return person

    def reference(self, person: Identity) -> Drawing:
        """Return the drawing of a person's enrolled photo."""
        return self._reference(person.subject)

    def _reference(self, subject: str) -> Drawing:
        kind = PictureKind.REFERENCE
        return Drawing(kind, subject, -1, self.picture_size.of(kind))

    def visible_history(self) -> Iterator[Record]:
        """Return the records that have entered the history."""
        now = time.time()
        return (record for record in self.history if record.visible_at <= now)

    def drawing(self, record: Record, kind: PictureKind) -> Drawing:
        """Return the drawing of one picture of a record."""
        if kind is PictureKind.REFERENCE and record.identity is not None:
            return self.reference(record.identity)
        return Drawing(
            kind,
            record.subject,
            -1 if kind is PictureKind.REFERENCE else record.device.place,
            self.picture_size.of(kind),
            pose=record.number % self.poses,
            # A picture of another recognition must be noticed.
            mark=record.face_image_id,
        )

    def find_event_picture(self, image_id: str, timestamp: float) -> Drawing | None:
        """Return a scene or face by image id and record time.

        The time may be in seconds or milliseconds.
        """
        seconds = timestamp / 1000 if timestamp >= 1e11 else timestamp
        for record in self.visible_history():
            # The vendor stores pictures by the record's time.
            if abs(record.timestamp_ms / 1000 - seconds) > 1:
                continue
            if image_id == record.scene_image_id:
                return self.drawing(record, PictureKind.SCENE)
            if image_id == record.face_image_id:
                return self.drawing(record, PictureKind.FACE)
        return None

    def find_reference_picture(self, image_id: str) -> Drawing | None:
        """Return an enrolled photo by its image id."""
        for person in self.people:
            if person.image_id == image_id:
                return self.reference(person)
            for face in person.more_faces:
                if face.image_id == image_id:
                    return self._reference(face.looks)
        return None

    def report(self, problem: str) -> None:
        """Record a mistake of a client."""
        self.errors.append(problem)
        _LOGGER.warning("%s", problem)


def _mac(seed: int) -> str:
    tail = Random(f"{seed}/mac").randbytes(3)
    return ":".join(f"{byte:02X}" for byte in b"\xe0\xa5\x09" + tail)
