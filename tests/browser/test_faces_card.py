"""The timeline of faces on a dashboard, as a user sees it."""

from collections.abc import AsyncGenerator
from dataclasses import replace

from playwright.async_api import Locator, expect
import pytest
import pytest_asyncio

from .conftest import Illustrate
from .furnishing import BOX_NAME, FurnishedHouse
from .screen import DESK, PHONE, TABLET, Screen
from .words import Words

pytestmark = [
    pytest.mark.asyncio(loop_scope="session"),
    # The first test waits for Home Assistant to start.
    pytest.mark.timeout(240),
]

_URL_PATH = "faces-of-boxes"
_CARD = {"type": "custom:se-aibox-faces"}
_HOSTILE = '<img src=x onerror="window.hacked = true">\u200fלילה\u202e' + "長" * 260
_MARK_WHEN_CLOSED = """
dialog => dialog.addEventListener("close", () => { dialog.dataset.closed = "" })
"""
_YESTERDAY = """
language => new Intl.RelativeTimeFormat(language, {numeric: "auto"}).format(-1, "day")
"""


def _card(view: Screen, key: str, **placeholders: str) -> str:
    return view.words.own(f"config_panel.card.{key}", **placeholders)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def dashboard(furnished: FurnishedHouse, language: str) -> str:
    """Make a dashboard with the card; return its path."""
    title = Words(language).own("config_panel.card.title")
    async with furnished.house.home_assistant.api.socket() as socket:
        await socket.command(
            "lovelace/dashboards/create", url_path=_URL_PATH, title=title
        )
        await socket.command(
            "lovelace/config/save",
            url_path=_URL_PATH,
            config={
                "views": [
                    {
                        "path": "panel",
                        "type": "panel",
                        "title": title,
                        "cards": [_CARD],
                    },
                    {
                        "path": "sections",
                        "type": "sections",
                        "title": title,
                        "sections": [{"type": "grid", "cards": [_CARD]}],
                    },
                ]
            },
        )
    return f"/{_URL_PATH}"


@pytest_asyncio.fixture(loop_scope="session")
async def faces(at_home: Screen, dashboard: str) -> AsyncGenerator[Screen]:
    """Return the screen of a desk with the timeline."""
    await at_home.page.set_viewport_size({"width": DESK, "height": 800})
    await at_home.open(f"{dashboard}/panel")
    await expect(_tiles(at_home).first).to_be_visible()
    yield at_home


def _tiles(view: Screen) -> Locator:
    return view.page.locator("se-aibox-faces .tile")


def _dialog(view: Screen) -> Locator:
    return view.page.locator("se-aibox-faces dialog.details")


async def _wait_for_pictures(images: Locator) -> None:
    for image in await images.all():
        assert await image.evaluate("image => image.decode().then(() => image.width)")


async def test_newest_face_is_first_and_its_name_largest(
    furnished: FurnishedHouse, faces: Screen, illustrate_english: Illustrate
) -> None:
    """It has a picture, a place and a type."""
    newest = _tiles(faces).first
    await expect(newest.locator(".name")).to_have_text("Tom")
    await expect(newest.locator(".place")).to_have_text(furnished.door)
    await expect(newest.locator(".type")).to_have_text(_card(faces, "type_employee"))
    await _wait_for_pictures(_tiles(faces).locator("img"))
    illustrate_english(await faces.picture("faces"), "timeline")
    sizes = await newest.evaluate(
        "tile => [...tile.querySelectorAll('bdi, span, time')]"
        ".map(part => parseFloat(getComputedStyle(part).fontSize))"
    )
    name = await newest.locator(".name").evaluate(
        "part => parseFloat(getComputedStyle(part).fontSize)"
    )
    assert name == max(sizes)


async def test_live_face_comes_first_and_is_announced(
    furnished: FurnishedHouse, faces: Screen
) -> None:
    """A recognition is listed once, though the history has it, too."""
    await furnished.house.show("Anna Schmidt")
    newest = _tiles(faces).first
    await expect(newest.locator(".name")).to_have_text("Anna Schmidt")
    said = _card(faces, "said", name="Anna Schmidt", place=furnished.door)
    await expect(faces.page.locator("se-aibox-faces .unseen")).to_have_text(said)
    await expect(_tiles(faces).nth(1).locator(".name")).to_have_text("Tom")
    await faces.page.reload()
    await expect(newest.locator(".name")).to_have_text("Anna Schmidt")
    await expect(_tiles(faces).nth(1).locator(".name")).to_have_text("Tom")


