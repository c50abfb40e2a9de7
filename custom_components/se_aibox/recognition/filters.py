"""The target and options that triggers and conditions share."""

from collections.abc import Callable, Iterable, Mapping, Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import timedelta
from math import isfinite
import re
from typing import Any, Self

import voluptuous as vol

from homeassistant.const import CONF_EXCLUDE, CONF_TARGET
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.typing import ConfigType

from ..aibox.models import HistoryQuery, PersonType, Recognition
from ..aibox.names import id_key, name_key
from .followed import Identified, async_followed_names
from .sighting import Sighting

CONF_AT_MOST_EVERY = "at_most_every"
CONF_FOLLOWED = "followed"
CONF_GROUPS = "groups"
CONF_MINIMUM_SCORE = "minimum_score"
CONF_PEOPLE = "people"
CONF_PERSON_TYPES = "person_types"
CONF_SIMULATED = "simulated"
CONF_STRANGER_ID = "stranger_id"
CONF_UNACCOMPANIED_FOR = "unaccompanied_for"
SHORTEST_PERIOD = timedelta(seconds=1)

_RECOGNIZABLE = tuple(
    person_type for person_type in PersonType if person_type is not PersonType.STRANGER
)
# An unknown type counts only if `other` is selected.
_WELCOME = frozenset(_RECOGNIZABLE) - {PersonType.BLOCKLISTED, PersonType.OTHER}
# The types that all boxes record in the same way. A person without a type is an
# employee, not every stranger is marked as one, and a blocklist has several spellings.
_RECORDED_TYPES = frozenset({PersonType.VISITOR, PersonType.VIP})
_HIGHEST_SCORE = 100
# All strangers seen during the wait stay in memory.
_LONGEST_WAIT = timedelta(hours=1)
# Matches numbers, personnel numbers and UUIDs. A person with such a name must be
# entered by id.
_LIKE_AN_ID = re.compile(r"[!-~]*[0-9][!-~]*")


def _target_schema(what: str) -> dict[vol.Marker, Any]:
    message = f"choose at least one {what}, area, floor or label"

    def _not_empty(target: ConfigType) -> ConfigType:
        if not any(ids for key, ids in target.items() if key != CONF_EXCLUDE):
            raise vol.Invalid(message)
        return target

    return {
        vol.Required(CONF_TARGET, msg=message): vol.All(cv.TARGET_FIELDS, _not_empty)
    }


TARGET_SCHEMA = _target_schema("box, capture device, person")
SITE_TARGET_SCHEMA = _target_schema("site")


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
    return _valid_text(value, "ids", "an identity id or name")


def _followed_device(value: Any) -> str:
    return _valid_text(value, "device ids", "the device id of a followed person")


def _group(value: Any) -> str:
    return _valid_text(value, "group names", "a group name")


def _stranger(value: Any) -> str:
    return _valid_text(value, "ids", "the ID of a stranger")


def _valid_text(value: Any, quoted: str, what: str) -> str:
    # YAML reads an unquoted 0123 as 83 and 1:30 as 90: that would be another person.
    if not isinstance(value, str):
        raise vol.Invalid(f"put {quoted} into quotes")
    if not (text := value.strip()):
        raise vol.Invalid(f"{what} must not be empty")
    return text


def _list_of(validate: Callable[[Any], str]) -> vol.All[Any]:
    return vol.All(cv.ensure_list, [validate])


_PERIOD = vol.All(
    cv.positive_time_period,
    vol.Range(min=SHORTEST_PERIOD, msg="the time must be at least one second"),
)
PEOPLE_SCHEMA: dict[vol.Marker, Any] = {
    vol.Optional(CONF_PEOPLE, default=[]): _list_of(valid_person),
    vol.Optional(CONF_FOLLOWED, default=[]): _list_of(_followed_device),
    vol.Optional(CONF_PERSON_TYPES, default=[]): _list_of(_person_type),
}
# Shared by all recognition triggers.
SIMULATED_SCHEMA: dict[vol.Marker, Any] = {
    vol.Optional(CONF_SIMULATED, default=False): cv.boolean
}
RECOGNIZED_SCHEMA: dict[vol.Marker, Any] = {
    **PEOPLE_SCHEMA,
    **SIMULATED_SCHEMA,
    vol.Optional(CONF_GROUPS, default=[]): _list_of(_group),
    vol.Optional(CONF_MINIMUM_SCORE): valid_score,
    vol.Optional(CONF_AT_MOST_EVERY): _PERIOD,
}
STRANGER_IDS_SCHEMA: dict[vol.Marker, Any] = {
    vol.Optional(CONF_STRANGER_ID, default=[]): _list_of(_stranger)
}
STRANGER_SCHEMA: dict[vol.Marker, Any] = {
    **SIMULATED_SCHEMA,
    **STRANGER_IDS_SCHEMA,
    vol.Optional(CONF_AT_MOST_EVERY): _PERIOD,
    vol.Optional(CONF_UNACCOMPANIED_FOR): vol.All(
        _PERIOD,
        vol.Range(max=_LONGEST_WAIT, msg="the time must be at most one hour"),
    ),
}


