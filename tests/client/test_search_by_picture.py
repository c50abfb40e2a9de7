"""Searching the history of a box for a face."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import orjson
import pytest

from custom_components.se_aibox.aibox import picture_search
from custom_components.se_aibox.aibox.exceptions import (
    AiBoxProtocolError,
    AiBoxRefusedError,
    Refusal,
)
from custom_components.se_aibox.aibox.history import History
from custom_components.se_aibox.aibox.models import Dialect
from custom_components.se_aibox.aibox.picture_search import FoundSimilar, find_similar
from custom_components.se_aibox.aibox.questions import PictureSearch
from custom_components.se_aibox.aibox.rest import Rest
from emulator import CannedAnswer, EmulatedBox, Variant
from emulator.model import JsonObject
from tests.emulator.pictures import colored, drawn_reference, photo

from .common import by_dialect

_START = datetime(2026, 11, 1, tzinfo=UTC)
PATHS = {
    Dialect.NESTED: "/SophonMatch/api/picturesearch",
    Dialect.FLAT: "/sophon/v2/face/searchbyimage",
}
ends_in_either_unit = pytest.mark.parametrize(
    "variant", [Variant(), Variant(search_end_in_seconds=True)]
)


async def _record(box: EmulatedBox, *moments: timedelta) -> list[datetime]:
    """Record Tom and, 1 s later, another person; return Tom's, newest first."""
    for moment in moments:
        time = round((_START + moment).timestamp() * 1000)
        for number in range(2):
            await box.recognize(
                box.devices[number],
                box.people[number],
                timestamp_ms=time + number * 1000,
                push=False,
            )
    return [_START + moment for moment in reversed(moments)]


async def _minutes(box: EmulatedBox, count: int) -> list[datetime]:
    return await _record(box, *(timedelta(minutes=number) for number in range(count)))


async def _tom(box: EmulatedBox, span: timedelta, **more: object) -> PictureSearch:
    """Return a search for Tom's face."""
    picture = await drawn_reference(box, box.people[0])
    given: dict[str, object] = {"start": _START, "end": _START + span, **more}
    make: Callable[..., PictureSearch] = PictureSearch
    return make(picture, **given)


async def _find_in_an_hour(
    rest: Rest, box: EmulatedBox, count: int = 50
) -> FoundSimilar:
    """Return the records of Tom in the first hour."""
    return await find_similar(rest, await _tom(box, timedelta(hours=1)), count)


def _times(found: FoundSimilar) -> list[datetime]:
    return [each.record.recognition.occurred_at for each in found.records]


async def test_records_of_a_face_are_found_newest_first(
    rest: Rest, box: EmulatedBox
) -> None:
    """They equal those of the history."""
    expected = await _minutes(box, 4)
    hour = timedelta(hours=1)

    found = await find_similar(rest, await _tom(box, hour), 50)

    assert _times(found) == expected
    assert found.looked_back_to is None
    for each in found.records:
        assert each.record.recognition.identity_id == box.people[0].identity_id
        assert each.similarity is not None
        assert each.similarity >= box.settings.threshold
    newest = found.records[0].record.recognition
    again = await History(rest).find(newest.recognition_id)
    assert again is not None
    assert again.recognition.occurred_at == newest.occurred_at
    assert again.picture_ids == found.records[0].record.picture_ids


async def test_search_is_limited_to_devices_and_a_threshold(
    rest: Rest, box: EmulatedBox
) -> None:
    """The box filters."""
    await _minutes(box, 4)
    hour = timedelta(hours=1)
    elsewhere = frozenset({box.devices[1].device_id})

    search = await _tom(box, hour, capture_device_ids=elsewhere)
    assert (await find_similar(rest, search, 50)).records == ()
    search = await _tom(box, hour, threshold=99.5)
    assert (await find_similar(rest, search, 50)).records == ()
    search = await _tom(box, hour, threshold=1.0)
    assert len((await find_similar(rest, search, 50)).records) == 8


