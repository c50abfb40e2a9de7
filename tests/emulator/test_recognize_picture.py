"""Tests of picture recognition (docs/protocol.md §5)."""

import base64
from io import BytesIO
from typing import Any

from PIL import Image
import pytest

from emulator import PictureKind, RelayPulse, Variant
from emulator.cast import cast_people

from .box_client import Answer, BoxClient, is_quiet, receive
from .conftest import Boxes
from .pictures import colored, drawn_reference, photo

START_MS = 1_700_000_000_000


def _text(picture: bytes) -> str:
    return base64.b64encode(picture).decode()


async def _ask(client: BoxClient, picture: bytes, **more: Any) -> Answer:
    """Compare a picture with a group, without side effects."""
    if client.box.dialect == "nested":
        body = {
            "rgb_image_base64": _text(picture),
            "group_name": "default_group",
            "permission_name": "",
            "support_stranger": False,
        }
        return await client.post("/SophonMatch/api/PictureMatch", body | more)
    body = {
        "rgb_image_base64": _text(picture),
        "with_default_group_only": True,
    }
    return await client.post("/sophon/v2/face/search", body | more)


async def _for_device(
    client: BoxClient, picture: bytes, ip: str, **more: Any
) -> Answer:
    """Send a picture on behalf of a capture device."""
    if client.box.dialect == "nested":
        body = {"rgb_image_base64": _text(picture), "device_ip": ip}
        return await client.post("/SophonMatch/api/PictureMatch", body | more)
    body = {"rgb_image_base64": _text(picture), "media_device_ip": ip}
    return await client.post("/sophon/v2/face/search", body | more)


def _matched(answer: Answer) -> bool:
    body = answer.json
    assert body.get("retcode") in (None, "0", "1")
    return body["retcode"] == "1" if "retcode" in body else body["result"] is True


async def _drawn(client: BoxClient, kind: PictureKind) -> bytes:
    """Return a picture from a recognition of the second person."""
    await client.box.recognize(client.box.devices[1], client.box.people[1], push=False)
    return (
        await client.box.state.studio.paint(
            client.box.state.drawing(client.box.history[-1], kind)
        )
    ).jpeg


@pytest.mark.parametrize("kind", list(PictureKind))
async def test_drawn_picture_matches_its_subject_without_trace(
    either: BoxClient, kind: PictureKind
) -> None:
    """Face, scene and reference all match."""
    picture = await _drawn(either, kind)
    answer = await _ask(either, picture)
    assert _matched(answer)
    assert answer.json["identity_id"] == "666666"
    assert answer.json["score"] >= either.box.settings.threshold
    assert len(either.box.history) == 1
    assert either.box.relay_pulses == []
    assert either.box.state.filed_strangers == []
    assert either.box.errors == []


async def test_picture_of_a_stranger_matches_no_one(either: BoxClient) -> None:
    """Dialect 2.0 still names the nearest person."""
    answer = await _ask(either, photo())
    assert not _matched(answer)
    assert answer.json["score"] < either.box.settings.threshold
    if either.box.dialect == "nested":
        assert (answer.json["identity_id"], answer.json["name"]) == ("", "stranger")
        kept = (await _ask(either, photo(), need_keep_info=True)).json
        assert kept["retcode"] == "0"
        assert either.box.state.find_identity(kept["identity_id"]) is not None
    else:
        nearest = either.box.state.find_identity(answer.json["identity_id"])
        assert nearest is not None
        assert answer.json["identity_info"]["identity_name"] == nearest.name
    stranger = await either.box.recognize(either.box.devices[0], push=False)
    assert stranger.identity_id == ""
    drawing = either.box.state.drawing(either.box.history[-1], PictureKind.FACE)
    face = (await either.box.state.studio.paint(drawing)).jpeg
    assert not _matched(await _ask(either, face))


