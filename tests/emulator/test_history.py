"""Tests of the history: filters and pages (docs/protocol.md §4)."""

from typing import Any

import pytest

from emulator import Emitted, Variant

from .box_client import BoxClient, make_visible
from .conftest import Boxes

START_MS = 1_700_000_000_123


async def _fill(client: BoxClient, count: int = 25) -> list[Emitted]:
    """Record everyone and a stranger in turn, a minute apart."""
    box = client.box
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


async def _ids(client: BoxClient, **arguments: object) -> list[str]:
    key = "_id" if client.box.dialect == "nested" else "event_id"
    if client.box.dialect == "nested":
        arguments.setdefault("per_page", 100)
    return [record[key] for record in await client.events(**arguments)]


async def test_nested_record_has_documented_fields(nested: BoxClient) -> None:
    """The time of a 1.x record is in seconds."""
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


async def test_flat_record_has_documented_fields(flat: BoxClient) -> None:
    """The time is in seconds, and `getevent` returns the same record."""
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


async def test_nested_pages_cover_all_records_newest_first(nested: BoxClient) -> None:
    """The parameter `top_k` limits the total."""
    emitted = await _fill(nested)
    received: list[str] = []
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
        received += [record["_id"] for record in answer["data"]]
    assert received == [item.event_id for item in reversed(emitted)]
    top = (await nested.get("/SophonFace/api/events", per_page=10, top_k=12)).json[
        "pagination"
    ]
    assert (top["num_pages"], top["total_count"]) == (2, 12)


async def test_flat_pages_cover_all_records_newest_first(flat: BoxClient) -> None:
    """A page has ten records by default."""
    emitted = await _fill(flat)
    received: list[str] = []
    for index in range(3):
        answer = (
            await flat.post("/sophon/v2/face/getevents", {"page_index": index})
        ).json
        assert answer["pagination"] == {
            "page_index": index,
            "page_limit": 10,
            "total_count": 25,
        }
        received += [record["event_id"] for record in answer["events"]]
    assert received == [item.event_id for item in reversed(emitted)]


@pytest.mark.parametrize(
    ("variant", "requested", "sizes"),
    [
        (Variant(history_page_most=10), 20, [10, 10, 5, 0]),
        (Variant(history_page_most=10), 9, [9, 9, 7, 0]),
        (Variant(history_page_least=20), 10, [20, 5, 0]),
        (Variant(history_page_most=4, history_skips_as_asked=True), 10, [4, 4, 4, 0]),
    ],
    ids=["fewer", "as requested", "more", "skipping as requested"],
)
async def test_page_size_can_differ_from_the_request(
    boxes: Boxes, variant: Variant, requested: int, sizes: list[int]
) -> None:
    """The vendor does not document the page size."""
    nested = await boxes.make("nested", variant)
    flat = await boxes.make("flat", variant)
    emitted = [await _fill(client) for client in (nested, flat)]
    for page, size in enumerate(sizes):
        answers = (
            await nested.events(page=page, per_page=requested),
            (
                await flat.post(
                    "/sophon/v2/face/getevents",
                    {"page_index": page, "page_limit": requested},
                )
            ).json["events"],
        )
        start = page * (requested if variant.history_skips_as_asked else sizes[0])
        for recorded, answer in zip(emitted, answers, strict=True):
            expected = recorded[::-1][start : start + size]
            assert [each.get("_id", each.get("event_id")) for each in answer] == [
                item.event_id for item in expected
            ]


async def test_history_can_be_in_ascending_order(boxes: Boxes) -> None:
    """The vendor does not document the order."""
    client = await boxes.make("nested", Variant(history_order="ascending"))
    emitted = await _fill(client)
    assert await _ids(client) == [item.event_id for item in emitted]


async def test_nested_filters_select_matching_records(nested: BoxClient) -> None:
    """Names match in part, other filters exactly."""
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


async def test_flat_filters_select_matching_records(flat: BoxClient) -> None:
    """Time bounds may be in seconds or milliseconds."""
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
async def test_time_bounds_are_read_in_one_unit_only(
    boxes: Boxes, bounds: str, hits_seconds: int, hits_milliseconds: int
) -> None:
    """Bounds in the other unit find nothing."""
    variant = Variant(
        history_bounds="seconds" if bounds == "seconds" else "milliseconds"
    )
    client = await boxes.make("flat", variant)
    await _fill(client)
    low, high = START_MS, START_MS + 25 * 60_000
    assert (
        len(await _ids(client, datetime_gte=low / 1000, datetime_lte=high / 1000))
        == hits_seconds
    )
    assert (
        len(await _ids(client, datetime_gte=low, datetime_lte=high))
        == hits_milliseconds
    )


async def test_nested_time_bound_in_milliseconds_is_reported(nested: BoxClient) -> None:
    """Dialect 1.x expects seconds."""
    await _fill(nested)
    assert await _ids(nested, datetime_gte=START_MS) == []
    assert any("datetime_gte" in error for error in nested.box.errors)


async def test_record_can_enter_the_history_late(either: BoxClient) -> None:
    """The delay starts at the recognition."""
    emitted = await either.box.recognize(
        timestamp_ms=START_MS, record_delay=60, push=False
    )
    assert await _ids(either) == []
    make_visible(either.box)
    assert await _ids(either) == [emitted.event_id]


async def test_recognition_can_be_kept_out_of_the_history(either: BoxClient) -> None:
    """The option `record=False` skips the record."""
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
async def test_nested_invalid_arguments_are_refused(
    nested: BoxClient, bad: dict[str, Any]
) -> None:
    """The status of the answer is 400."""
    answer = await nested.get("/SophonFace/api/events", **bad)
    assert answer.status == 400
    assert answer.is_error("INVALID_ARGUMENTS")


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
async def test_flat_invalid_arguments_are_refused(
    flat: BoxClient, body: dict[str, object]
) -> None:
    """The box reports the error as well."""
    answer = await flat.post("/sophon/v2/face/getevents", body)
    assert answer.json["error"]["code"] == "INVALID_ARGUMENTS"
    assert flat.box.errors
