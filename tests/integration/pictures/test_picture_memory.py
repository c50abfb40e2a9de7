"""What is held of pictures, for how long, and how often the box is asked for others."""

import asyncio

import pytest

from custom_components.se_aibox.aibox import models
from custom_components.se_aibox.pictures import cache
from emulator import EmulatedBox, PictureKind, Variant
from homeassistant.core import HomeAssistant
from tests.integration.conftest import Look, SetUp
from tests.integration.helpers import Heard, jpeg, requests_to, state_becomes


def scene_requests(box: EmulatedBox) -> int:
    """Return how often the history was asked for a record or for its scene or face."""
    if box.dialect == "nested":
        return requests_to(box, "/SophonFace/api/event")
    return requests_to(box, "/sophon/v2/face/getevent") + requests_to(
        box, "/sophon/v2/face/getspotimage"
    )


async def test_memory_is_bounded_by_count(
    monkeypatch: pytest.MonkeyPatch,
    box: EmulatedBox,
    set_up: SetUp,
    heard: Heard,
    look: Look,
) -> None:
    """The picture unseen for longest makes room, and is fetched from the box when somebody looks."""
    monkeypatch.setattr(cache, "MAXIMUM_PICTURES", 2)
    await set_up({"pictures": ["captured"]})
    if box.dialect == "nested":
        box.state.variant = Variant(welcome_machine=True)
    faces = []
    for person in box.people[:2]:
        await box.recognize(box.devices[0], person)
        faces.append((await heard.next())["pictures"]["face"])
    # The first one seen last, so that the second one is the one to go.
    for number in (0, 1, 0):
        await look(faces[number])
    await box.recognize(box.devices[0], box.people[2])
    faces.append((await heard.next())["pictures"]["face"])

    box.requests.clear()
    for number in (0, 2):
        response = await look(faces[number])
        assert await response.read() == jpeg(box, PictureKind.FACE, number)
    assert scene_requests(box) == 0
    response = await look(faces[1])
    assert await response.read() == jpeg(box, PictureKind.FACE, 1)
    assert scene_requests(box) > 0


async def test_memory_is_bounded_by_bytes(
    monkeypatch: pytest.MonkeyPatch,
    box: EmulatedBox,
    set_up: SetUp,
    heard: Heard,
    look: Look,
) -> None:
    """However few, pictures never take more memory than they may; one too large is served all the same."""
    monkeypatch.setattr(cache, "MAXIMUM_BYTES", 8_000)
    entry = await set_up({"pictures": ["captured"]})
    faces = []
    for number in range(3):
        await box.recognize(box.devices[0], box.people[number])
        faces.append((await heard.next())["pictures"])
        assert (
            sum(map(cache._size, entry.runtime_data.pictures._held.values())) <= 8_000
        )
    for number in range(3):
        for kind in (PictureKind.FACE, PictureKind.SCENE):
            response = await look(faces[number][kind])
            assert await response.read() == jpeg(box, kind, number)
    held = entry.runtime_data.pictures
    assert held._bytes == sum(map(cache._size, held._held.values())) <= 8_000


async def test_many_lookers_at_once(
    monkeypatch: pytest.MonkeyPatch,
    box: EmulatedBox,
    set_up: SetUp,
    heard: Heard,
) -> None:
    """Who waited for others to fetch the same picture is served without another request."""
    monkeypatch.setattr(cache, "MAXIMUM_PICTURES", 1)
    entry = await set_up()
    await box.recognize(box.devices[0], box.people[0])
    recognition_id = (await heard.next())["recognition_id"]
    box.requests.clear()
    held = entry.runtime_data.pictures
    held._held.clear()
    found = await asyncio.gather(
        *(held.get(recognition_id, models.PictureKind.SCENE) for _ in range(20))
    )
    assert {one.content for one in found if one} == {jpeg(box, PictureKind.SCENE)}
    assert None not in found
    # A record and a picture for each of those who may ask at once.
    assert scene_requests(box) <= 8


async def test_keys_are_bounded(
    monkeypatch: pytest.MonkeyPatch,
    box: EmulatedBox,
    set_up: SetUp,
    heard: Heard,
    look: Look,
) -> None:
    """The way to old records is forgotten in the end; the newest is still found."""
    monkeypatch.setattr(cache, "_REMEMBERED_KEYS", 1)
    monkeypatch.setattr(cache, "MAXIMUM_PICTURES", 0)
    box.state.variant = Variant(live_event_id=True)
    await set_up()
    paths = []
    for person in box.people[:2]:
        await box.recognize(box.devices[0], person)
        paths.append((await heard.next())["pictures"]["face"])
    response = await look(paths[1])
    assert await response.read() == jpeg(box, PictureKind.FACE)
    # Only flat boxes can be asked for a record by its id.
    assert (await look(paths[0])).status == (404 if box.dialect == "nested" else 200)


async def test_nothing_is_held_of_what_was_unloaded(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, heard: Heard
) -> None:
    """Faces do not stay until somebody collects the garbage."""
    entry = await set_up()
    await box.recognize(box.devices[0], box.people[0])
    await heard.next()
    held = entry.runtime_data.pictures
    assert held.held > 0
    assert await hass.config_entries.async_unload(entry.entry_id)
    assert held.held == held.held_bytes == 0
    assert held._keys == {}


async def test_stranger_of_the_history(
    monkeypatch: pytest.MonkeyPatch,
    box: EmulatedBox,
    set_up: SetUp,
    heard: Heard,
    look: Look,
) -> None:
    """A stranger's picture is found again too, by the id that the box filed it under or without one."""
    monkeypatch.setattr(cache, "MAXIMUM_PICTURES", 0)
    box.state.variant = Variant(live_event_id=True)
    await set_up()
    for stranger in ("automatic", "empty"):
        await box.recognize(box.devices[0], stranger=stranger)
        response = await look((await heard.next())["pictures"]["scene"])
        assert await response.read() == jpeg(box, PictureKind.SCENE)


async def test_box_away_when_somebody_looks(
    monkeypatch: pytest.MonkeyPatch,
    hass: HomeAssistant,
    box: EmulatedBox,
    set_up: SetUp,
    heard: Heard,
    look: Look,
) -> None:
    """While the box is away its history has no pictures; what came along can be seen."""
    await set_up()
    await box.recognize(box.devices[0], box.people[0])
    paths = (await heard.next())["pictures"]
    await box.stop()
    await state_becomes(hass, "binary_sensor.bm1684_180_connection", "off")
    assert (await look(paths["face"])).status == 200
    monkeypatch.setattr(cache, "MAXIMUM_PICTURES", 0)
    assert (await look(paths["reference"])).status == 200
    assert (await look(paths["reference"])).status == 404


@pytest.mark.parametrize("dialect", ["flat"])
async def test_flat_scene_is_fetched_for_a_looker(
    box: EmulatedBox, set_up: SetUp, heard: Heard, look: Look
) -> None:
    """The box is not asked for a scene that nobody looks at, and once for one that is looked at twice."""
    await set_up()
    box.requests.clear()
    await box.recognize(box.devices[0], box.people[0])
    path = (await heard.next())["pictures"]["scene"]
    assert box.requests == []
    for _ in range(2):
        assert await (await look(path)).read() == jpeg(box, PictureKind.SCENE)
    assert requests_to(box, "/sophon/v2/face/getspotimage") == 1
