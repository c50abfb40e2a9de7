"""Our card and Home Assistant's picture entity card, on one page of a browser.

It runs in the environment of the browser tests, because Home Assistant is a process of
its own there: `python -m benchmarks.contenders.screen FOLDER`
"""

import asyncio
from itertools import cycle
from pathlib import Path
import sys

from playwright.async_api import Page

from benchmarks.control import serve
from emulator import PictureSize
from tests.browser.house import House, log_in, open_browser, open_house
from tools.demo.adding import add_box, wait_for_capture_devices
from tools.demo.api import Socket
from tools.demo.boxes import Box

_SCRIPT = Path(__file__).with_suffix(".js").read_text()
_DASHBOARD = "screen-benchmark"
# The newest face of our card by its mode, and the face of the other card.
_OURS = {"now": ".main .face img", "timeline": ".tile img"}
_THEIRS = "img#image"
_SIZE = {"columns": 12, "rows": 11}
_PEOPLE = 5
# The first faces on a page take longer.
_WARM_UPS = 3
# A page does nothing before the first face, and between two of them.
_SETTLE_SECONDS = 2
_PAUSE_SECONDS = 0.5
_FACE_SECONDS = 20


class Screen:
    """A page that is logged in, with a dashboard."""

    def __init__(self, house: House, page: Page) -> None:
        """Initialize; `furnish` comes next."""
        self._house = house
        self._page = page
        # Each face is of another person, so that each is delivered.
        self._people = cycle(house.box.people[:_PEOPLE])

    async def furnish(self) -> None:
        """Add the box, make the dashboard and log in."""
        api = self._house.home_assistant.api
        box = Box("Main entrance", self._house.box)
        await add_box(api, box)
        async with api.socket() as socket:
            await wait_for_capture_devices(socket, [box])
            views = _views(await self._face(socket))
            await socket.command(
                "lovelace/dashboards/create", url_path=_DASHBOARD, title="Screen"
            )
            await socket.command(
                "lovelace/config/save", url_path=_DASHBOARD, config={"views": views}
            )
        await self._house.box.wait_for_subscription()
        await log_in(self._page, api.url, "Log in")

    async def show(
        self, mode: str, *, ours_first: bool, count: int
    ) -> list[list[float]]:
        """Show faces; return how long our card and the other took for each.

        In milliseconds from the event on the bus until the picture was painted.
        """
        await self._recognize()
        url = self._house.home_assistant.api.url
        await self._page.goto(f"{url}/{_DASHBOARD}/{_path(mode, ours_first)}")
        selectors = [_OURS[mode], _THEIRS]
        for selector in selectors:
            await self._page.locator(selector).first.wait_for()
        await asyncio.sleep(_SETTLE_SECONDS)
        await self._page.evaluate(_SCRIPT, selectors)
        shown = [await self._next() for _ in range(_WARM_UPS + count)]
        return shown[_WARM_UPS:]

    async def _next(self) -> list[float]:
        await self._page.evaluate("void (window.shown = window.nextFace())")
        await self._recognize()
        async with asyncio.timeout(_FACE_SECONDS):
            shown: list[float] = await self._page.evaluate("window.shown")
        await asyncio.sleep(_PAUSE_SECONDS)
        return shown

    async def _recognize(self) -> None:
        await self._house.box.recognize(self._house.front_door, next(self._people))

    async def _face(self, socket: Socket) -> str:
        """Return the entity that shows the faces of the front door."""
        door = self._house.front_door.name
        names = {device["id"]: device["name"] for device in await socket.devices()}
        [entity_id] = [
            entity["entity_id"]
            for entity in await socket.entities("se_aibox")
            if entity["entity_id"].startswith("image.")
            and entity["translation_key"] == "face"
            and names[entity["device_id"]] == door
        ]
        return entity_id


def _path(mode: str, ours_first: bool) -> str:
    return f"{mode}-{'first' if ours_first else 'second'}"


def _views(entity_id: str) -> list[dict[str, object]]:
    """Return a view for each mode of our card and each order."""
    theirs = {"type": "picture-entity", "entity": entity_id}
    return [
        {
            "path": _path(mode, ours_first),
            "type": "sections",
            "max_columns": 2,
            "sections": [
                {"type": "grid", "cards": [{**card, "grid_options": _SIZE}]}
                for card in ((ours, theirs) if ours_first else (theirs, ours))
            ],
        }
        for mode in _OURS
        for ours in ({"type": "custom:se-aibox-faces", "mode": mode},)
        for ours_first in (True, False)
    ]


async def _run() -> None:
    folder = Path(sys.argv[1])
    async with open_house("en", folder) as house, open_browser("en") as page:
        # Faces as in the other measurements.
        house.box.state.picture_size = PictureSize(scene=60_000)
        screen = Screen(house, page)
        await screen.furnish()
        await serve({"show": screen.show})


if __name__ == "__main__":
    asyncio.run(_run())
