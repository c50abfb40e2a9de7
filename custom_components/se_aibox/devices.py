"""A box and its capture devices in the device registry."""

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.device_registry import DeviceInfo

from .aibox.models import BoxInfo, CaptureDevice
from .const import DOMAIN, MANUFACTURER

type Identifier = tuple[str, str]


def box_identifier(entry: ConfigEntry) -> Identifier:
    """Return what the registry knows a box by."""
    return (DOMAIN, str(entry.unique_id))


def capture_device_identifier(entry: ConfigEntry, capture_device_id: str) -> Identifier:
    """Return what the registry knows a capture device by."""
    return (DOMAIN, f"{entry.unique_id}_{capture_device_id}")


@callback
def async_device_id(
    hass: HomeAssistant, entry: ConfigEntry, identifier: Identifier
) -> str | None:
    """Return a device's id in the registry, None where it has none (any more)."""
    device = dr.async_get(hass).async_get_device_by_identifier(
        identifier, entry.entry_id
    )
    return device.id if device else None


def box_device_info(entry: ConfigEntry, info: BoxInfo) -> DeviceInfo:
    """Describe a box."""
    return DeviceInfo(
        identifiers={box_identifier(entry)},
        connections={
            (dr.CONNECTION_NETWORK_MAC, address) for address in info.mac_addresses
        },
        manufacturer=MANUFACTURER,
        model=info.model,
        name=entry.title,
        serial_number=info.serial_number,
        sw_version=info.software_version,
        hw_version=info.hardware_version,
    )


@callback
def capture_device_info(
    hass: HomeAssistant, entry: ConfigEntry, device: CaptureDevice
) -> DeviceInfo:
    """Describe a capture device, below its box."""
    info = DeviceInfo(
        identifiers={capture_device_identifier(entry, device.capture_device_id)},
        manufacturer=MANUFACTURER,
        name=device.name or f"Capture device {device.capture_device_id[:8]}",
    )
    if box_id := async_device_id(hass, entry, box_identifier(entry)):
        info["via_device_id"] = box_id
    return info
