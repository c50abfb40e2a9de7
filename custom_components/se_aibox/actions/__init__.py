"""The actions, one module each."""

from collections.abc import Callable, Coroutine
from typing import Any, NamedTuple

import voluptuous as vol

from homeassistant.core import (
    HomeAssistant,
    ServiceCall,
    ServiceResponse,
    SupportsResponse,
    callback,
)
from homeassistant.helpers.service import async_register_admin_service

from ..const import DOMAIN
from . import (
    answer_question,
    attendance,
    delete_person,
    enroll_person,
    export_attendance,
    forget_person,
    get_attendance,
    get_groups,
    get_people,
    get_people_inside,
    get_recognitions,
    ignore_stranger,
    open_door,
    recognize_picture,
    search_by_picture,
    simulate_recognition,
    start_roll_call,
    update_person,
)


class _Action(NamedTuple):
    handle: Callable[[ServiceCall], Coroutine[Any, Any, ServiceResponse | None]]
    schema: vol.Schema
    response: SupportsResponse


_ONLY, _OPTIONAL = SupportsResponse.ONLY, SupportsResponse.OPTIONAL

_FOR_EVERYBODY = {
    "get_people_inside": _Action(
        get_people_inside.async_handle, get_people_inside.SCHEMA, _ONLY
    ),
    "get_recognitions": _Action(
        get_recognitions.async_handle, get_recognitions.SCHEMA, _ONLY
    ),
}
_FOR_ADMINISTRATORS = {
    "answer_question": _Action(
        answer_question.async_handle, answer_question.SCHEMA, _ONLY
    ),
    "delete_person": _Action(
        delete_person.async_handle, delete_person.SCHEMA, _OPTIONAL
    ),
    "enroll_person": _Action(
        enroll_person.async_handle, enroll_person.SCHEMA, _OPTIONAL
    ),
    "export_attendance": _Action(
        export_attendance.async_handle, attendance.SCHEMA, _ONLY
    ),
    "forget_person": _Action(
        forget_person.async_handle, forget_person.SCHEMA, _OPTIONAL
    ),
    "get_attendance": _Action(get_attendance.async_handle, attendance.SCHEMA, _ONLY),
    "get_groups": _Action(get_groups.async_handle, get_groups.SCHEMA, _ONLY),
    "get_people": _Action(get_people.async_handle, get_people.SCHEMA, _ONLY),
    "ignore_stranger": _Action(
        ignore_stranger.async_handle, ignore_stranger.SCHEMA, SupportsResponse.NONE
    ),
    "open_door": _Action(
        open_door.async_handle, open_door.SCHEMA, SupportsResponse.NONE
    ),
    "recognize_picture": _Action(
        recognize_picture.async_handle, recognize_picture.SCHEMA, _ONLY
    ),
    "search_by_picture": _Action(
        search_by_picture.async_handle, search_by_picture.SCHEMA, _ONLY
    ),
    "simulate_recognition": _Action(
        simulate_recognition.async_handle,
        simulate_recognition.SCHEMA,
        SupportsResponse.NONE,
    ),
    "start_roll_call": _Action(
        start_roll_call.async_handle, start_roll_call.SCHEMA, _OPTIONAL
    ),
    "update_person": _Action(
        update_person.async_handle, update_person.SCHEMA, _OPTIONAL
    ),
}


@callback
def async_setup_actions(hass: HomeAssistant) -> None:
    """Register the actions, also without a box."""
    for name, action in _FOR_EVERYBODY.items():
        hass.services.async_register(DOMAIN, name, *action)
    # Only administrators and automations may call these.
    for name, action in _FOR_ADMINISTRATORS.items():
        async_register_admin_service(hass, DOMAIN, name, *action)
