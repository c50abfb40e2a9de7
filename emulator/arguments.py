"""Read arguments like a box; raise ApiError for wrong ones."""

from .errors import ApiError
from .model import JsonObject, JsonValue, PersonType


def text_argument(value: JsonValue, name: str) -> str:
    """Return an argument that is a string."""
    if isinstance(value, str):
        return value
    raise ApiError("INVALID_ARGUMENTS", name)


def flag_argument(body: JsonObject, name: str, *, default: bool = False) -> bool:
    """Return an optional boolean argument."""
    value = body.get(name, default)
    if isinstance(value, bool):
        return value
    raise ApiError("INVALID_ARGUMENTS", name)


def number_argument(value: JsonValue, name: str) -> float:
    """Return a number, also one that a query string contains as text."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    if isinstance(value, str):
        try:
            return float(value)
        except ValueError:
            pass
    raise ApiError("INVALID_ARGUMENTS", name)


def strings_argument(value: JsonValue, name: str) -> list[str]:
    """Return an argument that is a list of strings."""
    if isinstance(value, list):
        return [text_argument(item, name) for item in value]
    raise ApiError("INVALID_ARGUMENTS", name)


def object_argument(value: JsonValue, name: str) -> JsonObject:
    """Return an argument that is an object."""
    if isinstance(value, dict):
        return value
    raise ApiError("INVALID_ARGUMENTS", name)


def required(body: JsonObject, name: str) -> JsonValue:
    """Return a required argument of any type."""
    if name not in body:
        raise ApiError("MISSING_ARGUMENTS", name)
    return body[name]


def count_argument(value: JsonValue, name: str, least: int) -> int:
    """Return a whole number of at least `least`."""
    number = number_argument(value, name)
    if number != int(number) or number < least:
        raise ApiError("INVALID_ARGUMENTS", name)
    return int(number)


def person_number_argument(value: JsonValue, name: str) -> PersonType:
    """Return the person type for a number of dialect 1.x."""
    number = count_argument(value, name, 1)
    if number > len(PersonType):
        raise ApiError("INVALID_ARGUMENTS", name)
    return list(PersonType)[number - 1]


def person_word_argument(value: JsonValue, name: str) -> PersonType:
    """Return the person type for a word of dialect 2.0."""
    word = text_argument(value, name)
    if word not in PersonType:
        raise ApiError("INVALID_ARGUMENTS", name)
    return PersonType(word)


def login_arguments(body: JsonObject) -> tuple[str, str]:
    """Return the user name and the password."""
    if not {"username", "password"} <= body.keys():
        raise ApiError("MISSING_ARGUMENTS", "username, password")
    return (
        text_argument(body["username"], "username"),
        text_argument(body["password"], "password"),
    )
