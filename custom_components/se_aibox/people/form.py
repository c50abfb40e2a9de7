"""Forms and labels for selecting whom to follow."""

from collections.abc import Iterable, Mapping

import voluptuous as vol

from homeassistant.core import HomeAssistant
from homeassistant.helpers.selector import (
    EntitySelector,
    EntitySelectorConfig,
    SelectSelectorMode,
    TextSelector,
)
from homeassistant.helpers.translation import async_get_translations

from ..choice import choice_selector
from ..const import DOMAIN
from ..text import async_words
from .identity import CONF_IDENTITIES, CONF_PERSON, Identity
from .search import Hit

CONF_NAME = "name"

_PERSON_TYPE = f"component.{DOMAIN}.entity.sensor.last_person_type.state"
# As many as fit on the screen; a longer list becomes a searchable dropdown.
_LONGEST_LIST = 10


async def async_people_title(hass: HomeAssistant) -> str:
    """Return the title of the people config entry."""
    return (await async_words(hass))["followed_people"]


def identities_schema(labels: Mapping[str, str]) -> vol.Schema:
    """Return the form that selects identities."""
    return vol.Schema(
        {
            vol.Required(CONF_IDENTITIES, default=list): choice_selector(
                labels,
                SelectSelectorMode.LIST
                if len(labels) <= _LONGEST_LIST
                else SelectSelectorMode.DROPDOWN,
            )
        }
    )


def details_schema() -> vol.Schema:
    """Return the form that names a person."""
    return vol.Schema(
        {
            vol.Required(CONF_NAME): TextSelector(),
            vol.Optional(CONF_PERSON): EntitySelector(
                EntitySelectorConfig(domain="person")
            ),
        }
    )


def identity_label(identity: Identity) -> str:
    """Return an id with its names."""
    names = " / ".join(dict.fromkeys(filter(None, identity.names.values())))
    return f"{identity.identity_id} ({names})" if names else identity.identity_id


async def async_hit_labels(hass: HomeAssistant, hits: Iterable[Hit]) -> list[str]:
    """Return a distinct label for each search result."""
    # Name, id, type and boxes; or the id, and that no box has it.
    types = await async_get_translations(hass, hass.config.language, "entity", {DOMAIN})
    unknown = (await async_words(hass))["unknown_identity"]
    return [
        " · ".join(
            (
                hit.name or "–",
                hit.identity_id,
                types.get(f"{_PERSON_TYPE}.{hit.person_type}", hit.person_type.value),
                ", ".join(
                    hass.config_entries.async_get_known_entry(entry_id).title
                    for entry_id in hit.entry_ids
                ),
            )
            if hit.entry_ids
            else (hit.identity_id, unknown)
        )
        for hit in hits
    ]