async def test_filters_narrow_the_list_by_type_door_and_name(
    furnished: FurnishedHouse, faces: Screen
) -> None:
    """Each asks the boxes."""
    chip = faces.page.get_by_role("button", name=_card(faces, "type_blocklisted"))
    await chip.first.click()
    others = faces.page.locator("se-aibox-faces .tile:not([data-type=blocklisted])")
    await expect(others).to_have_count(0)
    await expect(_tiles(faces).first.locator(".name")).to_have_text("Viktor Kane")
    await faces.picture("faces filtered")
    await chip.first.click()
    await expect(others).not_to_have_count(0)

    door = faces.page.get_by_role("combobox", name=_card(faces, "door"))
    await door.select_option(label="Garage")
    elsewhere = faces.page.locator("se-aibox-faces .place").filter(
        has_not_text="Garage"
    )
    await expect(elsewhere).to_have_count(0)
    await expect(_tiles(faces).first).to_be_visible()
    await door.select_option("")

    person = faces.page.get_by_role("combobox", name=_card(faces, "person"))
    await person.fill("viktor")
    names = faces.page.locator("se-aibox-faces .name")
    await expect(names.filter(has_not_text="Viktor Kane")).to_have_count(0)
    await expect(names.first).to_have_text("Viktor Kane")


async def test_scrolling_goes_back_into_yesterday(faces: Screen) -> None:
    """The boxes are asked for older pages; only some faces are in the document."""
    language = await faces.page.evaluate("document.documentElement.lang")
    yesterday: str = await faces.page.evaluate(_YESTERDAY, language)
    header = faces.page.locator("se-aibox-faces h3", has_text=yesterday)
    scroller = faces.page.locator("se-aibox-faces .scroller")
    await scroller.hover()
    for _ in range(200):
        if await header.count():
            break
        await faces.page.mouse.wheel(0, 800)
        await faces.page.wait_for_timeout(100)
    await expect(header).to_be_visible()
    # How far yesterday reaches depends on how many pages have arrived.
    for _ in range(200):
        if not await header.count():
            break
        await faces.page.mouse.wheel(0, 2_000)
        await faces.page.wait_for_timeout(100)
    await expect(header).to_have_count(0)
    assert await _tiles(faces).count() <= 200
    await faces.picture("faces of earlier days")


async def test_details_show_three_pictures_and_step_by_arrow_keys(
    furnished: FurnishedHouse, faces: Screen, illustrate_english: Illustrate
) -> None:
    """Escape leads back to the face that was shown last."""
    await furnished.house.show("Tom")
    newest = _tiles(faces).first
    await expect(newest.locator(".name")).to_have_text("Tom")
    following = await _tiles(faces).nth(1).locator(".name").inner_text()
    await newest.click()
    dialog = _dialog(faces)
    await expect(dialog).to_be_visible()
    await expect(dialog.locator(".title .name")).to_have_text("Tom")
    await expect(dialog.locator("img")).to_have_count(3)
    await _wait_for_pictures(dialog.locator("img"))
    for key in ("place", "moment", "score", "identity_id"):
        await expect(faces.text(_card(faces, key), dialog)).to_be_visible()
    illustrate_english(await faces.picture("face details"), "timeline-details")
    await faces.page.keyboard.press("ArrowRight")
    await expect(dialog.locator(".title .name")).to_have_text(following)
    await faces.page.keyboard.press("Escape")
    await expect(dialog).to_be_hidden()
    await expect(_tiles(faces).nth(1)).to_be_focused()


async def test_keyboard_reaches_every_face(faces: Screen) -> None:
    """The list is one stop of the tabulator key."""
    tiles, keyboard = _tiles(faces), faces.page.keyboard
    await tiles.first.focus()
    await keyboard.press("ArrowRight")
    await expect(tiles.nth(1)).to_be_focused()
    await keyboard.press("ArrowLeft")
    await keyboard.press("ArrowDown")
    focused = faces.page.locator("se-aibox-faces .tile:focus")
    box, first = await focused.bounding_box(), await tiles.first.bounding_box()
    assert box is not None
    assert first is not None
    assert box["x"] == first["x"]
    assert box["y"] > first["y"]
    await keyboard.press("End")
    await expect(focused).to_be_in_viewport()
    await keyboard.press("Home")
    await expect(tiles.first).to_be_focused()
    await keyboard.press("Enter")
    await expect(_dialog(faces)).to_be_visible()
    await _dialog(faces).evaluate(_MARK_WHEN_CLOSED)
    await keyboard.press("Escape")
    # Chromium focuses the tile at once, and the card again when it learns of the end. A
    # key press between the two would be undone.
    await expect(_dialog(faces)).to_have_attribute("data-closed", "")
    await expect(tiles.first).to_be_focused()
    await keyboard.press("Tab")
    await expect(focused).to_have_count(0)


