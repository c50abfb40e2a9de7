"""Tests of texts that some firmware encodes in its own way."""

import base64
import json
from typing import Any

import pytest

from emulator import PictureKind, Variant
from emulator.model import JsonObject
from emulator.wire_text import encode, picture_text

from .box_client import BoxClient, receive
from .conftest import Boxes


def test_only_the_chosen_field_is_in_gbk() -> None:
    """Quotes, backslashes and letters that GBK lacks do not matter."""
    value: JsonObject = {
        "a": "小明",
        "b": ['{"a":"小"}', {"a": 'x\\"明Ł'}],
        "c": {"a": None},
    }
    text = encode(value, Variant(gbk_field="a"))
    with pytest.raises(UnicodeDecodeError):
        text.decode()
    assert "小明".encode("gbk") in text
    readable = text.decode("gbk", "replace")
    assert 'x\\\\\\"明?' in readable
    assert encode(value, Variant()) == encode(value, Variant(gbk_field="other"))


@pytest.mark.parametrize("dialect", ["nested", "flat"])
async def test_name_can_be_in_gbk_everywhere(boxes: Boxes, dialect: str) -> None:
    """Everything else stays UTF-8."""
    variant = Variant(gbk_field="identity_name", frames="binary")
    client = await boxes.make(dialect, variant)
    socket = await client.subscribe()
    await client.box.recognize(client.box.devices[1], client.box.people[1])
    message = await socket.receive(timeout=5)
    answer = (
        await client.get("/SophonFace/api/events")
        if dialect == "nested"
        else await client.post("/sophon/v2/face/getevents")
    )
    for text in (message.data, answer.body):
        assert b'"identity_name":"\xd0\xa1\xc3\xf7"' in text
    assert "大门".encode() in answer.body


async def test_people_of_a_nested_box_can_be_in_gbk(boxes: Boxes) -> None:
    """Their list is written piece by piece."""
    client = await boxes.make("nested", Variant(gbk_field="name"))
    answer = await client.get("/SophonFogSys/api/users", identity_id="666666")
    assert b'"name":"\xd0\xa1\xc3\xf7"' in answer.body


@pytest.mark.parametrize("dialect", ["nested", "flat"])
async def test_json_can_begin_with_a_byte_order_mark(
    boxes: Boxes, dialect: str
) -> None:
    """Messages, answers and errors have it."""
    client = await boxes.make(dialect, Variant(byte_order_mark=True, frames="binary"))
    socket = await client.subscribe()
    await client.box.recognize(client.box.devices[0])
    mark = b"\xef\xbb\xbf"
    assert (await socket.receive(timeout=5)).data.startswith(mark + b"{")
    if dialect == "nested":
        answers = [
            await client.get("/SophonDevice/api/Devices"),
            await client.get("/SophonDevice/api/Devices", device_id="nobody"),
        ]
    else:
        path = "/sophon/v2/face/getmediadevices"
        answers = [
            await client.post(path),
            await client.post(path, {"media_device_id": "nobody"}),
        ]
    for answer in answers:
        assert answer.body.startswith(mark)
        assert json.loads(answer.body.decode("utf-8-sig"))


def test_base64_of_pictures_has_several_forms() -> None:
    """Each of them means the same bytes."""
    content = bytes(range(256))
    usual = base64.b64encode(content).decode()
    unpadded = picture_text(usual, Variant(base64="unpadded"))
    assert usual.endswith("==")
    assert unpadded == usual[:-2]
    url_safe = picture_text(usual, Variant(base64="url_safe"))
    assert base64.urlsafe_b64decode(url_safe) == content
    assert {"-", "_"} <= set(url_safe)
    assert picture_text(usual, Variant()) == usual


@pytest.mark.parametrize("dialect", ["nested", "flat"])
async def test_pictures_of_messages_can_be_url_safe(boxes: Boxes, dialect: str) -> None:
    """Both dialects use the form for each picture."""
    client = await boxes.make(dialect, Variant(base64="url_safe"))
    socket = await client.subscribe()
    await client.box.recognize(client.box.devices[0], client.box.people[0])
    message = await receive(socket)
    face, reference = _texts(message)
    [record] = client.box.history
    for text, kind in ((face, PictureKind.FACE), (reference, PictureKind.REFERENCE)):
        drawing = client.box.state.drawing(record, kind)
        sent = await client.box.state.studio.paint(drawing)
        assert base64.urlsafe_b64decode(text) == sent.jpeg
        assert text == sent.base64.replace("+", "-").replace("/", "_")


def _texts(message: dict[str, Any]) -> tuple[str, str]:
    if "ext_data" in message:
        return message["ext_data"]["recognize_face"], message["reg_pic"]
    face, reference = message["recognize_face_image"], message["register_image"]
    return face.rpartition(",")[2], reference.rpartition(",")[2]


async def test_question_for_an_event_can_be_answered_with_another(
    flat: BoxClient,
) -> None:
    """The only record is the right one."""
    box = flat.box
    box.state.answers_other_event = True
    first = await box.recognize(box.devices[0], box.people[0])
    assert await _event(flat, first.event_id) == first.event_id
    second = await box.recognize(box.devices[0], box.people[1])
    assert await _event(flat, first.event_id) == second.event_id
    assert await _event(flat, second.event_id) == first.event_id


async def _event(client: BoxClient, event_id: str) -> str:
    answer = await client.post("/sophon/v2/face/getevent", {"event_id": event_id})
    return str(answer.json["event_id"])


async def test_attributes_of_a_face_can_be_any(either: BoxClient) -> None:
    """They are the same in the history."""
    box = either.box
    socket = await either.subscribe()
    await box.recognize(box.devices[0], attributes={"mask": "2", "age": None})
    message = await receive(socket)
    [record] = await either.events()
    found = [record.get("common", record)["recognize_face_attr"]]
    if box.dialect == "flat":
        found.append(message["recognize_face_attr"])
    for attributes in found:
        assert (attributes["mask"], attributes["age"]) == ("2", None)
        assert attributes["gender"] in ("male", "female")


@pytest.mark.parametrize("milliseconds", [True, False])
@pytest.mark.parametrize("dialect", ["nested", "flat"])
async def test_person_stays_in_a_video_for_a_while(
    boxes: Boxes, dialect: str, milliseconds: bool
) -> None:
    """The time of the record is when they left."""
    variant = Variant(history_milliseconds=milliseconds)
    client = await boxes.make(dialect, variant)
    assert client.box.devices[1].type == "rtsp"
    await client.box.recognize(client.box.devices[1])
    [record] = await client.events()
    times = record["video_data" if dialect == "nested" else "ext_data"]
    unit = 1_000 if milliseconds else 1
    assert times["out_timestamp"] == record["timestamp"]
    stayed = times["out_timestamp"] - times["in_timestamp"]
    assert 0.4 * unit < stayed < 8.1 * unit
    assert times["in_timestamp"] < times["recognition_timestamp"]
    assert times["recognition_timestamp"] < times["out_timestamp"]
