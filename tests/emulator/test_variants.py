"""Tests of the variants of messages (docs/protocol.md §1)."""

import base64
from typing import Any

from aiohttp import WSMsgType
import pytest

from emulator import EmulatedBox, Variant

from .box_client import BoxClient, is_quiet, next_message, receive
from .conftest import Boxes


async def _message(boxes: Boxes, dialect: str, **variant: Any) -> dict[str, Any]:
    """Return a live message of the first person and device."""
    client = await boxes.make(dialect, Variant(**variant))
    socket = await client.subscribe()
    await client.box.recognize(client.box.devices[0], client.box.people[0])
    message = await receive(socket)
    assert isinstance(message, dict)
    return message


async def test_frames_can_be_binary(boxes: Boxes) -> None:
    """The default is text."""
    client = await boxes.make("nested", Variant(frames="binary"))
    socket = await client.subscribe()
    await client.box.recognize(client.box.devices[0])
    assert (await next_message(socket)).type is WSMsgType.BINARY


@pytest.mark.parametrize("dialect", ["nested", "flat"])
async def test_pictures_can_have_another_form_or_be_absent(
    boxes: Boxes, dialect: str
) -> None:
    """Pictures can be plain base64, data URIs or empty."""
    key = "reg_pic" if dialect == "nested" else "register_image"
    assert (
        base64.b64decode((await _message(boxes, dialect, pictures="plain"))[key])[:2]
        == b"\xff\xd8"
    )
    assert (await _message(boxes, dialect, pictures="data_uri"))[key].startswith(
        "data:image/jpeg;base64,/9j/"
    )
    assert (await _message(boxes, dialect, pictures="empty"))[key] == ""
    assert key not in await _message(boxes, dialect, pictures="absent")


async def test_unrequested_pictures_can_be_empty(boxes: Boxes) -> None:
    """The default is no field at all."""
    client = await boxes.make("nested", Variant(unrequested_pictures="empty"))
    socket = await client.connect()
    await client.configure(socket, face=False, reference=False)
    await client.box.recognize(client.box.devices[0], client.box.people[0])
    message = await receive(socket)
    assert (message["reg_pic"], message["ext_data"]["spot_pic"]) == ("", "")


async def test_numbers_can_be_strings(boxes: Boxes) -> None:
    """Both dialects have this variant."""
    message = await _message(boxes, "nested", numbers_as_strings=True)
    assert isinstance(message["timestamp"], str)
    assert isinstance(message["score"], str)
    assert message["ext_data"]["person_type"] == "1"
    assert isinstance(
        (await _message(boxes, "flat", numbers_as_strings=True))["timestamp"], str
    )


async def test_nested_types_can_be_missing_or_differ(boxes: Boxes) -> None:
    """The scene is missing in welcome machine mode."""
    extension = (
        await _message(
            boxes, "nested", person_type_as_string=True, device_type_as_number=True
        )
    )["ext_data"]
    assert (extension["person_type"], extension["device_type"]) == ("1", 4)
    assert (
        "person_type"
        not in (await _message(boxes, "nested", person_type_missing=True))["ext_data"]
    )
    assert (
        "spot_pic"
        not in (await _message(boxes, "nested", welcome_machine=True))["ext_data"]
    )


async def test_nested_live_message_can_have_an_event_id(boxes: Boxes) -> None:
    """The history may have the same id or another one."""
    assert "event_id" not in await _message(boxes, "nested")
    for differs in (False, True):
        client = await boxes.make(
            "nested", Variant(live_event_id=True, history_id_differs=differs)
        )
        emitted = await client.box.recognize()
        assert emitted.message["event_id"] == emitted.event_id
        assert emitted.message["video_id"] == emitted.device_id
        [record] = await client.events()
        assert (record["_id"] != emitted.event_id) is differs


async def test_flat_keys_can_differ_or_be_missing(boxes: Boxes) -> None:
    """Device id, event id, picture and type are affected."""
    message = await _message(
        boxes, "flat", live_device_id_key=True, event_id_missing=True
    )
    assert "device_id" in message
    assert not {"media_device_id", "event_id"} & message.keys()
    message = await _message(boxes, "flat", reg_pic_key=True, person_type_missing=True)
    assert "reg_pic" in message
    assert not {"register_image", "user_type"} & message.keys()


async def test_history_times_can_be_milliseconds(boxes: Boxes) -> None:
    """Both dialects have this variant."""
    for dialect in ("nested", "flat"):
        client = await boxes.make(dialect, Variant(history_milliseconds=True))
        emitted = await client.box.recognize()
        [record] = await client.events()
        assert record["timestamp"] == emitted.timestamp_ms


async def test_flat_single_record_can_be_wrapped(boxes: Boxes) -> None:
    """There are three forms of the answer to `getevent`."""
    for shape in ("bare", "event", "events"):
        client = await boxes.make("flat", Variant(event_answer=shape))
        emitted = await client.box.recognize()
        body = (
            await client.post(
                "/sophon/v2/face/getevent", {"event_id": emitted.event_id}
            )
        ).json
        record = {
            "bare": body,
            "event": body.get("event"),
            "events": body.get("events", [None])[0],
        }[shape]
        assert record["event_id"] == emitted.event_id


async def test_flat_record_can_be_answered_whatever_the_id(boxes: Boxes) -> None:
    """It is the newest one."""
    client = await boxes.make("flat", Variant(event_id_ignored=True))
    await client.box.recognize()
    newest = await client.box.recognize()
    answer = await client.post("/sophon/v2/face/getevent", {"event_id": "nobody's"})
    assert answer.json["event_id"] == newest.event_id


async def test_message_can_arrive_more_than_once(boxes: Boxes) -> None:
    """The recognition is recorded once."""
    client = await boxes.make("nested", Variant(duplicates=2))
    socket = await client.subscribe()
    await client.box.recognize(client.box.devices[0])
    first = await receive(socket)
    assert [await receive(socket) for _ in range(2)] == [first, first]
    assert await is_quiet(socket)
    assert len(await client.events()) == 1


async def test_unlisted_device_can_be_pushed_without_subscription(boxes: Boxes) -> None:
    """Listed devices are pushed only with a subscription."""
    for pushes in (False, True):
        client = await boxes.make("flat", Variant(pushes_unlisted=pushes))
        socket = await client.subscribe([client.box.devices[0].device_id])
        await client.box.recognize(client.box.devices[1])
        await client.box.recognize("some-other-device")
        if pushes:
            assert (await receive(socket))["media_device_id"] == "some-other-device"
        assert await is_quiet(socket)


async def test_pictures_can_be_left_out() -> None:
    """The option concerns a single recognition."""
    async with EmulatedBox("nested") as box:
        emitted = await box.recognize(identity=box.people[0], include_pictures=False)
    assert "reg_pic" not in emitted.message


async def test_correct_client_causes_no_errors(either: BoxClient) -> None:
    """The test client itself makes no mistakes."""
    socket = await either.subscribe()
    await either.box.recognize(either.box.devices[0])
    await receive(socket)
    await either.events()
    assert either.box.errors == []
