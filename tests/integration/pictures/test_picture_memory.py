"""The pictures held in memory, and the requests for others."""

import asyncio
import threading
import time

import pytest

from custom_components.se_aibox.aibox import models
from custom_components.se_aibox.pictures import cache, source
from custom_components.se_aibox.pictures.picture import Picture, read_text
from emulator import EmulatedBox, PictureKind, Variant
from homeassistant.core import HomeAssistant
from tests.integration.conftest import Look, SetUp
from tests.integration.helpers import (
    FiredEvents,
    encoded,
    face_field,
    jpeg,
    requests_to,
    state_becomes,
    until,
)


def scene_requests(box: EmulatedBox) -> int:
    """Count the requests for a record, its scene or its face."""
    if box.dialect == "nested":
        return requests_to(box, "/SophonFace/api/event")
    return requests_to(box, "/sophon/v2/face/getevent") + requests_to(
        box, "/sophon/v2/face/getspotimage"
    )


async def test_picture_viewed_longest_ago_makes_room(
    monkeypatch: pytest.MonkeyPatch,
    box: EmulatedBox,
    set_up: SetUp,
    fired: FiredEvents,
    look: Look,
) -> None:
    """It is requested again when it is viewed."""
    monkeypatch.setattr(cache, "MAXIMUM_PICTURES", 2)
    await set_up({"pictures": ["captured"]})
    if box.dialect == "nested":
        box.state.variant = Variant(welcome_machine=True)
    faces = []
    for person in box.people[:2]:
        await box.recognize(box.devices[0], person)
        faces.append((await fired.next())["pictures"]["face"])
    # The first one is viewed last, so that the second one makes room.
    for number in (0, 1, 0):
        await look(faces[number])
    await box.recognize(box.devices[0], box.people[2])
    faces.append((await fired.next())["pictures"]["face"])

    box.requests.clear()
    for number in (0, 2):
        response = await look(faces[number])
        assert await response.read() == jpeg(box, PictureKind.FACE, number)
    assert scene_requests(box) == 0
    response = await look(faces[1])
    assert await response.read() == jpeg(box, PictureKind.FACE, 1)
    assert scene_requests(box) > 0


async def test_pictures_never_take_more_than_the_maximum_bytes(
    monkeypatch: pytest.MonkeyPatch,
    box: EmulatedBox,
    set_up: SetUp,
    fired: FiredEvents,
    look: Look,
) -> None:
    """A larger picture is served but not held."""
    monkeypatch.setattr(cache, "MAXIMUM_BYTES", 8_000)
    entry = await set_up({"pictures": ["captured"]})
    faces = []
    for number in range(3):
        await box.recognize(box.devices[0], box.people[number])
        faces.append((await fired.next())["pictures"])
        assert (
            sum(map(cache._size, entry.runtime_data.pictures._held.values())) <= 8_000
        )
    for number in range(3):
        for kind in (PictureKind.FACE, PictureKind.SCENE):
            response = await look(faces[number][kind])
            assert await response.read() == jpeg(box, kind, number)
    held = entry.runtime_data.pictures
    assert held._bytes == sum(map(cache._size, held._held.values())) <= 8_000


async def test_simultaneous_viewers_share_one_picture(
    monkeypatch: pytest.MonkeyPatch,
    box: EmulatedBox,
    set_up: SetUp,
    fired: FiredEvents,
) -> None:
    """The waiting viewers cause no request."""
    monkeypatch.setattr(cache, "MAXIMUM_PICTURES", 1)
    entry = await set_up()
    await box.recognize(box.devices[0], box.people[0])
    recognition_id = (await fired.next())["recognition_id"]
    box.requests.clear()
    held = entry.runtime_data.pictures
    held._held.clear()
    found = await asyncio.gather(
        *(held.get(recognition_id, models.PictureKind.SCENE) for _ in range(20))
    )
    assert {one.content for one in found if one} == {jpeg(box, PictureKind.SCENE)}
    assert None not in found
    # A record and a picture for each request allowed at the same time.
    assert scene_requests(box) <= 8


