"""`scripts/box record` writes a capture that tells of nobody and reads like the real thing."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import orjson
import pytest

from custom_components.se_aibox.aibox.models import Dialect, LiveRecognition
from custom_components.se_aibox.aibox.wire.dialect import WIRES
from custom_components.se_aibox.aibox.wire.fields import JsonObject, load_object
from emulator import Emitted, EmulatedBox, Variant
from tools.box.address import Address
from tools.box.record import record

from .outcome import outcome

_VARIANTS = [
    Variant(),
    Variant(frames="binary", pictures="data_uri", numbers_as_strings=True),
    Variant(
        pictures="plain",
        person_type_missing=True,
        live_event_id=True,
        live_device_id_key=True,
        event_id_missing=True,
        reg_pic_key=True,
        media_device_key=True,
    ),
    Variant(
        pictures="empty",
        person_type_as_string=True,
        device_type_as_number=True,
        unrequested_pictures="empty",
        welcome_machine=True,
        only_device_ids=True,
    ),
]


def _lines(path: Path) -> list[JsonObject]:
    return [load_object(line) for line in path.read_bytes().splitlines()]


def _read(box: EmulatedBox, message: object) -> LiveRecognition:
    wire = WIRES[Dialect(box.dialect)]
    return wire.read_recognition(load_object(orjson.dumps(message)), datetime.now(UTC))


async def _pass_by(box: EmulatedBox) -> list[Emitted]:
    """Let everyone the box knows pass, and every kind of stranger."""
    known = [
        await box.recognize(box.devices[number % 4], person)
        for number, person in enumerate(box.people)
    ]
    strangers = [
        await box.recognize(box.devices[1], stranger="empty"),
        await box.recognize(box.devices[2], stranger="stranger"),
        await box.recognize(box.devices[3], stranger="automatic"),
        await box.recognize(box.devices[3], stranger="random"),
        await box.recognize(box.devices[0], stranger="employee"),
    ]
    return known + strangers


def _number_of_people(seen: list[LiveRecognition]) -> int:
    return len({live.recognition.identity_id for live in seen})


def _secrets(box: EmulatedBox) -> set[str]:
    """Return what must not be in a capture, as far as it is long enough to be recognised."""
    secrets = {box.serial_number, box.mac, box.mac.lower(), box.host, "pa%40ss-word"}
    for device in box.devices:
        secrets |= {device.device_id, device.name, device.ip, device.url}
        secrets |= {device.permission_id, device.group_id}
        secrets |= {device.relay.ip} if device.relay else set()
    for person in box.people:
        secrets |= {person.identity_id, person.name, person.user_id, person.image_id}
        secrets |= {person.face_id, person.permission_id, person.address}
        secrets |= {str(person.added_at)}
    for seen in box.history:
        secrets |= {seen.event_id, seen.identity_id, seen.identity_name}
    return {secret for secret in secrets - {"stranger"} if len(secret) > 3}


@pytest.mark.parametrize("variant", _VARIANTS)
async def test_a_capture_reads_like_the_box_and_tells_of_nobody(
    box: EmulatedBox,
    address: Address,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """As many recognitions, of the same types, scores and times; no name, id or address."""
    path = tmp_path / "capture.jsonl"
    recording = asyncio.create_task(record(address, path, count=19))
    await box.wait_for_subscription()
    emitted = await _pass_by(box)
    assert await recording == 0

    header, device_list, *frames = _lines(path)
    assert header["dialect"] == box.dialect
    assert header["format_version"] == 1
    assert header["software_version"] in ("V6R2C01_9a1b2c3", "V5R3C01_686e472")
    before = [_read(box, one.message) for one in emitted]
    after = [_read(box, frame["frame"]) for frame in frames]
    assert [outcome(live) for live in after] == [outcome(live) for live in before]

    wire = WIRES[Dialect(box.dialect)]
    devices = wire.read_capture_devices(
        load_object(orjson.dumps(device_list["device_list"]))
    )
    listed = {device.capture_device_id for device in devices}
    assert len(listed) == len(box.devices)
    assert {live.recognition.capture_device_id for live in after} <= listed
    assert _number_of_people(after) == _number_of_people(before)

    text = path.read_text("utf-8")
    assert [secret for secret in _secrets(box) if secret in text] == []
    # Everything that the protocol names is known: nothing had to be hidden.
    assert "hides" not in capsys.readouterr().out


async def test_an_unreadable_frame_leaves_its_length_and_kind(
    box: EmulatedBox,
    address: Address,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Nobody knows what is in it, so nothing of it is kept."""
    path = tmp_path / "capture.jsonl"
    recording = asyncio.create_task(record(address, path, count=3))
    await box.wait_for_subscription()
    await box.send_raw("Tom was here")
    await box.send_raw('{"hello": "Tom"}', binary=True)
    await box.recognize()
    assert await recording == 0
    text, empty, whole = _lines(path)[2:]
    assert (text["length"], text["unreadable"]) == (12, "not JSON")
    assert (empty["length"], empty["unreadable"]) == (
        16,
        "no device_id" if box.dialect == "nested" else "no media_device_id",
    )
    assert "frame" not in text
    assert "frame" not in empty
    assert "frame" in whole
    assert "Tom" not in path.read_text("utf-8")
    assert "3 frames, 2 of them unreadable" in capsys.readouterr().out


async def test_unknown_fields_are_told_on_the_screen_only(
    box: EmulatedBox,
    address: Address,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The owner decides whether they may be known."""
    path = tmp_path / "capture.jsonl"
    recording = asyncio.create_task(record(address, path, count=1))
    await box.wait_for_subscription()
    await box.recognize(overrides={"liveness_of_next_year": 0.5})
    await recording
    assert "liveness_of_next_year" not in path.read_text("utf-8")
    assert "  liveness_of_next_year\n" in capsys.readouterr().out


async def test_time_ends_a_recording(
    box: EmulatedBox, address: Address, tmp_path: Path
) -> None:
    """Also one in which nothing happened."""
    path = tmp_path / "capture.jsonl"
    assert await record(address, path, seconds=0.2) == 0
    assert len(_lines(path)) == 2


async def test_a_broken_connection_ends_a_recording(
    box: EmulatedBox,
    address: Address,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """What came before is kept, and it is said."""
    path = tmp_path / "capture.jsonl"
    recording = asyncio.create_task(record(address, path))
    await box.wait_for_subscription()
    await box.recognize()
    await box.close_sockets()
    assert await recording == 1
    assert len(_lines(path)) == 3
    shown = capsys.readouterr().out
    assert "The event socket" in shown
    assert "1 frames" in shown


async def test_a_file_is_never_overwritten(
    address: Address, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A recording cannot be made again."""
    path = tmp_path / "capture.jsonl"
    path.write_text("precious")
    assert await record(address, path, count=1) == 1
    assert path.read_text() == "precious"
    assert "File exists" in capsys.readouterr().out


async def test_a_box_that_is_off_leaves_no_file(
    box: EmulatedBox,
    address: Address,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """It is said instead."""
    await box.stop()
    path = tmp_path / "capture.jsonl"
    assert await record(address, path) == 1
    assert not path.exists()
    assert "Nothing answers" in capsys.readouterr().out
