"""The history: filters, pages and late entries (PROTOCOL §4)."""

import asyncio
from typing import Any

import pytest

from emulator import Emitted, Variant

from .conftest import Boxes
from .talk import Talk

START_MS = 1_700_000_000_123


async def _fill(talk: Talk, count: int = 25) -> list[Emitted]:
    """Record one recognition a minute, of everybody and strangers in turn."""
    box = talk.box
    people = [*box.people, None]
    return [
        await box.recognize(
            box.devices[number % 4],
            people[number % len(people)],
            timestamp_ms=START_MS + number * 60_000,
            score=float(number),
            push=False,
        )
        for number in range(count)
    ]


async def _ids(talk: Talk, **arguments: object) -> list[str]:
    key = "_id" if talk.box.dialect == "nested" else "event_id"
    if talk.box.dialect == "nested":
        arguments.setdefault("per_page", 100)
    return [record[key] for record in await talk.events(**arguments)]


async def test_nested_record(nested: Talk) -> None:
    """A 1.x record has the page's fields and seconds."""
    [emitted, *_] = await _fill(nested, 1)
    [record] = await nested.events()
    assert record.keys() == {
        "_id",
        "timestamp",
        "common",
        "video_data",
        "gate_data",
        "grab_data",
    }
    assert record["timestamp"] == START_MS / 1000
    common = record["common"]
    assert (common["identity_id"], common["identity_name"], common["person_type"]) == (
        "12345565",
        "Tom",
        1,
    )
    assert common["score"] == 0.0
    assert common["ep_info"]["device_id"] == emitted.device_id
    assert common["identity_info"]["image_id"] == nested.box.people[0].image_id


async def test_flat_record(flat: Talk) -> None:
    """A 2.0 record has the page's fields and seconds."""
    [emitted, *_] = await _fill(flat, 1)
    [record] = await flat.events()
    assert (record["event_id"], record["timestamp"]) == (
        emitted.event_id,
        START_MS / 1000,
    )
    assert record["media_device_info"]["media_device_id"] == emitted.device_id
    assert record["register_image_id"] == flat.box.people[0].image_id
    one = await flat.post("/sophon/v2/face/getevent", {"event_id": emitted.event_id})
    assert one.json == record


async def test_nested_pages(nested: Talk) -> None:
    """Pages cover everything once, newest first."""
    emitted = await _fill(nested)
    seen: list[str] = []
    for page in range(4):
        answer = (
            await nested.get("/SophonFace/api/events", page=page, per_page=10)
        ).json
        assert answer["pagination"] == {
            "page": page,
            "per_page": 10,
            "num_pages": 3,
            "total_count": 25,
        }
        seen += [record["_id"] for record in answer["data"]]
    assert seen == [item.event_id for item in reversed(emitted)]
    top = (await nested.get("/SophonFace/api/events", per_page=10, top_k=12)).json[
        "pagination"
    ]
    assert (top["num_pages"], top["total_count"]) == (2, 12)


async def test_flat_pages(flat: Talk) -> None:
    """Pages cover everything once, newest first; ten a page unless asked otherwise."""
    emitted = await _fill(flat)
    seen: list[str] = []
    for index in range(3):
        answer = (
            await flat.post("/sophon/v2/face/getevents", {"page_index": index})
        ).json
        assert answer["pagination"] == {
            "page_index": index,
            "page_limit": 10,
            "total_count": 25,
        }
        seen += [record["event_id"] for record in answer["events"]]
    assert seen == [item.event_id for item in reversed(emitted)]


@pytest.mark.parametrize(
    ("variant", "asked", "sizes"),
    [
        (Variant(history_page_most=10), 20, [10, 10, 5, 0]),
        (Variant(history_page_most=10), 9, [9, 9, 7, 0]),
        (Variant(history_page_least=20), 10, [20, 5, 0]),
        (Variant(history_page_most=4, history_skips_as_asked=True), 10, [4, 4, 4, 0]),
    ],
    ids=["fewer", "as asked", "more", "skipping as asked"],
)
async def test_pages_of_another_size(
    boxes: Boxes, variant: Variant, asked: int, sizes: list[int]
) -> None:
    """Nothing documents that a page has the size that was asked for."""
    nested = await boxes.make("nested", variant)
    flat = await boxes.make("flat", variant)
    emitted = [await _fill(talk) for talk in (nested, flat)]
    for page, size in enumerate(sizes):
        answers = (
            await nested.events(page=page, per_page=asked),
            (
                await flat.post(
                    "/sophon/v2/face/getevents",
                    {"page_index": page, "page_limit": asked},
                )
            ).json["events"],
        )
        start = page * (asked if variant.history_skips_as_asked else sizes[0])
        for all_of_it, answer in zip(emitted, answers, strict=True):
            expected = all_of_it[::-1][start : start + size]
            assert [each.get("_id", each.get("event_id")) for each in answer] == [
                item.event_id for item in expected
            ]


async def test_ascending(boxes: Boxes) -> None:
    """The order of answers is not documented, so it can be turned round."""
    talk = await boxes.make("nested", Variant(history_order="ascending"))
    emitted = await _fill(talk)
    assert await _ids(talk) == [item.event_id for item in emitted]


