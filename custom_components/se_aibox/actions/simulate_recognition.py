"""Action that simulates a recognition, to try an automation."""

import voluptuous as vol

from homeassistant.const import ATTR_DEVICE_ID
from homeassistant.core import HomeAssistant, ServiceCall, callback
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import config_validation as cv

from ..aibox.models import PersonType
from ..const import DOMAIN
from ..people.following import async_followed_people
from ..people.identity import FollowedPerson
from ..recognition.simulation import async_simulate
from .box import async_capture_device_of

_FOLLOWED = "followed"
_PERSON_TYPE = "person_type"

SCHEMA = vol.Schema(
    {
        vol.Required(ATTR_DEVICE_ID): cv.string,
        vol.Optional(_FOLLOWED): cv.string,
        vol.Optional(_PERSON_TYPE, default=PersonType.EMPLOYEE): vol.Coerce(PersonType),
    }
)


async def async_handle(call: ServiceCall) -> None:
    """Simulate a recognition at one capture device."""
    box, capture_device_id = async_capture_device_of(
        call.hass, call.data[ATTR_DEVICE_ID]
    )
    if capture_device_id not in box.data.selected:
        raise ServiceValidationError(
            translation_domain=DOMAIN, translation_key="capture_device_not_listed"
        )
    person_type: PersonType = call.data[_PERSON_TYPE]
    identity = None
    if (device_id := call.data.get(_FOLLOWED)) is not None:
        if person_type is PersonType.STRANGER:
            raise ServiceValidationError(
                translation_domain=DOMAIN, translation_key="stranger_is_nobody"
            )
        identity = _identity(call.hass, device_id, box.config_entry.entry_id)
    async_simulate(
        call.hass,
        box.config_entry,
        box.data,
        box.options,
        capture_device_id,
        person_type,
        identity,
    )


@callback
def _identity(hass: HomeAssistant, device_id: str, entry_id: str) -> tuple[str, str]:
    """Return the id and name by which a box knows a followed person."""
    for device, person in async_followed_people(hass):
        if device.id == device_id:
            if found := _known(person, entry_id):
                return found
            raise ServiceValidationError(
                translation_domain=DOMAIN, translation_key="person_has_no_identity"
            )
    raise ServiceValidationError(
        translation_domain=DOMAIN, translation_key="not_a_followed_person"
    )


def _known(person: FollowedPerson, entry_id: str) -> tuple[str, str] | None:
    for identity in person.identities.values():
        # Any name counts on every box; the box's own comes first.
        for name in (identity.names.get(entry_id), *identity.names.values()):
            if name is not None and identity.is_known_as(entry_id, name):
                return identity.identity_id, name
    return None