@ends_in_either_unit
async def test_search_continues_where_the_last_one_ended(
    rest: Rest, box: EmulatedBox
) -> None:
    """Boxes limit the records that one search reads."""
    expected = await _minutes(box, 9)
    box.settings.searched_records = 4

    found = await _find_in_an_hour(rest, box)

    assert _times(found) == expected
    assert found.looked_back_to is None
    assert len(box.requests) == 5


async def test_search_stops_at_the_requested_number(
    rest: Rest, box: EmulatedBox
) -> None:
    """The result has the time to continue from."""
    expected = await _minutes(box, 9)
    box.settings.found_records = 2

    found = await _find_in_an_hour(rest, box, 3)

    assert _times(found) == expected[:3]
    assert found.looked_back_to == expected[2]
    assert len(box.requests) == 2


async def test_year_is_searched_month_by_month_in_the_nested_dialect(
    rest: Rest, box: EmulatedBox, dialect: Dialect
) -> None:
    """A record on the border of two searches is found once."""
    days = [timedelta(days=number) for number in (0, 100, 365 - 54, 365 - 27, 365)]
    expected = await _record(box, *days)

    found = await find_similar(rest, await _tom(box, timedelta(days=365)), 50)

    assert _times(found) == expected
    assert found.looked_back_to is None
    assert len(box.requests) == (14 if dialect is Dialect.NESTED else 1)


