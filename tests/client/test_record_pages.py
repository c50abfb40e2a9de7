"""The box's history, page by page."""

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


async def test_the_history_comes_in_pages(rest: Rest, box: EmulatedBox) -> None:
    """All records of a time span, each on one page, and how many there are in all."""
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


async def test_the_history_of_one_person_at_some_devices(
    rest: Rest, box: EmulatedBox
) -> None:
    """The box is asked for what is wanted only."""
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


async def test_the_history_of_a_name(rest: Rest, box: EmulatedBox) -> None:
    """Who is known by name only can be asked for; the box may add whom it takes for alike."""
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
async def test_the_history_of_a_person_type(
    rest: Rest, box: EmulatedBox, person_type: PersonType
) -> None:
    """Each is asked for in the box's own word; what it has no word for, it cannot leave out."""
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


async def test_the_history_from_a_score_on(rest: Rest, box: EmulatedBox) -> None:
    """The lowest score that is wanted is among what is found."""
    for score in (70.5, 82.25, 99.0):
        await box.recognize(box.devices[0], box.people[0], score=score, push=False)
    span = _today(datetime.now(UTC))

    page = await rest.record_page(
        replace(span, minimum_score=82.25),
        milliseconds=rest.wire.HISTORY_IN_MILLISECONDS[0],
    )

    scores = [record.recognition.score for record in page.records]
    assert sorted(scores, key=str) == [82.25, 99.0]


async def test_a_record_that_cannot_be_read_costs_itself(
    rest: Rest, box: EmulatedBox, dialect: Dialect
) -> None:
    """The others are returned, and the fault is told without quoting it."""
    await box.recognize(box.devices[0], box.people[0], push=False)
    span = _today(datetime.now(UTC))
    milliseconds = rest.wire.HISTORY_IN_MILLISECONDS[0]
    good = await rest.record_page(span, milliseconds=milliseconds)
    path = (
        "/SophonFace/api/events"
        if dialect is Dialect.NESTED
        else "/sophon/v2/face/getevents"
    )
    rows = [{"timestamp": "S3CRET"}, None, {"event_id": "no time"}]
    rows_key = "data" if dialect is Dialect.NESTED else "events"
    box.answer_instead[path] = CannedAnswer(body=orjson.dumps({rows_key: rows}))

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
async def test_one_record_by_its_id(
    rest: Rest, box: EmulatedBox, dialect: Dialect
) -> None:
    """Only 2.0 has the call; its page does not say what is around the record."""
    emitted = await box.recognize(box.devices[0], box.people[0], push=False)

    record = await rest.record(emitted.event_id)

    if dialect is Dialect.NESTED:
        assert record is None
        assert box.requests == []
    else:
        assert record is not None
        assert record.recognition.recognition_id == emitted.event_id


async def test_pages_are_walked_until_there_are_no_more(
    rest: Rest, box: EmulatedBox
) -> None:
    """A row that cannot be read does not end the walk, nor does a last page that is full."""
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
async def test_the_unit_of_the_bounds_is_learned_once(
    rest: Rest, box: EmulatedBox
) -> None:
    """The page of 2.0 contradicts itself: what a box understood once is not asked in another way again."""
    await box.recognize(push=False)
    span = _today(datetime.now(UTC))
    history = History(rest)
    assert len((await history.page(span)).records) == 1
    asked = len(box.requests)

    assert len((await history.page(span)).records) == 1

    assert len(box.requests) == asked + 1
