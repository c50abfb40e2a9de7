"""The events socket: who gets what (PROTOCOL §1)."""

import asyncio
import base64
from io import BytesIO
import json

from PIL import Image
import pytest

from emulator import PersonType

from .talk import Talk, is_quiet, receive, until

NESTED_FIELDS = {
    "identity_id",
    "identity_name",
    "identity_info",
    "device_id",
    "group_name",
    "timestamp",
    "score",
    "reg_pic",
    "ext_data",
}
NESTED_EXTENSIONS = {
    "device_ip",
    "device_type",
    "person_type",
    "spot_pic",
    "recognize_face",
    "grab_fiqa_info",
    "box_fiqa_info",
}
FLAT_FIELDS = {
    "event_id",
    "timestamp",
    "identity_id",
    "identity_name",
    "user_type",
    "score",
    "media_device_id",
    "media_device_ip",
    "media_device_type",
    "register_image",
    "recognize_face_image",
    "recognize_face_attr",
}


def _is_jpeg(text: str) -> bool:
    with Image.open(BytesIO(base64.b64decode(text, validate=True))) as image:
        image.load()
        return image.format == "JPEG"


async def test_nested_message(nested: Talk) -> None:
    """A 1.x event has the page's fields, of the page's types."""
    socket = await nested.subscribe()
    device, tom = nested.box.devices[0], nested.box.people[0]
    emitted = await nested.box.recognize(device, tom)
    message = await receive(socket)
    assert message == emitted.message
    assert message.keys() == NESTED_FIELDS
    extension = message["ext_data"]
    assert extension.keys() == NESTED_EXTENSIONS
    assert (message["device_id"], message["identity_id"], message["identity_name"]) == (
        device.device_id,
        "12345565",
        "Tom",
    )
    assert message["timestamp"] == emitted.timestamp_ms > 10**12
    assert extension["device_type"] == "4"
    assert extension["person_type"] == 1
    assert message["identity_info"]["ext_info"].keys() == {
        "building_no",
        "room",
        "address",
        "floor",
    }
    for picture in (
        message["reg_pic"],
        extension["spot_pic"],
        extension["recognize_face"],
    ):
        assert _is_jpeg(picture)


async def test_flat_message(flat: Talk) -> None:
    """A 2.0 event has the page's fields, of the page's types, and no scene."""
    socket = await flat.subscribe()
    device, vip = flat.box.devices[1], flat.box.people[1]
    emitted = await flat.box.recognize(device, vip)
    message = await receive(socket)
    assert message == emitted.message
    assert message.keys() == FLAT_FIELDS
    assert message["event_id"] == emitted.event_id
    assert message["user_type"] == "vip"
    assert message["media_device_type"] == "rtsp"
    for key in ("register_image", "recognize_face_image"):
        prefix, _, picture = message[key].partition(",")
        assert prefix == "data:image/jpeg;base64"
        assert _is_jpeg(picture)


async def test_nothing_before_a_configuration(either: Talk) -> None:
    """A connected client hears nothing until it has configured its socket, and nothing is replayed."""
    socket = await either.connect()
    await either.box.recognize(either.box.devices[0])
    await either.configure(socket)
    assert await is_quiet(socket)
    emitted = await either.box.recognize(either.box.devices[0])
    assert (await receive(socket))["timestamp"] == emitted.timestamp_ms


async def test_only_listed_devices(either: Talk) -> None:
    """Only recognitions of listed devices are pushed, and an empty list pushes nothing."""
    first, second = either.box.devices[:2]
    socket = await either.subscribe([second.device_id])
    await either.box.recognize(first, either.box.people[0])
    emitted = await either.box.recognize(second, either.box.people[0])
    assert await receive(socket) == emitted.message
    await either.configure(socket, [])
    await either.box.recognize(second, either.box.people[0])
    assert await is_quiet(socket)


async def test_a_new_configuration_replaces_the_last(either: Talk) -> None:
    """Configurations do not add up."""
    first, second = either.box.devices[:2]
    socket = await either.subscribe([first.device_id])
    await either.configure(socket, [second.device_id])
    await either.box.recognize(first)
    emitted = await either.box.recognize(second)
    assert await receive(socket) == emitted.message
    assert len(either.box.subscriptions) == 1


async def test_each_client_gets_its_own_pictures(nested: Talk) -> None:
    """Pictures follow the configuration of each client."""
    sockets = [await nested.connect() for _ in range(4)]
    wishes = [(False, False), (True, False), (False, True), (True, True)]
    for socket, (face, reference) in zip(sockets, wishes, strict=True):
        await nested.configure(socket, face=face, reference=reference)
    await nested.box.recognize(nested.box.devices[0], nested.box.people[0])
    for socket, (face, reference) in zip(sockets, wishes, strict=True):
        message = await receive(socket)
        assert ("reg_pic" in message) is reference
        assert ("recognize_face" in message["ext_data"]) is face
        assert ("spot_pic" in message["ext_data"]) is face


async def test_missing_settings_are_off(nested: Talk) -> None:
    """A frame that leaves a setting out switches it off."""
    socket = await nested.connect()
    device_id = nested.box.devices[0].device_id
    await socket.send_json({"event_list": [device_id]})
    await nested.box.wait_for_subscription()
    await nested.box.recognize(device_id, nested.box.people[0])
    message = await receive(socket)
    assert "reg_pic" not in message
    assert "spot_pic" not in message["ext_data"]
    assert nested.box.errors == []


