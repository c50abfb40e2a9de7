"""What the entities of followed people have in common."""

from collections.abc import Callable, Mapping
from typing import Any, override

from homeassistant.core import callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from homeassistant.helpers.entity import Entity, EntityDescription
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .people.following import People, PeopleConfigEntry


@callback
def async_add_per_person(
    entry: PeopleConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
    *kinds: Callable[[People, str], PersonEntity],
) -> None:
    """Add entities of these kinds for each followed person, now and whenever one is added."""
    people = entry.runtime_data
    added: set[str] = set()

    @callback
    def _add_new() -> None:
        new = people.followed.keys() - added
        added.intersection_update(people.followed)
        added.update(new)
        for subentry_id in new:
            async_add_entities(
                (kind(people, subentry_id) for kind in kinds),
                config_subentry_id=subentry_id,
            )

    _add_new()
    entry.async_on_unload(
        async_dispatcher_connect(people.hass, people.signal_changed, _add_new)
    )


class PersonEntity(Entity):
    """An entity of a followed person; always available, since what was seen last stays true."""

    _attr_has_entity_name = True
    _attr_should_poll = False

    def __init__(
        self, people: People, subentry_id: str, description: EntityDescription
    ) -> None:
        """Take its place on the person's device."""
        self.entity_description = description
        self._people = people
        self._subentry_id = subentry_id
        self._attr_unique_id = f"{subentry_id}_{description.key}"
        self._attr_device_info = people.device_info(subentry_id)

    @override
    async def async_added_to_hass(self) -> None:
        """Follow what the user changes."""
        await super().async_added_to_hass()
        self.async_on_remove(
            async_dispatcher_connect(
                self.hass, self._people.signal_changed, self._handle_change
            )
        )

    @callback
    def _handle_change(self) -> None:
        if self._subentry_id in self._people.followed:
            self.async_write_ha_state()

    @property
    @override
    def extra_state_attributes(self) -> Mapping[str, Any] | None:
        """The person of Home Assistant whom this is, where the user said so."""
        # Home Assistant may ask once more while it takes the entity away.
        followed = self._people.followed.get(self._subentry_id)
        if followed is None or followed.person is None:
            return None
        registry = er.async_get(self.hass)
        return {
            "person_entity_id": er.async_resolve_entity_id(registry, followed.person)
        }
