"""Recognizing the person on a picture."""

from io import BytesIO

import orjson
from PIL import Image
import pytest

from custom_components.se_aibox.aibox.exceptions import (
    NOT_RECOGNIZED,
    AiBoxNotFoundError,
    AiBoxProtocolError,
    AiBoxRefusedError,
    Refusal,
)
from custom_components.se_aibox.aibox.models import Dialect, PersonType
from custom_components.se_aibox.aibox.questions import PictureAnswer, PictureQuestion
from custom_components.se_aibox.aibox.rest import Rest
from emulator import CannedAnswer, EmulatedBox, PersonType as WireType, Variant
from emulator.model import JsonObject
from tests.emulator.pictures import colored, drawn_reference, photo

from .common import by_dialect, everything

PATHS = {
    Dialect.NESTED: "/SophonMatch/api/PictureMatch",
    Dialect.FLAT: "/sophon/v2/face/search",
}


def _answer(box: EmulatedBox, dialect: Dialect, body: JsonObject) -> None:
    box.answer_instead[PATHS[dialect]] = CannedAnswer(body=orjson.dumps(body))


def _asked(box: EmulatedBox) -> JsonObject:
    """Return the body of the last request."""
    body = box.requests[-1].body
    assert isinstance(body, dict)
    return body


async def test_enrolled_person_is_matched(rest: Rest, box: EmulatedBox) -> None:
    """The answer has the identity and the score."""
    person = next(person for person in box.people if person.person_type is WireType.VIP)

    answer = await rest.recognize_picture(
        PictureQuestion(await drawn_reference(box, person))
    )

    assert answer.matched
    assert (answer.identity_id, answer.identity_name) == (
        person.identity_id,
        person.name,
    )
    assert answer.person_type is PersonType.VIP
    assert answer.score is not None
    assert answer.score >= box.settings.threshold
    assert answer.reason is None


async def test_stranger_has_a_score_but_no_name(rest: Rest, box: EmulatedBox) -> None:
    """The box names the most similar person even so."""
    answer = await rest.recognize_picture(PictureQuestion(photo()))

    assert answer.score is not None
    assert answer == PictureAnswer(score=answer.score, reason=Refusal.NO_MATCH)
    assert not answer.matched


async def test_question_leaves_no_record_on_the_box(
    rest: Rest, box: EmulatedBox, dialect: Dialect
) -> None:
    """No stranger is filed and no door opens, either."""
    box.settings.support_stranger = True
    for picture in (await drawn_reference(box, box.people[0]), photo()):
        await rest.recognize_picture(PictureQuestion(picture))

        assert not {"device_ip", "media_device_ip", "compare_time"} & _asked(box).keys()
        never = by_dialect(
            dialect,
            nested={"support_stranger": False},
            flat={"with_default_group_only": True},
        )
        assert never.items() <= _asked(box).items()
    assert box.history == []
    assert box.state.filed_strangers == []
    assert box.relay_pulses == []
    assert everything(box).capture_device_ids


async def test_no_group_stands_for_everybody(rest: Rest, box: EmulatedBox) -> None:
    """No page of 2.0 knows a permission group of everybody."""
    tom = box.people[0]
    answer = await rest.recognize_picture(
        PictureQuestion(await drawn_reference(box, tom))
    )
    assert answer.identity_id == tom.identity_id
    assert "permission_name" not in _asked(box)


@pytest.mark.parametrize("dialect", [Dialect.FLAT])
@pytest.mark.parametrize("variant", [Variant(permission_required=True)])
async def test_box_that_requires_a_group_gets_only_the_one_of_the_user(
    rest: Rest, box: EmulatedBox
) -> None:
    """Any group that we chose could lack the person."""
    tom = box.people[0]
    picture = await drawn_reference(box, tom)

    with pytest.raises(AiBoxRefusedError) as refused:
        await rest.recognize_picture(PictureQuestion(picture))
    answer = await rest.recognize_picture(PictureQuestion(picture, "employee"))

    assert refused.value.refusal is Refusal.NEEDS_GROUP
    assert answer.identity_id == tom.identity_id
    box.errors.clear()


