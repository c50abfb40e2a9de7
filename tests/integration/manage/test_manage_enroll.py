"""Enrolling somebody in the user interface."""

from dataclasses import replace
from datetime import timedelta
from http import HTTPStatus
from pathlib import Path
import re
import shutil
from unittest.mock import patch

import pytest

from custom_components.se_aibox.people.following import PeopleConfigEntry
from custom_components.se_aibox.people.visitors import async_visits
from custom_components.se_aibox.recognition.memory import async_get_memory
from emulator import CannedAnswer
from emulator.model import Relay
from homeassistant.components.file_upload import TEMP_DIR_NAME
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
from tests.emulator.pictures import colored
from tests.integration.conftest import ClientGenerator
from tests.integration.helpers import until
from tests.integration.people.followed_people import ENTRY_IDS, Boxes

from .manage_helpers import ANNA, BOTH, EMPTY, Manager, on_both, stored

pytest_plugins = ["tests.integration.manage.manage_fixtures"]
MING = {
    "identity_id": "10023",
    "name": "小明",
    "person_type": "employee",
    "permission_group": ["Office"],
    **EMPTY,
}


async def take_picture(manager: Manager, content: bytes | None = None) -> None:
    """Upload a picture for both boxes."""
    await manager.choose("enroll")
    await manager.submit(boxes=BOTH, picture=await manager.upload(content))
    assert manager.step == "new_person"


async def test_nothing_is_asked_of_a_box_before_somebody_searches_or_enrolls(
    boxes: Boxes, manager: Manager
) -> None:
    asked = [len(box.requests) for box in boxes]
    await manager.choose("find")
    await manager.submit(back=True)
    await manager.choose("enroll")
    assert (manager.step, manager.suggested["boxes"]) == ("picture", BOTH)
    await manager.submit(boxes=BOTH, back=True)
    assert manager.step == "manage"
    assert [len(box.requests) for box in boxes] == asked


async def test_person_is_enrolled_on_both_boxes_from_an_upload(
    hass: HomeAssistant, boxes: Boxes, manager: Manager
) -> None:
    """The result says of each box what happened."""
    await take_picture(manager)
    assert {"Office", "Gate"} <= {*manager.offered("permission_group")}
    assert re.fullmatch(r"\d{14}", manager.suggested["identity_id"])
    assert "permission_group" not in manager.suggested
    await manager.submit(**{**MING, "details": {"department": " R&D "}})
    assert manager.step == "result"
    assert manager.placeholders["report"] == (
        "- **Old box**: enrolled\n- **New box**: enrolled"
    )
    assert manager.result["menu_options"] == ["find", "enroll", "finish"]
    for found in on_both(boxes, "10023"):
        assert found is not None
        assert (found.name, found.permission_id) == ("小明", "f4add9c0")
    for dialect in ("nested", "flat"):
        record = await stored(hass, dialect, "10023")
        assert record.details.department == "R&D"
    await manager.choose("finish")
    assert manager.result["type"] is FlowResultType.CREATE_ENTRY


async def test_id_that_is_left_empty_becomes_a_new_one(
    boxes: Boxes, manager: Manager
) -> None:
    before = {each.identity_id for each in boxes.flat.people}
    await take_picture(manager)
    await manager.submit(**{**MING, "identity_id": " "})
    assert manager.step == "result"
    [new] = {each.identity_id for each in boxes.flat.people} - before
    assert re.fullmatch(r"\d{14}", new)


async def test_required_fields_are_asked_for_and_everything_typed_is_kept(
    boxes: Boxes, manager: Manager
) -> None:
    await take_picture(manager)
    typed = {"identity_id": "10023", "details": {"telephone": "5"}, "visit": {}}
    await manager.submit(**typed)
    assert manager.errors == {
        "name": "no_name",
        "person_type": "no_type",
        "permission_group": "no_group",
    }
    assert manager.suggested["telephone"] == "5"
    await manager.submit(**{**typed, "name": "小明"}, back=True)
    assert manager.step == "picture"
    assert "already" in manager.placeholders["kept"]
    await manager.submit(boxes=BOTH)
    assert manager.suggested["name"] == "小明"
    assert on_both(boxes, "10023") == [None, None]


async def test_boxes_and_a_picture_are_asked_for(manager: Manager) -> None:
    await manager.choose("enroll")
    await manager.submit(boxes=[])
    assert manager.errors == {"boxes": "no_boxes_chosen", "picture": "no_picture"}
    assert manager.suggested["boxes"] == []


async def test_upload_that_is_gone_is_asked_for_again(
    manager: Manager, tmp_path: Path
) -> None:
    await manager.choose("enroll")
    await manager.submit(boxes=BOTH, picture="0" * 32)
    assert manager.errors == {"picture": "upload_gone"}
    file_id = await manager.upload()
    shutil.rmtree(tmp_path / TEMP_DIR_NAME / file_id)
    await manager.submit(boxes=BOTH, picture=file_id)
    assert manager.errors == {"picture": "upload_gone"}


