"""Finding a recognition and its pictures again in the box's history."""

from datetime import timedelta

import orjson
import pytest

from custom_components.se_aibox.aibox.exceptions import (
    AiBoxBusyError,
    AiBoxConnectionError,
    AiBoxProtocolError,
)
from custom_components.se_aibox.aibox.history import History
from custom_components.se_aibox.aibox.models import (
    Dialect,
    PictureKind,
    Recognition,
    RecordKey,
)
from custom_components.se_aibox.aibox.rest import Rest
from emulator import CannedAnswer, EmulatedBox, Variant

from .messages import PAGE
from .talk import Updates, recognition
from .variants import every_history_variant


def _key(seen: Recognition) -> RecordKey:
    """Return what is remembered of a recognition that was seen live."""
    stranger_id = seen.attributes.get("stranger_id")
    return RecordKey(
        seen.capture_device_id,
        seen.occurred_at,
        seen.identity_id or (str(stranger_id) if stranger_id else None),
    )


@every_history_variant
async def test_what_was_seen_live_is_found_again(
    updates: Updates, rest: Rest, box: EmulatedBox
) -> None:
    """The same person at the same door, among others."""
    for person in box.people[:3]:
        await box.recognize(box.devices[0], person)
        seen = await recognition(updates)

        record = await History(rest).find(seen.recognition_id, _key(seen))

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
async def test_all_three_pictures_are_found_again(
    updates: Updates, rest: Rest, box: EmulatedBox
) -> None:
    """Also a scene that the live message of a 2.0 box never had."""
    await box.recognize(box.devices[0], box.people[0], include_pictures=False)
    seen = await recognition(updates)
    record = await History(rest).find(seen.recognition_id, _key(seen))
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
async def test_a_stranger_is_found_again_and_has_no_reference(
    updates: Updates, rest: Rest, box: EmulatedBox
) -> None:
    """Also one whom the box gave an id."""
    await box.recognize(stranger="empty")
    await box.recognize(stranger="automatic")
    for _ in range(2):
        seen = await recognition(updates)

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
async def test_the_unit_of_bounds_is_tried(
    updates: Updates, rest: Rest, box: EmulatedBox
) -> None:
    """The vendor's page contradicts itself: either firmware finds the record."""
    await box.recognize(box.devices[0], box.people[0])
    seen = await recognition(updates)

    record = await History(rest).find(seen.recognition_id)

    assert record is not None
    assert record.recognition.identity_id == seen.identity_id


@pytest.mark.parametrize("variant", [Variant(event_id_missing=True)])
async def test_two_strangers_in_one_millisecond_are_ambiguous(
    updates: Updates, rest: Rest, box: EmulatedBox
) -> None:
    """Better no picture than somebody else's."""
    for _ in range(2):
        await box.recognize(box.devices[0], timestamp_ms=1_795_385_035_868)
    first, second = [await recognition(updates) for _ in range(2)]

    assert await History(rest).find(first.recognition_id) is None
    assert await History(rest).find(second.recognition_id) is None


@pytest.mark.parametrize("variant", [Variant(event_id_missing=True)])
async def test_others_at_the_same_moment_are_not_confused(
    updates: Updates, rest: Rest, box: EmulatedBox
) -> None:
    """Another device, another person, another moment are other recognitions."""
    tom, ming = box.people[:2]
    door, gate = box.devices[:2]
    at = 1_795_385_035_868
    await box.recognize(door, tom, timestamp_ms=at, score=90)
    await box.recognize(door, ming, timestamp_ms=at)
    await box.recognize(gate, tom, timestamp_ms=at)
    await box.recognize(door, tom, timestamp_ms=at + 5)
    await box.recognize(door, tom, timestamp_ms=at - 5)

    record = await History(rest).find((await recognition(updates)).recognition_id)

    assert record is not None
    assert record.recognition.score == 90


@pytest.mark.parametrize("variant", [Variant(event_id_missing=True)])
async def test_a_crowd_elsewhere_hides_nobody(
    updates: Updates, rest: Rest, box: EmulatedBox
) -> None:
    """Only the device in question is asked about."""
    door, gate = box.devices[:2]
    at = 1_795_385_035_868
    await box.recognize(door, box.people[0], timestamp_ms=at)
    seen = await recognition(updates)
    for moment in [at - 500] * 100 + [at + 500] * 100:
        await box.recognize(gate, timestamp_ms=moment, push=False)

    assert await History(rest).find(seen.recognition_id) is not None


async def test_a_box_that_ignores_what_it_is_asked_for(
    rest: Rest, box: EmulatedBox, dialect: Dialect
) -> None:
    """A record of another device is not taken for the one that was meant."""
    path = (
        "/SophonFace/api/events"
        if dialect is Dialect.NESTED
        else "/sophon/v2/face/getevents"
    )
    box.answer_instead[path] = CannedAnswer(body=orjson.dumps(PAGE[dialect]))
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
async def test_a_record_that_is_gone(
    updates: Updates, rest: Rest, box: EmulatedBox
) -> None:
    """The box deletes old ones."""
    await box.recognize(box.devices[0], box.people[0])
    seen = await recognition(updates)
    box.history.clear()

    assert await History(rest).find(seen.recognition_id, _key(seen)) is None


@pytest.mark.parametrize(
    "recognition_id",
    ["", "no-such-id", "~", "door~1~x", "door~99999999990000~x", "a~253402300799999~"],
)
async def test_an_id_that_never_was(
    rest: Rest, box: EmulatedBox, recognition_id: str
) -> None:
    """A made-up address of a picture is answered with nothing, never with a crash."""
    assert await History(rest).find(recognition_id) is None


@pytest.mark.parametrize(
    "variant",
    [Variant(), Variant(errors_with_status_200=True)],
    ids=["usual", "errors with status 200"],
)
async def test_a_picture_that_is_gone(
    updates: Updates, rest: Rest, box: EmulatedBox
) -> None:
    """The record may outlive its pictures and the person."""
    await box.recognize(box.devices[0], box.people[0])
    seen = await recognition(updates)
    record = await History(rest).find(seen.recognition_id)
    assert record is not None
    box.history.clear()
    box.people.clear()

    for kind in PictureKind:
        assert await rest.picture(record, kind) is None


@pytest.mark.parametrize("status", [404, 405])
async def test_a_box_without_the_call(
    updates: Updates, rest: Rest, box: EmulatedBox, status: int
) -> None:
    """Old firmware has no such picture."""
    await box.recognize(box.devices[0], box.people[0])
    record = await History(rest).find((await recognition(updates)).recognition_id)
    assert record is not None
    box.answer_instead["*"] = CannedAnswer(status)

    assert await rest.picture(record, PictureKind.FACE) is None


async def test_a_picture_from_a_box_in_trouble(
    updates: Updates, rest: Rest, box: EmulatedBox
) -> None:
    """Its JSON is never taken for a picture."""
    await box.recognize(box.devices[0], box.people[0])
    record = await History(rest).find((await recognition(updates)).recognition_id)
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
