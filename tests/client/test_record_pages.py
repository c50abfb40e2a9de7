"""Reading pages of the history."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import orjson
import pytest

from custom_components.se_aibox.aibox.history import History
from custom_components.se_aibox.aibox.models import Dialect, HistoryQuery, PersonType
from custom_components.se_aibox.aibox.rest import Rest
from emulator import CannedAnswer, EmulatedBox, PersonType as WireType, Variant


def _today(now: datetime) -> HistoryQuery:
    return HistoryQuery(now - timedelta(hours=1), now + timedelta(hours=1))


async def test_history_is_read_in_pages(rest: Rest, box: EmulatedBox) -> None:
    """Each record of the time span is on one page."""
    emitted = [await box.recognize(push=False) for _ in range(5)]
    await box.recognize(push=False, timestamp_ms=1_000_000_000_000)
    span = _today(datetime.now(UTC))
    milliseconds = rest.wire.HISTORY_IN_MILLISECONDS[0]

    pages = [
        await rest.record_page(
            HistoryQuery(span.start, span.end, page=page, per_page=2),
            milliseconds=milliseconds,
        )
        for page in range(4)
    ]

    assert [len(page.records) for page in pages] == [2, 2, 1, 0]
    assert {page.total for page in pages} == {5}
    scores = [record.recognition.score for page in pages for record in page.records]
    assert sorted(scores, key=str) == sorted((e.score for e in emitted), key=str)


async def test_history_is_filtered_by_person_and_devices(
    rest: Rest, box: EmulatedBox
) -> None:
    """The box filters."""
    door, gate, lobby = box.devices[:3]
    tom, ming = box.people[:2]
    for device, person in ((door, tom), (gate, tom), (lobby, tom), (door, ming)):
        await box.recognize(device, person, push=False)
    span = _today(datetime.now(UTC))
    query = HistoryQuery(
        span.start,
        span.end,
        capture_device_ids=frozenset({door.device_id, gate.device_id}),
        identity_id=tom.identity_id,
    )

    page = await rest.record_page(
        query, milliseconds=rest.wire.HISTORY_IN_MILLISECONDS[0]
    )

    found = [record.recognition for record in page.records]
    assert {each.capture_device_id for each in found} == {
        door.device_id,
        gate.device_id,
    }
    assert {each.identity_id for each in found} == {tom.identity_id}


async def test_history_is_filtered_by_name(rest: Rest, box: EmulatedBox) -> None:
    """A box may add similar names."""
    tom, ming = box.people[:2]
    for person in (tom, ming):
        await box.recognize(box.devices[0], person, push=False)
    span = _today(datetime.now(UTC))

    page = await rest.record_page(
        HistoryQuery(span.start, span.end, identity_name=ming.name),
        milliseconds=rest.wire.HISTORY_IN_MILLISECONDS[0],
    )

    [record] = page.records
    assert record.recognition.identity_id == ming.identity_id


@pytest.mark.parametrize("person_type", PersonType)
async def test_history_is_filtered_by_person_type(
    rest: Rest, box: EmulatedBox, person_type: PersonType
) -> None:
    """A box has no word for the type `other`."""
    for kind in WireType:
        person = replace(box.people[0], person_type=kind, identity_id=kind)
        await box.recognize(
            box.devices[0],
            None if kind is WireType.STRANGER else person,
            push=False,
        )
    span = _today(datetime.now(UTC))

    page = await rest.record_page(
        replace(span, person_type=person_type),
        milliseconds=rest.wire.HISTORY_IN_MILLISECONDS[0],
    )

    found = {record.recognition.person_type for record in page.records}
    everybody = {*PersonType} - {PersonType.OTHER}
    assert found == (everybody if person_type is PersonType.OTHER else {person_type})


async def test_history_is_filtered_by_score(rest: Rest, box: EmulatedBox) -> None:
    """The minimum is included."""
    for score in (70.5, 82.25, 99.0):
        await box.recognize(box.devices[0], box.people[0], score=score, push=False)
    span = _today(datetime.now(UTC))

    page = await rest.record_page(
        replace(span, minimum_score=82.25),
        milliseconds=rest.wire.HISTORY_IN_MILLISECONDS[0],
    )

    scores = [record.recognition.score for record in page.records]
    assert sorted(scores, key=str) == [82.25, 99.0]


async def test_unreadable_record_is_counted_and_left_out(
    rest: Rest, box: EmulatedBox, dialect: Dialect
) -> None:
    """The fault quotes nothing of the record."""
    await box.recognize(box.devices[0], box.people[0], push=False)
    span = _today(datetime.now(UTC))
    milliseconds = rest.wire.HISTORY_IN_MILLISECONDS[0]
    good = await rest.record_page(span, milliseconds=milliseconds)
    rows = [{"timestamp": "S3CRET"}, None, {"event_id": "no time"}]
    rows_key = "data" if dialect is Dialect.NESTED else "events"
    box.answer_instead[box.history_path] = CannedAnswer(
        body=orjson.dumps({rows_key: rows})
    )

    bad = await rest.record_page(span, milliseconds=milliseconds)

    assert len(good.records) == 1
    assert good.unreadable == ()
    assert bad.records == ()
    assert bad.total is None
    assert len(bad.unreadable) == 2
    assert "S3CRET" not in str(bad.unreadable)


@pytest.mark.parametrize(
    "variant",
    [
        Variant(),
        Variant(event_answer="event"),
        Variant(event_answer="events"),
    ],
    ids=["bare", "wrapped", "list of one"],
)
async def test_record_is_found_by_its_id_in_the_flat_dialect(
    rest: Rest, box: EmulatedBox, dialect: Dialect
) -> None:
    """Its documentation does not show what wraps the record."""
    emitted = await box.recognize(box.devices[0], box.people[0], push=False)

    record = await rest.record(emitted.event_id)

    if dialect is Dialect.NESTED:
        assert record is None
        assert box.requests == []
    else:
        assert record is not None
        assert record.recognition.recognition_id == emitted.event_id


@pytest.mark.parametrize(
    "variant", [Variant(event_id_ignored=True)], ids=["id ignored"]
)
async def test_record_with_another_id_than_requested_is_refused(
    rest: Rest, box: EmulatedBox, dialect: Dialect
) -> None:
    """Its picture would show another person."""
    older = await box.recognize(box.devices[0], box.people[0], push=False)
    newest = await box.recognize(box.devices[0], box.people[1], push=False)

    assert await rest.record(older.event_id) is None
    found = await rest.record(newest.event_id)
    assert (found is None) is (dialect is Dialect.NESTED)


@pytest.mark.parametrize("dialect", [Dialect.FLAT])
async def test_record_of_an_id_that_started_over_is_found_by_its_time(
    rest: Rest, box: EmulatedBox
) -> None:
    """The box answers with the older of two records."""
    now_ms = round(datetime.now(UTC).timestamp() * 1000)
    for person, timestamp_ms in ((box.people[0], now_ms - 60_000), (None, now_ms)):
        await box.recognize(
            box.devices[0],
            person,
            push=False,
            event_id="7",
            timestamp_ms=timestamp_ms,
        )
    history = History(rest)

    first = await history.find("7")
    assert first is not None
    assert first.recognition.identity_id == box.people[0].identity_id
    page = await history.page(_today(datetime.now(UTC)))
    for record in page.records:
        found = await history.find("7", record.recognition.key)
        assert found is not None
        assert found.recognition.key == record.recognition.key


async def test_pages_are_read_until_one_is_empty(rest: Rest, box: EmulatedBox) -> None:
    """A full last page is followed by an empty one."""
    emitted = [await box.recognize(push=False) for _ in range(4)]
    span = _today(datetime.now(UTC))

    pages = [
        page
        async for page in History(rest).pages(
            HistoryQuery(span.start, span.end, per_page=2)
        )
    ]

    assert [page.rows for page in pages] == [2, 2, 0]
    scores = [record.recognition.score for page in pages for record in page.records]
    assert sorted(scores, key=str) == sorted((e.score for e in emitted), key=str)


@pytest.mark.parametrize(
    "variant",
    [Variant(history_bounds=unit) for unit in ("seconds", "milliseconds")],
    ids=["seconds", "milliseconds"],
)
@pytest.mark.parametrize("dialect", [Dialect.FLAT])
async def test_unit_of_the_bounds_is_determined_once(
    rest: Rest, box: EmulatedBox
) -> None:
    """The documentation of 2.0 contradicts itself."""
    await box.recognize(push=False)
    span = _today(datetime.now(UTC))
    history = History(rest)
    assert len((await history.page(span)).records) == 1
    asked = len(box.requests)

    assert len((await history.page(span)).records) == 1

    assert len(box.requests) == asked + 1
