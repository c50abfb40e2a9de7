"""Action that returns recognitions from the boxes' histories."""

import asyncio
from collections.abc import Mapping
from datetime import datetime

import voluptuous as vol

from homeassistant.core import ServiceCall, ServiceResponse
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import config_validation as cv

from ..aibox.history_search import FoundRecords
from ..aibox.models import PersonType
from ..const import DOMAIN
from ..recognition.filters import (
    CONF_MINIMUM_SCORE,
    CONF_PEOPLE,
    CONF_PERSON_TYPES,
    NamedPeople,
    valid_score,
)
from ..recognition.targets import async_target_device_ids
from .box import translated_errors
from .fields import ATTR_LIMIT, LISTING_SCHEMA, TARGET, person, time_span
from .lookback import Lookback, Wanted, async_lookbacks
from .permissions import async_check_devices_readable
from .response import listing

_MOST_PEOPLE = 100

SCHEMA = vol.Schema(
    {
        **cv.TARGET_FIELDS,
        **LISTING_SCHEMA,
        # Each person is a separate query.
        vol.Optional(CONF_PEOPLE, default=[]): vol.All(
            cv.ensure_list, [person], vol.Length(max=_MOST_PEOPLE)
        ),
        vol.Optional(CONF_PERSON_TYPES, default=[]): vol.All(
            cv.ensure_list, [vol.All(vol.In([*PersonType]), vol.Coerce(PersonType))]
        ),
        vol.Optional(CONF_MINIMUM_SCORE): valid_score,
    }
)


async def async_handle(call: ServiceCall) -> ServiceResponse:
    """Return the newest recognitions of all targeted devices and people.

    Their pictures are not requested yet.
    """
    device_ids = async_target_device_ids(
        call.hass, {key: call.data[key] for key in TARGET if key in call.data}
    )
    if not device_ids:
        raise ServiceValidationError(
            translation_domain=DOMAIN, translation_key="nothing_targeted"
        )
    await async_check_devices_readable(call, device_ids)
    start, end = time_span(call.data)
    wanted = Wanted(
        start,
        end,
        people=NamedPeople.of(call.data[CONF_PEOPLE]),
        person_types=frozenset(call.data[CONF_PERSON_TYPES]),
        minimum_score=call.data.get(CONF_MINIMUM_SCORE),
    )
    limit: int = call.data[ATTR_LIMIT]
    rows: list[tuple[datetime, Mapping[str, object]]] = []
    looked_back_to: list[datetime] = []
    lookbacks = async_lookbacks(call.hass, device_ids, wanted)
    answers = await asyncio.gather(*(_async_find(each, limit) for each in lookbacks))
    for lookback, found in zip(lookbacks, answers, strict=True):
        rows += lookback.async_rows(found)
        if found.looked_back_to is not None:
            looked_back_to.append(found.looked_back_to)
    return _newest(rows, limit, max(looked_back_to, default=None))


async def _async_find(lookback: Lookback, limit: int) -> FoundRecords:
    with translated_errors(lookback.box):
        return await lookback.async_find(limit)


def _newest(
    rows: list[tuple[datetime, Mapping[str, object]]],
    limit: int,
    looked_back_to: datetime | None,
) -> ServiceResponse:
    """Return a response with the newest rows of all boxes."""
    # Before this time, some boxes were not searched, and the list would have gaps.
    rows = [row for row in rows if looked_back_to is None or row[0] >= looked_back_to]
    rows.sort(key=lambda row: row[0], reverse=True)
    if len(rows) > limit:
        looked_back_to = rows[limit - 1][0]
    return listing([row for _, row in rows[:limit]], looked_back_to)