async def test_oldest_keys_of_records_are_forgotten(
    monkeypatch: pytest.MonkeyPatch,
    box: EmulatedBox,
    set_up: SetUp,
    fired: FiredEvents,
    look: Look,
) -> None:
    """The newest record is still found."""
    monkeypatch.setattr(source, "_REMEMBERED_KEYS", 1)
    monkeypatch.setattr(cache, "MAXIMUM_PICTURES", 0)
    box.state.variant = Variant(live_event_id=True)
    await set_up()
    paths = []
    for person in box.people[:2]:
        await box.recognize(box.devices[0], person)
        paths.append((await fired.next())["pictures"]["face"])
    response = await look(paths[1])
    assert await response.read() == jpeg(box, PictureKind.FACE)
    # Only flat boxes can be asked for a record by its id.
    assert (await look(paths[0])).status == (404 if box.dialect == "nested" else 200)


async def test_unloaded_entry_holds_no_pictures(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, fired: FiredEvents
) -> None:
    """They are freed before the garbage collector runs."""
    entry = await set_up()
    await box.recognize(box.devices[0], box.people[0])
    await fired.next()
    held = entry.runtime_data.pictures
    assert held.held > 0
    assert await hass.config_entries.async_unload(entry.entry_id)
    assert held.held == held.held_bytes == 0
    assert held._source._live == {}


