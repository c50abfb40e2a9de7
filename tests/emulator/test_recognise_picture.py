"""Recognising a picture (PROTOCOL §5)."""

import base64
from io import BytesIO
from typing import Any

from PIL import Image
import pytest

from emulator import PictureKind, RelayPulse
from emulator.cast import cast_people

from .pictures import coloured, drawn_reference, photo
from .talk import Answer, Talk, is_quiet, receive

START_MS = 1_700_000_000_000


def _text(picture: bytes) -> str:
    return base64.b64encode(picture).decode()


async def _ask(talk: Talk, picture: bytes, **more: Any) -> Answer:
    """Ask who that is, and nothing else."""
    if talk.box.dialect == "nested":
        body = {
            "rgb_image_base64": _text(picture),
            "group_name": "default_group",
            "permission_name": "",
            "support_stranger": False,
        }
        return await talk.post("/SophonMatch/api/PictureMatch", body | more)
    body = {
        "rgb_image_base64": _text(picture),
        "permission_name": "default_group",
        "with_default_group_only": True,
    }
    return await talk.post("/sophon/v2/face/search", body | more)


async def _for_device(talk: Talk, picture: bytes, ip: str, **more: Any) -> Answer:
    """Send a picture as if the capture device had taken it."""
    if talk.box.dialect == "nested":
        body = {"rgb_image_base64": _text(picture), "device_ip": ip}
        return await talk.post("/SophonMatch/api/PictureMatch", body | more)
    body = {"rgb_image_base64": _text(picture), "media_device_ip": ip}
    return await talk.post("/sophon/v2/face/search", body | more)


def _matched(answer: Answer) -> bool:
    body = answer.json
    assert body.get("retcode") in (None, "0", "1")
    return body["retcode"] == "1" if "retcode" in body else body["result"] is True


def _code(answer: Answer) -> str:
    error = answer.json["error"]
    return str(error.get("status", error["code"]))


async def _drawn(talk: Talk, kind: PictureKind) -> bytes:
    """Return a picture of the second person from a recognition of them."""
    await talk.box.recognize(talk.box.devices[1], talk.box.people[1], push=False)
    return (
        await talk.box.state.studio.paint(
            talk.box.state.drawing(talk.box.history[-1], kind)
        )
    ).jpeg


@pytest.mark.parametrize("kind", list(PictureKind))
async def test_who_is_on_a_drawn_picture(either: Talk, kind: PictureKind) -> None:
    """Face, scene and reference of a person match that person, and asking leaves no trace."""
    picture = await _drawn(either, kind)
    answer = await _ask(either, picture)
    assert _matched(answer)
    assert answer.json["identity_id"] == "666666"
    assert answer.json["score"] >= either.box.settings.threshold
    assert len(either.box.history) == 1
    assert either.box.relay_pulses == []
    assert either.box.state.filed_strangers == []
    assert either.box.errors == []


async def test_strangers_do_not_match(either: Talk) -> None:
    """Another picture matches nobody; 2.0 names the nearest all the same."""
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


async def test_an_enrolled_photo_matches(either: Talk) -> None:
    """A photo matches whoever was enrolled with it, and no other photo does."""
    if either.box.dialect == "nested":
        body = {
            "identity_id": "77",
            "reg_photo": _text(photo()),
            "info": {"name": "New"},
        }
        await either.post("/SophonFogSys/api/users", body)
    else:
        body = {"identity_id": "77", "register_image": _text(photo())}
        await either.post("/sophon/v2/face/createidentity", body)
    assert (await _ask(either, photo())).json["identity_id"] == "77"
    assert not _matched(await _ask(either, photo(seed=90)))