async def test_enrolled_photo_matches_its_person(either: BoxClient) -> None:
    """Another photo does not match."""
    if either.box.dialect == "nested":
        body = {
            "identity_id": "77",
            "reg_photo": _text(photo()),
            "group_name": "default_group",
            "info": {"name": "New", "type": 1},
        }
        await either.post("/SophonFogSys/api/users", body)
    else:
        body = {"identity_id": "77", "register_image": _text(photo())}
        await either.post("/sophon/v2/face/createidentity", body)
    assert (await _ask(either, photo())).json["identity_id"] == "77"
    assert not _matched(await _ask(either, photo(seed=90)))


async def test_nested_old_face_matches_unless_a_single_one_is_requested(
    nested: BoxClient,
) -> None:
    """Repeated enrollment adds a face by default."""
    before = await drawn_reference(nested.box, nested.box.people[0])
    body = {
        "identity_id": nested.box.people[0].identity_id,
        "reg_photo": _text(photo()),
        "group_name": "default_group",
        "info": {"name": "New", "type": 1},
        "ignore_exist": True,
    }
    for single, matches in ((False, True), (True, False)):
        await nested.post(
            "/SophonFogSys/api/users", body | {"support_single_face": single}
        )
        assert _matched(await _ask(nested, before)) is matches
        assert _matched(await _ask(nested, photo()))


async def test_people_with_the_same_look_are_distinguished(either: BoxClient) -> None:
    """The people of a crowd share a few looks."""
    box = either.box
    box.people.extend(cast_people(1, 60)[14:])
    picture = await drawn_reference(box, box.people[-1])
    answer = await _ask(either, picture)
    assert answer.json["identity_id"] == box.people[-1].identity_id


async def test_infrared_check_requires_its_picture(either: BoxClient) -> None:
    """The other checks need no second picture."""
    name = "liveness_mode" if either.box.dialect == "nested" else "with_liveness_check"
    for mode in ("liveness_off", "liveness_rgb"):
        assert (await _ask(either, photo(), **{name: mode})).status == 200
    infrared = {name: "liveness_rgb_ir"}
    assert (await _ask(either, photo(), **infrared)).is_error("MISSING_ARGUMENTS")
    answer = await _ask(either, photo(), ir_image_base64=_text(photo()), **infrared)
    assert answer.status == 200
    for other in ("liveness", True):
        answer = await _ask(either, photo(), **{name: other})
        assert answer.is_error("INVALID_ARGUMENTS")


async def test_flat_box_requires_no_permission_group(boxes: Boxes) -> None:
    """Its pages do not name a permission group `default_group`."""
    client = await boxes.make("flat")
    picture = await drawn_reference(client.box, client.box.people[0])
    body = {"rgb_image_base64": _text(picture)}
    path = "/sophon/v2/face/search"
    assert _matched(await client.post(path, body))
    assert _matched(await client.post(path, {**body, "permission_name": ""}))
    answer = await client.post(path, {**body, "permission_name": "default_group"})
    assert answer.is_error("EMPTY_GROUP_ERROR")
    own = {**body, "permission_name": client.box.people[0].person_type}
    assert _matched(await client.post(path, own))


async def test_nested_firmware_can_compare_for_devices_only(boxes: Boxes) -> None:
    """It requires an address, and knows neither groups nor filing."""
    client = await boxes.make("nested", Variant(compares_for_devices_only=True))
    picture = await drawn_reference(client.box, client.box.people[0])
    assert (await _ask(client, picture)).is_error("MISSING_ARGUMENTS")
    assert client.box.history == []
    ip = client.box.devices[0].ip
    assert _matched(await _for_device(client, picture, ip))
    never = {"group_name": "nobody", "support_stranger": False}
    assert not _matched(await _for_device(client, photo(), ip, **never))
    assert len(client.box.history) == 2
    assert len(client.box.state.filed_strangers) == 1


async def test_enrolled_photo_is_sent_on_request(either: BoxClient) -> None:
    """Dialect 2.0 sends the photo as a data URI."""
    person = either.box.people[0]
    picture = await drawn_reference(either.box, person)
    nested = either.box.dialect == "nested"
    key, flag = (
        ("reg_pic", "need_register_photo")
        if nested
        else ("register_image", "with_register_photo")
    )
    assert key not in (await _ask(either, picture)).json
    text = (await _ask(either, picture, **{flag: True})).json[key]
    assert text.startswith("data:image/jpeg;base64,") is not nested
    assert base64.b64decode(text.rpartition(",")[2]) == picture


