"""Enrolling somebody on a box."""

from pathlib import Path

import orjson
import pytest
import voluptuous as vol

from custom_components.se_aibox.aibox.exceptions import Refusal
from emulator import CannedAnswer, EmulatedBox
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from tests.emulator.pictures import coloured, drawn_reference, photo
from tests.integration.conftest import SetUp
from tests.integration.helpers import Dialect, requests_to
from tests.integration.texts import texts

from .action_helpers import act, keep, of_box

PATHS: dict[Dialect, str] = {
    "nested": "/SophonFogSys/api/users",
    "flat": "/sophon/v2/face/createidentity",
}
MING = {"identity_id": "10023", "name": "小明"}


@pytest.fixture
def ming(hass: HomeAssistant, tmp_path: Path) -> dict[str, object]:
    """Return what enrols somebody new."""
    return of_box(file=keep(hass, tmp_path, "ming.jpg", photo()), **MING)


@pytest.mark.parametrize("person_type", ["employee", "visitor", "vip", "blocklisted"])
async def test_somebody_new(
    hass: HomeAssistant, set_up: SetUp, ming: dict[str, object], person_type: str
) -> None:
    """From then on the box knows who it is."""
    await set_up()
    response = await act(hass, "enroll_person", {**ming, "person_type": person_type})
    assert response == {"identity_id": "10023"}
    answer = await act(hass, "recognize_picture", of_box(file=ming["file"]))
    assert answer["matched"]
    assert (answer["identity_name"], answer["person_type"]) == ("小明", person_type)


async def test_without_a_response(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, ming: dict[str, object]
) -> None:
    """Nobody has to take one; a number is an id, and who is not said to be anything else is an employee."""
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


async def test_replaces_only_when_told(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, ming: dict[str, object]
) -> None:
    """Whoever has the id keeps it otherwise."""
    await set_up()
    tom = box.people[0]
    again = {**ming, "identity_id": tom.identity_id}
    with pytest.raises(HomeAssistantError, match="has this ID already"):
        await act(hass, "enroll_person", again)
    assert box.state.find_identity(tom.identity_id) == tom
    await act(hass, "enroll_person", {**again, "replace": True})
    replaced = box.state.find_identity(tom.identity_id)
    assert replaced is not None
    assert replaced.name == "小明"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (coloured((200, 10, 10)), "found no face"),
        (photo(side=30), "the face is too small"),
        (photo(brightness=10), "the face is too dark"),
        (b"\xff\xd8\xff no picture", "cannot read the picture"),
    ],
)
async def test_a_picture_that_is_no_good(
    hass: HomeAssistant,
    box: EmulatedBox,
    set_up: SetUp,
    tmp_path: Path,
    content: bytes,
    sentence: str,
) -> None:
    """Nobody is enrolled, and it is said what is wrong with it."""
    await set_up()
    file = keep(hass, tmp_path, "face.jpg", content)
    with pytest.raises(HomeAssistantError, match=sentence):
        await act(hass, "enroll_person", of_box(file=file, **MING))
    assert box.state.find_identity("10023") is None


@pytest.mark.parametrize(
    ("code", "message", "refusal"),
    [
        ("LOW_QUALITY_ERROR", "headpose", Refusal.TURNED_AWAY),
        ("LOW_QUALITY_ERROR", "clarity", Refusal.BLURRED),
        ("LOW_QUALITY_ERROR", "mask", Refusal.MASKED),
        ("LOW_QUALITY_ERROR", "", Refusal.LOW_QUALITY),
        ("NAME_REPEAT_ERROR", "小明", Refusal.NAME_EXISTS),
        ("GROUP_LEN_ERROR", "", Refusal.BOX_FULL),
        ("PERMISSION_ID_NOT_FOUND", "", Refusal.GROUP_UNKNOWN),
    ],
)
async def test_what_else_a_box_may_refuse(
    hass: HomeAssistant,
    box: EmulatedBox,
    set_up: SetUp,
    ming: dict[str, object],
    dialect: Dialect,
    code: str,
    message: str,
    refusal: Refusal,
) -> None:
    """A sentence for each, and none of the box's own words."""
    await set_up()
    body = orjson.dumps({"error": {"code": code, "message": message}})
    box.answer_instead[PATHS[dialect]] = CannedAnswer(400, body)
    with pytest.raises(HomeAssistantError) as raised:
        await act(hass, "enroll_person", ming)
    assert raised.value.translation_key == f"refused_{refusal}"
    assert "小明" not in str(raised.value)


async def test_a_box_that_does_not_answer(
    hass: HomeAssistant,
    box: EmulatedBox,
    set_up: SetUp,
    ming: dict[str, object],
    dialect: Dialect,
) -> None:
    """Nobody knows whether somebody is enrolled; it is not tried again."""
    await set_up()
    await box.port("rest").close()
    with pytest.raises(HomeAssistantError) as raised:
        await act(hass, "enroll_person", ming)
    assert raised.value.translation_key == "enrolment_no_answer"
    await box.port("rest").open()
    assert not requests_to(box, PATHS[dialect])
    assert box.state.find_identity("10023") is None


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
        {"replace": "perhaps"},
        {"media": {}},
        {"media": 5},
        {"entity_id": "light.hall"},
        {"anything": "else"},
    ],
)
async def test_bad_input(
    hass: HomeAssistant,
    box: EmulatedBox,
    set_up: SetUp,
    ming: dict[str, object],
    wrong: dict[str, object],
) -> None:
    """It is refused before the box hears of it."""
    await set_up()
    with pytest.raises(vol.Invalid):
        await act(hass, "enroll_person", {**ming, **wrong})
    assert not requests_to(box, PATHS["nested"])


def test_every_refusal_is_a_sentence() -> None:
    """Whatever a box may refuse, in every language, and each in words of its own."""
    for language in ("en", "zh-Hans"):
        said = texts(language)["exceptions"]
        sentences = {said[f"refused_{refusal}"]["message"] for refusal in Refusal}
        assert len(sentences) == len(Refusal)
        assert {key for key in said if key.startswith("refused_")} == {
            f"refused_{refusal}" for refusal in Refusal
        }


async def test_the_old_face_is_nobodys(
    hass: HomeAssistant,
    box: EmulatedBox,
    set_up: SetUp,
    ming: dict[str, object],
    tmp_path: Path,
) -> None:
    """Whoever was replaced is not recognised as the new person."""
    await set_up()
    tom = box.people[0]
    before = keep(hass, tmp_path, "tom.jpg", await drawn_reference(box, tom))
    await act(
        hass,
        "enroll_person",
        {**ming, "identity_id": tom.identity_id, "replace": True},
    )
    answer = await act(hass, "recognize_picture", of_box(file=before))
    assert not answer["matched"]
