"""The blueprint that sends the attendance of a week."""

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from custom_components.se_aibox.box.registry import async_device_id
from custom_components.se_aibox.site.presence import site_identifier
from homeassistant.core import HomeAssistant, ServiceCall
from homeassistant.exceptions import HomeAssistantError
from homeassistant.util import dt as dt_util
from tests.integration.actions.attendance_helpers import date_ago, days_ago, past
from tests.integration.helpers import FiredEvents
from tests.integration.recognition.automation_helpers import FRIEND
from tests.integration.site.site_helpers import Office

from .blueprint_helpers import use_blueprint

pytest_plugins = [
    "tests.integration.people.people_fixtures",
    "tests.integration.site.site_fixtures",
]


def week() -> str:
    """Return the last seven days as the message says them."""
    # Not a constant: the time zone of the tests is set after the import.
    return f"{date_ago(7)} – {date_ago(1)}"


@pytest.fixture
def mails(hass: HomeAssistant) -> asyncio.Queue[dict[str, Any]]:
    """Return the mails that are sent."""
    sent: asyncio.Queue[dict[str, Any]] = asyncio.Queue()

    async def send(call: ServiceCall) -> None:
        sent.put_nowait(dict(call.data))

    hass.services.async_register("smtp", "send_message", send)
    return sent


async def run(
    hass: HomeAssistant, office: Office, tmp_path: Path, **inputs: object
) -> None:
    """Set up the automation with the site, and let it run once."""
    hass.config.media_dirs = {"local": str(tmp_path / "media")}
    where = [async_device_id(hass, office.entry, site_identifier(office.entry))]
    await use_blueprint(hass, tmp_path, "weekly_attendance", where=where, **inputs)
    for action in ("trigger", "turn_off"):
        await hass.services.async_call(
            "automation", action, {"entity_id": "automation.tested"}, blocking=True
        )


async def test_week_is_sent_as_an_attachment(
    hass: HomeAssistant,
    office: Office,
    tmp_path: Path,
    mails: asyncio.Queue[dict[str, Any]],
) -> None:
    """The last seven days, without today."""
    for days in (8, 7, 1):
        await past(office, office.entrance, days_ago(days, 8), FRIEND)
    await past(office, office.entrance, dt_util.utcnow() - timedelta(seconds=9), FRIEND)
    reports = FiredEvents(hass, "report")
    data = {"path": "{{ path }}", "rows": "{{ report.rows }}", "url": "{{ url }}"}
    await run(
        hass,
        office,
        tmp_path,
        mail=["notify.boss"],
        actions=[{"event": "report", "event_data": data}],
    )
    report = await reports.next()
    name = report["path"].rpartition("/")[2]
    assert report["rows"] == 2
    assert report["url"].startswith(f"/api/se_aibox/attendance/{name}?")
    assert mails.get_nowait() == {
        "entity_id": ["notify.boss"],
        "title": "Attendance",
        "message": week(),
        "attachments": [
            {
                "media_source": {
                    "media_content_id": f"media-source://media_source/local/se_aibox/{name}",
                    "media_content_type": "text/csv",
                },
                "filename": "attendance.csv",
            }
        ],
    }
    assert mails.empty()


async def test_box_that_is_away_is_named_in_the_message(
    hass: HomeAssistant,
    office: Office,
    tmp_path: Path,
    mails: asyncio.Queue[dict[str, Any]],
) -> None:
    """The file has the records of the other box."""
    await office.boxes.nested.port("rest").close()
    await run(hass, office, tmp_path, mail=["notify.boss"])
    assert mails.get_nowait()["message"] == f"{week()}\nWithout the records of: Old box"


async def test_unreadable_week_is_reported(
    hass: HomeAssistant,
    office: Office,
    tmp_path: Path,
    mails: asyncio.Queue[dict[str, Any]],
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The site is not loaded."""
    await hass.config_entries.async_unload(office.entry.entry_id)
    await run(hass, office, tmp_path, mail=["notify.boss"])
    sent = mails.get_nowait()
    assert sent["message"] == "The attendance could not be read"
    assert "attachments" not in sent
    caplog.clear()


async def test_failed_action_keeps_no_mail_back(
    hass: HomeAssistant,
    office: Office,
    tmp_path: Path,
    mails: asyncio.Queue[dict[str, Any]],
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Neither the other way round."""

    async def fail(_: ServiceCall) -> None:
        raise HomeAssistantError("no such printer")

    hass.services.async_register("printer", "print", fail)
    await run(
        hass,
        office,
        tmp_path,
        mail=["notify.boss"],
        actions=[{"action": "printer.print", "continue_on_error": True}],
    )
    assert mails.get_nowait()["message"] == week()
    caplog.clear()