async def test_hostile_name_is_text(furnished: FurnishedHouse, faces: Screen) -> None:
    """Neither markup nor marks of direction change what is around it."""
    house = furnished.house
    hostile = replace(house.person("Tom"), identity_id="66600666", name=_HOSTILE)
    await house.box.recognize(house.front_door, hostile)
    newest = _tiles(faces).first
    await expect(newest.locator(".name")).to_have_text(_HOSTILE)
    await newest.click()
    await expect(_dialog(faces).locator(".title .name")).to_have_text(_HOSTILE)
    await faces.picture("hostile name")
    await faces.page.keyboard.press("Escape")
    assert not await faces.page.evaluate("'hacked' in window")
    await house.box.recognize(house.front_door, house.person("Tom"))
    await expect(newest.locator(".name")).to_have_text("Tom")


async def _ask_who(furnished: FurnishedHouse, faces: Screen) -> Locator:
    """Show a stranger whom the box files away, and ask by keyboard who it is."""
    await furnished.house.box.recognize(
        furnished.house.front_door, stranger="automatic"
    )
    newest = _tiles(faces).first
    await expect(newest.locator(".name")).to_have_text(_card(faces, "stranger"))
    await newest.click()
    dialog = _dialog(faces)
    question = dialog.get_by_role("button", name=_card(faces, "who_is_this"))
    await expect(question).to_be_visible()
    await faces.picture("a stranger before the question")
    await question.press("Enter")
    await expect(dialog.get_by_label(_card(faces, "name"), exact=True)).to_be_focused()
    # The groups are read from the box.
    await expect(dialog.locator("option")).not_to_have_count(4)
    return dialog


async def _expect_fit(faces: Screen, dialog: Locator) -> None:
    content = dialog.locator(".content")
    assert await content.evaluate("all => all.scrollWidth <= all.clientWidth")
    enroll = dialog.get_by_role("button", name=_card(faces, "enroll"))
    place = await enroll.bounding_box()
    assert place is not None
    assert place["x"] + place["width"] <= faces.width


async def test_administrator_names_a_stranger_by_keyboard(
    furnished: FurnishedHouse, faces: Screen, illustrate_english: Illustrate
) -> None:
    """Nobody is enrolled without a group; the reasons of the box are sentences."""
    box = furnished.house.box
    before = {each.identity_id for each in box.people}
    dialog = await _ask_who(furnished, faces)
    keyboard = faces.page.keyboard
    await keyboard.type("Grace Hopper")
    # An arrow key belongs to the field, not to the faces.
    await keyboard.press("ArrowRight")
    await keyboard.press("Enter")
    group = dialog.get_by_label(_card(faces, "permission_group"))
    await expect(group).to_be_focused()
    await expect(group.locator(":checked")).to_have_text(_card(faces, "choose"))
    status = dialog.get_by_role("status")
    await expect(status).to_be_empty()
    await group.select_option(index=1)
    illustrate_english(await faces.picture("who is this"), "who-is-this")
    await _expect_fit(faces, dialog)
    name = dialog.get_by_label(_card(faces, "name"), exact=True)
    box.settings.smallest_face = 5000
    await name.press("Enter")
    error = faces.words.own("exceptions.refused_face_too_small.message", box=BOX_NAME)
    await expect(status).to_have_text(_card(faces, "not_done", error=error))
    await faces.picture("who is this, refused")
    assert {each.identity_id for each in box.people} == before
    box.settings.smallest_face = 60
    await name.press("Enter")
    enrolled = _card(faces, "enrolled", name="Grace Hopper")
    await expect(status).to_have_text(enrolled)
    await expect(dialog.locator("form")).to_have_count(0)
    await faces.picture("who is this, enrolled")
    [new] = [each for each in box.people if each.identity_id not in before]
    assert (new.name, new.person_type, len(new.permission_ids)) == (
        "Grace Hopper",
        "employee",
        1,
    )
    await keyboard.press("Escape")
    await furnished.house.show("Grace Hopper")
    await expect(_tiles(faces).first.locator(".name")).to_have_text("Grace Hopper")
    await _tiles(faces).first.click()
    await expect(dialog.locator("[data-kind=face]")).to_be_visible()
    question = dialog.get_by_role("button", name=_card(faces, "who_is_this"))
    await expect(question).to_have_count(0)


