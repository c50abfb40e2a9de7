"""What a pushed recognition says, however the firmware words it."""

from datetime import UTC, datetime, timedelta

import pytest

from custom_components.se_aibox.aibox.models import Dialect, PersonType, RecordKey
from custom_components.se_aibox.aibox.wire.recognition_id import build_recognition_id
from emulator import EmulatedBox, PersonType as BoxPersonType, Variant
from emulator.model import JsonObject, JsonValue

from .talk import Updates, recognition, worded
from .variants import every_live_variant

_OUR_WORDS = {
    BoxPersonType.EMPLOYEE: PersonType.EMPLOYEE,
    BoxPersonType.VISITOR: PersonType.VISITOR,
    BoxPersonType.VIP: PersonType.VIP,
    BoxPersonType.BLACKLIST: PersonType.BLOCKLISTED,
}
# A fixed time with odd milliseconds: 2020-10-13 17:00:36.382 UTC.
_TIMESTAMP = 1_602_608_436_382
_OCCURRED_AT = datetime(2020, 10, 13, 17, 0, 36, 382_000, UTC)


@every_live_variant
async def test_every_firmware_says_the_same(updates: Updates, box: EmulatedBox) -> None:
    """Who, where, when and how sure does not depend on how it is written."""
    tom, door = box.people[0], box.devices[0]

    await box.recognize(door, tom, timestamp_ms=_TIMESTAMP, score=88.25)

    seen = await recognition(updates)
    assert seen.capture_device_id == door.device_id
    assert (seen.identity_id, seen.identity_name) == ("12345565", "Tom")
    assert seen.person_type is PersonType.EMPLOYEE
    assert seen.matched
    assert seen.score == 88.25
    assert seen.occurred_at == _OCCURRED_AT
    assert abs(seen.received_at - datetime.now(UTC)) < timedelta(minutes=1)
    assert seen.received_at.tzinfo is UTC


@every_live_variant
async def test_the_id_is_the_boxs_or_built(
    updates: Updates, box: EmulatedBox, dialect: Dialect, variant: Variant
) -> None:
    """Where live messages carry an event id it is used, else one is built."""
    emitted = await box.recognize(
        box.devices[0], box.people[0], timestamp_ms=_TIMESTAMP
    )

    seen = await recognition(updates)
    has_event_id = (
        variant.live_event_id
        if dialect is Dialect.NESTED
        else not variant.event_id_missing
    )
    key = RecordKey(box.devices[0].device_id, _OCCURRED_AT, "12345565")
    built = build_recognition_id(key)
    assert seen.recognition_id == (emitted.event_id if has_event_id else built)


async def test_every_person_of_the_box(updates: Updates, box: EmulatedBox) -> None:
    """Names come exactly as the box has them, and each type under our word."""
    for person in box.people:
        await box.recognize(box.devices[0], person)

        seen = await recognition(updates)
        assert (seen.identity_id, seen.identity_name) == (
            person.identity_id,
            person.name,
        )
        assert seen.person_type is _OUR_WORDS[person.person_type]


@pytest.mark.parametrize(
    ("word", "person_type"),
    [
        (None, PersonType.EMPLOYEE),
        ("", PersonType.EMPLOYEE),
        (2, PersonType.VISITOR),
        ("2", PersonType.VISITOR),
        (2.0, PersonType.VISITOR),
        (3, PersonType.BLOCKLISTED),
        (5, PersonType.VIP),
        ("VIP", PersonType.VIP),
        (" visitor ", PersonType.VISITOR),
        ("car", PersonType.OTHER),
        (6, PersonType.OTHER),
        (0, PersonType.OTHER),
        ("贵宾", PersonType.OTHER),
    ],
)
async def test_the_type_of_a_person(
    updates: Updates,
    box: EmulatedBox,
    dialect: Dialect,
    word: str | float | None,
    person_type: PersonType,
) -> None:
    """A missing type means employee; one that nobody heard of is `other`, and still a match."""
    overrides = worded(
        dialect, nested={"ext_data": {"person_type": word}}, flat={"user_type": word}
    )
    await box.recognize(box.devices[0], box.people[0], overrides=overrides)

    seen = await recognition(updates)
    assert seen.person_type is person_type
    assert seen.matched


