"""Enrolling, changing and deleting somebody in the dialog of the followed people."""

from dataclasses import replace

from playwright.async_api import expect
import pytest

from tests.emulator.pictures import photo

from .furnishing import FurnishedHouse
from .screen import Screen

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
