"""Reading the identity of a box."""

from aiohttp import ClientSession
import orjson
import pytest

from custom_components.se_aibox.aibox.models import BoxInfo, Dialect, SystemMode
from custom_components.se_aibox.aibox.rest import Rest
from custom_components.se_aibox.aibox.wire.system import SystemCall, read_box_info
from emulator import CannedAnswer, EmulatedBox, Variant

from .common import HOST, ports_of

_SERIAL = "HQATEVBAIAIAI0001"


@pytest.fixture
def mac(box: EmulatedBox) -> str:
    """Return the MAC address of the box in lower case."""
    return box.mac.lower()


@pytest.mark.parametrize(
    "variant",
    [
        Variant(),
        Variant(system_data_as_list=True),
        Variant(numbers_as_strings=True),
        Variant(serial_call_missing=True),
        Variant(errors_with_status_200=True),
    ],
    ids=["usual", "lists of one", "numbers as texts", "no serial call", "status 200"],
)
async def test_box_info_is_the_same_for_every_firmware(
    rest: Rest, box: EmulatedBox, dialect: Dialect, mac: str
) -> None:
    """The variants differ in the form of their answers."""
    assert await rest.box_info() == BoxInfo(
        dialect=dialect,
        serial_number=_SERIAL,
        mac_addresses=(mac,),
        model="SE50221",
        hardware_version="V1.2",
        software_version="V5R3C01_686e472"
        if dialect is Dialect.NESTED
        else "V6R2C01_9a1b2c3",
        host_name="BM1684-180",
        threshold=82.0,
        mode=SystemMode.FACE,
    )


@pytest.mark.parametrize("dialect", [Dialect.NESTED])
@pytest.mark.parametrize("variant", [Variant(hardware_version=True)])
async def test_hardware_has_a_version_of_its_own_in_1x(
    rest: Rest, box: EmulatedBox
) -> None:
    """The vendor's example contradicts its table."""
    info = await rest.box_info()

    assert info.serial_number == _SERIAL
    assert info.model == "SE5"
    assert info.hardware_version == "SE50221"


@pytest.mark.parametrize(
    ("variant", "score_scale", "threshold"),
    [
        (Variant(config_call_missing=True), 100, 82.0),
        (Variant(config_call_missing=True), 1, 0.55),
        (Variant(config_call_missing=True, numbers_as_strings=True), 100, 82.0),
        (Variant(config_call_missing=True, threshold_call_missing=True), 100, None),
        (Variant(threshold_call_missing=True), 100, 82.0),
    ],
)
async def test_threshold_of_1x_has_two_calls(
    session: ClientSession, variant: Variant, score_scale: int, threshold: float | None
) -> None:
    """Only V5R7 has configuration items; the other call has the scale, too."""
    async with EmulatedBox("nested", variant=variant, score_scale=score_scale) as box:
        rest = Rest(session, HOST, ports_of(box), Dialect.NESTED)
        assert (await rest.box_info()).threshold == threshold


@pytest.mark.parametrize("dialect", [Dialect.NESTED])
@pytest.mark.parametrize("variant", [Variant(config_call_missing=True)])
@pytest.mark.parametrize(
    "scores", [None, 80.0, [], [0.0, 80.0], [0.0, "high", 100.0], [0.0, None, 100.0]]
)
async def test_unreadable_range_leaves_the_threshold_unknown(
    rest: Rest, box: EmulatedBox, scores: object
) -> None:
    """The middle one of three numbers is the threshold."""
    box.answer_instead["/SophonFogSys/api/PrettyScore"] = CannedAnswer(
        body=orjson.dumps({"data": {"threshold_range": scores}})
    )
    info = await rest.box_info()

    assert info.threshold is None
    assert info.serial_number == _SERIAL


@pytest.mark.parametrize("variant", [Variant(serial_missing=True)])
async def test_missing_serial_number_is_unknown(
    rest: Rest, box: EmulatedBox, mac: str
) -> None:
    """The MAC address is still read."""
    info = await rest.box_info()

    assert info.serial_number is None
    assert info.mac_addresses == (mac,)


@pytest.mark.parametrize("variant", [Variant(mac_missing=True)])
async def test_missing_mac_address_is_unknown(rest: Rest, box: EmulatedBox) -> None:
    """The serial number is still read."""
    info = await rest.box_info()

    assert info.serial_number == _SERIAL
    assert info.mac_addresses == ()


@pytest.mark.parametrize("variant", [Variant(system_port_closed=True)])
async def test_closed_system_port_leaves_the_rest_port_readings(
    rest: Rest, box: EmulatedBox, dialect: Dialect, mac: str
) -> None:
    """A 1.x box reports its MAC address there, too."""
    assert await rest.box_info() == BoxInfo(
        dialect=dialect,
        mac_addresses=(mac,) if dialect is Dialect.NESTED else (),
        threshold=82.0,
    )
    assert await rest.capture_devices()


