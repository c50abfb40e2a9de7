"""Changing an identity, without changing anything else."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest

from custom_components.se_aibox.aibox.enrolled import (
    PermissionGroup,
    PersonChange,
    PersonDetails,
)
from custom_components.se_aibox.aibox.exceptions import (
    AiBoxConnectionError,
    AiBoxNotFoundError,
    AiBoxOtherwiseChangedError,
    AiBoxRefusedError,
    Refusal,
    UnreadableError,
)
from custom_components.se_aibox.aibox.models import Dialect, PersonType
from custom_components.se_aibox.aibox.people import EnrolledPeople
from custom_components.se_aibox.aibox.questions import Enrollment, PictureQuestion
from custom_components.se_aibox.aibox.rest import Rest
from emulator import CannedAnswer, EmulatedBox, Identity, Variant
from emulator.model import Face, JsonObject, PersonType as Type
from tests.emulator.pictures import colored, drawn_reference, photo

USERS = "/SophonFogSys/api/users"
FACE = "/sophon/v2/face"
READS = {Dialect.NESTED: USERS, Dialect.FLAT: f"{FACE}/getidentity"}
UNTIL = datetime(2027, 3, 1, 17, 30, tzinfo=UTC)


@pytest.fixture
def guest(box: EmulatedBox, dialect: Dialect) -> Identity:
    """Enroll a visitor with unknown details."""
    return box.state.enroll(
        Identity(
            "G-1",
            "Grace",
            Type.VISITOR,
            permission_ids=("a", "b"),
            room="101",
            extra={"mobile": "138", "welcome": {"text": "你好", "times": [1, 2.5]}},
            custom={"visit_card_number": 7} if dialect is Dialect.NESTED else {},
        )
    )


def stored(box: EmulatedBox) -> Identity:
    """Return the guest as stored on the box."""
    person = box.state.find_identity("G-1")
    assert person is not None
    return person


def sent(box: EmulatedBox, *paths: str) -> list[dict[str, Any]]:
    """Return the bodies of changes, which no test may find retried."""
    bodies: list[dict[str, Any]] = []
    for request in box.requests:
        changes = request.method in ("PUT", "DELETE") or request.path in paths
        if changes and isinstance(request.body, dict):
            bodies.append(request.body)
    return bodies


CHANGES: dict[str, tuple[PersonChange, dict[str, object]]] = {
    "name": (PersonChange(name="Ada"), {"name": "Ada"}),
    "type": (PersonChange(person_type=PersonType.VIP), {"person_type": Type.VIP}),
    "no groups": (PersonChange(group_ids=()), {"permission_ids": ()}),
    "several": (
        PersonChange(name="Ada", person_type=PersonType.EMPLOYEE),
        {"name": "Ada", "person_type": Type.EMPLOYEE},
    ),
}


@pytest.mark.parametrize("change", CHANGES)
async def test_change_leaves_everything_else_as_it_was(
    people: EnrolledPeople, box: EmulatedBox, guest: Identity, change: str
) -> None:
    """The box sets omitted fields to defaults."""
    asked, expected = CHANGES[change]
    record = await people.update("G-1", "grace", asked)
    assert stored(box) == replace(guest, **expected)  # type: ignore[arg-type]  # by name
    assert record == await people.person("G-1")
    assert len(sent(box, f"{FACE}/updateidentity")) == 1


async def test_details_are_merged_field_by_field(
    people: EnrolledPeople, box: EmulatedBox, guest: Identity, dialect: Dialect
) -> None:
    """None leaves a detail alone, and an empty text removes it."""
    details = PersonDetails(
        department="Lab",
        company="Initech",
        host="Tom",
        telephone="",
        valid_from=UNTIL,
        valid_until=UNTIL,
    )
    record = await people.update("G-1", "Grace", PersonChange(details=details))
    assert record.details == replace(details, telephone=None)
    extra: JsonObject = {
        **guest.extra,
        "mobile": "",
        "department": "Lab",
        **(
            {"comeFrom": "Initech", "Interviewee": "Tom"}
            if dialect is Dialect.NESTED
            else {"visitor_company": "Initech", "interviewee": "Tom"}
        ),
        **dict.fromkeys(
            ("startTime", "endTime")
            if dialect is Dialect.NESTED
            else ("start_time", "end_time"),
            str(round(UNTIL.timestamp() * 1000)),
        ),
    }
    assert stored(box) == replace(guest, extra=extra)


async def test_groups_are_given_by_id_or_name(
    people: EnrolledPeople, box: EmulatedBox, guest: Identity
) -> None:
    """The box gets ids."""
    box.state.permission_groups |= {"1": "Office", "2": "Lab"}
    record = await people.update("G-1", "Grace", PersonChange(group_ids=("lab", "1")))
    assert record.group_ids == stored(box).permission_ids == ("2", "1")
    with pytest.raises(AiBoxRefusedError) as refused:
        await people.update("G-1", "Grace", PersonChange(group_ids=("Garden",)))
    assert refused.value.refusal is Refusal.GROUP_UNKNOWN


async def test_change_of_nothing_sends_nothing(
    people: EnrolledPeople, box: EmulatedBox, guest: Identity
) -> None:
    """The identity is returned as it is."""
    record = await people.update("G-1", "Grace", PersonChange())
    assert record.name == "Grace"
    assert not sent(box, f"{FACE}/updateidentity")


@pytest.mark.parametrize(
    ("identity_id", "name", "refusal"),
    [
        ("G-2", "Grace", Refusal.IDENTITY_UNKNOWN),
        ("G-1", "Tom", Refusal.IDENTITY_MISMATCH),
        ("G-1", "", Refusal.IDENTITY_MISMATCH),
        ("10010804", "Grace", Refusal.IDENTITY_MISMATCH),
    ],
)
async def test_wrong_pair_of_id_and_name_changes_no_one(
    people: EnrolledPeople,
    box: EmulatedBox,
    guest: Identity,
    identity_id: str,
    name: str,
    refusal: Refusal,
) -> None:
    """An id alone may be a typing error."""
    with pytest.raises(AiBoxRefusedError) as refused:
        await people.update(identity_id, name, PersonChange(name="Ada"))
    assert refused.value.refusal is refusal
    assert not sent(box, f"{FACE}/updateidentity")


@pytest.mark.parametrize("called", ["", "佚名", " "])
async def test_nameless_person_is_changed_by_the_id(
    people: EnrolledPeople, box: EmulatedBox, called: str
) -> None:
    """The box has its own word for no name."""
    change = PersonChange(person_type=PersonType.VIP)
    record = await people.update("10010804", called, change)
    assert (record.name, record.person_type) == (None, PersonType.VIP)


@pytest.mark.parametrize(
    ("reset", "field"),
    [
        ({"name", "identity_name"}, "name"),
        ({"type", "user_type"}, "person_type"),
        ({"permission_ids"}, "group_ids"),
        ({"ext_info", "ext_user_info"}, "details"),
    ],
)
async def test_any_other_difference_is_a_failure(
    people: EnrolledPeople,
    box: EmulatedBox,
    guest: Identity,
    reset: set[str],
    field: str,
) -> None:
    """The box may overwrite the sent values."""
    box.state.reset_by_updates.update(reset)
    change = PersonChange(name="Ada", details=PersonDetails(purpose="Visit"))
    with pytest.raises(AiBoxOtherwiseChangedError) as raised:
        await people.update("G-1", "Grace", change)
    assert raised.value.fields == (field,)
    assert str(raised.value) == field
    assert len(sent(box, f"{FACE}/updateidentity")) == 1


@pytest.mark.parametrize("dialect", [Dialect.NESTED])
async def test_lost_unknown_field_is_a_failure(
    people: EnrolledPeople, box: EmulatedBox, guest: Identity
) -> None:
    """It counts as a detail; a group of faces counts as a group."""
    box.state.reset_by_updates.add("visit_card_number")
    with pytest.raises(AiBoxOtherwiseChangedError) as raised:
        await people.update("G-1", "Grace", PersonChange(name="Ada"))
    assert raised.value.fields == ("details",)


async def test_identity_that_is_gone_after_a_change_is_a_failure(
    people: EnrolledPeople,
    box: EmulatedBox,
    guest: Identity,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The box or another client deleted it."""

    def delete(person: Identity) -> Identity:
        return box.state.remove_person(person.identity_id)

    monkeypatch.setattr(box.state, "keep", delete)
    with pytest.raises(AiBoxOtherwiseChangedError) as raised:
        await people.update("G-1", "Grace", PersonChange(name="Ada"))
    assert raised.value.fields == ("identity_id",)


