"""The deliveries of a box, kept to detect duplicates.

More than 400 lines: whatever arrives, by whichever way, is compared with the same rows.
"""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import IntEnum
from functools import lru_cache
from hashlib import blake2b
import math
from operator import attrgetter
import struct

from .models import EPOCH, ROUNDING, Recognition, Record
from .wire.recognition_id import build_recognition_id, is_built, number_of, numbered

# Ten recognitions a second for twenty minutes, the time span of two scans in a row.
MOST_ROWS = 12_000
# This many are kept over a restart, however old, in case they are pushed again.
_MOST_OLD = 1024

# Histories round scores to two digits.
_SCORE_TOLERANCE = 0.0051
# How many rows of one moment are compared: no door sees more faces at once.
_MOST_AT_ONCE = 64
# How far a box's clock may be ahead of its last measurement, and before the first one
# ahead of ours.
_DRIFT = timedelta(minutes=10)
_UNMEASURED = timedelta(days=1)
# Times stay below the year 5138, as everywhere (docs/protocol.md §4).
_LAST_MS = 10**14
_MILLISECOND = timedelta(milliseconds=1)
_ROUNDING_MS = ROUNDING // _MILLISECOND

_VERSION = 2
_HEADER = struct.Struct("<Bq")
_ROW = struct.Struct("<qqqdqqq?IB")
_NO_ID = -1


class _Source(IntEnum):
    """How a recognition became known."""

    LIVE = 0
    # Its live message may still arrive, and is dropped once.
    RECOVERED = 1
    # Recorded before the first connection: delivered only if it arrives live.
    PASSED_OVER = 2


@dataclass(slots=True, eq=False)
class _Row:
    """One recognition, without personal data: only digests."""

    # Milliseconds since the epoch, by the box's clock.
    ms: int
    place: int
    who: int
    # Distinguishes strangers; NaN for a person.
    score: float
    # Digests of the live message's id, and of the history record's id.
    event_id: int = _NO_ID
    record_id: int = _NO_ID
    # Digest of what the box uploaded.
    upload_id: int = _NO_ID
    # Whether the record has the same time without rounding.
    is_exact: bool = False
    # Counts recognitions with the same time, place and identity, from 1.
    number: int = 1
    source: _Source = _Source.LIVE

    def is_like(self, other: _Row) -> bool:
        """Return True if both match, apart from their times."""
        return (
            self.place == other.place
            and self.who == other.who
            # A person's score is NaN, which matches any score.
            and not abs(self.score - other.score) > _SCORE_TOLERANCE
            and not _differ(self.event_id, other.event_id)
            and not _differ(self.record_id, other.record_id)
            and not _differ(self.upload_id, other.upload_id)
        )

    def is_same_moment(self, other: _Row) -> bool:
        """Return True if time, place and identity are equal."""
        return (self.ms, self.place, self.who) == (other.ms, other.place, other.who)


_by_ms = attrgetter("ms")
# The packed values, in the order of the fields.
_values = attrgetter(
    "ms",
    "place",
    "who",
    "score",
    "event_id",
    "record_id",
    "upload_id",
    "is_exact",
    "number",
    "source",
)


