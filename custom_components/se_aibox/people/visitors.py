"""Visitors whose visits Home Assistant ends, and the signals about them."""

from collections.abc import AsyncGenerator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from uuid import uuid4

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers.dispatcher import (
    async_dispatcher_connect,
    async_dispatcher_send,
)
from homeassistant.util import dt as dt_util
from homeassistant.util.hass_dict import HassKey
from homeassistant.util.signal_type import SignalType

from ..aibox.enrolled import PersonRecord
from ..aibox.exceptions import AiBoxError
from ..aibox.names import id_key
from ..const import DOMAIN
from ..recognition.sighting import SIGNAL_LIVE, SIGNAL_LIVE_STATES, Sighting
from .visit import IdentityKey, Visit, Visitor, changed, proves_not_enrolled
from .visitor_storage import visit_store, visits_as_dict

# After a crash, an arrival of the last second may be reported again.
_SAVE_SECONDS = 1


@dataclass(frozen=True, slots=True)
class Arrival:
    """The first sighting of a visitor, just now."""

    visit: Visit
    sighting: Sighting


# Sent after visits began, changed or ended.
SIGNAL_VISITS: SignalType[()] = SignalType(f"{DOMAIN}_visits")
# Once per visit, after all states are written.
SIGNAL_ARRIVED: SignalType[Arrival] = SignalType(f"{DOMAIN}_visitor_arrived")
# Set by the people entry while it is loaded.
_VISITORS: HassKey[Visitors] = HassKey(f"{DOMAIN}_visitors")


@asynccontextmanager
async def async_remember(
    hass: HomeAssistant, entry_id: str, visitor: Visitor
) -> AsyncGenerator[None]:
    """Remember a visitor that a box enrolls in this context.

    An `AiBoxError` must pass through it untranslated: if it proves that the box
    enrolled no one, the previous visit is restored. Raises `ServiceValidationError` as
    `async_check_visit`, before anything is sent.
    """
    visitors = async_check_visit(hass, visitor)
    before = visitors.async_get(entry_id, visitor.identity_id)
    # Without an answer, or after a crash, they may still be enrolled.
    await visitors.async_add(entry_id, visitor)
    try:
        yield
    except AiBoxError as error:
        if proves_not_enrolled(error):
            await async_forget_visit(hass, entry_id, visitor.identity_id)
            if before is not None and (loaded := hass.data.get(_VISITORS)):
                await loaded.async_add(entry_id, before.visitor, of=before)
        raise


@callback
def async_check_visit(hass: HomeAssistant, visitor: Visitor) -> Visitors:
    """Return the visitors if a new visit is possible.

    Raises `ServiceValidationError` for a visit that is over before it begins, and while
    the people entry is not loaded.
    """
    if visitor.valid_until <= max(visitor.valid_from, dt_util.utcnow()):
        raise ServiceValidationError(
            translation_domain=DOMAIN, translation_key="visit_over"
        )
    return _loaded(hass)


@callback
def _loaded(hass: HomeAssistant) -> Visitors:
    if (visitors := hass.data.get(_VISITORS)) is None:
        raise ServiceValidationError(
            translation_domain=DOMAIN, translation_key="visit_needs_people"
        )
    return visitors


async def async_begin_visit(
    hass: HomeAssistant, entry_id: str, visitor: Visitor
) -> None:
    """Remember a visitor whose end a box has, or may have, already.

    This includes a visit that is over by now, so that it is ended.
    """
    # A calendar has no event that ends before it begins.
    begin = min(visitor.valid_from, visitor.valid_until)
    await _loaded(hass).async_add(entry_id, replace(visitor, valid_from=begin))


async def async_follow_change(
    hass: HomeAssistant, entry_id: str, record: PersonRecord
) -> None:
    """Apply a change that Home Assistant made to a visitor."""
    visitors = hass.data.get(_VISITORS)
    if visitors is None:
        return
    visit = visitors.async_get(entry_id, record.identity_id)
    if visit is None:
        return
    if (visitor := changed(visit.visitor, record)) is None:
        await visitors.async_forget(entry_id, record.identity_id)
    elif visitor != visit.visitor:
        await visitors.async_add(entry_id, visitor, of=visit)


async def async_forget_visit(
    hass: HomeAssistant, entry_id: str, identity_id: str
) -> None:
    """Forget the visit of an identity deleted from a box."""
    if (visitors := hass.data.get(_VISITORS)) is not None:
        await visitors.async_forget(entry_id, identity_id)


async def async_release(hass: HomeAssistant, visit_id: str, entry_id: str) -> bool:
    """Keep a visitor on a box; return False if the visit has ended."""
    visitors = hass.data.get(_VISITORS)
    return visitors is not None and await visitors.async_end(visit_id, entry_id)


async def async_save_visits(hass: HomeAssistant) -> None:
    """Store the visits now, before the entry is unloaded."""
    await hass.data[_VISITORS].async_save()


@callback
def async_visits(hass: HomeAssistant) -> tuple[Visit, ...]:
    """Return all remembered visits."""
    visitors = hass.data.get(_VISITORS)
    return () if visitors is None else visitors.visits


@callback
def async_report_overdue(
    hass: HomeAssistant, visit_id: str, site_entry_id: str
) -> bool:
    """Mark a visit as reported by a site; return False if it was."""
    visitors = hass.data.get(_VISITORS)
    return visitors is not None and visitors.async_report_overdue(
        visit_id, site_entry_id
    )


