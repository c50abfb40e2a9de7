"""The roll call of a site, on a page without Home Assistant."""

from typing import Any

from playwright.async_api import JSHandle, Locator, expect
import pytest

from .bare_page import BarePage
from .screen import DESK, PHONE
from .words import Words

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(60)]

_HOSTILE = '<img src=x onerror="window.hacked = true">**bold** {{ 6 * 7 }}'
_LOWEST_ROW = 56
_FACE = 72
# Until an item that was touched may move.
_STILL_MS = 3_000


async def _add(page: BarePage, roll_call: str, options: str = "{}") -> JSHandle:
    """Put a card on the page; both arguments are JavaScript with `bare`."""
    return await page.page.evaluate_handle(
        "import('/bare/hass.js').then((bare) =>"
        f" bare.addRollCall({roll_call}, {options}))"
    )


async def _tell(card: JSHandle, script: str) -> Any:
    """Run a script with `boxes`, `card`, `root` and `bare`."""
    return await card.evaluate(
        "async ({boxes, card, hass, root}) => {"
        "const bare = await import('/bare/hass.js');"
        f"return {script}; }}"
    )


def _items(bare: BarePage) -> Locator:
    return bare.page.locator("ul li")


def _box(bare: BarePage, name: str) -> Locator:
    return bare.page.get_by_role("checkbox", name=name)


def _said(words: Words, key: str, **placeholders: str) -> str:
    return words.own(f"config_panel.dashboard.{key}", **placeholders)


@pytest.mark.parametrize("width", [DESK, PHONE])
async def test_unaccounted_people_are_first_in_rows_for_a_thumb(
    bare: BarePage, words: Words, width: int
) -> None:
    """With the face, the place and the time."""
    await bare.page.set_viewport_size({"width": width, "height": 800})
    await _add(bare, "bare.rollCallOf(5, 2)")

    await expect(_items(bare)).to_have_count(5)
    names = await _items(bare).locator(".name").all_inner_texts()
    assert names == [f"Person {number}" for number in (12, 18, 24, 0, 6)]
    await expect(_items(bare).first).to_contain_text("Front door")
    summary = await bare.page.locator(".roll_call summary").inner_text()
    missing = _said(words, "roll_call_missing", time="", count="3", total="5")
    assert missing.partition("·")[2] in summary
    for item in await _items(bare).locator("label").all():
        box = await item.bounding_box()
        assert box is not None
        assert box["height"] >= _LOWEST_ROW
    face = await _items(bare).first.locator("img").bounding_box()
    assert face is not None
    assert (face["width"], face["height"]) == (_FACE, _FACE)
    wide = await bare.page.evaluate("document.documentElement.scrollWidth")
    assert wide <= width


async def test_checking_changes_the_item_of_the_to_do_list(bare: BarePage) -> None:
    """A tap anywhere on the row does, and another one takes it back."""
    card = await _add(bare, "bare.rollCallOf(2)")
    await _items(bare).first.locator(".face").click()
    await _items(bare).first.locator(".words").click()

    entity = {"entity_id": "todo.roll_call_of_any_name"}
    assert await _tell(card, "boxes.called") == [
        ["todo", "update_item", {"item": "uid0", "status": status}, entity, False]
        for status in ("completed", "needs_action")
    ]


async def test_refused_check_is_said_and_taken_back(
    bare: BarePage, words: Words
) -> None:
    """The keyboard goes on from there."""
    card = await _add(bare, "bare.rollCallOf(2)")
    await expect(_items(bare)).to_have_count(2)
    await _tell(card, "boxes.refusal = {message: 'Not allowed.'}")
    await _box(bare, "Person 6").focus()
    await bare.page.keyboard.press("Space")

    said = _said(words, "not_checked", name="Person 6", error="Not allowed.")
    await expect(bare.page.get_by_text(said)).to_be_visible()
    await expect(_box(bare, "Person 6")).not_to_be_checked()
    await expect(_box(bare, "Person 6")).to_be_focused()
    await _tell(card, "boxes.refusal = null")
    await bare.page.keyboard.press("Space")
    await expect(bare.page.get_by_text(said)).to_have_count(0)
    await expect(_box(bare, "Person 6")).to_be_checked()


async def test_list_is_renewed_around_the_focus_and_still_under_a_finger(
    bare: BarePage,
) -> None:
    """Who is checked off moves down a moment later."""
    await bare.page.clock.install()
    card = await _add(bare, "bare.rollCallOf(3)")
    await expect(_items(bare)).to_have_count(3)
    await _box(bare, "Person 0").focus()
    await bare.page.keyboard.press("Space")
    names = _items(bare).locator(".name")
    change = "boxes.tellRollCall(boxes.rollCall, {0: {accounted_at: new Date()}})"
    await _tell(card, change)
    await expect(_items(bare).first).to_have_class("old")
    await expect(_box(bare, "Person 0")).to_be_focused()
    assert await names.first.inner_text() == "Person 0"

    await bare.page.clock.fast_forward(_STILL_MS)
    await _tell(card, "boxes.tellRollCall(boxes.rollCall, {1: {face: null}})")
    await expect(names.first).to_have_text("Person 6")
    await expect(names.last).to_have_text("Person 0")
    await expect(_box(bare, "Person 0")).to_be_focused()
    await expect(_box(bare, "Person 0")).to_be_checked()
    await expect(_items(bare).locator("img")).to_have_count(2)


