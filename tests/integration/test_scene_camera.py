"""The camera that shows the last person."""

import asyncio

import pytest

from emulator import EmulatedBox, PictureKind, Variant

from .conftest import Look, SetUp
from .helpers import NOBODY, PATIENCE_SECONDS, FiredEvents, jpeg

CAMERA = "/api/camera_proxy/camera.front_door_scene"
CAMERA_STREAM = "/api/camera_proxy_stream/camera.front_door_scene?interval=0.5"


@pytest.mark.parametrize(
    ("options", "shown"),
    [
        (["captured", "reference"], PictureKind.SCENE),
        (["captured"], PictureKind.SCENE),
        (["reference"], PictureKind.REFERENCE),
    ],
)
async def test_camera_shows_the_best_selected_picture(
    box: EmulatedBox,
    set_up: SetUp,
    fired: FiredEvents,
    look: Look,
    options: list[str],
    shown: PictureKind,
) -> None:
    """Before a recognition it shows the placeholder."""
    await set_up({"pictures": options})
    assert await (await look(CAMERA)).read() == NOBODY
    await box.recognize(box.devices[0], box.people[0])
    await fired.next()
    assert await (await look(CAMERA)).read() == jpeg(box, shown)


async def test_camera_falls_back_to_the_next_best_picture(
    box: EmulatedBox, set_up: SetUp, fired: FiredEvents, look: Look
) -> None:
    """The order is scene, face, enrolled photo, placeholder."""
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
        await fired.next()
        assert await (await look(CAMERA)).read() == jpeg(box, shown)
    await box.recognize(box.devices[0], box.people[0], include_pictures=False)
    await fired.next()
    assert await (await look(CAMERA)).read() == NOBODY


async def test_camera_stream_sends_each_picture_twice(
    box: EmulatedBox, set_up: SetUp, fired: FiredEvents, look: Look
) -> None:
    """Some browsers show a picture only when the next one arrives."""
    await set_up()
    await box.recognize(box.devices[0], box.people[0])
    await fired.next()
    stream = (await look(CAMERA_STREAM)).content
    seen = b""
    for person in box.people[1:3]:
        await box.recognize(box.devices[0], person)
        await fired.next()
        scene = jpeg(box, PictureKind.SCENE)
        async with asyncio.timeout(PATIENCE_SECONDS):
            while seen.count(scene) < 2:
                seen += await stream.readany()


@pytest.mark.parametrize("dialect", ["flat"])
async def test_camera_shows_the_face_while_no_scene_is_recorded(
    box: EmulatedBox, set_up: SetUp, fired: FiredEvents, look: Look
) -> None:
    """The box records the scene a minute later."""
    await set_up()
    await box.recognize(box.devices[0], box.people[0], record_delay=60)
    await fired.next()
    assert await (await look(CAMERA)).read() == jpeg(box, PictureKind.FACE)
