"""Action that returns the people who are enrolled on boxes."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any

import voluptuous as vol

from homeassistant.core import ServiceCall, ServiceResponse
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import config_validation as cv

from ..aibox.exceptions import AiBoxNotFoundError, Refusal
from ..aibox.models import PersonType
from ..aibox.names import id_key, name_key
from ..const import DOMAIN
from ..coordinator import SeAiBoxCoordinator
from ..recognition.filters import CONF_PERSON_TYPES
from .box import refusal_error
from .each_box import async_boxes, async_each_box
from .enrolled import as_row, check_readable, enrolled_people
from .fields import ATTR_LIMIT, ATTR_PERMISSION_GROUP, BOXES_SCHEMA, name, person
from .people_pages import MOST_READ, Position, Wanted, async_find

_IDENTITY_IDS = "identity_ids"
_NEXT = "next"
_TEXT = "text"
_DEFAULT_LIMIT = 100
# Each is a request of its own.
_MOST_IDS = 100
# Also those of a type that is unheard of.
_TYPES = [each for each in PersonType if each is not PersonType.STRANGER]


def _valid_position(value: Any) -> Position:
    try:
        return Position.of(cv.string(value))
    except ValueError as error:
        raise vol.Invalid("not a value from a response") from error


SCHEMA = vol.Schema(
    {
        **BOXES_SCHEMA,
        vol.Optional(_TEXT, default=""): vol.Any("", name),
        vol.Optional(_IDENTITY_IDS, default=[]): vol.All(
            cv.ensure_list, [person], vol.Length(max=_MOST_IDS)
        ),
        vol.Optional(CONF_PERSON_TYPES, default=[]): vol.All(
            cv.ensure_list, [vol.All(vol.In(_TYPES), vol.Coerce(PersonType))]
        ),
        vol.Optional(ATTR_PERMISSION_GROUP): name,
        vol.Optional(ATTR_LIMIT, default=_DEFAULT_LIMIT): vol.All(
            vol.Coerce(int), vol.Range(min=1, max=MOST_READ)
        ),
        vol.Optional(_NEXT): _valid_position,
    }
)


async def async_handle(call: ServiceCall) -> ServiceResponse:
    """Return the people of each box."""
    data = call.data
    entries = async_boxes(call)
    if _NEXT in data and len(entries) > 1:
        raise ServiceValidationError(
            translation_domain=DOMAIN, translation_key="next_of_one_box"
        )

    async def read(box: SeAiBoxCoordinator) -> Mapping[str, object]:
        check_readable(box)
        people = enrolled_people(box)
        groups: dict[str, str] = {}
        with suppress(AiBoxNotFoundError):
            groups = {
                each.group_id: each.name
                for each in await people.groups()
                if each.group_id is not None
            }
        group = data.get(ATTR_PERMISSION_GROUP)
        wanted = Wanted(
            data[_TEXT],
            tuple(data[_IDENTITY_IDS]),
            frozenset(data[CONF_PERSON_TYPES]),
            None if group is None else _group_id(box, groups, group),
            data[ATTR_LIMIT],
        )
        found = await async_find(
            people,
            wanted,
            data.get(_NEXT),
            # A box that sends photos has no filter by name.
            filters_names=not box.client.rest.sends_photos_of_people,
        )
        return {
            "people": [as_row(each, groups) for each in found.people],
            _NEXT: None if found.next is None else str(found.next),
        }

    return await async_each_box(call, entries, read, changing=False)


def _group_id(box: SeAiBoxCoordinator, groups: Mapping[str, str], called: str) -> str:
    """Return the id of a group; raises `HomeAssistantError` without one."""
    named: Iterable[str] = (
        group_id
        for group_id, text in groups.items()
        if name_key(text) == name_key(called)
    )
    ids = {id_key(group_id): group_id for group_id in groups}
    if (group_id := ids.get(id_key(called)) or next(iter(named), None)) is None:
        raise refusal_error(box, Refusal.GROUP_UNKNOWN)
    return group_id
