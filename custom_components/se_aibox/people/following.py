"""Followed people, and the delivery of their sightings."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import TypeGuard

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.device_registry import DeviceEntryType, DeviceInfo
from homeassistant.helpers.dispatcher import (
    async_dispatcher_connect,
    async_dispatcher_send,
)
from homeassistant.util.signal_type import SignalType
from homeassistant.util.ulid import ulid_now

from ..aibox.names import id_key, name_key
from ..box.registry import Identifier, async_device, async_device_id
from ..const import CONF_ENTRY_TYPE, DOMAIN, LOGGER, MODEL_ID_PERSON, PEOPLE
from ..recognition.followed import (
    FOLLOWED,
    FOLLOWED_IDENTITIES,
    SIGNAL_FOLLOWED,
    Identified,
    async_followed_names,
)
from ..recognition.sighting import (
    SIGNAL_LIVE,
    SIGNAL_LIVE_STATES,
    SIGNAL_RECOVERED,
    Sighting,
)
from ..text import async_text
from .identity import FollowedPerson, Identity, Renaming, stored_name
from .issues import RenamingIssues
from .visit_ending import async_setup_visits
from .visitors import async_save_visits

PEOPLE_PLATFORMS = [
    Platform.CALENDAR,
    Platform.DEVICE_TRACKER,
    Platform.EVENT,
    Platform.IMAGE,
    Platform.SENSOR,
]

type PeopleConfigEntry = ConfigEntry[People]


def is_people_entry(entry: ConfigEntry) -> TypeGuard[PeopleConfigEntry]:
    """Return whether a config entry holds the followed people."""
    return entry.data.get(CONF_ENTRY_TYPE) == PEOPLE


async def async_setup_people(hass: HomeAssistant, entry: PeopleConfigEntry) -> None:
    """Set up the followed people and the visits."""
    people = entry.runtime_data = People(hass, entry)
    people.async_listen()
    await async_setup_visits(hass, entry)
    await hass.config_entries.async_forward_entry_setups(entry, PEOPLE_PLATFORMS)


async def async_unload_people(hass: HomeAssistant, entry: PeopleConfigEntry) -> bool:
    """Unload the followed people; the entry removes their listeners."""
    await async_save_visits(hass)
    return await hass.config_entries.async_unload_platforms(entry, PEOPLE_PLATFORMS)


def person_identifier(entry: ConfigEntry, subentry_id: str) -> Identifier:
    """Return a person's identifier in the device registry."""
    return (DOMAIN, f"{entry.entry_id}_{subentry_id}")


@callback
def async_followed_people(
    hass: HomeAssistant,
) -> Iterator[tuple[dr.DeviceEntry, FollowedPerson]]:
    """Return each followed person with their device."""
    return (
        (device, person)
        for entry in hass.config_entries.async_loaded_entries(DOMAIN)
        if is_people_entry(entry)
        for subentry_id, person in entry.runtime_data.followed.items()
        if (device := async_device(hass, entry, person_identifier(entry, subentry_id)))
    )


