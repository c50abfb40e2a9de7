"""Searches for a person to change or delete."""

from collections.abc import Mapping
from typing import Any, override

import voluptuous as vol

from homeassistant.core import HomeAssistant, callback

from ..people.finder import Finder
from ..people.identity import CONF_IDENTITIES
from ..people.search import Hit
from .forms import FIND_SCHEMA, pick_schema


class Picker(Finder):
    """The search, and the found person that is meant."""

    picked: Hit

    def __init__(self, hass: HomeAssistant) -> None:
        """Start without a result."""
        super().__init__(hass, FIND_SCHEMA)

    @override
    def _schema(self, labels: Mapping[str, str]) -> vol.Schema:
        return pick_schema(labels)

    @callback
    @override
    def _suggested(self) -> dict[str, Any]:
        number = next(iter(self._result.suggested), None)
        return {} if number is None else {CONF_IDENTITIES: number}

    @override
    def _take(
        self, user_input: Mapping[str, Any]
    ) -> tuple[dict[str, str], dict[str, str]]:
        if (number := user_input.get(CONF_IDENTITIES)) is None:
            return {CONF_IDENTITIES: "nobody_picked"}, {}
        self.picked = self._result.found.hits[int(number)]
        return {}, {}
