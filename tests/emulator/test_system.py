"""The box itself: system API and configuration items (PROTOCOL §3)."""

from email.utils import parsedate_to_datetime
import time

import pytest

from emulator import Variant

from .conftest import Boxes
from .talk import Answer, Talk

NESTED_NAMES = {
    "deviceSN": {"device_sn"},
    "hardwareInfo": {"model", "product_version", "device_sn", "chip_sn"},
    "systemVersion": {"version", "mcu_version", "details"},
    "hostname": {"hostname"},
    "temperature": {"core_temperature", "board_temperature"},
    "cpu": {"cpu_rate", "info"},
    "tpu": {"tpu_rate"},
    "memoryInfo": {"total_memory", "used_memory"},
    "diskInfo": {"disk_rate", "total_disk", "used_disk", "free_disk"},
    "fan": {"fan_speed"},
    "time": {"time", "timezone"},
    "uptime": {"uptime"},
    "systemMode": {"systemMode"},
}
FLAT_NAMES = {
    "getdevicesn": {"device_sn"},
    "gethardwareinfo": {
        "model",
        "product_version",
        "device_sn",
        "chip_sn",
        "mcu_version",
    },
    "getsoftwareversion": {"app_gate_version", "nnsdk_version", "app_version_details"},
    "gethostname": {"hostname"},
    "gettemperature": {"core_temperature", "board_temperature"},
    "getcpuinfo": {"cur_cpu_usage", "cpu_cores", "cpu_freq", "cpu_arch"},
    "gettpuinfo": {"tpu_usage"},
    "getmemoryinfo": {"svt_memory_usage", "total_memory", "svt_used_memory"},
    "getfanspeed": {"fan_speed"},
    "gettime": {"time", "timezone"},
    "getip": {"address_list"},
    "getuptime": {"uptime"},
    "getsystemmode": {"system_mode"},
}


@pytest.mark.parametrize("name", NESTED_NAMES)
async def test_nested_names(nested: Talk, name: str) -> None:
    """Every 1.x name answers its fields in `data`."""
    assert (await nested.system(name)).json["data"].keys() >= NESTED_NAMES[name]


@pytest.mark.parametrize("name", FLAT_NAMES)
async def test_flat_names(flat: Talk, name: str) -> None:
    """Every 2.0 name answers its fields, with and without a body."""
    answer = (await flat.system(name)).json
    assert answer.keys() >= FLAT_NAMES[name]
    bare = await flat.request(
        "POST", f"/sophon/v2/system/{name}", port=flat.box.ports.system
    )
    assert bare.json.keys() == answer.keys()


async def test_nested_units(nested: Talk) -> None:
    """1.x says numbers with their units."""
    assert (await nested.system("temperature")).json["data"][
        "core_temperature"
    ] == "44.0'C"
    assert (await nested.system("memoryInfo")).json["data"] == {
        "total_memory": "12G",
        "used_memory": "1.5G",
    }
    assert (await nested.system("diskInfo")).json["data"]["total_disk"] == "30.54G"
    assert (await nested.system("fan")).json["data"] == {"fan_speed": "4470r/min"}
    addresses = (await nested.system("ip")).json["data"]
    assert [(entry["device"], entry["mac"]) for entry in addresses] == [
        ("eth0", nested.box.mac),
        ("eth1", nested.box.mac),
    ]


async def test_flat_units(flat: Talk) -> None:
    """2.0 says temperatures and speeds as numbers."""
    assert (await flat.system("gettemperature")).json["core_temperature"] == 44.0
    assert (await flat.system("getfanspeed")).json == {"fan_speed": 4470.0}
    assert (await flat.system("getmemoryinfo")).json["svt_used_memory"] == "1536.00M"
    for device in ("emmc", "hdd"):
        assert (await flat.system("getstorage", {"device": device})).json[
            "disk_usage"
        ] == 0.315
    assert (await flat.system("getstorage")).json["error"][
        "code"
    ] == "MISSING_ARGUMENTS"
    assert (await flat.system("getstorage", {"device": "tape"})).json["error"][
        "code"
    ] == "INVALID_ARGUMENTS"


async def _clock(talk: Talk) -> Answer:
    return await talk.system("time" if talk.box.dialect == "nested" else "gettime")


async def test_clock(either: Talk) -> None:
    """The time call, the Date header and events share the box's clock."""
    either.box.state.clock_offset = 7200
    answer = await _clock(either)
    fields = answer.json.get("data", answer.json)
    assert fields["timezone"] == -8
    expected = time.time() + 7200
    assert fields["time"] / 1000 == pytest.approx(expected, abs=5)
    assert parsedate_to_datetime(answer.headers["Date"]).timestamp() == pytest.approx(
        expected, abs=5
    )
    assert (await either.box.recognize()).timestamp_ms / 1000 == pytest.approx(
        expected, abs=5
    )


async def test_date_header(either: Talk) -> None:
    """The Date header can be any text, also in the handshake of the event socket."""
    absurd = "Fri, 31 Dec 9999 23:59:59 GMT"
    either.box.state.date_header = absurd
    assert (await either.get("/")).headers["Date"] == absurd
    assert (await _clock(either)).headers["Date"] == absurd
    async with await either.connect() as socket:
        assert socket._response.headers["Date"] == absurd


async def test_date_header_in_local_time(either: Talk) -> None:
    """The Date header can be local time called GMT while the clock is right."""
    either.box.state.date_offset = 8 * 3600
    answer = await _clock(either)
    date = parsedate_to_datetime(answer.headers["Date"]).timestamp()
    clock = answer.json.get("data", answer.json)["time"] / 1000
    assert date - clock == pytest.approx(8 * 3600, abs=5)
    assert clock == pytest.approx(time.time(), abs=5)


