"""Stores the books of a site across restarts: personal data."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.storage import Store

from ..aibox.models import PersonType
from ..const import DOMAIN
from .books import Seen, Slot, Trace

# After a crash, what was seen since may be recovered again.
_SAVE_SECONDS = 10
_VERSION = 1


class UnreadableBooksError(Exception):
    """The stored books are damaged, or of another version."""


class BooksStore:
    """Stores the books of one site."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry_id: str,
        traces: Callable[[], Iterable[Trace]],
    ) -> None:
        """Initialize; `traces` returns what is to be stored."""
        self._hass = hass
        self._store = _store(hass, entry_id)
        self._traces = traces
        self._is_pending = False

    @callback
    def async_changed(self) -> None:
        """Save in a moment, or when Home Assistant stops."""
        # A second call would restart the delay, so a busy site would never be saved.
        if not self._is_pending:
            self._is_pending = True
            self._store.async_delay_save(self._data_to_save, _SAVE_SECONDS)

    async def async_save(self) -> None:
        """Save now what was not saved yet."""
        if self._is_pending:
            data = await self._hass.async_add_executor_job(self._data_to_save)
            await self._store.async_save(data)

    def _data_to_save(self) -> dict[str, Any]:
        # In another thread: there may be ten thousand people. What changes from here on
        # is saved again.
        self._is_pending = False
        # A copy in one step: the event loop may add a trace meanwhile.
        return {"traces": [_as_dict(trace) for trace in tuple(self._traces())]}


async def async_load_books(hass: HomeAssistant, entry_id: str) -> list[Trace]:
    """Return the stored traces, none for a new site.

    Raises `UnreadableBooksError`.
    """
    try:
        stored = await _store(hass, entry_id).async_load()
        if stored is None:
            return []
        return await hass.async_add_executor_job(_from_stored, stored)
    except (
        ArithmeticError,
        HomeAssistantError,
        LookupError,
        NotImplementedError,
        OSError,
        TypeError,
        ValueError,
    ) as error:
        # JSON with other content, or of another version.
        raise UnreadableBooksError from error


async def async_forget_books(hass: HomeAssistant, entry_id: str) -> None:
    """Delete the stored books of a removed site."""
    await _store(hass, entry_id).async_remove()


def _store(hass: HomeAssistant, entry_id: str) -> Store[dict[str, Any]]:
    return Store(
        hass,
        _VERSION,
        f"{DOMAIN}.site.{entry_id}",
        private=True,
        serialize_in_event_loop=False,
    )


def _from_stored(stored: Mapping[str, Any]) -> list[Trace]:
    return list(map(_from_dict, stored["traces"]))


def _as_dict(trace: Trace) -> dict[str, Any]:
    newest = trace.newest
    return {
        "entry_id": newest.entry_id,
        "identity_id": newest.identity_id,
        "identity_name": newest.identity_name,
        "person_type": newest.person_type.value,
        "device_id": newest.device_id,
        "at": newest.at.isoformat(),
        "spans": [
            [slot.device_id, first.isoformat(), last.isoformat()]
            for slot, (first, last) in trace.spans.items()
        ],
    }


def _from_dict(stored: Mapping[str, Any]) -> Trace:
    spans = [
        (_text(device_id), _moment(first), _moment(last))
        for device_id, first, last in stored["spans"]
    ]
    name = stored["identity_name"]
    return Trace(
        Seen(
            _text(stored["entry_id"]),
            _text(stored["identity_id"]),
            None if name is None else _text(name),
            PersonType(stored["person_type"]),
            _text(stored["device_id"]),
            _moment(stored["at"]),
        ),
        {Slot.of(device_id, first): (first, last) for device_id, first, last in spans},
    )


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("not a text")
    return value


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.utcoffset() is None:
        raise ValueError("no time zone")
    return moment
