"""Finds visitors who are inside a site after their visit."""

from dataclasses import dataclass
from typing import Protocol

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CoreState, HomeAssistant, callback
from homeassistant.helpers.dispatcher import (
    async_dispatcher_connect,
    async_dispatcher_send,
)
from homeassistant.util import dt as dt_util
from homeassistant.util.signal_type import SignalType

from ..const import DOMAIN
from ..people.visit import Visit
from ..people.visit_ending import SIGNAL_PAST_END
from ..people.visitors import async_report_overdue, async_visits
from .books import Seen, Stay
from .passages import Passage


@dataclass(frozen=True, slots=True)
class Overdue:
    """A visitor who is inside a site after the visit."""

    site_entry_id: str
    site_device_id: str | None
    site_name: str
    visit: Visit
    # Where the visitor was seen last.
    seen: Seen


# Once per visit and site, never before the books of the site are up to date.
SIGNAL_OVERDUE: SignalType[Overdue] = SignalType(f"{DOMAIN}_visitor_overdue")


class VisitedSite(Protocol):
    """The parts of a site that its watch uses."""

    @property
    def device_id(self) -> str | None:
        """The id of the site's device in the registry."""

    @property
    def stays(self) -> list[Stay]:
        """The people inside, longest first."""

    @property
    def is_up_to_date(self) -> bool:
        """Whether every box of the site has recovered what was missed."""

    @property
    def signal_passage(self) -> SignalType[Passage]:
        """Sent for each passage, after all states are written."""


class OverdueWatch:
    """Watches for overdue visitors inside one site."""

    def __init__(
        self, hass: HomeAssistant, entry: ConfigEntry, site: VisitedSite
    ) -> None:
        """Initialize for a site."""
        self._hass = hass
        self._entry = entry
        self._site = site

    @callback
    def async_listen(self) -> None:
        """Watch the books until the entry is unloaded."""
        for stop in (
            async_dispatcher_connect(self._hass, SIGNAL_PAST_END, self._check),
            # A visitor may enter after the visit if a box could not be reached.
            async_dispatcher_connect(
                self._hass, self._site.signal_passage, self._handle_passage
            ),
        ):
            self._entry.async_on_unload(stop)

    @callback
    def _handle_passage(self, _: Passage) -> None:
        self._check()

    @callback
    def _check(self) -> None:
        now = dt_util.utcnow()
        over = [
            visit for visit in async_visits(self._hass) if visit.visitor.is_due(now)
        ]
        # Automations do not listen before Home Assistant has started, and outdated
        # books may be wrong. The next check is in a minute.
        is_started = self._hass.state is CoreState.running
        if over and is_started and self._site.is_up_to_date:
            for visit in over:
                self._check_visit(visit)

    def _check_visit(self, visit: Visit) -> None:
        """Report a visitor who is inside, once per visit."""
        seen = next(
            (
                seen
                for stay in self._site.stays
                for seen in stay.identities
                if visit.shows(
                    seen.entry_id,
                    seen.identity_id,
                    seen.identity_name,
                    seen.person_type,
                )
            ),
            None,
        )
        site_entry_id = self._entry.entry_id
        if seen is not None and async_report_overdue(
            self._hass, visit.visit_id, site_entry_id
        ):
            overdue = Overdue(
                site_entry_id, self._site.device_id, self._entry.title, visit, seen
            )
            async_dispatcher_send(self._hass, SIGNAL_OVERDUE, overdue)
