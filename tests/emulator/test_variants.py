"""Each variant changes what it says and nothing else (PROTOCOL §1)."""

import base64
from typing import Any

from aiohttp import WSMsgType
import pytest

from emulator import EmulatedBox, Variant

from .conftest import Boxes
from .talk import Talk, is_quiet, receive


async def _message(boxes: Boxes, dialect: str, **variant: Any) -> dict[str, Any]:
    """Return the live message about the first person at the first device."""
    talk = await boxes.make(dialect, Variant(**variant))
    socket = await talk.subscribe()
    await talk.box.recognize(talk.box.devices[0], talk.box.people[0])
    message = await receive(socket)
    assert isinstance(message, dict)
    return message


async def test_binary_frames(boxes: Boxes) -> None:
    """Frames may be binary."""
    talk = await boxes.make("nested", Variant(frames="binary"))
    socket = await talk.subscribe()
    await talk.box.recognize(talk.box.devices[0])
    assert (await socket.receive(timeout=5)).type is WSMsgType.BINARY


@pytest.mark.parametrize("dialect", ["nested", "flat"])
async def test_picture_texts(boxes: Boxes, dialect: str) -> None:
    """Pictures come plain, as data URI, empty or not at all."""
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


async def test_unrequested_pictures_may_be_empty(boxes: Boxes) -> None:
    """What was not asked for may be an empty string."""
    talk = await boxes.make("nested", Variant(unrequested_pictures="empty"))
    socket = await talk.connect()
    await talk.configure(socket, face=False, reference=False)
    await talk.box.recognize(talk.box.devices[0], talk.box.people[0])
    message = await receive(socket)
    assert (message["reg_pic"], message["ext_data"]["spot_pic"]) == ("", "")


async def test_numbers_as_strings(boxes: Boxes) -> None:
    """Numbers may be strings."""
    message = await _message(boxes, "nested", numbers_as_strings=True)
    assert isinstance(message["timestamp"], str)
    assert isinstance(message["score"], str)
    assert message["ext_data"]["person_type"] == "1"
    assert isinstance(
        (await _message(boxes, "flat", numbers_as_strings=True))["timestamp"], str
    )


async def test_nested_person_and_device_types(boxes: Boxes) -> None:
    """Types may be missing, or of another type."""
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


async def test_nested_event_ids(boxes: Boxes) -> None:
    """A live event may carry an id, which may be the history's."""
    assert "event_id" not in await _message(boxes, "nested")
    for differs in (False, True):
        talk = await boxes.make(
            "nested", Variant(live_event_id=True, history_id_differs=differs)
        )
        emitted = await talk.box.recognize()
        assert emitted.message["event_id"] == emitted.event_id
        assert emitted.message["video_id"] == emitted.device_id
        [record] = await talk.events()
        assert (record["_id"] != emitted.event_id) is differs


async def test_flat_keys(boxes: Boxes) -> None:
    """Some firmware calls things by other names, or leaves them out."""
    message = await _message(
        boxes, "flat", live_device_id_key=True, event_id_missing=True
    )
    assert "device_id" in message
    assert not {"media_device_id", "event_id"} & message.keys()
    message = await _message(boxes, "flat", reg_pic_key=True, person_type_missing=True)
    assert "reg_pic" in message
    assert not {"register_image", "user_type"} & message.keys()


async def test_history_milliseconds(boxes: Boxes) -> None:
    """History times may be milliseconds."""
    for dialect in ("nested", "flat"):
        talk = await boxes.make(dialect, Variant(history_milliseconds=True))
        emitted = await talk.box.recognize()
        [record] = await talk.events()
        assert record["timestamp"] == emitted.timestamp_ms


async def test_event_answers(boxes: Boxes) -> None:
    """One event may be bare or wrapped in either of two ways."""
    for shape in ("bare", "event", "events"):
        talk = await boxes.make("flat", Variant(event_answer=shape))
        emitted = await talk.box.recognize()
        body = (
            await talk.post("/sophon/v2/face/getevent", {"event_id": emitted.event_id})
        ).json
        record = {
            "bare": body,
            "event": body.get("event"),
            "events": body.get("events", [None])[0],
        }[shape]
        assert record["event_id"] == emitted.event_id


async def test_duplicates(boxes: Boxes) -> None:
    """A message may arrive more than once, and is recorded once."""
    talk = await boxes.make("nested", Variant(duplicates=2))
    socket = await talk.subscribe()
    await talk.box.recognize(talk.box.devices[0])
    first = await receive(socket)
    assert [await receive(socket) for _ in range(2)] == [first, first]
    assert await is_quiet(socket)
    assert len(await talk.events()) == 1


async def test_unlisted_devices_may_be_pushed(boxes: Boxes) -> None:
    """Some firmware may push what nobody listed, if the box itself does not list it."""
    for pushes in (False, True):
        talk = await boxes.make("flat", Variant(pushes_unlisted=pushes))
        socket = await talk.subscribe([talk.box.devices[0].device_id])
        await talk.box.recognize(talk.box.devices[1])
        await talk.box.recognize("some-other-device")
        if pushes:
            assert (await receive(socket))["media_device_id"] == "some-other-device"
        assert await is_quiet(socket)


async def test_without_pictures() -> None:
    """Pictures can be left out of one recognition."""
    async with EmulatedBox("nested") as box:
        emitted = await box.recognize(identity=box.people[0], include_pictures=False)
    assert "reg_pic" not in emitted.message


async def test_talk_is_clean(either: Talk) -> None:
    """A client that does everything right is not complained about."""
    socket = await either.subscribe()
    await either.box.recognize(either.box.devices[0])
    await receive(socket)
    await either.events()
    assert either.box.errors == []
