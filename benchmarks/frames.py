"""Messages of the emulated box, encoded beforehand except for id and time."""

from dataclasses import dataclass
from enum import StrEnum
import time

import orjson

from emulator import Device, EmulatedBox, Identity, PictureSize

_EVENT_ID = "EVENT-ID"
_TIMESTAMP = 9_876_543_210_123

# Each capture device sees another person each time, so that every state changes.
_PEOPLE = 3


class Size(StrEnum):
    """Message sizes, as real boxes send them."""

    BARE = "1 kB"
    FACES = "80 kB"
    SCENE = "614 kB"
    HUGE = "6 MB"
    # Just below the largest message that the integration accepts.
    LARGEST = "32 MiB"


# Bytes of the scene's JPEG; base64 adds a third. Face and reference are 30 kB each.
_SCENE_BYTES = {
    Size.SCENE: 400_000,
    Size.HUGE: 4_440_000,
    Size.LARGEST: 25_000_000,
}


@dataclass(frozen=True, slots=True)
class Frame:
    """A message, cut where the time and the id are inserted."""

    head: bytes
    middle: bytes
    tail: bytes

    def at(self, moment: int) -> bytes:
        """Return the message of a recognition now, with `moment` as its id.

        `moment` is the time of sending in monotonic nanoseconds.
        """
        # All processes of a machine share this clock, so receivers can compute the
        # latency from the id.
        timestamp = time.time_ns() // 1_000_000
        return b"%b%d%b%d%b" % (self.head, timestamp, self.middle, moment, self.tail)


def cut(message: bytes) -> Frame:
    """Cut an encoded message at the placeholders for time and id."""
    # Each placeholder occurs once, and the time comes first.
    head, rest = message.split(str(_TIMESTAMP).encode())
    middle, tail = rest.split(_EVENT_ID.encode())
    return Frame(head, middle, tail)


async def frames_of(painter: EmulatedBox, size: Size) -> list[Frame]:
    """Return a frame for each capture device and a few people.

    The capture device changes fastest. The painter is a box without clients, because a
    box pushes its recognitions.
    """
    painter.state.picture_size = PictureSize(scene=_SCENE_BYTES.get(size, 1000))
    # One of the largest takes as much memory as hundreds of others.
    people = 1 if size is Size.LARGEST else _PEOPLE
    return [
        await _frame(painter, size, device, person)
        for person in painter.people[:people]
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
    message = dict(emitted.message)
    # The id goes behind the time, whichever order a dialect has.
    message["event_id"] = message.pop("event_id")
    return cut(orjson.dumps(message))
