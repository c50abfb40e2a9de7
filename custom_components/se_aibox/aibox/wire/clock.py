"""What a box's clock says: its clock call, else the date of any answer (PROTOCOL §3)."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from ..exceptions import UnreadableError
from ..models import Dialect
from .fields import JsonObject, moment, required
from .request import Request
from .system import named_system_request, read_system_answer


def clock_request(dialect: Dialect) -> Request:
    """Ask what time the box has."""
    return named_system_request(dialect, "time", "gettime")


def read_clock(answer: JsonObject) -> datetime:
    """Return the time in an answer."""
    entry = next(iter(read_system_answer(answer)), {})
    return required(moment(entry, "time"), "time")


def read_date(header: str | None) -> datetime:
    """Return the time in a `Date` header, which is in whole seconds."""
    try:
        date = parsedate_to_datetime(required(header, "Date"))
        # A zone of -0000 makes it naive, and means UTC.
        return date.replace(tzinfo=date.tzinfo or UTC).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise UnreadableError("Date is no time") from error
