"""Forms for the address and the options of a box."""

from collections.abc import Iterable, Mapping
from typing import Any

import voluptuous as vol
from yarl import URL

from homeassistant.const import CONF_HOST
from homeassistant.data_entry_flow import section
from homeassistant.helpers.selector import (
    BooleanSelector,
    NumberSelector,
    NumberSelectorConfig,
    NumberSelectorMode,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
    TextSelector,
    TextSelectorConfig,
    TextSelectorType,
)

from ..aibox.models import CaptureDevice, Ports
from ..box.address import Address, port_data
from ..choice import choice_selector
from ..const import (
    CAPTURED_PICTURES,
    CONF_ADD_NEW_CAPTURE_DEVICES,
    CONF_CAPTURE_DEVICES,
    CONF_DEVICE_STATUS,
    CONF_DOOR_CODE,
    CONF_FRESHNESS_LIMIT,
    CONF_HOLD_TIME,
    CONF_IDENTITY_INFO_IN_EVENTS,
    CONF_IGNORED_CAPTURE_DEVICES,
    CONF_IGNORED_STRANGERS,
    CONF_NAMES,
    CONF_PICTURES,
    CONF_RECEIVE_UPLOADS,
    CONF_RECOVER_HISTORY,
    CONF_REMOVE_DOOR_CODE,
    DEFAULT_FRESHNESS_LIMIT,
    DEFAULT_HOLD_TIME,
    REFERENCE_PICTURES,
)
from ..text import detailed

_PORT = vol.All(
    NumberSelector(NumberSelectorConfig(min=1, max=65535, mode=NumberSelectorMode.BOX)),
    vol.Coerce(int),
)
_SECONDS = vol.All(
    NumberSelector(
        NumberSelectorConfig(
            min=1, max=3600, mode=NumberSelectorMode.BOX, unit_of_measurement="s"
        )
    ),
    vol.Coerce(int),
)
_PORTS = "ports"
_PICTURES = [CAPTURED_PICTURES, REFERENCE_PICTURES]


# Problems that other ports might solve.
_PERHAPS_PORTS = frozenset(
    {
        "cannot_connect",
        "event_socket_closed",
        "login_required",
        "not_a_box",
        "redirected",
    }
)


def address_schema(errors: Mapping[str, str]) -> vol.Schema:
    """Return the form for an address; errors may unfold the ports."""
    ports = {
        vol.Required(name, default=port): _PORT
        for name, port in port_data(Ports()).items()
    }
    unfolds = not _PERHAPS_PORTS.isdisjoint(errors.values())
    return vol.Schema(
        {
            vol.Required(CONF_HOST): TextSelector(),
            vol.Required(_PORTS): section(
                vol.Schema(ports), {"collapsed": not unfolds}
            ),
        }
    )


def address_of(user_input: Mapping[str, Any]) -> Address:
    """Return the address that a user entered."""
    host = _host_of(user_input[CONF_HOST])
    return Address.from_entry({CONF_HOST: host, **user_input[_PORTS]})


def address_input(address: Address) -> dict[str, Any]:
    """Return an address as input of the form."""
    return {CONF_HOST: address.host, _PORTS: port_data(address.ports)}


def _host_of(text: str) -> str:
    """Return the host in a host name or pasted URL."""
    text = text.strip()
    try:
        return URL(text if "://" in text else f"http://{text}").host or text
    except ValueError:
        return text


PICTURES_SCHEMA = vol.Schema(
    {
        vol.Required(CONF_PICTURES, default=_PICTURES): SelectSelector(
            SelectSelectorConfig(
                options=_PICTURES, multiple=True, translation_key=CONF_PICTURES
            )
        )
    }
)
# Of a box whose capture devices are not listed yet.
NAMES_SCHEMA = vol.Schema(
    {vol.Optional(CONF_NAMES): TextSelector(TextSelectorConfig(multiple=True))}
)
# Of a box that opens doors. Another code replaces the one that is set.
DOOR_CODE_SCHEMA = vol.Schema(
    {
        vol.Optional(CONF_DOOR_CODE): TextSelector(
            TextSelectorConfig(type=TextSelectorType.PASSWORD)
        )
    }
)
# Of a box with an event socket.
UPLOADS_SCHEMA = vol.Schema(
    {vol.Required(CONF_RECEIVE_UPLOADS, default=False): BooleanSelector()}
)
REMOVE_DOOR_CODE_SCHEMA = vol.Schema(
    {vol.Required(CONF_REMOVE_DOOR_CODE, default=False): BooleanSelector()}
)
# Of a box that can report on its capture devices.
DEVICE_STATUS_SCHEMA = vol.Schema(
    {vol.Required(CONF_DEVICE_STATUS, default=False): BooleanSelector()}
)
PUSHES_SCHEMA = PICTURES_SCHEMA.extend(NAMES_SCHEMA.schema)
# The options of a box whose capture devices are not listed yet.
SELECT_ALL: Mapping[str, Any] = {
    CONF_CAPTURE_DEVICES: [],
    CONF_ADD_NEW_CAPTURE_DEVICES: True,
}


def choice_schema(labels: Mapping[str, str]) -> vol.Schema:
    """Return the form that selects capture devices and pictures."""
    return vol.Schema(
        {
            vol.Required(CONF_CAPTURE_DEVICES, default=list(labels)): choice_selector(
                labels
            ),
            vol.Required(CONF_ADD_NEW_CAPTURE_DEVICES, default=True): BooleanSelector(),
        }
    ).extend(PICTURES_SCHEMA.schema)


def options_schema(labels: Mapping[str, str]) -> vol.Schema:
    """Return the form with all options of a box."""
    return choice_schema(labels).extend(
        {
            vol.Required(CONF_HOLD_TIME, default=DEFAULT_HOLD_TIME): _SECONDS,
            vol.Required(CONF_RECOVER_HISTORY, default=True): BooleanSelector(),
            vol.Required(
                CONF_FRESHNESS_LIMIT, default=DEFAULT_FRESHNESS_LIMIT
            ): _SECONDS,
            vol.Required(
                CONF_IDENTITY_INFO_IN_EVENTS, default=False
            ): BooleanSelector(),
        }
    )


def ignored_strangers_schema(labels: Mapping[str, str]) -> vol.Schema:
    """Return the form in which a user takes out ignored strangers."""
    return vol.Schema(
        {
            vol.Required(CONF_IGNORED_STRANGERS, default=list(labels)): choice_selector(
                labels, SelectSelectorMode.DROPDOWN
            )
        }
    )


def device_labels(
    words: Mapping[str, str], capture_devices: Iterable[CaptureDevice]
) -> dict[str, str]:
    """Return distinct labels of capture devices, by id."""
    return {
        device.capture_device_id: detailed(
            words, device.name or device.capture_device_id, device.ip
        )
        for device in capture_devices
    }


def selected_options(
    user_input: Mapping[str, Any],
    shown: Iterable[str],
    ignored: Iterable[str] = (),
) -> dict[str, Any]:
    """Return the options to store.

    Capture devices that the user left out, now or earlier, are stored as ignored, so
    that new ones can be told from them.
    """
    chosen = user_input[CONF_CAPTURE_DEVICES]
    left_out = dict.fromkeys((*ignored, *shown))
    return {
        **user_input,
        CONF_IGNORED_CAPTURE_DEVICES: [key for key in left_out if key not in chosen],
    }
