"""The sites and the followed people of a Home Assistant."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from benchmarks.control import Handler
from custom_components.se_aibox.box.registry import async_registered_capture_devices
from custom_components.se_aibox.const import (
    CONF_ENTRANCES,
    CONF_ENTRY_TYPE,
    CONF_EXITS,
    CONF_INSIDE,
    DOMAIN,
    PEOPLE,
    PERSON,
    SITE,
)
from custom_components.se_aibox.people.identity import FollowedPerson, Identity
from custom_components.se_aibox.site.options import (
    CONF_ASSEMBLY_POINTS,
    CONF_DAY_BEGINS_AT,
    CONF_EMPTIED_WHEN_FORGOTTEN,
    CONF_FORGET_AFTER,
    CONF_PERSON_TYPES,
    DEFAULT_DAY_BEGINS_AT,
    DEFAULT_FORGET_AFTER,
    DEFAULT_PERSON_TYPES,
)
from homeassistant.config_entries import (
    SOURCE_USER,
    ConfigEntry,
    ConfigEntryState,
    ConfigSubentryData,
)
from homeassistant.core import HomeAssistant

from .entries import Entries


class House:
    """A site for each box, and people followed on all boxes."""

    def __init__(self, hass: HomeAssistant, entries: Entries) -> None:
        """Initialize an empty house."""
        self._hass = hass
        self._entries = entries
        self._added: list[ConfigEntry] = []

    @property
    def handlers(self) -> dict[str, Handler]:
        """The calls that the driver may make."""
        return {"furnish": self.furnish, "clear": self.clear}

    async def furnish(self, names: list[str], people: dict[str, str]) -> None:
        """Add a site for each box, and follow people, by their ids."""
        for name in names:
            await self.add_site(name)
        if people:
            await self._follow(names[0], people)

    async def clear(self) -> None:
        """Remove all sites and followed people."""
        while self._added:
            await self._hass.config_entries.async_remove(self._added.pop().entry_id)
        await self._hass.async_block_till_done()

    async def add_site(self, name: str) -> ConfigEntry:
        """Add a site: one half of a box's capture devices is ways in, one ways out."""
        [entry_id] = self._entries.entry_ids([name])
        box = self._hass.config_entries.async_get_known_entry(entry_id)
        devices = async_registered_capture_devices(self._hass, box).values()
        device_ids = [device.id for device in devices]
        options = {
            CONF_ENTRANCES: device_ids[::2],
            CONF_EXITS: device_ids[1::2],
            CONF_INSIDE: [],
            CONF_ASSEMBLY_POINTS: [],
            CONF_PERSON_TYPES: DEFAULT_PERSON_TYPES,
            CONF_FORGET_AFTER: DEFAULT_FORGET_AFTER,
            CONF_EMPTIED_WHEN_FORGOTTEN: False,
            CONF_DAY_BEGINS_AT: DEFAULT_DAY_BEGINS_AT,
        }
        return await self._add(f"Site of {name}", SITE, options)

    async def _follow(self, name: str, people: Mapping[str, str]) -> None:
        [entry_id] = self._entries.entry_ids([name])
        await self._add(
            "People",
            PEOPLE,
            people=[
                ConfigSubentryData(
                    data=FollowedPerson.of(
                        # A name that one box has counts on every box.
                        [Identity(identity_id, {entry_id: person})]
                    ).as_data(),
                    subentry_type=PERSON,
                    title=person,
                    unique_id=None,
                )
                for identity_id, person in people.items()
            ],
        )

    async def _add(
        self,
        title: str,
        entry_type: str,
        options: Mapping[str, Any] = MappingProxyType({}),
        people: list[ConfigSubentryData] | None = None,
    ) -> ConfigEntry:
        entry: ConfigEntry = ConfigEntry(
            domain=DOMAIN,
            title=title,
            data={CONF_ENTRY_TYPE: entry_type},
            options=options,
            subentries_data=people,
            source=SOURCE_USER,
            unique_id=PEOPLE if entry_type == PEOPLE else None,
            discovery_keys=MappingProxyType({}),
            version=1,
            minor_version=1,
        )
        await self._hass.config_entries.async_add(entry)
        await self._hass.async_block_till_done()
        assert entry.state is ConfigEntryState.LOADED, entry.state
        self._added.append(entry)
        return entry
