"""Enrolling a person on a box."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
import re

import orjson
import pytest
import voluptuous as vol

from custom_components.se_aibox.aibox.exceptions import Refusal
from custom_components.se_aibox.people.following import PeopleConfigEntry
from custom_components.se_aibox.people.visitors import async_visits
from emulator import CannedAnswer, EmulatedBox, Variant
from emulator.model import Relay
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.util import dt as dt_util
from tests.emulator.pictures import colored, photo
from tests.integration.conftest import SetUp
from tests.integration.helpers import ENTRY_ID, Dialect, requests_to
from tests.integration.people.followed_people import Boxes
from tests.integration.texts import texts

from .action_helpers import act, keep, of_box, of_boxes, one

pytest_plugins = ["tests.integration.people.people_fixtures"]

PATHS: dict[Dialect, str] = {
    "nested": "/SophonFogSys/api/users",
    "flat": "/sophon/v2/face/createidentity",
}
MING = {"identity_id": "10023", "name": "小明", "permission_group": "employee"}


@pytest.fixture
def ming(hass: HomeAssistant, tmp_path: Path) -> dict[str, object]:
    """Return the data that enroll a new person."""
    return of_box(file=keep(hass, tmp_path, "ming.jpg", photo()), **MING)


@pytest.mark.parametrize("person_type", ["employee", "visitor", "vip", "blocklisted"])
async def test_enrolled_person_is_recognized_from_then_on(
    hass: HomeAssistant, set_up: SetUp, ming: dict[str, object], person_type: str
) -> None:
    """Each person type that can be enrolled is recognized."""
    await set_up()
    response = await act(hass, "enroll_person", {**ming, "person_type": person_type})
    assert one(response)["identity_id"] == "10023"
    answer = await act(hass, "recognize_picture", of_box(file=ming["file"]))
    assert answer["matched"]
    assert (answer["identity_name"], answer["person_type"]) == ("小明", person_type)


async def test_enrollment_without_a_response_and_with_defaults(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, ming: dict[str, object]
) -> None:
    """A number becomes an id, and the default type is employee."""
    box.state.permission_groups["f4add9c0"] = "Office"
    await set_up()
    await hass.services.async_call(
        "se_aibox",
        "enroll_person",
        {**ming, "identity_id": 10023, "permission_group": "f4add9c0"},
        blocking=True,
    )
    person = box.state.find_identity("10023")
    assert person is not None
    assert (person.person_type, person.permission_id) == ("employee", "f4add9c0")


async def test_existing_identity_is_never_replaced(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, ming: dict[str, object]
) -> None:
    """The person who has the id stays as they are."""
    await set_up()
    tom = box.people[0]
    with pytest.raises(HomeAssistantError, match="already has this ID"):
        await act(hass, "enroll_person", {**ming, "identity_id": tom.identity_id})
    assert box.state.find_identity(tom.identity_id) == tom


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (colored((200, 10, 10)), "found no face"),
        (photo(side=30), "the face is too small"),
        (photo(brightness=10), "too dark|the light on the face is uneven"),
        (b"\xff\xd8\xff no picture", "cannot read the picture"),
    ],
)
async def test_unusable_picture_enrolls_nobody(
    hass: HomeAssistant,
    box: EmulatedBox,
    set_up: SetUp,
    tmp_path: Path,
    content: bytes,
    sentence: str,
) -> None:
    """The error says what is wrong with the picture."""
    await set_up()
    file = keep(hass, tmp_path, "face.jpg", content)
    with pytest.raises(HomeAssistantError, match=sentence):
        await act(hass, "enroll_person", of_box(file=file, **MING))
    assert box.state.find_identity("10023") is None


@pytest.mark.parametrize("dialect", ["nested"])
async def test_type_that_the_firmware_does_not_enroll_is_refused_in_words(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, ming: dict[str, object]
) -> None:
    """Nobody is enrolled as something else."""
    box.state.variant = Variant(enrolls_blacklist=False)
    await set_up()
    with pytest.raises(
        HomeAssistantError, match="cannot enroll new people as blocklisted"
    ):
        await act(hass, "enroll_person", {**ming, "person_type": "blocklisted"})
    assert box.state.find_identity("10023") is None
    box.errors.clear()


@pytest.mark.parametrize("dialect", ["nested"])
async def test_name_of_a_group_without_a_known_id_is_refused_in_words(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, ming: dict[str, object]
) -> None:
    """The firmware lists names only."""
    box.state.variant = Variant(permission_ids_missing=True)
    body = b'{"data": {"permissions_list": [{"name": "Office"}]}}'
    box.answer_instead["/SophonFogSys/api/permissions"] = CannedAnswer(body=body)
    await set_up()
    with pytest.raises(HomeAssistantError, match="enrolls only by ID"):
        await act(hass, "enroll_person", {**ming, "permission_group": "Office"})
    assert box.state.find_identity("10023") is None


@pytest.mark.parametrize(
    ("code", "message", "refusal"),
    [
        ("LOW_QUALITY_ERROR", "headpose", Refusal.TURNED_AWAY),
        ("LOW_QUALITY_ERROR", "clarity", Refusal.BLURRED),
        ("LOW_QUALITY_ERROR", "mask", Refusal.MASKED),
        ("LOW_QUALITY_ERROR", "", Refusal.LOW_QUALITY),
        ("NAME_REPEAT_ERROR", "小明", Refusal.NAME_EXISTS),
        ("GROUP_LEN_ERROR", "", Refusal.GROUP_FULL),
        ("PERMISSION_ID_NOT_FOUND", "", Refusal.GROUP_UNKNOWN),
    ],
)
async def test_each_refusal_of_the_box_has_its_own_error(
    hass: HomeAssistant,
    box: EmulatedBox,
    set_up: SetUp,
    ming: dict[str, object],
    dialect: Dialect,
    code: str,
    message: str,
    refusal: Refusal,
) -> None:
    """The box's own message is not shown."""
    await set_up()
    body = orjson.dumps({"error": {"code": code, "message": message}})
    box.answer_instead[PATHS[dialect]] = CannedAnswer(400, body)
    with pytest.raises(HomeAssistantError) as raised:
        await act(hass, "enroll_person", ming)
    assert raised.value.translation_key == f"refused_{refusal}"
    assert "小明" not in str(raised.value)


