"""Search the history of a box (docs/protocol.md §4)."""

from collections.abc import Iterable
from dataclasses import dataclass

from .arguments import number_argument
from .model import JsonObject, PersonType, Record
from .variant import Unit, Variant

# Smaller numbers are seconds since the epoch, others milliseconds
# (docs/protocol.md §4).
_MILLISECONDS_FROM = 1e11


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryQuery:
    """The filters of a search.

    The time bounds are inclusive, in milliseconds since the epoch.
    """

    since_ms: float | None = None
    until_ms: float | None = None
    name: str = ""
    identity_id: str = ""
    score_min: float | None = None
    score_max: float | None = None
    person_type: PersonType | None = None
    device_ids: frozenset[str] = frozenset()
    permission_ids: frozenset[str] = frozenset()
    room: str = ""
    top_k: int | None = None

    def matches(self, record: Record) -> bool:
        """Whether a record matches; only the name matches in part."""
        return (
            (self.since_ms is None or record.timestamp_ms >= self.since_ms)
            and (self.until_ms is None or record.timestamp_ms <= self.until_ms)
            and self.name.casefold() in record.identity_name.casefold()
            and (not self.identity_id or record.identity_id == self.identity_id)
            and (self.score_min is None or record.score >= self.score_min)
            and (self.score_max is None or record.score <= self.score_max)
            and (self.person_type is None or record.person_type == self.person_type)
            and (not self.device_ids or record.device.device_id in self.device_ids)
            and (
                not self.permission_ids or record.device.group_id in self.permission_ids
            )
            and (
                not self.room
                or (record.identity is not None and record.identity.room == self.room)
            )
        )


@dataclass(frozen=True, slots=True)
class Page:
    """One page of records, its capacity and the total count."""

    records: list[Record]
    size: int
    total: int


def search(
    records: Iterable[Record],
    query: HistoryQuery,
    *,
    page: int,
    per_page: int,
    variant: Variant,
) -> Page:
    """Return a page of the matching records; `page` starts at 0."""
    found = sorted(
        (record for record in records if query.matches(record)),
        key=lambda record: record.timestamp_ms,
        reverse=variant.history_order == "descending",
    )
    if query.top_k is not None:
        found = found[: query.top_k]
    size = _page_size(per_page, variant)
    start = page * (per_page if variant.history_skips_as_asked else size)
    return Page(found[start : start + size], size, len(found))


def _page_size(asked: int, variant: Variant) -> int:
    size = max(asked, variant.history_page_least or asked)
    return min(size, variant.history_page_most or size)


def to_milliseconds(value: float, unit: Unit) -> float:
    """Convert a time bound from the firmware's unit."""
    if unit == "either":
        unit = "milliseconds" if value >= _MILLISECONDS_FROM else "seconds"
    return value if unit == "milliseconds" else value * 1000


def time_argument(body: JsonObject, name: str, unit: Unit = "either") -> float | None:
    """Return an optional time in milliseconds, sent in the firmware's unit."""
    value = body.get(name)
    if value is None:
        return None
    return to_milliseconds(number_argument(value, name), unit)
