"""Erases what Home Assistant remembers of a person."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import partial

from homeassistant.const import ATTR_ENTITY_ID
from homeassistant.core import HomeAssistant, ServiceCall, callback
from homeassistant.helpers.dispatcher import async_dispatcher_send
from homeassistant.helpers.restore_state import (
    StoredState,
    async_get as async_get_restored,
)

from ..aibox.models import Recognition
from ..coordinator import async_loaded_boxes
from ..people.forgetting import async_unfollow
from ..recognition.followed import SIGNAL_FOLLOWED
from ..recognition.forgetting import Forgotten
from ..recognition.memory import async_get_memory
from ..site.presence import async_loaded_sites

_RECORDER = "recorder"
_PURGE_ENTITIES = "purge_entities"
# Where Home Assistant keeps them: the first one until 2026.10, the others since then.
_RESTORED = (
    "last_states",
    "last_states_by_entity_id",
    "last_states_by_entity_registry_id",
)


@dataclass(frozen=True, slots=True)
class Erased:
    """How much was erased, each by its number."""

    pictures: int
    recognitions: int
    followed_people: int
    # By other ids, no longer by this one.
    still_followed: int
    sites: int
    # Whose entries in the recorder are erased.
    entities: int

    @property
    def anything(self) -> bool:
        """Whether Home Assistant remembered the person."""
        # Pictures may be those of others.
        return bool(
            self.recognitions
            or self.followed_people
            or self.still_followed
            or self.sites
        )


async def async_erase(call: ServiceCall, forgotten: Forgotten) -> Erased:
    """Erase everything that Home Assistant remembers of a person."""
    hass = call.hass
    # First, since what is seen from now on must not be remembered as theirs.
    unfollowed = async_unfollow(hass, forgotten)
    pictures = recognitions = 0
    for entry_id, box in async_loaded_boxes(hass).items():
        pictures += box.pictures.forget(forgotten.identity_id)
        recognitions += box.history.forget(partial(_includes, forgotten, entry_id))
    recognitions += async_get_memory(hass).async_forget(forgotten)
    sites = [site.async_erase(forgotten) for site in async_loaded_sites(hass)]
    # Calendars forget the days that they have read, roll calls whom they look for.
    async_dispatcher_send(hass, SIGNAL_FOLLOWED)
    entities = await _async_purge(call, unfollowed.entity_ids)
    return Erased(
        pictures,
        recognitions,
        unfollowed.removed,
        unfollowed.reduced,
        sum(sites),
        entities,
    )


def _includes(forgotten: Forgotten, entry_id: str, seen: Recognition) -> bool:
    return forgotten.includes(entry_id, seen.identity_id, seen.identity_name)


async def _async_purge(call: ServiceCall, entity_ids: Collection[str]) -> int:
    """Erase the recorder's entries of entities that were removed.

    The recorder does so after it has recorded that they were.
    """
    hass = call.hass
    _drop_restored(hass, entity_ids)
    if not entity_ids or not hass.services.has_service(_RECORDER, _PURGE_ENTITIES):
        return 0
    await hass.services.async_call(
        _RECORDER,
        _PURGE_ENTITIES,
        {ATTR_ENTITY_ID: list(entity_ids)},
        blocking=True,
        context=call.context,
    )
    return len(entity_ids)


@callback
def _drop_restored(hass: HomeAssistant, entity_ids: Collection[str]) -> None:
    """Drop the states that Home Assistant keeps of removed entities."""
    restored = async_get_restored(hass)
    for name in _RESTORED:
        stored: dict[str, StoredState] = getattr(restored, name, {})
        for key, each in list(stored.items()):
            if each.state.entity_id in entity_ids:
                del stored[key]
