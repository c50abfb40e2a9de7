"""The actions, one module each."""

from homeassistant.core import HomeAssistant, SupportsResponse, callback
from homeassistant.helpers.service import async_register_admin_service

from ..const import DOMAIN
from . import (
    answer_question,
    attendance,
    enroll_person,
    export_attendance,
    get_attendance,
    get_people_inside,
    get_recognitions,
    open_door,
    recognize_picture,
    search_by_picture,
    simulate_recognition,
    start_roll_call,
)


@callback
def async_setup_actions(hass: HomeAssistant) -> None:
    """Register the actions, also without a box."""
    for name, handle, schema in (
        (
            "get_people_inside",
            get_people_inside.async_handle,
            get_people_inside.SCHEMA,
        ),
        ("get_recognitions", get_recognitions.async_handle, get_recognitions.SCHEMA),
    ):
        hass.services.async_register(
            DOMAIN, name, handle, schema, SupportsResponse.ONLY
        )
    # Only administrators and automations may call these.
    for name, handle, schema, response in (
        (
            "answer_question",
            answer_question.async_handle,
            answer_question.SCHEMA,
            SupportsResponse.ONLY,
        ),
        (
            "recognize_picture",
            recognize_picture.async_handle,
            recognize_picture.SCHEMA,
            SupportsResponse.ONLY,
        ),
        (
            "search_by_picture",
            search_by_picture.async_handle,
            search_by_picture.SCHEMA,
            SupportsResponse.ONLY,
        ),
        (
            "start_roll_call",
            start_roll_call.async_handle,
            start_roll_call.SCHEMA,
            SupportsResponse.OPTIONAL,
        ),
        (
            "enroll_person",
            enroll_person.async_handle,
            enroll_person.SCHEMA,
            SupportsResponse.OPTIONAL,
        ),
        (
            "export_attendance",
            export_attendance.async_handle,
            attendance.SCHEMA,
            SupportsResponse.ONLY,
        ),
        (
            "get_attendance",
            get_attendance.async_handle,
            attendance.SCHEMA,
            SupportsResponse.ONLY,
        ),
        ("open_door", open_door.async_handle, open_door.SCHEMA, SupportsResponse.NONE),
        (
            "simulate_recognition",
            simulate_recognition.async_handle,
            simulate_recognition.SCHEMA,
            SupportsResponse.NONE,
        ),
    ):
        async_register_admin_service(hass, DOMAIN, name, handle, schema, response)
