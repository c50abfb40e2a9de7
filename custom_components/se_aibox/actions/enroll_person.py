"""Action that enrolls a person on boxes."""

from collections.abc import Mapping

import voluptuous as vol

from homeassistant.const import ATTR_NAME
from homeassistant.core import ServiceCall, ServiceResponse

from ..aibox.models import PersonType
from ..aibox.questions import Enrollment
from ..box.doors import doors_of_no_group
from ..coordinator import SeAiBoxCoordinator
from ..text import async_text, async_words_cached, listed
from .each_box import async_boxes, async_each_box
from .enrolled import async_check_changeable, async_check_quality, enrolled_people
from .fields import (
    ATTR_IDENTITY_ID,
    ATTR_PERMISSION_GROUP,
    ATTR_PERSON_TYPE,
    BOXES_SCHEMA,
    DETAILS_SCHEMA,
    check_of_visitors,
    details_of,
    groups,
    name,
    person_type,
)
from .new_id import async_new_id
from .picture import PICTURE_SCHEMA, async_read_source

SCHEMA = vol.Schema(
    {
        **BOXES_SCHEMA,
        **PICTURE_SCHEMA,
        **DETAILS_SCHEMA,
        vol.Optional(ATTR_IDENTITY_ID): name,
        vol.Required(ATTR_NAME): name,
        vol.Optional(ATTR_PERSON_TYPE, default=PersonType.EMPLOYEE): person_type,
        # Without a default: it decides which doors open.
        vol.Required(ATTR_PERMISSION_GROUP): groups,
    }
)


async def async_handle(call: ServiceCall) -> ServiceResponse:
    """Enroll a person on each box, under one id."""
    data = call.data
    details = details_of(data)
    if data[ATTR_PERSON_TYPE] is not PersonType.VISITOR:
        check_of_visitors(details)
    entries = async_boxes(call)
    enrollment = Enrollment(
        await async_read_source(call),
        identity_id=data.get(ATTR_IDENTITY_ID) or async_new_id(call.hass),
        name=data[ATTR_NAME],
        person_type=data[ATTR_PERSON_TYPE],
        permission_groups=tuple(data[ATTR_PERMISSION_GROUP]),
        details=details,
    )

    async def enroll(box: SeAiBoxCoordinator) -> Mapping[str, object]:
        await async_check_changeable(box)
        await async_check_quality(box, enrollment.picture)
        # In one attempt: without an answer, nobody knows whether it succeeded.
        identity_id = await enrolled_people(box).enroll(enrollment)
        return {ATTR_IDENTITY_ID: identity_id, "warnings": _warnings(box)}

    return await async_each_box(call, entries, enroll, changing=True)


def _warnings(box: SeAiBoxCoordinator) -> list[str]:
    """Return what the user should know of the box."""
    if not (doors := doors_of_no_group(box.data)):
        return []
    words = async_words_cached(box.hass)
    return [
        async_text(box.hass, "common.doors_of_no_group").format(
            doors=listed(words, doors), box=box.config_entry.title
        )
    ]