async def test_no_search_begins_after_the_time_limit(
    rest: Rest, box: EmulatedBox, dialect: Dialect, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The result has the time to continue from."""
    monkeypatch.setattr(picture_search, "PATIENCE_SECONDS", 0.0)
    await _minutes(box, 9)
    box.settings.searched_records = 4

    found = await _find_in_an_hour(rest, box)

    assert len(found.records) == 2
    assert found.looked_back_to == _times(found)[-1]
    assert len(box.requests) == 1


async def test_number_of_searches_is_limited(
    rest: Rest, box: EmulatedBox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A faulty box may always report more records."""
    monkeypatch.setattr(picture_search, "MOST_SEARCHES", 3)
    await _minutes(box, 9)
    box.settings.searched_records = 2

    found = await _find_in_an_hour(rest, box)

    assert len(found.records) == 3
    assert found.looked_back_to is not None
    assert len(box.requests) == 3


@pytest.mark.parametrize("end", [None, "", 4_102_444_800])
async def test_search_ends_without_a_usable_end_timestamp(
    rest: Rest, box: EmulatedBox, dialect: Dialect, end: object
) -> None:
    """The result is incomplete."""
    body = {"events": [], "event_list": [], "have_more": True, "endtimestamp": end}
    box.answer_instead[PATHS[dialect]] = CannedAnswer(body=orjson.dumps(body))

    found = await _find_in_an_hour(rest, box)

    assert found == FoundSimilar((), _START + timedelta(hours=1))


async def test_times_are_sent_in_the_units_of_the_dialect(
    rest: Rest, box: EmulatedBox, dialect: Dialect
) -> None:
    """The unit is seconds in 1.x and milliseconds in 2.0."""
    await _minutes(box, 3)
    box.settings.searched_records = 2

    await _find_in_an_hour(rest, box)

    first, second, *_ = [request.body for request in box.requests]
    assert isinstance(first, dict)
    assert isinstance(second, dict)
    factor = 1 if dialect is Dialect.NESTED else 1000
    assert first["starttime"] == _START.timestamp() * factor
    assert first["endtime"] == (_START.timestamp() + 3600) * factor
    assert "last_end_timestamp" not in first
    assert second["last_end_timestamp"] == (_START.timestamp() + 120) * factor


@pytest.mark.parametrize("dialect", [Dialect.FLAT])
@pytest.mark.parametrize("variant", [Variant(search_bounds="seconds")])
async def test_box_with_times_in_seconds_is_searched_to_the_end(
    rest: Rest, box: EmulatedBox
) -> None:
    """In milliseconds, it finds nothing."""
    expected = await _minutes(box, 9)
    box.settings.searched_records = 4

    found = await _find_in_an_hour(rest, box)

    assert _times(found) == expected
    assert found.looked_back_to is None
    # One search in milliseconds, the others in seconds.
    assert len(box.requests) == 6


@pytest.mark.parametrize("dialect", [Dialect.FLAT])
@pytest.mark.parametrize(
    ("end", "searches"),
    [(timedelta(minutes=30), 1), (timedelta(0), 2), (timedelta(hours=1), 2), (None, 2)],
)
async def test_empty_answer_within_the_span_is_final(
    rest: Rest, box: EmulatedBox, end: timedelta | None, searches: int
) -> None:
    """A repeated bound proves nothing."""
    ended_at = None if end is None else (_START + end).timestamp() * 1000
    body = {"events": [], "have_more": False, "endtimestamp": ended_at}
    box.answer_instead[PATHS[Dialect.FLAT]] = CannedAnswer(body=orjson.dumps(body))

    found = await _find_in_an_hour(rest, box)

    assert found == FoundSimilar((), None)
    assert len(box.requests) == searches


@pytest.mark.parametrize(
    ("picture", "refusal"),
    [
        (colored((200, 10, 10)), Refusal.NO_FACE),
        (b"no picture", Refusal.PICTURE_UNREADABLE),
    ],
)
async def test_unsuitable_picture_is_refused(
    rest: Rest, picture: bytes, refusal: Refusal
) -> None:
    """The box reports the reason."""
    search = PictureSearch(picture, _START, _START + timedelta(hours=1))

    with pytest.raises(AiBoxRefusedError) as refused:
        await find_similar(rest, search, 50)

    assert refused.value.refusal is refusal


async def test_second_search_at_a_time_is_refused(rest: Rest, box: EmulatedBox) -> None:
    """A box runs one search at a time."""
    box.state.searching = True

    with pytest.raises(AiBoxRefusedError) as refused:
        await _find_in_an_hour(rest, box)

    assert refused.value.refusal is Refusal.SEARCH_RUNNING
    box.state.searching = False


@pytest.mark.parametrize(
    ("nested", "flat", "error"),
    [
        ({"event_list": [], "retcode": "0"}, {"error": "no"}, AiBoxRefusedError),
        ({}, {}, AiBoxProtocolError),
        ({"event_list": 1}, {"events": 1}, AiBoxProtocolError),
    ],
)
async def test_invalid_answer_is_an_error(
    rest: Rest,
    box: EmulatedBox,
    dialect: Dialect,
    nested: JsonObject,
    flat: JsonObject,
    error: type[Exception],
) -> None:
    """It does not count as an empty result."""
    body = orjson.dumps(by_dialect(dialect, nested=nested, flat=flat))
    box.answer_instead[PATHS[dialect]] = CannedAnswer(body=body)

    with pytest.raises(error):
        await _find_in_an_hour(rest, box)


async def test_unreadable_rows_are_left_out(
    rest: Rest, box: EmulatedBox, dialect: Dialect
) -> None:
    """The search is complete."""
    await _minutes(box, 1)
    good = await _find_in_an_hour(rest, box)
    rows: list[object] = [{"timestamp": "S3CRET"}, None, {"compare_score": 3}]
    body = orjson.dumps({"events": rows, "event_list": rows})
    box.answer_instead[PATHS[dialect]] = CannedAnswer(body=body)

    bad = await _find_in_an_hour(rest, box)

    assert len(good.records) == 1
    assert bad == FoundSimilar((), None)


async def test_two_strangers_in_one_millisecond_are_both_found(
    rest: Rest, box: EmulatedBox
) -> None:
    """Each of them has a record."""
    when = round(_START.timestamp() * 1000)
    for _ in range(2):
        await box.recognize(box.devices[0], timestamp_ms=when, push=False)
    search = PictureSearch(photo(), _START, _START + timedelta(hours=1), threshold=1.0)

    found = await find_similar(rest, search, 50)

    assert len(found.records) == 2
