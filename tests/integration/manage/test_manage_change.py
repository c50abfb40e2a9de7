"""Finding, changing and deleting somebody in the user interface."""

from dataclasses import replace
from datetime import UTC, timedelta

import pytest

from custom_components.se_aibox.aibox.enrolled import PersonDetails
from custom_components.se_aibox.people.photos import _SHOWN
from emulator import CannedAnswer, Identity
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
from tests.emulator.pictures import colored, photo
from tests.integration.helpers import requests_to
from tests.integration.people.followed_people import ENTRY_IDS, Boxes

from .manage_helpers import (
    ANNA,
    BOTH,
    EMPTY,
    Manager,
    names_on,
    on_both,
    replace_on,
    stored,
)

pytest_plugins = ["tests.integration.manage.manage_fixtures"]
AS_IS = {
    "name": "Anna",
    "person_type": "employee",
    "permission_group": ["Office"],
    **EMPTY,
}
DIALECTS = ("nested", "flat")
UPDATES = {
    "nested": "/SophonFogSys/api/users",
    "flat": "/sophon/v2/face/updateidentity",
}


async def open_change(manager: Manager) -> None:
    """Find Anna, and open what to change."""
    await manager.pick("Anna")
    await manager.choose("change")
    assert manager.step == "change"


async def test_search_shows_numbered_faces_above_the_same_numbers(
    anna: Identity, manager: Manager
) -> None:
    await manager.choose("find")
    await manager.submit(text="Anna")
    assert manager.step == "pick"
    assert manager.offered("identities")[0].startswith("1 · Anna")
    assert "![1](/api/se_aibox/found_photo/" in manager.placeholders["result"]


async def test_faces_are_not_shown_after_the_dialog_is_closed(
    hass: HomeAssistant, anna: Identity, manager: Manager
) -> None:
    await manager.choose("find")
    await manager.submit(text="Anna")
    assert hass.data[_SHOWN]
    hass.config_entries.options.async_abort(manager.result["flow_id"])
    assert not hass.data[_SHOWN]


async def test_search_may_be_repeated_and_left(
    anna: Identity, manager: Manager
) -> None:
    await manager.choose("find")
    await manager.submit(text=" ")
    assert manager.errors == {"base": "no_text"}
    await manager.submit(text="nobody at all")
    assert manager.errors == {"base": "nobody_found"}
    await manager.submit(text="Anna")
    await manager.submit()
    assert manager.errors == {"identities": "nobody_picked"}
    await manager.submit(text="nobody at all")
    assert manager.error().startswith("No box knows anybody")
    assert manager.step == "pick"
    await manager.submit(text="Tom")
    assert manager.offered("identities")[0].startswith("1 · Tom")
    await manager.submit(back=True)
    assert manager.step == "find"


async def test_only_one_who_was_found_is_selected_already(
    anna: Identity, manager: Manager
) -> None:
    await manager.choose("find")
    await manager.submit(text=anna.identity_id)
    assert manager.suggested == {"identities": "0"}


async def test_box_whose_pictures_are_off_is_named(
    hass: HomeAssistant, anna: Identity, manager: Manager
) -> None:
    """Its answers would contain enrolled photos."""
    await manager.pick("Anna")
    await hass.services.async_call(
        "switch", "turn_off", {"entity_id": "switch.old_box_pictures"}, blocking=True
    )
    await manager.choose("change")
    assert "Turn on its switch Pictures" in manager.placeholders["notes"]
    await manager.submit(**{**AS_IS, "name": "Anne"}, boxes=[ENTRY_IDS["nested"]])
    assert "Turn on its switch Pictures" in manager.error()
    assert manager.suggested["name"] == "Anne"


