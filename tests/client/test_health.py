"""How a box is, asked of every firmware, and whom it lets in."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from aiohttp import ClientSession
import pytest

from custom_components.se_aibox.aibox.exceptions import (
    AiBoxConnectionError,
    AiBoxNotFoundError,
)
from custom_components.se_aibox.aibox.models import BoxHealth, Dialect, PassMode, Ports
from custom_components.se_aibox.aibox.rest import Rest
from custom_components.se_aibox.aibox.wire.health import (
    HealthCall,
    health_request,
    read_pass_mode,
)
from emulator import CannedAnswer, EmulatedBox, Variant

from .talk import HOST


@pytest.mark.parametrize(
    "variant",
    [
        Variant(),
        Variant(system_data_as_list=True),
        Variant(numbers_as_strings=True),
    ],
    ids=["usual", "lists of one", "numbers as texts"],
)
async def test_every_firmware_says_the_same(rest: Rest) -> None:
    """Units, lists and texts come to the same numbers."""
    before = datetime.now(UTC)
    health = await rest.health()
    after = datetime.now(UTC)

    uptime = timedelta(hours=3, minutes=57)
    assert health.last_boot is not None
    assert before <= health.last_boot + uptime <= after
    assert health == BoxHealth(
        core_temperature=44.0,
        board_temperature=38.5,
        cpu_usage=27.0,
        tpu_usage=41.0,
        memory_usage=12.5,
        storage_usage=31.5,
        fan_speed=4470.0,
        last_boot=health.last_boot,
    )


@pytest.mark.parametrize("variant", [Variant(system_port_closed=True)])
async def test_closed_system_port(rest: Rest) -> None:
    """A box that says nothing of its health is an error, not eight unknown readings."""
    with pytest.raises(AiBoxConnectionError):
        await rest.health()
    assert await rest.pass_mode() is PassMode.NORMAL


@pytest.mark.parametrize("dialect", [Dialect.NESTED])
async def test_something_else_on_the_system_port(
    session: ClientSession, ports: Ports, dialect: Dialect
) -> None:
    """Another server on that port has no health to tell."""
    rest = Rest(session, HOST, replace(ports, system=ports.rest), dialect)
    with pytest.raises(AiBoxNotFoundError):
        await rest.health()


async def test_missing_call_costs_its_reading(box: EmulatedBox, rest: Rest) -> None:
    """Firmware without a call tells the rest."""
    path = health_request(HealthCall.TPU, rest.wire.DIALECT).path
    box.answer_instead[path] = CannedAnswer(404, b"<html>404</html>")
    health = await rest.health()

    assert health.tpu_usage is None
    assert health.faults == {"tpu_usage": "AiBoxNotFoundError"}
    assert health.cpu_usage == 27.0


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("normal", PassMode.NORMAL),
        ("allpass", PassMode.EVERYONE),
        ("allforbidden", PassMode.NOBODY),
        ("sometimes", None),
    ],
)
async def test_pass_mode(
    box: EmulatedBox, rest: Rest, word: str, expected: PassMode | None
) -> None:
    """The box's word for whom it lets in."""
    box.settings.pass_mode = word
    assert await rest.pass_mode() is expected


def test_pass_mode_that_is_missing() -> None:
    """No word is no mode."""
    assert read_pass_mode(None) is None
