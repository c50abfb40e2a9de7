"""Enrolling, changing and deleting somebody in the dialog of the followed people.

And a visitor, who is gone after the end of the visit.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from playwright.async_api import expect
import pytest

from tests.emulator.pictures import photo
from tools.demo.api import Socket

from .furnishing import BOX_NAME, FurnishedHouse
from .screen import DESK, PHONE, Screen

pytestmark = [
    pytest.mark.asyncio(loop_scope="session"),
    # The first test waits for Home Assistant to start.
    pytest.mark.timeout(240),
]
_NAME = "Ada Lovelace"
_NEW_NAME = "Ada King"


async def _choose(view: Screen, step: str, option: str) -> None:
    """Choose in a menu of the flow."""
    label = view.words.own(f"options.step.{step}.menu_options.{option}")
    await view.text(label, within=view.dialog).click()


def _label(view: Screen, step: str, field: str) -> str:
    return view.words.own(f"options.step.{step}.data.{field}")


async def _turn_on(view: Screen, label: str) -> None:
    field = view.dialog.locator("ha-selector-boolean").filter(has_text=label)
    await field.locator("ha-switch").click()


async def _expect_title(view: Screen, step: str) -> None:
    title = view.words.own(f"options.step.{step}.title")
    await expect(view.text(title, within=view.dialog)).to_be_visible()


async def _expect_result(view: Screen, word: str) -> None:
    await _expect_title(view, "result")
    text = view.words.own(f"common.{word}")
    await expect(view.dialog.locator("ha-markdown li")).to_contain_text(text)


async def _find(view: Screen, name: str) -> None:
    """Search for somebody, and choose the only one who is found."""
    await view.field(_label(view, "find", "text")).fill(name)
    await view.submit()
    await _expect_title(view, "pick")
    face = view.dialog.locator("ha-markdown img")
    await expect(face).to_have_count(1)
    assert await face.evaluate("image => image.decode().then(() => image.naturalWidth)")
    await view.picture(f"manage people, found {name}")
    await view.submit()
    await _expect_title(view, "found")


async def test_person_is_enrolled_changed_and_deleted(
    furnished: FurnishedHouse, view: Screen
) -> None:
    """The dialog needs no line of YAML."""
    box = furnished.house.box
    before = {each.identity_id for each in box.people}
    await view.open_integration()
    await view.configure(view.words.own("common.followed_people"))
    await _expect_title(view, "manage")
    await view.picture("manage people")

    await _choose(view, "manage", "enroll")
    await _expect_title(view, "picture")
    await view.picture("manage people, no picture")
    await view.dialog.locator("input[type=file]").set_input_files(
        {"name": "ada.jpg", "mimeType": "image/jpeg", "buffer": photo()}
    )
    await expect(view.dialog.get_by_text("ada.jpg")).to_be_visible()
    await view.submit()
    await _expect_title(view, "new_person")
    await view.field(_label(view, "new_person", "name")).fill(_NAME)
    await view.submit()
    missing = view.words.own("options.error.no_group")
    await expect(view.dialog.get_by_text(missing)).to_be_visible()
    await view.button("common.add", within=view.dialog).click()
    await view.page.get_by_role("option").first.click()
    await view.picture("manage people, new person")
    await view.submit()
    await _expect_result(view, "manage_enrolled")
    await view.picture("manage people, enrolled")
    [new] = [each for each in box.people if each.identity_id not in before]
    assert (new.name, len(new.permission_ids)) == (_NAME, 1)

    await _choose(view, "result", "find")
    await _find(view, _NAME)
    await view.picture("manage people, change or delete")
    await _choose(view, "found", "change")
    await _expect_title(view, "change")
    await view.field(_label(view, "change", "name")).fill(_NEW_NAME)
    await view.picture("manage people, change")
    await view.submit()
    await _expect_result(view, "manage_changed")
    changed = furnished.house.person(_NEW_NAME)
    assert changed == replace(new, name=_NEW_NAME)

    await _choose(view, "result", "find")
    await _find(view, _NEW_NAME)
    await _choose(view, "found", "delete")
    await _expect_title(view, "delete")
    await view.submit()
    unconfirmed = view.words.own("options.error.not_confirmed")
    await expect(view.dialog.get_by_text(unconfirmed)).to_be_visible()
    await _turn_on(view, _label(view, "delete", "confirmed"))
    await view.picture("manage people, delete")
    await view.submit()
    await _expect_result(view, "manage_deleted")
    assert {each.identity_id for each in box.people} == before
    await _choose(view, "result", "finish")
    await view.finish()


async def test_last_strangers_face_is_shown_before_enrolling(
    furnished: FurnishedHouse, view: Screen
) -> None:
    await furnished.house.box.recognize(furnished.house.front_door)
    await view.open_integration()
    await view.configure(view.words.own("common.followed_people"))
    await _choose(view, "manage", "enroll")
    await _turn_on(view, _label(view, "picture", "stranger"))
    await view.submit()
    await _expect_title(view, "stranger")
    face = view.dialog.locator("ha-markdown img")
    await expect(face).to_have_count(1)
    assert await face.evaluate("image => image.decode().then(() => image.naturalWidth)")
    await view.picture("manage people, stranger")
    await _turn_on(view, _label(view, "stranger", "back"))
    await view.submit()
    await _expect_title(view, "picture")


_VISITOR = "Grace Hopper"
# Whose visit goes on.
_OTHER_VISITOR = "Alan Turing"
_CALENDAR = "calendar.visitors"
_TILE_PATH = "/visits-of-today/tile"


async def _turn_calendar_on(furnished: FurnishedHouse) -> None:
    """Enable the calendar of visitors, which is off until somebody wants it."""
    api = furnished.house.home_assistant.api
    async with api.socket() as socket:
        answer = await socket.command(
            "config/entity_registry/update", entity_id=_CALENDAR, disabled_by=None
        )
        entry_id = answer["entity_entry"]["config_entry_id"]
        # Home Assistant would do so half a minute later.
        await api.post(f"/api/config/config_entries/entry/{entry_id}/reload", {})


async def _act(
    socket: Socket, service: str, box: str, data: Mapping[str, object]
) -> None:
    await socket.command(
        "call_service",
        domain="se_aibox",
        service=service,
        service_data={"device_id": box, **data},
        return_response=True,
    )


async def _make_tile(socket: Socket) -> None:
    """Put the calendar with its current visit on a dashboard."""
    url_path, _, path = _TILE_PATH.strip("/").partition("/")
    card = {"type": "tile", "entity": _CALENDAR, "state_content": ["state", "message"]}
    await socket.command(
        "lovelace/dashboards/create", url_path=url_path, title="Visits"
    )
    view = {"path": path, "cards": [card]}
    await socket.command(
        "lovelace/config/save", url_path=url_path, config={"views": [view]}
    )


def _after(**span: float) -> str:
    return (datetime.now(UTC) + timedelta(**span)).isoformat()


async def _until(at_home: Screen, condition: Callable[[], bool]) -> None:
    """Wait for what happens in the box."""
    for _ in range(200):
        if condition():
            return
        await at_home.page.wait_for_timeout(100)
    pytest.fail("It did not happen within twenty seconds.")


async def test_visitor_is_gone_from_box_and_screen_after_the_end(
    furnished: FurnishedHouse, at_home: Screen
) -> None:
    """The visit ends soon once it was seen, so that no slow machine misses it."""
    house, view = furnished.house, at_home
    box, device_id = house.box, furnished.device_ids[BOX_NAME]
    await view.page.set_viewport_size({"width": DESK, "height": 800})
    await _turn_calendar_on(furnished)
    group = next(iter(box.state.permission_groups.values()))
    async with house.home_assistant.api.socket() as socket:
        media = await house.home_assistant.api.upload_picture("grace.jpg", photo())
        visitor = {
            "media": media,
            # One picture is enough.
            "may_share_face": True,
            "person_type": "visitor",
            "permission_group": group,
            "valid_until": _after(hours=1),
        }
        # The calendar entity shows the visit that began first.
        for name in (_VISITOR, _OTHER_VISITOR):
            await _act(socket, "enroll_person", device_id, {**visitor, "name": name})
        grace = house.person(_VISITOR)
        assert grace.person_type == "visitor"
        await view.open("/calendar")
        event = view.page.locator("ha-full-calendar").get_by_text(_VISITOR)
        await expect(event.first).to_be_visible()
        await view.picture("visitor on the calendar")
        await _make_tile(socket)
        await view.open(_TILE_PATH)
        tile = view.page.locator("hui-tile-card")
        await expect(tile).to_contain_text(_VISITOR)
        await view.open_integration()
        await view.configure(view.words.own("common.followed_people"))
        await _choose(view, "manage", "find")
        await _find(view, _VISITOR)

        end = {
            "identity_id": grace.identity_id,
            "name": _VISITOR,
            "valid_until": _after(seconds=5),
        }
        await _act(socket, "update_person", device_id, end)
    await _until(view, lambda: all(each.name != _VISITOR for each in box.people))
    await view.page.set_viewport_size({"width": PHONE, "height": 800})
    await _choose(view, "found", "find")
    await view.field(_label(view, "find", "text")).fill(_VISITOR)
    await view.submit()
    nobody = view.words.own("options.error.nobody_found")
    await expect(view.dialog.get_by_text(nobody)).to_be_visible()
    await view.picture("visitor is gone from the boxes")
    # The calendar goes on to the visit that is not over.
    await view.open(_TILE_PATH)
    tile = view.page.locator("hui-tile-card")
    await expect(tile).to_contain_text(_OTHER_VISITOR)
    await expect(tile).not_to_contain_text(_VISITOR)
    await view.picture("visitor is gone from the calendar")