async def test_faces_add_up_until_one_is_asked_for(nested: Talk) -> None:
    """In 1.x whoever is enrolled anew is recognised by the old face too, unless that is asked to go."""
    before = await drawn_reference(nested.box, nested.box.people[0])
    body = {
        "identity_id": nested.box.people[0].identity_id,
        "reg_photo": _text(photo()),
        "info": {"name": "New"},
        "ignore_exist": True,
    }
    for single, matches in ((False, True), (True, False)):
        await nested.post(
            "/SophonFogSys/api/users", body | {"support_single_face": single}
        )
        assert _matched(await _ask(nested, before)) is matches
        assert _matched(await _ask(nested, photo()))


async def test_one_of_a_crowd_matches(either: Talk) -> None:
    """People who share a look are still told apart."""
    box = either.box
    box.people.extend(cast_people(1, 60)[14:])
    picture = await drawn_reference(box, box.people[-1])
    answer = await _ask(either, picture)
    assert answer.json["identity_id"] == box.people[-1].identity_id


async def test_the_register_photo_comes_on_request(either: Talk) -> None:
    """The enrolled photo is sent if asked for."""
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


async def test_a_reencoded_picture_is_decoded(either: Talk) -> None:
    """Other formats are pictures too."""
    buffer = BytesIO()
    Image.open(BytesIO(photo())).save(buffer, "PNG")
    assert not _matched(await _ask(either, buffer.getvalue()))


@pytest.mark.parametrize(
    ("picture", "code"),
    [
        (b"text", "IMAGE_DECODE_ERROR"),
        (photo()[:300], "IMAGE_DECODE_ERROR"),
        (coloured((200, 10, 10)), "NO_FACE_ERROR"),
        (photo(side=30), "LOW_QUALITY_ERROR"),
    ],
)
async def test_bad_pictures(either: Talk, picture: bytes, code: str) -> None:
    """A bad picture is an error, not a stranger."""
    assert _code(await _ask(either, picture)) == code


async def test_bad_questions(either: Talk) -> None:
    """Too large a picture, an unknown group or device, and nothing to compare with."""
    assert _code(await _ask(either, photo(), permission_name="nobody")) == (
        "EMPTY_GROUP_ERROR"
    )
    answer = await _for_device(either, photo(), "10.9.8.7")
    assert _code(answer) == "DEVICE_ID_NOT_FOUND"
    video = either.box.devices[1]
    assert video.type == "rtsp"
    answer = await _for_device(either, photo(), video.ip)
    assert _code(answer) == "DEVICE_ID_NOT_FOUND"
    path = (
        "/SophonMatch/api/PictureMatch"
        if either.box.dialect == "nested"
        else "/sophon/v2/face/search"
    )
    answer = await either.post(path, {"rgb_image_base64": _text(photo())})
    assert _code(answer) == "MISSING_ARGUMENTS"
    either.box.settings.largest_picture = 500
    assert _code(await _ask(either, photo())) == "IMAGE_SIZE_TOO_LARGE_ERROR"


async def test_unmatched_faces_are_filed_unless_switched_off(either: Talk) -> None:
    """A box files strangers away unless the call forbids it."""
    flag = (
        {"support_stranger": True}
        if either.box.dialect == "nested"
        else {"with_default_group_only": False}
    )
    await _ask(either, photo(), **flag)
    assert len(either.box.state.filed_strangers) == 1


async def test_a_picture_for_a_device_is_an_event(either: Talk) -> None:
    """It is recorded, pushed, and opens the bound relay, as the page warns."""
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


async def test_nobody_hears_of_a_question(either: Talk) -> None:
    """Asking with a group pushes nothing."""
    socket = await either.subscribe()
    await _ask(either, photo())
    assert await is_quiet(socket)


async def test_the_caller_may_choose_the_time(nested: Talk) -> None:
    """1.x takes the event's time from the call, in seconds or milliseconds."""
    ip = nested.box.devices[0].ip
    await _for_device(nested, photo(), ip, compare_time=START_MS / 1000)
    await _for_device(nested, photo(), ip, compare_time=START_MS)
    times = [record.timestamp_ms for record in nested.box.history]
    assert times == [START_MS, START_MS]