@pytest.mark.parametrize("dialect", [Dialect.NESTED])
@pytest.mark.parametrize("variant", [Variant(compares_for_devices_only=True)])
@pytest.mark.parametrize("group", [None, "employee"])
async def test_firmware_that_compares_for_devices_only_is_sent_no_device(
    rest: Rest, box: EmulatedBox, group: str | None
) -> None:
    """A picture for a device leaves a record, and may open its door."""
    box.settings.support_stranger = True
    picture = await drawn_reference(box, box.people[0])

    with pytest.raises(AiBoxRefusedError) as refused:
        await rest.recognize_picture(PictureQuestion(picture, group))

    assert refused.value.refusal is Refusal.NEEDS_DEVICE
    assert box.history == []
    assert box.state.filed_strangers == []
    assert box.relay_pulses == []
    box.errors.clear()


@pytest.mark.parametrize("dialect", [Dialect.FLAT])
async def test_other_wrong_argument_is_no_lack_of_a_group(
    rest: Rest, box: EmulatedBox
) -> None:
    """The question named one."""
    _answer(box, Dialect.FLAT, {"error": {"code": "INVALID_ARGUMENTS"}})

    with pytest.raises(AiBoxRefusedError) as refused:
        await rest.recognize_picture(PictureQuestion(photo(), "employee"))

    assert refused.value.refusal is None


@pytest.mark.parametrize(
    ("code", "name", "refusal"),
    [
        (40003, "IMAGE_ERROR", Refusal.PICTURE_UNREADABLE),
        (40004, "NO_FACE", Refusal.NO_FACE),
        (40006, "LOW_QUALITY_ERROR", Refusal.LOW_QUALITY),
        (40007, "IMAGE_SIZE_TOO_LARGE_ERROR", Refusal.PICTURE_TOO_LARGE),
        (40008, "EMPTY_GROUP_ERROR", Refusal.NOBODY_TO_COMPARE),
        (40010, "BAD_FEATURE_ERROR", Refusal.LOW_QUALITY),
        (40012, "GROUP_NAME_ERROR", Refusal.LIBRARY_UNKNOWN),
        (40013, "GROUP_NOT_LOAD", Refusal.NOT_LOADED),
        (40091, "PARAM_ERROR", Refusal.NEEDS_DEVICE),
        (40000, "BAD_REQUEST", Refusal.NEEDS_DEVICE),
        (41300, "PAYLOAD_TOO_LARGE", Refusal.PICTURE_TOO_LARGE),
        (40001, "UNSUPPORT_CONTENT_TYPE", None),
        (50072, "SERVER_PROCESS_FAILED", None),
    ],
)
@pytest.mark.parametrize("dialect", [Dialect.NESTED])
@pytest.mark.parametrize("is_named", [True, False])
async def test_nested_code_is_understood_by_name_or_number(
    rest: Rest,
    box: EmulatedBox,
    is_named: bool,
    code: int,
    name: str,
    refusal: Refusal | None,
) -> None:
    """`status` is the kind of error, and may be prose."""
    status = name if is_named else "错误"
    error: JsonObject = {"code": code, "message": "图片", "status": status}
    _answer(box, Dialect.NESTED, {"error": error})

    if refusal in NOT_RECOGNIZED:
        answer = await rest.recognize_picture(PictureQuestion(photo()))
        assert answer == PictureAnswer(reason=refusal)
        return
    with pytest.raises(AiBoxRefusedError) as refused:
        await rest.recognize_picture(PictureQuestion(photo()))
    assert refused.value.refusal is refusal
    assert str(code) in str(refused.value)


@pytest.mark.parametrize(
    ("code", "name"),
    [
        (40400, "NOT_FOUND"),
        (40401, "ID_NOT_FOUND"),
        (40491, "NOT_FOUND"),
        (50100, "NOT_IMPLEMENTED"),
    ],
)
@pytest.mark.parametrize("dialect", [Dialect.NESTED])
async def test_nested_box_has_no_such_call_or_entry(
    rest: Rest, box: EmulatedBox, code: int, name: str
) -> None:
    """An update of the box may bring the call."""
    errors: list[JsonObject] = [{"code": code, "status": name}, {"code": code}]
    for error in errors:
        _answer(box, Dialect.NESTED, {"error": error})
        with pytest.raises(AiBoxNotFoundError):
            await rest.recognize_picture(PictureQuestion(photo()))