class People:
    """The followed people, by config subentry id."""

    def __init__(self, hass: HomeAssistant, entry: PeopleConfigEntry) -> None:
        """Read the followed people from the config entry."""
        self.hass = hass
        self.entry = entry
        self.followed: dict[str, FollowedPerson] = {}
        self._issues = RenamingIssues(hass, entry)
        self._read()

    @callback
    def async_listen(self) -> None:
        """Receive sightings until the entry is unloaded."""
        hass, entry = self.hass, self.entry
        hass.data[FOLLOWED] = self._device_ids
        hass.data[FOLLOWED_IDENTITIES] = self._identity_ids
        entry.async_on_unload(self._unregister)
        for signal, receiver in (
            (SIGNAL_LIVE_STATES, self._deliver_states),
            (SIGNAL_LIVE, self._deliver_event),
            (SIGNAL_RECOVERED, self._deliver_late),
        ):
            entry.async_on_unload(async_dispatcher_connect(hass, signal, receiver))
        entry.async_on_unload(entry.add_update_listener(self._async_handle_update))
        self._issues.async_update(self.followed)
        async_dispatcher_send(hass, SIGNAL_FOLLOWED)

    @callback
    def _unregister(self) -> None:
        del self.hass.data[FOLLOWED]
        del self.hass.data[FOLLOWED_IDENTITIES]
        self._issues.async_clear()
        async_dispatcher_send(self.hass, SIGNAL_FOLLOWED)

    @property
    def signal_changed(self) -> SignalType[()]:
        """Sent after a person was added, removed or changed."""
        return SignalType(f"{DOMAIN}_{self.entry.entry_id}_changed")

    def signal_state(self, subentry_id: str) -> SignalType[Sighting]:
        """Sent for each live sighting, to write states."""
        return SignalType(f"{DOMAIN}_{subentry_id}_state")

    def signal_event(self, subentry_id: str) -> SignalType[Sighting]:
        """Sent for each live sighting, after its states are written."""
        return SignalType(f"{DOMAIN}_{subentry_id}_event")

    def signal_recovered(self, subentry_id: str) -> SignalType[datetime]:
        """Sent with the time of each late sighting."""
        return SignalType(f"{DOMAIN}_{subentry_id}_recovered")

    def device_info(self, subentry_id: str) -> DeviceInfo:
        """Return the device of a person."""
        return DeviceInfo(
            identifiers={person_identifier(self.entry, subentry_id)},
            entry_type=DeviceEntryType.SERVICE,
            model=async_text(self.hass, "common.model_person"),
            model_id=MODEL_ID_PERSON,
            name=self.entry.subentries[subentry_id].title,
        )

    @callback
    def async_confirm(self, subentry_id: str, renaming_id: str) -> bool:
        """Follow an id under its new name; return False if not in doubt."""
        return self._answer(
            subentry_id,
            renaming_id,
            lambda person, identity, renaming: person.with_identity(
                identity.named(renaming.entry_id, renaming.name)
            ),
        )

    @callback
    def async_stop_following(self, subentry_id: str, renaming_id: str) -> bool:
        """Stop following an id; return False if not in doubt."""
        return self._answer(
            subentry_id,
            renaming_id,
            lambda person, identity, _: person.without_identity(identity.identity_id),
        )

    def _answer(
        self,
        subentry_id: str,
        renaming_id: str,
        change: Callable[[FollowedPerson, Identity, Renaming], FollowedPerson],
    ) -> bool:
        person = self.followed.get(subentry_id)
        for identity in person.identities.values() if person else ():
            renaming = identity.renaming
            if person and renaming and renaming.renaming_id == renaming_id:
                self._store(subentry_id, change(person, identity, renaming))
                return True
        return False

    def _identities(
        self, recognition: Identified
    ) -> Iterator[tuple[str, FollowedPerson, Identity]]:
        """Yield the followed people with the recognized id and any name."""
        if (identity_id := recognition.identity_id) is None:
            return
        for subentry_id, person in list(self.followed.items()):
            if (identity := person.identities.get(id_key(identity_id))) is not None:
                yield subentry_id, person, identity

    def _seen(self, entry_id: str, recognition: Identified) -> Iterator[str]:
        """Yield the followed people in a recognition."""
        name = stored_name(recognition.identity_name)
        for subentry_id, _, identity in self._identities(recognition):
            if identity.is_known_as(entry_id, name):
                yield subentry_id

    @callback
    def _device_id(self, subentry_id: str) -> str | None:
        identifier = person_identifier(self.entry, subentry_id)
        return async_device_id(self.hass, self.entry, identifier)

    @callback
    def _device_ids(self, entry_id: str, recognition: Identified) -> frozenset[str]:
        return frozenset(
            device_id
            for subentry_id in self._seen(entry_id, recognition)
            if (device_id := self._device_id(subentry_id))
        )

    @callback
    def _identity_ids(self, called: str) -> frozenset[str]:
        return frozenset(
            identity.identity_id
            for subentry_id, person in self.followed.items()
            if (device_id := self._device_id(subentry_id))
            and name_key(called)
            in map(name_key, async_followed_names(self.hass, [device_id]))
            for identity in person.identities.values()
        )

    @callback
    def _deliver_states(self, sighting: Sighting) -> None:
        """Update the identities from a live sighting, then write its states."""
        recognition, entry_id = sighting.recognition, sighting.entry_id
        name = stored_name(recognition.identity_name)
        for subentry_id, person, identity in self._identities(recognition):
            if identity.is_known_as(entry_id, name):
                self._store(
                    subentry_id, person.with_identity(identity.named(entry_id, name))
                )
            elif identity.is_doubtful(entry_id, name):
                LOGGER.warning(
                    "A followed identity may now belong to someone else. It is ignored"
                    " until you confirm it under Settings > System > Repairs"
                )
                doubtful = replace(
                    identity, renaming=Renaming(ulid_now(), entry_id, name)
                )
                self._store(subentry_id, person.with_identity(doubtful))
        self._send(self.signal_state, sighting)

    @callback
    def _deliver_event(self, sighting: Sighting) -> None:
        """Fire the events of a live sighting."""
        # All its states are written by now.
        self._send(self.signal_event, sighting)

    def _send(
        self, signal: Callable[[str], SignalType[Sighting]], sighting: Sighting
    ) -> None:
        for subentry_id in self._seen(sighting.entry_id, sighting.recognition):
            async_dispatcher_send(self.hass, signal(subentry_id), sighting)

    @callback
    def _deliver_late(self, sighting: Sighting) -> None:
        """Update only when people were last seen."""
        for subentry_id in self._seen(sighting.entry_id, sighting.recognition):
            async_dispatcher_send(
                self.hass, self.signal_recovered(subentry_id), sighting.seen_at
            )

    @callback
    def _store(self, subentry_id: str, person: FollowedPerson) -> None:
        """Store a changed person."""
        # The config entry calls its listener later.
        if person == self.followed[subentry_id]:
            return
        self.followed[subentry_id] = person
        self.hass.config_entries.async_update_subentry(
            self.entry, self.entry.subentries[subentry_id], data=person.as_data()
        )

    async def _async_handle_update(
        self, hass: HomeAssistant, entry: PeopleConfigEntry
    ) -> None:
        """Apply a change without a reload."""
        self._read()
        registry = dr.async_get(hass)
        for subentry_id in self.followed:
            device_id = self._device_id(subentry_id)
            if device_id is not None:
                title = entry.subentries[subentry_id].title
                registry.async_update_device(device_id, name=title)
        self._issues.async_update(self.followed)
        async_dispatcher_send(hass, self.signal_changed)
        async_dispatcher_send(hass, SIGNAL_FOLLOWED)

    def _read(self) -> None:
        self.followed = {
            subentry_id: FollowedPerson.from_data(subentry.data)
            for subentry_id, subentry in self.entry.subentries.items()
        }
