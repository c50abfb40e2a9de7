"""The pictures of a recognition, from the box to whoever looks."""

import asyncio
from urllib.parse import quote

import pytest

from custom_components.se_aibox import pictures
from custom_components.se_aibox.aibox import models
from emulator import CannedAnswer, EmulatedBox, PictureKind, Variant
from emulator.model import JsonObject
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant

from .conftest import ClientGenerator, Look, SetUp
from .helpers import (
    ENTRY_ID,
    NOBODY,
    Heard,
    encoded,
    face_field,
    jpeg,
    make_entry,
    requests_to,
    state_becomes,
)

PICTURES = f"/api/se_aibox/picture/{ENTRY_ID}"
CAMERA = "/api/camera_proxy/camera.front_door_last_person"
CAMERA_STREAM = "/api/camera_proxy_stream/camera.front_door_last_person?interval=0.5"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)
WEBP = b"RIFF\x40\x00\x00\x00WEBPVP8 " + bytes(64)


def scene_requests(box: EmulatedBox) -> int:
    """Return how often the history was asked for a record or for its scene or face."""
    if box.dialect == "nested":
        return requests_to(box, "/SophonFace/api/event")
    return requests_to(box, "/sophon/v2/face/getevent") + requests_to(
        box, "/sophon/v2/face/getspotimage"
    )


async def test_as_the_box_sent_it(
    box: EmulatedBox, set_up: SetUp, heard: Heard, look: Look
) -> None:
    """Each path of the event leads to the picture that the box sent, for browsers to keep but not to guess at."""
    await set_up()
    await box.recognize(box.devices[0], box.people[0])
    paths = (await heard.next())["pictures"]
    assert paths.keys() == set(PictureKind)
    for kind in PictureKind:
        response = await look(paths[kind])
        assert response.status == 200
        assert response.content_type == "image/jpeg"
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["Cache-Control"].startswith("private")
        assert await response.read() == jpeg(box, kind)
        # Again, now decoded.
        assert await (await look(paths[kind])).read() == jpeg(box, kind)


async def test_only_for_who_is_logged_in(
    box: EmulatedBox,
    set_up: SetUp,
    heard: Heard,
    hass_client_no_auth: ClientGenerator,
) -> None:
    """Nobody sees a picture without a token."""
    await set_up()
    await box.recognize(box.devices[0], box.people[0])
    client = await hass_client_no_auth()
    for path in (await heard.next())["pictures"].values():
        assert (await client.get(path)).status == 401


NOWHERE = [
    "/api/se_aibox/picture/01SEAIBOX00000000NOSUCHBOX/{recognition}/face",
    PICTURES + "/{recognition}/portrait",
    PICTURES + "/{recognition}/FACE",
    PICTURES + "/no-such-recognition/face",
    PICTURES + "/~0~/face",
    PICTURES + "/{recognition}",
    PICTURES + "/{recognition}/face/more",
]


async def test_not_found(
    box: EmulatedBox, set_up: SetUp, heard: Heard, look: Look
) -> None:
    """A path that leads nowhere is 404, not an error."""
    await set_up()
    await box.recognize(box.devices[0], box.people[0])
    recognition = quote((await heard.next())["recognition_id"])
    for path in NOWHERE:
        assert (await look(path.format(recognition=recognition))).status == 404, path


@pytest.mark.parametrize("dialect", ["nested"])
async def test_entries_that_are_not_ours(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, heard: Heard, look: Look
) -> None:
    """An entry of another integration and an unloaded one have no pictures."""
    entry = await set_up()
    await box.recognize(box.devices[0], box.people[0])
    path = (await heard.next())["pictures"]["face"]
    assert (await look(path)).status == 200
    assert await hass.config_entries.async_unload(entry.entry_id)
    assert (await look(path)).status == 404
    foreign = make_entry(box, domain="sun", entry_id="01SUN")
    foreign._async_set_state(hass, ConfigEntryState.LOADED, None)
    hass.config_entries._entries[foreign.entry_id] = foreign
    assert (await look(path.replace(ENTRY_ID, foreign.entry_id))).status == 404
    del hass.config_entries._entries[foreign.entry_id]


