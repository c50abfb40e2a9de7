"""Keeps the roll call of a site, and signals its completion."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import uuid4

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.dispatcher import (
    async_dispatcher_connect,
    async_dispatcher_send,
)
from homeassistant.util import dt as dt_util
from homeassistant.util.signal_type import SignalType

from ..box.issues import Fault
from ..const import DOMAIN
from ..coordinator import async_loaded_box
from ..recognition.followed import SIGNAL_FOLLOWED
from ..recognition.sighting import (
    SIGNAL_LIVE,
    SIGNAL_LIVE_STATES,
    SIGNAL_RECOVERED,
    Sighting,
)
from .books import PersonKey, Seen, Stay
from .options import SiteOptions
from .roll_call import Index, RollCall, accounts_for, keys_of
from .roll_call_storage import RollCallStore
from .seen import seen_of


@dataclass(frozen=True, slots=True)
class Completion:
    """The last person on a list was checked off just now."""

    site_entry_id: str
    site_device_id: str | None
    site_name: str
    started_at: datetime
    count_listed: int
    # None if it was done by hand.
    sighting: Sighting | None


# After all states are written.
SIGNAL_EVERYBODY: SignalType[Completion] = SignalType(f"{DOMAIN}_everybody")
# Sent after the roll call of any site changed.
SIGNAL_ROLL_CALLS: SignalType[()] = SignalType(f"{DOMAIN}_roll_calls")


class CallingSite(Protocol):
    """The parts of a site that its roll call uses."""

    options: SiteOptions

    @property
    def device_id(self) -> str | None:
        """The id of the site's device in the registry."""

    @property
    def stays(self) -> list[Stay]:
        """The people inside, longest first."""

    def person_of(self, seen: Seen) -> PersonKey:
        """Return the person of an identity."""


class RollCallKeeper:
    """The newest roll call of one site, if any."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry,
        site: CallingSite,
        stored: RollCall | None,
    ) -> None:
        """Initialize with the stored roll call."""
        self._hass = hass
        self._entry = entry
        self._site = site
        self.current = stored
        self.store = RollCallStore(hass, entry.entry_id, lambda: self.current)
        # Derived from the list; None after the followed people change.
        self._index: Index | None = None
        # The sighting that completed it, until all states are written.
        self._completed_by: Sighting | None = None

    @property
    def signal_changed(self) -> SignalType[()]:
        """Sent after a roll call was started, or someone was checked off."""
        return SignalType(f"{DOMAIN}_{self._entry.entry_id}_roll_call")

    @callback
    def async_listen(self) -> None:
        """Check off people who are seen, until the entry is unloaded."""
        for stop in (
            async_dispatcher_connect(
                self._hass, SIGNAL_LIVE_STATES, self._check_off_live
            ),
            async_dispatcher_connect(self._hass, SIGNAL_LIVE, self._deliver_live),
            async_dispatcher_connect(
                self._hass, SIGNAL_RECOVERED, self._check_off_late
            ),
            async_dispatcher_connect(self._hass, SIGNAL_FOLLOWED, self._forget_index),
        ):
            self._entry.async_on_unload(stop)

    @callback
    def async_start(self) -> RollCall:
        """Start a roll call of the people inside."""
        now = dt_util.utcnow()
        roll_call = RollCall.of(self._site.stays, now, _new_uid)
        self._index = None
        self._keep(roll_call)
        return roll_call

    @callback
    def async_check(self, uid: str, *, is_accounted: bool) -> None:
        """Check someone off by hand, or undo that.

        Raises `KeyError` for a person who is not on the list.
        """
        before = self.current
        if before is None:
            raise KeyError(uid)
        after = before.by_hand(uid, dt_util.utcnow(), is_accounted=is_accounted)
        if self._replace(after):
            self._deliver(after, None)

    @callback
    def async_erase(self, is_meant: Callable[[Seen], bool]) -> bool:
        """Erase a person; return whether they were on the list."""
        if self.current is None:
            return False
        left = self.current.without(is_meant)
        if left is self.current:
            return False
        self._index = None
        # This checks no one off, so nothing is delivered.
        self._keep(left)
        return True

    @callback
    def async_retire_box(self, entry_id: str, retired_id: str) -> None:
        """Prevent that an id of another box checks anyone off."""
        if self.current is not None:
            self._index = None
            self._keep(self.current.retire(entry_id, retired_id))

    @callback
    def async_expire(self, now: datetime) -> None:
        """Erase an expired roll call."""
        if self.current is not None and self.current.is_over(now):
            self._keep(None)

    @callback
    def _forget_index(self) -> None:
        self._index = None

    @callback
    def _check_off_live(self, sighting: Sighting) -> None:
        """Check off, and write the states."""
        self._completed_by = sighting if self._check_off(sighting) else None

    @callback
    def _deliver_live(self, sighting: Sighting) -> None:
        """Fire after all states of a live sighting are written."""
        completed_by, self._completed_by = self._completed_by, None
        if completed_by is sighting and self.current is not None:
            self._deliver(self.current, sighting)

    @callback
    def _check_off_late(self, sighting: Sighting) -> None:
        """Check off by a sighting that no trigger may act on."""
        box = async_loaded_box(self._hass, sighting.entry_id)
        if (
            # Otherwise the time is unknown, and may be before the start.
            sighting.seen_at < sighting.recognition.received_at
            and box is not None
            and not box.issues.is_raised(Fault.TIMES_OFF)
        ):
            self._check_off(sighting)

    def _check_off(self, sighting: Sighting) -> bool:
        """Check off a person; return whether that was the last one."""
        roll_call, options = self.current, self._site.options
        seen = seen_of(sighting)
        if (
            roll_call is None
            or seen is None
            or not accounts_for(seen.device_id, options.rules, options.assembly_points)
        ):
            return False
        if self._index is None:
            self._index = roll_call.index(self._site.person_of)
        index, keys = self._index, keys_of(seen, self._site.person_of)
        uids = {uid for key in keys for uid in index.get(key, ())}
        return self._replace(roll_call.with_sighting(uids, seen.at))

    def _replace(self, after: RollCall) -> bool:
        """Keep a changed list; return whether the last one was checked off."""
        before = self.current
        if after is before:
            return False
        self._keep(after)
        return before is not None and bool(before.unaccounted) and not after.unaccounted

    def _keep(self, roll_call: RollCall | None) -> None:
        self.current = roll_call
        self.store.async_changed()
        async_dispatcher_send(self._hass, self.signal_changed)
        async_dispatcher_send(self._hass, SIGNAL_ROLL_CALLS)

    def _deliver(self, roll_call: RollCall, sighting: Sighting | None) -> None:
        completion = Completion(
            self._entry.entry_id,
            self._site.device_id,
            self._entry.title,
            roll_call.started_at,
            len(roll_call.listed),
            sighting,
        )
        async_dispatcher_send(self._hass, SIGNAL_EVERYBODY, completion)


def _new_uid() -> str:
    return uuid4().hex
