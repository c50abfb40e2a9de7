"""Tests of system calls and configuration (docs/protocol.md §3)."""

from email.utils import parsedate_to_datetime
import time

import pytest

from emulator import Variant

from .box_client import Answer, BoxClient
from .conftest import Boxes

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
async def test_nested_system_call_returns_its_fields(
    nested: BoxClient, name: str
) -> None:
    """The fields are in `data`."""
    assert (await nested.system(name)).json["data"].keys() >= NESTED_NAMES[name]


@pytest.mark.parametrize("name", FLAT_NAMES)
async def test_flat_system_call_returns_its_fields(flat: BoxClient, name: str) -> None:
    """The body of the request may be missing."""
    answer = (await flat.system(name)).json
    assert answer.keys() >= FLAT_NAMES[name]
    bare = await flat.request(
        "POST", f"/sophon/v2/system/{name}", port=flat.box.ports.system
    )
    assert bare.json.keys() == answer.keys()


async def test_nested_readings_have_units(nested: BoxClient) -> None:
    """Dialect 1.x writes numbers with units."""
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
    assert [
        (entry["device"], entry["mac"], "gateway" in entry) for entry in addresses
    ] == [("eth0", nested.box.mac, True), ("eth1", nested.box.mac, False)]
    assert addresses[0]["bandwidth"] == "100.0Mb/s"
    cpu = (await nested.system("cpu")).json["data"]
    assert cpu["info"].keys() == {"cpu_count", "cpu_freq", "cpu_type"}
    assert isinstance(
        (await nested.system("systemVersion")).json["data"]["details"], str
    )


async def test_flat_readings_are_numbers(flat: BoxClient) -> None:
    """Dialect 2.0 writes temperatures and speeds as numbers."""
    assert (await flat.system("gettemperature")).json["core_temperature"] == 44.0
    assert (await flat.system("getfanspeed")).json == {"fan_speed": 4470.0}
    assert (await flat.system("getmemoryinfo")).json["svt_used_memory"] == "1536.00M"
    assert (await flat.system("getcpuinfo")).json["cpu_cores"] == "8"
    software = (await flat.system("getsoftwareversion")).json
    assert isinstance(software["app_version_details"], str)
    addresses = (await flat.system("getip")).json["address_list"]
    assert ["gateway" in entry for entry in addresses] == [True, False]
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


async def _clock(client: BoxClient) -> Answer:
    return await client.system("time" if client.box.dialect == "nested" else "gettime")


async def test_clock_call_date_header_and_events_agree(either: BoxClient) -> None:
    """All of them use the box's clock."""
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


async def test_date_header_can_be_any_text(either: BoxClient) -> None:
    """The handshake of the event socket has the same header."""
    absurd = "Fri, 31 Dec 9999 23:59:59 GMT"
    either.box.state.date_header = absurd
    assert (await either.get("/")).headers["Date"] == absurd
    assert (await _clock(either)).headers["Date"] == absurd
    async with await either.connect() as socket:
        assert socket._response.headers["Date"] == absurd


async def test_date_header_can_differ_from_the_clock(either: BoxClient) -> None:
    """A box may send local time as GMT, although its clock is right."""
    either.box.state.date_offset = 8 * 3600
    answer = await _clock(either)
    date = parsedate_to_datetime(answer.headers["Date"]).timestamp()
    clock = answer.json.get("data", answer.json)["time"] / 1000
    assert date - clock == pytest.approx(8 * 3600, abs=5)
    assert clock == pytest.approx(time.time(), abs=5)


@pytest.mark.parametrize("dialect", ["nested", "flat"])
async def test_clock_call_can_be_missing(boxes: Boxes, dialect: str) -> None:
    """Other system calls still answer."""
    client = await boxes.make(dialect, Variant(clock_call_missing=True))
    answer = await _clock(client)
    assert (answer.status, answer.json.keys()) == (404, {"error"})
    assert (
        await client.system("hostname" if dialect == "nested" else "gethostname")
    ).status == 200


