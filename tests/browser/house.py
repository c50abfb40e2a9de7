"""A real Home Assistant, an emulated box and a browser."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
import os
from pathlib import Path

from playwright.async_api import Page, async_playwright

from emulator import Device, EmulatedBox, Identity, PictureSize
from tools.demo.api import PASSWORD, USERNAME
from tools.demo.boxes import BoxPlan, emulated_boxes
from tools.demo.configuration import PROJECT
from tools.demo.home_assistant import HomeAssistantProcess

LOCALES = {"en": "en-US", "zh-Hans": "zh-CN"}
_BROWSER = PROJECT / ".environments" / "chromium"
_BROWSER_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
# Home Assistant shares two cores with the browser.
_PATIENCE_MS = 20_000
_PLAN = BoxPlan(
    name="Main entrance",
    dialect="nested",
    host="127.0.0.21",
    host_name="se5-entrance",
    seed=1,
    capture_devices=("Front door", "大门", "Lobby turnstile", "Garage"),
)


@dataclass(frozen=True, slots=True)
class House:
    """A Home Assistant in one language, with its box."""

    home_assistant: HomeAssistantProcess
    box: EmulatedBox

    @property
    def name(self) -> str:
        """The host name of the box."""
        return self.box.settings.host_name

    @property
    def front_door(self) -> Device:
        """The capture device of the story."""
        return self.box.devices[0]

    def person(self, name: str) -> Identity:
        """Return an enrolled person by name."""
        return next(person for person in self.box.people if person.name == name)

    async def show(self, name: str) -> None:
        """Push a recognition at the front door, once the box is subscribed to."""
        await self.box.wait_for_subscription()
        await self.box.recognize(self.front_door, self.person(name))


@asynccontextmanager
async def open_house(
    language: str, folder: Path, plan: BoxPlan = _PLAN
) -> AsyncGenerator[House]:
    """Start a box with a week of history, and a new Home Assistant.

    The folder is emptied first.
    """
    async with emulated_boxes((plan,)) as (box,):
        emulated = box.emulated
        assert isinstance(emulated, EmulatedBox)
        # Little noise in the pictures keeps the screenshots small.
        emulated.state.picture_size = PictureSize(
            face=20_000, scene=60_000, reference=20_000
        )
        # Another Home Assistant may use the usual port.
        async with HomeAssistantProcess(
            folder, language=language, preferred_port=0
        ) as home_assistant:
            yield House(home_assistant, emulated)


@asynccontextmanager
async def open_browser(language: str) -> AsyncGenerator[Page]:
    """Open a browser in a language."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=_BROWSER / "browser",
            args=_BROWSER_FLAGS,
            env={**os.environ, "FONTCONFIG_FILE": str(_BROWSER / "fonts.conf")},
        )
        page = await browser.new_page(
            locale=LOCALES[language], viewport={"width": 1280, "height": 800}
        )
        page.set_default_timeout(_PATIENCE_MS)
        yield page
        await browser.close()


async def log_in(
    page: Page, url: str, button: str, name: str = USERNAME, password: str = PASSWORD
) -> None:
    """Log in on Home Assistant's page."""
    await page.goto(url)
    await page.locator("input[autocomplete=username]").fill(name)
    await page.locator("input[type=password]").fill(password)
    await page.get_by_role("button", name=button).click()
    await page.wait_for_url("**/home/**")
