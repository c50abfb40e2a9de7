"""Tests of histories that round, repeat ids or are late."""

from typing import Any

import pytest

from emulator import Emitted, Variant

from .box_client import BoxClient, make_visible, receive
from .conftest import Boxes

EITHER = pytest.mark.parametrize("dialect", ["nested", "flat"])


async def _records(client: BoxClient) -> list[dict[str, Any]]:
    """Return history records with the same keys in both dialects."""
    return [
        {
            "id": record.get("_id", record.get("event_id")),
            "name": record.get("common", record)["identity_name"],
            "score": record.get("common", record)["score"],
            "timestamp": record["timestamp"],
        }
        for record in await client.events()
    ]


@EITHER
@pytest.mark.parametrize("score_scale", [1, 100])
async def test_history_can_round_scores_to_two_digits(
    boxes: Boxes, dialect: str, score_scale: int
) -> None:
    """The live score is not rounded."""
    variant = Variant(history_scores_rounded=True)
    client = await boxes.make(dialect, variant, score_scale=score_scale)
    socket = await client.subscribe()
    await client.box.recognize(client.box.devices[0], client.box.people[0])
    live = (await receive(socket))["score"]
    [record] = await _records(client)
    assert record["score"] == round(live, 2) != live


async def test_history_has_the_live_score_by_default(either: BoxClient) -> None:
    """No digit is lost without the variant."""
    emitted = await either.box.recognize(score=88.56731843521727)
    [record] = await _records(either)
    assert record["score"] == emitted.score == 88.56731843521727


@EITHER
async def test_event_ids_can_repeat_after_a_restart(boxes: Boxes, dialect: str) -> None:
    """Another person gets an id from before the restart."""
    variant = Variant(event_ids_restart=True, live_event_id=True)
    client = await boxes.make(dialect, variant)
    box, recognized = client.box, list[Emitted]()
    for person in box.people[:2]:
        recognized.append(await box.recognize(box.devices[0], person))
    await box.reboot(0)
    socket = await client.subscribe()
    recognized.append(await box.recognize(box.devices[0], box.people[2]))

    assert [emitted.event_id for emitted in recognized] == ["1", "2", "1"]
    assert (await receive(socket))["event_id"] == "1"
    assert [(record["id"], record["name"]) for record in await _records(client)] == [
        ("1", box.people[2].name),
        ("2", box.people[1].name),
        ("1", box.people[0].name),
    ]


async def test_event_ids_are_unique_by_default(either: BoxClient) -> None:
    """A restart does not repeat ids without the variant."""
    before = await either.box.recognize()
    await either.box.reboot(0)
    assert (await either.box.recognize()).event_id != before.event_id


@EITHER
async def test_better_result_replaces_its_record(boxes: Boxes, dialect: str) -> None:
    """Both messages have the same id and time."""
    client = await boxes.make(dialect, Variant(live_event_id=True))
    box, device = client.box, client.box.devices[0]
    socket = await client.subscribe()
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
    assert await _records(client) == [
        {
            "id": first.event_id,
            "name": box.people[0].name,
            "score": 97.5,
            "timestamp": first.timestamp_ms / 1000,
        }
    ]


async def test_same_id_at_another_time_is_another_record(either: BoxClient) -> None:
    """Only id, device and time together replace a record."""
    first = await either.box.recognize(either.box.devices[0])
    await either.box.recognize(either.box.devices[0], event_id=first.event_id)
    ids = [record["id"] for record in await _records(either)]
    assert ids == [first.event_id] * 2


async def test_all_records_of_a_box_can_be_late(either: BoxClient) -> None:
    """A single recognition can be an exception."""
    box = either.box
    box.state.record_delay = 60
    late = await box.recognize(push=False)
    prompt = await box.recognize(push=False, record_delay=0)
    assert [record["id"] for record in await _records(either)] == [prompt.event_id]
    make_visible(box)
    assert [record["id"] for record in await _records(either)] == [
        prompt.event_id,
        late.event_id,
    ]
