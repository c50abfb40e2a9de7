"""The dashboard, as a user makes it, looks at it and opens a door with it."""

from pathlib import Path
import re

from playwright.async_api import Locator, Page, expect
import pytest
import pytest_asyncio

from emulator import CannedAnswer
from tools.demo.adding import add_box, wait_for_capture_devices
from tools.demo.api import Api, Socket
from tools.demo.boxes import Box, BoxPlan
from tools.demo.configuration import DOMAIN
from tools.demo.devices import find_devices

from .conftest import Illustrate
from .furnishing import BOX_NAME, FurnishedHouse
from .house import House, log_in, open_browser, open_house
from .screen import DESK, PHONE, TABLET, Screen
from .words import Words

pytestmark = [
    pytest.mark.asyncio(loop_scope="session"),
    # The first test waits for Home Assistant to start.
    pytest.mark.timeout(180),
]

_HEIGHTS = {DESK: 800, TABLET: 768, PHONE: 844}
_DASHBOARD = "test-faces"
_OPEN_DOOR = "/SophonFogSys/api/EventAction"
_RED = re.compile(r"rgb\(2\d\d, \d\d, \d\d\)")
_OFFERED = {"en": "SE AI box", "zh-Hans": "SE AI 盒子"}


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def dashboard(furnished: FurnishedHouse) -> str:
    """Make a dashboard as the frontend does; return its path."""
    async with furnished.house.home_assistant.api.socket() as socket:
        await _make(socket)
    return f"/{_DASHBOARD}"


async def _make(socket: Socket) -> None:
    await socket.command(
        "lovelace/dashboards/create",
        url_path=_DASHBOARD,
        title="Faces",
        show_in_sidebar=False,
    )
    await _save(socket)


async def _save(socket: Socket, **options: object) -> None:
    strategy = {"type": "custom:se-aibox", **options}
    await socket.command(
        "lovelace/config/save", url_path=_DASHBOARD, config={"strategy": strategy}
    )


@pytest_asyncio.fixture(loop_scope="session")
async def desk(at_home: Screen) -> Screen:
    """Return the screen of a desk."""
    await _resize(at_home, DESK)
    return at_home


async def _resize(screen: Screen, width: int) -> None:
    await screen.page.set_viewport_size({"width": width, "height": _HEIGHTS[width]})


async def _log_in(
    page: Page, house: House, language: str, artifacts: Path, *user: str
) -> Screen:
    """Return the screen of another browser."""
    words, url = Words(language), house.home_assistant.api.url
    await log_in(page, url, words.frontend("panel.page-authorize.form.next"), *user)
    return Screen(page, url, words, artifacts)


def _card(screen: Screen) -> Locator:
    return screen.page.locator("se-aibox-faces-card")


def _name(screen: Screen) -> Locator:
    """Return the largest text of the view of now."""
    return _card(screen).locator(".main .name")


def _text(screen: Screen, key: str, **placeholders: str) -> str:
    return screen.words.own(f"config_panel.dashboard.{key}", **placeholders)


async def test_dashboard_is_made_in_two_clicks(
    desk: Screen, language: str, illustrate_english: Illustrate
) -> None:
    """After *Add dashboard*: our dashboard, and *Create*."""
    await desk.open("/config/lovelace/dashboards")
    await desk.button("panel.config.lovelace.dashboards.picker.add_dashboard").click()
    offered = desk.page.locator("ha-dialog-new-dashboard").get_by_role(
        "button", name=_OFFERED[language], exact=True
    )
    await offered.scroll_into_view_if_needed()
    illustrate_english(await desk.picture("new dashboard"), "new-dashboard")

    await offered.click()
    create = desk.button("panel.config.lovelace.dashboards.detail.create")
    await expect(create).to_be_enabled()
    await create.click()

    title = _text(desk, "title")
    await desk.page.locator("ha-sidebar").get_by_text(title, exact=True).click()
    await expect(_name(desk)).to_be_visible()