@pytest.mark.parametrize("dialect", DIALECTS)
async def test_form_shows_what_the_box_stores(
    hass: HomeAssistant, anna: Identity, manager: Manager, dialect: str
) -> None:
    """Where several have the person, it says whose answer it is."""
    other = ENTRY_IDS["flat" if dialect == "nested" else "nested"]
    await hass.config_entries.async_unload(other)
    await open_change(manager)
    assert manager.placeholders["person"] == "Anna \\(20001\\)"
    assert manager.placeholders["notes"] == ""
    assert manager.suggested == {
        "boxes": [ENTRY_IDS[dialect]],
        "name": "Anna",
        "person_type": "employee",
        "permission_group": ["Office"],
    }


async def test_change_sends_only_what_was_changed(
    hass: HomeAssistant, boxes: Boxes, anna: Identity, manager: Manager
) -> None:
    """Room and address, which the form does not show, stay."""
    await open_change(manager)
    assert "You see what Old box stores" in manager.placeholders["notes"]
    await manager.submit(
        **{**AS_IS, "name": "Anne", "details": {"department": "Sales"}}, boxes=BOTH
    )
    assert manager.placeholders["report"] == (
        "- **Old box**: changed\n- **New box**: changed"
    )
    for dialect, found in zip(DIALECTS, on_both(boxes, "20001"), strict=True):
        assert found is not None
        assert (found.name, found.room, found.address) == (
            "Anne",
            "101",
            "Main Street 1",
        )
        assert found.permission_ids == ("f4add9c0",)
        assert found.faces[0].looks == anna.subject
        record = await stored(hass, dialect, "20001")
        assert record.details == PersonDetails(department="Sales")


async def test_type_groups_and_face_are_changed_and_a_text_is_removed(
    hass: HomeAssistant, boxes: Boxes, anna: Identity, manager: Manager
) -> None:
    await open_change(manager)
    await manager.submit(**{**AS_IS, "details": {"telephone": "555"}}, boxes=BOTH)
    await open_change(manager)
    assert manager.suggested["telephone"] == "555"
    await manager.submit(
        **{**AS_IS, "person_type": "vip", "permission_group": ["Gate", "Office"]},
        boxes=BOTH,
        picture=await manager.upload(photo(seed=40)),
        replace_faces=True,
    )
    assert manager.step == "result", manager.error()
    for dialect in DIALECTS:
        record = await stored(hass, dialect, "20001")
        assert record.person_type == "vip"
        assert {*record.group_ids} == {"0a1b2c3d", "f4add9c0"}
        assert not record.details.telephone
        assert len(record.photo_ids) == 1


async def test_nothing_is_sent_where_nothing_was_changed(
    boxes: Boxes, anna: Identity, manager: Manager
) -> None:
    await open_change(manager)
    asked = [len(box.requests) for box in boxes]
    await manager.submit(**AS_IS, boxes=BOTH, may_share_face=True)
    assert manager.errors == {"base": "nothing_changed"}
    assert [len(box.requests) for box in boxes] == asked
    await manager.submit(**AS_IS, boxes=BOTH, back=True)
    assert manager.step == "found"
    assert names_on(boxes, "20001") == ["Anna", "Anna"]


async def test_what_nobody_can_be_without_may_not_be_removed(
    boxes: Boxes, anna: Identity, manager: Manager
) -> None:
    await open_change(manager)
    await manager.submit(**EMPTY, boxes=[], replace_faces=True)
    assert manager.errors == {
        "boxes": "no_boxes_chosen",
        "name": "no_name",
        "person_type": "no_type",
        "permission_group": "no_group",
        "picture": "no_picture",
    }
    assert names_on(boxes, "20001") == ["Anna", "Anna"]


async def test_unusable_pictures_and_texts_are_refused_and_what_was_typed_is_kept(
    boxes: Boxes, anna: Identity, manager: Manager
) -> None:
    await open_change(manager)
    typed = {**AS_IS, "name": "Anne"}
    await manager.submit(**typed, boxes=BOTH, picture="0" * 32)
    assert manager.errors == {"picture": "upload_gone"}
    await manager.submit(**{**AS_IS, "name": "x" * 256}, boxes=BOTH)
    assert manager.errors == {"base": "invalid"}
    picture = await manager.upload(colored((200, 10, 10)))
    await manager.submit(**typed, boxes=BOTH, picture=picture)
    assert "found no face" in manager.error()
    assert "already" in manager.placeholders["kept"]
    assert manager.suggested["name"] == "Anne"
    picture = await manager.upload(photo(seed=40))
    await manager.submit(**typed, boxes=BOTH, picture=picture)
    assert manager.step == "result"


