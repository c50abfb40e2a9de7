"""Decides whether a box belongs to a config entry."""

from collections.abc import Collection, Mapping
from typing import Any

from homeassistant.helpers.update_coordinator import UpdateFailed

from ..aibox.models import BoxInfo
from ..const import CONF_ACCEPTS_SILENCE, CONF_MAC_ADDRESSES, CONF_SERIAL_NUMBER, DOMAIN


def serial_number_agrees(info: BoxInfo, data: Mapping[str, Any]) -> bool | None:
    """Compare serial numbers; None if one is unknown."""
    stored = data.get(CONF_SERIAL_NUMBER)
    if not info.serial_number or not stored:
        return None
    return bool(info.serial_number == stored)


def mac_address_agrees(info: BoxInfo, data: Mapping[str, Any]) -> bool | None:
    """Return whether a MAC is common; None if none are known."""
    stored: Collection[str] = data.get(CONF_MAC_ADDRESSES, ())
    if not info.mac_addresses or not stored:
        return None
    return not set(info.mac_addresses).isdisjoint(stored)


def is_same_box(info: BoxInfo, data: Mapping[str, Any]) -> bool | None:
    """Return whether a box is an entry's; None if it may be.

    This is enough if the user confirms the box.
    """
    # The MAC counts only if one side has no serial number: a box reports more or less
    # about itself when its system API opens or closes.
    agrees = serial_number_agrees(info, data)
    return mac_address_agrees(info, data) if agrees is None else agrees


def is_certainly_same_box(info: BoxInfo, data: Mapping[str, Any]) -> bool:
    """Return whether both the serial number and a MAC match.

    This is enough without asking the user.
    """
    return bool(serial_number_agrees(info, data) and mac_address_agrees(info, data))


def has_identity(data: Mapping[str, Any]) -> bool:
    """Return whether an entry stores who its box is."""
    return bool(data.get(CONF_SERIAL_NUMBER) or data.get(CONF_MAC_ADDRESSES))


def may_listen(info: BoxInfo, data: Mapping[str, Any]) -> bool | None:
    """Return whether to listen to the box at an entry's address.

    None means: not until it identifies itself. Silence is no proof, unless the user
    accepted it.
    """
    same = is_same_box(info, data)
    if same is None and (data.get(CONF_ACCEPTS_SILENCE) or not has_identity(data)):
        return True
    return same


def identity_data(info: BoxInfo) -> dict[str, Any]:
    """Return the identity of a box as config entry data."""
    return {
        CONF_SERIAL_NUMBER: info.serial_number,
        CONF_MAC_ADDRESSES: list(info.mac_addresses),
    }


def check_same_box(info: BoxInfo, data: Mapping[str, Any]) -> None:
    """Raise `UpdateFailed` unless the entry's box answers."""
    listens = may_listen(info, data)
    if listens:
        return
    stored, addresses = data[CONF_SERIAL_NUMBER], data[CONF_MAC_ADDRESSES]
    expected = stored or addresses[0]
    if listens is None:
        raise UnidentifiedBoxError(
            translation_domain=DOMAIN,
            translation_key="unidentified_box",
            translation_placeholders={"expected": expected},
        )
    raise UpdateFailed(
        translation_domain=DOMAIN,
        translation_key="another_box",
        translation_placeholders={
            "expected": expected,
            "found": info.serial_number or info.mac_addresses[0],
        },
    )


class UnidentifiedBoxError(UpdateFailed):
    """A known box does not identify itself any more."""