async def test_newest_face_is_large_and_comes_live(
    furnished: FurnishedHouse, desk: Screen, dashboard: str, illustrate: Illustrate
) -> None:
    """Its name is the largest text; a blocklisted person turns the screen red."""
    await desk.open(f"{dashboard}/now")
    await furnished.house.show("Tom")
    await expect(_name(desk)).to_have_text("Tom")
    face = _card(desk).locator(".main .face img")
    await expect(face).to_be_visible()
    illustrate(await desk.picture("now"), "dashboard-now")

    await furnished.house.show("Viktor Kane")

    await expect(_name(desk)).to_have_text("Viktor Kane")
    await expect(_card(desk).locator(".main")).to_have_css("background-color", _RED)
    await expect(_card(desk).locator("ol li").first).to_contain_text("Tom")
    await expect(_card(desk).locator("[role=status]", has_text="Viktor")).to_have_count(
        1
    )
    largest: float = await _card(desk).evaluate(
        """card => Math.max(...[...card.shadowRoot.querySelector(".screen").shadowRoot
            .querySelectorAll("*")].filter(one => !one.closest(".name"))
            .filter(one => [...one.childNodes].some(node => node.nodeType === 3))
            .map(one => parseFloat(getComputedStyle(one).fontSize)))"""
    )
    size: float = await _name(desk).evaluate(
        "name => parseFloat(getComputedStyle(name).fontSize)"
    )
    assert size > largest
    await desk.look("now blocklisted")


async def test_stranger_turns_the_screen_amber(
    furnished: FurnishedHouse, desk: Screen, dashboard: str
) -> None:
    """The name is said once."""
    await desk.open(f"{dashboard}/now")
    await furnished.house.box.recognize(furnished.house.front_door)

    await expect(_name(desk)).to_have_text(desk.words.own("config_panel.card.stranger"))
    amber = "rgb(255, 166, 0)"
    await expect(_card(desk).locator(".main")).to_have_css("background-color", amber)
    await expect(_card(desk).locator(".main .type")).to_have_count(0)


async def test_face_recedes_when_it_is_old(
    furnished: FurnishedHouse, artifacts: Path, dashboard: str, language: str
) -> None:
    """The screen does not suggest that somebody is there now."""
    await furnished.house.show("Viktor Kane")
    async with open_browser(language) as page:
        await page.clock.install()
        screen = await _log_in(page, furnished.house, language, artifacts)
        await screen.open(f"{dashboard}/now")
        main = _card(screen).locator(".main")
        await expect(main).to_have_css("background-color", _RED)

        await page.clock.fast_forward("31:00")

        await expect(main).to_have_class(re.compile(r"\bold\b"))
        await expect(main).not_to_have_css("background-color", _RED)
        await screen.look("now old")


async def test_door_is_opened_after_a_question_that_names_it(
    furnished: FurnishedHouse,
    desk: Screen,
    dashboard: str,
    illustrate_english: Illustrate,
) -> None:
    """Neither a second tap nor *Cancel* opens it."""
    actions = furnished.house.box.door_actions
    actions.clear()
    await furnished.house.show("Tom")
    await desk.open(f"{dashboard}/now")
    await expect(_name(desk)).to_have_text("Tom")
    open_door = _card(desk).locator(".main .open")
    dialog = _card(desk).locator("dialog:not(.details)")

    await open_door.dblclick()

    await expect(dialog).to_be_visible()
    question = _text(desk, "open_question", door=furnished.door)
    await expect(dialog.get_by_role("heading")).to_have_text(question)
    illustrate_english(await desk.picture("open door"), "dashboard-open-door")
    await dialog.get_by_role(
        "button", name=_text(desk, "answer_cancel"), exact=True
    ).click()
    await expect(dialog).to_be_hidden()
    assert actions == []

    await open_door.click()
    # A tap in the same place cannot answer at once.
    await desk.page.wait_for_timeout(700)
    await dialog.get_by_role(
        "button", name=_text(desk, "answer_open_door"), exact=True
    ).click()

    opened = _text(desk, "opened", door=furnished.door)
    await expect(dialog.get_by_role("status")).to_have_text(opened)
    assert len(actions) == 1


