"""Fixtures: a Home Assistant, box and browser for each module and language."""

from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import asynccontextmanager
from pathlib import Path
import shutil

from PIL import Image
from playwright.async_api import Browser
import pytest
import pytest_asyncio

from tools.demo.configuration import PROJECT

from .bare_page import BarePage
from .furnishing import FurnishedHouse, furnish
from .house import LOCALES, House, log_in, open_browser, open_house
from .screen import DESK, PHONE, Screen
from .words import Words

_ARTIFACTS = PROJECT / ".artifacts" / "browser"
_ILLUSTRATIONS = PROJECT / "docs" / "images"
_FAILED = pytest.StashKey[bool]()

type Illustrate = Callable[[Path, str], None]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option to write the pictures of the documentation."""
    parser.addoption(
        "--illustrate",
        action="store_true",
        help="write the pictures of the documentation to docs/images",
    )


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Store for the fixtures whether the test failed."""
    report = yield
    item.stash[_FAILED] = report.failed
    return report


@pytest.fixture(scope="session", params=LOCALES)
def language(request: pytest.FixtureRequest) -> str:
    """Run all tests once in each language."""
    chosen: str = request.param
    return chosen


@pytest.fixture(scope="session")
def artifacts(language: str) -> Path:
    """Return an empty folder for the pictures and logs of this run."""
    folder = _ARTIFACTS / language
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def house(language: str, artifacts: Path) -> AsyncGenerator[House]:
    """Start Home Assistant and the box."""
    async with open_house(language, artifacts / "home_assistant") as house:
        yield house


@asynccontextmanager
async def _open_screen(
    language: str, house: House, pictures: Path
) -> AsyncGenerator[Screen]:
    """Open the browser and log in."""
    words = Words(language)
    url = house.home_assistant.api.url
    async with open_browser(language) as page:
        await log_in(page, url, words.frontend("panel.page-authorize.form.next"))
        yield Screen(page, url, words, pictures)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def logged_in(
    language: str, house: House, artifacts: Path
) -> AsyncGenerator[Screen]:
    """Return the screen of a user who begins with an empty Home Assistant."""
    async with _open_screen(language, house, artifacts) as screen:
        yield screen


@pytest_asyncio.fixture(loop_scope="session")
async def screen(
    request: pytest.FixtureRequest, logged_in: Screen
) -> AsyncGenerator[Screen]:
    """Return the screen; keep a picture of it if the test fails."""
    yield logged_in
    if request.node.stash.get(_FAILED, False):
        await logged_in.picture(f"FAILED {request.node.originalname}")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def furnished(language: str, artifacts: Path) -> AsyncGenerator[FurnishedHouse]:
    """Start a Home Assistant in which everything is set up."""
    async with open_house(language, artifacts / "furnished_home_assistant") as house:
        yield await furnish(house, language)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def at_home(
    language: str,
    furnished: FurnishedHouse,
    artifacts: Path,
    request: pytest.FixtureRequest,
) -> AsyncGenerator[Screen]:
    """Return the screen of a user for whom everything is set up."""
    pictures = artifacts / request.path.stem
    pictures.mkdir()
    async with _open_screen(language, furnished.house, pictures) as screen:
        yield screen


@pytest_asyncio.fixture(loop_scope="session", params=(DESK, PHONE))
async def view(
    request: pytest.FixtureRequest, at_home: Screen
) -> AsyncGenerator[Screen]:
    """Return the screen of a desk and of a phone; keep a picture of a failure."""
    await at_home.page.set_viewport_size({"width": request.param, "height": 800})
    yield at_home
    if request.node.stash.get(_FAILED, False):
        await at_home.picture(f"FAILED {request.node.name}")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def browser(language: str) -> AsyncGenerator[Browser]:
    """Open a browser for pages without Home Assistant."""
    async with open_browser(language) as page:
        browser = page.context.browser
        assert browser is not None
        yield browser


@pytest_asyncio.fixture(loop_scope="session")
async def bare(language: str, browser: Browser) -> AsyncGenerator[BarePage]:
    """Open an empty page without Home Assistant."""
    async with await browser.new_page(
        locale=LOCALES[language], viewport={"width": DESK, "height": 800}
    ) as page:
        bare = BarePage(page, language)
        await bare.open()
        yield bare


@pytest.fixture
def words(language: str) -> Words:
    """Return the texts of the language."""
    return Words(language)


@pytest.fixture
def illustrate(request: pytest.FixtureRequest, language: str) -> Illustrate:
    """Return a function that writes a picture of the documentation on request."""

    def write(picture: Path, name: str) -> None:
        if request.config.getoption("--illustrate"):
            _ILLUSTRATIONS.mkdir(exist_ok=True)
            suffix = "" if language == "en" else f".{language}"
            # A palette reduces the size to a quarter without a visible difference.
            small = Image.open(picture).convert("RGB").quantize(256)
            small.save(_ILLUSTRATIONS / f"{name}{suffix}.png", optimize=True)

    return write


@pytest.fixture
def illustrate_english(illustrate: Illustrate, language: str) -> Illustrate:
    """Return such a function for documents that are in English only."""

    def write(picture: Path, name: str) -> None:
        if language == "en":
            illustrate(picture, name)

    return write
