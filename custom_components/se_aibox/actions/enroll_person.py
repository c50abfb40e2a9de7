"""Action that enrolls a person on boxes."""

from collections.abc import Mapping

import voluptuous as vol

from homeassistant.const import ATTR_NAME
from homeassistant.core import ServiceCall, ServiceResponse
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import config_validation as cv

from ..aibox.models import PersonType
from ..aibox.questions import Enrollment
from ..coordinator import SeAiBoxCoordinator
from .changes import async_details, async_enroll, door_warnings
from .each_box import async_boxes, async_each_box, async_failed
from .fields import (
    ATTR_IDENTITY_ID,
    ATTR_MAY_SHARE_FACE,
    ATTR_PERMISSION_GROUP,
    ATTR_PERSON_TYPE,
    ATTR_RETURN_ERRORS,
    BOXES_SCHEMA,
    DETAILS_SCHEMA,
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
        vol.Optional(ATTR_MAY_SHARE_FACE, default=False): cv.boolean,
        # An automation cannot pass on an error that is raised.
        vol.Optional(ATTR_RETURN_ERRORS, default=False): cv.boolean,
    }
)


async def async_handle(call: ServiceCall) -> ServiceResponse:
    """Enroll a person on each box; raise or return the errors."""
    try:
        return await _async_enroll(call)
    except HomeAssistantError as error:
        if not (call.return_response and call.data[ATTR_RETURN_ERRORS]):
            raise
        return async_failed(call.hass, async_boxes(call), error)


async def _async_enroll(call: ServiceCall) -> ServiceResponse:
    """Enroll a person on each box, under one id."""
    data = call.data
    entries = async_boxes(call)
    identity_id = data.get(ATTR_IDENTITY_ID) or async_new_id(call.hass)
    details, visitor = async_details(
        call.hass,
        identity_id,
        data[ATTR_NAME],
        data[ATTR_PERSON_TYPE],
        details_of(data),
    )
    enrollment = Enrollment(
        await async_read_source(call),
        identity_id=identity_id,
        name=data[ATTR_NAME],
        person_type=data[ATTR_PERSON_TYPE],
        permission_groups=tuple(data[ATTR_PERMISSION_GROUP]),
        details=details,
        may_share_face=data[ATTR_MAY_SHARE_FACE],
    )

    async def enroll(box: SeAiBoxCoordinator) -> Mapping[str, object]:
        enrolled = await async_enroll(box, enrollment, visitor)
        return {ATTR_IDENTITY_ID: enrolled, "warnings": door_warnings(box)}

    return await async_each_box(
        call, entries, enroll, changing=True, returns_errors=data[ATTR_RETURN_ERRORS]
    )