@pytest.mark.parametrize("score", [0.0, 0.1, 0.62, 1.0, 82.05, 100.0, 149.09, -1.5])
async def test_scores_are_passed_on_as_they_are(
    updates: Updates, box: EmulatedBox, score: float
) -> None:
    """Never rescaled: nothing proves which scale a box has."""
    await box.recognize(box.devices[0], box.people[0], score=score)

    assert (await recognition(updates)).score == score


async def test_a_recognition_without_a_score(
    updates: Updates, box: EmulatedBox
) -> None:
    """It is unknown, not zero."""
    await box.recognize(box.devices[0], box.people[0], omit=("score",))

    assert (await recognition(updates)).score is None


@pytest.mark.parametrize(
    "timestamp", [_TIMESTAMP, _TIMESTAMP / 1000, str(_TIMESTAMP), "1602608436.382"]
)
async def test_times_in_seconds_or_milliseconds(
    updates: Updates, box: EmulatedBox, timestamp: float | str
) -> None:
    """Told apart by size."""
    await box.recognize(overrides={"timestamp": timestamp})

    occurred_at = (await recognition(updates)).occurred_at
    assert abs(occurred_at - _OCCURRED_AT) < timedelta(milliseconds=1)


async def test_fields_that_nobody_knows(updates: Updates, box: EmulatedBox) -> None:
    """They come with the next firmware and are passed over."""
    await box.recognize(
        box.devices[0],
        box.people[0],
        overrides={"new": {"deep": [1, {}]}, "ext_data": {"new": None}, "": 0},
    )

    assert (await recognition(updates)).identity_name == "Tom"


async def test_details_of_a_face(
    updates: Updates, box: EmulatedBox, dialect: Dialect
) -> None:
    """What the box tells about the face, and never what could recognise it elsewhere."""
    details: JsonObject = {
        "age": "youth",
        "gender": "female",
        "glasses": "no",
        "quality": 0.5,
        "hat": "",
        "mask": None,
        "expression": {"smile": 1},
        "feature": "AAAA",
        "feature_binary": "AAAA",
        "feature_text": "A" * 2048,
        "box": [1, 2, 3, 4],
        "point": [],
        "n" * 100: "long name",
        "stranger_id": "somebody",
    }
    overrides = worded(
        dialect,
        nested={"ext_data": {"box_fiqa_info": details}},
        flat={"recognize_face_attr": details},
    )
    await box.recognize(box.devices[0], box.people[0], overrides=overrides)

    assert (await recognition(updates)).attributes == {
        "age": "youth",
        "gender": "female",
        "glasses": "no",
        "quality": 0.5,
    }


@pytest.mark.parametrize("dialect", [Dialect.NESTED])
@pytest.mark.parametrize(
    ("sex", "gender"), [(0, "male"), ("1", "female"), (2, None), ([], None)]
)
async def test_a_snapshot_camera_says_sex_by_number(
    updates: Updates, box: EmulatedBox, sex: JsonValue, gender: str | None
) -> None:
    """It is the gender of the other dialect."""
    await box.recognize(
        box.devices[0],
        box.people[0],
        overrides={"ext_data": {"grab_fiqa_info": {"age": 24, "sex": sex}}},
    )

    attributes = (await recognition(updates)).attributes
    assert attributes.get("gender") == gender
    assert attributes["age"] == 24
    assert "sex" not in attributes


async def test_there_is_no_end_of_details(
    updates: Updates, box: EmulatedBox, dialect: Dialect
) -> None:
    """A message cannot fill events and states."""
    many: JsonObject = {f"detail{number}": number for number in range(1000)}
    overrides = worded(
        dialect,
        nested={"ext_data": {"grab_fiqa_info": many}},
        flat={"recognize_face_attr": many},
    )
    await box.recognize(overrides=overrides, stranger="automatic")

    attributes = (await recognition(updates)).attributes
    assert len(attributes) < 50
    assert "stranger_id" in attributes


async def test_what_was_stored_at_enrolment(
    updates: Updates, box: EmulatedBox, dialect: Dialect
) -> None:
    """Only 1.x boxes send it."""
    await box.recognize(box.devices[0], box.people[0])

    info = (await recognition(updates)).identity_info
    assert info.get("name") == ("Tom" if dialect is Dialect.NESTED else None)
