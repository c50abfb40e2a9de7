"""Sets up, unloads and removes the config entry of a site."""

from collections.abc import Iterable

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
from homeassistant.util.ulid import ulid_now

from ..const import CONF_REPLACED_AT, DOMAIN
from .books import Trace
from .issues import (
    async_forget_site_issues,
    async_raise_books_lost,
    async_raise_roll_call_lost,
)
from .overdue import OverdueWatch
from .presence import Site, SiteConfigEntry
from .roll_call import RollCall
from .roll_call_storage import (
    UnreadableRollCallError,
    async_forget_roll_call,
    async_load_roll_call,
)
from .storage import UnreadableBooksError, async_forget_books, async_load_books

SITE_PLATFORMS = [
    Platform.BINARY_SENSOR,
    Platform.BUTTON,
    Platform.CALENDAR,
    Platform.EVENT,
    Platform.SENSOR,
    Platform.TODO,
]


async def async_setup_site(hass: HomeAssistant, entry: SiteConfigEntry) -> None:
    """Set up a site."""
    stored: Iterable[Trace] = ()
    try:
        stored = await async_load_books(hass, entry.entry_id)
    except UnreadableBooksError:
        async_raise_books_lost(hass, entry)
    roll_call: RollCall | None = None
    try:
        roll_call = await async_load_roll_call(hass, entry.entry_id)
    except UnreadableRollCallError:
        async_raise_roll_call_lost(hass, entry)
    # Boxes may have been replaced while the site was not loaded.
    for box in hass.config_entries.async_entries(DOMAIN):
        if (replaced_at := box.data.get(CONF_REPLACED_AT)) is not None:
            until, retired_id = dt_util.utc_from_timestamp(replaced_at), ulid_now()
            stored = [each.retired(box.entry_id, retired_id, until) for each in stored]
            if roll_call is not None:
                roll_call = roll_call.retire(box.entry_id, retired_id, until)
    site = entry.runtime_data = Site(hass, entry, stored, roll_call)
    site.async_register()
    site.async_listen()
    OverdueWatch(hass, entry, site).async_listen()
    await hass.config_entries.async_forward_entry_setups(entry, SITE_PLATFORMS)


async def async_unload_site(hass: HomeAssistant, entry: SiteConfigEntry) -> bool:
    """Unload a site; the entry removes its listeners."""
    await entry.runtime_data.store.async_save()
    await entry.runtime_data.roll_calls.store.async_save()
    return await hass.config_entries.async_unload_platforms(entry, SITE_PLATFORMS)


async def async_forget_site(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Delete all stored data of a removed site."""
    async_forget_site_issues(hass, entry)
    await async_forget_books(hass, entry.entry_id)
    await async_forget_roll_call(hass, entry.entry_id)
