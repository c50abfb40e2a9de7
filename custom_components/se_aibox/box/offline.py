"""Raises an issue for capture devices that a box does not reach."""

from collections.abc import Mapping

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.util.hass_dict import HassKey

from ..const import DOMAIN
from ..text import async_words_cached, cut_off, in_both, listed
from .data import BoxData
from .issues import Fault, Symptom, async_box_issues
from .registry import async_capture_device, async_is_disabled, device_name

_PATIENCE_SECONDS = 600.0
_LONGEST_LIST = 500

# When each capture device went offline, by the loop's clock. Kept across reloads, by
# entry id.
_SINCE: HassKey[dict[str, dict[str, float]]] = HassKey(f"{DOMAIN}_offline")


@callback
def async_measure_offline(
    hass: HomeAssistant, entry: ConfigEntry, data: BoxData
) -> None:
    """Measure how long capture devices are offline, after a report.

    One that the report does not name is neither back nor longer away.
    """
    known = hass.data.setdefault(_SINCE, {})
    now = hass.loop.time()
    since = known[entry.entry_id] = _offline_since(
        known.get(entry.entry_id, {}), data, now
    )
    names = sorted(
        device_name(async_capture_device(hass, entry, key))
        or data.selected[key].name
        or key
        for key, at in since.items()
        if now - at >= _PATIENCE_SECONDS and not async_is_disabled(hass, entry, key)
    )
    fault, issues = Fault.CAPTURE_DEVICE_AWAY, async_box_issues(hass, entry)
    if names:
        words = async_words_cached(hass)
        devices = cut_off(listed(words, names), _LONGEST_LIST)
        issues.async_raise(fault, Symptom(fault, in_both(devices=devices)))
    else:
        issues.async_clear(fault)


def _offline_since(
    since: Mapping[str, float], data: BoxData, now: float
) -> dict[str, float]:
    """Return since when each selected capture device is offline."""
    # Unreported devices keep their state.
    return {
        key: since.get(key, now)
        for key in data.selected
        if not data.online.get(key, key not in since)
    }


@callback
def async_forget_offline(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Clear the issue of a box that is removed or reports no more."""
    hass.data.get(_SINCE, {}).pop(entry.entry_id, None)
    async_box_issues(hass, entry).async_clear(Fault.CAPTURE_DEVICE_AWAY)
