"""The view of sites, with people who come and go."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import suppress
from dataclasses import replace

from playwright.async_api import Locator, expect
import pytest
import pytest_asyncio

from tools.demo.adding import answer_page, open_flow
from tools.demo.api import HomeAssistantError
from tools.demo.dashboard import STRATEGY

from .conftest import Illustrate
from .furnishing import FurnishedHouse
from .house import House
from .screen import DESK, PHONE, TABLET, Screen

pytestmark = [
    pytest.mark.asyncio(loop_scope="session"),
    # The first test waits for Home Assistant to start.
    pytest.mark.timeout(180),
]

_RESTART_SECONDS = 90
_DASHBOARD = "test-sites"
_VIEW = f"/{_DASHBOARD}/sites"
# Of the capture devices of the box.
_ENTRANCE, _EXIT, _ROOM = range(3)
_HOSTILE = '<img src=x onerror="window.hacked = true"> **bold** {{ 6 * 7 }}'


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def house_with_site(furnished: FurnishedHouse) -> House:
    """Add a site and a dashboard."""
    house = furnished.house
    api = house.home_assistant.api
    ids = [furnished.device_ids[device.name] for device in house.box.devices]
    page = await answer_page(
        api,
        await open_flow(api, "site"),
        {
            "name": "Office",
            "entrances": [ids[_ENTRANCE]],
            "exits": [ids[_EXIT]],
            "inside": [ids[_ROOM]],
        },
    )
    assert page["type"] == "create_entry"
    async with api.socket() as socket:
        await socket.command(
            "lovelace/dashboards/create", url_path=_DASHBOARD, title="Faces"
        )
        await socket.command(
            "lovelace/config/save",
            url_path=_DASHBOARD,
            config={"strategy": {"type": STRATEGY}},
        )
    return house


@pytest_asyncio.fixture(loop_scope="session")
async def desk(at_home: Screen, house_with_site: House) -> AsyncGenerator[Screen]:
    """Return the screen of a desk with the view."""
    await at_home.page.set_viewport_size({"width": DESK, "height": 800})
    await at_home.open(_VIEW)
    yield at_home


def _people(screen: Screen) -> Locator:
    return screen.page.locator(".people:not(.roll_call) li")


def _listed(screen: Screen) -> Locator:
    return screen.page.locator(".roll_call li")


async def _see(house: House, name: str, number: int) -> None:
    await house.box.wait_for_subscription()
    await house.box.recognize(house.box.devices[number], house.person(name))


async def test_who_enters_is_shown_with_face_and_time_until_they_leave(
    house_with_site: House, desk: Screen
) -> None:
    """The list changes by itself; one who stays is not drawn anew."""
    await _see(house_with_site, "Tom", _ENTRANCE)
    tom = _people(desk).filter(has_text="Tom")
    await expect(tom).to_have_count(1)
    await expect(tom.locator("img")).to_be_visible()
    since = desk.words.own("config_panel.dashboard.inside_since", time="TIME")
    await expect(tom.locator("time")).to_contain_text(since.replace("TIME", "").strip())

    await _see(house_with_site, "Anna Schmidt", _ROOM)
    await expect(_people(desk)).to_have_count(2)
    await expect(desk.page.locator("hui-tile-card").first).to_contain_text("2")

    await _see(house_with_site, "Anna Schmidt", _EXIT)
    await expect(_people(desk)).to_have_count(1)

    await _see(house_with_site, "Tom", _EXIT)
    nobody = desk.words.own("config_panel.dashboard.nobody_inside")
    await expect(desk.page.get_by_text(nobody)).to_be_visible()
    await expect(_people(desk)).to_have_count(0)
    await desk.picture("site without people")


async def test_restart_keeps_who_is_inside_and_recovers_who_left(
    house_with_site: House, desk: Screen
) -> None:
    """The page reconnects by itself."""
    house = house_with_site
    for name in ("Tom", "Anna Schmidt"):
        await _see(house, name, _ENTRANCE)
    await expect(_people(desk)).to_have_count(2)
    running = asyncio.create_task(house.home_assistant.run())
    try:
        # It may be gone before it answers.
        with suppress(HomeAssistantError):
            async with house.home_assistant.api.socket() as socket:
                await socket.command(
                    "call_service", domain="homeassistant", service="restart"
                )
        async with asyncio.timeout(_RESTART_SECONDS):
            while house.box.subscriptions:  # noqa: ASYNC110 - no event to wait for
                await asyncio.sleep(0.1)
            await house.box.recognize(
                house.box.devices[_EXIT], house.person("Anna Schmidt")
            )
            await house.box.wait_for_subscription(timeout=_RESTART_SECONDS)
        remaining = _people(desk)
        await expect(remaining).to_have_count(1, timeout=_RESTART_SECONDS * 1000)
        await expect(remaining).to_contain_text("Tom")
        await expect(remaining.locator("img")).to_be_visible()
        await desk.picture("site after a restart")
        await _see(house, "Tom", _EXIT)
        await expect(remaining).to_have_count(0)
    finally:
        running.cancel()


async def test_hostile_name_is_text_among_those_inside(
    house_with_site: House, desk: Screen
) -> None:
    """Neither markup, nor Markdown, nor a template."""
    house = house_with_site
    tom = house.person("Tom")
    hostile = replace(tom, identity_id="66600666", name=_HOSTILE, user_id="66600666")
    await house.box.wait_for_subscription()
    await house.box.recognize(house.box.devices[_ENTRANCE], hostile)
    try:
        await expect(_people(desk).locator(".name")).to_have_text(_HOSTILE)
        await expect(desk.page.locator("img[src=x]")).to_have_count(0)
        assert not await desk.page.evaluate("'hacked' in window")
    finally:
        await house.box.recognize(house.box.devices[_EXIT], hostile)
        await expect(_people(desk)).to_have_count(0)


_INSIDE = ("Tom", "Anna Schmidt", "小明", "Mei-Ling O'Connor", "赵敏")


@pytest.mark.parametrize("width", [DESK, TABLET, PHONE])
async def test_view_of_sites_fits_each_width(
    house_with_site: House,
    desk: Screen,
    illustrate_english: Illustrate,
    width: int,
) -> None:
    """Who is inside is there after a reload, with faces from the history."""
    for name in _INSIDE:
        await _see(house_with_site, name, _ENTRANCE)
    await desk.page.set_viewport_size({"width": width, "height": 800})
    await desk.open(_VIEW)

    await expect(_people(desk).locator("img")).to_have_count(5)
    await expect(desk.page.locator("hui-history-graph-card canvas")).to_be_visible()
    for problem in ("hui-error-card", "hui-warning"):
        await expect(desk.page.locator(problem)).to_have_count(0)
    await expect(desk.page.get_by_text("dashboard.")).to_have_count(0)
    # Pictures and graphs need a moment.
    await desk.page.wait_for_timeout(1_000)
    picture = await desk.look("view sites")
    if width == DESK:
        illustrate_english(picture, "dashboard-sites")


async def _start(screen: Screen) -> None:
    """Press the large button, and confirm."""
    start = screen.words.own("config_panel.dashboard.start_roll_call")
    await screen.page.locator("hui-button-card").get_by_text(start).click()
    question = screen.words.own("config_panel.dashboard.roll_call_question")
    dialog = screen.page.locator("dialog-box")
    await expect(dialog.get_by_text(question)).to_be_visible()
    await screen.button("common.ok", within=dialog).click()


async def _expect_missing(screen: Screen, count: int) -> None:
    """Wait until so many are missing, in the list and on the tile."""
    boxes = screen.page.locator(".roll_call input")
    await expect(boxes.and_(screen.page.locator(":not(:checked)"))).to_have_count(count)
    missing = screen.words.own("entity.sensor.unaccounted_for.name")
    tile = screen.page.locator("hui-tile-card").filter(has_text=missing)
    await expect(tile).to_contain_text(str(count))


@pytest.mark.parametrize("width", [DESK, PHONE])
async def test_roll_call_is_checked_off_to_the_last_one(
    house_with_site: House,
    desk: Screen,
    illustrate_english: Illustrate,
    width: int,
) -> None:
    """By hand, taken back, and by faces at the exit."""
    for name in _INSIDE:
        await _see(house_with_site, name, _ENTRANCE)
    await desk.page.set_viewport_size({"width": width, "height": 800})
    await expect(_people(desk)).to_have_count(len(_INSIDE))
    await _start(desk)
    await expect(_listed(desk).locator("img")).to_have_count(len(_INSIDE))
    await _expect_missing(desk, 5)

    tom = desk.page.get_by_role("checkbox", name="Tom")
    await tom.click()
    await _expect_missing(desk, 4)
    await tom.click()
    await _expect_missing(desk, 5)
    await _listed(desk).filter(has_text="赵敏").locator(".name").click()
    await _see(house_with_site, "Tom", _EXIT)
    await _expect_missing(desk, 3)
    await expect(tom).to_be_checked()
    # What is checked off moves down once nobody touches the list.
    for place, state in ((2, ""), (3, "old"), (4, "old")):
        await expect(_listed(desk).nth(place)).to_have_class(state)
    await desk.page.locator(".roll_call").scroll_into_view_if_needed()
    await desk.page.wait_for_timeout(1_000)
    picture = await desk.look("roll call")
    if width == PHONE:
        illustrate_english(picture, "dashboard-roll-call")

    for name in _INSIDE[1:4]:
        await _see(house_with_site, name, _EXIT)
    complete = desk.words.own("config_panel.dashboard.roll_call_complete", time="TIME")
    said = complete.partition("·")[2].strip()
    await expect(desk.page.locator(".roll_call summary")).to_contain_text(said)
    await expect(_listed(desk).first).to_be_hidden()
    await desk.picture(f"roll call complete {width}")
