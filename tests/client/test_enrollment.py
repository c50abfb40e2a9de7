"""Enrolling a person on a box."""

from collections.abc import Callable
from datetime import UTC, datetime

import orjson
import pytest

from custom_components.se_aibox.aibox.enrolled import PersonDetails
from custom_components.se_aibox.aibox.exceptions import (
    AiBoxConnectionError,
    AiBoxProtocolError,
    AiBoxRefusedError,
    Refusal,
)
from custom_components.se_aibox.aibox.models import Dialect, PersonType
from custom_components.se_aibox.aibox.people import EnrolledPeople
from custom_components.se_aibox.aibox.questions import Enrollment, PictureQuestion
from custom_components.se_aibox.aibox.rest import Rest
from custom_components.se_aibox.aibox.wire.person import TYPE_WORDS
from emulator import CannedAnswer, EmulatedBox, Variant
from emulator.model import JsonObject
from tests.emulator.pictures import colored, drawn_reference, photo

PATHS = {
    Dialect.NESTED: "/SophonFogSys/api/users",
    Dialect.FLAT: "/sophon/v2/face/createidentity",
}


def _ming(picture: bytes | None = None, **more: object) -> Enrollment:
    make: Callable[..., Enrollment] = Enrollment
    return make(picture or photo(), "10023", "小明", **more)


@pytest.mark.parametrize(
    "person_type", [kind for kind in TYPE_WORDS if kind is not PersonType.STRANGER]
)
async def test_enrolled_person_is_recognized(
    rest: Rest, box: EmulatedBox, person_type: PersonType
) -> None:
    """Id, name and type are those that were sent."""
    identity_id = await EnrolledPeople(rest).enroll(_ming(person_type=person_type))

    assert identity_id == "10023"
    answer = await rest.recognize_picture(PictureQuestion(photo()))
    assert (answer.identity_id, answer.identity_name) == ("10023", "小明")
    assert answer.person_type is person_type


async def test_person_joins_the_permission_group(rest: Rest, box: EmulatedBox) -> None:
    """The group is given by its id."""
    box.state.permission_groups["f4add9c0"] = "Office"
    await EnrolledPeople(rest).enroll(_ming(permission_groups=("f4add9c0",)))

    person = box.state.find_identity("10023")
    assert person is not None
    assert person.permission_id == "f4add9c0"
    assert person.group_names == ("default_group",)


async def test_person_joins_several_groups_by_id_or_name(
    rest: Rest, box: EmulatedBox
) -> None:
    """The box gets ids."""
    box.state.permission_groups |= {"1": "Office", "2": "Lab"}
    await EnrolledPeople(rest).enroll(_ming(permission_groups=("lab", "1")))

    person = box.state.find_identity("10023")
    assert person is not None
    assert person.permission_ids == ("2", "1")


async def test_visitor_is_enrolled_with_details(rest: Rest, box: EmulatedBox) -> None:
    """They come back as they were sent."""
    people = EnrolledPeople(rest)
    details = PersonDetails(
        department="Lab",
        job_number="7",
        telephone="138",
        company="Initech",
        host="Tom",
        purpose="Audit",
        valid_from=datetime(2027, 3, 1, 8, tzinfo=UTC),
        valid_until=datetime(2027, 3, 1, 17, 30, tzinfo=UTC),
    )
    await people.enroll(_ming(person_type=PersonType.VISITOR, details=details))

    person = await people.person("10023")
    assert person is not None
    assert person.details == details


async def test_person_without_an_id_gets_one_from_the_box(
    rest: Rest, box: EmulatedBox, dialect: Dialect
) -> None:
    """1.x requires an id, so the caller has to choose it."""
    people = EnrolledPeople(rest)
    assert people.gives_ids is (dialect is Dialect.FLAT)
    if people.gives_ids:
        identity_id = await people.enroll(Enrollment(photo(), None, "小明"))
        person = box.state.find_identity(identity_id)
        assert person is not None
        assert person.name == "小明"