async def test_end_of_a_visit_is_moved_but_never_removed(
    hass: HomeAssistant, boxes: Boxes, manager: Manager
) -> None:
    end = dt_util.now().replace(microsecond=0) + timedelta(hours=2)
    later = end + timedelta(hours=1)
    await manager.choose("enroll")
    await manager.submit(
        boxes=[ENTRY_IDS["flat"]], picture=await manager.upload(photo(seed=70))
    )
    visit = {"valid_until": f"{end:%Y-%m-%d %H:%M:%S}"}
    visitor = {**AS_IS, "person_type": "visitor"}
    await manager.submit(**{**visitor, "visit": visit}, identity_id="20001")
    await open_change(manager)
    shown = {key: manager.suggested[key] for key in ("valid_from", "valid_until")}
    assert shown["valid_until"] == visit["valid_until"]
    one = [ENTRY_IDS["flat"]]
    await manager.submit(**visitor, boxes=one)
    assert manager.errors == {"base": "time_stays"}
    await manager.submit(**{**visitor, "visit": shown}, boxes=one)
    assert manager.errors == {"base": "nothing_changed"}
    moved = {**shown, "valid_until": f"{later:%Y-%m-%d %H:%M:%S}"}
    await manager.submit(**{**visitor, "visit": moved}, boxes=one)
    assert manager.step == "result"
    record = await stored(hass, "flat", "20001")
    assert record.details.valid_until == later.astimezone(UTC)


async def test_visit_that_ends_in_the_past_is_refused_in_words(
    boxes: Boxes, anna: Identity, manager: Manager
) -> None:
    """No box is asked."""
    await open_change(manager)
    asked = [len(box.requests) for box in boxes]
    visit = {"valid_until": "2026-01-01 08:00:00"}
    await manager.submit(**{**AS_IS, "visit": visit}, boxes=BOTH)
    assert (
        manager.error()
        == "The end of the visit must be in the future, and after its beginning."
    )
    assert manager.suggested["valid_until"] == visit["valid_until"]
    assert [len(box.requests) for box in boxes] == asked


async def test_change_that_fails_on_one_box_may_be_made_there_again(
    boxes: Boxes, anna: Identity, manager: Manager
) -> None:
    """Nothing is repeated by itself."""
    await open_change(manager)
    boxes.flat.answer_instead[UPDATES["flat"]] = CannedAnswer(body=b"<html>")
    await manager.submit(**{**AS_IS, "name": "Anne"}, boxes=BOTH)
    done, failed = manager.placeholders["report"].split("\n")
    assert done == "- **Old box**: changed"
    assert "it is unknown whether it made the change" in failed
    assert requests_to(boxes.flat, UPDATES["flat"]) == 1
    boxes.flat.answer_instead.clear()
    await manager.choose("again")
    assert manager.offered("boxes") == ["New box"]
    assert manager.suggested["name"] == "Anne"
    await manager.submit(**{**AS_IS, "name": "Anne"}, boxes=[ENTRY_IDS["flat"]])
    assert manager.placeholders["report"] == "- **New box**: changed"


async def test_person_who_is_gone_meanwhile_is_said_to_be_gone(
    boxes: Boxes, anna: Identity, manager: Manager
) -> None:
    await manager.pick("Anna")
    replace_on(boxes.flat, None)
    await manager.choose("change")
    assert "New box no longer has this person" in manager.placeholders["notes"]
    await manager.submit(**AS_IS, boxes=BOTH, back=True)
    replace_on(boxes.nested, None)
    await manager.choose("change")
    assert manager.step == "found"
    assert "Old box no longer has this person" in manager.placeholders["notes"]


