"""The card on a page without Home Assistant: many faces, failures and bounds."""

from collections.abc import AsyncGenerator

import pytest
import pytest_asyncio

from .bare_page import BarePage
from .house import open_browser

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(120)]

_MANY = 10_000
_MOST_TILES = 200
_MOST_PICTURES = 200
_LONGEST_TASK_MS = 100
_TILES = "({root}) => root.querySelectorAll('.tile').length"
_IMAGES = "({root}) => root.querySelectorAll('img').length"
# All pages come as soon as they are asked for.
_LOAD_ALL = """
async ({root, boxes}) => {
    const {measureTasks} = await import("/bare/hass.js");
    const tasks = measureTasks();
    const scroller = root.querySelector(".scroller");
    let most = 0;
    while (!root.querySelector(".foot").textContent.includes(window.end)) {
        scroller.scrollTop = scroller.scrollHeight;
        await new Promise((resolve) => requestAnimationFrame(resolve));
        most = Math.max(most, root.querySelectorAll(".tile").length);
    }
    for (let top = scroller.scrollHeight; top > 0; top -= 5_000) {
        scroller.scrollTop = top;
        await new Promise((resolve) => requestAnimationFrame(resolve));
        most = Math.max(most, root.querySelectorAll(".tile").length);
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
    return {most, longest: Math.max(0, ...tasks), tasks, kept: boxes.rows.length};
}
"""


@pytest_asyncio.fixture(loop_scope="session")
async def bare(language: str) -> AsyncGenerator[BarePage]:
    """Open an empty page."""
    async with open_browser(language) as page:
        bare = BarePage(page, language)
        await bare.open()
        yield bare
