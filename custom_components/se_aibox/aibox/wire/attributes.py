"""Details of a seen face: age, gender, glasses and the like (PROTOCOL §1)."""

from ..models import AttributeValue
from .fields import JsonObject

# Geometry and feature vectors are biometric data nobody asked for; sex is said as gender.
_DROPPED = frozenset(
    {"box", "point", "feature_binary", "feature", "sex", "stranger_id"}
)
_GENDERS = {"0": "male", "1": "female", "male": "male", "female": "female"}
_LONGEST_VALUE = 64
_MOST_ATTRIBUTES = 32


def read_attributes(
    *sources: JsonObject, stranger_id: str | None
) -> dict[str, AttributeValue]:
    """Return the plain values of the sources in one mapping, the later source winning."""
    attributes: dict[str, AttributeValue] = {}
    for source in sources:
        sex = source.get("sex")
        if isinstance(sex, str | int) and (gender := _GENDERS.get(str(sex))):
            attributes["gender"] = gender
        attributes |= {
            name: value
            for name, value in source.items()
            if isinstance(value, str | int | float | bool)
            and name not in _DROPPED
            and len(name) <= _LONGEST_VALUE
            and value != ""
            and len(str(value)) <= _LONGEST_VALUE
        }
    attributes = dict(list(attributes.items())[:_MOST_ATTRIBUTES])
    if stranger_id is not None:
        attributes["stranger_id"] = stranger_id
    return attributes
