"""Finding a recognition and its pictures in the history."""

from datetime import timedelta

import orjson
import pytest

from custom_components.se_aibox.aibox.exceptions import (
    AiBoxBusyError,
    AiBoxConnectionError,
    AiBoxProtocolError,
)
from custom_components.se_aibox.aibox.history import History
from custom_components.se_aibox.aibox.models import Dialect, PictureKind
from custom_components.se_aibox.aibox.rest import Rest
from emulator import CannedAnswer, EmulatedBox, Variant

from .common import Updates, next_recognition
from .messages import PAGE
from .variants import every_history_variant


@every_history_variant
async def test_live_recognition_is_found_in_the_history(
    updates: Updates, rest: Rest, box: EmulatedBox
) -> None:
    """Other people were at the same door."""
    for person in box.people[:3]:
        await box.recognize(box.devices[0], person)
        seen = await next_recognition(updates)

        record = await History(rest).find(seen.recognition_id, seen.key)

        assert record is not None
        found = record.recognition
        assert found.capture_device_id == seen.capture_device_id
        assert (found.identity_id, found.identity_name) == (
            person.identity_id,
            person.name,
        )
        assert found.person_type is seen.person_type
        assert found.score == seen.score
        assert abs(found.occurred_at - seen.occurred_at) < timedelta(milliseconds=1)


@every_history_variant
async def test_all_three_pictures_are_found_in_the_history(
    updates: Updates, rest: Rest, box: EmulatedBox
) -> None:
    """Live messages of a 2.0 box never contain the scene."""
    await box.recognize(box.devices[0], box.people[0], include_pictures=False)
    seen = await next_recognition(updates)
    record = await History(rest).find(seen.recognition_id, seen.key)
    assert record is not None
    assert record.recognition.picture_kinds == set(PictureKind)

    pictures = [await rest.picture(record, kind) for kind in PictureKind]

    assert len(set(pictures)) == 3
    for picture in pictures:
        assert picture is not None
        assert picture.startswith(b"\xff\xd8\xff")


@pytest.mark.parametrize(
    "variant",
    [Variant(), Variant(event_id_missing=True)],
    ids=["usual", "no event id in 2.0"],
)
async def test_stranger_is_found_without_a_reference_picture(
    updates: Updates, rest: Rest, box: EmulatedBox
) -> None:
    """The box may have given the stranger an id."""
    await box.recognize(stranger="empty")
    await box.recognize(stranger="automatic")
    for _ in range(2):
        seen = await next_recognition(updates)

        record = await History(rest).find(seen.recognition_id)

        assert record is not None
        assert record.recognition.attributes.get("stranger_id") == seen.attributes.get(
            "stranger_id"
        )
        assert await rest.picture(record, PictureKind.FACE)
        assert await rest.picture(record, PictureKind.REFERENCE) is None


@pytest.mark.parametrize("dialect", [Dialect.FLAT])
@pytest.mark.parametrize(
    "variant",
    [
        Variant(event_id_missing=True, history_bounds="seconds"),
        Variant(event_id_missing=True, history_bounds="milliseconds"),
    ],
    ids=["seconds", "milliseconds"],
)
async def test_record_is_found_in_either_unit_of_the_bounds(
    updates: Updates, rest: Rest, box: EmulatedBox
) -> None:
    """The vendor's documentation contradicts itself."""
    await box.recognize(box.devices[0], box.people[0])
    seen = await next_recognition(updates)

    record = await History(rest).find(seen.recognition_id)

    assert record is not None
    assert record.recognition.identity_id == seen.identity_id


@pytest.mark.parametrize("variant", [Variant(event_id_missing=True)])
async def test_two_strangers_in_one_millisecond_are_not_found(
    updates: Updates, rest: Rest, box: EmulatedBox
) -> None:
    """A picture of the other one would be worse than none."""
    for _ in range(2):
        await box.recognize(box.devices[0], timestamp_ms=1_795_385_035_868)
    first, second = [await next_recognition(updates) for _ in range(2)]

    assert await History(rest).find(first.recognition_id) is None
    assert await History(rest).find(second.recognition_id) is None


