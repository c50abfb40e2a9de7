"""Our entry module among the Lovelace resources.

Home Assistant has no interface for this. All that we know about its inside is here.
"""

from asyncio import Lock
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
import logging
import re
from typing import Any, Protocol, runtime_checkable

import voluptuous as vol

from homeassistant.core import CALLBACK_TYPE, HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import issue_registry as ir
from homeassistant.helpers.event import async_track_time_interval
from homeassistant.util.hass_dict import HassKey

from ..const import DOMAIN

URL = f"/{DOMAIN}/frontend"
ENTRY_MODULE = "se-aibox.js"
# Leads to the newest version. Users write it themselves where we cannot.
STABLE_URL = f"{URL}/{ENTRY_MODULE}"
ISSUE = "dashboard_resource"

_LOGGER = logging.getLogger(__name__)
_LOVELACE = "lovelace"
# Whichever version wrote it.
_OURS = re.compile(rf"{URL}/(?:[^/]+/)?{re.escape(ENTRY_MODULE)}(?:\?.*)?")
# What the inside of Home Assistant may raise once it is no longer as we know it.
_SURPRISES = (AttributeError, LookupError, TypeError, ValueError, vol.Invalid)
_CHECK_AGAIN = timedelta(minutes=1)


@runtime_checkable
class _Resources(Protocol):
    """Resources that are stored; those from YAML have no way to change them."""

    async def async_get_info(self) -> object: ...
    def async_items(self) -> list[dict[str, Any]]: ...
    async def async_create_item(self, data: dict[str, Any]) -> object: ...
    async def async_update_item(self, item_id: str, updates: dict[str, Any]) -> object: ...
    async def async_delete_item(self, item_id: str) -> None: ...
