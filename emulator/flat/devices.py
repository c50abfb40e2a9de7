"""The device list and broadcasts of dialect 2.0."""

from emulator.arguments import text_argument
from emulator.device_list import device_entries, device_entry, listed_type
from emulator.device_status import LICENSE, status
from emulator.dialect import Answer, Call, Routes
from emulator.errors import ApiError
from emulator.model import Device, JsonObject, JsonValue, Relay
from emulator.state import BoxState
from emulator.variant import Variant


def device_info(device: Device, variant: Variant) -> JsonObject:
    """Return an entry of the device list (docs/protocol.md §2)."""
    if variant.only_device_ids:
        return {"media_device_id": device.device_id}
    return {
        "media_device_id": device.device_id,
        "media_device_name": device.name,
        "media_device_type": listed_type(device, variant),
        "media_device_ip": device.ip,
        "media_device_key"
        if variant.media_device_key
        else "media_device_url": device.url,
        "net_relay": _relay(device.relay),
        "permission_id": device.permission_id,
        "do_rtmp_forward": False,
        "rtmp_address": "",
        "roi_area": [],
    }


def broadcast(state: BoxState, action: str, device: Device) -> JsonObject:
    """Return the broadcast about a device (docs/protocol.md §2)."""
    return {
        "modify_media_device": {
            "action": action,
            "media_device_info": device_entry(state, device, device_info),
        },
        **_preview(state),
    }


def status_report(state: BoxState) -> JsonObject:
    """Return the report on all capture devices (docs/protocol.md §2)."""
    # The table of the page has another name than its example.
    name = "media_devices" if state.variant.status_list_as_in_table else "sub_devices"
    return {
        "mq_license_key": LICENSE,
        name: [_status_entry(state, device) for device in state.devices],
    }


def _status_entry(state: BoxState, device: Device) -> JsonObject:
    entry: JsonObject = {
        "media_device_id": device.device_id,
        "media_device_url": device.url,
        "media_device_ip": device.ip,
        "media_device_name": device.name,
        "media_device_status": status(state, device),
        "media_device_type": device.type,
        "permission_id": device.permission_id,
    }
    if state.variant.status_ids_missing:
        del entry["media_device_id"]
    return entry


def _preview(state: BoxState) -> JsonObject:
    ids: list[JsonValue] = [listed.device_id for listed in state.devices]
    return {
        "last_set_name": "BOX",
        "preview_device_list": ids[:4],
        "selected_device_list": ids,
        "preview_mode": "4",
    }


def _media_devices(state: BoxState, call: Call) -> Answer:
    device_id = text_argument(call.body.get("media_device_id", ""), "media_device_id")
    if not device_id:
        return {"devices": device_entries(state, device_info)}
    device = state.find_device(device_id)
    if device is None:
        raise ApiError("ID_NOT_FOUND", device_id)
    return {"devices": [device_entry(state, device, device_info)]}


def _preview_info(_state: BoxState, _call: Call) -> Answer:
    # No page has this call.
    return {"data": {"preview_port_list": {"5678": []}, "preview_string": "/preview"}}


def _layout(state: BoxState, _call: Call) -> Answer:
    return _preview(state)


def _relay(relay: Relay | None) -> JsonObject:
    if relay is None:
        return {}
    return {
        "ip": relay.ip,
        "port": relay.port,
        "channel": relay.channel,
        "delay_time": relay.delay_time,
    }


DEVICE_ROUTES: Routes = {
    ("POST", "/sophon/v2/face/getmediadevices"): _media_devices,
    ("POST", "/sophon/v2/face/getpreview"): _layout,
    ("GET", "/sophon/v2/face/previewinfo"): _preview_info,
}
