"""The camera of the last person: which picture it shows, and to whom it streams."""

import asyncio

import pytest

from emulator import EmulatedBox, PictureKind, Variant

from .conftest import Look, SetUp
from .helpers import NOBODY, Heard, jpeg

CAMERA = "/api/camera_proxy/camera.front_door_last_person"
CAMERA_STREAM = "/api/camera_proxy_stream/camera.front_door_last_person?interval=0.5"


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
    box.state.variant = Variant(event_id_missing=True)
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
