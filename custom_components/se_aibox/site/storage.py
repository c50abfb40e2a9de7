"""Stores the books of a site across restarts: personal data."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.storage import Store

from ..aibox.models import PersonType
from ..box.stored import UNREADABLE, moment_of, text_of
from ..const import DOMAIN
from .books import Seen, Slot, Trace

# After a crash, later sightings may be recovered from the boxes.
_SAVE_SECONDS = 10
_VERSION = 1


class UnreadableBooksError(Exception):
    """The stored books are damaged, or of another version."""


def site_store(hass: HomeAssistant, version: int, key: str) -> Store[dict[str, Any]]:
    """Return a store of personal data that may be large."""
    return Store(
        hass, version, f"{DOMAIN}.{key}", private=True, serialize_in_event_loop=False
    )


class DelayedStore:
    """Stores data that changes often: delayed, in another thread.

    The data may be about ten thousand people.
    """

    def __init__(
        self,
        hass: HomeAssistant,
        store: Store[dict[str, Any]],
        seconds: float,
        data: Callable[[], dict[str, Any]],
    ) -> None:
        """Initialize; another thread calls `data`, which must not see half a change."""
        self._hass = hass
        self._store = store
        self._seconds = seconds
        self._data = data
        self._is_pending = False

    @callback
    def async_changed(self) -> None:
        """Save in a moment, or when Home Assistant stops."""
        # A second call would restart the delay, so a busy site would never be saved.
        if not self._is_pending:
            self._is_pending = True
            self._store.async_delay_save(self._data_to_save, self._seconds)

    async def async_save(self) -> None:
        """Save pending changes now."""
        if self._is_pending:
            data = await self._hass.async_add_executor_job(self._data_to_save)
            await self._store.async_save(data)

    def _data_to_save(self) -> dict[str, Any]:
        # Later changes are saved again.
        self._is_pending = False
        return self._data()


class BooksStore(DelayedStore):
    """Stores the books of one site."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry_id: str,
        traces: Callable[[], Iterable[Trace]],
    ) -> None:
        """Initialize; `traces` returns the data to store."""
        super().__init__(
            hass,
            _store(hass, entry_id),
            _SAVE_SECONDS,
            lambda: {"traces": list(map(_as_dict, traces()))},
        )


async def async_load_books(hass: HomeAssistant, entry_id: str) -> list[Trace]:
    """Return the stored traces, none for a new site.

    Raises `UnreadableBooksError`.
    """
    try:
        stored = await _store(hass, entry_id).async_load()
        if stored is None:
            return []
        return await hass.async_add_executor_job(_from_stored, stored)
    except UNREADABLE as error:
        raise UnreadableBooksError from error


async def async_forget_books(hass: HomeAssistant, entry_id: str) -> None:
    """Delete the stored books of a removed site."""
    await _store(hass, entry_id).async_remove()


def _store(hass: HomeAssistant, entry_id: str) -> Store[dict[str, Any]]:
    return site_store(hass, _VERSION, f"site.{entry_id}")


def _from_stored(stored: Mapping[str, Any]) -> list[Trace]:
    return list(map(_from_dict, stored["traces"]))


def _as_dict(trace: Trace) -> dict[str, Any]:
    return {
        **seen_as_dict(trace.newest),
        "spans": [
            [slot.device_id, first.isoformat(), last.isoformat()]
            for slot, (first, last) in trace.spans.items()
        ],
    }


def _from_dict(stored: Mapping[str, Any]) -> Trace:
    spans = [
        (text_of(device_id), moment_of(first), moment_of(last))
        for device_id, first, last in stored["spans"]
    ]
    return Trace(
        seen_from_dict(stored),
        {Slot.of(device_id, first): (first, last) for device_id, first, last in spans},
    )


def seen_as_dict(seen: Seen) -> dict[str, Any]:
    """Return a sighting to store."""
    return {
        "entry_id": seen.entry_id,
        "identity_id": seen.identity_id,
        "identity_name": seen.identity_name,
        "person_type": seen.person_type.value,
        "device_id": seen.device_id,
        "at": seen.at.isoformat(),
        "face_id": seen.face_id,
    }


def seen_from_dict(stored: Mapping[str, Any]) -> Seen:
    """Return a stored sighting; raises an error if it is damaged."""
    name, face_id = stored["identity_name"], stored["face_id"]
    return Seen(
        text_of(stored["entry_id"]),
        text_of(stored["identity_id"]),
        None if name is None else text_of(name),
        PersonType(stored["person_type"]),
        text_of(stored["device_id"]),
        moment_of(stored["at"]),
        None if face_id is None else text_of(face_id),
    )
