"""What an emulated box knows; the dialects only read it."""

from collections.abc import Iterator
import logging
from random import Random
import time

from .cast import cast_device, cast_people, seeded_uuid
from .model import (
    CannedAnswer,
    Device,
    Health,
    Identity,
    PictureKind,
    PictureSize,
    Ports,
    Record,
    Request,
    Settings,
)
from .pictures import Drawing
from .variant import Variant

_LOGGER = logging.getLogger(__name__)


class BoxState:
    """The box's people, capture devices, records, clock and moods."""

    def __init__(
        self,
        host: str,
        ports: Ports,
        seed: int,
        device_count: int,
        score_scale: int,
        variant: Variant,
        picture_size: PictureSize,
        serial_number: str | None,
        mac: str | None,
        model: str,
    ) -> None:
        """Fill a box; the same seed makes the same box."""
        self.host = host
        self.ports = ports
        self.seed = seed
        self.score_scale = score_scale
        self.variant = variant
        self.picture_size = picture_size
        self.model = model
        self.serial_number = serial_number or f"HQATEVBAIAIAI{seed:04d}"
        self.mac = mac or _mac(seed)
        self.chip_number = seeded_uuid(f"{seed}/chip").replace("-", "")[:16]
        self.random = Random(seed)
        self.people: list[Identity] = cast_people(seed)
        self.devices: list[Device] = [
            cast_device(seed, number) for number in range(device_count)
        ]
        self.history: list[Record] = []
        self.requests: list[Request] = []
        self.errors: list[str] = []
        self.answer_instead: dict[str, CannedAnswer] = {}
        self.settings = Settings(
            threshold=82.0 if score_scale > 1 else 0.55, mac=self.mac
        )
        self.health = Health()
        self.initializing = False
        self.bare_system = False
        self.delay = 0.0
        self.clock_offset = 0.0

        self._records = 0

    def next_number(self) -> int:
        """Return the number of the next recognition, from 1."""
        self._records += 1
        return self._records

    def now(self) -> float:
        """Return the box's clock, in seconds since the epoch."""
        return time.time() + self.clock_offset

    def find_device(self, device_id: str) -> Device | None:
        """Return the listed capture device with that id."""
        return next(
            (device for device in self.devices if device.device_id == device_id), None
        )

    def find_identity(self, identity_id: str) -> Identity | None:
        """Return the enrolled person with that id."""
        return next(
            (person for person in self.people if person.identity_id == identity_id),
            None,
        )

    def visible_history(self) -> Iterator[Record]:
        """Return the records that have entered the history by now (PROTOCOL §4)."""
        now = time.time()
        return (record for record in self.history if record.visible_at <= now)

    def drawing(self, record: Record, kind: PictureKind) -> Drawing:
        """One picture of a record, not drawn yet."""
        place = -1 if kind is PictureKind.REFERENCE else record.device.place
        return Drawing(kind, record.subject, place, self.picture_size.of(kind))

    def find_event_picture(self, image_id: str, timestamp: float) -> Drawing | None:
        """Return a scene or face by its id; `timestamp` is its record's, in seconds or milliseconds."""
        seconds = timestamp / 1000 if timestamp >= 1e11 else timestamp
        for record in self.visible_history():
            # The vendor files pictures by the record's time, so another one finds nothing.
            if abs(record.timestamp_ms / 1000 - seconds) > 1:
                continue
            if image_id == record.scene_image_id:
                return self.drawing(record, PictureKind.SCENE)
            if image_id == record.face_image_id:
                return self.drawing(record, PictureKind.FACE)
        return None

    def find_reference_picture(self, image_id: str) -> Drawing | None:
        """Return an enrolled photo by its id."""
        kind = PictureKind.REFERENCE
        for person in self.people:
            if person.image_id == image_id:
                return Drawing(kind, person.identity_id, -1, self.picture_size.of(kind))
        return None

    def report(self, problem: str) -> None:
        """Note something that a client did wrong."""
        self.errors.append(problem)
        _LOGGER.warning("%s", problem)


def _mac(seed: int) -> str:
    tail = Random(f"{seed}/mac").randbytes(3)
    return ":".join(f"{byte:02X}" for byte in b"\xe0\xa5\x09" + tail)
