"""Reads what a call was given, as strictly as a box does."""

from .errors import ApiError
from .model import JsonObject, JsonValue, PersonType


def text_argument(value: JsonValue, name: str) -> str:
    """Return the argument if it is a string."""
    if isinstance(value, str):
        return value
    raise ApiError("INVALID_ARGUMENTS", name)


def flag_argument(body: JsonObject, name: str, *, default: bool = False) -> bool:
    """Return a boolean argument, which may be missing."""
    value = body.get(name, default)
    if isinstance(value, bool):
        return value
    raise ApiError("INVALID_ARGUMENTS", name)


def number_argument(value: JsonValue, name: str) -> float:
    """Return the argument if it is a number; a query string's digits are one."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    if isinstance(value, str):
        try:
            return float(value)
        except ValueError:
            pass
    raise ApiError("INVALID_ARGUMENTS", name)


def words_argument(value: JsonValue, name: str) -> list[str]:
    """Return the argument if it is a list of strings."""
    if isinstance(value, list):
        return [text_argument(word, name) for word in value]
    raise ApiError("INVALID_ARGUMENTS", name)


def object_argument(value: JsonValue, name: str) -> JsonObject:
    """Return the argument if it is an object."""
    if isinstance(value, dict):
        return value
    raise ApiError("INVALID_ARGUMENTS", name)


def needed(body: JsonObject, name: str) -> JsonValue:
    """Return the argument that a call cannot do without."""
    if name not in body:
        raise ApiError("MISSING_ARGUMENTS", name)
    return body[name]


def count_argument(value: JsonValue, name: str, least: int) -> int:
    """Return the argument if it is a whole number of at least `least`."""
    number = number_argument(value, name)
    if number != int(number) or number < least:
        raise ApiError("INVALID_ARGUMENTS", name)
    return int(number)


def person_number_argument(value: JsonValue, name: str) -> PersonType:
    """Return the person type behind a number, as 1.x writes it."""
    number = count_argument(value, name, 1)
    if number > len(PersonType):
        raise ApiError("INVALID_ARGUMENTS", name)
    return list(PersonType)[number - 1]


def person_word_argument(value: JsonValue, name: str) -> PersonType:
    """Return the person type behind a word, as 2.0 writes it."""
    word = text_argument(value, name)
    if word not in PersonType:
        raise ApiError("INVALID_ARGUMENTS", name)
    return PersonType(word)


def login_arguments(body: JsonObject) -> tuple[str, str]:
    """Return user name and password."""
    if not {"username", "password"} <= body.keys():
        raise ApiError("MISSING_ARGUMENTS", "username, password")
    return (
        text_argument(body["username"], "username"),
        text_argument(body["password"], "password"),
    )