async def test_administrator_ignores_a_stranger_after_a_question(
    furnished: FurnishedHouse, faces: Screen
) -> None:
    """On a phone; only a visitor is asked for an end."""
    await faces.page.set_viewport_size({"width": PHONE, "height": 800})
    dialog = await _ask_who(furnished, faces)
    end = dialog.get_by_label(_card(faces, "visit_ends"))
    await expect(end).to_be_hidden()
    kind = dialog.get_by_label(_card(faces, "person_type"))
    await kind.select_option("visitor")
    await expect(end).to_be_visible()
    await _expect_fit(faces, dialog)
    await faces.picture("who is this on a phone")
    ignore = dialog.get_by_role("button", name=_card(faces, "ignore"))
    question = dialog.get_by_text(_card(faces, "ignore_question"))
    await ignore.press("Enter")
    await expect(question).to_be_visible()
    cancel = dialog.get_by_role("button", name=_card(faces, "cancel"))
    # What is under a second tap.
    await expect(cancel).to_be_focused()
    await question.scroll_into_view_if_needed()
    await faces.picture("ignore a stranger on a phone")
    await cancel.press("Enter")
    await expect(question).to_have_count(0)
    await expect(ignore).to_be_focused()
    await ignore.click()
    await ignore.click()
    await expect(dialog.get_by_role("status")).to_have_text(_card(faces, "ignored"))
    await expect(ignore).to_have_count(0)
    await faces.page.keyboard.press("Escape")


async def test_pictures_off_leaves_no_image(
    furnished: FurnishedHouse, faces: Screen
) -> None:
    """The faces come back with the switch."""
    images = faces.page.locator("se-aibox-faces .tile img")
    await expect(images).not_to_have_count(0)
    await _turn_pictures(furnished, "off")
    await expect(images).to_have_count(0)
    await expect(_tiles(faces).first.locator(".face ha-icon")).to_be_visible()
    await faces.picture("faces without pictures")
    await _turn_pictures(furnished, "on")
    await expect(images).not_to_have_count(0)


async def _turn_pictures(furnished: FurnishedHouse, state: str) -> None:
    async with furnished.house.home_assistant.api.socket() as socket:
        [entity_id] = [
            entity["entity_id"]
            for entity in await socket.entities("se_aibox")
            if entity["translation_key"] == "pictures"
            and entity["device_id"] == furnished.device_ids[BOX_NAME]
        ]
        await socket.command(
            "call_service",
            domain="switch",
            service=f"turn_{state}",
            target={"entity_id": entity_id},
        )


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [DESK, TABLET, PHONE])
async def test_timeline_fits_every_width_and_theme(
    faces: Screen, dashboard: str, width: int, scheme: str
) -> None:
    """A short card of a section scrolls inside."""
    page = faces.page
    await page.set_viewport_size({"width": width, "height": 800})
    await page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    for path in ("panel", "sections"):
        await faces.open(f"{dashboard}/{path}")
        await expect(_tiles(faces).first.locator("img")).to_be_visible()
        await _wait_for_pictures(page.locator("se-aibox-faces .tile img"))
        await faces.look(f"faces {path} {scheme}")
        inside = await page.locator("se-aibox-faces .scroller").evaluate(
            "all => [all.scrollWidth <= all.clientWidth, all.clientHeight < 800]"
        )
        assert inside == [True, True]
    red: int = (
        await _tiles(faces)
        .first.locator(".name")
        .evaluate("name => parseInt(getComputedStyle(name).color.slice(4))")
    )
    assert (red > 128) == (scheme == "dark")
    await page.emulate_media(color_scheme="light")


async def test_filters_unfold_on_a_phone(faces: Screen) -> None:
    """The number of those that are set stays in sight."""
    await faces.page.set_viewport_size({"width": PHONE, "height": 800})
    door = faces.page.get_by_role("combobox", name=_card(faces, "door"))
    await expect(door).to_be_hidden()
    toggle = faces.page.get_by_role("button", name=_card(faces, "filter"), exact=True)
    await toggle.click()
    await expect(door).to_be_visible()
    chip = faces.page.get_by_role("button", name=_card(faces, "type_stranger"))
    await chip.first.click()
    await faces.picture("filters on a phone")
    await toggle.click()
    await expect(door).to_be_hidden()
    await expect(toggle).to_have_attribute("data-count", "1")


async def test_editor_offers_every_option_in_words(
    faces: Screen, dashboard: str
) -> None:
    """What is entered changes the preview."""
    await faces.open(f"{dashboard}/sections?edit=1")
    edit = faces.page.locator("hui-card-edit-mode").first
    await edit.hover()
    await edit.locator(".control-overlay, .edit-overlay, .preview").first.click()
    editor = faces.page.locator("hui-dialog-edit-card")
    for option in ("title", "mode", "device_ids", "person_types", "person", "columns"):
        label = _card(faces, f"option_{option}")
        await expect(editor.get_by_text(label, exact=True).first).to_be_visible()
    title = editor.get_by_role("textbox", name=_card(faces, "option_title"))
    await title.fill("Besuch")
    await expect(editor.locator("se-aibox-faces h2")).to_have_text("Besuch")
    await faces.picture("editor of the card")
