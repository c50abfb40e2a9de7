"""Forms and labels for selecting people to follow."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import voluptuous as vol

from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowHandler
from homeassistant.helpers.selector import (
    BooleanSelector,
    EntitySelector,
    EntitySelectorConfig,
    SelectSelectorMode,
    TextSelector,
    TextSelectorConfig,
)
from homeassistant.helpers.translation import async_get_translations

from ..aibox.names import person_label
from ..choice import choice_selector
from ..const import DOMAIN
from ..text import async_words, detailed, listed, shortened
from .identity import CONF_IDENTITIES, CONF_PERSON, Identity
from .search import Hit

CONF_IDENTITY_IDS = "identity_ids"
CONF_NAME = "name"
CONF_ONE_PERSON = "one_person"
CONF_TEXT = "text"

SEARCH_SCHEMA = vol.Schema(
    {
        vol.Optional(CONF_TEXT): TextSelector(),
        vol.Optional(CONF_IDENTITY_IDS): TextSelector(
            TextSelectorConfig(multiple=True)
        ),
    }
)
NAME_SCHEMA = vol.Schema({vol.Required(CONF_NAME): TextSelector()})
PERSON_SCHEMA = vol.Schema(
    {
        vol.Optional(CONF_PERSON): EntitySelector(
            EntitySelectorConfig(domain="person")
        ),
    }
)
DETAILS_SCHEMA = NAME_SCHEMA.extend(PERSON_SCHEMA.schema)

_PERSON_TYPE = f"component.{DOMAIN}.entity.sensor.last_person_type.state"
# As many as fit on the screen; a longer list becomes a searchable dropdown.
_LONGEST_LIST = 10


@dataclass(frozen=True, slots=True)
class Form:
    """A form to show."""

    schema: vol.Schema
    suggested: Mapping[str, Any] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    placeholders: Mapping[str, str] = field(default_factory=dict)

    def arguments(self, flow: FlowHandler[Any, Any, Any]) -> dict[str, Any]:
        """Return what a flow passes to `async_show_form`."""
        return {
            "data_schema": flow.add_suggested_values_to_schema(
                self.schema, self.suggested
            ),
            "errors": self.errors,
            "description_placeholders": self.placeholders,
        }


async def async_people_title(hass: HomeAssistant) -> str:
    """Return the title of the people config entry."""
    return (await async_words(hass))["followed_people"]


def selection_mode(labels: Mapping[str, str]) -> SelectSelectorMode:
    """Return how to show choices: as a list while it fits on the screen."""
    if len(labels) <= _LONGEST_LIST:
        return SelectSelectorMode.LIST
    return SelectSelectorMode.DROPDOWN


def identities_schema(labels: Mapping[str, str]) -> vol.Schema:
    """Return the form that selects identities."""
    return vol.Schema(
        {
            vol.Required(CONF_IDENTITIES, default=list): choice_selector(
                labels, selection_mode(labels)
            )
        }
    )


def choice_schema(labels: Mapping[str, str], *, may_be_several: bool) -> vol.Schema:
    """Return the form that selects people, or searches again."""
    fields: dict[Any, Any] = {}
    if labels:
        fields.update(identities_schema(labels).schema)
    if len(labels) > 1 and may_be_several:
        fields[vol.Optional(CONF_ONE_PERSON, default=False)] = BooleanSelector()
    return vol.Schema({**fields, **SEARCH_SCHEMA.schema})


def identity_label(words: Mapping[str, str], identity: Identity) -> str:
    """Return an id with its names."""
    names = " / ".join(dict.fromkeys(filter(None, identity.names.values())))
    return detailed(words, identity.identity_id, names)


async def async_hit_labels(hass: HomeAssistant, hits: Iterable[Hit]) -> list[str]:
    """Return a numbered label for each search result."""
    # Name, id, type and boxes; or the id, and that no box has it.
    types = await async_get_translations(hass, hass.config.language, "entity", {DOMAIN})
    words = await async_words(hass)
    return [
        " · ".join(
            (
                str(number),
                *((shortened(hit.name),) if hit.name else ()),
                hit.identity_id
                if hit.name
                else person_label(words, None, hit.identity_id),
                types.get(f"{_PERSON_TYPE}.{hit.person_type}", hit.person_type.value),
                listed(
                    words,
                    [
                        entry.title
                        for entry in map(
                            hass.config_entries.async_get_entry, hit.entry_ids
                        )
                        # The user may remove a box while the dialog is open.
                        if entry is not None
                    ],
                ),
            )
            if hit.entry_ids
            else (str(number), hit.identity_id, words["unknown_identity"])
        )
        for number, hit in enumerate(hits, start=1)
    ]
