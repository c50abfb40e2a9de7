"""Tests of `scripts/box listen`."""

import asyncio
import re

import pytest

from custom_components.se_aibox.aibox.client import AiBoxClient
from custom_components.se_aibox.aibox.updates import Deliver
from emulator import EmulatedBox
from tools.box.address import Address
from tools.box.listen import listen

from .conftest import PATIENCE_SECONDS


def _lines(capsys: pytest.CaptureFixture[str]) -> list[str]:
    return capsys.readouterr().out.splitlines()


async def test_each_recognition_is_printed_as_a_line(
    box: EmulatedBox, address: Address, capsys: pytest.CaptureFixture[str]
) -> None:
    """The line shows capture device, person, type, score and pictures."""
    door, tom = box.devices[0], box.people[0]
    listening = asyncio.create_task(listen(address, count=2))
    await box.wait_for_subscription()
    await box.recognize(door, tom, score=93.5)
    await box.recognize(door, stranger="automatic", score=12.25)
    assert await asyncio.wait_for(listening, PATIENCE_SECONDS) == 0
    first, connected, known, stranger = _lines(capsys)
    assert first.startswith("Listening to 4 capture devices")
    assert connected == "-- connected"
    time, *rest, pictures = known.split(" | ")
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", time)
    assert rest == ["Front door", "Tom (id 12345565)", "employee", "score 93.5"]
    assert re.search(r"face \d,\d{3} bytes", pictures)
    assert re.search(r"reference \d,\d{3} bytes", pictures)
    assert "scene" in pictures
    assert " | stranger | stranger | score 12.25 | " in stranger
    assert "reference" not in stranger


async def test_lost_connection_and_unreadable_frame_are_printed(
    box: EmulatedBox, address: Address, capsys: pytest.CaptureFixture[str]
) -> None:
    """Listening continues after both."""
    listening = asyncio.create_task(listen(address, count=1))
    await box.wait_for_subscription()
    await box.send_raw("{not JSON")
    await box.port("events").close()
    await box.port("events").open()
    await box.wait_for_subscription()
    await box.recognize()
    assert await asyncio.wait_for(listening, PATIENCE_SECONDS) == 0
    lines = _lines(capsys)
    assert lines[1:3] == [
        "-- connected",
        "-- skipped an unreadable frame: not JSON",
    ]
    assert lines[3].startswith("-- disconnected: ")
    assert lines[-2] == "-- connected"


async def test_control_characters_in_a_name_are_not_printed(
    box: EmulatedBox, address: Address, capsys: pytest.CaptureFixture[str]
) -> None:
    """A name must not be able to control the terminal or forge a line."""
    listening = asyncio.create_task(listen(address, count=1))
    await box.wait_for_subscription()
    await box.recognize(
        identity=box.people[0], overrides={"identity_name": "Tom\x1b[2J\nforged"}
    )
    await asyncio.wait_for(listening, PATIENCE_SECONDS)
    shown = capsys.readouterr().out
    assert "\x1b" not in shown
    assert len(shown.splitlines()) == 3


async def test_listening_to_a_box_that_is_off_fails(
    box: EmulatedBox, address: Address, capsys: pytest.CaptureFixture[str]
) -> None:
    """It does not wait endlessly."""
    await box.stop()
    assert await listen(address) == 1
    assert "Nothing answers" in capsys.readouterr().out


async def test_unexpected_error_of_the_client_is_raised(
    address: Address, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The program does not end as if all was well."""

    async def _fail(_client: AiBoxClient, _deliver: Deliver) -> None:
        raise RuntimeError("a fault of ours")

    monkeypatch.setattr(AiBoxClient, "run", _fail)
    with pytest.raises(RuntimeError, match="a fault of ours"):
        await listen(address)