async def test_deleted_on_the_box(
    monkeypatch: pytest.MonkeyPatch,
    box: EmulatedBox,
    set_up: SetUp,
    heard: Heard,
    look: Look,
) -> None:
    """What neither the memory nor the box has any more is 404."""
    monkeypatch.setattr(pictures, "MAXIMUM_PICTURES", 0)
    await set_up()
    await box.recognize(box.devices[0], box.people[0])
    paths = (await heard.next())["pictures"]
    assert (await look(paths["scene"])).status == 200
    box.history.clear()
    for path in paths.values():
        assert (await look(path)).status == 404


@pytest.mark.parametrize(
    ("content", "content_type"),
    [(PNG, "image/png"), (WEBP, "image/webp")],
    ids=["png", "webp"],
)
async def test_type_comes_from_the_bytes(
    hass: HomeAssistant,
    box: EmulatedBox,
    set_up: SetUp,
    heard: Heard,
    look: Look,
    content: bytes,
    content_type: str,
) -> None:
    """Another format is shown as what it is, whatever the box calls it."""
    box.variant = Variant(event_id_missing=True)
    await set_up()
    text = f"data:image/jpeg;base64,{encoded(content)}"
    await box.recognize(
        box.devices[0],
        box.people[0],
        overrides=face_field(box, text),
        omit=("ext_data.spot_pic",),
    )
    for path in ((await heard.next())["pictures"]["face"], CAMERA):
        response = await look(path)
        assert response.content_type == content_type
        assert await response.read() == content


NO_PICTURES = [
    encoded(b"<html><script>alert(1)</script></html>"),
    f"data:image/jpeg;base64,{encoded(b'<svg onload=alert(1)>')}",
    encoded(b"GIF89a" + bytes(20)),
    "=",
    "data:image/jpeg;base64,/9j/4",
]


async def test_what_is_no_picture(
    box: EmulatedBox, set_up: SetUp, heard: Heard, look: Look
) -> None:
    """A page, a drawing that can run scripts, or broken base64 is 404, the next recognition is well."""
    await set_up()
    for text in NO_PICTURES:
        await box.recognize(
            box.devices[0], box.people[0], overrides=face_field(box, text), record=False
        )
        path = (await heard.next())["pictures"]["face"]
        assert (await look(path)).status == 404, text
        # Now from the history, which has none.
        assert (await look(path)).status == 404, text
    await box.recognize(box.devices[0], box.people[0])
    assert (await look((await heard.next())["pictures"]["face"])).status == 200


async def test_what_cannot_be_a_picture(
    box: EmulatedBox, set_up: SetUp, heard: Heard
) -> None:
    """Text that is not even base64 is not kept, and no path leads to it; who was seen counts all the same."""
    await set_up()
    await box.recognize(
        box.devices[0], box.people[0], overrides=face_field(box, "名"), record=False
    )
    seen = await heard.next()
    assert seen["identity_name"] == "Tom"
    assert "face" not in seen["pictures"]


async def test_history_that_holds_no_picture(
    monkeypatch: pytest.MonkeyPatch,
    box: EmulatedBox,
    set_up: SetUp,
    heard: Heard,
    look: Look,
) -> None:
    """A page instead of a picture is not passed on when it comes from the history either."""
    monkeypatch.setattr(pictures, "MAXIMUM_PICTURES", 0)
    await set_up()
    await box.recognize(box.devices[0], box.people[0])
    path = (await heard.next())["pictures"]["scene"]
    image = box.history[-1].scene_image_id
    folder = (
        "/SophonFace/api/event_images"
        if box.dialect == "nested"
        else "/sophon/v2/face/getspotimage"
    )
    box.answer_instead[f"{folder}/{image}"] = CannedAnswer(body=b"<html></html>")
    assert (await look(path)).status == 404
    box.answer_instead.clear()
    assert (await look(path)).status == 200


