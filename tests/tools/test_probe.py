"""Tests of `scripts/box probe`."""

import pytest

from emulator import CannedAnswer, EmulatedBox, Variant
from tools.box import probe as probe_module
from tools.box.address import Address
from tools.box.probe import probe


async def test_usable_box_is_described_without_passwords(
    box: EmulatedBox, address: Address, capsys: pytest.CaptureFixture[str]
) -> None:
    """The report has its identity, capture devices and event socket."""
    assert await probe(address) == 0
    shown = capsys.readouterr().out
    for fact in (
        box.dialect,
        box.serial_number,
        box.mac.lower(),
        box.state.model,
        "BM1684-180",
        "82",
        "face application",
        "as this machine's",
        "opens and answers pings",
        "can be used",
    ):
        assert fact in shown
    rows = {row.split()[0]: row for row in shown.splitlines() if "192.168.150.2" in row}
    assert rows.keys() == {device.device_id for device in box.devices}
    for device in box.devices:
        row = rows[device.device_id]
        assert device.name in row
        assert device.ip in row
        assert row.split()[-2:] == [
            "yes" if device.relay else "no",
            "yes" if device.type == "rtsp" else "no",
        ]
    assert "pa%40ss" not in shown
    assert "PROBLEM" not in shown


@pytest.mark.parametrize(
    ("offset", "words"),
    [(3600.0, "3,600 s ahead of this machine's"), (-90.0, "90 s behind")],
)
async def test_wrong_clock_is_reported_but_no_problem(
    box: EmulatedBox,
    address: Address,
    capsys: pytest.CaptureFixture[str],
    offset: float,
    words: str,
) -> None:
    """The box can be used, but its recognitions may count as too old."""
    box.state.clock_offset = offset
    assert await probe(address) == 0
    assert words in capsys.readouterr().out


async def test_closed_event_socket_is_a_problem(
    box: EmulatedBox, address: Address, capsys: pytest.CaptureFixture[str]
) -> None:
    """The other facts are still reported."""
    await box.port("events").close()
    assert await probe(address) == 1
    shown = capsys.readouterr().out
    assert box.serial_number in shown
    assert f"PROBLEM: The event socket, port {address.ports.events}" in shown
    assert "can be used" not in shown


async def test_unanswered_pings_are_no_problem(
    box: EmulatedBox,
    address: Address,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Some boxes ignore pings, and can be used."""
    monkeypatch.setattr(probe_module, "_PONG_SECONDS", 0.2)
    box.events.answers_pings = False
    assert await probe(address) == 0
    assert "does not answer pings" in capsys.readouterr().out


async def test_box_that_is_off_is_a_problem(
    box: EmulatedBox, address: Address, capsys: pytest.CaptureFixture[str]
) -> None:
    """The report names both ports."""
    await box.stop()
    assert await probe(address) == 1
    shown = capsys.readouterr().out
    assert f"Nothing answers at 127.0.0.1, port {address.ports.rest}" in shown
    assert f"The event socket, port {address.ports.events}" in shown


async def test_starting_box_is_a_problem(
    box: EmulatedBox, address: Address, capsys: pytest.CaptureFixture[str]
) -> None:
    """The user only has to wait."""
    box.state.initializing = True
    assert await probe(address) == 1
    assert "still starting" in capsys.readouterr().out


@pytest.mark.parametrize("rest_open", [True, False])
async def test_bare_system_mode_is_a_problem(
    box: EmulatedBox,
    address: Address,
    capsys: pytest.CaptureFixture[str],
    rest_open: bool,
) -> None:
    """It is detected even if only the system port is open."""
    box.state.bare_system = True
    if not rest_open:
        await box.port("rest").close()
    assert await probe(address) == 1
    assert "bare-system mode" in capsys.readouterr().out


async def test_web_server_that_is_no_box_is_a_problem(
    box: EmulatedBox, address: Address, capsys: pytest.CaptureFixture[str]
) -> None:
    """The user probably gave a wrong address or port."""
    box.answer_instead["*"] = CannedAnswer(body=b"<html>hello</html>")
    assert await probe(address) == 1
    assert "not as an SE AI box does" in capsys.readouterr().out


async def test_box_without_capture_devices_is_usable(
    box: EmulatedBox, address: Address, capsys: pytest.CaptureFixture[str]
) -> None:
    """The report mentions that it cannot recognize anyone yet."""
    box.devices.clear()
    assert await probe(address) == 0
    assert "no capture devices yet" in capsys.readouterr().out


@pytest.mark.parametrize("dialect", ["flat"])
@pytest.mark.parametrize("variant", [Variant(system_port_closed=True)])
async def test_box_without_identity_is_a_problem(
    address: Address, capsys: pytest.CaptureFixture[str]
) -> None:
    """It could not be distinguished from another box."""
    assert await probe(address) == 1
    assert "neither its serial number nor a MAC address" in capsys.readouterr().out