class Visitors:
    """The visits that have not ended everywhere."""

    def __init__(
        self, hass: HomeAssistant, entry: ConfigEntry, stored: Iterable[Visit]
    ) -> None:
        """Initialize with the stored visits."""
        self._hass = hass
        self._entry = entry
        self._store = visit_store(hass, entry.entry_id)
        self._visits = {visit.visit_id: visit for visit in stored}
        # Derived from the visits.
        self._by_identity: dict[IdentityKey, str] = {}
        self._derive()
        # The last arrival, until all states are written.
        self._arrived: Arrival | None = None

    @property
    def visits(self) -> tuple[Visit, ...]:
        """The visits, in the order in which they were enrolled."""
        return tuple(self._visits.values())

    @callback
    def async_listen(self) -> None:
        """Report arrivals until the entry is unloaded."""
        hass = self._hass
        hass.data[_VISITORS] = self
        for stop in (
            async_dispatcher_connect(hass, SIGNAL_LIVE_STATES, self._notice),
            async_dispatcher_connect(hass, SIGNAL_LIVE, self._deliver),
            self._unregister,
        ):
            self._entry.async_on_unload(stop)

    @callback
    def _unregister(self) -> None:
        del self._hass.data[_VISITORS]

    @callback
    def async_get(self, entry_id: str, identity_id: str | None) -> Visit | None:
        """Return the visit of an identity on a box, if any."""
        visit_id = self._by_identity.get((entry_id, id_key(identity_id)))
        return None if visit_id is None else self._visits[visit_id]

    async def async_add(
        self, entry_id: str, visitor: Visitor, *, of: Visit | None = None
    ) -> None:
        """Remember a visitor on one more box, in place of any with the id.

        The same visitor on several boxes is one visit. `of` is a visit whose sightings
        count, too.
        """
        before = self.async_get(entry_id, visitor.identity_id)
        if before is not None and before.visitor != visitor:
            self._leave(before, entry_id)
        new = Visit(uuid4().hex, visitor, frozenset())
        visit = next((each for each in self.visits if each.visitor == visitor), new)
        self._visits[visit.visit_id] = replace(
            visit,
            enrolled_on=visit.enrolled_on | {entry_id},
            # A new enrollment reopens the visit there.
            ended_on=visit.ended_on - {entry_id},
            has_arrived=visit.has_arrived or (of is not None and of.has_arrived),
        )
        await self._async_keep()

    async def async_forget(self, entry_id: str, identity_id: str) -> None:
        """Forget the visit of an identity on a box."""
        if (visit := self.async_get(entry_id, identity_id)) is not None:
            self._leave(visit, entry_id)
            await self._async_keep()

    async def async_end(self, visit_id: str, entry_id: str) -> bool:
        """Mark a visit as ended on a box; return False if it was."""
        visit = self._visits.get(visit_id)
        if visit is None or entry_id not in visit.open_on:
            return False
        self._visits[visit_id] = visit.ended(entry_id)
        await self._async_keep()
        return True

    async def async_erase(self, visit_ids: Iterable[str]) -> None:
        """Erase visits that have ended everywhere."""
        for visit_id in visit_ids:
            del self._visits[visit_id]
        await self._async_keep()

    @callback
    def async_report_overdue(self, visit_id: str, site_entry_id: str) -> bool:
        """Mark a visit as reported by a site; return False if it was."""
        visit = self._visits.get(visit_id)
        if visit is None or site_entry_id in visit.overdue_at:
            return False
        sites = visit.overdue_at | {site_entry_id}
        self._visits[visit_id] = replace(visit, overdue_at=sites)
        self._save_soon()
        return True

    def _leave(self, visit: Visit, entry_id: str) -> None:
        if (left := visit.without(entry_id)) is None:
            del self._visits[visit.visit_id]
        else:
            self._visits[visit.visit_id] = left

    def _derive(self) -> None:
        self._by_identity = {
            key: visit.visit_id
            for visit in self._visits.values()
            for key in visit.identity_keys
        }

    async def _async_keep(self) -> None:
        """Store a change before anything depends on it."""
        self._derive()
        async_dispatcher_send(self._hass, SIGNAL_VISITS)
        await self.async_save()

    async def async_save(self) -> None:
        """Store the visits now."""
        await self._store.async_save(visits_as_dict(self.visits))

    def _save_soon(self) -> None:
        self._store.async_delay_save(lambda: visits_as_dict(self.visits), _SAVE_SECONDS)

    @callback
    def _notice(self, sighting: Sighting) -> None:
        """Detect the first sighting of a visitor."""
        who = sighting.recognition
        visit = self.async_get(sighting.entry_id, who.identity_id)
        if (
            visit is None
            or visit.has_arrived
            or sighting.seen_at < visit.visitor.valid_from
            or not visit.shows(
                sighting.entry_id, who.identity_id, who.identity_name, who.person_type
            )
        ):
            self._arrived = None
            return
        visit = self._visits[visit.visit_id] = replace(visit, has_arrived=True)
        self._save_soon()
        self._arrived = Arrival(visit, sighting)

    @callback
    def _deliver(self, sighting: Sighting) -> None:
        """Report an arrival, once all states are written."""
        arrived, self._arrived = self._arrived, None
        if arrived is not None and arrived.sighting is sighting:
            async_dispatcher_send(self._hass, SIGNAL_ARRIVED, arrived)