async def test_strange_recognition_ids(
    box: EmulatedBox, set_up: SetUp, heard: Heard, look: Look
) -> None:
    """Whatever a box calls an event, the path of its picture leads there and nowhere else."""
    await set_up()
    for event_id in (
        "a/b",
        "50%25",
        "<b>x</b>",
        "?face=1#x",
        "名 字",
        "a~b",
        "~1~2~",
        "a\\b",
    ):
        await box.recognize(
            box.devices[0], box.people[0], overrides={"event_id": event_id}
        )
        event = await heard.next()
        assert event["recognition_id"] == event_id
        path = event["pictures"]["face"]
        assert path.startswith(f"{PICTURES}/")
        assert path.count("/") == 6
        response = await look(path)
        assert await response.read() == jpeg(box, PictureKind.FACE), event_id


async def test_recognition_ids_that_want_out(
    box: EmulatedBox, set_up: SetUp, heard: Heard, look: Look
) -> None:
    """An id that looks like an attack is refused, and stays within the path of pictures."""
    await set_up()
    for event_id in ("../../../../etc/passwd", "..", "<script>alert(1)</script>"):
        await box.recognize(
            box.devices[0], box.people[0], overrides={"event_id": event_id}
        )
        path = (await heard.next())["pictures"]["face"]
        assert path.count("/") == 6
        assert (await look(path)).status in (400, 404), event_id


async def test_memory_is_bounded_by_count(
    monkeypatch: pytest.MonkeyPatch,
    box: EmulatedBox,
    set_up: SetUp,
    heard: Heard,
    look: Look,
) -> None:
    """The picture unseen for longest makes room, and is fetched from the box when somebody looks."""
    monkeypatch.setattr(pictures, "MAXIMUM_PICTURES", 2)
    await set_up({"pictures": ["captured"]})
    if box.dialect == "nested":
        box.variant = Variant(welcome_machine=True)
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
    monkeypatch.setattr(pictures, "MAXIMUM_BYTES", 8_000)
    entry = await set_up({"pictures": ["captured"]})
    faces = []
    for number in range(3):
        await box.recognize(box.devices[0], box.people[number])
        faces.append((await heard.next())["pictures"])
        assert (
            sum(map(pictures._size, entry.runtime_data.pictures._held.values()))
            <= 8_000
        )
    for number in range(3):
        for kind in (PictureKind.FACE, PictureKind.SCENE):
            response = await look(faces[number][kind])
            assert await response.read() == jpeg(box, kind, number)
    cache = entry.runtime_data.pictures
    assert cache._bytes == sum(map(pictures._size, cache._held.values())) <= 8_000