class Delivered:
    """The newest recognitions of a box, sorted by time."""

    def __init__(self, packed: bytes = b"", *, shares_ids: bool = False) -> None:
        """Continue from what `pack` returned.

        With `shares_ids`, a live message and its record have the same id. Raises
        `ValueError` if `packed` cannot be read.
        """
        self._shares_ids = shares_ids
        self._rows: list[_Row] = []
        # The row that was delivered under each of the box's own ids.
        self._by_event_id: dict[int, _Row] = {}
        # Deliveries before this box time are forgotten.
        self._known_from_ms = 0
        # Number of live messages dropped as duplicates.
        self.duplicates = 0
        # How far the box's clock is ahead of ours, and the error of that measurement.
        self.box_ahead = timedelta()
        self.uncertainty = _UNMEASURED
        if packed:
            self._unpack(packed)

    @property
    def known_from(self) -> datetime:
        """The oldest known time, by the box's clock."""
        return EPOCH + self._known_from_ms * _MILLISECOND

    def forget_before(self, moment: datetime) -> None:
        """Forget deliveries before a time by the box's clock."""
        self._known_from_ms = max(self._known_from_ms, _ms(moment))

    def count(self, start: datetime, end: datetime) -> int:
        """Return the number of rows between two times by the box's clock."""
        first = bisect_left(self._rows, _ms(start), key=_by_ms)
        return bisect_right(self._rows, _ms(end), key=_by_ms) - first

    def accept_live(self, recognition: Recognition) -> Recognition | None:
        """Return the recognition to deliver, None for a duplicate.

        Messages are merged only if id, device, time and identity are equal: strangers
        look alike, and the ids of a box may start over. The returned recognition has a
        unique id.
        """
        row = self._live_row(recognition)
        near = self._near(row, row.who)
        for known in near:
            if known.source is _Source.LIVE:
                if _is_repeat(known, row, is_person=recognition.matched):
                    self.duplicates += 1
                    return None
            elif known.is_like(row):
                return self._arrive(known, row, recognition)
        return self._add(row, recognition, near)

    def accept_upload(self, recognition: Recognition, face: str) -> Recognition | None:
        """Return the uploaded recognition to deliver, None for a duplicate.

        `face` is the text of its picture: a box uploads again what was not
        acknowledged, and two strangers look alike otherwise.
        """
        row = self._live_row(recognition)
        # Its live message may still arrive.
        row.source = _Source.RECOVERED
        row.upload_id = _digest(repr((recognition.key, recognition.score)) + face)
        near = self._near(row)
        if any(
            known.upload_id == row.upload_id
            or (recognition.matched and known.is_same_moment(row))
            for known in near
        ):
            return None
        if alike := [known for known in near if known.is_like(row)]:
            best = min(alike, key=lambda known: _distance(known, row))
            best.upload_id = row.upload_id
            return None
        return self._add(row, recognition, near)

    def accept_record(self, record: Record) -> Recognition | None:
        """Return the recognition to recover, None for a duplicate."""
        return self._add_record(record, _Source.RECOVERED)

    def pass_over(self, record: Record) -> None:
        """Mark a record as delivered without delivering it."""
        self._add_record(record, _Source.PASSED_OVER)

    def _add_record(self, record: Record, source: _Source) -> Recognition | None:
        if self._claim(record):
            return None
        row = self._record_row(record)
        row.source, row.is_exact = source, True
        return self._add(row, record.recognition, self._near(row))

    def missing(self, records: Iterable[Record]) -> list[Record]:
        """Return the undelivered records; claim the others."""
        # Exact matches first: faces may follow each other within the rounding.
        loose = [record for record in records if not self._claim(record, is_exact=True)]
        return [record for record in loose if not self._claim(record)]

    def _claim(self, record: Record, *, is_exact: bool = False) -> bool:
        """Return True if a record was delivered.

        This binds the delivery to the record: no other record can claim it. With
        `is_exact`, the times must be equal without rounding.
        """
        row = self._record_row(record)
        near = self._near(row)
        if any(
            known.place == row.place and _equal(known.record_id, row.record_id)
            for known in near
        ):
            return True
        alike = [
            known
            for known in near
            if known.is_like(row) and (known.ms == row.ms or not is_exact)
        ]
        if alike:
            best = min(alike, key=lambda known: _distance(known, row))
            best.record_id = row.record_id
            best.is_exact = best.ms == row.ms
            return True
        # A person has one record per place and millisecond; two strangers may share it.
        return (
            record.recognition.matched
            and row.event_id == _NO_ID
            and any(known.is_exact and known.is_same_moment(row) for known in near)
        )

    def undo_delivery(self, recognition: Recognition) -> None:
        """Undo a delivery."""
        row = self._live_row(recognition)
        number = number_of(recognition.recognition_id)
        for known in self._near(row):
            if known.is_same_moment(row) and (
                _equal(known.event_id, row.event_id)
                or (row.event_id == _NO_ID and known.number == number)
            ):
                self._remove(self._rows.index(known))
                return

    def _arrive(
        self, known: _Row, row: _Row, recognition: Recognition
    ) -> Recognition | None:
        """Add the live message of a row from the history."""
        was_delivered = known.source is _Source.RECOVERED
        known.source = _Source.LIVE
        if was_delivered:
            # It may be taken back under the id of its record.
            if known.event_id == _NO_ID:
                known.event_id = row.event_id
            return None
        self._release_id(known)
        known.event_id = row.event_id
        return self._named(known, recognition)

    def _near(self, row: _Row, who: int | None = None) -> list[_Row]:
        """Return the rows of one place and time, nearest first.

        With `who`, only those of one identity.
        """
        # Times are rounded, so they may differ a little.
        rows = self._rows
        if not rows or rows[-1].ms < row.ms - _ROUNDING_MS:
            return []
        first = bisect_left(rows, row.ms - _ROUNDING_MS, key=_by_ms)
        last = bisect_right(rows, row.ms + _ROUNDING_MS, lo=first, key=_by_ms)
        place = row.place
        near = [
            known
            for known in rows[first:last]
            if known.place == place and (who is None or known.who == who)
        ]
        if len(near) > 1:
            near = near[-_MOST_AT_ONCE:]
            near.sort(key=lambda known: abs(known.ms - row.ms))
        return near

    def _add(
        self, row: _Row, recognition: Recognition, near: list[_Row]
    ) -> Recognition:
        same = [known.number for known in near if known.is_same_moment(row)]
        row.number = max(same, default=0) + 1
        if self._rows and self._rows[-1].ms > row.ms:
            insort(self._rows, row, key=_by_ms)
        else:
            self._rows.append(row)
        named = self._named(row, recognition)
        if len(self._rows) > MOST_ROWS:
            self._evict(now=recognition.received_at)
        return named

    def _named(self, row: _Row, recognition: Recognition) -> Recognition:
        """Return the recognition under a unique id."""
        name = recognition.recognition_id
        if row.event_id != _NO_ID:
            if self._by_event_id.setdefault(row.event_id, row) is row:
                return recognition
            name = build_recognition_id(recognition.key)
        name = numbered(name, row.number)
        if name == recognition.recognition_id:
            return recognition
        return replace(recognition, recognition_id=name)

    def _evict(self, now: datetime) -> None:
        # Times ahead of the box's clock must not crowd out the present.
        box_now = now + self.box_ahead
        if self._rows[-1].ms > _ms(box_now + max(_DRIFT, self.uncertainty)):
            self._remove(-1)
            return
        self._known_from_ms = max(self._known_from_ms, self._rows[0].ms + 1)
        self._remove(0)

    def _remove(self, index: int) -> None:
        self._release_id(self._rows.pop(index))

    def _release_id(self, row: _Row) -> None:
        if self._by_event_id.get(row.event_id) is row:
            del self._by_event_id[row.event_id]

    def _live_row(self, recognition: Recognition) -> _Row:
        event_id = _event_id(recognition)
        record_id = event_id if self._shares_ids else _NO_ID
        return _row(recognition, event_id, record_id)

    def _record_row(self, record: Record) -> _Row:
        recognition = record.recognition
        event_id = _event_id(recognition) if self._shares_ids else _NO_ID
        return _row(recognition, event_id, self._record_id(record))

    def _record_id(self, record: Record) -> int:
        if record.record_id is not None:
            return _digest(record.record_id)
        if self._shares_ids:
            return _NO_ID
        # Its content identifies it, except for pictures, which may be filed later.
        seen = record.recognition
        return _digest(repr((record.raw_timestamp, seen.key, seen.score)))

    def pack(self, since: datetime) -> bytes:
        """Return the deliveries since a box time, packed for storage.

        The newest ones are included, however old they are.
        """
        known_from = max(_ms(since), self._known_from_ms)
        first = bisect_left(self._rows, known_from, key=_by_ms)
        rows = self._rows[max(min(first, len(self._rows) - _MOST_OLD), 0) :]
        header = _HEADER.pack(_VERSION, known_from)
        return b"".join((header, *(_ROW.pack(*_values(row)) for row in rows)))

    def _unpack(self, packed: bytes) -> None:
        try:
            version, self._known_from_ms = _HEADER.unpack_from(packed)
            if version != _VERSION:
                raise ValueError(f"version {version} is unknown")
            if not 0 <= self._known_from_ms < _LAST_MS:
                raise ValueError("the oldest known time is out of range")
            rows = [_Row(*each) for each in _ROW.iter_unpack(packed[_HEADER.size :])]
            for row in rows:
                row.source = _Source(row.source)
        except struct.error as error:
            raise ValueError("the packed deliveries cannot be read") from error
        self._rows = sorted(rows, key=_by_ms)[-MOST_ROWS:]
        for row in self._rows:
            if row.event_id != _NO_ID:
                self._by_event_id.setdefault(row.event_id, row)


