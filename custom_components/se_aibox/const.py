"""Names shared by the parts of the integration."""

import logging

DOMAIN = "se_aibox"
LOGGER = logging.getLogger(__package__)
MANUFACTURER = "Sophgo"

EVENT_RECOGNITION = "se_aibox_recognition"

# Config entry data.
CONF_DIALECT = "dialect"
CONF_EVENTS_PORT = "events_port"
CONF_MAC_ADDRESSES = "mac_addresses"
CONF_PORTS = "ports"
CONF_REST_PORT = "rest_port"
CONF_SERIAL_NUMBER = "serial_number"
CONF_SYSTEM_PORT = "system_port"

# Config entry options.
CONF_ADD_NEW_CAPTURE_DEVICES = "add_new_capture_devices"
CONF_CAPTURE_DEVICES = "capture_devices"
CONF_IGNORED_CAPTURE_DEVICES = "ignored_capture_devices"
CONF_PICTURES = "pictures"
CAPTURED_PICTURES = "captured"
REFERENCE_PICTURES = "reference"