async def test_many_lookers_at_once(
    monkeypatch: pytest.MonkeyPatch,
    box: EmulatedBox,
    set_up: SetUp,
    heard: Heard,
) -> None:
    """Who waited for others to fetch the same picture is served without another request."""
    monkeypatch.setattr(pictures, "MAXIMUM_PICTURES", 1)
    entry = await set_up()
    await box.recognize(box.devices[0], box.people[0])
    recognition_id = (await heard.next())["recognition_id"]
    box.requests.clear()
    cache = entry.runtime_data.pictures
    cache._held.clear()
    found = await asyncio.gather(
        *(cache.get(recognition_id, models.PictureKind.SCENE) for _ in range(20))
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
    monkeypatch.setattr(pictures, "MOST_REMEMBERED", 1)
    monkeypatch.setattr(pictures, "MAXIMUM_PICTURES", 0)
    box.variant = Variant(live_event_id=True)
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
    cache = entry.runtime_data.pictures
    assert cache.held > 0
    assert await hass.config_entries.async_unload(entry.entry_id)
    assert cache.held == cache.held_bytes == 0
    assert list(cache.recognitions()) == []


async def test_stranger_of_the_history(
    monkeypatch: pytest.MonkeyPatch,
    box: EmulatedBox,
    set_up: SetUp,
    heard: Heard,
    look: Look,
) -> None:
    """A stranger's picture is found again too, by the id that the box filed it under or without one."""
    monkeypatch.setattr(pictures, "MAXIMUM_PICTURES", 0)
    box.variant = Variant(live_event_id=True)
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
    monkeypatch.setattr(pictures, "MAXIMUM_PICTURES", 0)
    assert (await look(paths["reference"])).status == 200
    assert (await look(paths["reference"])).status == 404


@pytest.mark.parametrize(
    ("chosen", "refused"),
    [(["reference"], ("face", "scene")), (["captured"], ("reference",))],
)
async def test_unchosen_pictures_are_not_served(
    box: EmulatedBox,
    set_up: SetUp,
    heard: Heard,
    look: Look,
    chosen: list[str],
    refused: tuple[str, ...],
) -> None:
    """A picture that the user keeps on the box is not served, not even if the box sends it unasked."""
    entry = await set_up({"pictures": chosen})
    unasked: JsonObject = {
        "register_image" if box.dialect == "flat" else "reg_pic": encoded(PNG),
        **face_field(box, encoded(PNG)),
    }
    await box.recognize(box.devices[0], box.people[0], overrides=unasked)
    event = await heard.next()
    box.requests.clear()
    for kind in refused:
        assert kind not in event["pictures"]
        path = f"{PICTURES}/{quote(event['recognition_id'])}/{kind}"
        assert (await look(path)).status == 404
    assert box.requests == []
    held = {kind for _, kind in entry.runtime_data.pictures._held}
    assert not held.intersection(refused)


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


@pytest.mark.parametrize(
    ("options", "shown"),
    [
        (["captured", "reference"], PictureKind.SCENE),
        (["captured"], PictureKind.SCENE),
        (["reference"], PictureKind.REFERENCE),
    ],
)
async def test_camera_shows_what_may_be_shown(
    box: EmulatedBox,
    set_up: SetUp,
    heard: Heard,
    look: Look,
    options: list[str],
    shown: PictureKind,
) -> None:
    """The camera prefers the scene, and shows nobody rather than what the user keeps on the box."""
    await set_up({"pictures": options})
    assert await (await look(CAMERA)).read() == NOBODY
    await box.recognize(box.devices[0], box.people[0])
    await heard.next()
    assert await (await look(CAMERA)).read() == jpeg(box, shown)


async def test_camera_takes_the_next_best(
    box: EmulatedBox, set_up: SetUp, heard: Heard, look: Look
) -> None:
    """Without a scene the camera shows the face, without that the enrolled photo, without any nobody."""
    box.variant = Variant(event_id_missing=True)
    await set_up()
    face = (
        "ext_data.recognize_face" if box.dialect == "nested" else "recognize_face_image"
    )
    scene = "ext_data.spot_pic"
    for omit, shown in (
        ((scene,), PictureKind.FACE),
        ((scene, face), PictureKind.REFERENCE),
    ):
        await box.recognize(box.devices[0], box.people[0], omit=omit)
        await heard.next()
        assert await (await look(CAMERA)).read() == jpeg(box, shown)
    await box.recognize(box.devices[0], box.people[0], include_pictures=False)
    await heard.next()
    assert await (await look(CAMERA)).read() == NOBODY


async def test_open_camera_shows_who_comes(
    box: EmulatedBox, set_up: SetUp, heard: Heard, look: Look
) -> None:
    """Whoever looks at the stream sees each picture twice: some browsers show one only when the next one arrives."""
    await set_up()
    await box.recognize(box.devices[0], box.people[0])
    await heard.next()
    stream = (await look(CAMERA_STREAM)).content
    seen = b""
    for person in box.people[1:3]:
        await box.recognize(box.devices[0], person)
        await heard.next()
        scene = jpeg(box, PictureKind.SCENE)
        async with asyncio.timeout(10):
            while seen.count(scene) < 2:
                seen += await stream.readany()


@pytest.mark.parametrize("dialect", ["flat"])
async def test_camera_without_its_scene(
    box: EmulatedBox, set_up: SetUp, heard: Heard, look: Look
) -> None:
    """A scene that the history does not have (yet) does not keep the face from being shown."""
    await set_up()
    await box.recognize(box.devices[0], box.people[0], record_delay=60)
    await heard.next()
    assert await (await look(CAMERA)).read() == jpeg(box, PictureKind.FACE)