def unique_records(records: Iterable[Record]) -> Iterator[Record | None]:
    """Yield records under unique ids, None for a duplicate."""
    once = Delivered()
    for record in records:
        named = once.accept_live(record.recognition)
        yield None if named is None else replace(record, recognition=named)


def _row(recognition: Recognition, event_id: int, record_id: int) -> _Row:
    key = recognition.key
    score = None if recognition.matched else recognition.score
    return _Row(
        _ms(key.occurred_at),
        _place(key.capture_device_id),
        _digest(key.identity_id or ""),
        math.nan if score is None else score,
        event_id,
        record_id,
    )


def _is_repeat(known: _Row, row: _Row, *, is_person: bool) -> bool:
    """Return True if a live message arrived before."""
    if known.event_id != row.event_id:
        return False
    # The time of a row from the history is rounded.
    is_rounded = not (known.record_id == known.upload_id == _NO_ID)
    if not (is_rounded or known.is_same_moment(row)):
        return False
    # Without an id, one stranger pushed twice and two strangers look the same.
    return is_person or row.event_id != _NO_ID


def _event_id(recognition: Recognition) -> int:
    """Return the digest of the box's own id."""
    recognition_id = recognition.recognition_id
    return _NO_ID if is_built(recognition_id) else _digest(recognition_id)


def _distance(known: _Row, row: _Row) -> tuple[int, float]:
    apart = abs(known.score - row.score)
    return abs(known.ms - row.ms), 0.0 if math.isnan(apart) else apart


def _differ(one: int, other: int) -> bool:
    return _NO_ID not in (one, other) and one != other


def _equal(one: int, other: int) -> bool:
    return one == other != _NO_ID


# Cached, so that all rows of a place share one number.
@lru_cache(256)
def _place(capture_device_id: str) -> int:
    return _digest(capture_device_id)


def _digest(text: str) -> int:
    """Return a 56-bit digest that is stable over restarts."""
    # Hostile JSON may contain surrogates.
    data = text.encode(errors="surrogatepass")
    return int.from_bytes(blake2b(data, digest_size=7).digest())


def _ms(moment: datetime) -> int:
    return (moment - EPOCH) // _MILLISECOND
