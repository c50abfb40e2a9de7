"""The card on a page without Home Assistant: many faces, failures and bounds."""

import json
from typing import Any

from playwright.async_api import Browser, JSHandle, Locator, expect
import pytest

from .bare_page import BarePage
from .words import Words

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(180)]

_MANY = 10_000
_MOST_TILES = 200
_MOST_PICTURES = 200
_LONGEST_TASK_MS = 100
# Rows move to their places for a quarter of a second, at any of 60 frames a second.
_WHEN_IN_PLACE = """
async element => {
  let top = NaN;
  for (let still = 0; still < 30; ) {
    await new Promise(requestAnimationFrame);
    const now = element.getBoundingClientRect().top;
    still = now === top ? still + 1 : 0;
    top = now;
  }
}
"""
_HOSTILE = '<img src=x onerror="window.hacked = true">\u202eevil\u202c' + "長" * 260
_COUNT = "({root}, selector) => root.querySelectorAll(selector).length"
# Goes back to the oldest face, and up again in steps of several screens.
_SCROLL = """
async ({root}, last) => {
    const scroller = root.querySelector(".scroller");
    const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
    let most = 0;
    const look = async () => {
        await frame();
        most = Math.max(most, root.querySelectorAll(".tile").length);
    };
    while (root.querySelector(".foot").textContent !== last) {
        scroller.scrollTop = scroller.scrollHeight;
        await look();
    }
    for (let top = scroller.scrollHeight; top > 0; top -= 3_000) {
        scroller.scrollTop = top;
        await look();
    }
    return most;
}
"""
_UNTIL = """(async () => {{
    while (!{0}) await new Promise((resolve) => requestAnimationFrame(resolve));
}})()"""
# What is below comes page by page.
_SCROLL_TO = """(async (scroller, top) => {
    while (Math.abs(scroller.scrollTop - top) > 1) {
        scroller.scrollTop = top;
        await new Promise((resolve) => requestAnimationFrame(resolve));
    }
})(root.querySelector(".scroller"), given[0])"""


def _card(words: Words, key: str, **placeholders: str) -> str:
    return words.own(f"config_panel.card.{key}", **placeholders)


def _tiles(bare: BarePage) -> Locator:
    return bare.page.locator(".tile")


async def _wait_for_picture(tile: Locator) -> None:
    await tile.locator("img").evaluate("image => image.decode()")


async def _tell(card: JSHandle, script: str, *arguments: object) -> Any:
    """Run a script with `boxes`, `card`, `bare` and `given`."""
    return await card.evaluate(
        "async ({boxes, card, root}, given) => {"
        "const bare = await import('/bare/hass.js'), guest = {user: {}};"
        f"return {script}; }}",
        list(arguments),
    )


async def test_ten_thousand_faces_scroll_in_short_tasks_and_few_tiles(
    browser: Browser, bare: BarePage, words: Words
) -> None:
    """The time of the processor counts: other programs may take the rest."""
    card = await bare.add_card(count=_MANY)
    await expect(_tiles(bare).first).to_be_visible()
    await browser.start_tracing(page=bare.page, categories=["toplevel", "__metadata"])
    last = _card(words, "most", most=str(_MANY))
    most_tiles = await card.evaluate(_SCROLL, last)
    assert 0 < most_tiles <= _MOST_TILES
    assert await _longest_task_ms(browser) <= _LONGEST_TASK_MS
    assert await card.evaluate(_COUNT, "img") <= _MOST_PICTURES


async def _longest_task_ms(browser: Browser) -> float:
    """Return what the longest task of the page took of the processor."""
    events = json.loads(await browser.stop_tracing())["traceEvents"]
    main = {
        (event["pid"], event["tid"])
        for event in events
        if event["name"] == "thread_name" and event["args"]["name"] == "CrRendererMain"
    }
    tasks = [
        event["tdur"] / 1000
        for event in events
        if "RunTask" in event["name"]
        and (event["pid"], event["tid"]) in main
        and "tdur" in event
    ]
    assert len(tasks) > _MANY / 50
    return float(max(tasks))


