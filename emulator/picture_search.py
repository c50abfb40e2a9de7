"""Search the history for a face on a picture (docs/protocol.md §4)."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from random import Random

from .arguments import flag_argument, number_argument, strings_argument
from .errors import ApiError
from .history import HistoryQuery, time_argument
from .model import JsonObject, Record
from .received import Received
from .scores import score_of_match, score_of_nobody
from .state import BoxState

DAY_MS = 86_400_000


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureQuery:
    """The filters; `resume_ms` is where the last search ended."""

    since_ms: float
    until_ms: float
    resume_ms: float | None
    threshold: float
    device_ids: frozenset[str]
    newest_first: bool


def picture_query(state: BoxState, body: JsonObject, devices: str) -> PictureQuery:
    """Read the query of a call, by default for the last day.

    `devices` is the name of the argument that lists the capture devices.
    """
    unit = state.variant.search_bounds
    until = time_argument(body, "endtime", unit)
    until = state.now() * 1000 if until is None else until
    since = time_argument(body, "starttime", unit)
    threshold = body.get("threshold", state.settings.threshold)
    return PictureQuery(
        since_ms=until - DAY_MS if since is None else since,
        until_ms=until,
        resume_ms=time_argument(body, "last_end_timestamp", unit),
        threshold=number_argument(threshold, "threshold"),
        device_ids=frozenset(strings_argument(body.get(devices, []), devices)),
        newest_first=flag_argument(body, "reverse", default=True),
    )


@dataclass(frozen=True, slots=True)
class Found:
    """Records with scores, and where the search ended."""

    records: list[tuple[Record, float]]
    have_more: bool
    end_ms: float


def search_by_picture(state: BoxState, picture: Received, query: PictureQuery) -> Found:
    """Return the records that show the face, by time."""
    records = _in_window(state, query)
    searched = records[: state.settings.searched_records]
    found: list[tuple[Record, float]] = []
    end_ms = query.since_ms if query.newest_first else query.until_ms
    have_more = len(searched) < len(records)
    for number, record in enumerate(searched):
        score = _score(state, picture, record)
        if score >= query.threshold:
            found.append((record, score))
        if len(found) == state.settings.found_records:
            have_more = have_more or number + 1 < len(searched)
            searched = searched[: number + 1]
            break
    if searched:
        end_ms = searched[-1].timestamp_ms
    return Found(found, have_more, end_ms)


@asynccontextmanager
async def exclusive_search(state: BoxState) -> AsyncIterator[None]:
    """Wait as long as a search; raise ApiError while another one is running."""
    if state.searching:
        raise ApiError("ANOTHER_PICTURE_SEARCH_RUNNING_ERROR")
    state.searching = True
    try:
        await asyncio.sleep(state.search_seconds)
        yield
    finally:
        state.searching = False


def _in_window(state: BoxState, query: PictureQuery) -> list[Record]:
    filters = HistoryQuery(
        since_ms=query.since_ms, until_ms=query.until_ms, device_ids=query.device_ids
    )
    resume = query.resume_ms
    records = (
        record
        for record in state.visible_history()
        if filters.matches(record)
        and (
            resume is None
            or (
                record.timestamp_ms < resume
                if query.newest_first
                else record.timestamp_ms > resume
            )
        )
    )
    return sorted(
        records, key=lambda record: record.timestamp_ms, reverse=query.newest_first
    )


def _score(state: BoxState, picture: Received, record: Record) -> float:
    score = score_of_match if record.subject == picture.subject else score_of_nobody
    return score(state, Random(f"{picture.subject}/{record.event_id}"))