@pytest.mark.parametrize("dialect", ["nested", "flat"])
async def test_missing_clock_call(boxes: Boxes, dialect: str) -> None:
    """A box may be unable to say what time it is."""
    talk = await boxes.make(dialect, Variant(clock_call_missing=True))
    answer = await _clock(talk)
    assert (answer.status, answer.json.keys()) == (404, {"error"})
    assert (
        await talk.system("hostname" if dialect == "nested" else "gethostname")
    ).status == 200


async def test_mode(either: Talk) -> None:
    """A bare system says so."""
    name, key = (
        ("systemMode", "systemMode")
        if either.box.dialect == "nested"
        else ("getsystemmode", "system_mode")
    )
    for bare, mode in ((False, "1"), (True, "0")):
        either.box.state.bare_system = bare
        answer = (await either.system(name)).json
        assert answer.get("data", answer)[key] == mode


async def test_nested_login(nested: Talk) -> None:
    """A login can be checked."""
    port = nested.box.ports.system
    for password, success in (("admin", True), ("guess", False)):
        body = {"username": "admin", "password": password}
        answer = await nested.post("/SophonSystem/api/login", body, port=port)
        assert answer.json == {"data": {"success": success}}


async def test_flat_login(flat: Talk) -> None:
    """A login can be checked."""
    assert (
        await flat.system("login", {"username": "admin", "password": "admin"})
    ).json == {"result": True}
    wrong = await flat.system("login", {"username": "admin", "password": "guess"})
    assert wrong.json["error"]["code"] == "PASSWORD_ERROR"
    assert (await flat.system("login", {})).json["error"]["code"] == "MISSING_ARGUMENTS"


async def test_nested_configuration(nested: Talk) -> None:
    """Items are asked for one by one; asking for everything is noted."""

    async def item(name: str) -> object:
        return (await nested.get(f"/SophonConfig/api/Configs/{name}")).json["data"][
            name
        ]

    assert await item("THRESHOLD") == 82.0
    assert await item("BOX_MAC") == "0x" + nested.box.mac.replace(":", "").lower()
    nested.box.settings.pass_mode = "allpass"
    assert await item("PASSMODE") == "allpass"
    for name in ("PRODUCT_TYPE", "APPLY_MODE", "DUPLICATE_REMOVAL_TIMEOUT"):
        assert await item(name)
    assert nested.box.errors == []
    assert (await nested.get("/SophonConfig/api/Configs/NONSENSE")).status == 404
    assert (
        "RABBITMQ_PASSWORD"
        in (await nested.get("/SophonConfig/api/Configs")).json["data"]
    )
    assert nested.box.errors


async def test_flat_configuration(flat: Talk) -> None:
    """Items are asked for by name in the body."""
    names = (
        "MATCH_THRESHOLD",
        "GATE_PRODUCT_TYPE",
        "GATE_APPLY_MODE",
        "GATE_DUPLICATE_REMOVAL_TIMEOUT",
        "GATE_PASS_MODE",
    )
    for name in names:
        assert list(
            (await flat.post("/sophon/v2/face/getconfigs", {"config_name": name})).json
        ) == [name]
    assert flat.box.errors == []
    assert (await flat.post("/sophon/v2/face/getconfigs")).json["error"][
        "code"
    ] == "MISSING_ARGUMENTS"


async def test_small_scores(boxes: Boxes) -> None:
    """Old firmware scores from 0 to 1, with a threshold to match."""
    talk = await boxes.make("nested", score_scale=1)
    assert (await talk.get("/SophonConfig/api/Configs/THRESHOLD")).json["data"] == {
        "THRESHOLD": 0.55
    }
    assert 0.8 < (await talk.box.recognize(identity=talk.box.people[0])).score < 1
    assert (await talk.box.recognize()).score < 0.7


async def test_nested_variants(boxes: Boxes) -> None:
    """Answers as a list of one, numbers as strings, another hardware answer."""
    variant = Variant(
        system_data_as_list=True, hardware_version=True, numbers_as_strings=True
    )
    talk = await boxes.make("nested", variant)
    [hardware] = (await talk.system("hardwareInfo")).json["data"]
    assert hardware == {
        "hardwareVersion": "SE50221 V1.2",
        "device_sn": talk.box.serial_number,
    }
    assert (await talk.system("cpu")).json["data"][0]["cpu_rate"] == "0.27"
    assert len((await talk.system("ip")).json["data"]) == 2


@pytest.mark.parametrize("dialect", ["nested", "flat"])
async def test_nameless_box(boxes: Boxes, dialect: str) -> None:
    """A box can hide its serial number and its MAC everywhere."""
    talk = await boxes.make(dialect, Variant(serial_missing=True, mac_missing=True))
    names = NESTED_NAMES if dialect == "nested" else FLAT_NAMES
    serial_call = "deviceSN" if dialect == "nested" else "getdevicesn"
    assert (await talk.system(serial_call)).status == 404
    for name in {*names, "ip"} - {serial_call}:
        text = (await talk.system(name)).body.decode()
        assert talk.box.serial_number not in text
        assert talk.box.mac not in text
    if dialect == "nested":
        assert (await talk.get("/SophonConfig/api/Configs/BOX_MAC")).status == 404


async def test_missing_serial_call(boxes: Boxes) -> None:
    """Without its serial call a box still tells its serial number among the hardware."""
    talk = await boxes.make("nested", Variant(serial_call_missing=True))
    assert (await talk.system("deviceSN")).status == 404
    assert (await talk.system("hardwareInfo")).json["data"][
        "device_sn"
    ] == talk.box.serial_number
