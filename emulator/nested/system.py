"""The system API and the configuration items of dialect 1.x."""

from collections.abc import Callable

from emulator.arguments import login_arguments
from emulator.dialect import Answer, Call, Handler, Routes, as_written, number_as_string
from emulator.errors import ApiError
from emulator.model import FACTORY_LOGIN, JsonObject, JsonValue, Settings
from emulator.operation import external_disk, nested_settings
from emulator.settings import PASS_MODES, Items, change, is_text
from emulator.state import BoxState

# The answers of a platform, by code.
_LOGINS = {
    0: ("登录成功", "login success"),
    600000: ("请求的授权码不存在", "the auth code do not exists"),
    600002: ("请求的授权码已经注册", "the auth code has been register"),
    500001: ("设置mq参数过程错误", "set mq params error"),
}

type Reading = Callable[[BoxState], JsonValue]


def _device_sn(state: BoxState) -> JsonValue:
    if state.variant.serial_call_missing or state.variant.serial_missing:
        raise ApiError("NOT_FOUND", "deviceSN")
    return {"device_sn": state.serial_number}


def _clock(state: BoxState) -> JsonValue:
    if state.variant.clock_call_missing:
        raise ApiError("NOT_FOUND", "time")
    return {"time": round(state.now() * 1000), "timezone": state.health.timezone}


def _hardware(state: BoxState) -> JsonValue:
    if state.variant.hardware_version:
        return {"model": state.model[:3], "hardwareVersion": state.model}
    info: JsonObject = {
        "model": state.model,
        "product_version": "V1.2",
        "chip_sn": state.chip_number,
    }
    if not state.variant.serial_missing:
        info["device_sn"] = state.serial_number
    return info


def _version(state: BoxState) -> JsonValue:
    return {
        "version": "V5R3C01_686e472",
        "mcu_version": "0x23",
        "details": "name:AI_SE/SophonGate path:apps/gate_system groups:se5<br/>",
    }


def _addresses(state: BoxState) -> JsonValue:
    addresses: list[JsonValue] = []
    for device, ip in (("eth0", state.host), ("eth1", "192.168.150.1")):
        entry: JsonObject = {
            "device": device,
            "ip": ip,
            "netmask": "255.255.255.0",
            "dns": "192.168.150.254",
            "status": "static",
            "bandwidth": "100.0Mb/s",
            "bandwidth_varity": True,
        }
        if device == "eth0":
            entry["gateway"] = "192.168.150.254"
        if not state.variant.mac_missing:
            entry["mac"] = state.mac
        addresses.append(entry)
    return addresses


def _memory(state: BoxState) -> JsonValue:
    health = state.readings
    total, used = health.memory_total, health.memory_used
    if state.variant.memory_info == "short":
        return {"total_memory": f"{total:g}G", "used_memory": f"{used:g}G"}
    # Linux does not see all of the hardware's memory.
    visible = round(total * 0.96, 2)
    parts: JsonObject = {
        name: {
            "total": f"{visible / 3:.2f}G",
            "free": f"{(visible - used) / 3:.2f}G",
            "used": f"{used / 3 * 1024:.2f}M",
            f"{name}_scale": 0.33,
        }
        for name in ("system", "tpu", "video")
    }
    answer: JsonObject = {
        "hardware_total_memory": f"{total:.1f}G",
        "total_memory": f"{visible:.2f}G",
        "total_free_memory": f"{visible - used:.2f}G",
        "total_used_memory": f"{used:.2f}G" if used >= 1 else f"{used * 1024:.2f}M",
        **parts,
    }
    if state.variant.memory_info == "long":
        answer["total_memory_scale"] = round(used / visible, 2)
    return answer


def _mode(state: BoxState) -> JsonValue:
    application = "2" if state.variant.docker_mode else "1"
    return {"systemMode": "0" if state.bare_system else application}


def _disk(state: BoxState) -> JsonValue:
    health = state.readings
    return {
        "disk_rate": round(health.storage_used / health.storage_total, 4),
        "total_disk": f"{health.storage_total}G",
        "used_disk": f"{health.storage_used}G",
        "free_disk": f"{health.storage_total - health.storage_used:.2f}G",
    }


_READINGS: dict[str, Reading] = {
    "deviceSN": _device_sn,
    "hardwareInfo": _hardware,
    "systemVersion": _version,
    "hostname": lambda state: {"hostname": state.settings.host_name},
    "temperature": lambda state: {
        "core_temperature": f"{state.readings.core_temperature:.1f}'C",
        "board_temperature": f"{state.readings.board_temperature:.1f}'C",
    },
    "cpu": lambda state: {
        "cpu_rate": state.readings.cpu_usage,
        "info": {"cpu_count": "8", "cpu_freq": "2.3Ghz", "cpu_type": "A53"},
    },
    "tpu": lambda state: {
        "tpu_rate": state.readings.tpu_usage,
        "info": {"detail": "INT8 17.6TOP;FP32 2.2TFLOPS"},
    },
    "memoryInfo": _memory,
    "diskInfo": _disk,
    "externalDiskInfo": lambda state: external_disk(state.operation),
    "fan": lambda state: {"fan_speed": f"{state.readings.fan_speed:.0f}r/min"},
    "time": _clock,
    "ip": _addresses,
    "uptime": lambda state: {"uptime": state.readings.uptime},
    "systemMode": _mode,
}


