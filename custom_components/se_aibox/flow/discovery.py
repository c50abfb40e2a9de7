"""Confirms discovered boxes, and detects those that moved."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from homeassistant.components import dhcp, persistent_notification
from homeassistant.components.dhcp.helpers import async_discovered_service_info
from homeassistant.config_entries import ConfigEntry
from homeassistant.const import CONF_HOST
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.device_registry import format_mac
from homeassistant.util.hass_dict import HassKey

from ..aibox.models import BoxInfo, Ports
from ..box.address import Address
from ..box.identity import is_certainly_same_box
from ..box.network import async_addresses, async_is_silent
from ..box.session import async_get_session
from ..box.update import async_update_box
from ..const import CONF_MAC_ADDRESSES, DOMAIN
from ..coordinator import async_loaded_box
from ..text import as_markdown, async_words, one_line
from .probe import BoxProblem, FoundBox, find_box

# A box requests its address long before its face service runs, and is not discovered
# a second time.
_PATIENCE_SECONDS = (15.0, 30.0, 60.0, 120.0)
# A dead event socket is found within 45 seconds.
_LOSS_SECONDS = 50
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
    must all be stored ones. Nothing may come from the old address any more and none of
    the box's ports may be open there, and no other device may claim to be the box
    meanwhile.
    """
    stored = Address.from_entry(entry.data)
    ports = stored.ports
    with _claiming(hass, entry, host) as claims:
        return (
            is_certainly_same_box(info, entry.data)
            and mac in entry.data[CONF_MAC_ADDRESSES]
            and await _async_is_lost(hass, entry)
            # Not port 80: anything may answer there.
            and await async_is_silent(
                stored.host, ports.rest, ports.events, ports.system
            )
            and not _is_alive(hass, entry)
            and len(claims.hosts) == 1
        )


async def _async_is_lost(hass: HomeAssistant, entry: ConfigEntry) -> bool:
    """Wait until the box would be found dead; return whether it is."""
    # The box leaves its address without a word, and is not discovered again.
    for _ in range(_LOSS_SECONDS):
        if not _is_alive(hass, entry):
            break
        await asyncio.sleep(1)
    return not _is_alive(hass, entry)


@callback
def _is_alive(hass: HomeAssistant, entry: ConfigEntry) -> bool:
    box = async_loaded_box(hass, entry.entry_id)
    return box is not None and (box.data.connected or box.client.has_pushed_lately)


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


async def async_dhcp_mac(hass: HomeAssistant, host: str) -> str | None:
    """Return the MAC address that DHCP noticed for a host."""
    if dhcp.DOMAIN not in hass.config.components:
        return None
    addresses = await async_addresses(hass, host)
    return next(
        (
            format_mac(device.macaddress)
            for device in async_discovered_service_info(hass)
            if device.ip in addresses
        ),
        None,
    )
