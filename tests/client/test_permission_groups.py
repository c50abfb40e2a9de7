"""Permission groups by id or name, as each call requires."""

import orjson
import pytest

from custom_components.se_aibox.aibox.exceptions import (
    AiBoxProtocolError,
    AiBoxRefusedError,
    Refusal,
)
from custom_components.se_aibox.aibox.models import Dialect
from custom_components.se_aibox.aibox.people import EnrolledPeople
from custom_components.se_aibox.aibox.questions import Enrollment, PictureQuestion
from custom_components.se_aibox.aibox.rest import Rest
from emulator import CannedAnswer, EmulatedBox, Variant
from tests.emulator.pictures import photo

PATHS = {
    Dialect.NESTED: "/SophonFace/api/permissions",
    Dialect.FLAT: "/sophon/v2/face/getpermissions",
}
# Lists names without ids, on all 1.x firmware.
NAMES = "/SophonFogSys/api/permissions"


def _ming(group: str) -> Enrollment:
    return Enrollment(photo(), "10023", "小明", permission_groups=(group,))


async def _joined(rest: Rest, box: EmulatedBox, group: str) -> str:
    """Enroll a person into a group; return the id that the box has for it."""
    await EnrolledPeople(rest).enroll(_ming(group))
    person = box.state.find_identity("10023")
    assert person is not None
    return person.permission_id


async def _compared(rest: Rest, box: EmulatedBox, group: str) -> str:
    """Compare a picture with a group; return the name that the box got."""
    await rest.recognize_picture(PictureQuestion(photo(), group))
    body = box.requests[-1].body
    assert isinstance(body, dict)
    return str(body["permission_name"])


@pytest.mark.parametrize("called", ["f4add9c0", " f4add9c0 ", "OFFICE", "Office"])
async def test_group_is_found_by_id_and_by_name(
    rest: Rest, box: EmulatedBox, called: str
) -> None:
    """One call has ids, the other one names."""
    box.state.permission_groups["f4add9c0"] = "Office"
    assert await _joined(rest, box, called) == "f4add9c0"
    assert await _compared(rest, box, called) == "Office"


async def test_id_of_one_group_is_not_the_name_of_another(
    rest: Rest, box: EmulatedBox
) -> None:
    """Ids are unique."""
    box.state.permission_groups |= {"1": "1046", "1046": "Office"}
    assert await _joined(rest, box, "1046") == "1046"
    assert await _joined_again(rest, box, "1") == "1"


async def _joined_again(rest: Rest, box: EmulatedBox, group: str) -> str:
    box.people[:] = [one for one in box.people if one.identity_id != "10023"]
    return await _joined(rest, box, group)


async def test_unlisted_group_is_refused(rest: Rest, box: EmulatedBox) -> None:
    """No one is enrolled."""
    with pytest.raises(AiBoxRefusedError) as refused:
        await EnrolledPeople(rest).enroll(_ming("Garden"))
    assert refused.value.refusal is Refusal.GROUP_UNKNOWN
    with pytest.raises(AiBoxRefusedError):
        await rest.recognize_picture(PictureQuestion(photo(), "Garden"))
    assert box.state.find_identity("10023") is None


@pytest.mark.parametrize("variant", [Variant(permissions_most=2)])
async def test_group_is_found_by_name_if_the_list_is_cut_off(
    rest: Rest, box: EmulatedBox
) -> None:
    """Its id is not found: no call is documented to ask for it."""
    box.state.permission_groups["f4add9c0"] = "Office"
    assert await _joined(rest, box, "Office") == "f4add9c0"
    with pytest.raises(AiBoxRefusedError):
        await EnrolledPeople(rest).enroll(_ming("f4add9c0"))


async def test_group_is_passed_on_where_the_call_is_missing(
    rest: Rest, box: EmulatedBox, dialect: Dialect
) -> None:
    """The box then reports the error."""
    box.answer_instead[PATHS[dialect]] = CannedAnswer(404)
    assert await _joined(rest, box, "f4add9c0") == "f4add9c0"


@pytest.mark.parametrize("dialect", [Dialect.NESTED])
@pytest.mark.parametrize("variant", [Variant(permission_ids_missing=True)])
async def test_name_is_no_id_where_only_names_are_listed(
    rest: Rest, box: EmulatedBox
) -> None:
    """The person would be in no group, and pass nowhere."""
    listed = [{"name": ["x"]}, {"name": "Office", "description": ""}]
    box.answer_instead[NAMES] = CannedAnswer(
        body=orjson.dumps({"data": {"permissions_list": listed}})
    )

    with pytest.raises(AiBoxRefusedError) as refused:
        await EnrolledPeople(rest).enroll(_ming(" OFFICE "))
    assert refused.value.refusal is Refusal.GROUP_WITHOUT_ID
    assert box.state.find_identity("10023") is None

    assert await _joined(rest, box, "f4add9c0") == "f4add9c0"
    assert await _compared(rest, box, "employee") == "employee"


@pytest.mark.parametrize("dialect", [Dialect.NESTED])
@pytest.mark.parametrize("variant", [Variant(permission_ids_missing=True)])
async def test_group_is_passed_on_where_not_even_names_are_listed(
    rest: Rest, box: EmulatedBox
) -> None:
    """The box then reports the error."""
    box.answer_instead[NAMES] = CannedAnswer(404)
    assert await _joined(rest, box, "f4add9c0") == "f4add9c0"


async def test_unreadable_groups_are_skipped(
    rest: Rest, box: EmulatedBox, dialect: Dialect
) -> None:
    """They do not hide the others."""
    entries = (
        [{"_id": ["1"]}, {"_id": "1"}, 7, {"_id": "2", "info": {"name": "Office"}}]
        if dialect is Dialect.NESTED
        else [{"permission_id": {}}, {"permission_id": "2", "permssion_name": "Office"}]
    )
    body = orjson.dumps({"data": entries, "permissions": entries})
    box.answer_instead[PATHS[dialect]] = CannedAnswer(body=body)
    assert await _joined(rest, box, "office") == "2"


async def test_list_without_groups_is_no_answer(
    rest: Rest, box: EmulatedBox, dialect: Dialect
) -> None:
    """Enrolling with any group could open other doors."""
    for body in (b"{}", b'{"data": {}, "permissions": {}}'):
        box.answer_instead[PATHS[dialect]] = CannedAnswer(body=body)
        with pytest.raises(AiBoxProtocolError):
            await EnrolledPeople(rest).enroll(_ming("employee"))
    assert box.state.find_identity("10023") is None