@pytest.mark.parametrize(
    ("roll_call", "options"),
    [
        ("bare.rollCallOf(2, 1, {may_check: false})", "{}"),
        ("bare.rollCallOf(2, 1)", "{hidden: true}"),
    ],
    ids=["no right", "hidden"],
)
async def test_who_may_not_check_gets_no_boxes(
    bare: BarePage, words: Words, roll_call: str, options: str
) -> None:
    """The list says who is accounted for all the same."""
    await _add(bare, roll_call, options)

    await expect(_items(bare)).to_have_count(2)
    await expect(bare.page.get_by_role("checkbox")).to_have_count(0)
    said = _said(words, "accounted_for", time="").strip()
    await expect(_items(bare).last).to_contain_text(said)


async def test_list_is_unfolded_while_somebody_is_missing(
    bare: BarePage, words: Words
) -> None:
    """Who folds it has it folded until the next roll call."""
    card = await _add(bare, "bare.rollCallOf(2, 1)")
    details = bare.page.locator(".roll_call details")
    await expect(details).to_have_attribute("open", "")
    await bare.page.locator(".roll_call summary").click()
    await _tell(card, "boxes.tellRollCall(boxes.rollCall, {1: {place: 'Lobby'}})")
    await expect(details).not_to_have_attribute("open", "")
    await bare.page.locator(".roll_call summary").click()
    await _box(bare, "Person 6").focus()

    change = "boxes.tellRollCall(boxes.rollCall, {1: {accounted_at: new Date()}})"
    await _tell(card, change)
    await expect(details).not_to_have_attribute("open", "")
    summary = bare.page.locator(".roll_call summary")
    complete = _said(words, "roll_call_complete", time="")
    await expect(summary).to_contain_text(complete.partition("·")[2].strip())
    await expect(summary).to_be_focused()

    later = "{started_at: '2036-01-01T00:00:00Z'}"
    await _tell(card, f"boxes.tellRollCall(bare.rollCallOf(3, 0, {later}))")
    await expect(details).to_have_attribute("open", "")


@pytest.mark.parametrize(
    ("roll_call", "key"),
    [("null", "no_roll_call"), ("bare.rollCallOf(0)", "roll_call_nobody")],
)
async def test_list_without_people_says_why(
    bare: BarePage, words: Words, roll_call: str, key: str
) -> None:
    """Nobody on the list does not mean that everybody is safe."""
    await _add(bare, roll_call)

    said = _said(words, key, time="TIME").partition("TIME")[2] or _said(words, key)
    await expect(bare.page.get_by_text(said.strip()).first).to_be_visible()
    unfit = bare.page.get_by_text(_said(words, "roll_call_unfit"))
    await expect(unfit).to_have_count(1)
    await expect(unfit).to_be_visible()


async def test_roll_call_of_another_day_names_the_day(bare: BarePage) -> None:
    """A time alone would be of today."""
    old = "{started_at: '2020-02-03T12:00:00Z'}"
    await _add(bare, f"bare.rollCallOf(1, 0, {old})")

    day = await bare.page.evaluate(
        "new Intl.DateTimeFormat(language, {weekday: 'long', month: 'long',"
        " day: 'numeric'}).format(new Date('2020-02-03T12:00:00Z'))"
    )
    await expect(bare.page.locator(".roll_call summary")).to_contain_text(day)


async def test_list_waits_for_no_history(bare: BarePage) -> None:
    """A box that is away answers late, or not at all."""
    never = "{hass: {callWS: (message) => message.type.endsWith('/list')"
    texts = "Promise.resolve({resources: window.texts})"
    entities = (
        "entities: {t: {entity_id: 't.t', platform: 'se_aibox', device_id: 'site'}}"
    )
    await _add(
        bare,
        "bare.rollCallOf(2)",
        f"{never} ? new Promise(() => {{}}) : {texts}, {entities}}}}}",
    )

    await expect(_items(bare)).to_have_count(2)


async def test_hostile_name_on_the_list_is_text(bare: BarePage) -> None:
    """Neither markup, nor Markdown, nor a template."""
    card = await _add(bare, "bare.rollCallOf(1)")
    await card.evaluate(
        "({boxes}, name) =>"
        " boxes.tellRollCall(boxes.rollCall, {0: {name, place: name}})",
        _HOSTILE,
    )

    await expect(_items(bare).locator(".name")).to_have_text(_HOSTILE)
    await expect(_items(bare).locator(".place")).to_have_text(_HOSTILE)
    assert not await bare.page.evaluate("'hacked' in window")


async def test_connection_that_was_lost_brings_the_list_again(bare: BarePage) -> None:
    """A card that left holds nothing."""
    card = await _add(bare, "bare.rollCallOf(2)")
    await expect(_items(bare)).to_have_count(2)
    count = "boxes.rollCallCards.size"
    await _tell(card, "(boxes.rollCall = bare.rollCallOf(4))")
    await _tell(card, "(boxes.rollCallCards.clear(), boxes.reconnect())")
    await expect(_items(bare)).to_have_count(4)
    assert await _tell(card, count) == 1
    assert await _tell(card, f"(card.remove(), await null, {count})") == 0
