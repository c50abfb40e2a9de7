"""Enrolling somebody on a box."""

from collections.abc import Callable

import orjson
import pytest

from custom_components.se_aibox.aibox.exceptions import (
    AiBoxProtocolError,
    AiBoxRefusedError,
    Refusal,
)
from custom_components.se_aibox.aibox.models import Dialect, PersonType
from custom_components.se_aibox.aibox.questions import Enrolment, PictureQuestion
from custom_components.se_aibox.aibox.rest import Rest
from custom_components.se_aibox.aibox.wire.common import TYPE_WORDS
from emulator import CannedAnswer, EmulatedBox, Variant
from emulator.model import JsonObject
from tests.emulator.pictures import coloured, drawn_reference, photo

PATHS = {
    Dialect.NESTED: "/SophonFogSys/api/users",
    Dialect.FLAT: "/sophon/v2/face/createidentity",
}


def _ming(picture: bytes | None = None, **more: object) -> Enrolment:
    make: Callable[..., Enrolment] = Enrolment
    return make(picture or photo(), "10023", "小明", **more)


@pytest.mark.parametrize(
    "person_type", [kind for kind in TYPE_WORDS if kind is not PersonType.STRANGER]
)
async def test_somebody_new(
    rest: Rest, box: EmulatedBox, person_type: PersonType
) -> None:
    """From then on the box recognises them."""
    identity_id = await rest.enroll(_ming(person_type=person_type))

    assert identity_id == "10023"
    answer = await rest.recognize_picture(PictureQuestion(photo()))
    assert (answer.identity_id, answer.identity_name) == ("10023", "小明")
    assert answer.person_type is person_type


async def test_a_permission_group(rest: Rest, box: EmulatedBox) -> None:
    """By its id; without one the box has its own."""
    await rest.enroll(_ming(permission_group="f4add9c0"))

    person = box.state.find_identity("10023")
    assert person is not None
    assert person.permission_id == "f4add9c0"
    assert person.group_names == ("default_group",)


@pytest.mark.parametrize("variant", [Variant(), Variant(errors_with_status_200=True)])
async def test_an_id_is_taken_once(rest: Rest, box: EmulatedBox) -> None:
    """Whoever has it keeps it, unless they shall be replaced: then only the new face matches."""
    tom = box.people[0]
    before = await drawn_reference(box, tom)
    again = Enrolment(photo(), tom.identity_id, "小明")

    with pytest.raises(AiBoxRefusedError) as refused:
        await rest.enroll(again)
    assert refused.value.refusal is Refusal.ID_EXISTS
    assert (await rest.recognize_picture(PictureQuestion(before))).matched

    await rest.enroll(Enrolment(photo(), tom.identity_id, "小明", replace=True))
    answer = await rest.recognize_picture(PictureQuestion(photo()))
    assert (answer.identity_id, answer.identity_name) == (tom.identity_id, "小明")
    assert not (await rest.recognize_picture(PictureQuestion(before))).matched


@pytest.mark.parametrize(
    ("picture", "refusal"),
    [
        (coloured((200, 10, 10)), Refusal.NO_FACE),
        (photo(side=30), Refusal.FACE_TOO_SMALL),
        (photo(brightness=10), Refusal.TOO_DARK),
        (b"no picture", Refusal.PICTURE_UNREADABLE),
    ],
)
async def test_a_picture_that_is_no_good(
    rest: Rest, box: EmulatedBox, picture: bytes, refusal: Refusal
) -> None:
    """Nobody is enrolled, and the box says why."""
    with pytest.raises(AiBoxRefusedError) as refused:
        await rest.enroll(_ming(picture))

    assert refused.value.refusal is refusal
    assert box.state.find_identity("10023") is None


async def test_too_large_a_picture(rest: Rest, box: EmulatedBox) -> None:
    """The box has a limit of its own."""
    box.settings.largest_picture = 500

    with pytest.raises(AiBoxRefusedError) as refused:
        await rest.enroll(_ming())

    assert refused.value.refusal is Refusal.PICTURE_TOO_LARGE


@pytest.mark.parametrize(
    ("error", "refusal"),
    [
        ({"code": 400, "message": "10023 already exist"}, Refusal.ID_EXISTS),
        ({"code": "NAME_REPEAT_ERROR", "message": "小明"}, Refusal.NAME_EXISTS),
        ({"code": "GROUP_LEN_ERROR"}, Refusal.BOX_FULL),
        ({"code": "PERMISSION_ID_NOT_FOUND"}, Refusal.GROUP_UNKNOWN),
    ],
)
async def test_what_else_a_box_may_refuse(
    rest: Rest, box: EmulatedBox, dialect: Dialect, error: JsonObject, refusal: Refusal
) -> None:
    """In the words of the vendor's pages."""
    body = orjson.dumps({"error": error})
    box.answer_instead[PATHS[dialect]] = CannedAnswer(status=400, body=body)

    with pytest.raises(AiBoxRefusedError) as refused:
        await rest.enroll(_ming())

    assert refused.value.refusal is refusal


@pytest.mark.parametrize("body", [{}, {"data": {}}, {"data": 1, "identity_id": []}])
async def test_an_answer_that_is_none(
    rest: Rest, box: EmulatedBox, dialect: Dialect, body: JsonObject
) -> None:
    """Nobody is said to be enrolled whom the box does not name."""
    box.answer_instead[PATHS[dialect]] = CannedAnswer(body=orjson.dumps(body))

    with pytest.raises(AiBoxProtocolError):
        await rest.enroll(_ming())


def test_nothing_personal_is_shown() -> None:
    """Not in whatever logs an object."""
    shown = repr(_ming())

    assert "10023" not in shown
    assert "小明" not in shown
