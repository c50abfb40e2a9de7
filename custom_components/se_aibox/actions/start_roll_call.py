"""Action that starts a roll call at sites."""

from typing import cast

import voluptuous as vol

from homeassistant.core import HomeAssistant, ServiceCall, ServiceResponse, callback
from homeassistant.helpers import config_validation as cv
from homeassistant.util.json import JsonValueType

from ..aibox.models import PictureKind
from ..coordinator import async_loaded_box
from ..recognition.events import picture_path
from ..site.books import Seen, Stay
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
                "picture": _face(hass, each.stay),
            }
            for name, each in zip(names, everybody, strict=True)
        ],
    }


@callback
def _face(hass: HomeAssistant, stay: Stay) -> str | None:
    """Return the path of the newest face that may be shown."""
    paths = (_face_of(hass, seen) for seen in stay.identities)
    return next(filter(None, paths), None)


@callback
def _face_of(hass: HomeAssistant, seen: Seen) -> str | None:
    box = async_loaded_box(hass, seen.entry_id)
    if (
        seen.face_id is None
        or box is None
        or PictureKind.FACE not in box.picture_consent.picture_kinds
    ):
        return None
    return picture_path(seen.entry_id, seen.face_id, PictureKind.FACE)
