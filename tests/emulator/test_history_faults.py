"""Histories that round, repeat ids or are late."""

import asyncio
from typing import Any

import pytest

from emulator import Emitted, Variant

from .conftest import Boxes
from .talk import Talk, receive

EITHER = pytest.mark.parametrize("dialect", ["nested", "flat"])


async def _records(talk: Talk) -> list[dict[str, Any]]:
    """Return the history, newest first, with one name for each field."""
    return [
        {
            "id": record.get("_id", record.get("event_id")),
            "name": record.get("common", record)["identity_name"],
            "score": record.get("common", record)["score"],
            "timestamp": record["timestamp"],
        }
        for record in await talk.events()
    ]


@EITHER
@pytest.mark.parametrize("score_scale", [1, 100])
async def test_rounded_scores(boxes: Boxes, dialect: str, score_scale: int) -> None:
    """The history has two digits of a live score that has them all."""
    variant = Variant(history_scores_rounded=True)
    talk = await boxes.make(dialect, variant, score_scale=score_scale)
    socket = await talk.subscribe()
    await talk.box.recognize(talk.box.devices[0], talk.box.people[0])
    live = (await receive(socket))["score"]
    [record] = await _records(talk)
    assert record["score"] == round(live, 2) != live


async def test_scores_are_the_same_otherwise(either: Talk) -> None:
    """Without the variant, the history has the live score."""
    emitted = await either.box.recognize(score=88.56731843521727)
    [record] = await _records(either)
    assert record["score"] == emitted.score == 88.56731843521727


@EITHER
async def test_event_ids_begin_anew(boxes: Boxes, dialect: str) -> None:
    """After a restart somebody else comes under an id of before."""
    variant = Variant(event_ids_restart=True, live_event_id=True)
    talk = await boxes.make(dialect, variant)
    box, seen = talk.box, list[Emitted]()
    for person in box.people[:2]:
        seen.append(await box.recognize(box.devices[0], person))
    await box.reboot(0)
    socket = await talk.subscribe()
    seen.append(await box.recognize(box.devices[0], box.people[2]))

    assert [emitted.event_id for emitted in seen] == ["1", "2", "1"]
    assert (await receive(socket))["event_id"] == "1"
    assert [(record["id"], record["name"]) for record in await _records(talk)] == [
        ("1", box.people[2].name),
        ("2", box.people[1].name),
        ("1", box.people[0].name),
    ]


async def test_event_ids_are_unique_otherwise(either: Talk) -> None:
    """Without the variant, no id comes again after a restart."""
    before = await either.box.recognize()
    await either.box.reboot(0)
    assert (await either.box.recognize()).event_id != before.event_id


@EITHER
async def test_better_result(boxes: Boxes, dialect: str) -> None:
    """A recognition is sent again under its id; its record is replaced."""
    talk = await boxes.make(dialect, Variant(live_event_id=True))
    box, device = talk.box, talk.box.devices[0]
    socket = await talk.subscribe()
    first = await box.recognize(device, score=12.5)
    better = await box.recognize(
        device,
        box.people[0],
        score=97.5,
        event_id=first.event_id,
        timestamp_ms=first.timestamp_ms,
    )

    assert better.event_id == first.event_id
    for emitted in (first, better):
        assert await receive(socket) == emitted.message
    assert better.message["event_id"] == first.message["event_id"] == first.event_id
    assert await _records(talk) == [
        {
            "id": first.event_id,
            "name": box.people[0].name,
            "score": 97.5,
            "timestamp": first.timestamp_ms / 1000,
        }
    ]


async def test_same_id_at_another_time(either: Talk) -> None:
    """An id alone replaces no record."""
    first = await either.box.recognize(either.box.devices[0])
    await either.box.recognize(either.box.devices[0], event_id=first.event_id)
    ids = [record["id"] for record in await _records(either)]
    assert ids == [first.event_id] * 2


async def test_late_records_of_a_box(either: Talk) -> None:
    """Every record of a box may be late; a recognition may be an exception."""
    box = either.box
    box.state.record_delay = 0.2
    late = await box.recognize(push=False)
    prompt = await box.recognize(push=False, record_delay=0)
    assert [record["id"] for record in await _records(either)] == [prompt.event_id]
    await asyncio.sleep(0.25)
    assert [record["id"] for record in await _records(either)] == [
        prompt.event_id,
        late.event_id,
    ]