async def test_enrollment_is_not_retried_when_the_box_is_unreachable(
    hass: HomeAssistant,
    box: EmulatedBox,
    set_up: SetUp,
    ming: dict[str, object],
    dialect: Dialect,
) -> None:
    """Nothing was sent, so the user may try again."""
    await set_up()
    await box.port("rest").close()
    with pytest.raises(HomeAssistantError) as raised:
        await act(hass, "enroll_person", ming)
    assert raised.value.translation_key == "box_no_answer"
    await box.port("rest").open()
    assert not requests_to(box, PATHS[dialect])
    assert box.state.find_identity("10023") is None


async def test_broken_answer_says_that_nobody_knows(
    hass: HomeAssistant,
    box: EmulatedBox,
    set_up: SetUp,
    ming: dict[str, object],
    dialect: Dialect,
) -> None:
    """The box received the request, and may have enrolled the person."""
    await set_up()
    broken = CannedAnswer(200, b"{}", headers={"Content-Encoding": "gzip"})
    box.answer_instead[PATHS[dialect]] = broken
    with pytest.raises(HomeAssistantError) as raised:
        await act(hass, "enroll_person", ming)
    assert raised.value.translation_key == "change_no_answer"
    assert requests_to(box, PATHS[dialect]) == 1


@pytest.mark.parametrize("dialect", ["nested"])
@pytest.mark.parametrize(
    "wrong",
    [
        {"identity_id": " "},
        {"identity_id": True},
        {"identity_id": 1.5},
        {"identity_id": "1" * 256},
        {"name": ""},
        {"name": ["小明"]},
        {"person_type": "stranger"},
        {"person_type": "other"},
        {"person_type": "admin"},
        {"permission_group": ""},
        {"replace": True},
        {"media": {}},
        {"media": 5},
        {"entity_id": "light.hall"},
        {"anything": "else"},
    ],
)
async def test_invalid_data_is_refused_before_a_request(
    hass: HomeAssistant,
    box: EmulatedBox,
    set_up: SetUp,
    ming: dict[str, object],
    wrong: dict[str, object],
) -> None:
    """The schema refuses it."""
    await set_up()
    with pytest.raises(vol.Invalid):
        await act(hass, "enroll_person", {**ming, **wrong})
    assert not requests_to(box, PATHS["nested"])