async def test_door_that_does_not_open_says_why(
    furnished: FurnishedHouse, desk: Screen, dashboard: str
) -> None:
    """The error stays until somebody closes it."""
    box = furnished.house.box
    await desk.open(f"{dashboard}/doors")
    door = _card(desk).locator("ul li", has_text=furnished.door).first
    dialog = _card(desk).locator("dialog:not(.details)")
    box.answer_instead[_OPEN_DOOR] = CannedAnswer(503, b"")
    try:
        await door.locator(".open").click()
        await desk.page.wait_for_timeout(700)
        await dialog.locator(".open_door").click()
        why = desk.words.own("exceptions.door_no_answer.message")
        await expect(dialog.get_by_role("status")).to_have_text(why)
        await desk.picture("door not opened")
    finally:
        del box.answer_instead[_OPEN_DOOR]


async def test_doors_are_sorted_by_who_came_last(
    furnished: FurnishedHouse,
    desk: Screen,
    dashboard: str,
    illustrate_english: Illustrate,
) -> None:
    """The list moves by itself."""
    house = furnished.house
    await desk.open(f"{dashboard}/doors")
    doors = _card(desk).locator("ul li")
    await expect(doors).to_have_count(len(house.box.devices))
    garage = house.box.devices[3]
    await house.box.recognize(garage, house.person("Anna Schmidt"))
    await expect(doors.first).to_contain_text(garage.name)
    await expect(doors.first).to_contain_text("Anna Schmidt")

    await house.show("Tom")

    await expect(doors.first).to_contain_text(furnished.door)
    await expect(doors.nth(1)).to_contain_text(garage.name)
    illustrate_english(await desk.picture("doors"), "dashboard-doors")


async def test_faces_disappear_the_moment_pictures_are_off(
    furnished: FurnishedHouse, desk: Screen, dashboard: str
) -> None:
    """Names stay; nothing is reloaded."""
    await furnished.house.show("Tom")
    await desk.open(f"{dashboard}/now")
    faces = _card(desk).locator(".now img")
    await expect(faces.first).to_be_visible()
    async with furnished.house.home_assistant.api.socket() as socket:
        [switch] = await _entity_ids(socket, "pictures", furnished.device_ids[BOX_NAME])
        target = {"entity_id": switch}
        switched = {"domain": "switch", "target": target}
        await socket.command("call_service", service="turn_off", **switched)
        try:
            await expect(faces).to_have_count(0)
            await expect(_name(desk)).to_have_text("Tom")
            await desk.look("now without pictures")
        finally:
            await socket.command("call_service", service="turn_on", **switched)


async def _entity_ids(socket: Socket, key: str, device_id: str) -> list[str]:
    return [
        entity["entity_id"]
        for entity in await socket.entities(DOMAIN)
        if (entity["translation_key"], entity["device_id"]) == (key, device_id)
    ]


@pytest.mark.parametrize("width", [DESK, TABLET, PHONE])
@pytest.mark.parametrize("path", ["now", "doors", "people", "boxes"])
async def test_view_fits_each_width(
    at_home: Screen, dashboard: str, path: str, width: int
) -> None:
    """Nothing is cut off, and nothing fails."""
    await _resize(at_home, width)
    await at_home.open(f"{dashboard}/{path}")
    shown = {
        "now": _name(at_home),
        "doors": _card(at_home).locator("ul li").first,
        "people": at_home.page.locator("hui-picture-entity-card").first,
        "boxes": at_home.page.locator("hui-statistics-graph-card").first,
    }[path]
    await expect(shown).to_be_visible()
    await expect(at_home.page.locator("hui-error-card")).to_have_count(0)
    await expect(at_home.page.locator("hui-warning")).to_have_count(0)
    await expect(at_home.page.get_by_text("dashboard.")).to_have_count(0)
    # Pictures and graphs need a moment.
    await at_home.page.wait_for_timeout(1_000)
    await at_home.look(f"view {path}")