async def test_full_library_enrolls_no_one(rest: Rest, box: EmulatedBox) -> None:
    """A setting of the box limits it."""
    box.settings.group_size = len(box.people)

    with pytest.raises(AiBoxRefusedError) as refused:
        await EnrolledPeople(rest).enroll(_ming())

    assert refused.value.refusal is Refusal.GROUP_FULL
    assert box.state.find_identity("10023") is None


async def test_face_of_another_person_is_not_enrolled_again(
    rest: Rest, box: EmulatedBox
) -> None:
    """The box would recognize one of the two, unless the user insists."""
    people = EnrolledPeople(rest)
    picture = await drawn_reference(box, box.people[0])

    with pytest.raises(AiBoxRefusedError) as refused:
        await people.enroll(_ming(picture))
    assert refused.value.refusal is Refusal.FACE_TAKEN
    assert box.state.find_identity("10023") is None

    await people.enroll(_ming(picture, may_share_face=True))
    assert box.state.find_identity("10023") is not None


@pytest.mark.parametrize("dialect", [Dialect.NESTED])
@pytest.mark.parametrize("variant", [Variant(compares_for_devices_only=True)])
async def test_box_that_cannot_compare_enrolls_all_the_same(
    rest: Rest, box: EmulatedBox
) -> None:
    """Firmware before V5R7 compares for a capture device only."""
    await EnrolledPeople(rest).enroll(_ming(await drawn_reference(box, box.people[0])))

    assert box.state.find_identity("10023") is not None
    assert box.errors == ["MISSING_ARGUMENTS: device_ip"]
    box.errors.clear()


async def test_silent_comparison_means_that_nothing_was_sent(
    rest: Rest, box: EmulatedBox, dialect: Dialect
) -> None:
    """The user may try again."""
    path = {
        Dialect.NESTED: "/SophonMatch/api/PictureMatch",
        Dialect.FLAT: "/sophon/v2/face/search",
    }[dialect]
    box.state.raw_answers[path] = b"HTTP/1.1 200"

    with pytest.raises(AiBoxConnectionError) as raised:
        await EnrolledPeople(rest).enroll(_ming())

    assert not raised.value.was_connected
    assert PATHS[dialect] not in [request.path for request in box.requests]


@pytest.mark.parametrize("variant", [Variant(), Variant(errors_with_status_200=True)])
async def test_person_with_a_used_id_is_refused(rest: Rest, box: EmulatedBox) -> None:
    """The person with the id keeps it."""
    tom = box.people[0]
    before = await drawn_reference(box, tom)
    again = Enrollment(photo(), tom.identity_id, "小明")

    with pytest.raises(AiBoxRefusedError) as refused:
        await EnrolledPeople(rest).enroll(again)
    assert refused.value.refusal is Refusal.IDENTITY_TAKEN
    assert (await rest.recognize_picture(PictureQuestion(before))).matched
    assert box.state.find_identity(tom.identity_id) == tom


@pytest.mark.parametrize(
    ("picture", "refusal"),
    [
        (colored((200, 10, 10)), Refusal.NO_FACE),
        (photo(side=30), Refusal.FACE_TOO_SMALL),
        (photo(brightness=10), Refusal.TOO_DARK),
        (b"no picture", Refusal.PICTURE_UNREADABLE),
    ],
)
async def test_unsuitable_picture_enrolls_no_one(
    rest: Rest, box: EmulatedBox, picture: bytes, refusal: Refusal
) -> None:
    """The box reports the reason."""
    with pytest.raises(AiBoxRefusedError) as refused:
        await EnrolledPeople(rest).enroll(_ming(picture))

    assert refused.value.refusal is refusal
    assert box.state.find_identity("10023") is None


