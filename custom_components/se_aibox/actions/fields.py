"""Fields that several actions share."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import voluptuous as vol

from homeassistant.const import (
    ATTR_AREA_ID,
    ATTR_CONFIG_ENTRY_ID,
    ATTR_DEVICE_ID,
    ATTR_ENTITY_ID,
    ATTR_FLOOR_ID,
    ATTR_LABEL_ID,
    ATTR_NAME,
    CONF_EXCLUDE,
)
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import config_validation as cv
from homeassistant.util import dt as dt_util

from ..aibox.enrolled import PersonDetails
from ..aibox.history import AHEAD, BEGINNING
from ..aibox.models import PersonType
from ..aibox.names import given_name
from ..const import DOMAIN
from ..recognition.filters import valid_person

ATTR_END_TIME = "end_time"
ATTR_IDENTITY_ID = "identity_id"
ATTR_LIMIT = "limit"
ATTR_MAY_SHARE_FACE = "may_share_face"
ATTR_RETURN_ERRORS = "return_errors"
ATTR_PERMISSION_GROUP = "permission_group"
ATTR_PERSON_TYPE = "person_type"
ATTR_START_TIME = "start_time"

# The keys of a target in the data of a call.
TARGET = (
    ATTR_AREA_ID,
    ATTR_DEVICE_ID,
    ATTR_ENTITY_ID,
    ATTR_FLOOR_ID,
    ATTR_LABEL_ID,
    CONF_EXCLUDE,
)
MOST_RECOGNITIONS = 1000
_DEFAULT_LIMIT = 50
_LONGEST_NAME = 255
# A stranger is not enrolled, and other types have no value that a box accepts.
ENROLLED_TYPES = tuple(
    person_type
    for person_type in PersonType
    if person_type not in (PersonType.STRANGER, PersonType.OTHER)
)
_OF_EVERYBODY = ("department", "job_number", "telephone")
_OF_VISITORS = ("company", "host", "purpose")
_VALID_FROM = "valid_from"
_VALID_UNTIL = "valid_until"


def _valid_time(value: Any) -> datetime:
    """Return a time in UTC, local without a time zone."""
    try:
        return dt_util.as_utc(cv.datetime(value))
    except OverflowError as error:
        raise vol.Invalid(f"'{value}' is out of range") from error


def _digits(value: Any) -> Any:
    """Return the digits of a number, other values unchanged."""
    # A template makes a number of a text with digits.
    return str(value) if type(value) is int else value


def _valid_detail(value: Any) -> str:
    """Return a text, which may be empty."""
    if not isinstance(value, str):
        raise vol.Invalid("put texts into quotes")
    return value.strip()


person = vol.All(_digits, valid_person)
# The name or id of a person or a group.
name = vol.All(person, vol.Length(max=_LONGEST_NAME))
_detail = vol.All(_digits, _valid_detail, vol.Length(max=_LONGEST_NAME))
# Names or ids of permission groups, at least one.
groups = vol.All(cv.ensure_list, [name], vol.Length(min=1))
person_type = vol.All(vol.In(ENROLLED_TYPES), vol.Coerce(PersonType))
BOX_SCHEMA: dict[vol.Marker, Any] = {vol.Required(ATTR_CONFIG_ENTRY_ID): cv.string}
# One box or several: `each_box.async_boxes`.
BOXES_SCHEMA: dict[vol.Marker, Any] = {
    vol.Optional(ATTR_DEVICE_ID, default=[]): vol.All(cv.ensure_list, [cv.string]),
    vol.Optional(ATTR_CONFIG_ENTRY_ID, default=[]): vol.All(
        cv.ensure_list, [cv.string]
    ),
}
# An id alone may be somebody else's, so the name comes with it: empty for nobody's.
KNOWN_PERSON_SCHEMA: dict[vol.Marker, Any] = {
    vol.Required(ATTR_IDENTITY_ID): name,
    vol.Required(ATTR_NAME): vol.All(_detail, lambda text: given_name(text) or ""),
}
DETAILS_SCHEMA: dict[vol.Marker, Any] = {
    **{vol.Optional(key): _detail for key in (*_OF_EVERYBODY, *_OF_VISITORS)},
    vol.Optional(_VALID_FROM): _valid_time,
    vol.Optional(_VALID_UNTIL): _valid_time,
}
LISTING_SCHEMA: dict[vol.Marker, Any] = {
    vol.Optional(ATTR_START_TIME): _valid_time,
    vol.Optional(ATTR_END_TIME): _valid_time,
    vol.Optional(ATTR_LIMIT, default=_DEFAULT_LIMIT): vol.All(
        vol.Coerce(int), vol.Range(min=1, max=MOST_RECOGNITIONS)
    ),
}


def time_span(
    data: dict[str, Any], default: timedelta | None = None
) -> tuple[datetime, datetime]:
    """Return start and end, both by the box's clock.

    Without a default, it starts before any record. Raises `ServiceValidationError` if
    the span is empty.
    """
    latest = dt_util.utcnow() + AHEAD
    end = min(data.get(ATTR_END_TIME, latest), latest)
    earliest = BEGINNING if default is None else end - default
    start = max(data.get(ATTR_START_TIME, earliest), BEGINNING)
    if start >= end:
        raise ServiceValidationError(
            translation_domain=DOMAIN, translation_key="no_time_between"
        )
    return start, end


def details_of(data: Mapping[str, Any]) -> PersonDetails:
    """Return the enrollment details of a call.

    Raises `ServiceValidationError` for a visit that is over before it begins.
    """
    keys = (*_OF_EVERYBODY, *_OF_VISITORS, _VALID_FROM, _VALID_UNTIL)
    details = PersonDetails(**{key: data[key] for key in keys if key in data})
    now = dt_util.utcnow()
    start, end = details.valid_from, details.valid_until
    if end is not None and end <= max(start or now, now):
        raise ServiceValidationError(
            translation_domain=DOMAIN, translation_key="visit_ends_too_early"
        )
    return details


def has_visit(details: PersonDetails) -> bool:
    """Return whether details are such that only visitors have."""
    return any(
        (
            details.company,
            details.host,
            details.purpose,
            details.valid_from,
            details.valid_until,
        )
    )


def check_visit(details: PersonDetails, person_type: PersonType) -> None:
    """Raise `ServiceValidationError` for the visit of somebody who is no visitor."""
    if has_visit(details) and person_type is not PersonType.VISITOR:
        raise ServiceValidationError(
            translation_domain=DOMAIN, translation_key="only_of_visitors"
        )