async def test_bare_system_reports_its_mode(either: BoxClient) -> None:
    """The face application is the other mode; 1.x also has Docker."""
    name, key = (
        ("systemMode", "systemMode")
        if either.box.dialect == "nested"
        else ("getsystemmode", "system_mode")
    )
    for bare, mode in ((False, "1"), (True, "0")):
        either.box.state.bare_system = bare
        answer = (await either.system(name)).json
        assert answer.get("data", answer)[key] == mode


async def test_docker_is_a_mode_of_its_own(boxes: Boxes) -> None:
    """Only 1.x pages have it."""
    client = await boxes.make("nested", Variant(docker_mode=True))
    answer = await client.system("systemMode")
    assert answer.json["data"] == {"systemMode": "2"}


@pytest.mark.parametrize("scale", [1, 100])
async def test_nested_threshold_is_between_the_scores(boxes: Boxes, scale: int) -> None:
    """Older firmware has this call, and no configuration items."""
    path = "/SophonFogSys/api/PrettyScore"
    variant = Variant(config_call_missing=True)
    client = await boxes.make("nested", variant, score_scale=scale)
    threshold = client.box.settings.threshold
    assert (await client.get(path)).json["data"] == {
        "threshold_range": [0.0, threshold, scale]
    }
    assert (await client.get("/SophonConfig/api/Configs/THRESHOLD")).status == 404
    oldest = await boxes.make("nested", Variant(threshold_call_missing=True))
    assert (await oldest.get(path)).status == 404


async def test_nested_login_checks_the_password(nested: BoxClient) -> None:
    """A wrong password is not an error in dialect 1.x."""
    port = nested.box.ports.system
    for password, success in (("admin", True), ("guess", False)):
        body = {"username": "admin", "password": password}
        answer = await nested.post("/SophonSystem/api/login", body, port=port)
        assert answer.json == {"data": {"success": success}}


async def test_nested_box_reports_its_external_disk(nested: BoxClient) -> None:
    """Pictures of records go there only if the box is set to it."""
    path = "/SophonFogSys/api/ImagePathStatusQuery"
    operation = nested.box.state.operation
    assert (await nested.post(path)).json["data"]["available"] is True
    operation.image_path = "remote"
    status = (await nested.post(path)).json["data"]
    assert status["image_path"] == "/data2/events"
    assert status["available"] is False
    assert status["english_message"]
    disk = (await nested.system("externalDiskInfo")).json["data"]
    assert disk["external_hard_state"] == "0"
    operation.disk_mounted = True
    status = (await nested.post(path)).json["data"]
    assert status == {
        "image_path": "/data2/events",
        "available": True,
        "message": "",
        "english_message": "",
    }
    disk = (await nested.system("externalDiskInfo")).json["data"]
    assert disk["external_hard_state"] == "1"


async def test_flat_box_reports_its_external_disk(flat: BoxClient) -> None:
    """The internal disk is always mounted."""
    path = "/sophon/v2/face/checkeventimagepath"

    async def mounted(device: str) -> object:
        answer = await flat.system("getstorage", {"device": device})
        return answer.json["mount_status"]

    operation = flat.box.state.operation
    expected = {"event_image_path": "/data/events", "available": True}
    assert (await flat.post(path, {})).json == expected
    operation.image_path = "remote"
    expected = {"event_image_path": "/data2/events", "available": False}
    assert (await flat.post(path, {})).json == expected
    assert (await mounted("emmc"), await mounted("hdd")) == (True, False)
    operation.disk_mounted = True
    assert (await flat.post(path, {})).json["available"] is True
    assert await mounted("hdd") is True


async def test_flat_login_checks_the_password(flat: BoxClient) -> None:
    """A wrong password is an error in dialect 2.0."""
    assert (
        await flat.system("login", {"username": "admin", "password": "admin"})
    ).json == {"result": True}
    wrong = await flat.system("login", {"username": "admin", "password": "guess"})
    assert wrong.json["error"]["code"] == "PASSWORD_ERROR"
    assert (await flat.system("login", {})).json["error"]["code"] == "MISSING_ARGUMENTS"


