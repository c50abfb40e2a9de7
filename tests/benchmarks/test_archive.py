"""Tests of the long history of a box."""

from datetime import UTC, datetime, time, timedelta

from aiohttp import ClientSession

from benchmarks.archive import Archive
from custom_components.se_aibox.aibox.history import History
from custom_components.se_aibox.aibox.models import Dialect, HistoryQuery, Ports
from custom_components.se_aibox.aibox.rest import Rest
from emulator import EmulatedBox

_PEOPLE = 3


async def test_pages_of_a_day_have_each_record_once() -> None:
    """They are read as those of any other box, and so are its other answers."""
    box = EmulatedBox(people_count=_PEOPLE, device_count=2)
    async with box, ClientSession() as session:
        archive = Archive(box, days=3)
        rest = Rest(session, box.host, Ports(rest=box.ports.rest), Dialect.NESTED)
        start = datetime.combine(archive.days[1], time(), UTC)
        query = HistoryQuery(start, start + timedelta(days=1), per_page=5)
        pages = [page async for page in History(rest).pages(query)]
        devices = await rest.capture_devices()
    records = [record for page in pages for record in page.records]
    moments = [record.recognition.occurred_at for record in records]
    assert len({record.record_id for record in records}) == len(records)
    assert {page.total for page in pages} == {len(records)} == {_PEOPLE * 8}
    assert {moment.date() for moment in moments} == {archive.days[1]}
    assert sorted(moments) == moments
    assert len(devices) == 2
    assert len(box.requests) == len(pages) + 1
