"""Finds out whether a platform manages a box (docs/protocol.md §5)."""

from ..models import Dialect
from .fields import JsonObject, mapping, number, readable, text

# The configuration names of the platform's address, and of the state of the box.
ADDRESS = {Dialect.NESTED: "LOGIN_URL", Dialect.FLAT: "MQ_LOGIN_URL"}
STATE = {Dialect.NESTED: "LOGIN_STATUS", Dialect.FLAT: "GATE_WORK_MODE"}

_LOGGED_IN = 0
_MANAGED = "mq"


def has_platform(dialect: Dialect, answer: JsonObject) -> bool:
    """Return whether a box has the address of a platform."""
    items = _items(dialect, answer)
    return bool((readable(lambda: text(items, ADDRESS[dialect])) or "").strip())


def is_managed(dialect: Dialect, answer: JsonObject) -> bool:
    """Return whether a box with a platform follows it.

    In the factory's setting, 1.x is in the mode of a platform, too: only the login
    counts.
    """
    items = _items(dialect, answer)
    if dialect is Dialect.FLAT:
        mode = readable(lambda: text(items, STATE[dialect])) or ""
        return mode.strip().lower() == _MANAGED
    login = readable(lambda: mapping(items, STATE[dialect])) or {}
    return readable(lambda: number(login, "code")) == _LOGGED_IN


def _items(dialect: Dialect, answer: JsonObject) -> JsonObject:
    if dialect is Dialect.FLAT:
        return answer
    return readable(lambda: mapping(answer, "data")) or {}
