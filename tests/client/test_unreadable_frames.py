"""An unreadable frame is skipped and affects nothing else."""

import orjson
import pytest

from custom_components.se_aibox.aibox import stream
from custom_components.se_aibox.aibox.client import AiBoxClient
from custom_components.se_aibox.aibox.models import (
    Dialect,
    LiveRecognition,
    Subscription,
)
from custom_components.se_aibox.aibox.updates import (
    Connected,
    Disconnected,
    ScanCompleted,
    Skipped,
)
from emulator import EmulatedBox
from emulator.model import JsonValue

from .common import Updates, listening, next_recognition, next_update

_SECRET = "S3CRET"


async def _assert_next_are_delivered(updates: Updates, box: EmulatedBox) -> None:
    """Assert that the next two recognitions are delivered, once each."""
    tom, ming = box.people[:2]
    await box.recognize(box.devices[0], tom, include_pictures=False)
    await box.recognize(box.devices[0], ming, include_pictures=False)

    assert (await next_recognition(updates)).identity_id == tom.identity_id
    assert (await next_recognition(updates)).identity_id == ming.identity_id


async def _assert_skipped(updates: Updates) -> None:
    """Assert that the reason is short and quotes nothing."""
    skipped = await next_update(updates, Skipped)
    assert _SECRET not in skipped.kind
    assert 0 < len(skipped.kind) < 40


_UNREADABLE = [
    b"",
    b" ",
    b"\x00",
    b"S3CRET",
    b'{"identity_name": "S3CRET"',
    b'{"identity_name": "S3CRET"}}',
    b"['S3CRET']",
    b'["S3CRET"]',
    b'"S3CRET"',
    b"1",
    b"null",
    b"true",
    b"{}",
    b'{"S3CRET": "S3CRET"}',
    b'{"identity_name": "S3CRET\xff"}',
    b'{"identity_name": "S3CRET\\ud800"}',
    b"\xff\xfe{\x00}\x00",
    b"\xef\xbb\xbf{}",
    b"[" * 100_000,
    b'{"a":' * 100_000,
    b'{"timestamp": NaN}',
    b'{"timestamp": -Infinity}',
    b'{"timestamp": 1e999}',
    b'{"timestamp": 1' + b"0" * 5000 + b"}",
    b'{"error": {"code": "DEVICE_INIT_ERROR"}}',
]
_INVALID_TIMES: list[JsonValue] = [
    None,
    "",
    "S3CRET",
    True,
    [],
    {},
    {"S3CRET": 1},
    "nan",
    "inf",
    -1,
    -62_135_596_800,
    253_402_300_799_999,
    1e18,
    1.7e308,
    -1.7e308,
    2**63,
]


@pytest.mark.parametrize("binary", [False, True], ids=["text", "binary"])
async def test_frame_that_is_no_message_is_skipped(
    updates: Updates, box: EmulatedBox, binary: bool
) -> None:
    """The connection stays open, whatever the bytes are."""
    for frame in _UNREADABLE:
        await box.send_raw(frame, binary=binary)

        await _assert_skipped(updates)
        await _assert_next_are_delivered(updates, box)


async def test_message_with_an_invalid_time_is_skipped(
    updates: Updates, box: EmulatedBox
) -> None:
    """Times before 1970 and after the end of the calendar are invalid."""
    for timestamp in _INVALID_TIMES:
        await box.recognize(
            overrides={"timestamp": timestamp, "identity_name": _SECRET},
            include_pictures=False,
        )

        await _assert_skipped(updates)
        await _assert_next_are_delivered(updates, box)


@pytest.mark.parametrize("device_id", [None, "", "x" * 256, True, ["S3CRET"], {}])
async def test_message_without_a_capture_device_is_skipped(
    updates: Updates, box: EmulatedBox, dialect: Dialect, device_id: object
) -> None:
    """Its place is unknown."""
    message = (await box.recognize(push=False)).message
    key = "device_id" if dialect is Dialect.NESTED else "media_device_id"
    message[key] = device_id  # type: ignore[assignment]  # any JSON value
    await box.send_raw(orjson.dumps(message))

    await _assert_skipped(updates)
    await _assert_next_are_delivered(updates, box)


_WRONG: dict[str, list[JsonValue]] = {
    "identity_id": [{}, [_SECRET], False, "x" * 256],
    "identity_name": [{_SECRET: 1}, [], True],
    "score": [_SECRET, {}, [1], True, "nan"],
    "event_id": [{}, [_SECRET], "x" * 256],
    "identity_info": [[_SECRET], 1, _SECRET],
    "reg_pic": [1, {}, [_SECRET]],
}


async def test_message_with_a_field_of_the_wrong_type_is_skipped(
    updates: Updates, box: EmulatedBox
) -> None:
    """No other field of it is trusted either."""
    for field, values in _WRONG.items():
        for value in values:
            message = (await box.recognize(identity=box.people[0], push=False)).message
            message.pop("register_image", None)
            message[field] = value
            await box.send_raw(orjson.dumps(message))

            await _assert_skipped(updates)
            await _assert_next_are_delivered(updates, box)


async def test_object_as_json_text_is_read(
    updates: Updates, box: EmulatedBox, dialect: Dialect
) -> None:
    """Form data carries objects as JSON text."""
    key = "ext_data" if dialect is Dialect.NESTED else "recognize_face_attr"
    message = (await box.recognize(identity=box.people[1], push=False)).message
    message[key] = orjson.dumps(message[key]).decode()
    await box.send_raw(orjson.dumps(message))

    assert (await next_recognition(updates)).identity_id == box.people[1].identity_id


async def test_picture_of_several_megabytes_is_received(
    updates: Updates, box: EmulatedBox
) -> None:
    """Many libraries limit a message to four megabytes."""
    await box.recognize(
        box.devices[0],
        box.people[0],
        overrides={"reg_pic": "A" * 6_000_000, "register_image": "A" * 6_000_000},
    )

    live = await next_update(updates, LiveRecognition)
    assert max(map(len, live.embedded_pictures.values())) == 6_000_000


async def test_message_above_the_limit_ends_the_connection(
    client: AiBoxClient, box: EmulatedBox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next connection delivers again."""
    monkeypatch.setattr(stream, "_LARGEST_MESSAGE", 100_000)
    async with listening(client) as updates:
        await next_update(updates, Connected)
        await client.subscribe(
            Subscription(frozenset({box.devices[0].device_id}), False, False)
        )
        await box.wait_for_subscription()
        await box.send_raw(b" " * 200_000)

        await next_update(updates, Disconnected)
        await next_update(updates, Connected)
        await next_update(updates, ScanCompleted)
        await box.wait_for_subscription()
        await box.recognize(box.devices[0])
        await next_recognition(updates)
