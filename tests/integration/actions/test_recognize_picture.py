"""Asking a box whose face is in a picture."""

from pathlib import Path

import orjson
import pytest

from custom_components.se_aibox.aibox.exceptions import Refusal
from emulator import CannedAnswer, EmulatedBox, PersonType, Variant
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from tests.emulator.pictures import colored, drawn_reference, photo
from tests.integration.conftest import SetUp
from tests.integration.helpers import RECOGNITION, Dialect, FiredEvents

from .action_helpers import act, keep, of_box

PATHS: dict[Dialect, str] = {
    "nested": "/SophonMatch/api/PictureMatch",
    "flat": "/sophon/v2/face/search",
}


async def test_enrolled_person_is_recognized(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, tmp_path: Path
) -> None:
    """The response has the type, the score and the threshold."""
    await set_up()
    person = next(
        person for person in box.people if person.person_type is PersonType.VIP
    )
    file = keep(hass, tmp_path, "face.jpg", await drawn_reference(box, person))
    response = await act(hass, "recognize_picture", of_box(file=file))
    score, threshold = response.pop("score"), response.pop("threshold")
    assert score >= threshold == box.settings.threshold
    assert response == {
        "matched": True,
        "identity_id": person.identity_id,
        "identity_name": person.name,
        "person_type": "vip",
        "reason": None,
    }


async def test_nearest_person_below_the_threshold_is_not_named(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, tmp_path: Path
) -> None:
    """The box's answer names them all the same."""
    await set_up()
    file = keep(hass, tmp_path, "face.jpg", photo())
    response = await act(hass, "recognize_picture", of_box(file=file))
    assert response.pop("score") < response.pop("threshold")
    assert response == {
        "matched": False,
        "identity_id": None,
        "identity_name": None,
        "person_type": None,
        "reason": "no_match",
    }


async def test_recognizing_a_picture_changes_nothing(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, tmp_path: Path
) -> None:
    """No event, state, record, filed stranger or door results."""
    box.settings.support_stranger = True
    await set_up()
    fired = FiredEvents(hass, RECOGNITION)
    states = {state.entity_id: state.state for state in hass.states.async_all()}
    for content in (await drawn_reference(box, box.people[0]), photo()):
        file = keep(hass, tmp_path, "face.jpg", content)
        await act(hass, "recognize_picture", of_box(file=file))
    await hass.async_block_till_done()
    assert fired.unread == 0
    assert {state.entity_id: state.state for state in hass.states.async_all()} == states
    assert box.history == []
    assert box.state.filed_strangers == []
    assert box.relay_pulses == []
    assert box.door_actions == []


async def test_group_liveness_and_face_size_are_passed_to_the_box(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, tmp_path: Path
) -> None:
    """A person of another group does not match."""
    await set_up()
    file = keep(hass, tmp_path, "face.jpg", await drawn_reference(box, box.people[0]))
    for group, matched in (("employee", True), ("visitor", False)):
        response = await act(
            hass, "recognize_picture", of_box(file=file, permission_group=group)
        )
        assert response["matched"] is matched
    response = await act(
        hass,
        "recognize_picture",
        of_box(
            file=keep(hass, tmp_path, "small.jpg", photo(side=80)),
            liveness=True,
            minimum_face_size=100,
        ),
    )
    assert response["reason"] == "face_too_small"
    asked = box.requests[-1].body
    assert isinstance(asked, dict)
    assert "liveness_rgb" in asked.values()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (colored((200, 10, 10)), "no_face"),
        (photo(side=30), "face_too_small"),
        (photo(brightness=10), "too_dark"),
    ],
)
async def test_picture_that_cannot_match_has_a_reason(
    hass: HomeAssistant,
    set_up: SetUp,
    tmp_path: Path,
    content: bytes,
    reason: str,
) -> None:
    """It is an answer, not an error."""
    await set_up()
    file = keep(hass, tmp_path, "face.jpg", content)
    response = await act(hass, "recognize_picture", of_box(file=file))
    assert (response["matched"], response["reason"]) == (False, reason)


async def test_group_without_people_is_an_error(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, tmp_path: Path
) -> None:
    """The question makes no sense."""
    box.state.permission_groups["1046"] = "nobody"
    await set_up()
    file = keep(hass, tmp_path, "face.jpg", photo())
    with pytest.raises(HomeAssistantError, match="nobody enrolled in this permission"):
        await act(
            hass, "recognize_picture", of_box(file=file, permission_group="nobody")
        )


@pytest.mark.parametrize(
    ("answer", "key"),
    [
        (
            CannedAnswer(400, b'{"error": {"code": "DEVICE_INIT_ERROR"}}'),
            "box_starting",
        ),
        (CannedAnswer(404, b"<html>404</html>"), "box_lacks_call"),
        (CannedAnswer(200, b"it is Tom"), "box_refused"),
        (CannedAnswer(400, b'{"error": {"code": "INTERNAL_ERROR"}}'), "box_refused"),
        *(
            (
                CannedAnswer(400, orjson.dumps({"error": {"code": code}})),
                f"refused_{refusal}",
            )
            for code, refusal in (
                ("IMAGE_DECODE_ERROR", Refusal.PICTURE_UNREADABLE),
                ("IMAGE_SIZE_TOO_LARGE_ERROR", Refusal.PICTURE_TOO_LARGE),
                ("NOT_SUPPORT_IN_GRAB_MODE", Refusal.ONLY_CAPTURES),
                # By the numbers of 1.x alone.
                (40003, Refusal.PICTURE_UNREADABLE),
                (40012, Refusal.LIBRARY_UNKNOWN),
                (40013, Refusal.NOT_LOADED),
                (41300, Refusal.PICTURE_TOO_LARGE),
            )
        ),
    ],
)
async def test_each_error_of_the_box_has_its_own_message(
    hass: HomeAssistant,
    box: EmulatedBox,
    set_up: SetUp,
    dialect: Dialect,
    tmp_path: Path,
    answer: CannedAnswer,
    key: str,
) -> None:
    """It names the box and has none of its JSON."""
    await set_up()
    box.answer_instead[PATHS[dialect]] = answer
    file = keep(hass, tmp_path, "face.jpg", photo())
    with pytest.raises(HomeAssistantError) as raised:
        await act(hass, "recognize_picture", of_box(file=file))
    assert raised.value.translation_key == key
    assert "{" not in str(raised.value)
    assert "BM1684-180" in str(raised.value)


async def test_comparison_that_the_firmware_cannot_make_is_refused_in_words(
    hass: HomeAssistant,
    box: EmulatedBox,
    set_up: SetUp,
    dialect: Dialect,
    tmp_path: Path,
) -> None:
    """It would leave a record, or needs a group."""
    box.state.variant = Variant(
        compares_for_devices_only=True, permission_required=True
    )
    await set_up()
    file = keep(hass, tmp_path, "face.jpg", photo())
    with pytest.raises(HomeAssistantError) as raised:
        await act(hass, "recognize_picture", of_box(file=file))
    refusal = Refusal.NEEDS_DEVICE if dialect == "nested" else Refusal.NEEDS_GROUP
    assert raised.value.translation_key == f"refused_{refusal}"
    assert box.history == []
    box.errors.clear()
