"""What was told of a box already, live or recovered, so that its history tells nothing twice."""

from array import array
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from struct import Struct

from .chains import Chains
from .digest import digest
from .models import Recognition, Record, Told
from .wire.recognition_id import parse_recognition_id

# Ten recognitions a second over the time that is asked again at most on a reconnect soon after another.
MOST_TOLD = 12_000

_EPOCH = datetime.fromtimestamp(0, UTC)
_MILLISECOND = timedelta(milliseconds=1)
# A record's time is a float of seconds, a live message's whole milliseconds: they round differently.
_NEAREST_FIRST = (0, -1, 1, -2, 2)
# No digest is negative.
_NO_ID = -1
_NEVER = -(2**62)
_ROW = Struct("<qqq?")


def unpack(told: bytes) -> Iterator[Told]:
    """Yield what `Ledger.since` packed."""
    for ms, key, record_id, recovered in _ROW.iter_unpack(told):
        yield Told(ms, key, None if record_id == _NO_ID else record_id, recovered)


class Ledger:
    """The newest recognitions that were told, each to be found again once for each time that it was told."""

    def __init__(
        self, told: bytes = b"", told_since_ms: int = 0, *, shares_ids: bool
    ) -> None:
        """Go on from what `since` gave; `shares_ids` says that live messages and records have the same ids."""
        self._shares_ids = shares_ids
        # What was told is numbered. In arrays, each number in its place until that is needed again: as objects, so
        # many would be megabytes a box.
        self._ms, self._key, self._record_id = (
            array("q", [0]) * MOST_TOLD for _ in range(3)
        )
        self._recovered = bytearray(MOST_TOLD)
        # In which walk, of those that were begun, each was matched last.
        self._matched_in = array("q", [0]) * MOST_TOLD
        self._walks = 0
        self._oldest = self._next = 0
        self._by_time, self._by_id = Chains(MOST_TOLD), Chains(MOST_TOLD)
        # Up to when, in ms by the box's clock, it is not known any more what was told.
        self._forgotten_ms = told_since_ms
        for each in unpack(told):
            self._write(each)

    def since(self, moment: datetime) -> tuple[bytes, int]:
        """Return what was told of what happened since then, packed, and since when that is all; box time, in ms."""
        since = max(_milliseconds(moment), self._forgotten_ms)
        packed = bytearray()
        for each in map(self._read, range(self._oldest, self._next)):
            if each.ms >= since:
                record_id = _NO_ID if each.record_id is None else each.record_id
                packed += _ROW.pack(each.ms, each.key, record_id, each.recovered)
        return bytes(packed), since

    @property
    def horizon(self) -> datetime:
        """Since when everything that was told is known; box time."""
        return _EPOCH + self._forgotten_ms * _MILLISECOND

    def forget_before(self, moment: datetime) -> None:
        """Take note that it is not known what was told of what happened before."""
        self._forgotten_ms = max(self._forgotten_ms, _milliseconds(moment))

    def tell(self, recognition: Recognition) -> bool:
        """Take a live recognition; return False for one that was told already, found in the history."""
        told = _told_live(recognition)
        # Next to always nothing was recovered: many come at once, and look alike.
        if True in self._recovered:
            for number in self._alike(told):
                if self._recovered[number % MOST_TOLD]:
                    self._recovered[number % MOST_TOLD] = False
                    return False
        self._write(told)
        return True

    def forget(self, recognition: Recognition) -> None:
        """Take back that a recognition was told, live or recovered."""
        for number in islice(self._alike(_told_live(recognition)), 1):
            if number == self._next - 1:
                # Thousands may be taken back as soon as they are told, and need no place.
                self._remove_newest()
            place = number % MOST_TOLD
            self._ms[place], self._key[place] = _NEVER, _NO_ID
            self._record_id[place] = _NO_ID
            self._recovered[place] = False

    def matching(self) -> Matching:
        """Return what finds each thing told once, for one walk through the history; those of earlier walks are void."""
        self._walks += 1
        return Matching(self, self._walks)

    def _read(self, number: int) -> Told:
        place = number % MOST_TOLD
        record_id = self._record_id[place]
        return Told(
            ms=self._ms[place],
            key=self._key[place],
            record_id=None if record_id == _NO_ID else record_id,
            recovered=bool(self._recovered[place]),
        )

    def _write(self, told: Told) -> int:
        if self._next - self._oldest == MOST_TOLD:
            self._forget_oldest()
        number = self._next
        self._next += 1
        place = number % MOST_TOLD
        self._ms[place], self._key[place] = told.ms, told.key
        self._record_id[place] = _NO_ID if told.record_id is None else told.record_id
        self._recovered[place] = told.recovered
        self._matched_in[place] = 0
        self._by_time.add(told.ms, number)
        if told.record_id is not None:
            self._by_id.add(told.record_id, number)
        return number

    def _remove_newest(self) -> None:
        newest = self._read(self._next - 1)
        self._next -= 1
        self._by_time.remove_newest(newest.ms, self._next)
        if newest.record_id is not None:
            self._by_id.remove_newest(newest.record_id, self._next)

    def _forget_oldest(self) -> None:
        oldest_ms = self._ms[self._oldest % MOST_TOLD]
        self._forgotten_ms = max(self._forgotten_ms, oldest_ms + 1)
        self._oldest += 1

    def _alike(self, told: Told) -> Iterator[int]:
        """Yield the numbers of what may be the same recognition, the likeliest first."""
        if told.record_id is not None:
            # Of an id that came twice, the newer one.
            yield from islice(self._with_id(told.record_id), 1)
        for distance in _NEAREST_FIRST:
            for number in self._at(told.ms + distance):
                place = number % MOST_TOLD
                # Where ids are shared, two that differ are two recognitions, however alike.
                if self._key[place] == told.key and not (
                    self._shares_ids
                    and told.record_id is not None
                    and self._record_id[place] != _NO_ID
                ):
                    yield number

    def _with_id(self, record_id: int) -> Iterator[int]:
        """Return the numbers of what was told under an id, the newest first."""
        return (
            number
            for number in self._by_id.find(record_id, self._oldest)
            if self._record_id[number % MOST_TOLD] == record_id
        )

    def _at(self, ms: int) -> list[int]:
        """Return the numbers of what was told of a millisecond, the oldest first."""
        numbers = [
            number
            for number in self._by_time.find(ms, self._oldest)
            if self._ms[number % MOST_TOLD] == ms
        ]
        numbers.reverse()
        return numbers


