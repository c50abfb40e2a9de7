"""Keeps how far a box was heard, so that a restart of Home Assistant loses nothing and tells nothing twice."""

from base64 import b64decode, b64encode
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.storage import Store

from ..aibox.client import BoxClient
from ..aibox.models import Bookmark
from ..const import DOMAIN

# After a crash, what was told since the last time may be told as recovered, too; nothing acts on that.
_SAVE_SECONDS = 300
_VERSION = 1


@dataclass(frozen=True, slots=True)
class Kept:
    """How a client of a box goes on from the one before."""

    # None for a box that was never heard, or of which nothing is recovered.
    bookmark: Bookmark | None = None
    told_ids: bytes = b""


class BookmarkStore:
    """The bookmark of one box on disk: times and digests, nothing that names anybody."""

    def __init__(self, hass: HomeAssistant, entry_id: str, client: BoxClient) -> None:
        """Take whose bookmark it is."""
        self._store = _store(hass, entry_id)
        self._client = client
        self._is_pending = False

    @callback
    def async_changed(self) -> None:
        """Write it in a while, and when Home Assistant stops."""
        # Asked again, the store would begin to wait anew, and never write while people pass by.
        if not self._is_pending:
            self._is_pending = True
            self._store.async_delay_save(self._take, _SAVE_SECONDS)

    async def async_save(self) -> None:
        """Write it now."""
        await self._store.async_save(self._take())

    @callback
    def _take(self) -> dict[str, Any]:
        self._is_pending = False
        told_ids = b64encode(self._client.told_ids).decode()
        if (bookmark := self._client.bookmark) is None:
            return {"told_ids": told_ids}
        return {
            "told_ids": told_ids,
            "seen": bookmark.seen.timestamp(),
            "heard_at": bookmark.heard_at.timestamp(),
            "told": b64encode(bookmark.told).decode(),
            "told_since_ms": bookmark.told_since_ms,
        }


async def async_load_bookmark(hass: HomeAssistant, entry_id: str) -> Kept:
    """Return what was kept of a box."""
    if not (stored := await _store(hass, entry_id).async_load()):
        return Kept()
    told_ids = b64decode(stored.get("told_ids", ""))
    if "seen" not in stored:
        return Kept(told_ids=told_ids)
    bookmark = Bookmark(
        datetime.fromtimestamp(stored["seen"], UTC),
        datetime.fromtimestamp(stored["heard_at"], UTC),
        b64decode(stored["told"]),
        stored["told_since_ms"],
    )
    return Kept(bookmark, told_ids)


async def async_forget_bookmark(hass: HomeAssistant, entry_id: str) -> None:
    """Remove what was kept of a box that is removed."""
    await _store(hass, entry_id).async_remove()


def _store(hass: HomeAssistant, entry_id: str) -> Store[dict[str, Any]]:
    return Store(hass, _VERSION, f"{DOMAIN}.bookmark.{entry_id}", private=True)
