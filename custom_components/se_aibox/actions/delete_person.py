"""Action that deletes an enrolled person from boxes."""

from collections.abc import Mapping

import voluptuous as vol

from homeassistant.const import ATTR_NAME
from homeassistant.core import ServiceCall, ServiceResponse

from ..coordinator import SeAiBoxCoordinator
from .changes import async_delete
from .each_box import async_boxes, async_each_box
from .fields import ATTR_IDENTITY_ID, BOXES_SCHEMA, KNOWN_PERSON_SCHEMA

SCHEMA = vol.Schema({**BOXES_SCHEMA, **KNOWN_PERSON_SCHEMA})


async def async_handle(call: ServiceCall) -> ServiceResponse:
    """Delete a person from each box."""
    data = call.data

    async def delete(box: SeAiBoxCoordinator) -> Mapping[str, object]:
        await async_delete(box, data[ATTR_IDENTITY_ID], data[ATTR_NAME])
        return {}

    return await async_each_box(call, async_boxes(call), delete, changing=True)
