"""Reading pushed recognitions of every firmware."""

from datetime import UTC, datetime, timedelta

import pytest

from custom_components.se_aibox.aibox.models import (
    CaptureDeviceKind,
    Dialect,
    PersonType,
    RecordKey,
)
from custom_components.se_aibox.aibox.wire.recognition_id import build_recognition_id
from emulator import EmulatedBox, PersonType as BoxPersonType, Variant
from emulator.model import DeviceKind, JsonObject, JsonValue

from .common import Updates, by_dialect, next_recognition
from .variants import every_live_variant

_PERSON_TYPES = {
    BoxPersonType.EMPLOYEE: PersonType.EMPLOYEE,
    BoxPersonType.VISITOR: PersonType.VISITOR,
    BoxPersonType.VIP: PersonType.VIP,
    BoxPersonType.BLACKLIST: PersonType.BLOCKLISTED,
}
# This is 2020-10-13 17:00:36.382 UTC; the milliseconds are deliberately odd.
_TIMESTAMP = 1_602_608_436_382
_OCCURRED_AT = datetime(2020, 10, 13, 17, 0, 36, 382_000, UTC)


@every_live_variant
async def test_recognition_is_the_same_for_every_firmware(
    updates: Updates, box: EmulatedBox
) -> None:
    """Person, place, time and score do not depend on the format."""
    tom, door = box.people[0], box.devices[0]

    await box.recognize(door, tom, timestamp_ms=_TIMESTAMP, score=88.25)

    seen = await next_recognition(updates)
    assert seen.capture_device_id == door.device_id
    assert (seen.identity_id, seen.identity_name) == ("12345565", "Tom")
    assert seen.person_type is PersonType.EMPLOYEE
    assert seen.matched
    assert seen.score == 88.25
    assert seen.occurred_at == _OCCURRED_AT
    assert abs(seen.received_at - datetime.now(UTC)) < timedelta(minutes=1)
    assert seen.received_at.tzinfo is UTC


@every_live_variant
async def test_recognition_id_is_the_event_id_or_built(
    updates: Updates, box: EmulatedBox, dialect: Dialect, variant: Variant
) -> None:
    """Not every live message has an event id."""
    emitted = await box.recognize(
        box.devices[0], box.people[0], timestamp_ms=_TIMESTAMP
    )

    seen = await next_recognition(updates)
    has_event_id = (
        variant.live_event_id
        if dialect is Dialect.NESTED
        else not variant.event_id_missing
    )
    key = RecordKey(box.devices[0].device_id, _OCCURRED_AT, "12345565")
    built = build_recognition_id(key)
    assert seen.recognition_id == (emitted.event_id if has_event_id else built)


async def test_name_and_type_of_every_person_are_read(
    updates: Updates, box: EmulatedBox
) -> None:
    """Names are not changed. The box has its own word for none."""
    assert "佚名" in {person.name for person in box.people}
    for person in box.people:
        await box.recognize(box.devices[0], person)

        seen = await next_recognition(updates)
        assert seen.identity_id == person.identity_id
        assert seen.identity_name == (None if person.name == "佚名" else person.name)
        assert seen.person_type is _PERSON_TYPES[person.person_type]


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
        ("black_list", PersonType.BLOCKLISTED),
        ("Black List", PersonType.BLOCKLISTED),
        ("blocklist", PersonType.BLOCKLISTED),
        ("blacklisted", PersonType.BLOCKLISTED),
        ("黑名单", PersonType.BLOCKLISTED),
        ("黑名單人員", PersonType.BLOCKLISTED),
    ],
)
async def test_undocumented_person_type_is_other_or_blocklisted(
    updates: Updates,
    box: EmulatedBox,
    dialect: Dialect,
    word: str | float | None,
    person_type: PersonType,
) -> None:
    """A missing type means employee; all of them are matched."""
    overrides = by_dialect(
        dialect, nested={"ext_data": {"person_type": word}}, flat={"user_type": word}
    )
    await box.recognize(box.devices[0], box.people[0], overrides=overrides)

    seen = await next_recognition(updates)
    assert seen.person_type is person_type
    assert seen.matched
    is_unheard_of = person_type is PersonType.OTHER and word != "car"
    assert seen.unknown_type == (str(word) if is_unheard_of else None)


@pytest.mark.parametrize("score", [0.0, 0.1, 0.62, 1.0, 82.05, 100.0, 149.09, -1.5])
async def test_score_is_not_rescaled(
    updates: Updates, box: EmulatedBox, score: float
) -> None:
    """The scale of a box is unknown."""
    await box.recognize(box.devices[0], box.people[0], score=score)

    assert (await next_recognition(updates)).score == score


async def test_missing_score_is_unknown(updates: Updates, box: EmulatedBox) -> None:
    """It is not zero."""
    await box.recognize(box.devices[0], box.people[0], omit=("score",))

    assert (await next_recognition(updates)).score is None


@pytest.mark.parametrize(
    "timestamp", [_TIMESTAMP, _TIMESTAMP / 1000, str(_TIMESTAMP), "1602608436.382"]
)
async def test_time_in_seconds_or_milliseconds_is_read(
    updates: Updates, box: EmulatedBox, timestamp: float | str
) -> None:
    """The size of the number shows the unit."""
    await box.recognize(overrides={"timestamp": timestamp})

    occurred_at = (await next_recognition(updates)).occurred_at
    assert abs(occurred_at - _OCCURRED_AT) < timedelta(milliseconds=1)


