"""Limits of the recovery, and histories that do not answer."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import override

import pytest

from custom_components.se_aibox.aibox import recovery, retry, stream
from custom_components.se_aibox.aibox.delivered import Delivered
from custom_components.se_aibox.aibox.exceptions import AiBoxNotFoundError
from custom_components.se_aibox.aibox.history import History
from custom_components.se_aibox.aibox.models import (
    Bookmark,
    HistoryQuery,
    LiveRecognition,
    RecordPage,
    Subscription,
)
from custom_components.se_aibox.aibox.recovery import Recovery
from custom_components.se_aibox.aibox.rest import Rest
from custom_components.se_aibox.aibox.updates import (
    Connected,
    Recovered,
    ScanCompleted,
    ScanFailed,
    Update,
)
from emulator import CannedAnswer, EmulatedBox, Variant

from .common import everything, listening, next_update, right_clock, until
from .conftest import MakeClient
from .pages import count_page_requests
from .recovering import (
    ago,
    caught_up,
    complete_until,
    next_recovered,
    reconnected,
    record_missed,
)


@pytest.fixture
def _retries_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Retry a failed scan after 0.01 s."""
    monkeypatch.setattr(retry, "_FIRST_SECONDS", 0.01)


async def test_history_is_not_read_without_recovery(
    make_client: MakeClient, box: EmulatedBox
) -> None:
    """The bookmark stays empty."""
    client = make_client(recovers=False)
    await client.subscribe(everything(box))
    async with listening(client) as updates:
        await next_update(updates, Connected)
        await box.drop()
        await record_missed(box, minutes_ago=1)
        await reconnected(updates)
        await box.recognize(box.devices[0], box.people[0])
        await next_update(updates, LiveRecognition)
    assert client.bookmark.complete_until is None
    assert count_page_requests(box) == 0


