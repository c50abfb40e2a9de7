"""The device list of dialect 1.x."""

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
        return {"device_id": device.device_id}
    return {
        "device_id": device.device_id,
        "device_name": device.name,
        "device_type": listed_type(device, variant),
        "device_ip": device.ip,
        "device_key": device.url,
        "group_id": device.group_id,
        "permission_id": device.permission_id,
        "netRelay": _relay(device.relay),
        "device_attr": {
            "actions": {
                "do_attribute": False,
                "do_detect": True,
                "do_feature": True,
                "do_match": True,
                "do_track": device.type != "photo",
                "fast_mode": False,
                "paint_bbox": False,
                "paint_landmark": False,
            }
        },
        "is_start_rtmp": False,
        "rtmp_address": "",
    }


def status_report(state: BoxState) -> JsonObject:
    """Return the report on all capture devices (docs/protocol.md §2)."""
    return {
        "dev_sno": LICENSE,
        "sub_devices": [_status_entry(state, device) for device in state.devices],
    }


def _status_entry(state: BoxState, device: Device) -> JsonObject:
    is_stream = "://" in device.url
    return {
        "ep_status": status(state, device),
        "ep_location": device.group_id
        if state.variant.status_ids_missing
        else device.device_id,
        "ep_type": device.type,
        "ep_name": device.name,
        "ep_id": f"{LICENSE}__{device.url if is_stream else device.ip}",
        "ep_ip": device.ip,
    }


def _devices(state: BoxState, call: Call) -> Answer:
    data: JsonObject = {"devices_list": _shown(state, call.query.get("device_id"))}
    if call.query.get("need_preview_list", "").lower() == "true":
        ids: list[JsonValue] = [device.device_id for device in state.devices]
        data["preview_list"] = {
            "preview_list": ids,
            "current_preview_list": ids[:4],
            "preview_mode": "4",
            "last_set_name": "WEBUI",
        }
    return {"data": data}


def _shown(state: BoxState, device_id: str | None) -> list[JsonValue]:
    if not device_id:
        return device_entries(state, device_info)
    device = state.find_device(device_id)
    if device is None:
        raise ApiError("ID_NOT_FOUND", device_id)
    return [device_entry(state, device, device_info)]


def _relay(relay: Relay | None) -> JsonObject:
    if relay is None:
        return {}
    return {
        "ip": relay.ip,
        "net_port": relay.port,
        "door_port": relay.channel,
        "delay_time": relay.delay_time,
    }


DEVICE_ROUTES: Routes = {("GET", "/SophonDevice/api/Devices"): _devices}
