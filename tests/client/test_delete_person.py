"""Deleting an identity, by its id and the name that it must have."""

from typing import override

import orjson
import pytest

from custom_components.se_aibox.aibox.exceptions import (
    AiBoxConnectionError,
    AiBoxNotFoundError,
    AiBoxRefusedError,
    Refusal,
    UnreadableError,
)
from custom_components.se_aibox.aibox.models import Dialect
from custom_components.se_aibox.aibox.people import EnrolledPeople
from emulator import CannedAnswer, EmulatedBox, Identity

TOM = "12345565"
DELETIONS = {
    Dialect.NESTED: ("DELETE", "/SophonFogSys/api/users"),
    Dialect.FLAT: ("POST", "/sophon/v2/face/deleteidentities"),
}
READS = {
    Dialect.NESTED: "/SophonFogSys/api/users",
    Dialect.FLAT: "/sophon/v2/face/getidentity",
}


def deletions(box: EmulatedBox, dialect: Dialect) -> int:
    """Return how often a deletion was sent."""
    return sum(
        (request.method, request.path) == DELETIONS[dialect] for request in box.requests
    )


@pytest.mark.parametrize("name", ["Tom", " TOM "])
async def test_deleted_person_is_gone(
    people: EnrolledPeople, box: EmulatedBox, dialect: Dialect, name: str
) -> None:
    """No one else is deleted."""
    await people.delete(TOM, name)
    assert box.state.find_identity(TOM) is None
    assert len(box.people) == 13
    assert deletions(box, dialect) == 1


@pytest.mark.parametrize(
    ("identity_id", "name", "refusal"),
    [
        (TOM, "Anna Schmidt", Refusal.IDENTITY_MISMATCH),
        (TOM, "", Refusal.IDENTITY_MISMATCH),
        ("nobody's", "Tom", Refusal.IDENTITY_UNKNOWN),
    ],
)
async def test_wrong_pair_of_id_and_name_deletes_no_one(
    people: EnrolledPeople,
    box: EmulatedBox,
    dialect: Dialect,
    identity_id: str,
    name: str,
    refusal: Refusal,
) -> None:
    """Neither the id nor the name alone is enough."""
    with pytest.raises(AiBoxRefusedError) as refused:
        await people.delete(identity_id, name)
    assert refused.value.refusal is refusal
    assert (len(box.people), deletions(box, dialect)) == (14, 0)


async def test_namesake_is_kept(people: EnrolledPeople, box: EmulatedBox) -> None:
    """Names are not unique."""
    await people.delete("10010376", "王芳")
    assert box.state.find_identity("10010593") is not None


@pytest.mark.parametrize("confirmed", [True, False])
async def test_person_who_is_still_there_was_not_deleted(
    people: EnrolledPeople, box: EmulatedBox, dialect: Dialect, confirmed: bool
) -> None:
    """A flat box lists the people that it failed to delete; any box may be wrong."""
    if confirmed:
        box.state.deletes_nobody = True
    else:
        box.state.undeletable.add(TOM)
    with pytest.raises(AiBoxRefusedError) as refused:
        await people.delete(TOM, "Tom")
    assert refused.value.refusal is None
    assert deletions(box, dialect) == 1


async def test_unreadable_answer_is_no_confirmation(
    people: EnrolledPeople,
    box: EmulatedBox,
    dialect: Dialect,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The identity could still be there."""
    answer = orjson.dumps(
        {"data": {"identities_list": [{"identity_id": "6"}]}, "identity_id": "6"}
    )

    class People(list[Identity]):
        @override
        def remove(self, person: Identity) -> None:
            box.answer_instead[READS[dialect]] = CannedAnswer(body=answer)
            super().remove(person)

    monkeypatch.setattr(box.state, "people", People(box.people))
    with pytest.raises(UnreadableError):
        await people.delete(TOM, "Tom")


async def test_unreachable_box_was_sent_nothing(
    people: EnrolledPeople, box: EmulatedBox
) -> None:
    """The user may try again."""
    await box.stop()
    with pytest.raises(AiBoxConnectionError) as raised:
        await people.delete(TOM, "Tom")
    assert not raised.value.was_connected


@pytest.mark.parametrize("dialect", [Dialect.FLAT])
async def test_deletion_without_an_answer_is_not_sent_again(
    people: EnrolledPeople, box: EmulatedBox, dialect: Dialect
) -> None:
    """It is unknown whether the person is gone."""
    box.state.raw_answers[DELETIONS[dialect][1]] = b"HTTP/1.1 200"
    with pytest.raises(AiBoxConnectionError) as raised:
        await people.delete(TOM, "Tom")
    assert raised.value.was_connected
    assert deletions(box, dialect) == 1


async def test_missing_call_is_no_proof_that_the_id_is_unused(
    people: EnrolledPeople, box: EmulatedBox
) -> None:
    """A box of the other dialect, after an update, answers so to everything."""
    box.answer_instead["*"] = CannedAnswer(404, b"<html>404</html>")
    with pytest.raises(AiBoxNotFoundError):
        await people.delete(TOM, "Tom")
    with pytest.raises(AiBoxNotFoundError):
        await people.person(TOM)
