"""The system API and the configuration items of dialect 2.0."""

from collections.abc import Callable

from emulator.arguments import login_arguments, text_argument
from emulator.dialect import Answer, Call, Handler, Routes, as_written
from emulator.errors import ApiError
from emulator.model import FACTORY_LOGIN, JsonObject, JsonValue
from emulator.operation import flat_settings
from emulator.settings import PASS_MODES, Items, change, is_text
from emulator.state import BoxState

type Reading = Callable[[BoxState], JsonObject]


def _device_sn(state: BoxState) -> JsonObject:
    if state.variant.serial_call_missing or state.variant.serial_missing:
        raise ApiError("NOT_FOUND", "getdevicesn")
    return {"device_sn": state.serial_number}


def _clock(state: BoxState) -> JsonObject:
    if state.variant.clock_call_missing:
        raise ApiError("NOT_FOUND", "gettime")
    return {"time": round(state.now() * 1000), "timezone": state.health.timezone}


def _hardware(state: BoxState) -> JsonObject:
    info: JsonObject = {
        "model": state.model,
        "product_version": "V1.2",
        "chip_sn": state.chip_number,
        "mcu_version": "0x34",
    }
    if not state.variant.serial_missing:
        info["device_sn"] = state.serial_number
    return info


def _software(_state: BoxState) -> JsonObject:
    return {
        "app_gate_version": "V6R2C01_9a1b2c3",
        "nnsdk_version": "2.7.0",
        "app_version_details": "name:AI_SE/SophonGate path:apps/gate_system<br/>",
    }


def _memory(state: BoxState) -> JsonObject:
    health = state.readings
    return {
        "total_memory": f"{health.memory_total:g}G",
        "svt_memory": f"{health.memory_total:g}G",
        "svt_used_memory": f"{health.memory_used * 1024:.2f}M",
        "svt_free_memory": f"{health.memory_total - health.memory_used:.2f}G",
        "svt_memory_usage": round(health.memory_used / health.memory_total, 4),
    }


def _addresses(state: BoxState) -> JsonObject:
    addresses: list[JsonValue] = []
    for interface, ip in (("eth0", state.host), ("eth1", "192.168.150.1")):
        entry: JsonObject = {
            "interface": interface,
            "ip": ip,
            "netmask": "255.255.255.0",
            "dns": "192.168.150.254",
            "mode": "static",
            "bandwidth": "100.0Mb/s",
            "bandwidth_varity": True,
        }
        if interface == "eth0":
            entry["gateway"] = "192.168.150.254"
        if not state.variant.mac_missing:
            entry["mac"] = state.mac
        addresses.append(entry)
    return {"address_list": addresses}


_READINGS: dict[str, Reading] = {
    "getdevicesn": _device_sn,
    "gethardwareinfo": _hardware,
    "getsoftwareversion": _software,
    "gethostname": lambda state: {"hostname": state.settings.host_name},
    "gettemperature": lambda state: {
        "core_temperature": state.readings.core_temperature,
        "board_temperature": state.readings.board_temperature,
    },
    "getcpuinfo": lambda state: {
        "cur_cpu_usage": state.readings.cpu_usage,
        "cpu_cores": "8",
        "cpu_freq": "2.3Ghz",
        "cpu_arch": "A53",
    },
    "gettpuinfo": lambda state: {
        "tpu_usage": state.readings.tpu_usage,
        "tpu_description": "INT8 17.6TOP;FP32 2.2TFLOPS",
    },
    "getmemoryinfo": _memory,
    "getfanspeed": lambda state: {"fan_speed": state.readings.fan_speed},
    "gettime": _clock,
    "getip": _addresses,
    "getuptime": lambda state: {"uptime": state.readings.uptime},
    "getsystemmode": lambda state: {"system_mode": "0" if state.bare_system else "1"},
}


