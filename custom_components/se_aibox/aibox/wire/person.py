"""Decides who a message is about (docs/protocol.md §1).

When in doubt, it is nobody: a door may open for whom this returns.
"""

from dataclasses import dataclass
import re

from ..exceptions import UnreadableError
from ..models import PersonType
from ..names import given_name, id_key, name_key
from .fields import JsonObject, identifier, mapping, text

# Person types in 1.x and in 2.0; neither has a value for `OTHER`.
TYPE_NUMBERS = {
    PersonType.EMPLOYEE: 1,
    PersonType.VISITOR: 2,
    PersonType.BLOCKLISTED: 3,
    PersonType.STRANGER: 4,
    PersonType.VIP: 5,
}
TYPE_WORDS = {
    PersonType.EMPLOYEE: "employee",
    PersonType.VISITOR: "visitor",
    PersonType.BLOCKLISTED: "blacklist",
    PersonType.STRANGER: "stranger",
    PersonType.VIP: "vip",
}
_PERSON_TYPES = {
    **{str(number): person_type for person_type, number in TYPE_NUMBERS.items()},
    **{word: person_type for person_type, word in TYPE_WORDS.items()},
    # Only in the history.
    "car": PersonType.OTHER,
}
# Other spellings, which count only against a person.
_BLOCKLISTED = re.compile(r"black|block|.*黑名[单單]")
_STRANGER = re.compile(r"stranger|.*陌生")
_LONGEST_TYPE = 64

# The time of the first recognition, as "1602612036.3828533" (docs/protocol.md §1).
_AUTOMATIC_ID = re.compile(r"\d{10}\.\d+", re.ASCII)
# Words for nobody in place of an id, and for a stranger in place of a name.
_NO_IDS = frozenset({"-1", "0", "none", "null", "stranger", "unknown"})
_STRANGER_NAMES = frozenset({"stranger", "陌生人"})


@dataclass(frozen=True, slots=True)
class Person:
    """The person in a message."""

    # Both None unless matched; the name also if the box has only its word for none.
    identity_id: str | None
    identity_name: str | None
    person_type: PersonType
    # The id that the box gave to the stranger.
    stranger_id: str | None = None
    # The type as reported, if it is unheard of.
    unknown_type: str | None = None


def read_person(data: JsonObject, reported_type: str | None) -> Person:
    """Return the person in a message.

    The field of `reported_type` depends on the dialect.
    """
    identity_id = identifier(data, "identity_id")
    if identity_id is None or id_key(identity_id).lower() in _NO_IDS:
        return Person(None, None, PersonType.STRANGER)
    name = text(data, "identity_name")
    enrolled_type = _enrolled_type(data)
    person_type = _decide(identity_id, name, reported_type, enrolled_type)
    if person_type is PersonType.STRANGER:
        return Person(None, None, person_type, identity_id)
    unknown_type = None
    if person_type is PersonType.OTHER:
        unknown_type = _unknown(reported_type or enrolled_type or "")
    return Person(identity_id, given_name(name), person_type, None, unknown_type)


def _decide(
    identity_id: str, name: str | None, reported: str | None, enrolled: str | None
) -> PersonType:
    """Return the type of a person with an id."""
    types = {read_person_type(value) for value in (reported, enrolled) if value}
    if PersonType.STRANGER in types:
        return PersonType.STRANGER
    # An alarm may depend on it, so neither the name nor the id outweighs it.
    if PersonType.BLOCKLISTED in types:
        return PersonType.BLOCKLISTED
    is_automatic = _AUTOMATIC_ID.fullmatch(id_key(identity_id)) is not None
    if is_automatic or name_key(name) in _STRANGER_NAMES:
        return PersonType.STRANGER
    return read_person_type(reported or enrolled)


def _enrolled_type(data: JsonObject) -> str | None:
    """Return the type in the enrollment details."""
    try:
        return text(mapping(data, "identity_info"), "user_type", "type")
    except UnreadableError:
        return "unreadable"


def read_person_type(value: str | None) -> PersonType:
    """Return the type for a value; None means employee."""
    if value is None:
        return PersonType.EMPLOYEE
    word = value.strip().lower().removesuffix(".0")
    if (known := _PERSON_TYPES.get(word)) is not None:
        return known
    if _BLOCKLISTED.match(word):
        return PersonType.BLOCKLISTED
    return PersonType.STRANGER if _STRANGER.match(word) else PersonType.OTHER


def _unknown(value: str) -> str | None:
    """Return an unheard-of type on one line, None for a known one."""
    if value.strip().lower() in _PERSON_TYPES:
        return None
    return "".join(filter(str.isprintable, value)).strip()[:_LONGEST_TYPE] or None
