"""The changes that a form makes to a person. Pure."""

from collections.abc import Mapping
from typing import Any

import voluptuous as vol

from homeassistant.const import CONF_NAME

from ..actions.fields import (
    ATTR_PERMISSION_GROUP,
    ATTR_PERSON_TYPE,
    DETAILS_SCHEMA,
    details_of,
    groups,
    name,
    person_type,
)
from ..aibox.enrolled import PersonChange
from .forms import DETAILS, TIMES

_SCHEMA = vol.Schema(
    {
        vol.Optional(CONF_NAME): name,
        vol.Optional(ATTR_PERSON_TYPE): person_type,
        vol.Optional(ATTR_PERMISSION_GROUP): groups,
        **DETAILS_SCHEMA,
    }
)
# The values that cannot be removed, and the error for trying.
_STAYS = {
    CONF_NAME: "no_name",
    ATTR_PERMISSION_GROUP: "no_group",
    ATTR_PERSON_TYPE: "no_type",
    **dict.fromkeys(TIMES, "time_stays"),
}


def forbidden(shown: Mapping[str, Any], entered: Mapping[str, Any]) -> dict[str, str]:
    """Return the errors for values that cannot be removed."""
    removed = [key for key in _STAYS if _value(shown, key) and not _value(entered, key)]
    # A field in a section cannot show an error.
    return {"base" if key in TIMES else key: _STAYS[key] for key in removed}


def change_of(shown: Mapping[str, Any], entered: Mapping[str, Any]) -> PersonChange:
    """Return only the values that differ from those shown.

    Raises `vol.Invalid` for an unreadable value, and `ServiceValidationError` for a
    visit that is over before it begins.
    """
    changed = {
        key: entered.get(key, "")
        for key in (CONF_NAME, ATTR_PERSON_TYPE, ATTR_PERMISSION_GROUP, *DETAILS)
        if _value(shown, key) != _value(entered, key)
    }
    values = _SCHEMA(changed)
    new_groups = values.get(ATTR_PERMISSION_GROUP)
    return PersonChange(
        name=values.get(CONF_NAME),
        person_type=values.get(ATTR_PERSON_TYPE),
        group_ids=None if new_groups is None else tuple(new_groups),
        details=details_of(values),
    )


def _value(values: Mapping[str, Any], key: str) -> Any:
    """Return a value to compare, None if empty."""
    value = values.get(key) or None
    return frozenset(value) if isinstance(value, list) else value
