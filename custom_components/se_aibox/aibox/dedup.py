"""Every recognition once, and every one under a name of its own."""

from array import array
from dataclasses import replace

from .chains import Chains
from .models import Recognition
from .wire.recognition_id import parse_recognition_id

_REMEMBERED = 4096


class Deduplicator:
    """Tells what was pushed twice from what merely looks alike."""

    def __init__(self) -> None:
        """Remember nothing yet."""
        # What came is numbered, and each number in its place until that is needed again: as texts, so many ids would
        # be 700 kB.
        self._hash = array("q", [0]) * _REMEMBERED
        self._times = array("q", [0]) * _REMEMBERED
        self._next = 0
        self._by_hash = Chains(_REMEMBERED)

    def admit(self, recognition: Recognition) -> Recognition | None:
        """Return the recognition to pass on, None for one that was passed on before.

        An id that the box gave proves a duplicate, and so does one person on one device in one millisecond. Two
        strangers before one camera share device, time and no identity: the second one's built id is told apart
        by a number.
        """
        recognition_id = recognition.recognition_id
        times = self._count(hash(recognition_id))
        if times == 1:
            return recognition
        if recognition.matched or parse_recognition_id(recognition_id) is None:
            return None
        return replace(recognition, recognition_id=f"{recognition_id}~{times}")

    def _count(self, hashed: int) -> int:
        """Return how many times it came, this time included."""
        oldest = max(self._next - _REMEMBERED, 0)
        times = 1
        for number in self._by_hash.find(hashed, oldest):
            place = number % _REMEMBERED
            if self._hash[place] == hashed:
                times += self._times[place]
                break
        place = self._next % _REMEMBERED
        self._hash[place], self._times[place] = hashed, times
        self._by_hash.add(hashed, self._next)
        self._next += 1
        return times