def test_every_refusal_has_a_sentence_of_its_own() -> None:
    """There is one in every language, and none is left over."""
    for language in ("en", "zh-Hans"):
        messages = texts(language)["exceptions"]
        sentences = {messages[f"refused_{refusal}"]["message"] for refusal in Refusal}
        assert len(sentences) == len(Refusal)
        assert {key for key in messages if key.startswith("refused_")} == {
            f"refused_{refusal}" for refusal in Refusal
        }


async def test_details_are_stored_where_the_box_has_fields_for_them(
    hass: HomeAssistant, set_up: SetUp, ming: dict[str, object]
) -> None:
    """Numbers count by their digits; an empty text is none."""
    await set_up()
    details = {"department": "Sales", "job_number": "1017", "telephone": "5550100"}
    data = {**ming, **details, "job_number": 1017, "host": ""}
    await act(hass, "enroll_person", data)
    found = one(await act(hass, "get_people", of_box(identity_ids=["10023"])))
    [person] = found["people"]
    assert details.items() <= person.items()
    assert person["host"] is None


async def test_identity_without_an_id_gets_one_that_nobody_had(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, ming: dict[str, object]
) -> None:
    """Two people within a second get two ids."""
    await set_up()
    del ming["identity_id"]
    ids: list[str] = []
    for name in ("小明", "小红"):
        data = {**ming, "name": name, "may_share_face": True}
        ids.append(one(await act(hass, "enroll_person", data))["identity_id"])
    assert len(set(ids)) == 2
    for identity_id in ids:
        assert len(identity_id) == 14
        assert box.state.find_identity(identity_id) is not None


async def test_identity_without_an_id_gets_the_same_on_all_boxes(
    hass: HomeAssistant, boxes: Boxes, tmp_path: Path
) -> None:
    file = keep(hass, tmp_path, "ming.jpg", photo())
    data = of_boxes(boxes, file=file, name="小明", permission_group="employee")
    response = await act(hass, "enroll_person", data)
    [identity_id] = {box["identity_id"] for box in response["boxes"]}
    assert all(box.state.find_identity(identity_id) for box in boxes)


async def test_several_groups_are_found_by_name_or_id(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, ming: dict[str, object]
) -> None:
    box.state.permission_groups["f4add9c0"] = "Office"
    box.state.permission_groups["0b5c"] = "Canteen"
    await set_up()
    groups = ["f4add9c0", "canteen"]
    await act(hass, "enroll_person", {**ming, "permission_group": groups})
    person = box.state.find_identity("10023")
    assert person is not None
    assert person.permission_ids == ("f4add9c0", "0b5c")


async def test_enrollment_needs_a_permission_group(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, ming: dict[str, object]
) -> None:
    """It decides which doors open, so there is no default."""
    await set_up()
    del ming["permission_group"]
    with pytest.raises(vol.Invalid):
        await act(hass, "enroll_person", ming)
    assert box.state.find_identity("10023") is None


async def test_doors_of_no_permission_group_are_named_in_a_warning(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, ming: dict[str, object]
) -> None:
    """Only those with a relay."""
    front, back, *others = box.devices
    relay = Relay("192.168.150.77", 5000, 1)
    box.devices[:] = [
        replace(front, relay=relay, permission_id=""),
        replace(back, relay=relay),
        *(replace(each, relay=None, permission_id="") for each in others),
    ]
    await set_up()
    [warning] = one(await act(hass, "enroll_person", ming))["warnings"]
    assert warning.startswith("Everybody who is enrolled on BM1684-180 can open")
    assert front.name in warning
    assert back.name not in warning