async def test_only_pictures_in_sight_are_asked_for_by_their_width(
    bare: BarePage,
) -> None:
    """Each is a scaled one."""
    await bare.add_card(count=_MANY)
    await _wait_for_picture(_tiles(bare).first)
    assert 0 < len(bare.pictures_asked) < 60
    assert all("/face?authSig=x&width=64" in url for url in bare.pictures_asked)


@pytest.mark.parametrize(
    ("mode", "image"),
    [
        ("timeline", "root.querySelector('.tile img')"),
        ("now", "root.querySelector('.screen')?.shadowRoot.querySelector('.main img')"),
    ],
    ids=["timeline", "now"],
)
async def test_live_picture_is_asked_for_at_once_where_it_is_in_sight(
    bare: BarePage, mode: str, image: str
) -> None:
    """To see whether it is takes the browser a frame."""
    card = await bare.add_card(count=3, config={"mode": mode})
    await _tell(card, _UNTIL.format(image))
    is_asked_for = (
        "(boxes.show(bare.rowOf(given[0], {kind: 'live'})), await null, await null,"
        f" ({image})?.src.includes(`r${{given[0]}}/`) && ({image}).loading !== 'lazy')"
    )
    assert await _tell(card, is_asked_for, -6)
    await _tell(card, "card.parentElement.style.marginTop = '2000px'")
    assert not await _tell(card, is_asked_for, -12)
    async with bare.page.expect_response("**/r-12/face?*"):
        await _tell(card, "card.scrollIntoView()")


async def test_at_most_200_pictures_are_kept(bare: BarePage) -> None:
    """A picture that is gone is asked for again."""
    card = await bare.add_card(count=2_000)
    await _wait_for_picture(_tiles(bare).first)
    first = bare.pictures_asked[0]
    for screens, times in ((3, 1), (15, 2)):
        for screen in [*range(screens), 0]:
            top = 600 * screen
            await _tell(card, _SCROLL_TO, top)
            await _wait_for_picture(_tiles(bare).nth(12))
        await _wait_for_picture(_tiles(bare).first)
        assert bare.pictures_asked.count(first) == times
    assert len(set(bare.pictures_asked)) > _MOST_PICTURES


async def test_pictures_off_drops_all_at_once(bare: BarePage) -> None:
    """They come back when it is on again."""
    card = await bare.add_card(count=30)
    await expect(_tiles(bare).first.locator("img")).to_be_visible()
    await _tiles(bare).first.click()
    await expect(bare.page.locator("dialog img")).to_have_count(3)
    held = await _tell(card, "window.held = [...root.querySelectorAll('img')], 0")
    assert held == 0
    left = await _tell(
        card,
        "boxes.turnPictures(false), await null,"
        " [root.querySelectorAll('img').length,"
        " window.held.filter((image) => image.hasAttribute('src')).length]",
    )
    assert left == [0, 0]
    await expect(bare.page.locator("dialog .none")).to_be_visible()
    await _tell(card, "boxes.turnPictures(true), 0")
    await expect(bare.page.locator("dialog img")).to_have_count(3)
    await expect(_tiles(bare).first.locator("img")).to_have_count(1)


async def test_picture_that_fails_leaves_the_icon(bare: BarePage) -> None:
    """The same holds in the details."""
    bare.broken = True
    async with bare.page.expect_response("**/r0/face?*"):
        await bare.add_card(count=3)
    face = _tiles(bare).first.locator(".face")
    await expect(face.locator("img")).to_have_count(0)
    await expect(face.locator("ha-icon")).to_be_visible()
    await _tiles(bare).first.click()
    await expect(bare.page.locator("dialog img")).to_have_count(0)
    await expect(bare.page.locator("dialog .frame ha-icon")).to_have_count(3)


async def test_new_faces_wait_while_somebody_reads_below(
    bare: BarePage, words: Words
) -> None:
    """A button leads to them."""
    card = await bare.add_card(count=200)
    scroller = bare.page.locator(".scroller")
    await expect(_tiles(bare).first).to_be_visible()
    await scroller.evaluate("scroller => { scroller.scrollTop = 1000; }")
    read = bare.page.get_by_text("Person 45", exact=True)
    await expect(read).to_be_in_viewport()
    await read.evaluate(_WHEN_IN_PLACE)
    before = await read.bounding_box()
    for number in (-1, -2):
        await _tell(card, "boxes.show(bare.rowOf(given[0], {kind: 'live'}))", number)
    newer = bare.page.locator(".newer")
    await expect(newer).to_have_text(_card(words, "newer_other", count="2"))
    await read.evaluate(_WHEN_IN_PLACE)
    assert await read.bounding_box() == before
    await newer.click()
    await expect(newer).to_be_hidden()
    await expect(_tiles(bare).first).to_contain_text("Person -2")
    await expect(_tiles(bare).first).to_be_focused()


