"""Action that deletes an enrolled person from boxes."""

from collections.abc import Mapping

import voluptuous as vol

from homeassistant.const import ATTR_NAME
from homeassistant.core import ServiceCall, ServiceResponse

from ..coordinator import SeAiBoxCoordinator
from ..people.visitors import async_forget_visit
from .each_box import async_boxes, async_each_box
from .enrolled import check_readable, enrolled_people
from .fields import ATTR_IDENTITY_ID, BOXES_SCHEMA, KNOWN_PERSON_SCHEMA

SCHEMA = vol.Schema({**BOXES_SCHEMA, **KNOWN_PERSON_SCHEMA})


async def async_handle(call: ServiceCall) -> ServiceResponse:
    """Delete a person from each box."""
    data = call.data

    async def delete(box: SeAiBoxCoordinator) -> Mapping[str, object]:
        # A box reads the identity first, and sends its photo where it sends any.
        check_readable(box)
        await enrolled_people(box).delete(data[ATTR_IDENTITY_ID], data[ATTR_NAME])
        # There is nothing to end any more.
        await async_forget_visit(
            call.hass, box.config_entry.entry_id, data[ATTR_IDENTITY_ID]
        )
        return {}

    return await async_each_box(call, async_boxes(call), delete, changing=True)
