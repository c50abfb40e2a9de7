"""Searches a history for a face, within the box's limits."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass, replace
from datetime import datetime

from .models import PictureKind
from .questions import PictureSearch, SimilarRecord, SimilarRecords
from .rest import Rest
from .wire.picture_search import LONGEST_SPAN, SEARCH_IN_MILLISECONDS

# No further search starts after this time; a single one may take minutes.
PATIENCE_SECONDS = 120.0
MOST_SEARCHES = 50


@dataclass(frozen=True, slots=True)
class FoundSimilar:
    """The newest records that show a face, newest first."""

    records: tuple[SimilarRecord, ...]
    # How far back they are complete; None if nothing is left.
    looked_back_to: datetime | None


async def find_similar(rest: Rest, search: PictureSearch, count: int) -> FoundSimilar:
    """Return the newest records with a face, newest first, each once.

    At most `count` records are returned.
    """
    found: dict[tuple[str, str | None], SimilarRecord] = {}
    looked_back_to: datetime | None = search.end
    searches = 0
    loop = asyncio.get_running_loop()
    give_up_at = loop.time() + PATIENCE_SECONDS
    async with aclosing(_searches(rest, search)) as answers:
        async for answer in answers:
            found |= {_key(similar): similar for similar in answer.records}
            looked_back_to = answer.looked_back_to
            searches += 1
            if (
                len(found) > count
                or searches >= MOST_SEARCHES
                or loop.time() >= give_up_at
            ):
                break
    newest = sorted(found.values(), key=_time, reverse=True)
    if len(newest) > count:
        looked_back_to = _time(newest[count - 1])
    return FoundSimilar(tuple(newest[:count]), looked_back_to)


async def _searches(rest: Rest, search: PictureSearch) -> AsyncGenerator[FoundSimilar]:
    """Yield the results of consecutive searches, newest part first."""
    longest = LONGEST_SPAN[rest.wire.DIALECT]
    searcher = _Searcher(rest)
    end = search.end
    while True:
        start = search.start if longest is None else max(search.start, end - longest)
        part = replace(search, start=start, end=end)
        while (answer := await searcher.search(part)).has_more:
            came_from, came_to = part.ended_at or end, answer.ended_at
            if came_to is None or came_to >= came_from:
                # The box does not report where to continue.
                yield FoundSimilar(answer.records, came_from)
                return
            yield FoundSimilar(answer.records, came_to)
            part = replace(part, ended_at=came_to)
        if start == search.start:
            yield FoundSimilar(answer.records, None)
            return
        yield FoundSimilar(answer.records, start)
        end = start


class _Searcher:
    """Searches with the times in a unit that the box understands."""

    def __init__(self, rest: Rest) -> None:
        """Initialize with all units, until an answer decides."""
        self._rest = rest
        self._units = SEARCH_IN_MILLISECONDS[rest.wire.DIALECT]

    async def search(self, part: PictureSearch) -> SimilarRecords:
        """Return the result of one search."""
        answer = SimilarRecords((), has_more=False, ended_at=None)
        for milliseconds in self._units:
            answer = await self._rest.search_by_picture(part, milliseconds=milliseconds)
            if _is_understood(part, answer):
                self._units = (milliseconds,)
                break
        return answer


def _is_understood(part: PictureSearch, answer: SimilarRecords) -> bool:
    """Return whether a box searched the time span."""
    if answer.records or answer.has_more:
        return True
    # A box that searched nothing may repeat a bound of the time span.
    ended_at = answer.ended_at
    return ended_at is not None and part.start < ended_at < part.end


def _key(similar: SimilarRecord) -> tuple[str, str | None]:
    # Two strangers at once may share a built id, but not a picture.
    record = similar.record
    return record.recognition.recognition_id, record.picture_ids.get(PictureKind.FACE)


def _time(similar: SimilarRecord) -> datetime:
    return similar.record.recognition.occurred_at
