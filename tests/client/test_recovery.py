"""Recovering records from while no client was connected."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import override

import pytest

from custom_components.se_aibox.aibox import recovery
from custom_components.se_aibox.aibox.delivered import Delivered
from custom_components.se_aibox.aibox.history import History
from custom_components.se_aibox.aibox.models import (
    Bookmark,
    Dialect,
    HistoryQuery,
    LiveRecognition,
    Record,
    RecordPage,
)
from custom_components.se_aibox.aibox.recovery import Recovery
from custom_components.se_aibox.aibox.rest import Rest
from custom_components.se_aibox.aibox.updates import (
    Connected,
    Recovered,
    ScanCompleted,
    Update,
)
from emulator import EmulatedBox

from .common import FakeSleep, everything, listening, next_update, right_clock
from .conftest import MakeClient
from .recovering import (
    ago,
    caught_up,
    every_recovery_variant,
    next_recovered,
    reconnected,
    record_missed,
)

pytestmark = pytest.mark.usefixtures("exact_clock")


@every_recovery_variant
async def test_missed_recognitions_are_recovered_in_order(
    make_client: MakeClient, box: EmulatedBox
) -> None:
    """The oldest comes first; live recognitions follow."""
    async with caught_up(make_client(), box) as updates:
        seen = await box.recognize(box.devices[0], box.people[0])
        await next_update(updates, LiveRecognition)
        await box.port("events").close()
        missed = [
            await box.recognize(box.devices[number % 3], box.people[number])
            for number in range(3)
        ]
        await box.port("events").open()
        await reconnected(updates)
        for each in missed:
            found = (await next_update(updates, Recovered)).recognition
            assert found.identity_id == each.identity_id
            assert found.identity_name == each.identity_name
            assert found.capture_device_id == each.device_id
            assert round(found.occurred_at.timestamp() * 1000) == each.timestamp_ms
        assert await next_update(updates, ScanCompleted) == ScanCompleted(3, left=0)
        seen = await box.recognize(box.devices[0], box.people[0])
        live = await next_update(updates, LiveRecognition)
        assert live.recognition.identity_id == seen.identity_id


@every_recovery_variant
async def test_nothing_is_delivered_twice_after_reconnects(
    make_client: MakeClient, box: EmulatedBox
) -> None:
    """Some were delivered live, one was recovered."""
    async with caught_up(make_client(), box) as updates:
        for person in (box.people[0], None, box.people[1]):
            await box.recognize(box.devices[0], person)
            await next_update(updates, LiveRecognition)
        await record_missed(box, minutes_ago=1, who=2)
        for recovered in (1, 0, 0):
            await box.drop()
            await reconnected(updates)
            if recovered:
                assert await next_recovered(updates) == box.people[2].identity_id
            assert await next_update(updates, ScanCompleted) == ScanCompleted(
                recovered, left=0
            )


async def test_several_pages_are_recovered_in_order(
    make_client: MakeClient, box: EmulatedBox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page has three records."""
    monkeypatch.setattr(recovery, "_PER_PAGE", 3)
    async with caught_up(make_client(), box) as updates:
        missed = [
            await record_missed(box, minutes_ago=ago, who=ago % 3)
            for ago in range(9, 1, -1)
        ]
        await box.drop()
        await reconnected(updates)
        assert [await next_recovered(updates) for _ in missed] == [
            each.identity_id for each in missed
        ]
        assert await next_update(updates, ScanCompleted) == ScanCompleted(8, left=0)


@every_recovery_variant
async def test_strangers_in_one_millisecond_are_recovered_once_each(
    make_client: MakeClient, box: EmulatedBox
) -> None:
    """They look alike, and only two of five were pushed."""
    moment = round(box.state.now() * 1000) - 60_000

    async def see(*, push: bool) -> None:
        await box.recognize(
            box.devices[0], timestamp_ms=moment, score=0.5, subject="s", push=push
        )

    async with caught_up(make_client(), box) as updates:
        for _ in range(2):
            await see(push=True)
            await next_update(updates, LiveRecognition)
        for _ in range(3):
            await see(push=False)
        await box.drop()
        await reconnected(updates)
        names = {
            (await next_update(updates, Recovered)).recognition.recognition_id
            for _ in range(3)
        }
        assert len(names) == 3
        assert await next_update(updates, ScanCompleted) == ScanCompleted(3, left=0)


async def test_first_connection_recovers_nothing_from_before(
    make_client: MakeClient, box: EmulatedBox
) -> None:
    """A later scan reads the same time again."""
    await record_missed(box, minutes_ago=1)
    async with caught_up(make_client(), box) as updates:
        await box.drop()
        await reconnected(updates)
        assert await next_update(updates, ScanCompleted) == ScanCompleted(0, left=0)


async def test_restart_loses_nothing_and_repeats_nothing(
    make_client: MakeClient, box: EmulatedBox
) -> None:
    """The bookmark holds the delivered recognitions, and until when it is complete."""
    client = make_client()
    async with caught_up(client, box) as updates:
        await box.recognize(box.devices[0], box.people[0])
        await next_update(updates, LiveRecognition)
    missed = await box.recognize(box.devices[0], box.people[1])
    restarted = make_client(client.bookmark)
    await restarted.subscribe(everything(box))
    async with listening(restarted) as updates:
        await next_update(updates, Connected)
        assert await next_recovered(updates) == missed.identity_id
        assert await next_update(updates, ScanCompleted) == ScanCompleted(1, left=0)


async def test_new_client_has_an_empty_bookmark(make_client: MakeClient) -> None:
    """It has not scanned the history yet."""
    assert make_client().bookmark.complete_until is None


@pytest.mark.parametrize("dialect", [Dialect.NESTED])
async def test_record_with_another_score_is_not_recovered(
    make_client: MakeClient, box: EmulatedBox
) -> None:
    """Person, door and millisecond are the same."""
    async with caught_up(make_client(), box) as updates:
        await box.recognize(
            box.devices[0], box.people[0], score=91.5, overrides={"score": 91.0}
        )
        await next_update(updates, LiveRecognition)
        await box.drop()
        await reconnected(updates)
        await next_update(updates, ScanCompleted)


class _FakeHistory(History):
    """A history whose last record is on two pages."""

    def __init__(self, records: tuple[Record, ...]) -> None:
        """Initialize the history with its records."""
        self._records = records

    @override
    async def page(self, query: HistoryQuery) -> RecordPage:
        """Return all records, then the last one again."""
        page = (self._records, self._records[-1:])[query.page]
        return RecordPage(page, None, rows=query.per_page if query.page == 0 else 1)


async def test_record_on_two_pages_is_recovered_once(
    box: EmulatedBox, rest: Rest
) -> None:
    """New records shift others to the next page."""
    seen = await box.recognize(box.devices[0], box.people[0], push=False)
    now = datetime.now(UTC)
    page = await History(rest).page(
        HistoryQuery(now - timedelta(minutes=1), now + timedelta(minutes=1))
    )
    [record] = page.records
    for each in (record, replace(record, record_id=None)):
        updates: list[Update] = []
        found = Recovery(
            _FakeHistory((each,)),
            Delivered(),
            Bookmark(ago(1), ago(1)),
            right_clock(),
            sleep=FakeSleep().sleep,
        )
        await found.scan(updates.append)
        assert [
            update.recognition.identity_id
            for update in updates
            if isinstance(update, Recovered)
        ] == [seen.identity_id]
