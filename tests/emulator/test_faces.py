"""Tests of faces of enrolled people, and of the quality of pictures."""

import base64
from typing import Any

import pytest

from emulator import Identity, Variant

from .box_client import Answer, BoxClient
from .conftest import Boxes
from .pictures import colored, drawn_reference, photo

FACE = "/sophon/v2/face"


def _picture(**properties: Any) -> str:
    return base64.b64encode(photo(**properties)).decode()


async def _call(client: BoxClient, name: str, **arguments: Any) -> Answer:
    return await client.post(f"{FACE}/{name}", {"identity_id": "666666", **arguments})


def _person(client: BoxClient) -> Identity:
    person = client.box.state.find_identity("666666")
    assert person is not None
    return person


async def test_added_face_comes_last_and_matches(flat: BoxClient) -> None:
    """The first one matches, too."""
    first = await drawn_reference(flat.box, _person(flat))
    answer = (await _call(flat, "addface", register_image=_picture())).json
    assert answer["total_face_cnt"] == 2
    assert answer["face_ids"] == [face.face_id for face in _person(flat).faces]
    shown = await flat.get(f"{FACE}/getregisterimage/{answer['register_image_ids'][1]}")
    assert shown.body == photo()
    for picture in (first, photo()):
        body = {"rgb_image_base64": base64.b64encode(picture).decode()}
        matched = await flat.post(f"{FACE}/search", body)
        assert matched.json["identity_id"] == "666666"
        assert matched.json["result"]


@pytest.mark.parametrize("name", ["face_id", "register_image_id"])
async def test_face_is_deleted_by_either_id(flat: BoxClient, name: str) -> None:
    """The last one stays."""
    await _call(flat, "addface", register_image=_picture())
    first, second = _person(flat).faces
    wanted = first.face_id if name == "face_id" else first.image_id
    answer = await _call(flat, "deleteface", **{name: wanted})
    assert answer.json["face_ids"] == [second.face_id]
    assert _person(flat).faces == (second,)
    answer = await _call(flat, "deleteface", face_id=second.face_id)
    assert answer.is_error("INVALID_ARGUMENTS")
    assert (await _call(flat, "deleteface", face_id="f")).is_error("ID_NOT_FOUND")


@pytest.mark.parametrize("name", ["face_id", "register_image_id", "number"])
async def test_face_is_replaced_in_its_place(flat: BoxClient, name: str) -> None:
    """By id or by its number."""
    await _call(flat, "addface", register_image=_picture())
    first, second = _person(flat).faces
    which: dict[str, dict[str, object]] = {
        "face_id": {"face_id": second.face_id},
        "register_image_id": {"register_image_id": second.image_id},
        "number": {"register_image_index": 1},
    }
    answer = await _call(flat, "replaceface", register_image=_picture(), **which[name])
    assert answer.json["total_face_cnt"] == 2
    kept, new = _person(flat).faces
    assert kept == first
    assert new.face_id not in (first.face_id, second.face_id)
    answer = await _call(
        flat, "replaceface", register_image=_picture(), register_image_index=2
    )
    assert answer.is_error("INVALID_ARGUMENTS")


async def test_unsuitable_face_is_not_added(flat: BoxClient) -> None:
    """As for an enrollment."""
    answer = await _call(flat, "addface", register_image=_picture(side=30))
    assert answer.is_error("LOW_QUALITY_ERROR")
    assert len(_person(flat).faces) == 1


async def _quality(client: BoxClient, picture: bytes) -> Any:
    body = {"image_base64_str": base64.b64encode(picture).decode()}
    path = f"{FACE}/fiqa" if client.box.dialect == "flat" else "/SophonFace/api/FIQA"
    return (await client.post(path, body)).json


async def test_quality_names_what_failed(either: BoxClient) -> None:
    """Nobody is enrolled by the question."""
    flat = either.box.dialect == "flat"
    good = await _quality(either, photo())
    bad = await _quality(either, photo(side=30, brightness=10))
    if flat:
        assert good["fiqa_result"]
        assert good["detailed_result"]["failed_items"] == []
        assert not bad["fiqa_result"]
        assert bad["detailed_result"]["failed_items"] == ["face_size", "brightness"]
        assert "face_size" not in bad["detailed_result"]["passed_items"]
    else:
        assert good["data"][0]["fiqa_result"]
        assert good["data"][0]["fails"] == []
        assert not bad["data"][0]["fiqa_result"]
        assert bad["data"][0]["fails"] == ["face_size", "face_color"]
        assert "face_size" not in bad["data"][0]["success"]
    assert len(either.box.people) == 14


async def test_quality_of_a_picture_without_a_face_is_an_error(
    either: BoxClient,
) -> None:
    """There is nothing to measure."""
    error = (await _quality(either, colored((90, 90, 90))))["error"]
    assert error["code"] == ("NO_FACE_ERROR" if either.box.dialect == "flat" else 40004)


async def test_old_nested_firmware_cannot_check_the_quality(boxes: Boxes) -> None:
    """No page before V5R3 has the call."""
    client = await boxes.make("nested", Variant(quality_call_missing=True))
    assert (await client.post("/SophonFace/api/FIQA", {})).status == 404