def _system_handler(reading: Reading) -> Handler:
    def answer(state: BoxState, _call: Call) -> Answer:
        data = reading(state)
        if state.variant.numbers_as_strings:
            data = number_as_string(data)
        if state.variant.system_data_as_list and not isinstance(data, list):
            data = [data]
        return {"data": data}

    return answer


def _login(_state: BoxState, call: Call) -> Answer:
    return {"data": {"success": login_arguments(call.body) == FACTORY_LOGIN}}


def _configuration(state: BoxState) -> JsonObject:
    settings = state.settings
    items: JsonObject = {
        "THRESHOLD": settings.threshold,
        "PRODUCT_TYPE": settings.product_type,
        **nested_settings(state.operation),
        "DUPLICATE_REMOVAL_TIMEOUT": settings.duplicate_removal_timeout,
        "PASSMODE": settings.pass_mode,
        "DEVICE_MONITOR_ADDR": "",
        "WEB_HEART_URL": settings.device_monitor_url,
        "WEB_HEART_TIME": settings.device_monitor_period,
        "HISTORY_UPLOAD_EVENT_URL": settings.history_upload_url,
        "DEFAULT_GROUP_SIZE": settings.group_size,
        "WORK_MODE": settings.work_mode or "mq",
        "LOGIN_URL": settings.platform_url,
        "LOGIN_STATUS": _login_status(settings),
    }
    if not state.variant.mac_missing:
        items["BOX_MAC"] = "0x" + settings.mac.replace(":", "").lower()
    return items


def _login_status(settings: Settings) -> JsonObject:
    """Return the login at a platform, empty without one."""
    if not settings.platform_url:
        return {}
    chinese, message = _LOGINS[settings.platform_login]
    return {
        "chinese_message": chinese,
        "code": settings.platform_login,
        "message": message,
    }


def _one_item(state: BoxState, call: Call) -> Answer:
    if state.variant.config_call_missing:
        raise ApiError("NOT_FOUND", "Configs")
    items = _configuration(state)
    if call.tail not in items:
        raise ApiError("ID_NOT_FOUND", call.tail)
    item: JsonObject = {call.tail: items[call.tail]}
    return {"data": as_written(item, state.variant)}


def _every_item(state: BoxState, _call: Call) -> Answer:
    state.report("the whole configuration was requested, passwords included")
    return {
        "data": {
            **_configuration(state),
            "RABBITMQ_PASSWORD": "secret-of-the-broker",
            "MQ_TOKEN": "secret-token",
        }
    }


_WRITABLE: Items = {
    "PASSMODE": ("pass_mode", PASS_MODES),
    "WEB_HEART_URL": ("device_monitor_url", is_text),
    "HISTORY_UPLOAD_EVENT_URL": ("history_upload_url", is_text),
}


def _change(state: BoxState, call: Call) -> Answer:
    if state.variant.config_call_missing:
        raise ApiError("NOT_FOUND", "Configs")
    changed, failed = change(state, call, _WRITABLE)
    data: JsonObject = {"failed_configs": [*failed], "success_configs": [*changed]}
    return {"data": data}


def _image_path(state: BoxState, _call: Call) -> Answer:
    operation = state.operation
    available = operation.stores_pictures
    data: JsonObject = {
        "image_path": operation.folder,
        "available": available,
        "message": "" if available else "图片存储路径不可用",
        "english_message": "" if available else "the path is not available",
    }
    return {"data": data}


def _threshold_range(state: BoxState, _call: Call) -> Answer:
    """Return the lowest score, the threshold and the highest score."""
    if state.variant.threshold_call_missing:
        raise ApiError("NOT_FOUND", "PrettyScore")
    scores: list[JsonValue] = [
        0.0,
        state.settings.threshold,
        float(state.score_scale),
    ]
    data: JsonObject = {"threshold_range": scores}
    return {"data": as_written(data, state.variant)}


SYSTEM_ROUTES: Routes = {
    **{
        ("GET", f"/SophonSystem/api/{name}"): _system_handler(reading)
        for name, reading in _READINGS.items()
    },
    ("POST", "/SophonSystem/api/login"): _login,
}
CONFIGURATION_ROUTES: Routes = {
    ("GET", "/SophonConfig/api/Configs/*"): _one_item,
    ("GET", "/SophonConfig/api/Configs"): _every_item,
    ("PUT", "/SophonConfig/api/Configs"): _change,
    ("GET", "/SophonFogSys/api/PrettyScore"): _threshold_range,
    ("POST", "/SophonFogSys/api/ImagePathStatusQuery"): _image_path,
}