async def test_unreachable_box_has_empty_info(rest: Rest, box: EmulatedBox) -> None:
    """Nothing is raised."""
    await box.port("rest").close()
    await box.port("system").close()

    assert await rest.box_info() == BoxInfo(dialect=rest.wire.DIALECT)


async def test_bare_system_is_a_mode(rest: Rest, box: EmulatedBox) -> None:
    """The face service does not run in this mode."""
    box.state.bare_system = True

    assert (await rest.box_info()).mode is SystemMode.BARE


@pytest.mark.parametrize("dialect", [Dialect.NESTED])
@pytest.mark.parametrize("variant", [Variant(docker_mode=True)])
async def test_docker_is_another_mode(rest: Rest, box: EmulatedBox) -> None:
    """No page says whether a face service runs in it."""
    assert (await rest.box_info()).mode is SystemMode.OTHER
    assert await rest.system_mode() is SystemMode.OTHER


async def test_whole_configuration_is_never_requested(
    rest: Rest, box: EmulatedBox, dialect: Dialect
) -> None:
    """The configuration holds passwords."""
    await rest.box_info()

    if dialect is Dialect.NESTED:
        start = "/SophonConfig/api/Configs"
        paths = {r.path for r in box.requests if r.path.startswith(start)}
        assert paths == {f"{start}/BOX_MAC", f"{start}/THRESHOLD"}
    else:
        path = "/sophon/v2/face/getconfigs"
        bodies = [r.body for r in box.requests if r.path == path]
        assert bodies == [{"config_name": "MATCH_THRESHOLD"}]


def _cards(dialect: Dialect, *cards: tuple[str, object]) -> dict[str, object]:
    if dialect is Dialect.NESTED:
        return {"data": [{"device": name, "mac": mac} for name, mac in cards]}
    return {"address_list": [{"interface": name, "mac": mac} for name, mac in cards]}


async def test_mac_address_of_the_outside_network_comes_first(
    rest: Rest, box: EmulatedBox, dialect: Dialect
) -> None:
    """Each address is listed once; invalid ones are left out."""
    cards = _cards(
        dialect,
        ("eth1", "E0-A5-09-00-00-02"),
        ("", "e0:a5:09:00:00:03"),
        ("eth0", "0xE0A509000001"),
        ("eth2", "E0:A5:09:00:00:02"),
        ("lo", "00:00:00:00:00:00"),
        ("tun0", "here"),
        ("can0", {}),
        ("usb0", None),
    )
    path = (
        "/SophonSystem/api/ip"
        if dialect is Dialect.NESTED
        else "/sophon/v2/system/getip"
    )
    box.answer_instead[path] = CannedAnswer(body=orjson.dumps(cards))
    box.settings.mac = "0"

    assert (await rest.box_info()).mac_addresses == (
        "e0:a5:09:00:00:01",
        "e0:a5:09:00:00:02",
        "e0:a5:09:00:00:03",
    )


@pytest.mark.parametrize("answer", [b"[]", b"{}", b'{"data": null}', b'{"data": [1]}'])
async def test_empty_answers_leave_everything_unknown(
    rest: Rest, box: EmulatedBox, dialect: Dialect, answer: bytes
) -> None:
    """Lists and objects may be empty or of the wrong type."""
    box.answer_instead["*"] = CannedAnswer(body=answer)

    assert await rest.box_info() == BoxInfo(dialect=dialect)


async def test_field_of_the_wrong_type_is_unknown(
    rest: Rest, box: EmulatedBox, dialect: Dialect
) -> None:
    """A long text is cut to 255 characters."""
    fields = {
        "device_sn": {"x": 1},
        "model": " " + "M" * 300,
        "THRESHOLD": "high",
        "MATCH_THRESHOLD": "high",
        "hostname": "  ",
        "systemMode": 1,
        "system_mode": 1,
    }
    answer = {"data": fields} if dialect is Dialect.NESTED else fields
    box.answer_instead["*"] = CannedAnswer(body=orjson.dumps(answer))

    assert await rest.box_info() == BoxInfo(
        dialect=dialect, model="M" * 255, mode=SystemMode.FACE
    )


@pytest.mark.parametrize(
    ("mac", "card"),
    [
        ("02:42:ac:11:00:02", "eth0"),
        ("ff:ff:ff:ff:ff:ff", "eth0"),
        ("01:00:5e:00:00:fb", "eth0"),
        ("00:00:00:00:00:00", "eth0"),
        ("e0:a5:09:00:42:6c", "docker0"),
        ("e0:a5:09:00:42:6c", "br-1f2e3d"),
    ],
)
def test_address_that_identifies_no_box_is_left_out(mac: str, card: str) -> None:
    """Docker has the same one on each box, and others are of no card."""
    cards = ({"device": card, "mac": mac},)
    setting = mac if card == "eth0" else None
    info = read_box_info(Dialect.NESTED, {SystemCall.ADDRESSES: cards}, setting, None)
    assert info.mac_addresses == ()
