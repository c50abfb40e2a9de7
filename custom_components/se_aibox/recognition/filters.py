"""The target and options that triggers and conditions share."""

from collections.abc import Iterable, Mapping, Set as AbstractSet
from dataclasses import dataclass
from math import isfinite
import re
from typing import Any, Self

import voluptuous as vol

from homeassistant.const import CONF_EXCLUDE, CONF_TARGET
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.typing import ConfigType

from ..aibox.models import PersonType, Recognition
from ..aibox.names import id_key, name_key
from .followed import async_followed_names
from .sighting import Sighting

CONF_MINIMUM_SCORE = "minimum_score"
CONF_PEOPLE = "people"
CONF_PERSON_TYPES = "person_types"

_RECOGNIZABLE = tuple(
    person_type for person_type in PersonType if person_type is not PersonType.STRANGER
)
# A person of an unheard-of type counts only where `other` is chosen.
_WELCOME = frozenset(_RECOGNIZABLE) - {PersonType.BLOCKLISTED, PersonType.OTHER}
_HIGHEST_SCORE = 100
# Numbers, personnel numbers, UUIDs. A person with such a name must be given by id.
_LIKE_AN_ID = re.compile(r"[!-~]*[0-9][!-~]*")
_NO_TARGET = "choose at least one box, capture device, person, area, floor or label"


def _not_empty(target: ConfigType) -> ConfigType:
    if not any(ids for key, ids in target.items() if key != CONF_EXCLUDE):
        raise vol.Invalid(_NO_TARGET)
    return target


TARGET_SCHEMA: dict[vol.Marker, Any] = {
    vol.Required(CONF_TARGET, msg=_NO_TARGET): vol.All(cv.TARGET_FIELDS, _not_empty)
}


def _person_type(value: Any) -> str:
    """Validate a person type; strangers are never recognized."""
    if value == PersonType.STRANGER:
        raise vol.Invalid(
            "strangers are not recognized: use the trigger 'Stranger seen'"
        )
    if value not in _RECOGNIZABLE:
        raise vol.Invalid(
            f"'{value}' is not a person type: choose from {', '.join(_RECOGNIZABLE)}"
        )
    return PersonType(value).value


def valid_score(value: Any) -> float:
    """Validate a score, from 0 to 1 or from 0 to 100."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise vol.Invalid("a score must be a number")
    try:
        number = float(value)
    except ValueError as error:
        raise vol.Invalid(f"'{value}' is not a number") from error
    if not isfinite(number) or not 0 <= number <= _HIGHEST_SCORE:
        raise vol.Invalid(
            f"a score must be between 0 and {_HIGHEST_SCORE},"
            " on some boxes between 0 and 1"
        )
    return number


def valid_person(value: Any) -> str:
    """Validate an identity id or a name, which must be a text."""
    # YAML reads an unquoted 0123 as 83 and 1:30 as 90: that would be somebody else.
    if not isinstance(value, str):
        raise vol.Invalid("put ids into quotes")
    if not (text := value.strip()):
        raise vol.Invalid("an identity id or name must not be empty")
    return text


PEOPLE_SCHEMA: dict[vol.Marker, Any] = {
    vol.Optional(CONF_PEOPLE, default=[]): vol.All(cv.ensure_list, [valid_person]),
    vol.Optional(CONF_PERSON_TYPES, default=[]): vol.All(
        cv.ensure_list, [_person_type]
    ),
}


@dataclass(frozen=True, slots=True)
class NamedPeople:
    """The people that a user named; nobody named means everybody."""

    # As entered: identity ids, names, and the device ids of followed people.
    texts: frozenset[str]
    ids: frozenset[str]
    names: frozenset[str]

    @classmethod
    def of(cls, texts: Iterable[str]) -> Self:
        """Return the people that the texts name."""
        texts = frozenset(texts)
        return cls(
            texts,
            frozenset(map(id_key, texts)),
            frozenset(filter(is_name, map(name_key, texts))),
        )

    @callback
    def async_include(
        self,
        hass: HomeAssistant,
        recognition: Recognition,
        followed_device_ids: AbstractSet[str],
    ) -> bool:
        """Return whether the person of a recognition is named."""
        return (
            not self.texts
            or id_key(recognition.identity_id) in self.ids
            or not self.texts.isdisjoint(followed_device_ids)
            or name_key(recognition.identity_name) in self.names
            or not self.names.isdisjoint(
                map(name_key, async_followed_names(hass, followed_device_ids))
            )
        )


@dataclass(frozen=True, slots=True)
class PeopleFilter:
    """Accepts recognized people by type, and by name if given."""

    people: NamedPeople
    person_types: frozenset[PersonType]

    @classmethod
    def from_options(cls, options: Mapping[str, Any]) -> Self:
        """Read valid options; no types mean everyone welcome."""
        return cls(
            people=NamedPeople.of(options[CONF_PEOPLE]),
            person_types=frozenset(map(PersonType, options[CONF_PERSON_TYPES]))
            or _WELCOME,
        )

    @callback
    def async_accepts(self, hass: HomeAssistant, sighting: Sighting) -> bool:
        """Return whether a sighting shows an accepted person."""
        return (
            sighting.recognition.person_type in self.person_types
            and self._async_includes(hass, sighting)
        )

    @callback
    def async_misses_type(self, hass: HomeAssistant, sighting: Sighting) -> bool:
        """Return whether only an unheard-of type excludes a named person."""
        return (
            sighting.recognition.person_type is PersonType.OTHER
            and PersonType.OTHER not in self.person_types
            and bool(self.people.texts)
            and self._async_includes(hass, sighting)
        )

    def _async_includes(self, hass: HomeAssistant, sighting: Sighting) -> bool:
        recognition = sighting.recognition
        return recognition.matched and self.people.async_include(
            hass, recognition, sighting.followed_device_ids
        )


def is_name(text: str) -> bool:
    """Return whether a text cannot be an id."""
    # A person whose name equals another person's id must not be mistaken for them.
    return any(map(str.isalpha, text)) and not _LIKE_AN_ID.fullmatch(text)
