"""What each dialect must provide, and the module that provides it."""

from datetime import datetime
from typing import Protocol

from ..exceptions import UnreadableError
from ..models import (
    CaptureDevice,
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


class Wire(Protocol):
    """One dialect: its requests and its readers, all pure functions."""

    DIALECT: Dialect
    CAPTURE_DEVICES: Request
    # Configuration names (PROTOCOL §3); the MAC address is not among those of every dialect.
    THRESHOLD: str
    BOX_MAC: str | None
    PASS_MODE: str
    # Whether a live message and its record have the same id.
    SHARES_IDS: bool
    # Whether such a box broadcasts that its capture devices changed.
    HAS_BROADCASTS: bool
    # Whether such a box opens a door when told to.
    OPENS_DOORS: bool
    # Whether history is asked in milliseconds, in the order to try.
    HISTORY_IN_MILLISECONDS: tuple[bool, ...]

    def subscription_frame(self, subscription: Subscription) -> str:
        """Return the configuration frame that asks for events."""

    def read_recognition(
        self, message: JsonObject, received_at: datetime
    ) -> LiveRecognition:
        """Return the recognition in a live message."""

    def read_capture_devices(self, answer: JsonObject) -> tuple[CaptureDevice, ...]:
        """Return the capture devices in an answer."""

    def config_request(self, name: str) -> Request:
        """Ask for one configuration value."""

    def read_config(self, answer: JsonObject, name: str) -> str | None:
        """Return one configuration value as text."""

    def open_door_request(
        self, device: CaptureDevice, seconds: int | None = None
    ) -> Request | None:
        """Ask to open the door of a capture device, None where the box has no way to."""

    def history_request(self, query: HistoryQuery, *, milliseconds: bool) -> Request:
        """Ask for a page of history."""

    def record_request(self, recognition_id: str) -> Request | None:
        """Ask for one record, None where the dialect cannot."""

    def read_records(self, answer: JsonObject) -> tuple[JsonObject, ...]:
        """Return the rows in an answer of the history."""

    def read_record(self, row: JsonObject, received_at: datetime) -> Record:
        """Return one record of the history."""

    def picture_request(
        self, kind: PictureKind, picture_id: str, raw_timestamp: str
    ) -> Request:
        """Ask for a picture of a record."""


# Flat first: such a box may still answer some of the older calls, never the other way round.
WIRES: dict[Dialect, Wire] = {Dialect.FLAT: flat, Dialect.NESTED: nested}


def read_record_page(
    wire: Wire, answer: JsonObject, received_at: datetime
) -> RecordPage:
    """Return a page of history; a row that cannot be read costs only that row."""
    records: list[Record] = []
    unreadable: list[str] = []
    rows = wire.read_records(answer)
    for row in rows:
        try:
            records.append(wire.read_record(row, received_at))
        except UnreadableError as error:
            unreadable.append(error.kind)
    total = integer(mapping(answer, "pagination"), "total_count")
    if total is not None and total < 0:
        total = None
    return RecordPage(tuple(records), total, len(rows), tuple(unreadable))
