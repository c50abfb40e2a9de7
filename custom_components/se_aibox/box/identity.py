"""Decides whether a box belongs to a config entry."""

from collections.abc import Mapping
from typing import Any

from homeassistant.helpers.update_coordinator import UpdateFailed

from ..aibox.models import BoxInfo
from ..const import CONF_MAC_ADDRESSES, CONF_SERIAL_NUMBER, DOMAIN


def is_same_box(info: BoxInfo, data: Mapping[str, Any]) -> bool:
    """Return whether the serial number, else a MAC, matches.

    This is enough if the user confirms the box.
    """
    # The MAC counts only if one side has no serial number: a box reports more or less
    # about itself when its system API opens or closes.
    if info.serial_number and data.get(CONF_SERIAL_NUMBER):
        return _serial_number_agrees(info, data)
    return _mac_address_agrees(info, data)


def matches_any_identifier(info: BoxInfo, data: Mapping[str, Any]) -> bool:
    """Return whether the serial number or a MAC matches.

    Such a box must not be added again, even if it may be an impostor.
    """
    return _serial_number_agrees(info, data) or _mac_address_agrees(info, data)


def is_certainly_same_box(info: BoxInfo, data: Mapping[str, Any]) -> bool:
    """Return whether both the serial number and a MAC match.

    This is enough without asking the user.
    """
    return _serial_number_agrees(info, data) and _mac_address_agrees(info, data)


def is_another_box(info: BoxInfo, data: Mapping[str, Any]) -> bool:
    """Return whether a box is certainly not an entry's.

    A box that does not identify itself may be the entry's.
    """
    comparable = (info.serial_number and data[CONF_SERIAL_NUMBER]) or (
        info.mac_addresses and data[CONF_MAC_ADDRESSES]
    )
    return bool(comparable) and not is_same_box(info, data)


def check_same_box(info: BoxInfo, data: Mapping[str, Any]) -> None:
    """Raise `UpdateFailed` if another box took over the address."""
    stored, addresses = data[CONF_SERIAL_NUMBER], data[CONF_MAC_ADDRESSES]
    if is_another_box(info, data):
        raise UpdateFailed(
            translation_domain=DOMAIN,
            translation_key="another_box",
            translation_placeholders={
                "expected": stored or addresses[0],
                "found": info.serial_number or info.mac_addresses[0],
            },
        )


def _serial_number_agrees(info: BoxInfo, data: Mapping[str, Any]) -> bool:
    return info.serial_number is not None and info.serial_number == data.get(
        CONF_SERIAL_NUMBER
    )


def _mac_address_agrees(info: BoxInfo, data: Mapping[str, Any]) -> bool:
    return not set(info.mac_addresses).isdisjoint(data.get(CONF_MAC_ADDRESSES, ()))
