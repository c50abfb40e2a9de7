"""What was told of a box already, live or recovered, so that its history tells nothing twice."""

from collections import OrderedDict
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from hashlib import blake2b

from .models import Recognition, Record, Told
from .wire.recognition_id import parse_recognition_id

# Twenty recognitions a second over the time that is asked again on a reconnect.
MOST_TOLD = 12_000

_EPOCH = datetime.fromtimestamp(0, UTC)
_MILLISECOND = timedelta(milliseconds=1)
# A record's time is a float of seconds, a live message's whole milliseconds: they round differently.
_NEAREST_FIRST = (0, -1, 1, -2, 2)


class Ledger:
    """The newest recognitions that were told, each to be found again once for each time that it was told."""

    def __init__(
        self, told: Iterable[Told] = (), told_since_ms: int = 0, *, shares_ids: bool
    ) -> None:
        """Go on from what was told; `shares_ids` says that live messages and records have the same ids."""
        self._shares_ids = shares_ids
        self._told: OrderedDict[int, Told] = OrderedDict()
        # By record id, and by what it was and when: the numbers of what was told.
        self._by_id: dict[int, int] = {}
        self._by_key: dict[tuple[int, int], list[int]] = {}
        self._recovered: set[int] = set()
        self._next = 0
        # Up to when, in ms by the box's clock, it is not known any more what was told.
        self._forgotten_ms = told_since_ms
        for each in told:
            self._write(each)

    def since(self, moment: datetime) -> tuple[tuple[Told, ...], int]:
        """Return what was told of what happened since then, and since when that is all; box time, in ms."""
        since = max(_milliseconds(moment), self._forgotten_ms)
        return tuple(each for each in self._told.values() if each.ms >= since), since

    @property
    def horizon(self) -> datetime:
        """Since when everything that was told is known; box time."""
        return _EPOCH + self._forgotten_ms * _MILLISECOND

    def tell(self, recognition: Recognition) -> bool:
        """Take a live recognition; return False for one that was told already, found in the history."""
        # An id that we built says no more than the key.
        is_built = parse_recognition_id(recognition.recognition_id) is not None
        told = _told(recognition, None if is_built else recognition.recognition_id)
        if self._recovered:
            for number in self._alike(told):
                if number in self._recovered:
                    self._recovered.discard(number)
                    return False
        self._write(told)
        return True

    def matching(self) -> Matching:
        """Return what finds each thing told once, for one walk through the history."""
        return Matching(self)

    def _write(self, told: Told) -> int:
        number = self._next
        self._next += 1
        self._told[number] = told
        self._by_key.setdefault((told.key, told.ms), []).append(number)
        if told.record_id is not None:
            self._by_id[told.record_id] = number
        if len(self._told) > MOST_TOLD:
            self._forget_oldest()
        return number

    def _forget_oldest(self) -> None:
        number, told = self._told.popitem(last=False)
        self._forgotten_ms = max(self._forgotten_ms, told.ms + 1)
        self._recovered.discard(number)
        alike = self._by_key[told.key, told.ms]
        alike.remove(number)
        if not alike:
            del self._by_key[told.key, told.ms]
        if told.record_id is not None and self._by_id.get(told.record_id) == number:
            del self._by_id[told.record_id]

    def _alike(self, told: Told) -> Iterator[int]:
        """Yield the numbers of what may be the same recognition, the likeliest first."""
        if told.record_id is not None and told.record_id in self._by_id:
            yield self._by_id[told.record_id]
        for distance in _NEAREST_FIRST:
            for number in self._by_key.get((told.key, told.ms + distance), ()):
                other = self._told[number].record_id
                # Where ids are shared, two that differ are two recognitions, however alike.
                if not self._shares_ids or None in (other, told.record_id):
                    yield number


class Matching:
    """Matches records with what was told, one to one; what is told meanwhile counts too."""

    def __init__(self, ledger: Ledger) -> None:
        """Match nothing yet."""
        self._ledger = ledger
        self._matched: set[int] = set()

    def knows(self, record: Record) -> bool:
        """Return whether a record was told and is not yet matched with another record."""
        told = _told(record.recognition, record.record_id)
        for number in self._ledger._alike(told):  # noqa: SLF001 - one thing in two classes
            if number not in self._matched:
                self._matched.add(number)
                return True
        return False

    def recover(self, record: Record) -> None:
        """Take a record that is told as recovered."""
        self._ledger._recovered.add(self._write(record))  # noqa: SLF001 - as above

    def pass_over(self, record: Record) -> None:
        """Take a record that nobody is told of."""
        self._write(record)

    def _write(self, record: Record) -> int:
        told = _told(record.recognition, record.record_id)
        number = self._ledger._write(told)  # noqa: SLF001 - as above
        self._matched.add(number)
        return number


def _told(recognition: Recognition, record_id: str | None) -> Told:
    who = recognition.identity_id or recognition.attributes.get("stranger_id") or ""
    # Nobody's words agree on a score's last digits.
    score = "" if recognition.score is None else f"{recognition.score:.3f}"
    return Told(
        ms=_milliseconds(recognition.occurred_at),
        key=_digest(f"{recognition.capture_device_id}\n{who}\n{score}"),
        record_id=None if record_id is None else _digest(record_id),
    )


def _milliseconds(moment: datetime) -> int:
    return (moment - _EPOCH) // _MILLISECOND


def _digest(text: str) -> int:
    # Kept on disk: no id or name can be read from it. Surrogates come from hostile JSON.
    data = text.encode(errors="surrogatepass")
    return int.from_bytes(blake2b(data, digest_size=7).digest())
