"""Who is inside a site, on a page without Home Assistant."""

from playwright.async_api import JSHandle, expect
import pytest

from .bare_page import BarePage
from .words import Words

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(60)]

_ADD = "given => import('/bare/hass.js').then((bare) => bare.addInside(given))"
_HOSTILE = '<img src=x onerror="window.hacked = true">**bold** {{ 6 * 7 }}'
_ASKED = "({boxes}) => boxes.asked.filter((one) => one.service).length"


async def _add(page: BarePage, **given: object) -> JSHandle:
    return await page.page.evaluate_handle(_ADD, {"count": 0, "numbers": [], **given})


async def test_faces_are_searched_page_by_page_and_no_further_than_needed(
    bare: BarePage,
) -> None:
    """Somebody whom no history knows has a sign in place of the face."""
    old = {"identity_id": "gone", "last_seen": "2020-01-01T00:00:00Z"}
    other = await bare.page.evaluate(
        "old => import('/bare/hass.js').then((bare) => bare.insiderOf(6, old))", old
    )
    card = await _add(bare, count=400, numbers=[132, 1])
    people = bare.page.locator("ul li")

    await expect(people.locator("img")).to_have_count(2)
    await expect(people.first).to_contain_text("Person 132")
    pages = "({boxes}) => boxes.asked.filter((one) => 'before' in one).length"
    assert await card.evaluate(pages) == 3

    card = await _add(bare, count=120, numbers=[1], others=[other])
    unknown = bare.page.locator("ul").nth(1).locator("li").nth(1)
    await expect(unknown).to_contain_text("Person 6")
    await expect(unknown.locator("img")).to_have_count(0)
    await bare.page.wait_for_timeout(300)
    assert await card.evaluate(pages) == 3


async def test_hostile_name_of_somebody_inside_is_text(bare: BarePage) -> None:
    """Neither markup, nor Markdown, nor a template."""
    other = await bare.page.evaluate(
        "name => import('/bare/hass.js').then((bare) =>"
        " bare.insiderOf(500, {identity_name: name}))",
        _HOSTILE,
    )
    await _add(bare, others=[other])

    await expect(bare.page.locator("ul li .name")).to_have_text(_HOSTILE)
    assert not await bare.page.evaluate("'hacked' in window")


@pytest.mark.parametrize(
    ("answer", "key"),
    [
        ({}, "nobody_inside"),
        ({"up_to_date": False}, "not_current"),
        ({"error": {"message": "No."}}, "not_loaded"),
    ],
)
async def test_note_says_what_the_list_is_worth(
    bare: BarePage, words: Words, answer: dict[str, object], key: str
) -> None:
    """Nobody known to be inside does not mean that the site is empty."""
    await _add(bare, **answer)

    said = words.own(f"config_panel.dashboard.{key}", error="No.")
    await expect(bare.page.locator(".note")).to_have_text(said)


async def test_list_is_asked_for_when_the_site_changed_and_each_minute(
    bare: BarePage,
) -> None:
    """Other states cost nothing."""
    await bare.page.clock.install()
    card = await _add(bare, count=10, numbers=[0, 1])
    await expect(bare.page.locator("ul li")).to_have_count(2)
    assert await card.evaluate(_ASKED) == 1

    await bare.page.clock.fast_forward("00:30")
    await card.evaluate("({card, hass}) => { card.hass = {...hass}; }")
    assert await card.evaluate(_ASKED) == 1
    await bare.page.clock.fast_forward("00:35")
    assert await card.evaluate(_ASKED) == 2

    await card.evaluate(
        "async ({card, hass}) => {"
        "const {siteOf} = await import('/bare/hass.js');"
        "card.hass = {...hass, ...siteOf(3)}; }"
    )
    assert await card.evaluate(_ASKED) == 3
