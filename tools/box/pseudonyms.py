"""Pseudonyms: stable for each input, and irreversible without the key."""

import hashlib
import re

_SHORTEST = 8
_LONGEST = 1024
# JSON readers represent integers of this length exactly, even as floats.
_LONGEST_NUMBER = 15
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
# Without 0, so that no digit is lost when a text becomes a number.
_DIGITS = "123456789"
_CHINESE = "".join(map(chr, range(0x4E00, 0x4F00)))
_DECIMAL = re.compile(r"\d+(\.\d+)?", re.ASCII)
_IP = re.compile(r"\d{1,3}(\.\d{1,3}){3}", re.ASCII)
_UUID = re.compile(
    r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII | re.IGNORECASE
)
_SCHEMES = frozenset({"http", "https", "rtmp", "rtsp", "rtsps"})


class Pseudonyms:
    """Replaces each text and number by another one of its kind."""

    # A pseudonym has the length of its input, but at least `_SHORTEST` characters.

    def __init__(self, key: bytes) -> None:
        """Initialize with a secret key."""
        # Anyone who has the key can test guesses, so callers discard it after use.
        self._key = hashlib.sha256(key).digest()

    def text(self, value: str) -> str:
        """Return the pseudonym of a text."""
        # URLs, UUIDs, IP addresses and digits keep their form; Chinese stays Chinese.
        if not value:
            return value
        if "://" in value:
            scheme = value.partition("://")[0].lower()
            known = scheme if scheme in _SCHEMES else "unknown"
            return f"{known}://{self._characters(value, _LETTERS, 16)}.invalid"
        if _UUID.fullmatch(value):
            digits = self._stream(value, 16).hex()
            return "-".join(
                (digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:])
            )
        if _IP.fullmatch(value):
            # In 198.18.0.0/15, which is reserved for benchmarks, so no one has these
            # addresses.
            first, second, third = self._stream(value, 3)
            return f"198.{18 + first % 2}.{second}.{third}"
        if _DECIMAL.fullmatch(value):
            return self._decimal(value)
        return self._characters(
            value, _LETTERS if value.isascii() else _CHINESE, len(value)
        )

    def number(self, value: float) -> float:
        """Return the pseudonym of a number."""
        # 0 reveals nothing.
        if value == 0:
            return value
        # An integer gets the digits that the same number gets as a text.
        length = min(max(len(str(abs(value))), _SHORTEST), _LONGEST_NUMBER)
        return type(value)(self._characters(str(abs(value)), _DIGITS, length))

    def _decimal(self, value: str) -> str:
        whole, point, _ = value.partition(".")
        digits = self._characters(value, _DIGITS, len(value) - len(point))
        return digits[: len(whole)] + point + digits[len(whole) :]

    def _characters(self, value: str, alphabet: str, length: int) -> str:
        length = min(max(length, _SHORTEST), _LONGEST)
        return "".join(
            alphabet[byte % len(alphabet)] for byte in self._stream(value, length)
        )

    def _stream(self, value: str, length: int) -> bytes:
        return hashlib.shake_256(self._key + value.encode()).digest(length)
