"""A month of 100,000 records is read in pages, and not held."""

from collections.abc import AsyncGenerator
from datetime import timedelta
import gc

import pytest

from custom_components.se_aibox.aibox.models import (
    HistoryQuery,
    PersonType,
    Recognition,
    Record,
    RecordPage,
)
from custom_components.se_aibox.box.history import BoxHistory
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
from tests.integration.site.site_helpers import Office

from .attendance_helpers import attendance, date_ago

pytest_plugins = [
    "tests.integration.people.people_fixtures",
    "tests.integration.site.site_fixtures",
]

DAYS = 30
PEOPLE = 200
PAGES_A_DAY = 34
PER_PAGE = 100
SAMPLED = 100


class Month:
    """The history of a box with more records than anybody should hold."""

    def __init__(self, capture_device_id: str) -> None:
        """Start without a request."""
        self._capture_device_id = capture_device_id
        self.records = 0
        self.most_held = 0
        self._pages = 0

    async def pages(self, query: HistoryQuery) -> AsyncGenerator[RecordPage]:
        """Yield the pages of a day, newest first."""
        for page in reversed(range(PAGES_A_DAY)):
            self._pages += 1
            if not self._pages % SAMPLED:
                held = sum(type(each) is Record for each in gc.get_objects())
                self.most_held = max(self.most_held, held)
            records = tuple(
                self._record(query, page * PER_PAGE + number)
                for number in reversed(range(PER_PAGE))
            )
            self.records += len(records)
            yield RecordPage(records, PAGES_A_DAY * PER_PAGE, len(records))

    def _record(self, query: HistoryQuery, number: int) -> Record:
        at = query.start + timedelta(seconds=1 + 20 * number)
        who = Recognition(
            f"{at.timestamp()}",
            self._capture_device_id,
            str(number % PEOPLE),
            f"Person {number % PEOPLE}",
            PersonType.EMPLOYEE,
            1.0,
            None,
            at,
            dt_util.utcnow(),
        )
        return Record(who, "", {})


async def test_month_of_100_000_records_is_not_held(
    hass: HomeAssistant, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No more than a few pages are in memory at any time."""
    await office.change(entrances=[office.entrance], exits=[], inside=[])
    month = Month(office.boxes.nested.devices[0].device_id)
    monkeypatch.setattr(BoxHistory, "async_pages", lambda _, query: month.pages(query))
    response = await attendance(
        hass, office, start_date=date_ago(DAYS), end_date=date_ago(1)
    )
    rows = response["attendance"]
    assert month.records == DAYS * PAGES_A_DAY * PER_PAGE > 100_000
    assert len(rows) == DAYS * PEOPLE
    assert {row["recognitions"] for row in rows} == {PAGES_A_DAY * PER_PAGE // PEOPLE}
    assert month.most_held <= 5 * PER_PAGE
