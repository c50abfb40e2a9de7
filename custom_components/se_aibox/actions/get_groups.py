"""Action that returns the permission groups of boxes."""

from collections.abc import Mapping

import voluptuous as vol

from homeassistant.core import ServiceCall, ServiceResponse

from ..coordinator import SeAiBoxCoordinator
from .each_box import async_boxes, async_each_box
from .enrolled import enrolled_people
from .fields import BOXES_SCHEMA

SCHEMA = vol.Schema({**BOXES_SCHEMA})


async def async_handle(call: ServiceCall) -> ServiceResponse:
    """Return the permission groups of each box."""
    return await async_each_box(call, async_boxes(call), _async_read, changing=False)


async def _async_read(box: SeAiBoxCoordinator) -> Mapping[str, object]:
    return {
        "groups": [
            {
                "group_id": group.group_id,
                "name": group.name,
                # Where this group may pass.
                "capture_devices": sorted(
                    device.name or device.capture_device_id
                    for device in box.data.listed.values()
                    if group.group_id and device.permission_group_id == group.group_id
                ),
            }
            for group in await enrolled_people(box).groups()
        ]
    }