async def test_arrow_keys_work_after_a_long_name_and_at_the_newest_face(
    bare: BarePage,
) -> None:
    """A name that scrolls can have the focus, and a button that gets disabled, too."""
    card = await bare.add_card(count=3)
    long = {"name": _HOSTILE * 2}
    await _tell(card, "boxes.show(bare.rowOf(-6, {kind: 'live', ...given[0]}))", long)
    await expect(_tiles(bare).first.locator(".name")).to_have_text(long["name"])
    names = await _tiles(bare).locator(".name").all_inner_texts()
    await _tiles(bare).first.click()
    name, keyboard = bare.page.locator("dialog .title .name"), bare.page.keyboard
    await name.focus()

    for key, at in (("Right", 1), ("Right", 2), ("Left", 1)):
        await keyboard.press(f"Arrow{key}")
        await expect(name).to_have_text(names[at])
    await bare.page.locator("dialog header button").first.click()
    await expect(name).to_have_text(names[0])
    await keyboard.press("ArrowRight")
    await expect(name).to_have_text(names[1])


async def test_recovered_face_is_marked_and_not_announced(
    bare: BarePage, words: Words
) -> None:
    """A live one is announced."""
    card = await bare.add_card(count=5)
    await expect(_tiles(bare)).to_have_count(5)
    await _tell(card, "boxes.show(bare.rowOf(-6, {kind: 'recovered'}))")
    mark = _tiles(bare).first.locator(".mark")
    await expect(mark).to_have_attribute("title", _card(words, "recovered"))
    await _tell(card, "boxes.show(bare.rowOf(-12, {kind: 'live', name: 'Eve'}))")
    said = _card(words, "said", name="Eve", place="Front door")
    await expect(bare.page.locator(".unseen")).to_have_text(said)


async def test_hostile_names_are_text(bare: BarePage) -> None:
    """Neither the tile nor the details grow."""
    hostile = {"name": _HOSTILE, "place": _HOSTILE, "group_name": _HOSTILE}
    card = await bare.add_card(count=3)
    await _tell(
        card, "boxes.show(bare.rowOf(-6, {kind: 'live', ...given[0]}))", hostile
    )
    first = _tiles(bare).first
    await expect(first.locator(".name")).to_have_text(_HOSTILE)
    box, other = await first.bounding_box(), await _tiles(bare).nth(1).bounding_box()
    assert box is not None
    assert other is not None
    assert (box["width"], box["height"]) == (other["width"], other["height"])
    await first.click()
    dialog = bare.page.locator("dialog")
    await expect(dialog.locator("dd", has_text=_HOSTILE)).to_have_count(2)
    assert await dialog.evaluate("all => all.scrollWidth <= all.clientWidth")
    await expect(bare.page.locator("img[src=x]")).to_have_count(0)
    assert not await bare.page.evaluate("'hacked' in window")


@pytest.mark.parametrize(
    ("script", "key"),
    [
        ("boxes.failing = {code: 'unknown_command', message: ''}", "not_loaded"),
        ("boxes.failing = {code: 'unauthorized', message: ''}", "no_right"),
        ("boxes.failing = {code: 'x', message: 'Broken.'}", "error"),
        ("boxes.state.boxes = []", "no_box"),
        (
            "boxes.state.boxes = [], card.hass = bare.hassOf(boxes, language, guest)",
            "no_right",
        ),
        ("0", "nothing_yet"),
    ],
)
async def test_card_without_faces_says_why(
    bare: BarePage, words: Words, script: str, key: str
) -> None:
    """What can be tried again has a button."""
    card = await bare.add_card()
    await expect(bare.page.locator(".said")).to_be_visible()
    # As after a move on the dashboard.
    await _tell(card, f"({script}, card.parentElement.replaceChildren(card), 0)")
    text = _card(words, key, error="Broken.")
    await expect(bare.page.locator(".said p")).to_have_text(text)


