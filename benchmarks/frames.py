"""What the box sends: real messages of the emulated box, encoded beforehand but for id and time."""

from dataclasses import dataclass
from enum import StrEnum
import time

import orjson

from emulator import Device, EmulatedBox, Identity, PictureSize

_EVENT_ID = "EVENT-ID"
_TIMESTAMP = 9_876_543_210_123

# Whoever is seen on a capture device is another one each time, so that every state changes.
_PEOPLE = 3


class Size(StrEnum):
    """How much a recognition carries, by what a box really sends."""

    BARE = "1 kB"
    FACES = "80 kB"
    SCENE = "614 kB"
    HUGE = "6 MB"


# Of the scene, in bytes of JPEG; base64 adds a third. Face and reference are 30 kB each.
_SCENE_BYTES = {Size.SCENE: 400_000, Size.HUGE: 4_440_000}


@dataclass(frozen=True, slots=True)
class Frame:
    """A message cut where the time of the recognition and its id go."""

    head: bytes
    middle: bytes
    tail: bytes

    def at(self, moment: int) -> bytes:
        """Return the message of a recognition now, whose id is the moment of sending: monotonic nanoseconds.

        All processes of a machine share that clock, so whoever hears of the recognition knows how long it took.
        """
        timestamp = time.time_ns() // 1_000_000
        return b"%b%d%b%d%b" % (self.head, timestamp, self.middle, moment, self.tail)


def cut(message: bytes) -> Frame:
    """Return an encoded message as a frame; it holds the stand-ins for time and id once each, in this order."""
    head, rest = message.split(str(_TIMESTAMP).encode())
    middle, tail = rest.split(_EVENT_ID.encode())
    return Frame(head, middle, tail)


async def frames_of(painter: EmulatedBox, size: Size) -> list[Frame]:
    """Return a frame for each capture device and a few people, the capture device changing fastest.

    The painter is a box like the one that sends, but with nobody connected: it pushes what it makes.
    """
    painter.state.picture_size = PictureSize(scene=_SCENE_BYTES.get(size, 1000))
    return [
        await _frame(painter, size, device, person)
        for person in painter.people[:_PEOPLE]
        for device in painter.devices
    ]


async def _frame(
    painter: EmulatedBox, size: Size, device: Device, person: Identity
) -> Frame:
    emitted = await painter.recognize(
        device,
        person,
        timestamp_ms=_TIMESTAMP,
        record=False,
        include_pictures=size is not Size.BARE,
        overrides={"event_id": _EVENT_ID},
        omit=() if size in _SCENE_BYTES else ("ext_data.spot_pic",),
    )
    return cut(orjson.dumps(emitted.message))
