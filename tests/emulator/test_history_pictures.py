"""Tests of the pictures in the history (docs/protocol.md §4)."""

import base64
from io import BytesIO

from PIL import Image

from .box_client import BoxClient


async def test_nested_history_pictures_equal_the_live_ones(nested: BoxClient) -> None:
    """Unknown ids, missing times and wrong times are errors."""
    emitted = await nested.box.recognize(nested.box.devices[0], nested.box.people[0])
    [record] = await nested.events()
    common = record["common"]
    scene, face = [
        await nested.get(
            f"/SophonFace/api/event_images/{common[key]}", datetime=record["timestamp"]
        )
        for key in ("spot_pic_id", "recognize_face_pic_id")
    ]
    reference = await nested.get(
        f"/SophonFace/api/images/{common['identity_info']['image_id']}"
    )
    extension = emitted.message["ext_data"]
    assert isinstance(extension, dict)
    for answer, text in (
        (scene, extension["spot_pic"]),
        (face, extension["recognize_face"]),
        (reference, emitted.message["reg_pic"]),
    ):
        assert answer.headers["Content-Type"] == "image/jpeg"
        assert _text(answer.body) == text
    missing = await nested.get(
        "/SophonFace/api/event_images/nothing", datetime=record["timestamp"]
    )
    assert (missing.status, missing.json["error"]["status"]) == (404, "ID_NOT_FOUND")
    no_time = await nested.get(f"/SophonFace/api/event_images/{common['spot_pic_id']}")
    assert no_time.is_error("MISSING_ARGUMENTS")
    wrong_time = await nested.get(
        f"/SophonFace/api/event_images/{common['spot_pic_id']}", datetime=1.0
    )
    assert wrong_time.status == 404


async def test_flat_history_pictures_are_empty_if_missing(flat: BoxClient) -> None:
    """Only the history has the scene."""
    await flat.box.recognize(flat.box.devices[0], flat.box.people[0])
    [record] = await flat.events()
    scene = await flat.get(
        f"/sophon/v2/face/getspotimage/{record['spot_image_id']}",
        timestamp=record["timestamp"],
    )
    face = await flat.get(
        f"/sophon/v2/face/getspotimage/{record['recognize_face_image_id']}",
        timestamp=record["timestamp"],
    )
    reference = await flat.get(
        f"/sophon/v2/face/getregisterimage/{record['register_image_id']}"
    )
    sizes = [
        Image.open(BytesIO(answer.body)).size for answer in (scene, face, reference)
    ]
    assert sizes[0][0] > sizes[0][1]
    assert sizes[1][0] == sizes[1][1]
    for path in (
        "getspotimage/nothing?timestamp=1",
        "getspotimage/nothing",
        "getregisterimage/nothing",
    ):
        answer = await flat.get(f"/sophon/v2/face/{path}")
        assert (answer.status, answer.body) == (200, b"")


def _text(jpeg: bytes) -> str:
    return base64.b64encode(jpeg).decode()
