"""The interface and the modules of the dialects."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import batched
from typing import Protocol

from ..exceptions import UnreadableError
from ..models import (
    CaptureDevice,
    DeviceList,
    Dialect,
    HistoryQuery,
    LiveRecognition,
    PictureKind,
    Record,
    RecordPage,
    Subscription,
)
from . import flat, nested
from .fields import JsonObject, integer, mapping
from .request import Request

_ROWS_OF_A_PART = 100


class Wire(Protocol):
    """One dialect's requests and readers, all pure functions."""

    DIALECT: Dialect
    CAPTURE_DEVICES: Request
    # Configuration names (docs/protocol.md §3). 2.0 has none for the MAC address.
    THRESHOLD: str
    BOX_MAC: str | None
    # The other call for the threshold, if any.
    THRESHOLD_RANGE: Request | None
    # How many people fit, in the group that holds everybody.
    CAPACITY: str
    # Whether a live message and its record have the same id.
    SHARES_IDS: bool
    # Whether such a box broadcasts changes of its capture devices.
    HAS_BROADCASTS: bool
    # Whether such a box has a call that opens doors.
    OPENS_DOORS: bool
    # Whether history queries use milliseconds, in the order to try.
    HISTORY_IN_MILLISECONDS: tuple[bool, ...]

    def subscription_frame(self, subscription: Subscription) -> str:
        """Return the configuration frame for a subscription."""

    def read_recognition(
        self, message: JsonObject, received_at: datetime
    ) -> LiveRecognition:
        """Return the recognition in a live message."""

    def read_upload(
        self, message: JsonObject, received_at: datetime
    ) -> LiveRecognition:
        """Return the recognition in an upload of the history."""

    def read_capture_devices(self, answer: JsonObject) -> DeviceList:
        """Return the capture devices in an answer."""

    def config_request(self, name: str) -> Request:
        """Return the request for one configuration value."""

    def read_config(self, answer: JsonObject, name: str) -> str | None:
        """Return one configuration value as text."""

    def open_door_request(
        self, device: CaptureDevice, seconds: int | None = None
    ) -> Request | None:
        """Return the request to open a door, or None."""

    def history_request(self, query: HistoryQuery, *, milliseconds: bool) -> Request:
        """Return the request for a page of the history."""

    def record_request(self, recognition_id: str) -> Request | None:
        """Return the request for one record, or None."""

    def read_records(self, answer: JsonObject) -> tuple[JsonObject, ...]:
        """Return the rows in a history answer."""

    def read_record(self, row: JsonObject, received_at: datetime) -> Record:
        """Return the record in a row."""

    def picture_request(
        self, kind: PictureKind, picture_id: str, raw_timestamp: str
    ) -> Request:
        """Return the request for a picture of a record."""


# Flat first: a flat box may still answer some nested calls, but never the reverse.
WIRES: dict[Dialect, Wire] = {Dialect.FLAT: flat, Dialect.NESTED: nested}


def read_record_page(
    wire: Wire, answer: JsonObject, received_at: datetime
) -> RecordPage:
    """Return a page of the history; skip unreadable rows."""
    return joined(read_parts(wire, answer, received_at))


def read_parts(
    wire: Wire, answer: JsonObject, received_at: datetime
) -> Iterator[RecordPage]:
    """Yield a page of the history in parts, each read in a few milliseconds."""
    total = integer(mapping(answer, "pagination"), "total_count")
    if total is not None and total < 0:
        total = None
    # The total of a page without rows counts, too.
    yield RecordPage((), total)
    for rows in batched(wire.read_records(answer), _ROWS_OF_A_PART, strict=False):
        records: list[Record] = []
        unreadable: list[str] = []
        for row in rows:
            try:
                records.append(wire.read_record(row, received_at))
            except UnreadableError as error:
                unreadable.append(error.kind)
        yield RecordPage(tuple(records), total, len(rows), tuple(unreadable))


def joined(parts: Iterable[RecordPage]) -> RecordPage:
    """Return the page that consists of parts."""
    records: list[Record] = []
    unreadable: list[str] = []
    total, rows = None, 0
    for part in parts:
        records += part.records
        unreadable += part.unreadable
        total = part.total
        rows += part.rows
    return RecordPage(tuple(records), total, rows, tuple(unreadable))
