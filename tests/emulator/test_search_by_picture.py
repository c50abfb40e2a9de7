"""Searching the records for the face on a picture (PROTOCOL §4)."""

import asyncio
import base64
from typing import Any

from emulator import Variant

from .conftest import Boxes
from .pictures import drawn_reference, photo
from .talk import Talk

START_MS = 1_700_000_000_000
MINUTE_MS = 60_000


async def _search(talk: Talk, picture: bytes, **more: Any) -> Any:
    path = (
        "/SophonMatch/api/picturesearch"
        if talk.box.dialect == "nested"
        else "/sophon/v2/face/searchbyimage"
    )
    answer = await talk.post(
        path, {"face_image_base64": base64.b64encode(picture).decode()} | more
    )
    return answer.json


async def _fill(talk: Talk, count: int) -> bytes:
    """Record Tom and somebody else in turn, a minute apart, and return Tom's picture."""
    box = talk.box
    for number in range(count):
        await box.recognize(
            box.devices[number % 4],
            box.people[number % 2],
            timestamp_ms=START_MS + number * MINUTE_MS,
            push=False,
        )
    return await drawn_reference(box, box.people[0])


def _window(talk: Talk, count: int) -> dict[str, float]:
    unit = 1000 if talk.box.dialect == "nested" else 1
    return {
        "starttime": START_MS / unit,
        "endtime": (START_MS + count * MINUTE_MS) / unit,
    }


def _events(body: Any) -> list[Any]:
    return list(body["event_list"] if "event_list" in body else body["events"])


async def test_search_by_picture(either: Talk) -> None:
    """Only records of that face are found, newest first unless asked otherwise."""
    picture = await _fill(either, 6)
    window = _window(either, 6)
    body = await _search(either, picture, **window)
    times = [event["timestamp"] for event in _events(body)]
    expected = [(START_MS + number * MINUTE_MS) / 1000 for number in (4, 2, 0)]
    assert times == expected
    assert {event["identity_id"] for event in _events(body)} == {"12345565"}
    assert not body["have_more"]
    turned = await _search(either, picture, reverse=False, **window)
    assert [event["timestamp"] for event in _events(turned)] == expected[::-1]
    key = "device_id_list" if either.box.dialect == "nested" else "media_device_ids"
    ids = [either.box.devices[0].device_id]
    some = await _search(either, picture, **window, **{key: ids})
    assert len(_events(some)) == 2
    assert _events(await _search(either, picture, **window, threshold=99.5)) == []
    assert either.box.errors == []


async def test_search_without_times_covers_a_day(either: Talk) -> None:
    """Without times the last day is searched."""
    picture = await _fill(either, 2)
    assert _events(await _search(either, picture)) == []
    await either.box.recognize(either.box.devices[0], either.box.people[0], push=False)
    assert len(_events(await _search(either, picture))) == 1


async def test_search_goes_on(either: Talk) -> None:
    """A search that hits a limit says where it ended, and the next goes on from there."""
    either.box.settings.found_records = 2
    picture = await _fill(either, 10)
    seen: list[float] = []
    more: dict[str, float] = {}
    for expected in (True, True, False):
        body = await _search(either, picture, **_window(either, 10), **more)
        seen += [event["timestamp"] for event in _events(body)]
        assert body["have_more"] is expected
        more = {"last_end_timestamp": body["endtimestamp"]}
    assert seen == [(START_MS + n * MINUTE_MS) / 1000 for n in (8, 6, 4, 2, 0)]


async def test_search_looks_at_so_many_records(either: Talk) -> None:
    """A search may end without having found anything, and still have more."""
    either.box.settings.searched_records = 1
    picture = await _fill(either, 2)
    body = await _search(either, picture, **_window(either, 2))
    assert _events(body) == []
    assert body["have_more"]


async def test_end_of_a_search_may_be_seconds(boxes: Boxes) -> None:
    """The 2.0 page says milliseconds, its example seconds."""
    talk = await boxes.make("flat", Variant(search_end_in_seconds=True))
    picture = await _fill(talk, 1)
    body = await _search(talk, picture, **_window(talk, 1))
    assert body["endtimestamp"] == START_MS / 1000


async def test_nested_search_is_limited_to_a_month(nested: Talk) -> None:
    """1.x refuses a longer window."""
    body = await _search(nested, photo(), starttime=0, endtime=31 * 86_400)
    assert body["error"]["status"] == "INVALID_ARGUMENTS"


async def test_one_search_at_a_time(either: Talk) -> None:
    """A second search beside the first is refused; afterwards one may search again."""
    either.box.state.search_seconds = 0.2
    both = await asyncio.gather(_search(either, photo()), _search(either, photo()))
    [refused] = [body["error"] for body in both if "error" in body]
    code = "ANOTHER_PICTURE_SEARCH_RUNNING_ERROR"
    assert code in (refused.get("status"), refused["code"])
    assert "error" not in await _search(either, photo())
    assert "error" in await _search(either, b"no picture")
    assert "error" not in await _search(either, photo())