async def test_file_that_is_no_picture_is_refused_in_words(manager: Manager) -> None:
    await manager.choose("enroll")
    await manager.submit(boxes=BOTH, picture=await manager.upload(b"no picture"))
    assert manager.error().startswith("This picture is neither a JPEG nor a PNG.")
    assert manager.step == "picture"


async def test_refused_picture_is_an_error_and_another_one_may_be_uploaded(
    boxes: Boxes, manager: Manager
) -> None:
    """What was typed about the person is kept."""
    await take_picture(manager, colored((200, 10, 10)))
    await manager.submit(**MING)
    assert manager.step == "new_person"
    assert "Old box found no face" in manager.error()
    assert "New box found no face" in manager.error()
    assert manager.suggested["name"] == "小明"
    await manager.submit(**MING, back=True)
    await manager.submit(boxes=BOTH, picture=await manager.upload())
    await manager.submit(**MING)
    assert manager.step == "result"
    assert None not in on_both(boxes, "10023")


async def test_id_and_face_that_are_taken_are_errors_in_words(
    boxes: Boxes, manager: Manager
) -> None:
    """A twin may share the face."""
    await take_picture(manager)
    await manager.submit(**{**MING, "identity_id": boxes.flat.people[0].identity_id})
    assert "already has this ID" in manager.error()
    await manager.submit(**MING)
    await manager.choose("enroll")
    await manager.submit(boxes=BOTH, picture=await manager.upload())
    twin = {**MING, "identity_id": "10024", "name": "小亮"}
    await manager.submit(**twin)
    assert "already enrolled" in manager.error()
    await manager.submit(**twin, may_share_face=True)
    assert manager.step == "result"


async def test_managed_and_full_box_refuse_in_words(
    boxes: Boxes, manager: Manager
) -> None:
    settings = boxes.flat.state.settings
    settings.platform_url = "http://platform.example"
    settings.platform_login = 0
    settings.work_mode = "mq"
    await boxes.nested.port("rest").close()
    await take_picture(manager)
    # The groups cannot be read, but typed.
    assert "Old box did not answer" in manager.placeholders["notes"]
    await manager.submit(**MING)
    assert "management platform" in manager.error()
    assert "Old box did not answer" in manager.error()


async def test_where_one_box_fails_the_other_is_done_and_nothing_is_repeated(
    boxes: Boxes, manager: Manager
) -> None:
    """The user may go on with the other box."""
    boxes.flat.state.enroll(replace(ANNA, identity_id="10023"))
    await take_picture(manager)
    await manager.submit(**MING)
    assert manager.step == "result"
    done, failed = manager.placeholders["report"].split("\n")
    assert done == "- **Old box**: enrolled"
    assert "already has this ID" in failed
    await manager.choose("again")
    assert manager.step == "new_person"
    assert manager.suggested["name"] == "小明"
    await manager.submit(**{**MING, "identity_id": "10024"})
    assert manager.placeholders["report"] == "- **New box**: enrolled"
    assert [each is None for each in on_both(boxes, "10024")] == [True, False]


async def test_text_that_is_too_long_is_refused_before_a_request(
    boxes: Boxes, manager: Manager
) -> None:
    await take_picture(manager)
    await manager.submit(**{**MING, "name": "x" * 256})
    assert manager.errors == {"base": "invalid"}
    assert on_both(boxes, "10023") == [None, None]


async def test_visitor_gets_an_end_that_home_assistant_enforces(
    hass: HomeAssistant, boxes: Boxes, manager: Manager
) -> None:
    end = dt_util.now() + timedelta(hours=2)
    visit = {"host": "Tom", "valid_until": f"{end:%Y-%m-%d %H:%M:%S}"}
    await take_picture(manager)
    await manager.submit(**{**MING, "visit": visit})
    assert "visitor" in manager.error()
    await manager.submit(**{**MING, "person_type": "visitor", "visit": visit})
    assert manager.step == "result"
    [visitor] = {each.visitor for each in async_visits(hass)}
    assert (visitor.host, visitor.valid_until) == ("Tom", end.replace(microsecond=0))


async def test_doors_of_no_permission_group_are_named_before_enrolling(
    boxes: Boxes,
    manager: Manager,
    hass: HomeAssistant,
) -> None:
    front, *_ = boxes.flat.devices
    relay = Relay("192.168.150.77", 5000, 1)
    boxes.flat.devices[0] = replace(front, relay=relay, permission_id="")
    await hass.config_entries.async_reload(ENTRY_IDS["flat"])
    await take_picture(manager)
    assert (
        "Everybody who is enrolled on New box can open"
        in (manager.placeholders["notes"])
    )
    assert front.name in manager.placeholders["notes"]


async def test_box_that_is_not_loaded_fails_in_words(
    hass: HomeAssistant, boxes: Boxes, manager: Manager
) -> None:
    await hass.config_entries.async_unload(ENTRY_IDS["flat"])
    await take_picture(manager)
    await manager.submit(**MING)
    done, failed = manager.placeholders["report"].split("\n")
    assert done == "- **Old box**: enrolled"
    assert failed.startswith("- **New box**: ")