async def test_identity_that_is_gone_before_a_change_is_not_found(
    people: EnrolledPeople,
    box: EmulatedBox,
    guest: Identity,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Another client deleted it after it was read."""
    group = PermissionGroup("1", "Office")

    async def delete(_: Rest, called: str) -> PermissionGroup:
        box.state.remove_person("G-1")
        return group

    monkeypatch.setattr(Rest, "permission_group", delete)
    with pytest.raises(AiBoxNotFoundError):
        await people.update("G-1", "Grace", PersonChange(group_ids=("Office",)))


@pytest.mark.parametrize("dialect", [Dialect.FLAT])
@pytest.mark.parametrize("variant", [Variant(update_misspelled=True)])
async def test_call_is_found_under_its_other_spelling(
    people: EnrolledPeople, box: EmulatedBox, guest: Identity
) -> None:
    """Some pages spell it `updateidenity`."""
    record = await people.update("G-1", "Grace", PersonChange(name="Ada"))
    assert record.name == "Ada"


@pytest.mark.parametrize("dialect", [Dialect.FLAT])
async def test_missing_call_is_an_error(
    people: EnrolledPeople, box: EmulatedBox, guest: Identity
) -> None:
    """The identity was found, so the call is missing."""
    for path in ("updateidentity", "updateidenity"):
        box.answer_instead[f"{FACE}/{path}"] = CannedAnswer(404)
    with pytest.raises(AiBoxNotFoundError):
        await people.update("G-1", "Grace", PersonChange(name="Ada"))


@pytest.mark.parametrize(
    "value", [1e300, "caf\ufffd", {"a": [{"b": 2.0**60}]}, {"\ufffd": 1}]
)
async def test_identity_that_cannot_be_sent_back_is_not_changed(
    people: EnrolledPeople, box: EmulatedBox, guest: Identity, value: Any
) -> None:
    """Digits and bytes were lost when it was read."""
    box.state.keep(replace(guest, extra={"note": value}))
    with pytest.raises(UnreadableError):
        await people.update("G-1", "Grace", PersonChange(name="Ada"))
    assert not sent(box, f"{FACE}/updateidentity")


async def test_deep_details_are_not_changed(
    people: EnrolledPeople, box: EmulatedBox, guest: Identity
) -> None:
    """No one enrolls such people."""
    value: Any = 1
    for _ in range(20):
        value = [value]
    box.state.keep(replace(guest, extra={"note": value}))
    with pytest.raises(UnreadableError):
        await people.update("G-1", "Grace", PersonChange(name="Ada"))


async def test_picture_alone_leaves_the_fields_alone(
    people: EnrolledPeople, rest: Rest, box: EmulatedBox, guest: Identity
) -> None:
    """Both faces match from then on."""
    before = await drawn_reference(box, guest)
    record = await people.update("G-1", "Grace", PersonChange(picture=photo()))
    assert len(stored(box).faces) == 2
    assert replace(
        stored(box), more_faces=(), looks="", face_id="", image_id=""
    ) == replace(guest, face_id="", image_id="")
    assert record.photo_ids
    for picture in (before, photo()):
        answer = await rest.recognize_picture(PictureQuestion(picture))
        assert answer.identity_id == "G-1"


@pytest.mark.parametrize("variant", [Variant(update_replaces_face=True)])
async def test_picture_replaces_all_faces(
    people: EnrolledPeople, rest: Rest, box: EmulatedBox, guest: Identity
) -> None:
    """None of the earlier faces is recognized any more."""
    before = await drawn_reference(box, guest)
    more = (Face("f2", "i2", "another"), Face("f3", "i3", "third"))
    box.state.keep(replace(guest, more_faces=more))
    change = PersonChange(name="Ada", picture=photo(), replaces_faces=True)
    record = await people.update("G-1", "Grace", change)
    assert record.name == "Ada"
    [face] = stored(box).faces
    assert record.photo_ids == (face.image_id,)
    assert not (await rest.recognize_picture(PictureQuestion(before))).matched
    assert (await rest.recognize_picture(PictureQuestion(photo()))).matched


@pytest.mark.parametrize("dialect", [Dialect.NESTED])
@pytest.mark.parametrize(
    ("variant", "replaces"),
    [
        (Variant(update_replaces_face=True), False),
        (Variant(update_replaces_face=False), True),
    ],
)
async def test_face_that_was_not_kept_or_not_replaced_is_a_failure(
    people: EnrolledPeople, guest: Identity, replaces: bool
) -> None:
    """The page does not say whether earlier faces are kept."""
    change = PersonChange(picture=photo(), replaces_faces=replaces)
    with pytest.raises(AiBoxOtherwiseChangedError) as raised:
        await people.update("G-1", "Grace", change)
    assert raised.value.fields == ("photo_ids",)


@pytest.mark.parametrize("dialect", [Dialect.NESTED])
@pytest.mark.parametrize("variant", [Variant(face_ids_missing=True)])
@pytest.mark.parametrize("replaces", [True, False])
async def test_photo_is_compared_where_faces_have_no_ids(
    people: EnrolledPeople, guest: Identity, replaces: bool
) -> None:
    """The example of the page lists none."""
    change = PersonChange(picture=photo(), replaces_faces=replaces)
    record = await people.update("G-1", "Grace", change)
    assert record.photo_ids != (guest.image_id,)


@pytest.mark.parametrize(
    ("picture", "refusal"),
    [
        (colored((200, 10, 10)), Refusal.NO_FACE),
        (photo(brightness=10), Refusal.TOO_DARK),
        (b"no picture", Refusal.PICTURE_UNREADABLE),
    ],
)
async def test_refused_picture_changes_nothing(
    people: EnrolledPeople,
    box: EmulatedBox,
    guest: Identity,
    picture: bytes,
    refusal: Refusal,
) -> None:
    """It is sent before the fields."""
    with pytest.raises(AiBoxRefusedError) as refused:
        await people.update("G-1", "Grace", PersonChange(name="Ada", picture=picture))
    assert refused.value.refusal is refusal
    assert stored(box) == guest


@pytest.mark.parametrize("dialect", [Dialect.FLAT])
async def test_partial_change_reports_the_missing_part(
    people: EnrolledPeople, box: EmulatedBox, guest: Identity
) -> None:
    """The box took the face, and refused the fields."""
    body = orjson.dumps({"error": {"code": "INVALID_ARGUMENTS", "message": "x"}})
    box.answer_instead[f"{FACE}/updateidentity"] = CannedAnswer(400, body)
    change = PersonChange(
        name="Ada", picture=photo(), details=PersonDetails(host="Tom")
    )
    with pytest.raises(AiBoxOtherwiseChangedError) as raised:
        await people.update("G-1", "Grace", change)
    assert raised.value.fields == ("details", "name")
    assert isinstance(raised.value.__cause__, AiBoxRefusedError)
    assert len(stored(box).faces) == 2


async def test_face_of_another_person_is_refused(
    people: EnrolledPeople, box: EmulatedBox, guest: Identity
) -> None:
    """The box would recognize one of the two, unless the user insists."""
    tom = box.people[0]
    change = PersonChange(picture=await drawn_reference(box, tom))
    with pytest.raises(AiBoxRefusedError) as refused:
        await people.update("G-1", "Grace", change)
    assert refused.value.refusal is Refusal.FACE_TAKEN
    assert stored(box) == guest
    await people.update("G-1", "Grace", replace(change, may_share_face=True))
    assert len(stored(box).faces) == 2


async def test_own_face_is_no_duplicate(
    people: EnrolledPeople, box: EmulatedBox, guest: Identity
) -> None:
    """A better picture of the same person is added."""
    picture = await drawn_reference(box, guest)
    await people.update("G-1", "Grace", PersonChange(picture=picture))
    assert len(stored(box).faces) == 2


async def test_connection_that_breaks_before_the_change_sent_nothing(
    people: EnrolledPeople, box: EmulatedBox, guest: Identity, dialect: Dialect
) -> None:
    """The user may try again."""
    box.state.raw_answers[READS[dialect]] = b"HTTP/1.1 200"
    with pytest.raises(AiBoxConnectionError) as raised:
        await people.update("G-1", "Grace", PersonChange(name="Ada"))
    assert not raised.value.was_connected
    assert not sent(box, f"{FACE}/updateidentity")


@pytest.mark.parametrize("dialect", [Dialect.FLAT])
async def test_connection_that_breaks_during_the_change_leaves_it_open(
    people: EnrolledPeople, box: EmulatedBox, guest: Identity
) -> None:
    """It is unknown whether the box made it, and it is not sent again."""
    box.state.raw_answers[f"{FACE}/updateidentity"] = b"HTTP/1.1 200"
    with pytest.raises(AiBoxConnectionError) as raised:
        await people.update("G-1", "Grace", PersonChange(name="Ada"))
    assert raised.value.was_connected
    assert len(sent(box, f"{FACE}/updateidentity")) == 1


async def test_connection_that_breaks_after_the_change_leaves_it_open(
    people: EnrolledPeople,
    box: EmulatedBox,
    guest: Identity,
    dialect: Dialect,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It is unknown whether the box changed anything else."""
    keep = box.state.keep

    def break_then(person: Identity) -> Identity:
        box.state.raw_answers[READS[dialect]] = b"HTTP/1.1 200"
        return keep(person)

    monkeypatch.setattr(box.state, "keep", break_then)
    with pytest.raises(AiBoxConnectionError) as raised:
        await people.update("G-1", "Grace", PersonChange(name="Ada"))
    assert raised.value.was_connected
    assert len(sent(box, f"{FACE}/updateidentity")) == 1


@pytest.mark.parametrize("dialect", [Dialect.FLAT])
async def test_connection_that_breaks_between_two_changes_leaves_them_open(
    people: EnrolledPeople, box: EmulatedBox, guest: Identity
) -> None:
    """The face is enrolled by then."""
    box.state.raw_answers[f"{FACE}/updateidentity"] = b"HTTP/1.1 200"
    change = PersonChange(name="Ada", picture=photo())
    with pytest.raises(AiBoxConnectionError) as raised:
        await people.update("G-1", "Grace", change)
    assert raised.value.was_connected
    assert len(stored(box).faces) == 2


async def test_dangerous_options_are_never_on(
    people: EnrolledPeople, box: EmulatedBox, guest: Identity
) -> None:
    """They would replace people or create groups."""
    await people.update("G-1", "Grace", PersonChange(name="Ada", picture=photo()))
    await people.enroll(Enrollment(photo(side=300), "7", "Eve", may_share_face=True))
    await people.delete("7", "Eve")
    paths = [f"{FACE}/{name}" for name in ("updateidentity", "createidentity")]
    bodies = sent(box, *paths, USERS)
    assert bodies
    for body in bodies:
        for option in ("ignore_exist", "force_replace", "create_no_exit_permission"):
            assert body.get(option, False) is False


def test_repr_of_a_change_contains_no_personal_data() -> None:
    """Objects may be logged."""
    details = PersonDetails("Lab", "7", "138", "Initech", "Tom", "Visit", UNTIL, UNTIL)
    shown = repr(PersonChange("Ada", details=details, picture=b"picture"))
    for secret in ("Ada", "Lab", "'7'", "138", "Initech", "Tom", "Visit", "2027"):
        assert secret not in shown
    assert "picture'" not in shown
