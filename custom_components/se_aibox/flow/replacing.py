"""Lets a config entry have another box in place of its own.

The entry, its devices and entities stay, and with them what refers to them. What only
the old box meant something by is forgotten here, so that nothing of it is delivered,
shown or compared as if it were of the new box. What stays beside that: options, the
door code and the consent to pictures, which are the user's; visits, which are compared
with the box before anybody is deleted; and who is inside.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Self

from homeassistant.config_entries import SOURCE_IGNORE, ConfigEntry
from homeassistant.const import CONF_HOST
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr
from homeassistant.util import dt as dt_util
from homeassistant.util.ulid import ulid_now
from homeassistant.util.uuid import random_uuid_hex

from ..box.address import Address
from ..box.away import async_away_watch
from ..box.device_memory import DeviceMemory
from ..box.identity import identity_data
from ..box.issues import async_box_issues
from ..box.moving import async_move_capture_devices, async_unloaded
from ..box.registry import (
    async_device,
    async_registered_capture_devices,
    box_device_info,
    box_identifier,
    device_name,
)
from ..box.replacement import after_replacement
from ..box.storage import async_forget_bookmark
from ..const import (
    CONF_ACCEPTS_SILENCE,
    CONF_DIALECT,
    CONF_IGNORED_STRANGERS,
    CONF_MAC_ADDRESSES,
    CONF_PUSH_ADDRESSES,
    CONF_REPLACED_AT,
    CONF_SERIAL_NUMBER,
    CONF_STATUS_URL_BEFORE,
    DOMAIN,
)
from ..people.replacing import async_forget_unnamed
from ..recognition.memory import async_get_memory
from ..se3.entry import async_forget_pushes, is_se3
from ..se3.uploads import async_forget_replaced_url
from ..site.presence import async_loaded_sites
from ..text import as_markdown, listed
from .probe import FoundBox

# Answers of the user that were about the old box.
_OF_OLD_BOX = frozenset({CONF_ACCEPTS_SILENCE, CONF_PUSH_ADDRESSES})


@dataclass(frozen=True, slots=True)
class Comparison:
    """The capture devices of the old and of the new box."""

    # The id on the new box of each one that stays.
    moves: Mapping[str, str]
    # Names.
    staying: tuple[str, ...]
    gone: tuple[str, ...]
    new: tuple[str, ...]

    @classmethod
    async def of(cls, hass: HomeAssistant, entry: ConfigEntry, found: FoundBox) -> Self:
        """Compare what is known of the old box with what the new one lists."""
        registered = {
            key: device_name(device) or key
            for key, device in async_registered_capture_devices(hass, entry).items()
        }
        if found.pushes:
            # They are known by their addresses, and listed once they push.
            return cls({}, tuple(registered.values()), (), ())
        memory = DeviceMemory(hass, entry.entry_id)
        await memory.async_load()
        moves = after_replacement(memory.known, found.capture_devices)
        stay = set(moves.values())
        return cls(
            moves,
            tuple(name for key, name in registered.items() if key in moves),
            tuple(name for key, name in registered.items() if key not in moves),
            tuple(
                device.name or device.capture_device_id
                for device in found.capture_devices
                if device.capture_device_id not in stay
            ),
        )

    def as_words(self, words: Mapping[str, str]) -> dict[str, str]:
        """Return the placeholders of the question."""
        return {
            key: listed(words, [*map(as_markdown, names)]) or words["nothing"]
            for key, names in (
                ("staying", self.staying),
                ("gone", self.gone),
                ("new", self.new),
            )
        }


@callback
def old_box_words(hass: HomeAssistant, entry: ConfigEntry) -> dict[str, str]:
    """Return the placeholders that describe the box of an entry."""
    device = async_device(hass, entry, box_identifier(entry))
    data = entry.data
    number = data[CONF_SERIAL_NUMBER] or next(iter(data[CONF_MAC_ADDRESSES]), None)
    return {
        "old_model": as_markdown((device and device.model) or "?"),
        "old_serial_number": as_markdown(number or "?"),
        "old_host": as_markdown(data[CONF_HOST]),
    }


async def async_replace_box(
    hass: HomeAssistant,
    entry: ConfigEntry,
    address: Address,
    found: FoundBox,
    moves: Mapping[str, str],
) -> None:
    """Store another box in an entry; forget what was the old one's."""
    async with async_unloaded(hass, entry):
        await _async_forget(hass, entry, moves)
        kept = {key: entry.data[key] for key in entry.data.keys() - _OF_OLD_BOX}
        if CONF_STATUS_URL_BEFORE in kept:
            # A new box that reports to somebody goes on to do so.
            kept[CONF_STATUS_URL_BEFORE] = ""
        options = {**entry.options}
        # Another box numbers strangers anew.
        options.pop(CONF_IGNORED_STRANGERS, None)
        hass.config_entries.async_update_entry(
            entry,
            unique_id=await _async_free_unique_id(hass, entry, found.identifiers),
            data={
                **kept,
                **address.as_entry(),
                CONF_DIALECT: found.info.dialect.value,
                **identity_data(found.info),
                CONF_REPLACED_AT: dt_util.utcnow().timestamp(),
            },
            options=options,
        )
        _register(hass, entry, found)
        async_move_capture_devices(hass, entry, moves)
        _abort_discoveries(hass, found.identifiers)


async def _async_forget(
    hass: HomeAssistant, entry: ConfigEntry, moves: Mapping[str, str]
) -> None:
    """Forget what only the old box meant something by."""
    entry_id = entry.entry_id
    # The history of the new box begins with the first connection.
    await async_forget_bookmark(hass, entry_id)
    if is_se3(entry.data):
        await async_forget_pushes(hass, entry)
    await async_forget_replaced_url(hass, entry)
    memory = DeviceMemory(hass, entry_id)
    await memory.async_load()
    await memory.async_forget(old for old, new in moves.items() if old != new)
    async_box_issues(hass, entry).async_clear_all()
    async_away_watch(hass, entry).async_forget()
    async_get_memory(hass).async_forget_box(entry_id)
    async_forget_unnamed(hass, entry_id)
    retired_id = ulid_now()
    for site in async_loaded_sites(hass):
        site.async_retire_box(entry_id, retired_id)


@callback
def _register(hass: HomeAssistant, entry: ConfigEntry, found: FoundBox) -> None:
    """Store the identity of the new box in the device registry."""
    device = async_device(hass, entry, box_identifier(entry))
    if device is not None:
        info = box_device_info(entry, found.info)
        dr.async_get(hass).async_update_device(
            device.id,
            serial_number=info["serial_number"],
            # A set-up would only add to those of the old box.
            new_connections=info["connections"],
        )


async def _async_free_unique_id(
    hass: HomeAssistant, entry: ConfigEntry, identifiers: Collection[str]
) -> str:
    """Return the first identifier that no other entry has."""
    for identifier in identifiers:
        other: Any = hass.config_entries.async_entry_for_domain_unique_id(
            DOMAIN, identifier
        )
        if other is not None and other.source == SOURCE_IGNORE:
            # Configuring it by hand ends that.
            await hass.config_entries.async_remove(other.entry_id)
            other = None
        if other is None:
            return identifier
    return random_uuid_hex()


@callback
def _abort_discoveries(hass: HomeAssistant, identifiers: Collection[str]) -> None:
    """Do not offer to add the box any more."""
    flows = hass.config_entries.flow
    for progress in flows.async_progress_by_handler(DOMAIN, include_uninitialized=True):
        if progress["context"].get("unique_id") in identifiers:
            flows.async_abort(progress["flow_id"])
