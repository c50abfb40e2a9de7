"""A box and its capture devices in the device registry."""

from collections.abc import Container

from homeassistant.components.event import DOMAIN as EVENT_DOMAIN
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.helpers.device_registry import DeviceInfo

from ..aibox.models import BoxInfo, CaptureDevice, CaptureDeviceKind, CaptureDeviceType
from ..const import (
    CONF_ENTRY_TYPE,
    CONF_MAC_ADDRESSES,
    CONF_REPLACED_AT,
    DOMAIN,
    MANUFACTURER,
    MODEL_ID_BOX,
)
from ..text import async_text
from .address import web_page
from .data import BoxData

type Identifier = tuple[str, str]

# Home Assistant does not translate models, so they are in its language at registration.
# What the device list says:
_MODELS = {
    CaptureDeviceType.PHOTO: "common.model_photo",
    CaptureDeviceType.RTSP: "common.model_rtsp",
    CaptureDeviceType.FILE: "common.model_file",
    CaptureDeviceType.GB28181: "common.model_gb28181",
}
# More exact; only live messages say it.
_KINDS = {
    CaptureDeviceKind.TURNSTILE: "common.model_turnstile",
    CaptureDeviceKind.SNAPSHOT_CAMERA: "common.model_snapshot_camera",
    CaptureDeviceKind.IP_CAMERA: "common.model_ip_camera",
    CaptureDeviceKind.DOOR_READER: "common.model_door_reader",
}


def is_box_entry(entry: ConfigEntry) -> bool:
    """Return whether a config entry is a box's."""
    return CONF_ENTRY_TYPE not in entry.data


def box_identifier(entry: ConfigEntry) -> Identifier:
    """Return the device registry identifier of a box."""
    # Not the serial number: a box can be replaced.
    return (DOMAIN, entry.entry_id)


def box_key(entry: ConfigEntry) -> str:
    """Return the key that names the box of an entry in paths and media ids.

    A box that replaces another one has another key. It may give a recognition the id of
    another one on the replaced box.
    """
    if (replaced_at := entry.data.get(CONF_REPLACED_AT)) is None:
        return entry.entry_id
    return f"{entry.entry_id}.{int(replaced_at * 1000)}"


def entry_id_of(key: str) -> str:
    """Return the config entry id in the key of a box."""
    return key.partition(".")[0]


def capture_device_identifier(entry: ConfigEntry, capture_device_id: str) -> Identifier:
    """Return the device registry identifier of a capture device."""
    return (DOMAIN, f"{entry.entry_id}_{capture_device_id}")


@callback
def async_register_box(hass: HomeAssistant, entry: ConfigEntry, info: BoxInfo) -> None:
    """Register a box, or update it in the registry."""
    dr.async_get(hass).async_get_or_create(
        config_entry_id=entry.entry_id, **box_device_info(entry, info)
    )


@callback
def async_device(
    hass: HomeAssistant, entry: ConfigEntry, identifier: Identifier
) -> dr.DeviceEntry | None:
    """Return a registered device, or None."""
    return dr.async_get(hass).async_get_device_by_identifier(identifier, entry.entry_id)


@callback
def async_device_id(
    hass: HomeAssistant, entry: ConfigEntry, identifier: Identifier
) -> str | None:
    """Return the id of a registered device, or None."""
    device = async_device(hass, entry, identifier)
    return device.id if device else None


@callback
def async_capture_device(
    hass: HomeAssistant, entry: ConfigEntry, capture_device_id: str
) -> dr.DeviceEntry | None:
    """Return a registered capture device, or None."""
    return async_device(
        hass, entry, capture_device_identifier(entry, capture_device_id)
    )


@callback
def async_is_disabled(
    hass: HomeAssistant, entry: ConfigEntry, capture_device_id: str
) -> bool:
    """Return whether the user disabled a capture device."""
    device = async_capture_device(hass, entry, capture_device_id)
    return device is not None and device.disabled


