"""Drops the texts of one field while an answer is read."""

from enum import Enum, auto

_BLANKS = b" \t\r\n"


class _Place(Enum):
    """Where in the answer a dropper is."""

    OUTSIDE = auto()
    AFTER_NAME = auto()
    BEFORE_VALUE = auto()
    INSIDE = auto()


class TextDropper:
    """Empties the texts of a field of JSON, chunk by chunk.

    A page of people has a photo of each: they would need megabytes until it is parsed.
    """

    def __init__(self, name: str) -> None:
        """Drop the texts of the field with a name."""
        self._name = f'"{name}"'.encode()
        self._place = _Place.OUTSIDE
        # The end of the last chunk, which may be the beginning of the name.
        self._tail = b""
        # Whether a backslash before this chunk escapes its first byte.
        self._escapes = False

    def feed(self, chunk: bytes) -> bytes:
        """Return what remains of the next chunk."""
        data, kept = self._tail + chunk, bytearray()
        self._tail = b""
        position = 0
        while position < len(data):
            match self._place:
                case _Place.OUTSIDE:
                    end = self._find_name(data, position)
                    kept += data[position:end]
                case _Place.INSIDE:
                    end = self._find_quote(data, position)
                case _:
                    end = position + 1
                    kept += data[position:end]
                    self._step(data[position:end])
            position = end
            if self._tail:
                break
        return bytes(kept)

    def rest(self) -> bytes:
        """Return the end of the answer."""
        return self._tail

    def _find_name(self, data: bytes, start: int) -> int:
        """Return the end of the next name, or of what has no part of it."""
        while (found := data.find(self._name, start)) != -1:
            # Behind a backslash, it is a part of another text.
            if data[max(0, found - 1) : found] != b"\\":
                self._place = _Place.AFTER_NAME
                return found + len(self._name)
            start = found + 1
        end = max(start, len(data) - len(self._name))
        self._tail = data[end:]
        return end

    def _step(self, byte: bytes) -> None:
        """Go on behind a name, to a text or back outside."""
        if byte in _BLANKS:
            return
        if self._place is _Place.AFTER_NAME and byte == b":":
            self._place = _Place.BEFORE_VALUE
        elif self._place is _Place.BEFORE_VALUE and byte == b'"':
            self._place = _Place.INSIDE
            self._escapes = False
        else:
            self._place = _Place.OUTSIDE

    def _find_quote(self, data: bytes, start: int) -> int:
        """Return the place of the quote that ends a text, or the end."""
        position = start + self._escapes
        self._escapes = False
        while (quote := data.find(b'"', position)) != -1:
            escapes = _backslashes(data, position, quote) % 2
            if not escapes:
                self._place = _Place.OUTSIDE
                return quote
            position = quote + 1
        self._escapes = _backslashes(data, position, len(data)) % 2 == 1
        return len(data)


def _backslashes(data: bytes, start: int, end: int) -> int:
    """Return how many backslashes are right before `end`."""
    count = 0
    while end - count > start and data[end - count - 1 : end - count] == b"\\":
        count += 1
    return count
