"""Action that starts a roll call at sites."""

from typing import cast

import voluptuous as vol

from homeassistant.core import HomeAssistant, ServiceCall, ServiceResponse, callback
from homeassistant.helpers import config_validation as cv
from homeassistant.util.json import JsonValueType

from ..site.faces import async_face_path
from ..site.presence import Site
from .get_people_inside import person, targeted_sites

SCHEMA = vol.Schema({**cv.TARGET_FIELDS})


async def async_handle(call: ServiceCall) -> ServiceResponse:
    """Start a roll call at each targeted site, and return who is on the lists."""
    started = [_start(call.hass, site) for site in targeted_sites(call)]
    if not call.return_response:
        return None
    return {"sites": cast("list[JsonValueType]", started)}


@callback
def _start(hass: HomeAssistant, site: Site) -> dict[str, object]:
    roll_call = site.roll_calls.async_start()
    everybody = list(roll_call.listed.values())
    names = site.async_labels(each.stay for each in everybody)
    return {
        "site_entry_id": site.entry.entry_id,
        "site_device_id": site.device_id,
        "site_name": site.entry.title,
        "started_at": roll_call.started_at.isoformat(),
        # Until then, somebody may be missing from the list.
        "up_to_date": site.is_up_to_date,
        "people": [
            {
                "uid": each.uid,
                "name": name,
                **person(hass, each.stay),
                "picture": async_face_path(hass, each.stay),
            }
            for name, each in zip(names, everybody, strict=True)
        ],
    }