async def test_nested_configuration_items_are_read_one_by_one(
    nested: BoxClient,
) -> None:
    """A request for all items is reported as an error."""

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
    nested.box.state.operation.time_part_1_on = True
    assert await item("REG_TIME_PART1_SWITCH") is True
    assert await item("REG_TIME_PART1") == "00:00:00,23:59:59"
    assert nested.box.errors == []
    assert (await nested.get("/SophonConfig/api/Configs/NONSENSE")).status == 404
    assert (
        "RABBITMQ_PASSWORD"
        in (await nested.get("/SophonConfig/api/Configs")).json["data"]
    )
    assert nested.box.errors


async def test_flat_configuration_items_are_read_one_by_one(flat: BoxClient) -> None:
    """A request for all items is reported as an error."""
    names = (
        "MATCH_THRESHOLD",
        "GATE_PRODUCT_TYPE",
        "GATE_APPLY_MODE",
        "GATE_BOX_USAGE",
        "REGN_TIME_PART1_SWITCH",
        "GATE_DUPLICATE_REMOVAL_TIMEOUT",
        "GATE_PASS_MODE",
    )
    for name in names:
        assert list(
            (await flat.post("/sophon/v2/face/getconfigs", {"config_name": name})).json
        ) == [name]
    assert flat.box.errors == []
    unknown = {"config_name": "NONSENSE"}
    answer = await flat.post("/sophon/v2/face/getconfigs", unknown)
    assert answer.json["error"]["code"] == "INVALID_ARGUMENTS"
    flat.box.errors.clear()
    everything = (await flat.post("/sophon/v2/face/getconfigs")).json
    assert everything.keys() > {*names}
    assert flat.box.errors


async def test_small_score_scale_has_its_own_threshold(boxes: Boxes) -> None:
    """Old firmware has scores from 0 to 1."""
    client = await boxes.make("nested", score_scale=1)
    assert (await client.get("/SophonConfig/api/Configs/THRESHOLD")).json["data"] == {
        "THRESHOLD": 0.55
    }
    assert 0.55 <= (await client.box.recognize(identity=client.box.people[0])).score < 1
    assert (await client.box.recognize()).score < 0.55


async def test_nested_system_answers_have_variants(boxes: Boxes) -> None:
    """Answers are lists, numbers strings, and hardware keys differ."""
    variant = Variant(
        system_data_as_list=True, hardware_version=True, numbers_as_strings=True
    )
    client = await boxes.make("nested", variant)
    [hardware] = (await client.system("hardwareInfo")).json["data"]
    assert hardware == {"model": "SE5", "hardwareVersion": "SE50221"}
    assert (await client.system("cpu")).json["data"][0]["cpu_rate"] == "0.27"
    assert len((await client.system("ip")).json["data"]) == 2


@pytest.mark.parametrize("dialect", ["nested", "flat"])
async def test_serial_number_and_mac_can_be_hidden(boxes: Boxes, dialect: str) -> None:
    """No call contains them."""
    client = await boxes.make(dialect, Variant(serial_missing=True, mac_missing=True))
    names = NESTED_NAMES if dialect == "nested" else FLAT_NAMES
    serial_call = "deviceSN" if dialect == "nested" else "getdevicesn"
    assert (await client.system(serial_call)).status == 404
    for name in {*names, "ip"} - {serial_call}:
        text = (await client.system(name)).body.decode()
        assert client.box.serial_number not in text
        assert client.box.mac not in text
    if dialect == "nested":
        assert (await client.get("/SophonConfig/api/Configs/BOX_MAC")).status == 404


async def test_hardware_call_has_the_serial_number_too(boxes: Boxes) -> None:
    """The call for the serial number alone may be missing."""
    client = await boxes.make("nested", Variant(serial_call_missing=True))
    assert (await client.system("deviceSN")).status == 404
    assert (await client.system("hardwareInfo")).json["data"][
        "device_sn"
    ] == client.box.serial_number
