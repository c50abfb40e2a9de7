"""The blueprint that tells once a day who came."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from emulator import EmulatedBox, Identity, PersonType
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
from tests.integration.conftest import SetUp
from tests.integration.helpers import record
from tests.integration.recognition.automation_helpers import (
    CHIEF,
    COLLEAGUE,
    GUEST,
    doors_of,
)

from .blueprint_helpers import END, Phone, use_blueprint

type Summarize = Callable[..., Awaitable[None]]

pytest_plugins = ["tests.integration.blueprints.blueprint_fixtures"]


@pytest.fixture
def summarize(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, tmp_path: Path, phone: Phone
) -> Summarize:
    """Set up the automation for the front door, and let its time come."""

    async def _summarize(
        before: Callable[[], None] | None = None, **inputs: object
    ) -> None:
        front_door, *_ = doors_of(hass, box, await set_up())
        given = {"where": [front_door.device_id], "phones": [phone.device_id]}
        await use_blueprint(hass, tmp_path, "daily_summary", **given | inputs)
        if before is not None:
            before()
        # Off at the end, for it waits for the next day.
        for action in ("trigger", "turn_off"):
            await hass.services.async_call(
                "automation", action, {"entity_id": "automation.told"}, blocking=True
            )

    return _summarize


def ago(**span: float) -> datetime:
    """Return a time in the past."""
    return dt_util.now() - timedelta(**span)


async def test_summary(box: EmulatedBox, summarize: Summarize, phone: Phone) -> None:
    """One line a visitor, whoever came first first, with first and last time; strangers are counted."""
    first, last, chief = ago(hours=9), ago(hours=2), ago(hours=8)
    namesake = Identity("20002", "Anna", PersonType.VISITOR)
    evil = Identity("20003", "<b>Eve</b>\n&c", PersonType.VISITOR)
    await record(box, last, GUEST)
    await record(box, ago(hours=3), GUEST)
    await record(box, first, GUEST)
    await record(box, chief, CHIEF)
    await record(box, ago(hours=7), COLLEAGUE)
    await record(box, ago(hours=25), COLLEAGUE)
    await record(box, ago(hours=1), GUEST, door=1)
    for hours in (1, 2, 3):
        await record(box, ago(hours=hours), None)
    await record(box, chief, namesake)
    await record(box, last, evil)
    await summarize()
    told = await phone.next()
    assert told["title"] == "Visitors"
    lines = told["message"].removesuffix(END).split("\n")
    assert lines == [
        f"Anna · {first:%H:%M}–{last:%H:%M}",
        f"Anna · {chief:%H:%M}",
        f"Ms. Wu · {chief:%H:%M}",
        f"＜b>Eve＜/b> ＆c · {last:%H:%M}",
        "Strangers · 3",
    ]


@pytest.mark.parametrize("dialect", ["nested"])
@pytest.mark.parametrize(
    ("inputs", "expected"), [({}, []), ({"nobody": "Nobody came"}, ["Nobody came"])]
)
async def test_nobody_came(
    summarize: Summarize, phone: Phone, inputs: dict[str, Any], expected: list[str]
) -> None:
    """It is told only if the user wants."""
    await summarize(**inputs)
    assert phone.messages() == expected


async def test_box_that_does_not_answer(
    box: EmulatedBox,
    summarize: Summarize,
    phone: Phone,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """It is told, lest somebody thinks that nobody came."""

    def _is_starting() -> None:
        box.state.initializing = True

    await summarize(_is_starting, unreachable="No answer")
    assert phone.messages() == ["No answer"]
    box.state.initializing = False
    caplog.clear()
