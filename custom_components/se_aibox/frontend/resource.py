"""Our entry module among the Lovelace resources.

Home Assistant has no interface for this. All that we know of its inside is here.
"""

from asyncio import Lock
from dataclasses import dataclass, field
from datetime import datetime, timedelta
import re
from typing import Any, Protocol, runtime_checkable

import voluptuous as vol

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import issue_registry as ir
from homeassistant.helpers.event import async_track_time_interval
from homeassistant.util.hass_dict import HassKey

from ..const import DOMAIN, LOGGER

URL = f"/{DOMAIN}/frontend"
ENTRY_MODULE = "se-aibox.js"
# Leads to the newest version. The user writes it where we cannot write ours.
STABLE_URL = f"{URL}/{ENTRY_MODULE}"
# The issue, and what it says.
DASHBOARD_RESOURCE = "dashboard_resource"
IN_YAML = "dashboard_resource_yaml"
INSIDE_UNKNOWN = "dashboard_resource_unknown"

_LOVELACE = "lovelace"
# Whatever version wrote it.
_OURS = re.compile(rf"{URL}/(?:[^/]+/)?{re.escape(ENTRY_MODULE)}(?:\?.*)?")
# What Home Assistant may raise once its inside is no longer as we know it.
_SURPRISES = (
    AttributeError,
    HomeAssistantError,
    LookupError,
    TypeError,
    ValueError,
    vol.Invalid,
)
_CHECK_EVERY = timedelta(minutes=1)


@runtime_checkable
class _StoredResources(Protocol):
    """Resources that can be changed; those in YAML have no such methods."""

    async def async_get_info(self) -> object:
        """Load the items."""

    def async_items(self) -> list[dict[str, Any]]:
        """Return the items."""

    async def async_create_item(self, data: dict[str, Any]) -> object:
        """Add an item."""

    async def async_update_item(self, item_id: str, updates: dict[str, Any]) -> object:
        """Change an item."""

    async def async_delete_item(self, item_id: str) -> None:
        """Delete an item."""


@dataclass
class _Care:
    """What takes care of our resource."""

    # Two entries that start together must not both add it.
    lock: Lock = field(default_factory=Lock)
    stop_checking: CALLBACK_TYPE | None = None


_CARE: HassKey[_Care] = HassKey(f"{DOMAIN}_resource")


def _care(hass: HomeAssistant) -> _Care:
    return hass.data.setdefault(_CARE, _Care())


async def async_offer_resource(hass: HomeAssistant, url: str) -> None:
    """List our module once, or ask the user to list it."""
    if _LOVELACE not in hass.config.components:
        # Nothing shows dashboards.
        return
    care = _care(hass)
    async with care.lock:
        surprise: Exception | None = None
        try:
            await _async_list(hass, url)
        except _SURPRISES as err:
            surprise = err
        if _is_listed(hass, url):
            _async_stop_asking(hass, care)
        else:
            _async_ask(hass, care, url, surprise)


async def async_forget_resource(hass: HomeAssistant) -> None:
    """Remove our module from the resources."""
    care = _care(hass)
    async with care.lock:
        _async_stop_asking(hass, care)
        try:
            if (resources := _stored(hass)) is not None:
                for item in await _async_ours(resources):
                    await resources.async_delete_item(item["id"])
        except _SURPRISES as err:
            LOGGER.warning("Cannot remove the dashboard resource: %r", err)


def _resources(hass: HomeAssistant) -> Any:
    # Not imported: a change of its modules must not stop ours.
    return getattr(hass.data.get(_LOVELACE), "resources", None)


def _stored(hass: HomeAssistant) -> _StoredResources | None:
    resources = _resources(hass)
    return resources if isinstance(resources, _StoredResources) else None


async def _async_ours(resources: _StoredResources) -> list[dict[str, Any]]:
    """Return our items, of whatever version."""
    # Load first: a change of items that were not loaded would delete all others.
    await resources.async_get_info()
    return [item for item in resources.async_items() if _OURS.fullmatch(item["url"])]


async def _async_list(hass: HomeAssistant, url: str) -> None:
    """Have one item of ours, if the resources can be changed."""
    if (resources := _stored(hass)) is None:
        return
    wanted = {"res_type": "module", "url": url}
    ours = await _async_ours(resources)
    if not ours:
        await resources.async_create_item(wanted)
        return
    first, *others = ours
    if (first["type"], first["url"]) != ("module", url):
        await resources.async_update_item(first["id"], wanted)
    for other in others:
        await resources.async_delete_item(other["id"])


def _is_listed(hass: HomeAssistant, url: str) -> bool:
    """Return whether dashboards load the current modules."""
    try:
        return any(
            item["url"] in {url, STABLE_URL} for item in _resources(hass).async_items()
        )
    except _SURPRISES:
        return False


@callback
def _async_ask(
    hass: HomeAssistant, care: _Care, url: str, surprise: Exception | None
) -> None:
    """Raise the repair, and look whether the user followed it."""
    if care.stop_checking is not None:
        return
    if surprise is not None:
        LOGGER.warning("Cannot add the dashboard resource: %r", surprise)
    data = hass.data.get(_LOVELACE)
    in_yaml = getattr(data, "resource_mode", None) == "yaml"
    ir.async_create_issue(
        hass,
        DOMAIN,
        DASHBOARD_RESOURCE,
        is_fixable=False,
        severity=ir.IssueSeverity.WARNING,
        translation_key=IN_YAML if in_yaml else INSIDE_UNKNOWN,
        translation_placeholders={"url": STABLE_URL},
    )

    async def _check(_: datetime) -> None:
        await async_offer_resource(hass, url)

    # No event tells that resources were reloaded.
    care.stop_checking = async_track_time_interval(
        hass, _check, _CHECK_EVERY, cancel_on_shutdown=True
    )


@callback
def _async_stop_asking(hass: HomeAssistant, care: _Care) -> None:
    if care.stop_checking is not None:
        care.stop_checking()
        care.stop_checking = None
    ir.async_delete_issue(hass, DOMAIN, DASHBOARD_RESOURCE)
