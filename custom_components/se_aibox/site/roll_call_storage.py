"""Stores the roll call of a site across restarts: personal data."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.helpers.storage import Store

from ..box.stored import UNREADABLE, moment_of, text_of
from .books import Stay
from .roll_call import Listed, RollCall
from .storage import DelayedStore, seen_as_dict, seen_from_dict, site_store

# In an alarm, someone may switch the power off.
_SAVE_SECONDS = 1
_VERSION = 1


class UnreadableRollCallError(Exception):
    """The stored roll call is damaged, or of another version."""


class RollCallStore(DelayedStore):
    """Stores the roll call of one site."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry_id: str,
        roll_call: Callable[[], RollCall | None],
    ) -> None:
        """Initialize; `roll_call` returns the one to store."""

        def data() -> dict[str, Any]:
            current = roll_call()
            return {"roll_call": None if current is None else _as_dict(current)}

        super().__init__(hass, _store(hass, entry_id), _SAVE_SECONDS, data)


async def async_load_roll_call(hass: HomeAssistant, entry_id: str) -> RollCall | None:
    """Return the stored roll call, if any.

    Raises `UnreadableRollCallError`.
    """
    try:
        stored = await _store(hass, entry_id).async_load()
        if stored is None or stored["roll_call"] is None:
            return None
        return await hass.async_add_executor_job(_from_dict, stored["roll_call"])
    except UNREADABLE as error:
        raise UnreadableRollCallError from error


async def async_forget_roll_call(hass: HomeAssistant, entry_id: str) -> None:
    """Delete the stored roll call of a removed site."""
    await _store(hass, entry_id).async_remove()


def _store(hass: HomeAssistant, entry_id: str) -> Store[dict[str, Any]]:
    return site_store(hass, _VERSION, f"roll_call.{entry_id}")


def _as_dict(roll_call: RollCall) -> dict[str, Any]:
    return {
        "started_at": roll_call.started_at.isoformat(),
        "listed": [
            {
                "uid": each.uid,
                "identities": list(map(seen_as_dict, each.stay.identities)),
                "since": each.stay.since.isoformat(),
                "last_seen": each.stay.last_seen.isoformat(),
                "missing_since": each.missing_since.isoformat(),
                "accounted_at": each.accounted_at and each.accounted_at.isoformat(),
            }
            for each in roll_call.listed.values()
        ],
    }


def _from_dict(stored: Mapping[str, Any]) -> RollCall:
    everybody = map(_listed, stored["listed"])
    return RollCall(
        moment_of(stored["started_at"]), {each.uid: each for each in everybody}
    )


def _listed(stored: Mapping[str, Any]) -> Listed:
    newest, *others = map(seen_from_dict, stored["identities"])
    accounted: str | None = stored["accounted_at"]
    accounted_at: datetime | None = None if accounted is None else moment_of(accounted)
    return Listed(
        text_of(stored["uid"]),
        Stay(
            (newest, *others),
            moment_of(stored["since"]),
            moment_of(stored["last_seen"]),
        ),
        moment_of(stored["missing_since"]),
        accounted_at,
    )