async def test_nothing_is_warned_of_where_every_door_has_a_group(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, ming: dict[str, object]
) -> None:
    await set_up()
    assert one(await act(hass, "enroll_person", ming))["warnings"] == []


async def test_face_that_is_enrolled_already_is_refused_unless_allowed(
    hass: HomeAssistant, set_up: SetUp, ming: dict[str, object]
) -> None:
    """Twins may share a face."""
    await set_up()
    await act(hass, "enroll_person", ming)
    twin = {**ming, "identity_id": "10024", "name": "小亮"}
    with pytest.raises(HomeAssistantError, match="this face is already enrolled"):
        await act(hass, "enroll_person", twin)
    await act(hass, "enroll_person", {**twin, "may_share_face": True})


async def test_everything_wrong_with_a_picture_is_said_at_once(
    hass: HomeAssistant,
    box: EmulatedBox,
    set_up: SetUp,
    tmp_path: Path,
    dialect: Dialect,
) -> None:
    """The box checks the picture before anybody is enrolled."""
    await set_up()
    file = keep(hass, tmp_path, "face.jpg", photo(side=30, brightness=10))
    with pytest.raises(HomeAssistantError) as raised:
        await act(hass, "enroll_person", of_box(file=file, **MING))
    assert "the face is too small" in str(raised.value)
    assert re.search("too dark|light on the face", str(raised.value))
    assert raised.value.translation_key == "picture_refused"
    if dialect == "flat":
        assert not requests_to(box, PATHS[dialect])
    assert box.state.find_identity("10023") is None


@pytest.mark.parametrize("dialect", ["nested"])
async def test_picture_is_checked_by_enrolling_where_no_call_does(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, ming: dict[str, object]
) -> None:
    """Firmware before V5R3."""
    box.state.variant = Variant(quality_call_missing=True)
    await set_up()
    await act(hass, "enroll_person", ming)
    assert box.state.find_identity("10023") is not None


@pytest.mark.parametrize(
    ("visit", "key"),
    [
        ({"host": "Tom"}, "only_of_visitors"),
        ({"valid_until": "2099-01-01 12:00:00"}, "only_of_visitors"),
        ({"valid_until": "2020-01-01 12:00:00"}, "visit_ends_too_early"),
        (
            {
                "person_type": "visitor",
                "valid_from": "2099-01-02 12:00:00",
                "valid_until": "2099-01-01 12:00:00",
            },
            "visit_ends_too_early",
        ),
    ],
)
async def test_visit_that_makes_no_sense_is_refused_before_a_request(
    hass: HomeAssistant,
    box: EmulatedBox,
    set_up: SetUp,
    ming: dict[str, object],
    visit: dict[str, object],
    key: str,
) -> None:
    await set_up()
    asked = len(box.requests)
    with pytest.raises(ServiceValidationError) as raised:
        await act(hass, "enroll_person", {**ming, **visit})
    assert raised.value.translation_key == key
    assert len(box.requests) == asked


async def test_visit_without_anybody_to_end_it_is_refused(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, ming: dict[str, object]
) -> None:
    """The entry of the followed people remembers the visits."""
    await set_up()
    asked = len(box.requests)
    visit = {"person_type": "visitor", "valid_until": "2099-01-01 12:00:00"}
    with pytest.raises(ServiceValidationError) as raised:
        await act(hass, "enroll_person", {**ming, **visit})
    assert raised.value.translation_key == "visit_needs_people"
    assert len(box.requests) == asked


