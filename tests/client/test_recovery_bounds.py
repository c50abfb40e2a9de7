"""How much is recovered, how far back and of what, and histories that do not answer."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import override

import pytest

from custom_components.se_aibox.aibox import recovery, retry
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
    CatchUpFailed,
    CaughtUp,
    Connected,
    Recovered,
    Update,
)
from emulator import CannedAnswer, EmulatedBox, Variant

from .conftest import MakeClient
from .recovering import (
    ago,
    caught_up,
    complete_until,
    history_path,
    miss,
    next_recovered,
    reconnected,
)
from .talk import everything, following, listening, until


@pytest.fixture
def _retries_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Do not wait for long until the history is asked again."""
    monkeypatch.setattr(retry, "_FIRST_SECONDS", 0.01)


async def test_not_to_be_recovered(make_client: MakeClient, box: EmulatedBox) -> None:
    """Who does not want it is not told, and the history is not asked."""
    client = make_client(recovers=False)
    await client.subscribe(everything(box))
    async with listening(client) as updates:
        await following(updates, Connected)
        await box.drop()
        await miss(box, minutes_ago=1)
        await reconnected(updates)
        await box.recognize(box.devices[0], box.people[0])
        await following(updates, LiveRecognition)
    assert client.bookmark.complete_until is None
    assert not [each for each in box.requests if "/events" in each.path]


@pytest.mark.parametrize("answers_pings", [True, False])
async def test_a_new_capture_device_where_nothing_is_to_be_recovered(
    make_client: MakeClient, box: EmulatedBox, answers_pings: bool
) -> None:
    """It is heard, and nobody looks into the history again and again."""
    box.events.answers_pings = answers_pings
    client = make_client(recovers=False)
    await client.subscribe(Subscription(frozenset({box.devices[0].device_id})))
    async with listening(client) as updates:
        await following(updates, Connected)
        await box.recognize(box.devices[0], box.people[0])
        await following(updates, LiveRecognition)
        await client.subscribe(everything(box))
        device = box.devices[1].device_id
        await until(lambda: device in box.subscriptions[0].device_ids)
        await box.recognize(box.devices[1], box.people[1])
        await following(updates, LiveRecognition)


async def test_unwanted_capture_devices(
    make_client: MakeClient, box: EmulatedBox
) -> None:
    """What nobody subscribed to was not missed."""
    unwanted = box.devices[0].device_id
    async with caught_up(
        make_client(wants=lambda device_id: device_id != unwanted), box
    ) as updates:
        await miss(box, minutes_ago=1)
        await box.drop()
        await reconnected(updates)
        assert await following(updates, CaughtUp) == CaughtUp(0, left=0)


async def test_a_capture_device_that_is_new(
    make_client: MakeClient, box: EmulatedBox
) -> None:
    """What it saw before it was subscribed to is recovered."""
    some = Subscription(frozenset({box.devices[1].device_id}))
    client = make_client()
    async with caught_up(client, box, some) as updates:
        seen = await box.recognize(box.devices[0], box.people[0])
        pushed = asyncio.create_task(following(updates, Recovered))
        await client.subscribe(everything(box))
        assert (await pushed).recognition.identity_id == seen.identity_id


