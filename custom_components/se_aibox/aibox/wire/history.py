"""Pages of history in either dialect (PROTOCOL §4)."""

from datetime import datetime

from ..exceptions import UnreadableError
from ..models import Record, RecordPage
from .dialect import Wire
from .fields import JsonObject, integer, mapping


def read_record_page(
    wire: Wire, answer: JsonObject, received_at: datetime
) -> RecordPage:
    """Return a page; a row that cannot be read costs that row only."""
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