async def test_filter_that_fits_nobody_can_be_cleared(
    bare: BarePage, words: Words
) -> None:
    """The name is looked for once it is typed."""
    await bare.add_card(count=20)
    await expect(_tiles(bare)).to_have_count(20)
    search = bare.page.get_by_role("combobox", name=_card(words, "person"))
    await search.fill("Nobody")
    said = bare.page.locator(".said")
    await expect(said).to_contain_text(_card(words, "nothing_fits"))
    await said.get_by_role("button").click()
    await expect(_tiles(bare)).to_have_count(20)
    await expect(search).to_have_value("")


async def test_boxes_that_are_away_or_silent_are_named(
    bare: BarePage, words: Words
) -> None:
    """What is missing is said above the list."""
    card = await bare.add_card(count=3)
    notice = bare.page.locator(".notice")
    await expect(notice).to_be_hidden()
    await _tell(
        card, "(boxes.state.boxes[0].connected = false, boxes.tell(boxes.state))"
    )
    named = "\u2068Main entrance\u2069"
    await expect(notice).to_have_text(_card(words, "away", boxes=named))


async def test_card_that_left_holds_nothing(bare: BarePage) -> None:
    """One that comes back subscribes once."""
    card = await bare.add_card(count=60)
    await expect(_tiles(bare).first).to_be_visible()
    count = "[boxes.subscriptions.size, boxes.listeners]"
    assert await _tell(card, count) == [1, 1]
    for _ in range(3):
        await _tell(card, "(window.place = card.parentElement, card.remove())")
        assert await _tell(card, count) == [0, 0]
        await _tell(card, "window.place.append(card)")
        await expect(_tiles(bare).first).to_be_visible()
        assert await _tell(card, count) == [1, 1]


async def test_connection_that_was_lost_is_subscribed_again(bare: BarePage) -> None:
    """What came meanwhile is there."""
    card = await bare.add_card(count=3)
    await expect(_tiles(bare)).to_have_count(3)
    await _tell(card, "boxes.rows.unshift(bare.rowOf(-6))")
    await _tell(card, "boxes.reconnect()")
    await expect(_tiles(bare)).to_have_count(4)
    assert await _tell(card, "[boxes.subscriptions.size, boxes.listeners]") == [1, 1]


async def test_cards_on_one_page_are_apart(bare: BarePage) -> None:
    """Each has its own filter and faces."""
    await bare.add_card(count=12, config={"title": "All"})
    await bare.add_card(count=12, config={"person_types": ["vip"], "title": "VIPs"})
    first, second = await bare.page.locator("se-aibox-faces-card").all()
    await expect(first.locator(".tile")).to_have_count(12)
    await expect(second.locator(".tile")).to_have_count(2)
    await expect(second.locator(".chip")).to_be_hidden()


async def test_many_states_cost_the_card_nothing(bare: BarePage) -> None:
    """Home Assistant sets `hass` at each change of any state."""
    card = await bare.add_card(count=60)
    await expect(_tiles(bare).first).to_be_visible()
    changes = await _tell(
        card,
        """await (async () => {
            let changes = 0;
            const observer = new MutationObserver((found) => {
                changes += found.length;
            });
            const all = {subtree: true, childList: true, attributes: true};
            observer.observe(root, all);
            const hass = bare.hassOf(boxes, language);
            card.hass = hass;
            await new Promise((resolve) => setTimeout(resolve, 500));
            changes = 0;
            for (let count = 0; count < 1000; count += 1) card.hass = {...hass};
            await null;
            return changes;
        })()""",
    )
    assert changes == 0
    assert await _tell(card, "boxes.subscriptions.size") == 1


async def test_nothing_moves_where_motion_is_unwanted(bare: BarePage) -> None:
    """New faces are there without sliding."""
    await bare.page.emulate_media(reduced_motion="reduce")
    card = await bare.add_card(count=5)
    await expect(_tiles(bare)).to_have_count(5)
    await _tell(card, "boxes.show(bare.rowOf(-6, {kind: 'live'}))")
    await expect(_tiles(bare)).to_have_count(6)
    assert await bare.page.evaluate("document.getAnimations().length") == 0