async def test_picture_above_the_limit_of_the_box_is_refused(
    rest: Rest, box: EmulatedBox
) -> None:
    """The limit is a setting of the box."""
    box.settings.largest_picture = 500

    with pytest.raises(AiBoxRefusedError) as refused:
        await EnrolledPeople(rest).enroll(_ming())

    assert refused.value.refusal is Refusal.PICTURE_TOO_LARGE


@pytest.mark.parametrize(
    ("error", "refusal"),
    [
        ({"code": 400, "message": "10023 already exist"}, Refusal.IDENTITY_TAKEN),
        ({"code": "NAME_REPEAT_ERROR", "message": "小明"}, Refusal.NAME_EXISTS),
        ({"code": "GROUP_LEN_ERROR"}, Refusal.GROUP_FULL),
        ({"code": "PERMISSION_ID_NOT_FOUND"}, Refusal.GROUP_UNKNOWN),
        ({"code": 40011, "status": "IDENTITY_EXSIT_ERROR"}, Refusal.IDENTITY_TAKEN),
        ({"code": 40011, "message": "用户已存在"}, Refusal.IDENTITY_TAKEN),
        (
            {"code": 40009, "status": "ENROLL_FACE_SIZE_NOT_ENOUGH_ERROR"},
            Refusal.FACE_TOO_SMALL,
        ),
        ({"code": 40015, "message": "full"}, Refusal.GROUP_FULL),
        ({"code": 40091, "status": "PARAM_ERROR"}, None),
    ],
)
async def test_documented_errors_are_refusals(
    rest: Rest,
    box: EmulatedBox,
    dialect: Dialect,
    error: JsonObject,
    refusal: Refusal | None,
) -> None:
    """The errors are worded as in the vendor's documentation."""
    body = orjson.dumps({"error": error})
    box.answer_instead[PATHS[dialect]] = CannedAnswer(status=400, body=body)

    with pytest.raises(AiBoxRefusedError) as refused:
        await EnrolledPeople(rest).enroll(_ming())

    assert refused.value.refusal is refusal


@pytest.mark.parametrize("dialect", [Dialect.NESTED])
@pytest.mark.parametrize("variant", [Variant(enrolls_blacklist=False)])
async def test_firmware_without_blocklisted_people_enrolls_no_one(
    rest: Rest, box: EmulatedBox
) -> None:
    """With another type, the person could pass doors."""
    with pytest.raises(AiBoxRefusedError) as refused:
        await EnrolledPeople(rest).enroll(_ming(person_type=PersonType.BLOCKLISTED))

    assert refused.value.refusal is Refusal.TYPE_NOT_ENROLLED
    assert box.state.find_identity("10023") is None
    box.errors.clear()


@pytest.mark.parametrize("dialect", [Dialect.FLAT])
async def test_flat_box_has_the_type_so_something_else_is_wrong(
    rest: Rest, box: EmulatedBox
) -> None:
    """Its page lists all types."""
    body = b'{"error": {"code": "INVALID_ARGUMENTS", "message": "identity_id"}}'
    box.answer_instead[PATHS[Dialect.FLAT]] = CannedAnswer(status=400, body=body)

    with pytest.raises(AiBoxRefusedError) as refused:
        await EnrolledPeople(rest).enroll(_ming(person_type=PersonType.BLOCKLISTED))

    assert refused.value.refusal is None


@pytest.mark.parametrize("body", [{}, {"data": {}}, {"data": 1, "identity_id": []}])
async def test_answer_without_an_id_is_a_protocol_error(
    rest: Rest, box: EmulatedBox, dialect: Dialect, body: JsonObject
) -> None:
    """The box has to confirm the enrollment with an id."""
    box.answer_instead[PATHS[dialect]] = CannedAnswer(body=orjson.dumps(body))

    with pytest.raises(AiBoxProtocolError):
        await EnrolledPeople(rest).enroll(_ming())


def test_repr_of_an_enrollment_contains_no_personal_data() -> None:
    """Objects may be logged."""
    shown = repr(_ming())

    assert "10023" not in shown
    assert "小明" not in shown
