"""Who a message speaks of: one reading of everything that firmware says about it (PROTOCOL §1)."""

from dataclasses import dataclass
import re

from ..models import PersonType
from .fields import JsonObject, identifier, text

# The moment of the first sighting: "1602612036.3828533" (PROTOCOL §1).
_AUTOMATIC_ID = re.compile(r"\d{10}\.\d+", re.ASCII)

# How 1.x writes a person type, and how 2.0 does; neither has a way to write `OTHER`.
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
}


@dataclass(frozen=True, slots=True)
class Person:
    """Whom the box saw; id and name are None unless the face matched."""

    identity_id: str | None
    identity_name: str | None
    person_type: PersonType
    stranger_id: str | None


def read_person(data: JsonObject, type_value: str | None) -> Person:
    """Return the person of a message whose type stands elsewhere by dialect.

    Without an id there is no match, whatever the type says; a stranger's id is one that the box gave. An id of
    the form that boxes give to strangers, without a type, is a stranger's too: a door must not open for it.
    """
    identity_id = identifier(data, "identity_id")
    if type_value is None and identity_id and _AUTOMATIC_ID.fullmatch(identity_id):
        return Person(None, None, PersonType.STRANGER, identity_id)
    person_type = read_person_type(type_value)
    if identity_id is None or person_type is PersonType.STRANGER:
        return Person(None, None, PersonType.STRANGER, identity_id)
    return Person(identity_id, text(data, "identity_name"), person_type, None)


def read_person_type(value: str | None) -> PersonType:
    """Return the type behind a number or a word; a missing one means employee."""
    if value is None:
        return PersonType.EMPLOYEE
    return _PERSON_TYPES.get(value.strip().lower().removesuffix(".0"), PersonType.OTHER)
