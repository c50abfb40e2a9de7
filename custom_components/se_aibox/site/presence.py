"""A site: keeps its books, and delivers passages."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TypeGuard

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.device_registry import DeviceEntryType, DeviceInfo
from homeassistant.helpers.dispatcher import (
    async_dispatcher_connect,
    async_dispatcher_send,
)
from homeassistant.helpers.event import async_track_time_interval
from homeassistant.helpers.start import async_at_started
from homeassistant.helpers.typing import ConfigType
from homeassistant.util import dt as dt_util
from homeassistant.util.signal_type import SignalType

from ..aibox.names import person_label
from ..box.issues import Fault
from ..box.registry import Identifier, async_device_id
from ..const import CONF_ENTRY_TYPE, DOMAIN, EVENT_PASSAGE, MODEL_ID_SITE, SITE
from ..coordinator import async_loaded_box
from ..recognition.filters import PeopleFilter
from ..recognition.followed import SIGNAL_FOLLOWED, async_followed_device_ids
from ..recognition.forgetting import Forgotten
from ..recognition.sighting import (
    SIGNAL_LIVE,
    SIGNAL_LIVE_STATES,
    SIGNAL_RECOVERED,
    Sighting,
)
from ..recognition.targets import async_all_target_device_ids
from ..text import async_text
from .books import Books, Change, Kind, PersonKey, Place, Seen, Stay, Trace
from .issues import async_check_devices, async_check_zone
from .options import SiteOptions
from .passages import SIGNAL_PASSAGE, SIGNAL_PASSAGE_STATES, Passage, passage_data
from .roll_call import RollCall
from .roll_call_keeper import RollCallKeeper
from .seen import seen_of
from .storage import BooksStore

_MINUTE = timedelta(minutes=1)

# Sent after the books of any site changed.
SIGNAL_BOOKS: SignalType[()] = SignalType(f"{DOMAIN}_books")

type SiteConfigEntry = ConfigEntry[Site]


def is_site_entry(entry: ConfigEntry) -> TypeGuard[SiteConfigEntry]:
    """Return whether a config entry is a site."""
    return entry.data.get(CONF_ENTRY_TYPE) == SITE


@callback
def async_loaded_sites(hass: HomeAssistant) -> list[Site]:
    """Return the loaded sites."""
    return [
        entry.runtime_data
        for entry in hass.config_entries.async_loaded_entries(DOMAIN)
        if is_site_entry(entry)
    ]


@callback
def async_targeted_sites(hass: HomeAssistant, target: ConfigType) -> list[Site]:
    """Return the loaded sites in a target."""
    device_ids = async_all_target_device_ids(hass, target)
    return [site for site in async_loaded_sites(hass) if site.device_id in device_ids]


def site_identifier(entry: ConfigEntry) -> Identifier:
    """Return a site's identifier in the device registry."""
    return (DOMAIN, f"{entry.entry_id}_{SITE}")


