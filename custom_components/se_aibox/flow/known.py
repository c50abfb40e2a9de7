"""Decides whether a found box is one that was added before."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from homeassistant.config_entries import ConfigEntry

from ..aibox.models import BoxInfo
from ..aibox.rest_port import are_of_one_box
from ..box.address import Address
from ..box.identity import mac_address_agrees, serial_number_agrees
from ..const import CONF_MAC_ADDRESSES, CONF_SERIAL_NUMBER


@dataclass(frozen=True, slots=True)
class KnownBox:
    """The entry that a found box belongs to, perhaps."""

    entry: ConfigEntry
    # Whether one identifier agrees and another one does not: an image may give all its
    # boxes one MAC address or serial number.
    is_doubtful: bool = False


def find_known(
    entries: Iterable[ConfigEntry], info: BoxInfo, address: Address
) -> KnownBox | None:
    """Return the entry of a box, rather a certain than a doubtful one."""
    found = [known for entry in entries if (known := _compare(entry, info, address))]
    return min(found, key=lambda known: known.is_doubtful, default=None)


def _compare(entry: ConfigEntry, info: BoxInfo, address: Address) -> KnownBox | None:
    agree = {
        serial_number_agrees(info, entry.data),
        mac_address_agrees(info, entry.data),
    }
    if agree == {None}:
        # Only the address can tell whether it is another one.
        stored = Address.from_entry(entry.data)
        is_same = stored.host == address.host and are_of_one_box(
            stored.ports, address.ports
        )
        return KnownBox(entry) if is_same else None
    if True not in agree:
        return None
    return KnownBox(entry, is_doubtful=False in agree)


def without_shared(
    info: BoxInfo, data: Mapping[str, Any]
) -> tuple[BoxInfo, dict[str, Any]]:
    """Return two different boxes without what they share.

    It identifies neither. The second one is an entry's data.
    """
    shares_number = info.serial_number == data[CONF_SERIAL_NUMBER]
    stored = data[CONF_MAC_ADDRESSES]
    return (
        replace(
            info,
            serial_number=None if shares_number else info.serial_number,
            mac_addresses=tuple(mac for mac in info.mac_addresses if mac not in stored),
        ),
        {
            CONF_SERIAL_NUMBER: None if shares_number else data[CONF_SERIAL_NUMBER],
            CONF_MAC_ADDRESSES: [
                mac for mac in stored if mac not in info.mac_addresses
            ],
        },
    )
