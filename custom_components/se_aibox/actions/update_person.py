"""Action that changes an enrolled person on boxes."""

from collections.abc import Mapping
from dataclasses import replace

import voluptuous as vol

from homeassistant.const import ATTR_NAME
from homeassistant.core import ServiceCall, ServiceResponse
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import config_validation as cv

from ..aibox.enrolled import PersonChange
from ..const import DOMAIN
from ..coordinator import SeAiBoxCoordinator
from .changes import async_update
from .each_box import async_boxes, async_each_box
from .fields import (
    ATTR_IDENTITY_ID,
    ATTR_MAY_SHARE_FACE,
    ATTR_PERMISSION_GROUP,
    ATTR_PERSON_TYPE,
    BOXES_SCHEMA,
    DETAILS_SCHEMA,
    KNOWN_PERSON_SCHEMA,
    details_of,
    groups,
    name,
    person_type,
)
from .picture import PICTURE_SCHEMA, async_read_source, has_source
from .visits import async_visitor

_NEW_NAME = "new_name"
_REPLACE_FACES = "replace_faces"

SCHEMA = vol.Schema(
    {
        **BOXES_SCHEMA,
        **KNOWN_PERSON_SCHEMA,
        **PICTURE_SCHEMA,
        **DETAILS_SCHEMA,
        vol.Optional(_NEW_NAME): name,
        vol.Optional(ATTR_PERSON_TYPE): person_type,
        vol.Optional(ATTR_PERMISSION_GROUP): groups,
        vol.Optional(_REPLACE_FACES, default=False): cv.boolean,
        vol.Optional(ATTR_MAY_SHARE_FACE, default=False): cv.boolean,
    }
)


async def async_handle(call: ServiceCall) -> ServiceResponse:
    """Change a person on each box."""
    data = call.data
    entries = async_boxes(call)
    change = await _async_change(call)
    async_visitor(call.hass, data[ATTR_IDENTITY_ID], data[ATTR_NAME], change.details)

    async def update(box: SeAiBoxCoordinator) -> Mapping[str, object]:
        person = await async_update(
            box, data[ATTR_IDENTITY_ID], data[ATTR_NAME], change
        )
        return {ATTR_IDENTITY_ID: person.identity_id}

    return await async_each_box(call, entries, update, changing=True)


async def _async_change(call: ServiceCall) -> PersonChange:
    """Return what is to be changed.

    Raises `ServiceValidationError` for nothing.
    """
    data = call.data
    groups = data.get(ATTR_PERMISSION_GROUP)
    picture: bytes | None = None
    if has_source(call) or data[_REPLACE_FACES]:
        picture = await async_read_source(call)
    change = PersonChange(
        name=data.get(_NEW_NAME),
        person_type=data.get(ATTR_PERSON_TYPE),
        group_ids=None if groups is None else tuple(groups),
        details=details_of(data),
        picture=picture,
        replaces_faces=data[_REPLACE_FACES],
    )
    if change == PersonChange():
        raise ServiceValidationError(
            translation_domain=DOMAIN, translation_key="nothing_to_change"
        )
    return replace(change, may_share_face=data[ATTR_MAY_SHARE_FACE])
