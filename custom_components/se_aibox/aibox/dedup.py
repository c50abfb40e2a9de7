"""Every recognition once, and every one under a name of its own."""

from array import array
from collections.abc import Iterator
from dataclasses import replace

from .chains import Chains
from .digest import digest
from .models import Recognition
from .wire.recognition_id import parse_recognition_id

_REMEMBERED = 4096
# More than are pushed within a freshness limit, and little to write.
_KEPT = 1024


class Deduplicator:
    """Tells what was pushed twice from what merely looks alike."""

    def __init__(self, kept: bytes = b"") -> None:
        """Go on from what `keep` gave."""
        # What came is numbered, and each number in its place until that is needed again: as texts, so many ids would
        # be 700 kB.
        self._digest = array("q", [0]) * _REMEMBERED
        self._times = array("q", [0]) * _REMEMBERED
        self._next = 0
        self._by_digest = Chains(_REMEMBERED)
        for each in array("q", kept):
            self._count(each)

    def keep(self) -> bytes:
        """Return digests of the newest of what came, packed, for whoever goes on after a restart."""
        numbers = range(max(self._next - _KEPT, 0), self._next)
        places = (number % _REMEMBERED for number in numbers)
        return array(
            "q", (self._digest[place] for place in places if self._times[place])
        ).tobytes()

    def admit(
        self, recognition: Recognition, beside: Deduplicator | None = None
    ) -> Recognition | None:
        """Return the recognition to pass on, None for one that was passed on before, here or `beside`.

        An id that the box gave proves a duplicate, and so does one person on one device in one millisecond. Two
        strangers before one camera share device, time and no identity: the second one's built id is told apart
        by a number.
        """
        recognition_id = recognition.recognition_id
        each = digest(recognition_id)
        times = self._count(each, 0 if beside is None else beside.times_of(each))
        if times == 1:
            return recognition
        if _is_unique(recognition):
            return None
        return replace(recognition, recognition_id=f"{recognition_id}~{times}")

    def forget(self, recognition: Recognition) -> None:
        """Let a recognition be passed on again; a stranger whose id was built always is."""
        if _is_unique(recognition):
            for place in self._places(digest(recognition.recognition_id)):
                self._times[place] = 0

    def times_of(self, each: int) -> int:
        """Return how many times something came, by its digest."""
        return next((self._times[place] for place in self._places(each)), 0)

    def _count(self, each: int, beside: int = 0) -> int:
        """Return how many times it came, this time included."""
        times = 1 + max(self.times_of(each), beside)
        place = self._next % _REMEMBERED
        self._digest[place], self._times[place] = each, times
        self._by_digest.add(each, self._next)
        self._next += 1
        return times

    def _places(self, each: int) -> Iterator[int]:
        """Yield where it is remembered, the newest first."""
        oldest = max(self._next - _REMEMBERED, 0)
        for number in self._by_digest.find(each, oldest):
            place = number % _REMEMBERED
            if self._digest[place] == each:
                yield place


def _is_unique(recognition: Recognition) -> bool:
    """Return whether two with the same id are one: an id that we built does not tell strangers apart."""
    return (
        recognition.matched or parse_recognition_id(recognition.recognition_id) is None
    )