@pytest.mark.parametrize("variant", [Variant(event_id_missing=True)])
async def test_other_records_of_the_same_moment_are_not_confused(
    updates: Updates, rest: Rest, box: EmulatedBox
) -> None:
    """They differ in device, person or time."""
    tom, ming = box.people[:2]
    door, gate = box.devices[:2]
    at = 1_795_385_035_868
    await box.recognize(door, tom, timestamp_ms=at, score=90)
    await box.recognize(door, ming, timestamp_ms=at)
    await box.recognize(gate, tom, timestamp_ms=at)
    await box.recognize(door, tom, timestamp_ms=at + 5)
    await box.recognize(door, tom, timestamp_ms=at - 5)

    record = await History(rest).find((await next_recognition(updates)).recognition_id)

    assert record is not None
    assert record.recognition.score == 90


@pytest.mark.parametrize("variant", [Variant(event_id_missing=True)])
async def test_many_records_of_another_device_hide_no_record(
    updates: Updates, rest: Rest, box: EmulatedBox
) -> None:
    """The query names the capture device."""
    door, gate = box.devices[:2]
    at = 1_795_385_035_868
    await box.recognize(door, box.people[0], timestamp_ms=at)
    seen = await next_recognition(updates)
    for moment in [at - 500] * 100 + [at + 500] * 100:
        await box.recognize(gate, timestamp_ms=moment, push=False)

    assert await History(rest).find(seen.recognition_id) is not None


async def test_record_of_another_device_is_not_returned(
    rest: Rest, box: EmulatedBox, dialect: Dialect
) -> None:
    """A box may ignore the capture device of the query."""
    box.answer_instead[box.history_path] = CannedAnswer(
        body=orjson.dumps(PAGE[dialect])
    )
    milliseconds = 1795385035868 if dialect is Dialect.NESTED else 1795385035873

    there = await History(rest).find(f"024b98a5~{milliseconds}~12345565")
    elsewhere = await History(rest).find(f"elsewhere~{milliseconds}~12345565")

    assert there is not None
    assert elsewhere is None


@pytest.mark.parametrize(
    "variant",
    [Variant(), Variant(event_id_missing=True), Variant(errors_with_status_200=True)],
    ids=["usual", "no event id in 2.0", "errors with status 200"],
)
async def test_deleted_record_is_not_found(
    updates: Updates, rest: Rest, box: EmulatedBox
) -> None:
    """The box deletes old records."""
    await box.recognize(box.devices[0], box.people[0])
    seen = await next_recognition(updates)
    box.history.clear()

    assert await History(rest).find(seen.recognition_id, seen.key) is None


@pytest.mark.parametrize(
    "recognition_id",
    ["", "no-such-id", "~", "door~1~x", "door~99999999990000~x", "a~253402300799999~"],
)
async def test_invalid_id_is_not_found(
    rest: Rest, box: EmulatedBox, recognition_id: str
) -> None:
    """Anyone can request a picture with an invented id."""
    assert await History(rest).find(recognition_id) is None


@pytest.mark.parametrize(
    "variant",
    [Variant(), Variant(errors_with_status_200=True)],
    ids=["usual", "errors with status 200"],
)
async def test_deleted_picture_is_none(
    updates: Updates, rest: Rest, box: EmulatedBox
) -> None:
    """A record may outlive its pictures and the person."""
    await box.recognize(box.devices[0], box.people[0])
    seen = await next_recognition(updates)
    record = await History(rest).find(seen.recognition_id)
    assert record is not None
    box.history.clear()
    box.people.clear()

    for kind in PictureKind:
        assert await rest.picture(record, kind) is None


@pytest.mark.parametrize("status", [404, 405])
async def test_missing_picture_call_is_none(
    updates: Updates, rest: Rest, box: EmulatedBox, status: int
) -> None:
    """Old firmware has no such call."""
    await box.recognize(box.devices[0], box.people[0])
    record = await History(rest).find((await next_recognition(updates)).recognition_id)
    assert record is not None
    box.answer_instead["*"] = CannedAnswer(status)

    assert await rest.picture(record, PictureKind.FACE) is None


async def test_failed_picture_call_raises(
    updates: Updates, rest: Rest, box: EmulatedBox
) -> None:
    """A JSON answer is never returned as a picture."""
    await box.recognize(box.devices[0], box.people[0])
    record = await History(rest).find((await next_recognition(updates)).recognition_id)
    assert record is not None

    box.state.initializing = True
    with pytest.raises(AiBoxBusyError):
        await rest.picture(record, PictureKind.FACE)
    box.answer_instead["*"] = CannedAnswer(body=b'{"data": {}}')
    with pytest.raises(AiBoxProtocolError):
        await rest.picture(record, PictureKind.FACE)
    await box.port("rest").close()
    with pytest.raises(AiBoxConnectionError):
        await rest.picture(record, PictureKind.FACE)
