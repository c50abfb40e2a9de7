"""Action that asks a box who is in a picture."""

import voluptuous as vol

from homeassistant.const import ATTR_CONFIG_ENTRY_ID
from homeassistant.core import ServiceCall, ServiceResponse
from homeassistant.helpers import config_validation as cv

from ..aibox.questions import PictureQuestion
from .box import async_box_with_history, translated_errors
from .fields import ATTR_PERMISSION_GROUP, BOX_SCHEMA, name
from .picture import PICTURE_SCHEMA, async_read_source

_LIVENESS = "liveness"
_MINIMUM_FACE_SIZE = "minimum_face_size"
_LARGEST_FACE = 10_000

SCHEMA = vol.Schema(
    {
        **BOX_SCHEMA,
        **PICTURE_SCHEMA,
        vol.Optional(ATTR_PERMISSION_GROUP): name,
        vol.Optional(_LIVENESS, default=False): cv.boolean,
        vol.Optional(_MINIMUM_FACE_SIZE): vol.All(
            vol.Coerce(int), vol.Range(min=1, max=_LARGEST_FACE)
        ),
    }
)


async def async_handle(call: ServiceCall) -> ServiceResponse:
    """Return who was recognized, or why nobody was."""
    # The most similar person below the threshold is not returned.
    box = async_box_with_history(call.hass, call.data[ATTR_CONFIG_ENTRY_ID])
    question = PictureQuestion(
        await async_read_source(call),
        permission_group=call.data.get(ATTR_PERMISSION_GROUP),
        liveness=call.data[_LIVENESS],
        minimum_face_size=call.data.get(_MINIMUM_FACE_SIZE),
    )
    with translated_errors(box):
        answer = await box.client.rest.recognize_picture(question)
    return {
        "matched": answer.matched,
        "identity_id": answer.identity_id,
        "identity_name": answer.identity_name,
        "person_type": answer.person_type,
        "score": answer.score,
        "threshold": box.data.info.threshold,
        "reason": answer.reason,
    }
