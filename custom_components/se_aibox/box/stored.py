"""Reads stored data, which may be damaged."""

from datetime import datetime

from homeassistant.exceptions import HomeAssistantError

# What is raised by JSON with other content, or of another version.
UNREADABLE = (
    ArithmeticError,
    HomeAssistantError,
    LookupError,
    NotImplementedError,
    OSError,
    TypeError,
    ValueError,
)


def text_of(value: object) -> str:
    """Return a stored text, or raise `TypeError`."""
    if not isinstance(value, str):
        raise TypeError("not a text")
    return value


def moment_of(text: str) -> datetime:
    """Return a stored time; raises an error if it is none."""
    moment = datetime.fromisoformat(text)
    if moment.utcoffset() is None:
        raise ValueError("no time zone")
    return moment