async def test_box_that_is_removed_meanwhile_is_left_out(
    hass: HomeAssistant, boxes: Boxes, manager: Manager
) -> None:
    await take_picture(manager)
    await hass.config_entries.async_remove(ENTRY_IDS["flat"])
    await manager.submit(**MING)
    assert manager.placeholders["report"] == "- **Old box**: enrolled"


async def test_answer_that_cannot_be_read_says_that_nobody_knows(
    boxes: Boxes, manager: Manager
) -> None:
    """The change is sent once."""
    call = "/sophon/v2/face/createidentity"
    boxes.flat.answer_instead[call] = CannedAnswer(body=b"<html>")
    await manager.choose("enroll")
    await manager.submit(boxes=[ENTRY_IDS["flat"]], picture=await manager.upload())
    await manager.submit(**MING)
    assert "it is unknown whether it made the change" in manager.error()
    assert [each.path for each in boxes.flat.requests].count(call) == 1


async def test_last_strangers_face_is_shown_and_then_enrolled(
    hass: HomeAssistant,
    boxes: Boxes,
    manager: Manager,
    hass_client_no_auth: ClientGenerator,
) -> None:
    await boxes.flat.recognize(boxes.flat.devices[0], boxes.flat.people[0])
    await boxes.nested.recognize(boxes.nested.devices[0])
    await boxes.flat.recognize(boxes.flat.devices[1])
    await manager.choose("enroll")
    await until(lambda: _stranger_seen(hass, "flat"))
    await manager.submit(boxes=[ENTRY_IDS["flat"]], stranger=True)
    assert manager.step == "stranger"
    assert manager.placeholders["place"]
    [path] = re.findall(r"^!\[\]\((\S+)\)$", manager.placeholders["face"])
    assert "&width=240" in path
    response = await (await hass_client_no_auth()).get(path)
    assert response.status == 200
    assert (await response.read())[:3] == b"\xff\xd8\xff"
    await manager.submit(back=True)
    assert manager.step == "picture"
    await manager.submit(boxes=[ENTRY_IDS["flat"]], stranger=True)
    await manager.submit()
    assert manager.step == "new_person"
    await manager.submit(**MING, may_share_face=True)
    assert manager.step == "result", manager.error()
    assert [each is None for each in on_both(boxes, "10023")] == [True, False]


async def test_face_of_nobody_and_two_pictures_are_refused(
    boxes: Boxes, manager: Manager
) -> None:
    """Only known people were seen."""
    await boxes.flat.recognize(boxes.flat.devices[0], boxes.flat.people[0])
    await manager.choose("enroll")
    await manager.submit(boxes=BOTH, stranger=True)
    assert manager.errors == {"stranger": "no_stranger"}
    file_id = await manager.upload()
    await manager.submit(boxes=BOTH, stranger=True, picture=file_id)
    assert manager.errors == {"stranger": "two_pictures"}
    await manager.submit(boxes=BOTH, stranger=False)
    assert manager.step == "new_person"


@pytest.mark.parametrize("gone", ["picture", "box"])
async def test_stranger_whose_picture_is_gone_is_not_offered(
    hass: HomeAssistant, boxes: Boxes, manager: Manager, gone: str
) -> None:
    await boxes.flat.recognize(boxes.flat.devices[1])
    await manager.choose("enroll")
    await until(lambda: _stranger_seen(hass, "flat"))
    if gone == "box":
        await hass.config_entries.async_unload(ENTRY_IDS["flat"])
    with patch(
        "custom_components.se_aibox.pictures.cache.PictureCache.get_or_wait",
        return_value=None,
    ):
        await manager.submit(boxes=BOTH, stranger=True)
    assert manager.errors == {"stranger": "no_stranger"}


def _stranger_seen(hass: HomeAssistant, dialect: str) -> bool:
    return any(
        each.entry_id == ENTRY_IDS[dialect] and not each.recognition.matched
        for each in async_get_memory(hass).async_all()
    )


async def test_full_group_refuses_in_words(boxes: Boxes, manager: Manager) -> None:
    for box in boxes:
        box.state.settings.group_size = 0
    await take_picture(manager)
    await manager.submit(**MING)
    assert "is full" in manager.error()
    assert on_both(boxes, "10023") == [None, None]


async def test_flow_is_for_administrators_only(
    hass: HomeAssistant,
    people: PeopleConfigEntry,
    hass_client: ClientGenerator,
    hass_read_only_access_token: str,
) -> None:
    assert await async_setup_component(hass, "config", {})
    await hass.async_block_till_done()
    url = "/api/config/config_entries/options/flow"
    client = await hass_client()
    response = await client.post(url, json={"handler": people.entry_id})
    assert (await response.json())["step_id"] == "manage"
    headers = {"Authorization": f"Bearer {hass_read_only_access_token}"}
    response = await client.post(
        url, json={"handler": people.entry_id}, headers=headers
    )
    assert response.status == HTTPStatus.UNAUTHORIZED
