"""Constants of the integration."""

import logging

DOMAIN = "se_aibox"
LOGGER = logging.getLogger(__package__)
MANUFACTURER = "Sophgo"
# What a device is; device selectors filter by it.
MODEL_ID_BOX = "box"
MODEL_ID_PERSON = "person"
MODEL_ID_SITE = "site"

EVENT_RECOGNITION = "se_aibox_recognition"
EVENT_RECOVERED = "se_aibox_recognition_recovered"
EVENT_PASSAGE = "se_aibox_passage"

# Config entry data; a box's entry has no entry type.
CONF_ACCEPTS_SILENCE = "accepts_silence"
CONF_DIALECT = "dialect"
CONF_ENTRY_TYPE = "entry_type"
CONF_MAC_ADDRESSES = "mac_addresses"
CONF_PUSH_ADDRESSES = "push_addresses"
CONF_REPLACED_AT = "replaced_at"
CONF_SERIAL_NUMBER = "serial_number"
# Of a box that reports on its capture devices: our webhook, and the URL before.
CONF_STATUS_URL_BEFORE = "status_url_before"
CONF_STATUS_WEBHOOK_ID = "status_webhook_id"
PEOPLE = "people"
SITE = "site"

# Config entry options of a site: its capture devices by their ids in the registry.
CONF_ENTRANCES = "entrances"
CONF_EXITS = "exits"
CONF_INSIDE = "inside"
SITE_LISTS = (CONF_ENTRANCES, CONF_EXITS, CONF_INSIDE)

# Config subentry type.
PERSON = "person"

# Config entry options.
CONF_ADD_NEW_CAPTURE_DEVICES = "add_new_capture_devices"
CONF_CAPTURE_DEVICES = "capture_devices"
CONF_DEVICE_STATUS = "device_status"
CONF_DOOR_CODE = "door_code"
CONF_FRESHNESS_LIMIT = "freshness_limit"
CONF_HOLD_TIME = "hold_time"
CONF_IDENTITY_INFO_IN_EVENTS = "identity_info_in_events"
CONF_IGNORED_CAPTURE_DEVICES = "ignored_capture_devices"
CONF_IGNORED_STRANGERS = "ignored_strangers"
CONF_NAMES = "names"
CONF_PICTURES = "pictures"
CONF_RECOVER_HISTORY = "recover_history"
CONF_RECEIVE_UPLOADS = "receive_uploads"
CONF_REMOVE_DOOR_CODE = "remove_door_code"
CONF_UPLOAD_WEBHOOK_ID = "upload_webhook_id"
CAPTURED_PICTURES = "captured"
REFERENCE_PICTURES = "reference"
DEFAULT_FRESHNESS_LIMIT = 60
DEFAULT_HOLD_TIME = 30