class Matching:
    """Matches records with what was told, one to one; what is told meanwhile counts too."""

    def __init__(self, ledger: Ledger, walk: int) -> None:
        """Match nothing yet in a walk, which has a number of its own."""
        self._ledger = ledger
        self._matched_in = ledger._matched_in  # noqa: SLF001 - one thing in two classes
        self._walk = walk
        # How many were told as recovered.
        self.recovered = 0

    def knows(self, record: Record) -> bool:
        """Return whether a record was told and is not yet matched with another record."""
        told = _told_record(record)
        for number in self._ledger._alike(told):  # noqa: SLF001 - as above
            if self._matched_in[number % MOST_TOLD] != self._walk:
                self._match(number)
                return True
        return False

    def recover(self, record: Record) -> None:
        """Take a record that is told as recovered."""
        self.recovered += 1
        self._write(replace(_told_record(record), recovered=True))

    def pass_over(self, record: Record) -> None:
        """Take a record that nobody is told of."""
        self._write(_told_record(record))

    def _write(self, told: Told) -> None:
        self._match(self._ledger._write(told))  # noqa: SLF001 - as above

    def _match(self, number: int) -> None:
        self._matched_in[number % MOST_TOLD] = self._walk


def _told_live(recognition: Recognition) -> Told:
    # An id that we built says no more than the key.
    is_built = parse_recognition_id(recognition.recognition_id) is not None
    return _told(recognition, None if is_built else recognition.recognition_id)


def _told_record(record: Record) -> Told:
    return _told(record.recognition, record.record_id)


def _told(recognition: Recognition, record_id: str | None) -> Told:
    who = recognition.identity_id or recognition.attributes.get("stranger_id") or ""
    # Nobody's words agree on a score's last digits.
    score = "" if recognition.score is None else f"{recognition.score:.3f}"
    return Told(
        ms=_milliseconds(recognition.occurred_at),
        key=digest(f"{recognition.capture_device_id}\n{who}\n{score}"),
        record_id=None if record_id is None else digest(record_id),
    )


def _milliseconds(moment: datetime) -> int:
    return (moment - _EPOCH) // _MILLISECOND
