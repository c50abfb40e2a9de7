"""Reading the health and the pass mode of a box."""

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

from .common import HOST


@pytest.mark.parametrize(
    "variant",
    [
        Variant(),
        Variant(system_data_as_list=True),
        Variant(numbers_as_strings=True),
    ],
    ids=["usual", "lists of one", "numbers as texts"],
)
async def test_health_is_the_same_for_every_firmware(rest: Rest) -> None:
    """The variants differ in units, lists and texts."""
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
async def test_health_raises_where_the_system_port_is_closed(rest: Rest) -> None:
    """Eight unknown readings would hide the cause."""
    with pytest.raises(AiBoxConnectionError):
        await rest.health()
    assert await rest.pass_mode() is PassMode.NORMAL


@pytest.mark.parametrize("dialect", [Dialect.NESTED])
async def test_health_of_another_server_on_the_system_port_is_not_found(
    session: ClientSession, ports: Ports, dialect: Dialect
) -> None:
    """The rest port stands for the other server."""
    rest = Rest(session, HOST, replace(ports, system=ports.rest), dialect)
    with pytest.raises(AiBoxNotFoundError):
        await rest.health()


async def test_missing_call_leaves_the_other_readings(
    box: EmulatedBox, rest: Rest
) -> None:
    """The health names the fault of each missing reading."""
    path = health_request(HealthCall.TPU, rest.wire.DIALECT).path
    box.answer_instead[path] = CannedAnswer(404, b"<html>404</html>")
    health = await rest.health()

    assert health.tpu_usage is None
    folder = path.rpartition("/")[0]
    assert health.faults == {"tpu_usage": f"the box has nothing below {folder}"}
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
async def test_pass_mode_is_read(
    box: EmulatedBox, rest: Rest, word: str, expected: PassMode | None
) -> None:
    """An unlisted word is unknown."""
    box.settings.pass_mode = word
    assert await rest.pass_mode() is expected


def test_missing_pass_mode_is_unknown() -> None:
    """The configuration may have no such value."""
    assert read_pass_mode(None) is None