@pytest.mark.parametrize("begins_in", [0, 2])
async def test_visitor_is_stored_with_the_times_and_remembered(
    hass: HomeAssistant,
    set_up: SetUp,
    people: PeopleConfigEntry,
    ming: dict[str, object],
    begins_in: int,
) -> None:
    """A visit without a beginning begins now."""
    await set_up()
    now = dt_util.utcnow().replace(microsecond=0)
    end = now + timedelta(hours=8)
    start = now + timedelta(hours=begins_in)
    visit = {
        "person_type": "visitor",
        **({"valid_from": start.isoformat()} if begins_in else {}),
        "valid_until": end.isoformat(),
        "host": "小红",
        "company": "Example Inc.",
        "purpose": "Maintenance",
    }
    await act(hass, "enroll_person", {**ming, **visit})
    found = one(await act(hass, "get_people", of_box(identity_ids=["10023"])))
    [person] = found["people"]
    assert person["valid_until"] == end.isoformat()
    assert (person["host"], person["company"]) == ("小红", "Example Inc.")
    began_at = dt_util.parse_datetime(person["valid_from"])
    assert began_at is not None
    assert abs(began_at - start) < timedelta(minutes=1)
    [remembered] = async_visits(hass)
    assert remembered.enrolled_on == {ENTRY_ID}
    assert remembered.visitor.valid_until == end


async def test_visitor_enrolled_under_another_id_is_looked_for_there_too(
    hass: HomeAssistant,
    box: EmulatedBox,
    set_up: SetUp,
    people: PeopleConfigEntry,
    ming: dict[str, object],
    dialect: Dialect,
) -> None:
    """Under the id that was asked for, nobody may be found at the end."""
    await set_up()
    answer = orjson.dumps({"identity_id": "77", "data": {"identity_id": "77"}})
    box.answer_instead[PATHS[dialect]] = CannedAnswer(body=answer)
    visit = {"person_type": "visitor", "valid_until": "2099-01-01 12:00:00"}
    response = one(await act(hass, "enroll_person", {**ming, **visit}))
    assert response["identity_id"] == "77"
    ids = {each.visitor.identity_id for each in async_visits(hass)}
    assert ids == {"10023", "77"}


async def test_visitor_who_is_refused_is_not_remembered(
    hass: HomeAssistant,
    box: EmulatedBox,
    set_up: SetUp,
    people: PeopleConfigEntry,
    ming: dict[str, object],
) -> None:
    await set_up()
    visit = {"person_type": "visitor", "valid_until": "2099-01-01 12:00:00"}
    taken = {**ming, **visit, "identity_id": box.people[0].identity_id}
    with pytest.raises(HomeAssistantError):
        await act(hass, "enroll_person", taken)
    assert async_visits(hass) == ()


async def test_errors_are_returned_if_asked_for(
    hass: HomeAssistant,
    box: EmulatedBox,
    set_up: SetUp,
    tmp_path: Path,
    ming: dict[str, object],
) -> None:
    """An automation cannot pass on an error that is raised."""
    entry = await set_up()
    dark = keep(hass, tmp_path, "dark.jpg", colored((200, 10, 10)))
    for picture, sentence in (
        ({"file": dark}, "found no face"),
        ({"file": str(tmp_path / "nothing.jpg")}, "cannot be read"),
    ):
        data = {**ming, **picture, "return_errors": True}
        [failed] = (await act(hass, "enroll_person", data))["boxes"]
        assert (failed["config_entry_id"], failed["ok"]) == (entry.entry_id, False)
        assert sentence in failed["error"]
        assert "identity_id" not in failed
    assert box.state.find_identity("10023") is None
    data = {**ming, "return_errors": True}
    enrolled = one(await act(hass, "enroll_person", data))
    assert (enrolled["ok"], enrolled["error"]) == (True, None)


async def test_errors_are_raised_if_nobody_reads_the_response(
    hass: HomeAssistant, set_up: SetUp, tmp_path: Path
) -> None:
    """Nothing fails silently."""
    await set_up()
    dark = keep(hass, tmp_path, "dark.jpg", colored((200, 10, 10)))
    data = of_box(file=dark, **MING, return_errors=True)
    with pytest.raises(HomeAssistantError, match="found no face"):
        await hass.services.async_call("se_aibox", "enroll_person", data, blocking=True)
