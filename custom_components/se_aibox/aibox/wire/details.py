"""Reads and writes enrollment details, in both dialects (docs/protocol.md §5)."""

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import partial

from ..enrolled import PersonDetails
from ..models import Dialect
from .fields import JsonObject, moment, readable, text

# The field of the details, by the names of the dialects. Some people were enrolled by
# programs for the other dialect, so both are read.
_NESTED = {
    "department": "department",
    "job_number": "jobNumber",
    "telephone": "mobile",
    "company": "comeFrom",
    "host": "Interviewee",
    "purpose": "purpose",
    "valid_from": "startTime",
    "valid_until": "endTime",
}
_FLAT = {
    "department": "department",
    "job_number": "employee_number",
    "telephone": "mobile",
    "company": "visitor_company",
    "host": "interviewee",
    "purpose": "purpose",
    "valid_from": "start_time",
    "valid_until": "end_time",
}
_NAMES = {Dialect.NESTED: (_NESTED, _FLAT), Dialect.FLAT: (_FLAT, _NESTED)}


def read_details(dialect: Dialect, extra: JsonObject) -> PersonDetails:
    """Return the details in the extended information of a person."""
    own, other = _NAMES[dialect]

    def words(field: str) -> str | None:
        return readable(lambda: text(extra, own[field], other[field]))

    def time(field: str) -> datetime | None:
        return _time(extra, own[field], other[field])

    return PersonDetails(
        department=words("department"),
        job_number=words("job_number"),
        telephone=words("telephone"),
        company=words("company"),
        host=words("host"),
        purpose=words("purpose"),
        valid_from=time("valid_from"),
        valid_until=time("valid_until"),
    )


def _time(extra: JsonObject, *names: str) -> datetime | None:
    """Return a visitor's time; None for a text without a time zone."""
    if found := readable(partial(moment, extra, *names)):
        return found
    try:
        written = datetime.fromisoformat(readable(partial(text, extra, *names)) or "")
        return None if written.tzinfo is None else written.astimezone(UTC)
    except ValueError, OverflowError:
        return None


def with_details(
    dialect: Dialect, extra: JsonObject, details: PersonDetails
) -> dict[str, object]:
    """Return extended information with the details that are not None.

    A detail stays in the field that it was in.
    """
    own, other = _NAMES[dialect]
    changed = dict(extra)
    for field, value in _written(details).items():
        name = other[field] if extra.get(other[field]) else own[field]
        changed[own[field] if extra.get(own[field]) else name] = value
    return changed


def _written(details: PersonDetails) -> Mapping[str, str]:
    """Return the details that are not None, as the wire has them."""
    written: dict[str, str] = {}
    for field in _NESTED:
        value = getattr(details, field)
        if isinstance(value, datetime):
            # No page of the box says how its texts have times. The platform's page has
            # milliseconds in fields of the same names.
            written[field] = str(round(value.timestamp() * 1000))
        elif value is not None:
            written[field] = value
    return written