@pytest.mark.parametrize("dialect", [Dialect.NESTED])
async def test_name_of_an_error_outweighs_its_number(
    rest: Rest, box: EmulatedBox
) -> None:
    """The manual's only example of an error has a number that is not its name's."""
    error: JsonObject = {"code": 40003, "message": "未授权", "status": "PARAM_ERROR"}
    _answer(box, Dialect.NESTED, {"error": error})

    with pytest.raises(AiBoxRefusedError) as refused:
        await rest.recognize_picture(PictureQuestion(photo()))

    assert refused.value.refusal is Refusal.NEEDS_DEVICE


async def test_picture_is_compared_with_one_group_only(
    rest: Rest, box: EmulatedBox
) -> None:
    """An empty group is a refusal."""
    box.state.permission_groups["1046"] = "Nobody"
    picture = await drawn_reference(box, box.people[0])

    mine = await rest.recognize_picture(PictureQuestion(picture, " Employee "))
    others = await rest.recognize_picture(PictureQuestion(picture, "visitor"))
    with pytest.raises(AiBoxRefusedError) as refused:
        await rest.recognize_picture(PictureQuestion(picture, "nobody"))

    assert mine.matched
    assert not others.matched
    assert refused.value.refusal is Refusal.NOBODY_TO_COMPARE


async def test_liveness_and_face_size_are_sent_on_request_only(
    rest: Rest, box: EmulatedBox, dialect: Dialect
) -> None:
    """The box has a minimum face size of its own."""
    small = photo(side=80)

    await rest.recognize_picture(PictureQuestion(small))
    assert (
        not {"min_face_size", "liveness_mode", "with_liveness_check"}
        & _asked(box).keys()
    )
    answer = await rest.recognize_picture(
        PictureQuestion(small, liveness=True, minimum_face_size=100)
    )

    liveness = "liveness_rgb"
    asked = by_dialect(
        dialect,
        nested={"liveness_mode": liveness, "min_face_size": 100},
        flat={"with_liveness_check": liveness, "min_face_size": 100},
    )
    assert asked.items() <= _asked(box).items()
    assert answer == PictureAnswer(reason=Refusal.FACE_TOO_SMALL)


@pytest.mark.parametrize("variant", [Variant(), Variant(errors_with_status_200=True)])
@pytest.mark.parametrize(
    ("picture", "reason"),
    [
        (colored((200, 10, 10)), Refusal.NO_FACE),
        (photo(side=30), Refusal.FACE_TOO_SMALL),
        (photo(brightness=10), Refusal.TOO_DARK),
    ],
)
async def test_unsuitable_face_is_an_answer_with_a_reason(
    rest: Rest, picture: bytes, reason: Refusal
) -> None:
    """Nothing is raised."""
    answer = await rest.recognize_picture(PictureQuestion(picture))

    assert answer == PictureAnswer(reason=reason)


