"""Confirms discovered boxes, and detects those that moved."""

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from homeassistant.components import persistent_notification
from homeassistant.config_entries import ConfigEntry
from homeassistant.const import CONF_HOST
from homeassistant.core import HomeAssistant, callback
from homeassistant.util.hass_dict import HassKey

from ..aibox.models import BoxInfo, Ports
from ..box.address import Address
from ..box.identity import is_certainly_same_box
from ..box.session import async_get_session
from ..const import CONF_MAC_ADDRESSES, DOMAIN
from ..text import as_markdown, async_words, one_line
from .probe import BoxProblem, FoundBox, find_box, is_answered

# A box requests its address long before its face service runs, and is not discovered
# a second time.
_PATIENCE_SECONDS = (15.0, 30.0, 60.0, 120.0)
_PASSING_PROBLEMS = frozenset(
    {"cannot_connect", "event_socket_closed", "still_starting"}
)


async def async_confirm_box(hass: HomeAssistant, host: str, ports: Ports) -> FoundBox:
    """Return the box at an address, once it has started.

    Raises `BoxProblem`.
    """
    session = async_get_session(hass)
    for seconds in _PATIENCE_SECONDS:
        try:
            return await find_box(session, host, ports)
        except BoxProblem as problem:
            if problem.key not in _PASSING_PROBLEMS:
                raise
        await asyncio.sleep(seconds)
    return await find_box(session, host, ports)


@dataclass(slots=True)
class _Claims:
    """Addresses that claim to be one box at the same time."""

    hosts: set[str] = field(default_factory=set)
    open: int = 0


_CLAIMS: HassKey[dict[str, _Claims]] = HassKey(f"{DOMAIN}_claims")


@contextmanager
def _claiming(hass: HomeAssistant, entry: ConfigEntry, host: str) -> Iterator[_Claims]:
    """Store a claim while it or an overlapping one lasts."""
    all_claims = hass.data.setdefault(_CLAIMS, {})
    claims = all_claims.setdefault(entry.entry_id, _Claims())
    claims.hosts.add(host)
    claims.open += 1
    try:
        yield claims
    finally:
        claims.open -= 1
        if not claims.open:
            del all_claims[entry.entry_id]


async def async_has_moved(
    hass: HomeAssistant, entry: ConfigEntry, info: BoxInfo, host: str, mac: str
) -> bool:
    """Return whether the box of an entry has moved to an address.

    A device there identifies itself over calls that any device could answer. So its
    serial number, one of its MAC addresses and the MAC address that the network saw
    must all be stored ones. Nothing at all may answer at the old address any more, and
    no other device may claim to be the box meanwhile.
    """
    stored = Address.from_entry(entry.data)
    with _claiming(hass, entry, host) as claims:
        return (
            is_certainly_same_box(info, entry.data)
            and mac in entry.data[CONF_MAC_ADDRESSES]
            and not await is_answered(
                async_get_session(hass), stored.host, stored.ports
            )
            and len(claims.hosts) == 1
        )


async def async_move(hass: HomeAssistant, entry: ConfigEntry, host: str) -> None:
    """Update a box's address and notify the user."""
    old_host = entry.data[CONF_HOST]
    async_update_box(hass, entry, {CONF_HOST: host})
    words = await async_words(hass)
    persistent_notification.async_create(
        hass,
        words["box_moved"].format(
            name=as_markdown(entry.title),
            old_host=as_markdown(old_host),
            new_host=as_markdown(host),
        ),
        words["box_moved_title"].format(name=one_line(entry.title)),
        f"{DOMAIN}_{entry.entry_id}_moved",
    )


@callback
def async_update_box(
    hass: HomeAssistant, entry: ConfigEntry, data: Mapping[str, Any]
) -> None:
    """Update a box's data and reload it."""
    # Only an entry that is set up listens for its updates, and reloads itself. Read
    # before the update, since the entry may be unloaded right after.
    listens = bool(entry.update_listeners)
    hass.config_entries.async_update_entry(entry, data={**entry.data, **data})
    if not listens:
        hass.config_entries.async_schedule_reload(entry.entry_id)