async def test_unloading_cuts_off_a_picture_under_way(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """No one can view it any more."""
    entry = await set_up()
    box.requests.clear()
    box.state.delay = 5
    pictures = entry.runtime_data.pictures
    looking = asyncio.create_task(pictures.get("a~1~", models.PictureKind.FACE))
    await until(lambda: bool(box.requests))
    assert await hass.config_entries.async_unload(entry.entry_id)
    async with asyncio.timeout(2):
        assert await looking is None


async def test_picture_of_a_stranger_is_found_in_the_history(
    monkeypatch: pytest.MonkeyPatch,
    box: EmulatedBox,
    set_up: SetUp,
    fired: FiredEvents,
    look: Look,
) -> None:
    """The box may have filed the stranger under an id, or not."""
    monkeypatch.setattr(cache, "MAXIMUM_PICTURES", 0)
    box.state.variant = Variant(live_event_id=True)
    await set_up()
    for stranger in ("automatic", "empty"):
        await box.recognize(box.devices[0], stranger=stranger)
        response = await look((await fired.next())["pictures"]["scene"])
        assert await response.read() == jpeg(box, PictureKind.SCENE)


async def test_held_pictures_are_served_while_the_box_is_away(
    monkeypatch: pytest.MonkeyPatch,
    hass: HomeAssistant,
    box: EmulatedBox,
    set_up: SetUp,
    fired: FiredEvents,
    look: Look,
) -> None:
    """Other pictures are not found."""
    await set_up()
    await box.recognize(box.devices[0], box.people[0])
    paths = (await fired.next())["pictures"]
    await box.stop()
    await state_becomes(hass, "binary_sensor.bm1684_180_connection", "off")
    assert (await look(paths["face"])).status == 200
    monkeypatch.setattr(cache, "MAXIMUM_PICTURES", 0)
    assert (await look(paths["reference"])).status == 200
    assert (await look(paths["reference"])).status == 404


@pytest.mark.parametrize("dialect", ["flat"])
async def test_flat_scene_is_requested_once_and_only_when_viewed(
    box: EmulatedBox, set_up: SetUp, fired: FiredEvents, look: Look
) -> None:
    """A flat live message has no scene."""
    await set_up()
    box.requests.clear()
    await box.recognize(box.devices[0], box.people[0])
    path = (await fired.next())["pictures"]["scene"]
    assert box.requests == []
    for _ in range(2):
        assert await (await look(path)).read() == jpeg(box, PictureKind.SCENE)
    assert requests_to(box, "/sophon/v2/face/getspotimage") == 1


async def test_missing_picture_is_requested_once_in_half_a_minute(
    monkeypatch: pytest.MonkeyPatch, box: EmulatedBox, set_up: SetUp, fired: FiredEvents
) -> None:
    """A camera without a picture would ask with every frame."""
    entry = await set_up()
    await box.recognize(box.devices[0], box.people[0])
    recognition_id = (await fired.next())["recognition_id"]
    pictures = entry.runtime_data.pictures
    pictures.clear()
    box.history.clear()
    box.requests.clear()
    for _ in range(3):
        assert await pictures.get_best(recognition_id) is None
    assert scene_requests(box) == len(models.PictureKind)
    now = time.monotonic()
    monkeypatch.setattr(source, "monotonic", lambda: now + 31)
    assert await pictures.get_best(recognition_id) is None
    assert scene_requests(box) == 2 * len(models.PictureKind)


async def test_oldest_missing_pictures_are_forgotten(
    monkeypatch: pytest.MonkeyPatch, box: EmulatedBox, set_up: SetUp
) -> None:
    """A user may look for any number of them."""
    monkeypatch.setattr(source, "_REMEMBERED_MISSING", 2)
    entry = await set_up()
    pictures = entry.runtime_data.pictures
    for number in range(5):
        assert await pictures.get(f"{number}", models.PictureKind.FACE) is None
    assert len(pictures._source._missing) == 2


@pytest.mark.parametrize(("size", "elsewhere"), [(10_000, False), (2_000_000, True)])
async def test_long_text_is_decoded_outside_the_event_loop(
    monkeypatch: pytest.MonkeyPatch,
    box: EmulatedBox,
    set_up: SetUp,
    fired: FiredEvents,
    size: int,
    elsewhere: bool,
) -> None:
    """It is decoded once for all viewers."""
    threads: list[threading.Thread] = []

    def _read_text(text: str) -> Picture | None:
        threads.append(threading.current_thread())
        return read_text(text)

    monkeypatch.setattr(cache, "read_text", _read_text)
    entry = await set_up()
    content = b"\xff\xd8\xff" + bytes(size)
    await box.recognize(
        box.devices[0], box.people[0], overrides=face_field(box, encoded(content))
    )
    recognition_id = (await fired.next())["recognition_id"]
    pictures = entry.runtime_data.pictures
    found = await asyncio.gather(
        *(pictures.get(recognition_id, models.PictureKind.FACE) for _ in range(3))
    )
    assert [one.content for one in found if one] == [content] * 3
    [thread] = threads
    assert (thread is not threading.main_thread()) is elsewhere


async def test_decoding_is_abandoned_once_pictures_are_forbidden(
    monkeypatch: pytest.MonkeyPatch,
    box: EmulatedBox,
    set_up: SetUp,
    fired: FiredEvents,
) -> None:
    """Its result is dropped, also if pictures are allowed again meanwhile."""
    started, go_on = threading.Event(), threading.Event()

    def _read_text(text: str) -> Picture | None:
        started.set()
        go_on.wait(10)
        return read_text(text)

    monkeypatch.setattr(cache, "read_text", _read_text)
    entry = await set_up()
    content = b"\xff\xd8\xff" + bytes(2_000_000)
    await box.recognize(
        box.devices[0], box.people[0], overrides=face_field(box, encoded(content))
    )
    recognition_id = (await fired.next())["recognition_id"]
    pictures = entry.runtime_data.pictures
    looking = asyncio.create_task(pictures.get(recognition_id, models.PictureKind.FACE))
    await until(started.is_set)
    kinds = pictures._kinds
    pictures.allow(frozenset())
    pictures.allow(kinds)
    again = asyncio.create_task(pictures.get(recognition_id, models.PictureKind.FACE))
    assert await looking is None
    go_on.set()
    # Now from the history.
    found = await again
    assert found is not None
    assert found.content == jpeg(box, PictureKind.FACE)
