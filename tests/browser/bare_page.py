"""A page with a card of ours and without Home Assistant."""

import io
import json
from pathlib import Path
from urllib.parse import urlsplit

import hass_frontend
from PIL import Image
from playwright.async_api import JSHandle, Page, Route

from tools.demo.configuration import DOMAIN, PROJECT

ADDRESS = "http://card.invalid"
_HERE = Path(__file__).with_name("bare")
_COMPONENT = PROJECT / "custom_components" / DOMAIN
_MODULES = _COMPONENT / "frontend" / "modules"
_ADD = "(options) => import('/bare/hass.js').then((bare) => bare.addCard(options))"


def _texts(language: str) -> dict[str, str]:
    words = json.loads((_COMPONENT / "translations" / f"{language}.json").read_text())
    return {
        f"component.{DOMAIN}.config_panel.{part}.{key}": text
        for part, texts in words["config_panel"].items()
        for key, text in texts.items()
    }


def _icons() -> dict[str, str]:
    icons: dict[str, str] = {}
    for file in (hass_frontend.where() / "static" / "mdi").glob("*.json"):
        if isinstance(found := json.loads(file.read_text()), dict):
            icons |= {name: path for name, path in found.items() if name != "parts"}
    return icons


def _picture() -> bytes:
    picture = io.BytesIO()
    Image.new("RGB", (64, 64), "teal").save(picture, "JPEG")
    return picture.getvalue()


class BarePage:
    """Serves the modules, a fake Home Assistant and pictures to a page."""

    def __init__(self, page: Page, language: str) -> None:
        """Initialize; `open` comes next."""
        self.page = page
        self.pictures_asked: list[str] = []
        self.broken = False
        self._language = language
        self._picture = _picture()

    async def open(self) -> None:
        """Open the page."""
        await self.page.route(f"{ADDRESS}/**", self._serve)
        await self.page.goto(f"{ADDRESS}/")
        await self.page.evaluate(
            "given => Object.assign(window, given)",
            {
                "texts": _texts(self._language),
                "icons": _icons(),
                "language": self._language,
            },
        )
        await self.page.evaluate("import('/modules/faces-card.js')")

    async def add_card(self, **options: object) -> JSHandle:
        """Put a card on the page; return `{card, boxes, root}` of bare/hass.js."""
        return await self.page.evaluate_handle(_ADD, options)

    async def _serve(self, route: Route) -> None:
        path = urlsplit(route.request.url).path
        if path.startswith("/api/"):
            self.pictures_asked.append(route.request.url)
            if self.broken:
                await route.fulfill(status=404)
            else:
                await route.fulfill(
                    body=self._picture,
                    # As Home Assistant does.
                    headers={"Content-Type": "image/jpeg", "Cache-Control": "no-store"},
                )
        elif path.startswith("/modules/"):
            await route.fulfill(path=_MODULES / Path(path).name)
        elif path.startswith("/bare/"):
            await route.fulfill(path=_HERE / Path(path).name)
        else:
            await route.fulfill(path=_HERE / "page.html")
