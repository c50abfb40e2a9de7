"""Frames that no box should send, and no client should accept."""

from collections.abc import Mapping
from random import Random

import orjson

_USELESS = (
    b"",
    b"{",
    b"null",
    b"[]",
    b"{}",
    b'"recognition"',
    b"\xff\xfe\x00",
    b"NaN",
    b"[" * 20_000,
    b'{"timestamp": 1e999, "device_id": [], "media_device_id": {}}',
)
# Without these, the time or the place is unknown.
_VITAL = ("timestamp", "device_id", "media_device_id")


def garbage(random: Random, message: Mapping[str, object]) -> bytes:
    """Return a frame: nonsense, or a broken form of a message."""
    match random.randrange(4):
        case 0:
            return random.choice(_USELESS)
        case 1:
            return random.randbytes(random.randrange(1, 2_000))
        case 2:
            whole = orjson.dumps(message)
            return whole[: random.randrange(1, len(whole))]
        case _:
            # The time or the place is invalid.
            key = random.choice([key for key in _VITAL if key in message])
            wrong: object = random.choice([None, "", [], {}, True, -1e300])
            return orjson.dumps({**message, key: wrong})