@pytest.mark.parametrize(
    ("stranger", "identity_id", "name", "person_type"),
    [
        ("empty", "", "", 4),
        ("stranger", "", "stranger", 4),
        ("automatic", None, "", 4),
        ("random", "", None, 4),
        ("employee", "", "", 1),
    ],
)
async def test_strangers(
    nested: Talk,
    stranger: str,
    identity_id: str | None,
    name: str | None,
    person_type: int,
) -> None:
    """Strangers come in every way the page says, without enrolment details or reference."""
    emitted = await nested.box.recognize(stranger=stranger)  # type: ignore[arg-type]
    message = emitted.message
    assert isinstance(message["ext_data"], dict)
    assert message["ext_data"]["person_type"] == person_type
    assert message["identity_info"] == {}
    assert "reg_pic" not in message
    if identity_id is None:
        seconds, _, digits = str(message["identity_id"]).partition(".")
        assert (len(seconds), len(digits)) == (10, 7)
    else:
        assert message["identity_id"] == identity_id
    if name is None:
        assert message["identity_name"]
    else:
        assert message["identity_name"] == name


async def test_flat_stranger_employee(flat: Talk) -> None:
    """An empty id together with `employee` is possible."""
    emitted = await flat.box.recognize(stranger="employee")
    assert (emitted.message["identity_id"], emitted.message["user_type"]) == (
        "",
        "employee",
    )
    assert emitted.person_type is PersonType.EMPLOYEE


async def test_overrides_and_omissions(nested: Talk) -> None:
    """A caller can change and remove anything in a live message."""
    socket = await nested.subscribe()
    await nested.box.recognize(
        nested.box.devices[0],
        nested.box.people[0],
        overrides={"score": "high", "ext_data": {"person_type": 9}},
        omit=("identity_info", "ext_data.device_ip", "no.such.key"),
    )
    message = await receive(socket)
    assert message["score"] == "high"
    assert message["ext_data"]["person_type"] == 9
    assert "device_type" in message["ext_data"]
    assert "device_ip" not in message["ext_data"]
    assert "identity_info" not in message


async def test_unlisted_device(either: Talk) -> None:
    """A device the box does not list is pushed to who listed it all the same."""
    socket = await either.subscribe(["0b77ad6e-0000-4000-8000-000000000000"])
    emitted = await either.box.recognize("0b77ad6e-0000-4000-8000-000000000000")
    assert await receive(socket) == emitted.message
    assert any("unknown device" in error for error in either.box.errors)


@pytest.mark.parametrize(
    "frame",
    [
        "nonsense",
        "[]",
        '{"need_face": 1}',
        '{"need_register": "true"}',
        '{"event_list": "all"}',
        '{"event_list": [7]}',
        '{"event_list": null}',
    ],
)
async def test_bad_frames_are_reported_and_change_nothing(
    nested: Talk, frame: str
) -> None:
    """A wrong configuration frame is noted; the one before stays valid."""
    socket = await nested.subscribe()
    await socket.send_str(frame)
    await until(lambda: bool(nested.box.errors))
    emitted = await nested.box.recognize(nested.box.devices[0])
    assert await receive(socket) == emitted.message


async def test_the_other_dialects_frame_subscribes_to_nothing(flat: Talk) -> None:
    """A 2.0 box does not know the words of 1.x."""
    socket = await flat.connect()
    await socket.send_json(
        {"need_face": True, "event_list": [flat.box.devices[0].device_id]}
    )
    await until(lambda: len(flat.box.errors) >= 2)
    await flat.box.recognize(flat.box.devices[0])
    assert await is_quiet(socket)
    with pytest.raises(TimeoutError):
        await flat.box.wait_for_subscription(timeout=0.05)


async def test_a_binary_configuration_frame(either: Talk) -> None:
    """A configuration may come as a binary frame."""
    socket = await either.connect()
    keys = {"nested": "event_list", "flat": "media_device_ids"}
    await socket.send_bytes(
        json.dumps(
            {keys[either.box.dialect]: [either.box.devices[0].device_id]}
        ).encode()
    )
    await either.box.wait_for_subscription()


async def test_send_raw(either: Talk) -> None:
    """Any frame can be sent verbatim."""
    socket = await either.subscribe()
    await either.box.send_raw("{broken")
    assert (await socket.receive_str(timeout=5)) == "{broken"
    await either.box.send_raw(b"\xff\x00", binary=True)
    assert (await socket.receive_bytes(timeout=5)) == b"\xff\x00"


async def test_a_gone_client_is_forgotten(either: Talk) -> None:
    """A subscription ends with its connection."""
    socket = await either.subscribe()
    await socket.close()
    await until(lambda: not either.box.subscriptions)
    await either.box.recognize()


async def test_a_slow_client_holds_the_box_back(boxes_with_large_scenes: Talk) -> None:
    """Emitting waits for the client to read instead of buffering without end."""
    talk = boxes_with_large_scenes
    socket = await talk.subscribe()

    async def emit() -> None:
        for _ in range(60):
            await talk.box.recognize(talk.box.devices[0], talk.box.people[0])

    emitting = asyncio.create_task(emit())
    done, _ = await asyncio.wait({emitting}, timeout=1)
    assert not done
    for _ in range(60):
        await receive(socket)
    await asyncio.wait_for(emitting, 5)


async def test_a_late_message_is_overtaken(either: Talk) -> None:
    """A message can be held back while the record and later messages are not."""
    socket = await either.subscribe()
    device = either.box.devices[0]
    late = await either.box.recognize(device, push_delay=0.1)
    early = await either.box.recognize(device)
    assert await receive(socket) == early.message
    assert len(await either.events()) == 2
    assert await receive(socket) == late.message


async def test_copies(either: Talk) -> None:
    """One recognition can be told several times, and is one record."""
    socket = await either.subscribe()
    emitted = await either.box.recognize(either.box.devices[0], copies=3)
    assert [await receive(socket) for _ in range(3)] == [emitted.message] * 3
    assert await is_quiet(socket)
    assert len(await either.events()) == 1