async def test_png_picture_is_decoded(either: BoxClient) -> None:
    """JPEG is not the only accepted format."""
    buffer = BytesIO()
    Image.open(BytesIO(photo())).save(buffer, "PNG")
    assert not _matched(await _ask(either, buffer.getvalue()))


@pytest.mark.parametrize(
    ("picture", "code"),
    [
        (b"text", "IMAGE_DECODE_ERROR"),
        (photo()[:300], "IMAGE_DECODE_ERROR"),
        (colored((200, 10, 10)), "NO_FACE_ERROR"),
        (photo(side=30), "LOW_QUALITY_ERROR"),
    ],
)
async def test_bad_picture_is_an_error(
    either: BoxClient, picture: bytes, code: str
) -> None:
    """The box does not take a bad picture for a stranger."""
    assert (await _ask(either, picture)).is_error(code)


async def test_invalid_recognition_call_is_refused(either: BoxClient) -> None:
    """Group, device, arguments or picture size are wrong."""
    answer = await _ask(either, photo(), permission_name="nobody")
    assert answer.is_error("EMPTY_GROUP_ERROR")
    answer = await _for_device(either, photo(), "10.9.8.7")
    assert answer.is_error("DEVICE_ID_NOT_FOUND")
    video = either.box.devices[1]
    assert video.type == "rtsp"
    answer = await _for_device(either, photo(), video.ip)
    assert answer.is_error("DEVICE_ID_NOT_FOUND")
    path = (
        "/SophonMatch/api/PictureMatch"
        if either.box.dialect == "nested"
        else "/sophon/v2/face/search"
    )
    # In 2.0 everything but the picture is optional.
    either.box.state.variant = Variant(permission_required=True)
    answer = await either.post(path, {"rgb_image_base64": _text(photo())})
    assert answer.is_error("MISSING_ARGUMENTS")
    either.box.state.variant = Variant()
    answer = await _ask(either, photo(), permission_name="default_group")
    assert answer.is_error("EMPTY_GROUP_ERROR")
    either.box.settings.largest_picture = 500
    assert (await _ask(either, photo())).is_error("IMAGE_SIZE_TOO_LARGE_ERROR")


async def test_unmatched_face_is_filed_if_the_call_allows_it(either: BoxClient) -> None:
    """Each dialect has its own flag."""
    flag = (
        {"support_stranger": True}
        if either.box.dialect == "nested"
        else {"with_default_group_only": False}
    )
    await _ask(either, photo(), **flag)
    assert len(either.box.state.filed_strangers) == 1


async def test_picture_for_a_device_is_recorded_and_pushed(either: BoxClient) -> None:
    """A match also opens the relay of the device."""
    box = either.box
    device = box.devices[0]
    assert device.relay is not None
    socket = await either.subscribe()
    picture = await drawn_reference(box, box.people[0])
    assert _matched(await _for_device(either, picture, device.ip))
    message = await receive(socket)
    assert message["identity_id"] == box.people[0].identity_id
    [record] = await either.events()
    assert record.get("common", record)["score"] == message["score"]
    [event] = box.history
    assert box.relay_pulses == [
        RelayPulse(device.device_id, event.event_id, device.relay)
    ]
    assert not _matched(await _for_device(either, photo(), device.ip))
    assert (await receive(socket))["identity_id"] == ""
    assert len(box.relay_pulses) == 1


async def test_recognition_in_a_group_is_not_pushed(either: BoxClient) -> None:
    """Only recognition for a device is pushed."""
    socket = await either.subscribe()
    await _ask(either, photo())
    assert await is_quiet(socket)


async def test_nested_caller_can_choose_the_time(nested: BoxClient) -> None:
    """The time may be in seconds or milliseconds."""
    ip = nested.box.devices[0].ip
    await _for_device(nested, photo(), ip, compare_time=START_MS / 1000)
    await _for_device(nested, photo(), ip, compare_time=START_MS)
    times = [record.timestamp_ms for record in nested.box.history]
    assert times == [START_MS, START_MS]
