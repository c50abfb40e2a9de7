"""Raises an issue for a box that stays away."""

from collections.abc import Callable
from datetime import datetime, timedelta

from homeassistant.config_entries import ConfigEntry, ConfigEntryState
from homeassistant.const import CONF_HOST
from homeassistant.core import CALLBACK_TYPE, HassJob, HomeAssistant, callback
from homeassistant.helpers.event import async_call_later
from homeassistant.util import dt as dt_util
from homeassistant.util.hass_dict import HassKey

from ..const import DOMAIN
from ..text import in_both
from .issues import Fault, Symptom, async_box_issues

_PATIENCE = timedelta(minutes=15)
# A box that is back for a moment has not returned.
_STABLE = timedelta(minutes=1)
# These issues explain why nothing answers.
_REASONS = (Fault.BARE_SYSTEM, Fault.UNIDENTIFIED)
# Then the address of Home Assistant is missing, and not the box.
_NOT_THE_BOX = frozenset({"https_only", "no_internal_url"})


class AwayWatch:
    """Measures how long a box is away, also while its set-up is retried."""

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry) -> None:
        """Watch the set-ups of an entry."""
        self._hass = hass
        self._entry = entry
        self._issues = async_box_issues(hass, entry)
        self._since: datetime | None = None
        self._is_returning = False
        self._cancel: CALLBACK_TYPE | None = None
        entry.async_on_state_change(self._handle_state)

    @callback
    def async_lost(self) -> None:
        """Start to wait, after a lost connection or a failed attempt."""
        if self._since is None:
            self._since = dt_util.utcnow()
        elif not self._is_returning:
            return
        self._is_returning = False
        rest = self._since + _PATIENCE - dt_util.utcnow()
        self._wait(max(rest, timedelta()), self._handle_patience_over)

    @callback
    def async_returned(self, *, for_sure: bool) -> None:
        """Clear the issue, at once or when the connection has lasted."""
        if self._since is None:
            return
        if for_sure:
            self.async_forget()
        else:
            self._is_returning = True
            self._wait(_STABLE, self._handle_stable)

    @callback
    def async_forget(self) -> None:
        """Clear the issue, and measure anew from the next loss."""
        self._since, self._is_returning = None, False
        self._stop_waiting()
        self._issues.async_clear(Fault.BOX_AWAY)

    @callback
    def _handle_state(self) -> None:
        entry = self._entry
        if entry.disabled_by:
            self.async_forget()
        elif (
            entry.state is ConfigEntryState.SETUP_RETRY
            and entry.error_reason_translation_key not in _NOT_THE_BOX
        ):
            self.async_lost()

    def _wait(self, span: timedelta, then: Callable[[datetime], None]) -> None:
        self._stop_waiting()
        job = HassJob(then, cancel_on_shutdown=True)
        self._cancel = async_call_later(self._hass, span, job)

    def _stop_waiting(self) -> None:
        if self._cancel is not None:
            self._cancel()
            self._cancel = None

    @callback
    def _handle_stable(self, _now: datetime) -> None:
        self.async_forget()

    @callback
    def _handle_patience_over(self, now: datetime) -> None:
        if any(map(self._issues.is_raised, _REASONS)):
            self._wait(_PATIENCE, self._handle_patience_over)
            return
        since = dt_util.as_local(self._since or now)
        self._issues.async_raise(
            Fault.BOX_AWAY,
            Symptom(
                Fault.BOX_AWAY,
                {
                    **in_both(host=self._entry.data[CONF_HOST]),
                    # Read alike in every language.
                    "since": f"{since:%Y-%m-%d %H:%M}",
                },
            ),
        )


# Kept across reloads and setup retries.
_WATCHES: HassKey[dict[str, AwayWatch]] = HassKey(f"{DOMAIN}_away")


@callback
def async_away_watch(hass: HomeAssistant, entry: ConfigEntry) -> AwayWatch:
    """Return the watch of a box."""
    known = hass.data.setdefault(_WATCHES, {})
    if (watch := known.get(entry.entry_id)) is None:
        watch = known[entry.entry_id] = AwayWatch(hass, entry)
    return watch


@callback
def async_forget_away(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Stop to watch a removed box."""
    async_away_watch(hass, entry).async_forget()
    del hass.data[_WATCHES][entry.entry_id]