@dataclass(frozen=True, slots=True)
class NamedPeople:
    """The people that the user entered; none means everybody."""

    # As entered: identity ids, names, and the device ids of followed people.
    texts: frozenset[str]
    ids: frozenset[str]
    names: frozenset[str]
    # The devices of followed people that the user selected.
    followed: frozenset[str]

    @classmethod
    def of(cls, texts: Iterable[str], followed: Iterable[str] = ()) -> Self:
        """Return the people that the texts name, and followed ones."""
        texts = frozenset(texts)
        return cls(
            texts,
            frozenset(map(id_key, texts)),
            frozenset(filter(is_name, map(name_key, texts))),
            frozenset(followed),
        )

    def __bool__(self) -> bool:
        """Return whether anybody is named."""
        return bool(self.texts or self.followed)

    @callback
    def async_include(
        self,
        hass: HomeAssistant,
        recognition: Identified,
        followed_device_ids: AbstractSet[str],
    ) -> bool:
        """Return whether the person of a recognition is named."""
        return (
            not self
            or id_key(recognition.identity_id) in self.ids
            or not self.followed.isdisjoint(followed_device_ids)
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
    def from_options(
        cls,
        options: Mapping[str, Any],
        otherwise: frozenset[PersonType] = _WELCOME,
    ) -> Self:
        """Read valid options; without types, `otherwise` are meant."""
        return cls(
            people=NamedPeople.of(options[CONF_PEOPLE], options[CONF_FOLLOWED]),
            person_types=frozenset(map(PersonType, options[CONF_PERSON_TYPES]))
            or otherwise,
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
        """Return whether only an unknown type excludes a named person."""
        return (
            sighting.recognition.person_type is PersonType.OTHER
            and PersonType.OTHER not in self.person_types
            and bool(self.people)
            and self._async_includes(hass, sighting)
        )

    def _async_includes(self, hass: HomeAssistant, sighting: Sighting) -> bool:
        recognition = sighting.recognition
        return recognition.matched and self.people.async_include(
            hass, recognition, sighting.followed_device_ids
        )


@dataclass(frozen=True, slots=True)
class StrangerFilter:
    """Accepts strangers by their id on the box; none means any."""

    ids: frozenset[str]

    @classmethod
    def from_options(cls, options: Mapping[str, Any]) -> Self:
        """Read valid options."""
        return cls(frozenset(map(id_key, options[CONF_STRANGER_ID])))

    def __bool__(self) -> bool:
        """Return whether any stranger is named."""
        return bool(self.ids)

    def accepts(self, recognition: Recognition) -> bool:
        """Return whether a recognition shows an accepted stranger."""
        return not recognition.matched and (
            not self.ids or id_key(recognition.stranger_id) in self.ids
        )


@dataclass(frozen=True, slots=True)
class GroupFilter:
    """Accepts people by their group on the box; none means any."""

    groups: frozenset[str]

    @classmethod
    def from_options(cls, options: Mapping[str, Any]) -> Self:
        """Read valid options."""
        return cls(frozenset(map(name_key, options[CONF_GROUPS])))

    def includes(self, recognition: Recognition) -> bool:
        """Return whether the person's group is known and accepted."""
        return not self.groups or name_key(recognition.group_name) in self.groups

    def may_include(self, recognition: Recognition) -> bool:
        """Return whether the group is accepted or not reported."""
        return not name_key(recognition.group_name) or self.includes(recognition)


def queries_by_type(
    query: HistoryQuery, person_types: AbstractSet[PersonType]
) -> list[HistoryQuery]:
    """Return the queries that find people of some types, and little else."""
    if not person_types or not person_types <= _RECORDED_TYPES:
        return [query]
    return [replace(query, person_type=each) for each in sorted(person_types)]


def is_welcome(recognition: Recognition) -> bool:
    """Return whether a welcome person was recognized."""
    return recognition.matched and recognition.person_type in _WELCOME


def is_name(text: str) -> bool:
    """Return whether a text cannot be an id."""
    # A person whose name equals another person's id must not be mistaken for them.
    return any(map(str.isalpha, text)) and not _LIKE_AN_ID.fullmatch(text)
