"""The media browser as the frontend uses it, over the WebSocket API."""

from datetime import datetime
import re
import time
from typing import Any

import pytest

from emulator import EmulatedBox, Variant
from homeassistant.util import dt as dt_util
from tests.integration.helpers import ENTRY_ID, record as record_identity

type Media = dict[str, Any]

ALL_SOURCES = "media-source://"
ROOT = "media-source://se_aibox"
BOX = f"{ROOT}/{ENTRY_ID}/box"
RECOGNITIONS = f"{ROOT}/{ENTRY_ID}/recognitions"
OLDER = "Older"


class MediaError(Exception):
    """The message that the user sees instead of media."""


class Browser:
    """A user of the media browser."""

    def __init__(self, client: Any) -> None:
        """Use a connection to Home Assistant."""
        self._client = client

    async def open(self, media_id: str = ROOT) -> Media:
        """Return a folder."""
        return await self._ask("browse_media", media_content_id=media_id)

    async def open_path(self, *titles: str, start: str = ROOT) -> Media:
        """Return a folder, found by the titles that lead to it."""
        opened = await self.open(start)
        for title in titles:
            opened = await self.open(child(opened, title)["media_content_id"])
        return opened

    async def search(self, text: str, media_id: str = BOX, **others: object) -> Media:
        """Return the results of a search within a folder."""
        return await self._ask(
            "search_media", media_content_id=media_id, search_query=text, **others
        )

    async def resolve(self, media_id: str) -> Media:
        """Return the address of a full picture."""
        return await self._ask("resolve_media", media_content_id=media_id)

    async def _ask(self, command: str, **arguments: object) -> Media:
        await self._client.send_json_auto_id(
            {"type": f"media_source/{command}", **arguments}
        )
        answer: Media = await self._client.receive_json()
        if not answer["success"]:
            raise MediaError(answer["error"]["message"])
        result: Media = answer["result"]
        return result


def child(opened: Media, title: str) -> Media:
    """Return the item with a title."""
    found = [one for one in inside(opened) if one["title"] == title]
    assert len(found) == 1, (title, titles(opened))
    return found[0]


def titles(opened: Media) -> list[str]:
    """Return the titles of all items."""
    return [one["title"] for one in inside(opened)]


def recognitions(opened: Media) -> list[Media]:
    """Return the items that are recognitions."""
    return [one for one in inside(opened) if one["media_class"] == "image"]


def inside(opened: Media) -> list[Media]:
    """Return the items of a folder or of a search."""
    found: list[Media] = opened["children" if "children" in opened else "result"]
    return found


BERLIN = "Europe/Berlin"
_ORDERS = {
    "newest first": Variant(),
    "oldest first": Variant(history_order="ascending"),
    "no total": Variant(history_order="ascending", history_total_missing=True),
}
in_every_order = pytest.mark.parametrize(
    "variant", _ORDERS.values(), ids=_ORDERS.keys()
)


async def record(
    box: EmulatedBox, moment: datetime | float, who: int | None = 0, door: int = 0
) -> None:
    """Record a person, by number, or a stranger."""
    if isinstance(moment, float):
        moment = dt_util.utc_from_timestamp(moment)
    await record_identity(box, moment, None if who is None else box.people[who], door)


async def record_now(box: EmulatedBox, count: int = 1, who: int | None = 0) -> None:
    """Record a person several times, a second apart, until now."""
    now = time.time()
    for second in reversed(range(count)):
        await record(box, now - second, who)


async def record_minutes(box: EmulatedBox, count: int) -> list[str]:
    """Record a person every minute until now; return the times, newest first."""
    now = time.time()
    moments = [now - minute * 60 for minute in range(count)]
    for moment in reversed(moments):
        await record(box, moment)
    return [
        f"{dt_util.as_local(dt_util.utc_from_timestamp(moment)):%H:%M}"
        for moment in moments
    ]


def parts(title: str) -> list[str]:
    """Return the title of a recognition without its time."""
    return re.sub(r"^.*\d:\d\d( [AP]M)? ", "", title).split(" ·\u00a0")


async def newest(browser: Browser) -> Media:
    """Return the newest recognition."""
    return recognitions(await browser.open(RECOGNITIONS))[0]


async def whole_list(browser: Browser, opened: Media) -> list[Media]:
    """Return the recognitions of a folder and of its older pages."""
    shown = recognitions(opened)
    while OLDER in titles(opened):
        opened = await browser.open(child(opened, OLDER)["media_content_id"])
        shown += recognitions(opened)
    return shown


def times(shown: list[Media]) -> list[str]:
    """Return the times of day of recognitions, from 00:00 to 23:59."""
    clocks = [re.findall(r"\d+:\d\d [AP]M", one["title"])[0] for one in shown]
    return [time.strftime("%H:%M", time.strptime(c, "%I:%M %p")) for c in clocks]
