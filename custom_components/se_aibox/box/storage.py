"""Stores the bookmark of a box across restarts."""

from base64 import b64decode, b64encode
from datetime import UTC, datetime
from typing import Any

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.storage import Store

from ..aibox.client import BoxClient
from ..aibox.delivered import Delivered
from ..aibox.models import Bookmark
from ..const import DOMAIN, LOGGER
from .stored import UNREADABLE

# After a crash, the last five minutes may be delivered again, as recovered.
_SAVE_SECONDS = 300
_VERSION = 1
# The limit for stored times, in the year 5138.
_LAST_TIMESTAMP = 1e11


class BookmarkStore:
    """Stores the bookmark of one box."""

    def __init__(self, hass: HomeAssistant, entry_id: str, client: BoxClient) -> None:
        """Initialize the store."""
        self._store = _store(hass, entry_id)
        self._client = client
        self._is_pending = False

    @callback
    def async_changed(self) -> None:
        """Save within five minutes, or when Home Assistant stops."""
        # A second call would restart the delay, so a busy box would never be saved.
        if not self._is_pending:
            self._is_pending = True
            self._store.async_delay_save(self._data_to_save, _SAVE_SECONDS)

    async def async_save(self) -> None:
        """Save the bookmark now."""
        await self._store.async_save(self._data_to_save())

    @callback
    def _data_to_save(self) -> dict[str, Any]:
        self._is_pending = False
        bookmark = self._client.bookmark
        # Times and digests only, nothing personal.
        return {
            "complete_until": _timestamp(bookmark.complete_until),
            "noted_at": _timestamp(bookmark.noted_at),
            "delivered": b64encode(bookmark.delivered).decode(),
        }


async def async_load_bookmark(hass: HomeAssistant, entry_id: str) -> Bookmark:
    """Return the stored bookmark, or an empty one."""
    try:
        stored = await _store(hass, entry_id).async_load()
        if stored is None:
            return Bookmark()
        bookmark = Bookmark(
            _moment(stored["complete_until"]),
            _moment(stored["noted_at"]),
            b64decode(stored["delivered"], validate=True),
        )
        # Raise here if the digests are unreadable: only `Delivered` knows their format.
        Delivered(bookmark.delivered)
    except UNREADABLE:
        LOGGER.warning(
            "Cannot read the stored bookmark of a box; recognitions from the time when"
            " Home Assistant was stopped are not recovered"
        )
        return Bookmark()
    return bookmark


async def async_forget_bookmark(hass: HomeAssistant, entry_id: str) -> None:
    """Delete the bookmark of a removed box."""
    await _store(hass, entry_id).async_remove()


def _store(hass: HomeAssistant, entry_id: str) -> Store[dict[str, Any]]:
    return Store(hass, _VERSION, f"{DOMAIN}.bookmark.{entry_id}", private=True)


def _timestamp(moment: datetime | None) -> float | None:
    return None if moment is None else moment.timestamp()


def _moment(timestamp: float | None) -> datetime | None:
    if timestamp is None:
        return None
    # Calculations near the ends of the calendar would overflow.
    if not 0 <= timestamp < _LAST_TIMESTAMP:
        raise ValueError("timestamp out of range")
    return datetime.fromtimestamp(timestamp, UTC)