class Site:
    """A place with ways in and out, and the people inside."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: SiteConfigEntry,
        stored: Iterable[Trace],
        roll_call: RollCall | None,
    ) -> None:
        """Initialize with the stored books and roll call."""
        self.hass = hass
        self.entry = entry
        self.options = SiteOptions.from_mapping(entry.options)
        self._books = Books(self.options.rules, self._followed)
        self._books.load(stored, dt_util.utcnow())
        self.store = BooksStore(hass, entry.entry_id, lambda: self._books.traces)
        self.roll_calls = RollCallKeeper(hass, entry, self, roll_call)
        # The last live sighting, until all states are written.
        self._entered: tuple[Sighting, Change] | None = None

    @callback
    def async_register(self) -> None:
        """Register the device, or rename it."""
        dr.async_get(self.hass).async_get_or_create(
            config_entry_id=self.entry.entry_id, **self.device_info
        )

    @property
    def device_info(self) -> DeviceInfo:
        """The device of the site."""
        return DeviceInfo(
            identifiers={site_identifier(self.entry)},
            entry_type=DeviceEntryType.SERVICE,
            model=async_text(self.hass, "common.model_site"),
            model_id=MODEL_ID_SITE,
            name=self.entry.title,
        )

    @property
    def device_id(self) -> str | None:
        """The id of the site's device in the registry."""
        return async_device_id(self.hass, self.entry, site_identifier(self.entry))

    @property
    def signal_changed(self) -> SignalType[()]:
        """Sent after a person entered, left or was seen again."""
        return SignalType(f"{DOMAIN}_{self.entry.entry_id}_inside")

    @property
    def signal_passage(self) -> SignalType[Passage]:
        """Sent for each passage, after all states are written."""
        return SignalType(f"{DOMAIN}_{self.entry.entry_id}_passage")

    @property
    def count(self) -> int:
        """How many people are inside, at least."""
        return len(self._books.inside)

    @property
    def stays(self) -> list[Stay]:
        """The people inside, longest first."""
        return sorted(self._books.inside.values(), key=lambda stay: stay.since)

    @callback
    def async_names(self, most: int) -> list[str]:
        """Return the names of those inside, longest first."""
        return self.async_labels(self.stays[:most])

    @callback
    def async_labels(self, stays: Iterable[Stay]) -> list[str]:
        """Return the names of people, or placeholders."""
        return [self.async_label(stay.who) for stay in stays]

    @callback
    def async_label(self, who: Seen) -> str:
        """Return the name of a person: “Tom”, or “Unnamed (10010804)”."""
        words = {"unnamed": async_text(self.hass, "common.unnamed")}
        return person_label(words, who.identity_name, who.identity_id)

    @callback
    def async_is_inside(self, people: PeopleFilter) -> bool:
        """Return whether any of the people is inside, by any of their ids."""
        return any(
            seen.person_type in people.person_types
            and people.people.async_include(self.hass, seen, self._followed(seen))
            for stay in self._books.inside.values()
            for seen in stay.identities
        )

    @callback
    def async_place_of(self, followed_device_id: str) -> Place:
        """Return where a followed person is."""
        return self._books.place_of_followed(followed_device_id)

    @callback
    def async_erase(self, forgotten: Forgotten) -> bool:
        """Erase a person; return whether the site remembered them."""

        def is_meant(seen: Seen) -> bool:
            return forgotten.includes(
                seen.entry_id, seen.identity_id, seen.identity_name
            )

        was_listed = self.roll_calls.async_erase(is_meant)
        if not self._books.erase(is_meant, dt_util.utcnow()):
            return was_listed
        # This is no passage, so nothing is delivered.
        self._publish()
        return True

    @callback
    def async_retire_box(self, entry_id: str, retired_id: str) -> None:
        """Keep the people inside; the ids of a replaced box become invalid."""
        self._books.retire(entry_id, retired_id, dt_util.utcnow())
        self.roll_calls.async_retire_box(entry_id, retired_id)
        self._publish()

    @property
    def is_up_to_date(self) -> bool:
        """Whether every box of the site has recovered what was missed."""
        registry = dr.async_get(self.hass)
        devices = filter(None, map(registry.async_get, self.options.rules.ways))
        entry_ids = {device.config_entry_id for device in devices}
        return bool(entry_ids) and all(map(self._is_caught_up, entry_ids))

    def _is_caught_up(self, entry_id: str) -> bool:
        box = async_loaded_box(self.hass, entry_id)
        return (
            box is not None
            and box.data.caught_up
            # The times of its records are unknown.
            and not box.issues.is_raised(Fault.TIMES_OFF)
        )

    @callback
    def async_listen(self) -> None:
        """Keep the books until the entry is unloaded."""
        hass = self.hass
        for stop in (
            async_dispatcher_connect(hass, SIGNAL_LIVE_STATES, self._enter_live),
            async_dispatcher_connect(hass, SIGNAL_LIVE, self._deliver_live),
            async_dispatcher_connect(hass, SIGNAL_RECOVERED, self._enter_late),
            async_dispatcher_connect(hass, SIGNAL_FOLLOWED, self._derive),
            async_track_time_interval(hass, self._handle_minute, _MINUTE),
            async_track_time_interval(hass, self._discard, timedelta(hours=1)),
            # Zones may be set up later than the site.
            async_at_started(hass, self._check),
            self.entry.add_update_listener(self._async_handle_update),
        ):
            self.entry.async_on_unload(stop)
        self.roll_calls.async_listen()

    def person_of(self, seen: Seen) -> PersonKey:
        """Return the person of an identity."""
        return self._books.person_of(seen)

    def _followed(self, seen: Seen) -> frozenset[str]:
        return async_followed_device_ids(self.hass, seen.entry_id, seen)

    @callback
    def _enter_live(self, sighting: Sighting) -> None:
        """Enter a live sighting, and write the states."""
        change = self._enter(sighting)
        self._entered = None if change is None else (sighting, change)

    @callback
    def _enter_late(self, sighting: Sighting) -> None:
        """Enter a sighting that nothing may act on."""
        self._enter(sighting)

    def _enter(self, sighting: Sighting) -> Change | None:
        seen = seen_of(sighting)
        if seen is None or seen.device_id not in self.options.rules.ways:
            return None
        now = dt_util.utcnow()
        # Otherwise a person who is due to be forgotten would still count.
        self._forget(now)
        change = self._books.add(seen, now)
        self._publish()
        return change

    @callback
    def _deliver_live(self, sighting: Sighting) -> None:
        """Fire the events of a live sighting."""
        # All its states are written by now.
        entered, self._entered = self._entered, None
        if entered is None or entered[0] is not sighting:
            return
        change = entered[1]
        if (kind := change.kind) is None:
            return
        self._deliver(
            self._passage(
                kind,
                change.count,
                sighting,
                is_first=kind is Kind.ENTERED and not change.count_before,
                is_last=kind is Kind.LEFT and not change.count,
            )
        )

    def _passage(
        self,
        kind: Kind,
        count: int,
        sighting: Sighting | None,
        *,
        is_first: bool = False,
        is_last: bool = False,
    ) -> Passage:
        return Passage(
            self.entry.entry_id,
            self.device_id,
            self.entry.title,
            kind,
            count,
            sighting,
            self.is_up_to_date,
            is_first,
            is_last,
        )

    def _deliver(self, passage: Passage) -> None:
        async_dispatcher_send(self.hass, SIGNAL_PASSAGE_STATES, passage)
        async_dispatcher_send(self.hass, self.signal_passage, passage)
        async_dispatcher_send(self.hass, SIGNAL_PASSAGE, passage)
        self.hass.bus.async_fire(EVENT_PASSAGE, passage_data(passage))

    @callback
    def _handle_minute(self, now: datetime) -> None:
        self._forget(now)
        self._check()

    @callback
    def _discard(self, now: datetime) -> None:
        if self._books.discard(now):
            self.store.async_changed()
        self.roll_calls.async_expire(now)

    def _forget(self, now: datetime) -> None:
        """Forget people not seen for long."""
        if not (forgotten := self._books.forget(now)):
            return
        self._publish()
        # People who were forgotten while Home Assistant was down, or who may be
        # recovered, have not left just now.
        if not self.is_up_to_date:
            return
        is_empty = not self.count and self.options.emptied_when_forgotten
        for others in reversed(range(forgotten)):
            self._deliver(
                self._passage(
                    Kind.LEFT_UNSEEN,
                    self.count + others,
                    None,
                    is_last=is_empty and not others,
                )
            )

    @callback
    def _derive(self) -> None:
        """Derive who is inside, after rules or followed people changed."""
        self._books.set_rules(self.options.rules, dt_util.utcnow())
        self._publish()

    def _publish(self) -> None:
        self.store.async_changed()
        async_dispatcher_send(self.hass, self.signal_changed)
        async_dispatcher_send(self.hass, SIGNAL_BOOKS)

    @callback
    def _check(self, _: HomeAssistant | None = None) -> None:
        async_check_devices(self.hass, self.entry, self.options)
        async_check_zone(self.hass, self.entry, self.options)

    async def _async_handle_update(
        self, hass: HomeAssistant, entry: SiteConfigEntry
    ) -> None:
        """Apply a change without a reload, which would miss sightings."""
        self.options = SiteOptions.from_mapping(entry.options)
        self.async_register()
        self._derive()
        self._check()