@pytest.mark.parametrize("answers_pings", [True, False])
async def test_new_capture_device_is_received_without_recovery(
    make_client: MakeClient,
    box: EmulatedBox,
    answers_pings: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Nothing is recovered."""
    monkeypatch.setattr(stream, "_SHORT_SIGN_SECONDS", 0.05)
    box.events.answers_pings = answers_pings
    client = make_client(recovers=False)
    await client.subscribe(Subscription(frozenset({box.devices[0].device_id})))
    async with listening(client) as updates:
        await next_update(updates, Connected)
        await box.recognize(box.devices[0], box.people[0])
        await next_update(updates, LiveRecognition)
        await client.subscribe(everything(box))
        device = box.devices[1].device_id
        await until(lambda: device in box.subscriptions[0].device_ids)
        await box.recognize(box.devices[1], box.people[1])
        await next_update(updates, LiveRecognition)


async def test_unselected_capture_device_is_not_recovered(
    make_client: MakeClient, box: EmulatedBox
) -> None:
    """The user did not select it."""
    unwanted = box.devices[0].device_id
    async with caught_up(
        make_client(wants=lambda device_id: device_id != unwanted), box
    ) as updates:
        await record_missed(box, minutes_ago=1)
        await box.drop()
        await reconnected(updates)
        assert await next_update(updates, ScanCompleted) == ScanCompleted(0, left=0)


async def test_earlier_recognitions_of_a_new_device_are_recovered(
    make_client: MakeClient, box: EmulatedBox
) -> None:
    """They happened before the subscription."""
    some = Subscription(frozenset({box.devices[1].device_id}))
    client = make_client()
    async with caught_up(client, box, some) as updates:
        seen = await box.recognize(box.devices[0], box.people[0])
        pushed = asyncio.create_task(next_update(updates, Recovered))
        await client.subscribe(everything(box))
        assert (await pushed).recognition.identity_id == seen.identity_id


async def test_smaller_subscription_requests_no_scan(
    make_client: MakeClient, box: EmulatedBox
) -> None:
    """No capture device is new."""
    client = make_client()
    async with caught_up(client, box):
        asked = len(box.requests)
        await client.subscribe(Subscription(frozenset({box.devices[0].device_id})))
        await until(lambda: [len(each.device_ids) for each in box.subscriptions] == [1])
        assert len(box.requests) == asked


_TOTALS = pytest.mark.parametrize(
    "variant",
    [
        Variant(),
        Variant(history_total_missing=True),
        Variant(history_total_missing=True, history_order="ascending"),
    ],
    ids=["total", "no total", "no total, oldest first"],
)


@_TOTALS
async def test_only_the_newest_of_too_many_are_recovered(
    make_client: MakeClient, box: EmulatedBox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The number of the others is unknown without a total."""
    monkeypatch.setattr(recovery, "_PER_PAGE", 2)
    monkeypatch.setattr(recovery, "MOST_RECORDS", 4)
    async with caught_up(make_client(), box) as updates:
        for ago in range(8, 0, -1):
            await record_missed(box, minutes_ago=ago, who=ago % 3)
        await box.drop()
        await reconnected(updates)
        assert [await next_recovered(updates) for _ in range(4)] == [
            box.people[ago % 3].identity_id for ago in (4, 3, 2, 1)
        ]
        left = None if box.state.variant.history_total_missing else 4
        assert await next_update(updates, ScanCompleted) == ScanCompleted(4, left)


@_TOTALS
async def test_only_one_day_is_recovered(
    make_client: MakeClient, box: EmulatedBox
) -> None:
    """Older records count as left where the box reports a total."""
    two_days_ago = ago(2 * 24 * 60)
    client = make_client(Bookmark(two_days_ago, two_days_ago))
    for hours_ago in (47, 30, 23, 1):
        await record_missed(box, minutes_ago=hours_ago * 60)
    await client.subscribe(everything(box))
    async with listening(client) as updates:
        await next_update(updates, Connected)
        for _ in range(2):
            await next_recovered(updates)
        left = None if box.state.variant.history_total_missing else 2
        assert await next_update(updates, ScanCompleted) == ScanCompleted(2, left)


async def test_nothing_before_the_oldest_known_time_is_recovered(
    make_client: MakeClient, box: EmulatedBox
) -> None:
    """The bookmark contains this time."""
    now = datetime.now(UTC)
    await record_missed(box, minutes_ago=3, who=0)
    await record_missed(box, minutes_ago=1, who=1)
    client = make_client(Bookmark(now, now, Delivered().pack(ago(2))))
    await client.subscribe(everything(box))
    async with listening(client) as updates:
        await next_update(updates, Connected)
        assert await next_recovered(updates) == box.people[1].identity_id
        assert await next_update(updates, ScanCompleted) == ScanCompleted(1, left=0)


@pytest.mark.usefixtures("_retries_at_once")
async def test_recovery_waits_for_a_box_that_answers_no_request(
    make_client: MakeClient, box: EmulatedBox
) -> None:
    """Until then, its clock counts as right."""
    client = make_client(Bookmark(ago(1), ago(1)))
    missed = await record_missed(box, minutes_ago=0.5)
    await box.port("rest").close()
    await box.port("system").close()
    await client.subscribe(everything(box))
    async with listening(client) as updates:
        connected = await next_update(updates, Connected)
        assert connected.clock is None
        await next_update(updates, ScanFailed)
        await box.port("rest").open()
        while isinstance(update := await anext(updates), ScanFailed):
            pass
        assert isinstance(update, Recovered)
        assert update.recognition.identity_id == missed.identity_id


@pytest.mark.usefixtures("_retries_at_once")
async def test_live_recognition_is_delivered_while_the_history_fails(
    make_client: MakeClient, box: EmulatedBox
) -> None:
    """The missed one is recovered when the history answers."""
    client = make_client()
    async with caught_up(client, box) as updates:
        before = complete_until(client)
        await box.drop()
        missed = await record_missed(box, minutes_ago=0.1, who=1)
        box.answer_instead[box.history_path] = CannedAnswer(status=500)
        await reconnected(updates)
        await next_update(updates, ScanFailed)
        await box.recognize(box.devices[0], box.people[0])
        while isinstance(update := await anext(updates), ScanFailed):
            pass
        assert isinstance(update, LiveRecognition)
        # Until then, the bookmark must not move.
        assert complete_until(client) - before < timedelta(seconds=5)
        box.answer_instead.clear()
        while isinstance(update := await anext(updates), ScanFailed):
            pass
        assert isinstance(update, Recovered)
        assert update.recognition.identity_id == missed.identity_id


async def test_box_without_history_delivers_live_recognitions(
    make_client: MakeClient, box: EmulatedBox
) -> None:
    """The history is requested once."""
    box.answer_instead[box.history_path] = CannedAnswer(status=404)
    client = make_client(Bookmark(ago(1), ago(1)))
    await client.subscribe(everything(box))
    async with listening(client) as updates:
        await next_update(updates, Connected)
        failed = await next_update(updates, ScanFailed)
        assert isinstance(failed.error, AiBoxNotFoundError)
        await box.recognize(box.devices[0], box.people[0])
        await next_update(updates, LiveRecognition)


class _Endless(History):
    """A history without an end: every page repeats the first under new ids."""

    @override
    async def page(self, query: HistoryQuery) -> RecordPage:
        """Return a full page."""
        first = await super().page(replace(query, page=0))
        named = (
            replace(record, record_id=f"{query.page}/{number}")
            for number, record in enumerate(first.records)
        )
        return replace(first, records=tuple(named))


async def test_first_scan_of_an_endless_history_ends(
    monkeypatch: pytest.MonkeyPatch, box: EmulatedBox, rest: Rest
) -> None:
    """It reads `MOST_RECORDS` records twice."""
    monkeypatch.setattr(recovery, "_PER_PAGE", 2)
    monkeypatch.setattr(recovery, "MOST_RECORDS", 10)
    for minutes in (1, 2, 3):
        await record_missed(box, minutes_ago=minutes)
    first = Recovery(_Endless(rest), Delivered(), Bookmark(), right_clock())
    updates: list[Update] = []

    async with asyncio.timeout(5):
        await first.scan(updates.append)

    assert updates == [ScanCompleted(0, left=0)]
    assert count_page_requests(box) == 2 * 5