def device_name(device: dr.AnyDeviceEntry | None) -> str | None:
    """Return the user's name for a device, else its own."""
    return (device.name_by_user or device.name) if device else None


# The translation key of the event of a door.
_DOOR = "door"


@callback
def async_event_entity_id(
    hass: HomeAssistant, device_id: str, *, include_disabled: bool = False
) -> str | None:
    """Return the event entity of a capture device or followed person."""
    entities = er.async_entries_for_device(
        er.async_get(hass), device_id, include_disabled_entities=include_disabled
    )
    return next(
        (
            entity.entity_id
            for entity in entities
            # Other integrations may add entities to the device, and its door has an
            # event of its own.
            if (entity.domain, entity.platform) == (EVENT_DOMAIN, DOMAIN)
            and entity.translation_key != _DOOR
        ),
        None,
    )


@callback
def async_registered_capture_devices(
    hass: HomeAssistant, entry: ConfigEntry
) -> dict[str, dr.DeviceEntry]:
    """Return the registered capture devices by capture device id."""
    prefix = capture_device_identifier(entry, "")[1]
    return {
        value.removeprefix(prefix): device
        for device in dr.async_entries_for_config_entry(
            dr.async_get(hass), entry.entry_id
        )
        for domain, value in device.identifiers
        if domain == DOMAIN and value.startswith(prefix)
    }


@callback
def async_follow_capture_devices(
    hass: HomeAssistant, entry: ConfigEntry, data: BoxData, *, keep: Container[str]
) -> None:
    """Rename and remove registered capture devices to match the data."""
    registry = dr.async_get(hass)
    for key, registered in async_registered_capture_devices(hass, entry).items():
        if (device := data.selected.get(key)) is not None:
            # A name that the user gave stays, since the registry stores it separately.
            registry.async_update_device(registered.id, name=_name(device))
        elif key not in data.missing_since and key not in keep:
            # The box no longer has it, or the user deselected it.
            registry.async_remove_device(registered.id)


@callback
def async_set_kind(
    hass: HomeAssistant,
    entry: ConfigEntry,
    capture_device_id: str,
    kind: CaptureDeviceKind,
) -> None:
    """Set the model of a registered capture device to its kind."""
    device = async_capture_device(hass, entry, capture_device_id)
    if device is not None:
        model = async_text(hass, _KINDS[kind])
        dr.async_get(hass).async_update_device(device.id, model=model)


def box_device_info(entry: ConfigEntry, info: BoxInfo) -> DeviceInfo:
    """Return the device info of a box."""
    return DeviceInfo(
        identifiers={box_identifier(entry)},
        # Not what the box reports: an address that boxes share would merge them.
        connections={
            (dr.CONNECTION_NETWORK_MAC, address)
            for address in entry.data[CONF_MAC_ADDRESSES]
        },
        configuration_url=web_page(entry.data),
        manufacturer=MANUFACTURER,
        model=info.model,
        model_id=MODEL_ID_BOX,
        name=entry.title,
        serial_number=info.serial_number,
        sw_version=info.software_version,
        hw_version=info.hardware_version,
    )


@callback
def capture_device_info(
    hass: HomeAssistant, entry: ConfigEntry, device: CaptureDevice
) -> DeviceInfo:
    """Return the device info of a capture device."""
    registered = async_capture_device(hass, entry, device.capture_device_id)
    known = registered.model if registered else None
    kinds = {async_text(hass, key) for key in _KINDS.values()}
    listed = _MODELS.get(device.device_type)
    info = DeviceInfo(
        identifiers={capture_device_identifier(entry, device.capture_device_id)},
        # The manufacturer is unknown: a box takes any camera or reader.
        model=known if known in kinds else listed and async_text(hass, listed),
        name=_name(device),
    )
    if box_id := async_device_id(hass, entry, box_identifier(entry)):
        info["via_device_id"] = box_id
    return info


def _name(device: CaptureDevice) -> str:
    return device.name or f"Capture device {device.capture_device_id[:8]}"
