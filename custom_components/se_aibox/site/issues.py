"""Repair issues of a site."""

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr, issue_registry as ir

from ..box.issues import LEARN_MORE
from ..const import DOMAIN
from ..text import in_both
from .books import Way
from .options import SiteOptions

BOOKS_LOST = "site_books_lost"
ROLL_CALL_LOST = "site_roll_call_lost"
DEVICE_GONE = "site_device_gone"
ZONE_GONE = "site_zone_gone"


@callback
def async_raise_books_lost(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Raise the issue that the books were lost."""
    _raise(hass, entry, BOOKS_LOST, {})


@callback
def async_raise_roll_call_lost(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Raise the issue that the last roll call was lost."""
    _raise(hass, entry, ROLL_CALL_LOST, {})


@callback
def async_check_devices(
    hass: HomeAssistant, entry: ConfigEntry, options: SiteOptions
) -> None:
    """Raise an issue while a way in or out is gone or disabled."""
    registry = dr.async_get(hass)
    gone = [
        way
        for device_id, way in options.rules.ways.items()
        if (device := registry.async_get(device_id)) is None or device.disabled
    ]
    if not gone:
        ir.async_delete_issue(hass, DOMAIN, _issue_id(DEVICE_GONE, entry))
        return
    counts = {
        "entrances": str(gone.count(Way.ENTRANCE)),
        "exits": str(gone.count(Way.EXIT)),
        "inside": str(gone.count(Way.INSIDE)),
    }
    _raise(hass, entry, DEVICE_GONE, counts)


@callback
def async_check_zone(
    hass: HomeAssistant, entry: ConfigEntry, options: SiteOptions
) -> None:
    """Raise an issue while the zone does not exist."""
    zone = options.zone
    if zone is None or hass.states.get(zone) is not None:
        ir.async_delete_issue(hass, DOMAIN, _issue_id(ZONE_GONE, entry))
    else:
        _raise(hass, entry, ZONE_GONE, {"zone": zone})


@callback
def async_forget_site_issues(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Delete all issues of a site."""
    for kind in (BOOKS_LOST, DEVICE_GONE, ROLL_CALL_LOST, ZONE_GONE):
        ir.async_delete_issue(hass, DOMAIN, _issue_id(kind, entry))


def _raise(
    hass: HomeAssistant, entry: ConfigEntry, kind: str, placeholders: dict[str, str]
) -> None:
    ir.async_create_issue(
        hass,
        DOMAIN,
        _issue_id(kind, entry),
        is_fixable=False,
        learn_more_url=f"{LEARN_MORE}#{kind}",
        severity=ir.IssueSeverity.WARNING,
        translation_key=kind,
        translation_placeholders={**in_both(name=entry.title), **placeholders},
    )


def _issue_id(kind: str, entry: ConfigEntry) -> str:
    return f"{kind}_{entry.entry_id}"