@pytest.mark.parametrize("path", ["now", "doors"])
async def test_dark_theme_is_dark(desk: Screen, dashboard: str, path: str) -> None:
    """The colors are those of Home Assistant."""
    await desk.page.emulate_media(color_scheme="dark")
    try:
        await desk.open(f"{dashboard}/{path}")
        card = _card(desk).locator("ha-card")
        await expect(card).to_have_css("background-color", "rgb(28, 28, 28)")
        await expect(_card(desk).locator(".name").first).to_be_visible()
        await desk.look(f"dark {path}")
    finally:
        await desk.page.emulate_media(color_scheme="light")


async def test_people_are_found_however_they_are_renamed_or_hidden(
    furnished: FurnishedHouse, desk: Screen, dashboard: str
) -> None:
    """Neither an id nor a name says what an entity is."""
    tom = furnished.device_ids["Tom"]
    async with furnished.house.home_assistant.api.socket() as socket:
        [face] = await _entity_ids(socket, "face", tom)
        update = "config/entity_registry/update"
        await socket.command(update, entity_id=face, new_entity_id="image.nobody")
        await socket.command(
            "config/device_registry/update", device_id=tom, name_by_user="Thomas"
        )
        await desk.open(f"{dashboard}/people")
        heading = desk.page.locator("hui-heading-card")
        await expect(heading.get_by_text("Thomas", exact=True)).to_be_visible()
        faces = desk.page.locator("hui-picture-entity-card")
        await expect(faces).to_have_count(3)

        await socket.command(update, entity_id="image.nobody", hidden_by="user")
        await expect(faces).to_have_count(2)

        await socket.command(update, entity_id="image.nobody", hidden_by=None)
        await socket.command(update, entity_id="image.nobody", new_entity_id=face)
        await socket.command(
            "config/device_registry/update", device_id=tom, name_by_user=None
        )
        await expect(faces).to_have_count(3)


async def test_options_are_changed_in_an_editor(
    desk: Screen,
    dashboard: str,
    illustrate_english: Illustrate,
    furnished: FurnishedHouse,
) -> None:
    """Without a line of YAML."""
    await desk.open(f"{dashboard}/now")
    await desk.button("panel.lovelace.menu.configure_ui").click()
    editor = desk.page.locator("se-aibox-strategy-editor")
    await expect(editor).to_be_visible()
    for option in ("views", "entry_ids", "areas", "columns"):
        label = _text(desk, f"option_{option}")
        await expect(editor.get_by_text(label).first).to_be_visible()
    illustrate_english(await desk.picture("options"), "dashboard-options")
    await editor.get_by_role("spinbutton").fill("2")
    await desk.button("common.save").click()
    await expect(editor).to_be_hidden()
    async with furnished.house.home_assistant.api.socket() as socket:
        saved = await socket.command("lovelace/config", url_path=_DASHBOARD)
        assert saved["strategy"] == {"type": "custom:se-aibox", "columns": 2}
        await _save(socket)


async def test_lost_box_is_said_until_it_is_back(
    furnished: FurnishedHouse, desk: Screen, dashboard: str
) -> None:
    """While all is well, nothing is said of a connection."""
    box = furnished.house.box
    await desk.open(f"{dashboard}/now")
    await expect(_name(desk)).to_be_visible()
    lost = _card(desk).locator(".lost")
    await expect(lost).to_be_empty()

    await box.cut_power()
    try:
        await expect(lost).to_contain_text("Main entrance", timeout=30_000)
        await desk.look("now lost")
    finally:
        await box.start()
    await box.wait_for_subscription(timeout=90)
    await expect(lost).to_be_empty()


async def test_user_without_rights_sees_nobody(
    furnished: FurnishedHouse, artifacts: Path, dashboard: str, language: str
) -> None:
    """The dashboard says that there is nothing that they may see."""
    api = furnished.house.home_assistant.api
    async with api.socket() as socket:
        user = await socket.command("config/auth/create", name="Guest", group_ids=[])
        await socket.command(
            "config/auth_provider/homeassistant/create",
            user_id=user["user"]["id"],
            username="guest",
            password="guest",
        )
    async with open_browser(language) as page:
        guest = await _log_in(
            page, furnished.house, language, artifacts, "guest", "guest"
        )
        await guest.open(f"{dashboard}/now")
        await expect(
            page.get_by_text(_text(guest, "empty_not_allowed"))
        ).to_be_visible()
        await expect(page.locator("se-aibox-faces")).to_have_count(0)
        await guest.look("no rights")


