"""Fields that several actions share."""

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
    CONF_EXCLUDE,
)
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import config_validation as cv
from homeassistant.util import dt as dt_util

from ..aibox.history import AHEAD, BEGINNING
from ..const import DOMAIN
from ..recognition.filters import valid_person

ATTR_END_TIME = "end_time"
ATTR_LIMIT = "limit"
ATTR_PERMISSION_GROUP = "permission_group"
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


person = vol.All(_digits, valid_person)
# The name or id of a person or a group.
name = vol.All(person, vol.Length(max=_LONGEST_NAME))
BOX_SCHEMA: dict[vol.Marker, Any] = {vol.Required(ATTR_CONFIG_ENTRY_ID): cv.string}
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