_STRANGERS = {"person_types": ["stranger"]}


@pytest.mark.parametrize("is_admin", [False, True])
async def test_only_administrators_are_offered_to_name_a_stranger(
    bare: BarePage, words: Words, is_admin: bool
) -> None:
    """The form is not even loaded for others."""
    user = {"id": "1", "name": "Demo", "is_admin": is_admin}
    await bare.add_card(count=12, config=_STRANGERS, hass={"user": user})
    await _tiles(bare).first.click()
    dialog = bare.page.locator("dialog.details")
    await expect(dialog.locator("[data-kind=face]")).to_be_visible()
    question = dialog.get_by_role("button", name=_card(words, "who_is_this"))
    await expect(question).to_have_count(int(is_admin))
    loaded = "performance.getEntriesByType('resource').map(({name}) => name)"
    modules = await bare.page.evaluate(loaded)
    assert any(name.endswith("/details.js") for name in modules)
    assert not any(name.endswith("/who.js") for name in modules)


@pytest.mark.parametrize("zone", ["local", "server"])
async def test_visitor_is_enrolled_until_an_end_of_the_users_time_zone(
    bare: BarePage, words: Words, language: str, zone: str
) -> None:
    """The picture is the face; names of groups are text."""
    locale = {"language": language, "time_format": "language", "time_zone": zone}
    card = await bare.add_card(count=12, config=_STRANGERS, hass={"locale": locale})
    await _tell(card, "boxes.group = given[0]", _HOSTILE)
    await _tiles(bare).first.click()
    dialog = bare.page.locator("dialog.details")
    await dialog.get_by_role("button", name=_card(words, "who_is_this")).click()
    await dialog.get_by_label(_card(words, "name"), exact=True).fill(" Ada ")
    # Who comes meanwhile changes nothing of what is typed.
    await _tell(card, "boxes.show(bare.rowOf(-6, {kind: 'live'}))")
    await expect(_tiles(bare)).to_have_count(3)
    group = dialog.get_by_label(_card(words, "permission_group"))
    await group.select_option(label=f"{_HOSTILE} (Garage)")
    await dialog.get_by_label(_card(words, "person_type")).select_option("visitor")
    enroll = dialog.get_by_role("button", name=_card(words, "enroll"))
    await enroll.click()
    # Without an end, nobody is enrolled.
    end = dialog.get_by_label(_card(words, "visit_ends"))
    await expect(end).to_be_focused()
    assert await _tell(card, "boxes.called.length") == 1
    await end.fill("2030-01-02T10:30")
    await enroll.click()
    said = f"{_card(words, 'enrolled', name='Ada')} One warning."
    await expect(dialog.get_by_role("status")).to_have_text(said)
    moment = "new Date('2030-01-02T10:30').toISOString()"
    local = await bare.page.evaluate(moment)
    assert await _tell(card, "boxes.called[1].slice(0, 3)") == [
        "se_aibox",
        "enroll_person",
        {
            "config_entry_id": "box",
            "media": "/api/se_aibox/picture/box/r4/face",
            "name": "Ada",
            "permission_group": "g1",
            "person_type": "visitor",
            "valid_until": "2030-01-02T10:30" if zone == "server" else local,
        },
    ]
    assert not await bare.page.evaluate("'hacked' in window")


async def test_stranger_without_a_picture_and_an_id_is_nobody_to_name(
    bare: BarePage, words: Words
) -> None:
    card = await bare.add_card(count=12, config=_STRANGERS)
    await _tell(card, "boxes.show(bare.rowOf(100, {pictures: {}, stranger_id: null}))")
    await expect(_tiles(bare)).to_have_count(3)
    await _tiles(bare).last.click()
    dialog = bare.page.locator("dialog.details")
    await dialog.get_by_role("button", name=_card(words, "who_is_this")).click()
    status = dialog.get_by_role("status")
    await expect(status).to_have_text(_card(words, "no_picture"))
    await expect(dialog.locator("form")).to_have_count(0)
    ignore = dialog.get_by_role("button", name=_card(words, "ignore"))
    await expect(ignore).to_have_count(0)