async def test_a_subscription_that_shrinks_asks_nothing(
    make_client: MakeClient, box: EmulatedBox
) -> None:
    """There is nothing new to learn."""
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
async def test_too_many(
    make_client: MakeClient, box: EmulatedBox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The newest are told, and how many the others are, where the box tells."""
    monkeypatch.setattr(recovery, "_PER_PAGE", 2)
    monkeypatch.setattr(recovery, "MOST_RECORDS", 4)
    async with caught_up(make_client(), box) as updates:
        for ago in range(8, 0, -1):
            await miss(box, minutes_ago=ago, who=ago % 3)
        await box.drop()
        await reconnected(updates)
        assert [await next_recovered(updates) for _ in range(4)] == [
            box.people[ago % 3].identity_id for ago in (4, 3, 2, 1)
        ]
        left = None if box.state.variant.history_total_missing else 4
        assert await following(updates, CaughtUp) == CaughtUp(4, left)


@_TOTALS
async def test_too_long_ago(make_client: MakeClient, box: EmulatedBox) -> None:
    """A day is told; of what is older, how much it is."""
    two_days_ago = ago(2 * 24 * 60)
    client = make_client(Bookmark(two_days_ago, two_days_ago))
    for hours_ago in (47, 30, 23, 1):
        await miss(box, minutes_ago=hours_ago * 60)
    await client.subscribe(everything(box))
    async with listening(client) as updates:
        await following(updates, Connected)
        for _ in range(2):
            await next_recovered(updates)
        left = None if box.state.variant.history_total_missing else 2
        assert await following(updates, CaughtUp) == CaughtUp(2, left)


async def test_what_is_not_known_any_more_is_not_told_again(
    make_client: MakeClient, box: EmulatedBox
) -> None:
    """A bookmark says how far back it knows what was told."""
    now = datetime.now(UTC)
    await miss(box, minutes_ago=3, who=0)
    await miss(box, minutes_ago=1, who=1)
    client = make_client(Bookmark(now, now, Delivered().pack(ago(2))))
    await client.subscribe(everything(box))
    async with listening(client) as updates:
        await following(updates, Connected)
        assert await next_recovered(updates) == box.people[1].identity_id
        assert await following(updates, CaughtUp) == CaughtUp(1, left=0)


@pytest.mark.usefixtures("_retries_at_once")
async def test_a_box_that_tells_nothing_at_first(
    make_client: MakeClient, box: EmulatedBox
) -> None:
    """Its clock is taken to be right, and its history is asked again."""
    client = make_client(Bookmark(ago(1), ago(1)))
    missed = await miss(box, minutes_ago=0.5)
    await box.port("rest").close()
    await box.port("system").close()
    await client.subscribe(everything(box))
    async with listening(client) as updates:
        connected = await following(updates, Connected)
        assert connected.clock is None
        await following(updates, CatchUpFailed)
        await box.port("rest").open()
        while isinstance(update := await anext(updates), CatchUpFailed):
            pass
        assert isinstance(update, Recovered)
        assert update.recognition.identity_id == missed.identity_id


@pytest.mark.usefixtures("_retries_at_once")
async def test_a_history_that_cannot_be_asked_for_a_while(
    make_client: MakeClient, box: EmulatedBox
) -> None:
    """Who comes meanwhile is told at once, who was missed as soon as there is an answer."""
    client = make_client()
    async with caught_up(client, box) as updates:
        before = complete_until(client)
        await box.drop()
        missed = await miss(box, minutes_ago=0.1, who=1)
        box.answer_instead[history_path(box)] = CannedAnswer(status=500)
        await reconnected(updates)
        await following(updates, CatchUpFailed)
        await box.recognize(box.devices[0], box.people[0])
        while isinstance(update := await anext(updates), CatchUpFailed):
            pass
        assert isinstance(update, LiveRecognition)
        # Until then a restart must begin where it was.
        assert complete_until(client) - before < timedelta(seconds=5)
        box.answer_instead.clear()
        while isinstance(update := await anext(updates), CatchUpFailed):
            pass
        assert isinstance(update, Recovered)
        assert update.recognition.identity_id == missed.identity_id


async def test_a_box_without_history(make_client: MakeClient, box: EmulatedBox) -> None:
    """It is asked once, and heard all the same."""
    box.answer_instead[history_path(box)] = CannedAnswer(status=404)
    client = make_client(Bookmark(ago(1), ago(1)))
    await client.subscribe(everything(box))
    async with listening(client) as updates:
        await following(updates, Connected)
        failed = await following(updates, CatchUpFailed)
        assert isinstance(failed.error, AiBoxNotFoundError)
        await box.recognize(box.devices[0], box.people[0])
        await following(updates, LiveRecognition)


class _Endless(History):
    """Of a box whose pages are all full: the first one's records under other ids."""

    @override
    async def page(self, query: HistoryQuery) -> RecordPage:
        """Return a full page."""
        first = await super().page(replace(query, page=0))
        named = (
            replace(record, record_id=f"{query.page}/{number}")
            for number, record in enumerate(first.records)
        )
        return replace(first, records=tuple(named))


async def test_the_first_look_at_a_history_ends(
    monkeypatch: pytest.MonkeyPatch, box: EmulatedBox, rest: Rest
) -> None:
    """Also at one whose pages are all full."""
    monkeypatch.setattr(recovery, "_PER_PAGE", 2)
    monkeypatch.setattr(recovery, "MOST_RECORDS", 10)
    for minutes in (1, 2, 3):
        await miss(box, minutes_ago=minutes)
    first = Recovery(_Endless(rest), Delivered(), Bookmark())
    updates: list[Update] = []

    async with asyncio.timeout(5):
        await first.scan(updates.append)

    assert updates == [CaughtUp(0, left=0)]
    assert sum("events" in request.path for request in box.requests) == 2 * 5