async def test_group_of_a_box_that_lists_none_is_shown_by_its_id(
    boxes: Boxes, anna: Identity, manager: Manager
) -> None:
    for box, call in (
        (boxes.nested, "/SophonFace/api/permissions"),
        (boxes.flat, "/sophon/v2/face/getpermissions"),
    ):
        box.answer_instead[call] = CannedAnswer(body=b"<html>")
    await open_change(manager)
    assert manager.suggested["permission_group"] == ["f4add9c0"]


async def test_person_of_an_unheard_of_type_keeps_it(
    hass: HomeAssistant, boxes: Boxes, manager: Manager
) -> None:
    boxes.flat.state.enroll(replace(ANNA, wire_type="robot"))
    await open_change(manager)
    assert "person_type" not in manager.suggested
    await manager.submit(name="Anne", **EMPTY, boxes=[ENTRY_IDS["flat"]])
    assert (await stored(hass, "flat", "20001")).person_type == "other"


async def test_deletion_says_whom_and_where_and_must_be_confirmed(
    boxes: Boxes, anna: Identity, manager: Manager
) -> None:
    await manager.pick("Anna")
    await manager.choose("delete")
    assert manager.placeholders["person"] == "Anna \\(20001\\)"
    assert manager.placeholders["boxes"] == "Old box\\, New box"
    await manager.submit(boxes=BOTH)
    assert manager.errors == {"confirmed": "not_confirmed"}
    await manager.submit(boxes=[], confirmed=True)
    assert manager.errors == {"boxes": "no_boxes_chosen"}
    await manager.submit(boxes=BOTH, back=True)
    assert manager.step == "found"
    assert names_on(boxes, "20001") == ["Anna", "Anna"]
    await manager.choose("delete")
    await manager.submit(boxes=BOTH, confirmed=True)
    assert manager.placeholders["report"] == (
        "- **Old box**: deleted\n- **New box**: deleted"
    )
    assert names_on(boxes, "20001") == [None, None]


async def test_deletion_that_fails_is_an_error_or_named_in_the_result(
    boxes: Boxes, anna: Identity, manager: Manager
) -> None:
    await manager.pick("Anna")
    await manager.choose("delete")
    for box in boxes:
        replace_on(box, replace(ANNA, name="Somebody else"))
    await manager.submit(boxes=BOTH, confirmed=True)
    assert "On Old box, this ID belongs to" in manager.error()
    assert "On New box, this ID belongs to" in manager.error()
    replace_on(boxes.flat, ANNA)
    await manager.submit(boxes=BOTH, confirmed=True)
    failed, done = manager.placeholders["report"].split("\n")
    assert "this ID belongs to" in failed
    assert done == "- **New box**: deleted"
    await manager.choose("again")
    assert (manager.step, manager.offered("boxes")) == ("delete", ["Old box"])


async def test_person_without_a_name_is_deleted_by_none(
    boxes: Boxes, manager: Manager
) -> None:
    boxes.flat.state.enroll(replace(ANNA, name=""))
    await manager.pick("20001")
    assert manager.placeholders["person"] == "Unnamed \\(20001\\)"
    await manager.choose("delete")
    await manager.submit(boxes=[ENTRY_IDS["flat"]], confirmed=True)
    assert boxes.flat.state.find_identity("20001") is None


async def test_box_that_is_removed_meanwhile_is_not_offered(
    hass: HomeAssistant, anna: Identity, manager: Manager
) -> None:
    await manager.pick("Anna")
    await hass.config_entries.async_remove(ENTRY_IDS["flat"])
    await manager.choose("delete")
    assert manager.offered("boxes") == ["Old box"]


async def test_report_and_errors_are_in_the_language_of_home_assistant(
    hass: HomeAssistant, boxes: Boxes, anna: Identity, manager: Manager
) -> None:
    hass.config.language = "zh-Hans"
    await manager.pick("Anna")
    await manager.choose("delete")
    await manager.submit(boxes=BOTH, confirmed=True)
    assert manager.placeholders["report"].splitlines() == [
        "- **Old box**：已删除",
        "- **New box**：已删除",
    ]
