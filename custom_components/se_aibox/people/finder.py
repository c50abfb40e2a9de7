"""Searches for people, and asks which of them are meant."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any

import voluptuous as vol

from homeassistant.core import HomeAssistant, callback

from ..aibox.names import id_key
from ..coordinator import async_loaded_boxes
from ..text import async_words, listed
from .form import CONF_IDENTITY_IDS, CONF_TEXT, Form, async_hit_labels
from .identity import CONF_IDENTITIES
from .photos import FoundPhotos
from .result import Result, async_description
from .search import Hit, SearchResult, async_look_up, async_search


class Finder(ABC):
    """The search and its result, for any flow.

    A step returns the form to show, or None once it is answered.
    """

    def __init__(self, hass: HomeAssistant, search_schema: vol.Schema) -> None:
        """Start without a result."""
        self._hass = hass
        self._search_schema = search_schema
        self._photos = FoundPhotos(hass)
        self._result = Result()

    @abstractmethod
    def _schema(self, labels: Mapping[str, str]) -> vol.Schema:
        """Return the form that selects people, or searches again."""

    @abstractmethod
    def _take(
        self, user_input: Mapping[str, Any]
    ) -> tuple[dict[str, str], dict[str, str]]:
        """Store the selection; return errors and their placeholders."""

    @callback
    def _suggested(self) -> dict[str, Any]:
        """Return what the form selects at first."""
        return {CONF_IDENTITIES: self._result.suggested}

    @callback
    def _followed(self, hits: Sequence[Hit]) -> Sequence[str | None]:
        """Return the followed person of each hit, by default none."""
        return [None for _ in hits]

    @callback
    def async_close(self) -> None:
        """Stop showing photos."""
        self._photos.async_clear()

    async def async_search(self, user_input: Mapping[str, Any] | None) -> Form | None:
        """Ask for a name or ids to search for."""
        if user_input is None:
            return Form(self._search_schema)
        error, found = await self._async_ask(*_question(user_input))
        if error is None:
            return None
        titles = _titles(found, await async_words(self._hass))
        return Form(self._search_schema, user_input, {"base": error}, titles)

    async def _async_ask(
        self, text: str, identity_ids: Sequence[str]
    ) -> tuple[str | None, SearchResult]:
        """Search; return the error key, if any, and what was found."""
        found = SearchResult()
        if not text and not identity_ids:
            return "no_text", found
        if text:
            if not async_loaded_boxes(self._hass):
                return "no_boxes", found
            found = await async_search(self._hass, text)
            if not found.hits:
                return _nobody_found(found), found
        looked_up = SearchResult()
        if identity_ids:
            looked_up = await async_look_up(self._hass, identity_ids)
        found = looked_up.joined(found)
        self._result = Result(
            found, self._followed(found.hits), _unambiguous(looked_up.hits)
        )
        return None, found

    async def async_choose(self, user_input: Mapping[str, Any] | None) -> Form | None:
        """Show the hits; ask which are meant, or search again."""
        suggested: dict[str, Any] = dict(user_input or {})
        errors: dict[str, str] = {}
        placeholders: dict[str, str] = {}
        if user_input is None:
            suggested = self._suggested()
        elif any(question := _question(user_input)):
            error, found = await self._async_ask(*question)
            if error is None:
                return await self.async_choose(None)
            words = await async_words(self._hass)
            errors, placeholders = {"base": error}, _titles(found, words)
        else:
            errors, placeholders = self._take(user_input)
            if not errors:
                return None
        labels = await async_hit_labels(self._hass, self._result.found.hits)
        return Form(
            self._schema({str(n): labels[n] for n in self._result.selectable}),
            suggested,
            errors,
            {
                **placeholders,
                "result": await async_description(
                    self._hass, self._result, labels, self._photos
                ),
            },
        )


def _question(user_input: Mapping[str, Any]) -> tuple[str, list[str]]:
    """Return the entered text and ids to search for."""
    typed = (item.strip() for item in user_input.get(CONF_IDENTITY_IDS, ()))
    return (
        user_input.get(CONF_TEXT, "").strip(),
        [item for item in dict.fromkeys(typed) if item],
    )


def _titles(found: SearchResult, words: Mapping[str, str]) -> dict[str, str]:
    """Return the placeholders of errors, which are not Markdown."""
    return {
        "boxes": listed(words, found.incomplete),
        "withheld": listed(words, found.withheld),
        "unsearchable": listed(words, found.unsearchable),
    }


def _nobody_found(found: SearchResult) -> str:
    """Return the error key after a search without hits."""
    if found.withheld:
        return "nobody_found_without_photos"
    if found.incomplete:
        return "nobody_found_yet"
    return "nobody_found_elsewhere" if found.unsearchable else "nobody_found"


def _unambiguous(hits: Sequence[Hit]) -> list[int]:
    """Return the positions of hits whose id occurs once."""
    # Several hits with one id may be different people: the user has to choose.
    ids = [id_key(hit.identity_id) for hit in hits]
    return [n for n, identity_id in enumerate(ids) if ids.count(identity_id) == 1]
