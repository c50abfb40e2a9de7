"""What a box may send to hold the event loop, in kinds."""

from enum import StrEnum

from emulator import Flood

_MIB = 1024 * 1024
# Just below the longest message and the most values that the integration accepts.
_LONG = 32 * _MIB - 1024
_VALUES = 99_900


class Kind(StrEnum):
    """Kinds of floods."""

    PINGS = "256 KiB of pings"
    PONGS = "256 KiB of pongs"
    EMPTY = "256 KiB of empty messages"
    UNREADABLE = "256 KiB of unreadable messages"
    FRAGMENTS = "256 KiB of fragments"
    REPEATED = "4 MiB of one recognition"
    TEXTS = "32 MiB of texts"
    LISTS = "32 MiB of empty lists"
    BROADCASTS = "256 KiB of broadcasts"
    BROADCAST_PINGS = "256 KiB of pings between broadcasts"


# Bursts on the event socket, but for the recognition to repeat.
EVENTS = {
    Kind.PINGS: Flood(kind="ping"),
    Kind.PONGS: Flood(kind="pong"),
    Kind.EMPTY: Flood(kind="text"),
    Kind.UNREADABLE: Flood(kind="text", payload=b"{}"),
    Kind.FRAGMENTS: Flood(kind="fragment", payload=b" "),
}
# Bursts on the broadcast socket, which only boxes of dialect 2.0 have.
BROADCASTS = {
    Kind.BROADCASTS: Flood(kind="text", payload=b"{}"),
    Kind.BROADCAST_PINGS: Flood(kind="ping"),
}


def repeated(recognition: bytes) -> Flood:
    """Return a burst of one recognition."""
    return Flood(kind="text", payload=recognition, burst=4 * _MIB)


def message(kind: Kind) -> bytes:
    """Return one message as long as the integration accepts."""
    if kind is Kind.LISTS:
        value = b"[]"
        count = _LONG // (len(value) + 1)
    else:
        # Of all texts, those with one character of four bytes take longest to parse.
        rest = "a" * (_LONG // _VALUES - len(',"😀"'.encode()))
        value = f'"😀{rest}"'.encode()
        count = _VALUES
    return b'{"x":[%b]}' % b",".join([value] * count)
