"""Enrolling a person on a box."""

from pathlib import Path

import orjson
import pytest
import voluptuous as vol

from custom_components.se_aibox.aibox.exceptions import Refusal
from emulator import CannedAnswer, EmulatedBox, Variant
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from tests.emulator.pictures import colored, photo
from tests.integration.conftest import SetUp
from tests.integration.helpers import Dialect, requests_to
from tests.integration.texts import texts

from .action_helpers import act, keep, of_box, one

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
    with pytest.raises(HomeAssistantError, match="has this ID already"):
        await act(hass, "enroll_person", {**ming, "identity_id": tom.identity_id})
    assert box.state.find_identity(tom.identity_id) == tom


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (colored((200, 10, 10)), "found no face"),
        (photo(side=30), "the face is too small"),
        (photo(brightness=10), "the face is too dark"),
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
    with pytest.raises(HomeAssistantError, match="enrolls nobody as blocklisted"):
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
