"""Action that enrolls a person on a box."""

import voluptuous as vol

from homeassistant.const import ATTR_CONFIG_ENTRY_ID, ATTR_NAME
from homeassistant.core import ServiceCall, ServiceResponse
from homeassistant.exceptions import HomeAssistantError

from ..aibox.exceptions import AiBoxConnectionError
from ..aibox.models import PersonType
from ..aibox.people import EnrolledPeople
from ..aibox.questions import Enrollment
from ..const import DOMAIN
from .box import async_box_with_history, translated_errors
from .fields import ATTR_PERMISSION_GROUP, BOX_SCHEMA, name
from .picture import PICTURE_SCHEMA, async_read_source

_IDENTITY_ID = "identity_id"
_PERSON_TYPE = "person_type"
# A stranger is not enrolled, and other types have no value that a box accepts.
_ENROLLED = tuple(
    person_type
    for person_type in PersonType
    if person_type not in (PersonType.STRANGER, PersonType.OTHER)
)

SCHEMA = vol.Schema(
    {
        **BOX_SCHEMA,
        **PICTURE_SCHEMA,
        vol.Required(_IDENTITY_ID): name,
        vol.Required(ATTR_NAME): name,
        vol.Optional(_PERSON_TYPE, default=PersonType.EMPLOYEE): vol.All(
            vol.In(_ENROLLED), vol.Coerce(PersonType)
        ),
        vol.Optional(ATTR_PERMISSION_GROUP): name,
    }
)


async def async_handle(call: ServiceCall) -> ServiceResponse:
    """Enroll a person and return the identity id."""
    # In one attempt: without an answer, nobody knows whether it succeeded.
    box = async_box_with_history(call.hass, call.data[ATTR_CONFIG_ENTRY_ID])
    group = call.data.get(ATTR_PERMISSION_GROUP)
    enrollment = Enrollment(
        await async_read_source(call),
        identity_id=call.data[_IDENTITY_ID],
        name=call.data[ATTR_NAME],
        person_type=call.data[_PERSON_TYPE],
        permission_groups=() if group is None else (group,),
    )
    with translated_errors(box):
        try:
            identity_id = await EnrolledPeople(box.client.rest).enroll(enrollment)
        except AiBoxConnectionError as error:
            if not error.was_connected:
                raise
            raise HomeAssistantError(
                translation_domain=DOMAIN,
                translation_key="enrollment_no_answer",
                translation_placeholders={"box": box.config_entry.title},
            ) from error
    return {_IDENTITY_ID: identity_id}