async def test_undocumented_fields_are_ignored(
    updates: Updates, box: EmulatedBox
) -> None:
    """Future firmware may add fields."""
    await box.recognize(
        box.devices[0],
        box.people[0],
        overrides={"new": {"deep": [1, {}]}, "ext_data": {"new": None}, "": 0},
    )

    assert (await next_recognition(updates)).identity_name == "Tom"


async def test_attributes_leave_out_biometric_data(
    updates: Updates, box: EmulatedBox, dialect: Dialect
) -> None:
    """Feature vectors could identify the face elsewhere."""
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
    overrides = by_dialect(
        dialect,
        nested={"ext_data": {"box_fiqa_info": details}},
        flat={"recognize_face_attr": details},
    )
    await box.recognize(box.devices[0], box.people[0], overrides=overrides)

    assert (await next_recognition(updates)).attributes == {
        "age": "youth",
        "gender": "female",
        "glasses": "no",
        "quality": 0.5,
    }


@pytest.mark.parametrize("dialect", [Dialect.NESTED])
@pytest.mark.parametrize(
    ("sex", "gender"), [(0, "male"), ("1", "female"), (2, None), ([], None)]
)
async def test_sex_of_a_snapshot_camera_becomes_the_gender(
    updates: Updates, box: EmulatedBox, sex: JsonValue, gender: str | None
) -> None:
    """The camera reports a number."""
    await box.recognize(
        box.devices[0],
        box.people[0],
        overrides={"ext_data": {"grab_fiqa_info": {"age": 24, "sex": sex}}},
    )

    attributes = (await next_recognition(updates)).attributes
    assert attributes.get("gender") == gender
    assert attributes["age"] == 24
    assert "sex" not in attributes


@pytest.mark.parametrize("dialect", [Dialect.NESTED])
@pytest.mark.parametrize("variant", [Variant(face_quality=True)])
async def test_quality_of_a_face_has_plain_names(
    updates: Updates, box: EmulatedBox
) -> None:
    """The camera's own counters are left out."""
    camera = next(
        device for device in box.devices if device.kind is DeviceKind.SNAPSHOT_CAMERA
    )
    emitted = await box.recognize(camera, box.people[0])

    attributes = (await next_recognition(updates)).attributes
    details = emitted.message["ext_data"]
    assert isinstance(details, dict)
    quality = details["box_fiqa_info"]
    assert isinstance(quality, dict)
    assert attributes["good_quality"] is quality["fiqa_result"]
    assert attributes.keys() - {"quality_faults"} == {
        *("age", "gender", "good_quality", "face_size", "clarity", "brightness"),
        *("cut_off", "head_pitch", "head_roll", "head_yaw"),
    }


@pytest.mark.parametrize("dialect", [Dialect.NESTED])
@pytest.mark.parametrize(
    ("quality", "expected"),
    [
        (
            {"fails": ["partial", "headpose", 7]},
            {"quality_faults": "cut_off, head_pose"},
        ),
        ({"fails": [], "fiqa_result": 1}, {"good_quality": True}),
        ({"fails": "brightness", "fiqa_result": "no"}, {"fails": "brightness"}),
        ({"fails": ["x" * 100] * 100}, {"quality_faults": "x" * 64}),
        ({"info": []}, {}),
        ({"info": {"clarity": [1], "headpose": 3}}, {"head_pose": 3}),
        ("none", {}),
        ([], {}),
    ],
)
async def test_unreadable_quality_costs_only_itself(
    updates: Updates, box: EmulatedBox, quality: JsonValue, expected: JsonObject
) -> None:
    """A detail is no reason to lose a recognition."""
    details: JsonObject = {"box_fiqa_info": quality, "grab_fiqa_info": 7, "info": ""}
    await box.recognize(box.devices[1], box.people[0], overrides={"ext_data": details})

    assert (await next_recognition(updates)).attributes == expected


@pytest.mark.parametrize("dialect", [Dialect.NESTED])
@pytest.mark.parametrize(
    ("number", "kind"),
    [
        ("0", CaptureDeviceKind.TURNSTILE),
        (1, CaptureDeviceKind.SNAPSHOT_CAMERA),
        ("2", CaptureDeviceKind.IP_CAMERA),
        (3.0, CaptureDeviceKind.IP_CAMERA),
        (" 4 ", CaptureDeviceKind.DOOR_READER),
        ("5", None),
        ([], None),
        (None, None),
    ],
)
async def test_kind_of_a_capture_device_is_read_or_unknown(
    updates: Updates,
    box: EmulatedBox,
    number: JsonValue,
    kind: CaptureDeviceKind | None,
) -> None:
    """Only live messages of 1.x boxes have it."""
    overrides: JsonObject = {"ext_data": {"device_type": number}}
    await box.recognize(box.devices[0], box.people[0], overrides=overrides)

    assert (await next_recognition(updates)).device_kind is kind


async def test_number_of_attributes_is_limited(
    updates: Updates, box: EmulatedBox, dialect: Dialect
) -> None:
    """Attributes go into events and states."""
    many: JsonObject = {f"detail{number}": number for number in range(1000)}
    overrides = by_dialect(
        dialect,
        nested={"ext_data": {"grab_fiqa_info": many}},
        flat={"recognize_face_attr": many},
    )
    await box.recognize(overrides=overrides, stranger="automatic")

    attributes = (await next_recognition(updates)).attributes
    assert len(attributes) < 50
    assert "stranger_id" in attributes


async def test_enrollment_details_are_read_from_nested_boxes(
    updates: Updates, box: EmulatedBox, dialect: Dialect
) -> None:
    """Only 1.x boxes send them."""
    await box.recognize(box.devices[0], box.people[0])

    info = (await next_recognition(updates)).identity_info
    assert info.get("name") == ("Tom" if dialect is Dialect.NESTED else None)