async def test_nested_filters(nested: Talk) -> None:
    """Each filter keeps exactly what it says."""
    emitted = await _fill(nested)
    by_id = {item.event_id: item for item in emitted}

    async def found(**arguments: object) -> list[Emitted]:
        return [by_id[event_id] for event_id in await _ids(nested, **arguments)]

    assert {item.identity_name for item in await found(name="tOm")} == {"Tom"}
    assert {item.identity_id for item in await found(name="王")} == {
        "10010376",
        "10010593",
    }
    assert {item.identity_id for item in await found(identity_id="666666")} == {
        "666666"
    }
    assert await found(identity_id="66666") == []
    assert {item.score for item in await found(score_min=5, score_max=7)} == {
        5.0,
        6.0,
        7.0,
    }
    assert {item.person_type.value for item in await found(userType=3)} == {"blacklist"}
    assert {item.person_type.value for item in await found(userType=4)} == {"stranger"}
    first, second = nested.box.devices[:2]
    assert {item.device_id for item in await found(streams=first.device_id)} == {
        first.device_id
    }
    both = await found(streams=f"{first.device_id},{second.device_id}")
    assert {item.device_id for item in both} == {first.device_id, second.device_id}
    assert {
        item.score
        for item in await found(
            datetime_gte=1_700_000_060.123, datetime_lte=1_700_000_120.123
        )
    } == {1, 2}
    assert nested.box.errors == []


async def test_flat_filters(flat: Talk) -> None:
    """Each filter keeps exactly what it says; time bounds in seconds or milliseconds."""
    emitted = await _fill(flat)
    by_id = {item.event_id: item for item in emitted}

    async def found(**arguments: object) -> list[Emitted]:
        return [by_id[event_id] for event_id in await _ids(flat, **arguments)]

    assert {item.identity_name for item in await found(identity_name="an")} >= {
        "Anna Schmidt",
        "Viktor Kane",
    }
    assert {item.identity_id for item in await found(identity_id="666666")} == {
        "666666"
    }
    assert {item.score for item in await found(score_min=5, score_max=7)} == {
        5.0,
        6.0,
        7.0,
    }
    assert {item.person_type.value for item in await found(user_type="VIP")} == {"vip"}
    device = flat.box.devices[2]
    assert {
        item.device_id for item in await found(media_device_ids=[device.device_id])
    } == {device.device_id}
    for bounds in (
        (1_700_000_060.123, 1_700_000_120.123),
        (START_MS + 60_000, START_MS + 120_000),
    ):
        assert {
            item.score
            for item in await found(datetime_gte=bounds[0], datetime_lte=bounds[1])
        } == {1, 2}
    assert flat.box.errors == []


@pytest.mark.parametrize(
    ("bounds", "hits_seconds", "hits_milliseconds"),
    [("seconds", 25, 0), ("milliseconds", 0, 25)],
)
async def test_strict_bounds(
    boxes: Boxes, bounds: str, hits_seconds: int, hits_milliseconds: int
) -> None:
    """A firmware that takes one unit misunderstands the other."""
    variant = Variant(
        history_bounds="seconds" if bounds == "seconds" else "milliseconds"
    )
    talk = await boxes.make("flat", variant)
    await _fill(talk)
    low, high = START_MS, START_MS + 25 * 60_000
    assert (
        len(await _ids(talk, datetime_gte=low / 1000, datetime_lte=high / 1000))
        == hits_seconds
    )
    assert (
        len(await _ids(talk, datetime_gte=low, datetime_lte=high)) == hits_milliseconds
    )


async def test_milliseconds_to_a_nested_box_are_reported(nested: Talk) -> None:
    """1.x wants seconds."""
    await _fill(nested)
    assert await _ids(nested, datetime_gte=START_MS) == []
    assert any("datetime_gte" in error for error in nested.box.errors)


async def test_late_entries(either: Talk) -> None:
    """A record can enter the history after its timestamp."""
    emitted = await either.box.recognize(
        timestamp_ms=START_MS, record_delay=0.2, push=False
    )
    assert await _ids(either) == []
    await asyncio.sleep(0.25)
    assert await _ids(either) == [emitted.event_id]


async def test_unrecorded(either: Talk) -> None:
    """A recognition can be kept out of the history."""
    await either.box.recognize(record=False)
    assert await _ids(either) == []


@pytest.mark.parametrize(
    "bad",
    [
        {"page": -1},
        {"per_page": 0},
        {"per_page": "x"},
        {"userType": 9},
        {"score_min": "?"},
    ],
)
async def test_nested_invalid_arguments(nested: Talk, bad: dict[str, Any]) -> None:
    """Arguments that make no sense are refused."""
    answer = await nested.get("/SophonFace/api/events", **bad)
    assert answer.status == 400
    assert answer.json["error"]["status"] == "INVALID_ARGUMENTS"


@pytest.mark.parametrize(
    "body",
    [
        {"page_limit": 0},
        {"page_index": "x"},
        {"filters": []},
        {"filters": {"media_device_ids": "all"}},
        {"filters": {"user_type": "nobody"}},
        {"filters": {"identity_name": 7}},
        {"filters": {"score_min": True}},
    ],
)
async def test_flat_invalid_arguments(flat: Talk, body: dict[str, object]) -> None:
    """Arguments that make no sense are refused."""
    answer = await flat.post("/sophon/v2/face/getevents", body)
    assert answer.json["error"]["code"] == "INVALID_ARGUMENTS"
    assert flat.box.errors
