"""Tests of the search by picture (docs/protocol.md §4)."""

import asyncio
import base64
from typing import Any

import pytest

from emulator import Variant

from .box_client import BoxClient, skip, until
from .conftest import Boxes
from .pictures import drawn_reference, photo

START_MS = 1_700_000_000_000
MINUTE_MS = 60_000


async def _search(client: BoxClient, picture: bytes, **more: Any) -> Any:
    path = (
        "/SophonMatch/api/picturesearch"
        if client.box.dialect == "nested"
        else "/sophon/v2/face/searchbyimage"
    )
    answer = await client.post(
        path, {"face_image_base64": base64.b64encode(picture).decode()} | more
    )
    return answer.json


async def _fill(client: BoxClient, count: int) -> bytes:
    """Record two people in turn and return a picture of the first."""
    box = client.box
    for number in range(count):
        await box.recognize(
            box.devices[number % 4],
            box.people[number % 2],
            timestamp_ms=START_MS + number * MINUTE_MS,
            push=False,
        )
    return await drawn_reference(box, box.people[0])


def _window(client: BoxClient, count: int) -> dict[str, float]:
    unit = 1000 if client.box.dialect == "nested" else 1
    return {
        "starttime": START_MS / unit,
        "endtime": (START_MS + count * MINUTE_MS) / unit,
    }


def _events(body: Any) -> list[Any]:
    return list(body["event_list"] if "event_list" in body else body["events"])


async def test_search_finds_records_of_a_face_newest_first(either: BoxClient) -> None:
    """Order, devices and threshold can be chosen."""
    picture = await _fill(either, 6)
    window = _window(either, 6)
    body = await _search(either, picture, **window)
    times = [event["timestamp"] for event in _events(body)]
    expected = [(START_MS + number * MINUTE_MS) / 1000 for number in (4, 2, 0)]
    assert times == expected
    assert {event["identity_id"] for event in _events(body)} == {"12345565"}
    assert not body["have_more"]
    oldest_first = await _search(either, picture, reverse=False, **window)
    assert [event["timestamp"] for event in _events(oldest_first)] == expected[::-1]
    key = "device_id_list" if either.box.dialect == "nested" else "media_device_ids"
    ids = [either.box.devices[0].device_id]
    some = await _search(either, picture, **window, **{key: ids})
    assert len(_events(some)) == 2
    assert _events(await _search(either, picture, **window, threshold=99.5)) == []
    assert either.box.errors == []


async def test_search_without_times_covers_the_last_day(either: BoxClient) -> None:
    """Older records are not found."""
    picture = await _fill(either, 2)
    assert _events(await _search(either, picture)) == []
    await either.box.recognize(either.box.devices[0], either.box.people[0], push=False)
    assert len(_events(await _search(either, picture))) == 1


async def test_limited_search_continues_where_it_ended(either: BoxClient) -> None:
    """The limit is the number of records in the answer."""
    either.box.settings.found_records = 2
    picture = await _fill(either, 10)
    found: list[float] = []
    more: dict[str, float] = {}
    for expected in (True, True, False):
        body = await _search(either, picture, **_window(either, 10), **more)
        found += [event["timestamp"] for event in _events(body)]
        assert body["have_more"] is expected
        more = {"last_end_timestamp": body["endtimestamp"]}
    assert found == [(START_MS + n * MINUTE_MS) / 1000 for n in (8, 6, 4, 2, 0)]


async def test_search_ends_at_the_limit_of_searched_records(either: BoxClient) -> None:
    """A search can find nothing and still have more records."""
    either.box.settings.searched_records = 1
    picture = await _fill(either, 2)
    body = await _search(either, picture, **_window(either, 2))
    assert _events(body) == []
    assert body["have_more"]


async def test_flat_search_end_can_be_in_seconds(boxes: Boxes) -> None:
    """The 2.0 page describes milliseconds, but its example has seconds."""
    client = await boxes.make("flat", Variant(search_end_in_seconds=True))
    picture = await _fill(client, 1)
    body = await _search(client, picture, **_window(client, 1))
    assert body["endtimestamp"] == START_MS / 1000


@pytest.mark.parametrize("unit", ["seconds", "milliseconds"])
async def test_flat_search_can_take_one_unit_only(boxes: Boxes, unit: Any) -> None:
    """In the other unit, it searches a time without records."""
    client = await boxes.make("flat", Variant(search_bounds=unit))
    picture = await _fill(client, 2)
    end = START_MS + 2 * MINUTE_MS
    milliseconds = {"starttime": START_MS, "endtime": end}
    seconds = {"starttime": START_MS / 1000, "endtime": end / 1000}
    found = [
        len(_events(await _search(client, picture, **window)))
        for window in (milliseconds, seconds)
    ]
    assert found == ([0, 1] if unit == "seconds" else [1, 0])


async def test_nested_search_is_limited_to_a_month(nested: BoxClient) -> None:
    """Dialect 1.x refuses a longer window."""
    body = await _search(nested, photo(), starttime=0, endtime=31 * 86_400)
    assert body["error"]["code"] == 40091


async def test_second_search_at_once_is_refused(
    either: BoxClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another search is possible afterwards, even after a failed one."""
    either.box.state.search_seconds = 20
    searching = asyncio.create_task(_search(either, photo()))
    await until(lambda: either.box.state.searching)
    refused = (await _search(either, photo()))["error"]
    skip(monkeypatch, 20)
    assert "error" not in await searching
    either.box.state.search_seconds = 0
    code = "ANOTHER_PICTURE_SEARCH_RUNNING_ERROR"
    assert code in (refused.get("status"), refused["code"])
    assert "error" not in await _search(either, photo())
    assert "error" in await _search(either, b"no picture")
    assert "error" not in await _search(either, photo())
