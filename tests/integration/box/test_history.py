"""Searches in the history of a box."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import override

import pytest

from custom_components.se_aibox.aibox.history import History
from custom_components.se_aibox.aibox.models import (
    HistoryQuery,
    PersonType,
    PictureKind,
    Recognition,
    Record,
    RecordPage,
)
from custom_components.se_aibox.box.history import MOST_PUSHES, BoxHistory

_NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
_HOUR = timedelta(hours=1)
_SECOND = timedelta(seconds=1)
_INSTANT = timedelta(microseconds=1)
_LAST_HOUR = HistoryQuery(_NOON - _HOUR, _NOON)


class _Pictures:
    """Pictures that store the records they get, and hold each face."""

    def __init__(self) -> None:
        self.known: list[str] = []

    def know(self, records: Iterable[Record]) -> None:
        self.known += (record.recognition.recognition_id for record in records)

    def kinds_held(self, recognition_id: str) -> frozenset[PictureKind]:
        return frozenset({PictureKind.FACE})


class _Recorded(History):
    """A history that answers each query with one page, and stores the query."""

    def __init__(self, *recognitions: Recognition) -> None:
        self.queries: list[HistoryQuery] = []
        self._page = RecordPage(tuple(map(_record, recognitions)), len(recognitions))

    @override
    async def page(self, query: HistoryQuery) -> RecordPage:
        self.queries.append(query)
        return self._page


def _seen(
    occurred_at: datetime, recognition_id: str = "1", identity_id: str | None = "1001"
) -> Recognition:
    return Recognition(
        recognition_id=recognition_id,
        capture_device_id="door",
        identity_id=identity_id,
        identity_name=None,
        person_type=PersonType.EMPLOYEE if identity_id else PersonType.STRANGER,
        score=None,
        group_name=None,
        occurred_at=occurred_at,
        received_at=_NOON,
    )


def _record(recognition: Recognition) -> Record:
    return Record(recognition, raw_timestamp="", picture_ids={})


def _remembering(*recognitions: Recognition) -> BoxHistory:
    history = BoxHistory(None, _Pictures())
    for recognition in recognitions:
        history.remember(recognition)
    return history


async def _found(history: BoxHistory, count: int = 10) -> list[datetime]:
    found = await history.async_find([_LAST_HOUR], lambda _: True, count)
    return [record.recognition.occurred_at for record in found.records]


async def test_box_is_queried_for_a_second_more_at_both_ends() -> None:
    """Some boxes compare whole seconds."""
    recorded = _Recorded()
    await _found(BoxHistory(recorded, _Pictures()))
    [asked] = recorded.queries
    assert (asked.start, asked.end) == (_NOON - _HOUR - _SECOND, _NOON + _SECOND)


@pytest.mark.parametrize("is_recorded", [True, False])
async def test_time_span_is_exact(*, is_recorded: bool) -> None:
    """Both ends are included."""
    inside = [_NOON, _NOON - _HOUR]
    beyond = [_NOON + _INSTANT, _NOON - _HOUR - _INSTANT]
    seen = [_seen(moment, str(moment)) for moment in (*inside, *beyond)]
    history = (
        BoxHistory(_Recorded(*seen), _Pictures())
        if is_recorded
        else _remembering(*seen)
    )
    assert await _found(history) == inside


@pytest.mark.parametrize("is_recorded", [True, False])
async def test_no_query_finds_nothing(*, is_recorded: bool) -> None:
    """No query does not mean everything."""
    history = (
        BoxHistory(_Recorded(_seen(_NOON)), _Pictures())
        if is_recorded
        else _remembering(_seen(_NOON))
    )
    found = await history.async_find([], lambda _: True, 10)
    assert found.records == ()
    assert found.looked_back_to is None


async def test_newest_pushes_come_first() -> None:
    """The order of arrival does not matter."""
    moments = [_NOON - n * _SECOND for n in (2, 0, 1)]
    history = _remembering(*(_seen(moment, str(moment)) for moment in moments))
    found = await history.async_find([_LAST_HOUR], lambda _: True, 2)
    assert [record.recognition.occurred_at for record in found.records] == [
        _NOON,
        _NOON - _SECOND,
    ]
    assert found.looked_back_to == _NOON - _SECOND
    assert {record.recognition.picture_kinds for record in found.records} == {
        frozenset({PictureKind.FACE})
    }
    oldest = await history.async_find_oldest(_LAST_HOUR, lambda _: True)
    assert oldest == _NOON - 2 * _SECOND


async def test_oldest_push_is_accepted_and_within_the_span() -> None:
    """Others do not count."""
    history = _remembering(_seen(_NOON - 2 * _HOUR), _seen(_NOON - _SECOND, "2"))
    assert await history.async_find_oldest(_LAST_HOUR, lambda _: False) is None
    oldest = await history.async_find_oldest(_LAST_HOUR, lambda _: True)
    assert oldest == _NOON - _SECOND


async def test_oldest_push_is_forgotten_when_there_are_too_many() -> None:
    """Clearing forgets them all."""
    moments = [_NOON - _HOUR + n * _SECOND for n in range(MOST_PUSHES + 1)]
    history = _remembering(*(_seen(moment, str(moment)) for moment in moments))
    assert await _found(history, MOST_PUSHES + 1) == moments[:0:-1]
    history.clear()
    assert await _found(history) == []


async def test_push_that_the_box_records_is_not_remembered() -> None:
    """It would be found twice."""
    history = BoxHistory(_Recorded(), _Pictures())
    history.remember(_seen(_NOON))
    assert await _found(history) == []


def test_each_record_is_shown_once() -> None:
    """Strangers of one moment get ids of their own."""
    pictures = _Pictures()
    stranger = _seen(_NOON, "door~1~", None)
    shown = BoxHistory(None, pictures).show(
        map(_record, (stranger, stranger, _seen(_NOON), _seen(_NOON)))
    )
    ids = [record and record.recognition.recognition_id for record in shown]
    assert ids == ["door~1~", "door~1~~2", "1", None]
    assert pictures.known == ["door~1~", "door~1~~2", "1"]
