"""The blueprint that summarizes the visitors of a day."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from emulator import EmulatedBox, Identity, PersonType
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
from tests.integration.conftest import SetUp
from tests.integration.helpers import FiredEvents, record
from tests.integration.recognition.automation_helpers import (
    CHIEF,
    COLLEAGUE,
    GUEST,
    doors_of,
)

from .blueprint_helpers import END, REPORT, Phone, report, use_blueprint

type Summarize = Callable[..., Awaitable[None]]

pytest_plugins = ["tests.integration.blueprints.blueprint_fixtures"]


@pytest.fixture
def summarize(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, tmp_path: Path, phone: Phone
) -> Summarize:
    """Return a function that sets up the automation and runs it."""

    async def _summarize(
        before: Callable[[], None] | None = None, **inputs: object
    ) -> None:
        front_door, *_ = doors_of(hass, box, await set_up())
        given: dict[str, object] = {
            "where": [front_door.device_id],
            "phones": [phone.device_id],
        }
        await use_blueprint(hass, tmp_path, "daily_summary", **given | inputs)
        if before is not None:
            before()
        # Turned off afterwards: otherwise it waits for the next day.
        for action in ("trigger", "turn_off"):
            await hass.services.async_call(
                "automation", action, {"entity_id": "automation.tested"}, blocking=True
            )

    return _summarize


def ago(**span: float) -> datetime:
    """Return a time in the past."""
    return dt_util.now() - timedelta(**span)


async def test_summary_has_a_line_for_each_visitor(
    box: EmulatedBox, summarize: Summarize, phone: Phone
) -> None:
    """In the order of arrival; strangers are counted."""
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
    notification = await phone.next()
    assert notification["title"] == "Visitors"
    lines = notification["message"].removesuffix(END).split("\n")
    assert lines == [
        f"Anna · {first:%-I:%M %p}–{last:%-I:%M %p}",
        f"Anna · {chief:%-I:%M %p}",
        f"Ms. Wu · {chief:%-I:%M %p}",
        f"＜b>Eve＜/b> ＆c · {last:%-I:%M %p}",
        "Strangers · 3",
    ]


@pytest.mark.parametrize("dialect", ["nested"])
@pytest.mark.parametrize(
    ("inputs", "expected"), [({}, []), ({"nobody": "Nobody came"}, ["Nobody came"])]
)
async def test_day_without_visitors_is_reported_only_on_request(
    summarize: Summarize, phone: Phone, inputs: dict[str, Any], expected: list[str]
) -> None:
    """The default is no notification."""
    await summarize(**inputs)
    assert phone.messages() == expected


async def test_summary_reports_an_unavailable_box(
    box: EmulatedBox,
    summarize: Summarize,
    phone: Phone,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """An empty summary would mean that no one came."""

    def _is_starting() -> None:
        box.state.initializing = True

    await summarize(_is_starting, unreachable="No answer")
    assert phone.messages() == ["No answer"]
    box.state.initializing = False
    caplog.clear()


@pytest.mark.parametrize("dialect", ["nested"])
async def test_actions_know_the_summary_without_a_phone(
    hass: HomeAssistant, box: EmulatedBox, summarize: Summarize
) -> None:
    """A person without a name is called unnamed."""
    reports = FiredEvents(hass, REPORT)
    moment = ago(hours=1)
    await record(box, moment, Identity("10010804", "佚名", PersonType.VISITOR))
    data = {"text": "{{ title }}: {{ message }}"}
    await summarize(phones=[], actions=[report(**data)])
    text = f"Visitors: Unnamed (10010804) · {moment:%-I:%M %p}"
    assert await reports.next() == {"text": text}
