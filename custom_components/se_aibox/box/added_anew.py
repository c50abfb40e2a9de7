"""Raises an issue for each capture device that was added anew on its box."""

from collections.abc import Mapping
from hashlib import sha256

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir

from ..const import DOMAIN
from ..text import in_both
from .data import BoxData
from .issues import LEARN_MORE
from .replacement import KnownDevice

ADDED_ANEW = "capture_device_added_anew"


@callback
def async_follow_added_anew(
    hass: HomeAssistant,
    entry: ConfigEntry,
    data: BoxData,
    anew: Mapping[str, str],
) -> None:
    """Raise an issue for each pair of an old and a new id; clear the others."""
    if not data.in_last_list:
        # A box that starts. An issue that the user ignored must stay ignored.
        return
    issue_ids = {_issue_id(entry, *pair): pair for pair in anew.items()}
    async_forget_added_anew(hass, entry.entry_id, but=issue_ids)
    for issue_id, (old, new) in issue_ids.items():
        device = KnownDevice.of(data.listed[new])
        ir.async_create_issue(
            hass,
            DOMAIN,
            issue_id,
            data={
                "entry_id": entry.entry_id,
                "replaced_id": old,
                "capture_device_id": new,
            },
            is_fixable=True,
            learn_more_url=f"{LEARN_MORE}#{ADDED_ANEW}",
            severity=ir.IssueSeverity.WARNING,
            translation_key=ADDED_ANEW,
            translation_placeholders=in_both(
                name=entry.title,
                device=device.name or new,
                address=device.address or "?",
            ),
        )


@callback
def async_forget_added_anew(
    hass: HomeAssistant, entry_id: str, but: Mapping[str, object] | None = None
) -> None:
    """Delete the issues of a box, perhaps all but some."""
    for domain, issue_id in [*ir.async_get(hass).issues]:
        if (
            domain == DOMAIN
            and issue_id.startswith(f"{ADDED_ANEW}_{entry_id}_")
            and issue_id not in (but or {})
        ):
            ir.async_delete_issue(hass, DOMAIN, issue_id)


def _issue_id(entry: ConfigEntry, old: str, new: str) -> str:
    # Diagnostics show the ids of issues, so they contain no ids of devices.
    pair = sha256(f"{old}/{new}".encode("utf-8", "surrogatepass")).hexdigest()[:16]
    return f"{ADDED_ANEW}_{entry.entry_id}_{pair}"
