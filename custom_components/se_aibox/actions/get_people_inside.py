"""Action that returns who is inside sites."""

from typing import cast

import voluptuous as vol

from homeassistant.core import HomeAssistant, ServiceCall, ServiceResponse, callback
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import config_validation as cv, device_registry as dr
from homeassistant.util.json import JsonValueType

from ..box.registry import device_name
from ..const import DOMAIN
from ..recognition.followed import async_followed_device_ids
from ..site.books import Stay
from ..site.presence import Site, async_targeted_sites
from .fields import TARGET
from .permissions import async_check_devices_readable

# As many as a response may have of recognitions; the count is always of all.
_MOST_PEOPLE = 1000

SCHEMA = vol.Schema({**cv.TARGET_FIELDS})


async def async_handle(call: ServiceCall) -> ServiceResponse:
    """Return who is inside the targeted sites, longest first."""
    sites = targeted_sites(call)
    await async_check_devices_readable(call, [str(site.device_id) for site in sites])
    return {
        "sites": cast("list[JsonValueType]", [_site(call.hass, site) for site in sites])
    }


@callback
def targeted_sites(call: ServiceCall) -> list[Site]:
    """Return the sites in the target, or raise an error if there is none."""
    sites = async_targeted_sites(
        call.hass, {key: call.data[key] for key in TARGET if key in call.data}
    )
    if not sites:
        raise ServiceValidationError(
            translation_domain=DOMAIN, translation_key="no_site_targeted"
        )
    return sites


@callback
def _site(hass: HomeAssistant, site: Site) -> dict[str, object]:
    return {
        "site_entry_id": site.entry.entry_id,
        "site_device_id": site.device_id,
        "site_name": site.entry.title,
        # At least.
        "count_inside": site.count,
        "up_to_date": site.is_up_to_date,
        "people": [person(hass, stay) for stay in site.stays[:_MOST_PEOPLE]],
    }


@callback
def person(hass: HomeAssistant, stay: Stay) -> dict[str, object]:
    """Return what a response has of somebody who is inside."""
    who = stay.who
    return {
        "entry_id": who.entry_id,
        "identity_id": who.identity_id,
        "identity_name": who.identity_name,
        "person_type": who.person_type.value,
        "followed_device_ids": sorted(
            async_followed_device_ids(hass, who.entry_id, who)
        ),
        "inside_since": stay.since.isoformat(),
        "last_seen": stay.last_seen.isoformat(),
        "device_id": who.device_id,
        "capture_device_name": device_name(dr.async_get(hass).async_get(who.device_id)),
    }
