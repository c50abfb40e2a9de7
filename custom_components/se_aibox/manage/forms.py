"""The forms of the flow that manages people, and their values."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import voluptuous as vol

from homeassistant.const import CONF_NAME
from homeassistant.data_entry_flow import section
from homeassistant.helpers.selector import (
    BooleanSelector,
    DateTimeSelector,
    FileSelector,
    FileSelectorConfig,
    Selector,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
    TextSelector,
)
from homeassistant.util import dt as dt_util

from ..actions.fields import (
    ATTR_IDENTITY_ID,
    ATTR_MAY_SHARE_FACE,
    ATTR_PERMISSION_GROUP,
    ATTR_PERSON_TYPE,
    ENROLLED_TYPES,
)
from ..aibox.enrolled import PersonRecord
from ..aibox.names import given_name
from ..choice import choice_selector
from ..people.form import CONF_TEXT, selection_mode
from ..people.identity import CONF_IDENTITIES

CONF_BACK = "back"
CONF_BOXES = "boxes"
CONF_CONFIRMED = "confirmed"
CONF_PICTURE = "picture"
CONF_REPLACE_FACES = "replace_faces"
CONF_STRANGER = "stranger"

_SECTIONS: dict[str, dict[str, Selector[Any]]] = {
    "details": {
        "department": TextSelector(),
        "job_number": TextSelector(),
        "telephone": TextSelector(),
    },
    "visit": {
        "company": TextSelector(),
        "host": TextSelector(),
        "purpose": TextSelector(),
        "valid_from": DateTimeSelector(),
        "valid_until": DateTimeSelector(),
    },
}
DETAILS = tuple(key for fields in _SECTIONS.values() for key in fields)
TIMES = ("valid_from", "valid_until")
# A dialog has no button for it.
_BACK = {vol.Optional(CONF_BACK, default=False): BooleanSelector()}
_PICTURE = {
    vol.Optional(CONF_PICTURE): FileSelector(
        FileSelectorConfig(accept="image/jpeg,image/png")
    )
}
_MAY_SHARE_FACE = {vol.Optional(ATTR_MAY_SHARE_FACE, default=False): BooleanSelector()}

FIND_SCHEMA = vol.Schema({vol.Optional(CONF_TEXT): TextSelector(), **_BACK})
STRANGER_SCHEMA = vol.Schema(_BACK)


def pick_schema(labels: Mapping[str, str]) -> vol.Schema:
    """Return the form that selects a person, or searches again."""
    pick = choice_selector(labels, selection_mode(labels), multiple=False)
    return vol.Schema({vol.Optional(CONF_IDENTITIES): pick, **FIND_SCHEMA.schema})


def enroll_schema(titles: Mapping[str, str]) -> vol.Schema:
    """Return the form that asks for boxes and a picture."""
    return vol.Schema(
        {
            **_boxes(titles),
            **_PICTURE,
            vol.Optional(CONF_STRANGER, default=False): BooleanSelector(),
            **_BACK,
        }
    )


def person_schema(groups: Iterable[str]) -> vol.Schema:
    """Return the form that asks for everything about a new person."""
    return vol.Schema(
        {
            vol.Optional(ATTR_IDENTITY_ID): TextSelector(),
            **_person(groups),
            **_MAY_SHARE_FACE,
            **_BACK,
        }
    )


def change_schema(titles: Mapping[str, str], groups: Iterable[str]) -> vol.Schema:
    """Return the form that changes a person."""
    return vol.Schema(
        {
            **_boxes(titles),
            **_person(groups),
            **_PICTURE,
            vol.Optional(CONF_REPLACE_FACES, default=False): BooleanSelector(),
            **_MAY_SHARE_FACE,
            **_BACK,
        }
    )


def delete_schema(titles: Mapping[str, str]) -> vol.Schema:
    """Return the form that confirms a deletion."""
    return vol.Schema(
        {
            **_boxes(titles),
            vol.Optional(CONF_CONFIRMED, default=False): BooleanSelector(),
            **_BACK,
        }
    )


def _boxes(titles: Mapping[str, str]) -> dict[vol.Marker, Any]:
    selector = choice_selector(titles, selection_mode(titles))
    return {vol.Optional(CONF_BOXES, default=list): selector}


def _person(groups: Iterable[str]) -> dict[vol.Marker, Any]:
    return {
        # None is marked as required: a browser would not let the user go back without
        # it.
        vol.Optional(CONF_NAME): TextSelector(),
        vol.Optional(ATTR_PERSON_TYPE): SelectSelector(
            SelectSelectorConfig(
                options=[each.value for each in ENROLLED_TYPES],
                mode=SelectSelectorMode.DROPDOWN,
                translation_key="enrolled_person_types",
            )
        ),
        # Without a default: it decides which doors open.
        vol.Optional(ATTR_PERMISSION_GROUP): SelectSelector(
            SelectSelectorConfig(
                options=list(groups),
                multiple=True,
                # Of a box that did not answer, or lists no groups.
                custom_value=True,
                mode=SelectSelectorMode.DROPDOWN,
            )
        ),
        **{
            vol.Required(name): section(
                vol.Schema({vol.Optional(key): each for key, each in fields.items()}),
                {"collapsed": True},
            )
            for name, fields in _SECTIONS.items()
        },
    }


def flat(user_input: Mapping[str, Any]) -> dict[str, Any]:
    """Return the entered values, without sections and outer blanks."""
    entered = {key: each for key, each in user_input.items() if key not in _SECTIONS}
    for name in _SECTIONS:
        entered.update(user_input.get(name, {}))
    return {
        key: each.strip() if isinstance(each, str) else each
        for key, each in entered.items()
    }


def shown(record: PersonRecord, groups: Mapping[str, str]) -> dict[str, Any]:
    """Return the values of a person; `groups` are names by id."""
    values: dict[str, Any] = {
        CONF_NAME: given_name(record.name),
        ATTR_PERMISSION_GROUP: [groups.get(each, each) for each in record.group_ids],
    }
    if record.person_type in ENROLLED_TYPES:
        values[ATTR_PERSON_TYPE] = record.person_type.value
    for key in DETAILS:
        value = getattr(record.details, key)
        values[key] = _local(value) if isinstance(value, datetime) else value
    return {key: value for key, value in values.items() if value}


def suggested(entered: Mapping[str, Any]) -> dict[str, Any]:
    """Return values for a form with sections."""
    return {
        **entered,
        **{
            name: {key: entered[key] for key in fields if key in entered}
            for name, fields in _SECTIONS.items()
        },
    }


def _local(moment: datetime) -> str:
    """Return a time as the selector shows it."""
    return f"{dt_util.as_local(moment):%Y-%m-%d %H:%M:%S}"