async def test_options_that_match_nothing_show_nobody(
    furnished: FurnishedHouse, desk: Screen, dashboard: str
) -> None:
    """Nor do they show everybody."""
    async with furnished.house.home_assistant.api.socket() as socket:
        await _save(socket, areas=["no_such_area"])
        await desk.open(f"{dashboard}/now")
        await expect(desk.text(_text(desk, "empty_no_match"))).to_be_visible()
        await expect(_card(desk)).to_have_count(0)
        await desk.look("no match")
        await _save(socket)


async def _disable_the_only_door(api: Api) -> None:
    async with api.socket() as socket:
        [door] = (await find_devices(socket)).capture_devices
        await socket.command(
            "config/device_registry/update",
            device_id=door.device_id,
            disabled_by="user",
        )


@pytest.mark.parametrize("count", [0, 1, 128])
async def test_dashboard_is_right_with_any_number_of_capture_devices(
    language: str, artifacts: Path, count: int
) -> None:
    """A box of its own has so many."""
    plan = BoxPlan(
        name="Campus",
        dialect="nested",
        host="127.0.0.23",
        host_name="se5-campus",
        seed=2,
        capture_devices=tuple(
            f"Gate {number}" for number in range(1, max(count, 1) + 1)
        ),
    )
    folder = artifacts / f"home_assistant_{count}"
    async with open_house(language, folder, plan) as house:
        api = house.home_assistant.api
        await add_box(api, Box("Campus", house.box))
        async with api.socket() as socket:
            await wait_for_capture_devices(socket, [Box("Campus", house.box)])
            await _make(socket)
        if count:
            await house.box.wait_for_subscription()
            last = house.box.devices[-1]
            await house.box.recognize(last, house.person("Tom"))
        async with open_browser(language) as page:
            screen = await _log_in(page, house, language, artifacts)
            await screen.open(f"/{_DASHBOARD}/doors")
            if not count:
                # The dashboard follows without a reload.
                await expect(_card(screen).locator("ul li")).to_have_count(1)
                await _disable_the_only_door(api)
                await expect(
                    screen.text(_text(screen, "empty_no_door"))
                ).to_be_visible()
            else:
                await expect(_card(screen).locator("ul li")).to_have_count(count)
                await expect(_card(screen).locator("ul li").first).to_contain_text(
                    "Tom"
                )
            await screen.look(f"{count} doors")
            await screen.open(f"/{_DASHBOARD}/boxes")
            heading = page.locator("hui-heading-card").get_by_text("Campus", exact=True)
            await expect(heading).to_be_visible()
            await screen.look(f"box with {count}")


async def test_areas_choose_which_doors_are_in_sight(
    furnished: FurnishedHouse, desk: Screen, dashboard: str
) -> None:
    """As the user has them; a new one is there without a reload."""
    await desk.open(f"{dashboard}/doors")
    doors, places = _card(desk).locator("ul li"), _card(desk).locator(".places button")
    await expect(doors).to_have_count(4)
    await expect(places).to_have_count(0)
    async with furnished.house.home_assistant.api.socket() as socket:
        areas = {}
        for name, door in (("Garden", furnished.door), ("Yard", "Garage")):
            area = await socket.command("config/area_registry/create", name=name)
            areas[name] = area["area_id"]
            await socket.command(
                "config/device_registry/update",
                device_id=furnished.device_ids[door],
                area_id=area["area_id"],
            )
        await expect(places).to_have_text([_text(desk, "all_doors"), "Garden", "Yard"])
        # The dashboard is made anew, and forgets what was chosen.
        await desk.open(f"{dashboard}/doors")
        await places.filter(has_text="Yard").click()
        await expect(doors).to_have_count(1)
        await expect(doors).to_contain_text("Garage")
        await desk.look("doors of an area")
        for area_id in areas.values():
            await socket.command("config/area_registry/delete", area_id=area_id)
        await expect(doors).to_have_count(4)
