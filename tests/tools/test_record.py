"""Tests of `scripts/box record`."""

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

from .conftest import PATIENCE_SECONDS
from .outcome import outcome
from .private import private_texts

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


async def _walk_by(box: EmulatedBox) -> list[Emitted]:
    """Emit every enrolled person and every kind of stranger."""
    enrolled = [
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
    return enrolled + strangers


def _number_of_people(recognitions: list[LiveRecognition]) -> int:
    return len({live.recognition.identity_id for live in recognitions})


@pytest.mark.parametrize("variant", _VARIANTS)
async def test_capture_reads_like_the_box_and_hides_everyone(
    box: EmulatedBox,
    address: Address,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Types, scores and times stay; names, ids and addresses do not."""
    path = tmp_path / "capture.jsonl"
    recording = asyncio.create_task(record(address, path, count=19))
    await box.wait_for_subscription()
    emitted = await _walk_by(box)
    assert await asyncio.wait_for(recording, PATIENCE_SECONDS) == 0

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
    listed = {device.capture_device_id for device in devices.devices}
    assert len(listed) == len(box.devices)
    assert {live.recognition.capture_device_id for live in after} <= listed
    assert _number_of_people(after) == _number_of_people(before)

    text = path.read_text("utf-8")
    assert [secret for secret in private_texts(box) if secret in text] == []
    # All field names of the protocol are known, so none was hidden.
    assert "hides" not in capsys.readouterr().out


async def test_of_unreadable_frame_only_length_and_kind_are_written(
    box: EmulatedBox,
    address: Address,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Its content is unknown, so it cannot be redacted."""
    path = tmp_path / "capture.jsonl"
    recording = asyncio.create_task(record(address, path, count=3))
    await box.wait_for_subscription()
    await box.send_raw("Tom was here")
    await box.send_raw('{"hello": "Tom"}', binary=True)
    await box.recognize()
    assert await asyncio.wait_for(recording, PATIENCE_SECONDS) == 0
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


async def test_unknown_fields_are_named_on_the_terminal_only(
    box: EmulatedBox,
    address: Address,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The owner of the box decides whether to mention them."""
    path = tmp_path / "capture.jsonl"
    recording = asyncio.create_task(record(address, path, count=1))
    await box.wait_for_subscription()
    await box.recognize(overrides={"liveness_of_next_year": 0.5})
    await asyncio.wait_for(recording, PATIENCE_SECONDS)
    assert "liveness_of_next_year" not in path.read_text("utf-8")
    assert "  liveness_of_next_year\n" in capsys.readouterr().out


async def test_recording_ends_after_the_given_seconds(
    box: EmulatedBox, address: Address, tmp_path: Path
) -> None:
    """No frame needs to arrive for that."""
    path = tmp_path / "capture.jsonl"
    assert await record(address, path, seconds=0.2) == 0
    assert len(_lines(path)) == 2


async def test_broken_connection_ends_a_recording(
    box: EmulatedBox,
    address: Address,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Earlier frames are kept, and the user is informed."""
    path = tmp_path / "capture.jsonl"
    recording = asyncio.create_task(record(address, path))
    await box.wait_for_subscription()
    await box.recognize()
    await box.close_sockets()
    assert await asyncio.wait_for(recording, PATIENCE_SECONDS) == 1
    assert len(_lines(path)) == 3
    shown = capsys.readouterr().out
    assert "The event socket" in shown
    assert "1 frames" in shown


async def test_existing_file_is_never_overwritten(
    address: Address, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A recording cannot be repeated."""
    path = tmp_path / "capture.jsonl"
    path.write_text("precious")
    assert await record(address, path, count=1) == 1
    assert path.read_text() == "precious"
    assert "File exists" in capsys.readouterr().out


async def test_box_that_is_off_leaves_no_file(
    box: EmulatedBox,
    address: Address,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The user learns why nothing was recorded."""
    await box.stop()
    path = tmp_path / "capture.jsonl"
    assert await record(address, path) == 1
    assert not path.exists()
    assert "Nothing answers" in capsys.readouterr().out