def _system_handler(reading: Reading) -> Handler:
    def answer(state: BoxState, _call: Call) -> Answer:
        body = reading(state)
        return as_written(body, state.variant)

    return answer


def _storage(state: BoxState, call: Call) -> Answer:
    if "device" not in call.body:
        raise ApiError("MISSING_ARGUMENTS", "device")
    if call.body["device"] not in ("emmc", "hdd"):
        raise ApiError("INVALID_ARGUMENTS", "device")
    health = state.readings
    body: JsonObject = {
        "mount_status": call.body["device"] == "emmc" or state.operation.disk_mounted,
        "nominal_capacity": "32.0G",
        "disk_usage": round(health.storage_used / health.storage_total, 4),
        "total_disk": f"{health.storage_total}G",
        "used_disk": f"{health.storage_used}G",
        "free_disk": f"{health.storage_total - health.storage_used:.2f}G",
    }
    return as_written(body, state.variant)


def _login(_state: BoxState, call: Call) -> Answer:
    if login_arguments(call.body) != FACTORY_LOGIN:
        raise ApiError("PASSWORD_ERROR")
    return {"result": True}


_WRITABLE: Items = {
    "GATE_PASS_MODE": ("pass_mode", PASS_MODES),
    "MEDIA_DEVICE_MONITOR_URL": ("device_monitor_url", is_text),
    "HISTORY_EVENT_UPLOAD_URL": ("history_upload_url", is_text),
}


def _change(state: BoxState, call: Call) -> Answer:
    # The call fails if one value is wrong; it changes the others.
    changed, failed = change(state, call, _WRITABLE)
    if failed:
        raise ApiError("INVALID_ARGUMENTS", failed[0])
    new: JsonObject = {
        name: getattr(state.settings, _WRITABLE[name][0]) for name in changed
    }
    return new


def _image_path(state: BoxState, _call: Call) -> Answer:
    operation = state.operation
    return {
        "event_image_path": operation.folder,
        "available": operation.stores_pictures,
    }


def _config(state: BoxState, call: Call) -> Answer:
    settings = state.settings
    items: JsonObject = {
        "MATCH_THRESHOLD": settings.threshold,
        "GATE_PRODUCT_TYPE": settings.product_type,
        **flat_settings(state.operation),
        "GATE_DUPLICATE_REMOVAL_TIMEOUT": settings.duplicate_removal_timeout,
        "GATE_PASS_MODE": settings.pass_mode,
        "MEDIA_DEVICE_MONITOR_URL": settings.device_monitor_url,
        "MEDIA_DEVICE_MONITOR_REPORT_PEROID": settings.device_monitor_period,
        "HISTORY_EVENT_UPLOAD_URL": settings.history_upload_url,
        "GATE_DEFAULT_GROUP_SIZE": settings.group_size,
        "GATE_WORK_MODE": settings.work_mode or "local",
        "MQ_LOGIN_URL": settings.platform_url,
        "MQ_LOGIN_STATUS": settings.platform_login,
    }
    if "config_name" not in call.body:
        state.report("the whole configuration was requested, passwords included")
        return {**items, "MQ_PASSWORD": "secret-of-the-broker"}
    name = text_argument(call.body["config_name"], "config_name")
    if name not in items:
        raise ApiError("INVALID_ARGUMENTS", "config_name")
    item: JsonObject = {name: items[name]}
    return as_written(item, state.variant)


SYSTEM_ROUTES: Routes = {
    **{
        ("POST", f"/sophon/v2/system/{name}"): _system_handler(reading)
        for name, reading in _READINGS.items()
    },
    ("POST", "/sophon/v2/system/getstorage"): _storage,
    ("POST", "/sophon/v2/system/login"): _login,
}
CONFIGURATION_ROUTES: Routes = {
    ("POST", "/sophon/v2/face/getconfigs"): _config,
    ("POST", "/sophon/v2/face/setconfigs"): _change,
    ("POST", "/sophon/v2/face/checkeventimagepath"): _image_path,
}
