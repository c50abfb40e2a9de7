"""Action that answers a question in words about who was seen."""

import voluptuous as vol

from homeassistant.core import ServiceCall, ServiceResponse
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import config_validation as cv

from ..assist.exposure import async_places
from ..assist.inside import async_inside_reply
from ..assist.reply import async_reply
from ..const import DOMAIN
from ..recognition.targets import async_target_device_ids
from ..site.presence import async_targeted_sites
from .fields import TARGET

_ATTR_QUESTION = "question"
_LONGEST_QUESTION = 255

SCHEMA = vol.Schema(
    {
        **cv.TARGET_FIELDS,
        vol.Required(_ATTR_QUESTION): vol.All(
            cv.string, vol.Length(max=_LONGEST_QUESTION)
        ),
    }
)


async def async_handle(call: ServiceCall) -> ServiceResponse:
    """Return the answer from the targeted sites and capture devices."""
    question: str = call.data[_ATTR_QUESTION]
    target = {key: call.data[key] for key in TARGET if key in call.data}
    sites = async_targeted_sites(call.hass, target)
    if (answer := async_inside_reply(call.hass, question, sites)) is not None:
        return {"answer": answer}
    places = async_places(call.hass, async_target_device_ids(call.hass, target))
    if not places:
        raise ServiceValidationError(
            translation_domain=DOMAIN, translation_key="no_capture_device_targeted"
        )
    answer = await async_reply(call.hass, question, places)
    if answer is None:
        raise ServiceValidationError(
            translation_domain=DOMAIN, translation_key="not_a_question"
        )
    return {"answer": answer}