@pytest.mark.parametrize(
    ("code", "message", "refusal"),
    [
        ("LOW_QUALITY_ERROR", "clarity", Refusal.BLURRED),
        ("LOW_QUALITY_ERROR", "headpose", Refusal.TURNED_AWAY),
        ("LOW_QUALITY_ERROR", "partial", Refusal.CUT_OFF),
        ("LOW_QUALITY_ERROR", "face_color", Refusal.UNEVEN_LIGHT),
        ("LOW_QUALITY_ERROR", "mask", Refusal.MASKED),
        ("LOW_QUALITY_ERROR", "occlusion", Refusal.COVERED),
        ("LOW_QUALITY_ERROR", "face_color,headpose", Refusal.TURNED_AWAY),
        ("LOW_QUALITY_ERROR", "", Refusal.LOW_QUALITY),
        ("LIVENESS_DETECT_FAIL", "", Refusal.NOT_LIVE),
        ("MATCH_FAIL", "", Refusal.NO_MATCH),
        ("NOT_IN_PASS_TIME", "", Refusal.NOT_NOW),
        ("IMAGE_DECODE_ERROR", "", Refusal.PICTURE_UNREADABLE),
        ("IMAGE_SIZE_TOO_LARGE_ERROR", "", Refusal.PICTURE_TOO_LARGE),
        ("NOT_SUPPORT_IN_GRAB_MODE", "", Refusal.ONLY_CAPTURES),
        ("INTERNAL_ERROR", "", None),
    ],
)
async def test_refusal_is_a_reason_or_an_error(
    rest: Rest,
    box: EmulatedBox,
    dialect: Dialect,
    code: str,
    message: str,
    refusal: Refusal | None,
) -> None:
    """Refusals of the face are answers; others are errors."""
    error: JsonObject = {"code": code, "message": message}
    if dialect is Dialect.NESTED:
        error = {"code": 400, "message": message or code, "status": code}
    _answer(box, dialect, {"error": error})

    if refusal in NOT_RECOGNIZED:
        answer = await rest.recognize_picture(PictureQuestion(photo()))
        assert answer == PictureAnswer(reason=refusal)
    else:
        with pytest.raises(AiBoxRefusedError) as refused:
            await rest.recognize_picture(PictureQuestion(photo()))
        assert refused.value.refusal is refusal


@pytest.mark.parametrize(
    ("changes", "matched"),
    [
        ({}, True),
        ({"identity_id": ""}, False),
        ({"identity_id": None}, False),
        ({"identity_info": {"type": 4, "user_type": "stranger"}}, False),
        # The id of a filed stranger, without the type.
        ({"identity_id": "1602612036.3828533", "identity_info": {}}, False),
        ({"identity_info": {}}, True),
        ({"retcode": 1}, True),
        ({"retcode": "0", "result": False}, False),
        ({"retcode": 0, "result": False}, False),
    ],
)
async def test_match_needs_a_result_and_an_enrolled_person(
    rest: Rest, box: EmulatedBox, dialect: Dialect, changes: JsonObject, matched: bool
) -> None:
    """The score is read in any case."""
    yes: JsonObject = {
        "retcode": "1",
        "result": True,
        "identity_id": "10023",
        "name": "Tom",
        "identity_info": {"type": 1, "user_type": "employee", "identity_name": "Tom"},
        "score": 91.5,
    }
    _answer(box, dialect, yes | changes)

    answer = await rest.recognize_picture(PictureQuestion(photo()))

    assert answer.matched is matched
    assert answer.score == 91.5
    assert (answer.reason is None) is matched


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"retcode": "maybe", "result": "true", "identity_id": "10023"},
        {"retcode": None, "result": 1, "identity_id": "10023"},
        {"retcode": "1", "result": True, "identity_id": ["10023"]},
        {"retcode": "1", "result": True, "identity_id": "1", "score": "high"},
    ],
)
async def test_unreadable_answer_is_a_protocol_error(
    rest: Rest, box: EmulatedBox, dialect: Dialect, body: JsonObject
) -> None:
    """It must not open a door."""
    _answer(box, dialect, body)

    with pytest.raises(AiBoxProtocolError):
        await rest.recognize_picture(PictureQuestion(photo()))


async def test_png_is_accepted(rest: Rest, box: EmulatedBox) -> None:
    """The next question is answered, too."""
    person = box.people[0]
    buffer = BytesIO()
    Image.open(BytesIO(photo())).save(buffer, "PNG")
    await rest.recognize_picture(PictureQuestion(buffer.getvalue()))
    answer = await rest.recognize_picture(
        PictureQuestion(await drawn_reference(box, person))
    )

    assert answer.identity_id == person.identity_id


def test_repr_contains_no_personal_data() -> None:
    """Objects may be logged."""
    question = PictureQuestion(b"face of Tom")
    answer = PictureAnswer("10023", "Tom", PersonType.EMPLOYEE, 91.5)

    assert "Tom" not in repr(question) + repr(answer)
    assert "10023" not in repr(answer)
