"""Finds the people that automations name. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import voluptuous as vol

from ..const import DOMAIN
from ..recognition.filters import (
    CONF_FOLLOWED,
    CONF_MINIMUM_SCORE,
    CONF_PEOPLE,
    valid_score,
)

# The keys that have the type of a trigger or condition; `platform` is older.
_KINDS = ("trigger", "platform", "condition")


@dataclass(frozen=True, slots=True)
class Mention:
    """The people in one of our triggers or conditions."""

    people: tuple[str, ...]
    # Device ids.
    followed: tuple[str, ...]
    minimum_score: float | None
    target: Mapping[str, Any]


def mentions(config: object) -> Iterator[Mention]:
    """Yield all mentions in a configuration."""
    if isinstance(config, list):
        for each in config:
            yield from mentions(each)
    elif isinstance(config, Mapping):
        if any(str(config.get(kind)).startswith(f"{DOMAIN}.") for kind in _KINDS):
            yield _mention(config)
        for each in config.values():
            yield from mentions(each)


def _mention(config: Mapping[Any, Any]) -> Mention:
    options = config.get("options")
    options = options if isinstance(options, Mapping) else {}
    target = config.get("target")
    return Mention(
        _texts(options.get(CONF_PEOPLE)),
        _texts(options.get(CONF_FOLLOWED)),
        _score(options.get(CONF_MINIMUM_SCORE)),
        target if isinstance(target, Mapping) else {},
    )


def _score(value: object) -> float | None:
    """Return a score as the trigger reads it, None if invalid."""
    try:
        return valid_score(value)
    except vol.Invalid:
        return None


def _texts(value: object) -> tuple[str, ...]:
    """Return the texts in a list, or a single one."""
    # The configuration is as the user wrote it, perhaps invalid.
    values = value if isinstance(value, list) else [value]
    return tuple(each.strip() for each in values if isinstance(each, str))
