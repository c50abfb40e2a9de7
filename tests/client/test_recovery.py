"""What a box recorded while nobody listened is told, once, and as what it is."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing, asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import override

from aiohttp import ClientSession
import pytest

from custom_components.se_aibox.aibox import recovery, retry, watch
from custom_components.se_aibox.aibox.client import (
    AiBoxClient,
    Connected,
    Disconnected,
    Update,
)
from custom_components.se_aibox.aibox.exceptions import AiBoxNotFoundError
from custom_components.se_aibox.aibox.history import History
from custom_components.se_aibox.aibox.models import (
    Bookmark,
    Dialect,
    HistoryQuery,
    LiveRecognition,
    Record,
    RecordPage,
    Subscription,
)
from custom_components.se_aibox.aibox.recovery import (
    CaughtUp,
    Missing,
    Recovered,
    Recovery,
)
from custom_components.se_aibox.aibox.rest import Rest
from custom_components.se_aibox.aibox.watch import CatchUpFailed
from emulator import CannedAnswer, Emitted, EmulatedBox, Variant

from .talk import HOST, Naps, everything, following, ports_of, until

type Updates = AsyncGenerator[Update]
type MakeClient = Callable[..., AiBoxClient]

_ON_ITS_WAY = 2.0
_WAYS = {
    "newest first": Variant(),
    "oldest first": Variant(history_order="ascending"),
    "no total": Variant(history_order="ascending", history_total_missing=True),
    "milliseconds": Variant(history_milliseconds=True),
    "numbers as texts": Variant(numbers_as_strings=True),
    "event id in 1.x": Variant(live_event_id=True),
    "other id in 1.x": Variant(live_event_id=True, history_id_differs=True),
    "no event id in 2.0": Variant(event_id_missing=True),
}
in_every_way = pytest.mark.parametrize("variant", _WAYS.values(), ids=_WAYS.keys())


@pytest.fixture
def make_client(
    session: ClientSession, box: EmulatedBox, dialect: Dialect, naps: Naps
) -> MakeClient:
    """Make a client, as after a restart where it takes a bookmark."""

    def make(bookmark: Bookmark | None = None, **kwargs: object) -> AiBoxClient:
        return AiBoxClient(
            session,
            HOST,
            ports_of(box),
            dialect,
            bookmark=bookmark,
            sleep=naps.sleep,
            jitter=lambda: 1.0,
            **kwargs,  # type: ignore[arg-type]  # the tests say which
        )

    return make


@pytest.fixture
def _retries_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Do not wait for long until the history is asked again."""
    monkeypatch.setattr(retry, "_FIRST_SECONDS", 0.01)


@asynccontextmanager
async def _caught_up(
    client: AiBoxClient, box: EmulatedBox, subscription: Subscription | None = None
) -> AsyncGenerator[Updates]:
    """Listen to everything from where nothing new is left to recover."""
    await client.subscribe(subscription or everything(box))
    async with aclosing(client.updates()) as updates:
        await following(updates, Connected)
        await following(updates, CaughtUp)
        yield updates


async def _reconnected(updates: Updates) -> None:
    await following(updates, Disconnected)
    await following(updates, Connected)


async def _miss(box: EmulatedBox, *, minutes_ago: float, who: int = 0) -> Emitted:
    """Let somebody be seen while nobody is told."""
    return await box.recognize(
        box.devices[0],
        box.people[who],
        timestamp_ms=round((box.now() - minutes_ago * 60) * 1000),
        push=False,
    )


async def _recovered(updates: Updates) -> str | None:
    return (await following(updates, Recovered)).recognition.identity_id


@in_every_way
async def test_what_was_missed_is_recovered_in_order(
    make_client: MakeClient, box: EmulatedBox
) -> None:
    """Oldest first, whichever way the box answers, each once; then it goes on live."""
    async with _caught_up(make_client(), box) as updates:
        seen = await box.recognize(box.devices[0], box.people[0])
        await following(updates, LiveRecognition)
        await box.stop_events_port()
        missed = [
            await box.recognize(box.devices[number % 3], box.people[number])
            for number in range(3)
        ]
        await box.start_events_port()
        await _reconnected(updates)
        for each in missed:
            found = (await following(updates, Recovered)).recognition
            assert found.identity_id == each.identity_id
            assert found.identity_name == each.identity_name
            assert found.capture_device_id == each.device_id
            assert round(found.occurred_at.timestamp() * 1000) == each.timestamp_ms
        assert await following(updates, CaughtUp) == CaughtUp(3, left=0)
        seen = await box.recognize(box.devices[0], box.people[0])
        live = await following(updates, LiveRecognition)
        assert live.recognition.identity_id == seen.identity_id


@in_every_way
async def test_nothing_is_told_twice(make_client: MakeClient, box: EmulatedBox) -> None:
    """However often the connection goes: what was told live, and what was recovered before."""
    async with _caught_up(make_client(), box) as updates:
        for person in (box.people[0], None, box.people[1]):
            await box.recognize(box.devices[0], person)
            await following(updates, LiveRecognition)
        await _miss(box, minutes_ago=1, who=2)
        for recovered in (1, 0, 0):
            await box.drop()
            await _reconnected(updates)
            if recovered:
                assert await _recovered(updates) == box.people[2].identity_id
            assert await following(updates, CaughtUp) == CaughtUp(recovered, left=0)


async def test_more_than_a_page(
    make_client: MakeClient, box: EmulatedBox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Page by page, and in order all the same."""
    monkeypatch.setattr(recovery, "_PER_PAGE", 3)
    async with _caught_up(make_client(), box) as updates:
        missed = [
            await _miss(box, minutes_ago=ago, who=ago % 3) for ago in range(9, 1, -1)
        ]
        await box.drop()
        await _reconnected(updates)
        assert [await _recovered(updates) for _ in missed] == [
            each.identity_id for each in missed
        ]
        assert await following(updates, CaughtUp) == CaughtUp(8, left=0)


@in_every_way
async def test_strangers_in_one_millisecond(
    make_client: MakeClient, box: EmulatedBox
) -> None:
    """Some pushed, some not, all alike: as many are told as there were."""
    moment = round(box.now() * 1000) - 60_000

    async def see(*, push: bool) -> None:
        await box.recognize(
            box.devices[0], timestamp_ms=moment, score=0.5, subject="s", push=push
        )

    async with _caught_up(make_client(), box) as updates:
        for _ in range(2):
            await see(push=True)
            await following(updates, LiveRecognition)
        for _ in range(3):
            await see(push=False)
        await box.drop()
        await _reconnected(updates)
        names = {
            (await following(updates, Recovered)).recognition.recognition_id
            for _ in range(3)
        }
        assert len(names) == 3
        assert await following(updates, CaughtUp) == CaughtUp(3, left=0)


async def test_a_first_set_up_recovers_nothing(
    make_client: MakeClient, box: EmulatedBox
) -> None:
    """Not even later, when the time before it is asked for again."""
    await _miss(box, minutes_ago=1)
    async with _caught_up(make_client(), box) as updates:
        await box.drop()
        await _reconnected(updates)
        assert await following(updates, CaughtUp) == CaughtUp(0, left=0)


async def test_a_restart_loses_nothing_and_tells_nothing_twice(
    make_client: MakeClient, box: EmulatedBox
) -> None:
    """The bookmark knows what was told, and when the box was heard last."""
    client = make_client()
    async with _caught_up(client, box) as updates:
        await box.recognize(box.devices[0], box.people[0])
        await following(updates, LiveRecognition)
    missed = await box.recognize(box.devices[0], box.people[1])
    restarted = make_client(client.bookmark)
    await restarted.subscribe(everything(box))
    async with aclosing(restarted.updates()) as updates:
        await following(updates, Connected)
        assert await _recovered(updates) == missed.identity_id
        assert await following(updates, CaughtUp) == CaughtUp(1, left=0)


async def test_nothing_was_heard_yet(make_client: MakeClient) -> None:
    """There is nothing to go on from."""
    assert make_client().bookmark is None


async def test_a_quiet_night_moves_the_bookmark(
    make_client: MakeClient, box: EmulatedBox
) -> None:
    """A box that answers would have said it: what it did not say did not happen."""
    client = make_client()
    async with _caught_up(client, box):
        first = client.bookmark
        assert first is not None
        stream = client._stream
        assert stream is not None
        stream._last_heard += 3600
        later = client.bookmark
        assert later is not None
    assert later.seen - first.seen > timedelta(minutes=59)


async def test_not_to_be_recovered(make_client: MakeClient, box: EmulatedBox) -> None:
    """Who does not want it is not told, and the history is not asked."""
    client = make_client(recovers=False)
    await client.subscribe(everything(box))
    async with aclosing(client.updates()) as updates:
        await following(updates, Connected)
        await box.drop()
        await _miss(box, minutes_ago=1)
        await _reconnected(updates)
        await box.recognize(box.devices[0], box.people[0])
        await following(updates, LiveRecognition)
    assert client.bookmark is None
    assert not [each for each in box.requests if "/events" in each.path]


async def test_unwanted_capture_devices(
    make_client: MakeClient, box: EmulatedBox
) -> None:
    """What nobody subscribed to was not missed."""
    unwanted = box.devices[0].device_id
    async with _caught_up(
        make_client(wants=lambda device_id: device_id != unwanted), box
    ) as updates:
        await _miss(box, minutes_ago=1)
        await box.drop()
        await _reconnected(updates)
        assert await following(updates, CaughtUp) == CaughtUp(0, left=0)


async def _see_again(box: EmulatedBox, emitted: Emitted) -> None:
    """Push what was recorded before."""
    who = {person.identity_id: person for person in box.people}
    await box.recognize(
        emitted.device_id,
        who.get(emitted.identity_id),
        timestamp_ms=emitted.timestamp_ms,
        score=emitted.score,
        record=False,
        overrides={"event_id": emitted.event_id},
    )


@pytest.mark.parametrize("who", [0, None])
@in_every_way
async def test_what_is_on_its_way_is_waited_for(
    make_client: MakeClient, box: EmulatedBox, naps: Naps, who: int | None
) -> None:
    """Whoever stands there while the history is read comes live, and the door opens."""
    client = make_client()
    async with _caught_up(client, box) as updates:
        await box.drop()
        await following(updates, Disconnected)
        recorded = await box.recognize(
            box.devices[0], None if who is None else box.people[who], push=False
        )

        async def arrive() -> None:
            await _see_again(box, recorded)
            await until(lambda: client._recovery._ledger.since(_ago(1))[0] != b"")

        naps.meanwhile[_ON_ITS_WAY] = arrive
        await following(updates, Connected)
        live = await following(updates, LiveRecognition)
        assert live.recognition.identity_id == (recorded.identity_id or None)
        assert await following(updates, CaughtUp) == CaughtUp(0, left=0)


@pytest.mark.parametrize("who", [0, None])
@in_every_way
async def test_what_is_on_its_way_for_too_long(
    make_client: MakeClient, box: EmulatedBox, who: int | None
) -> None:
    """It was recovered already: it is not told twice."""
    async with _caught_up(make_client(), box) as updates:
        await box.drop()
        await following(updates, Disconnected)
        recorded = await box.recognize(
            box.devices[0], None if who is None else box.people[who], push=False
        )
        await following(updates, Connected)
        await following(updates, Recovered)
        await following(updates, CaughtUp)
        await _see_again(box, recorded)
        other = await box.recognize(box.devices[0], box.people[1])
        live = await following(updates, LiveRecognition)
        assert live.recognition.identity_id == other.identity_id


def _ago(minutes: float) -> datetime:
    return datetime.now(UTC) - timedelta(minutes=minutes)


async def test_records_that_enter_late(
    make_client: MakeClient, box: EmulatedBox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The history is read once more, when everything must be there."""
    monkeypatch.setattr(watch, "_LATE_SECONDS", 0.5)
    client = make_client()
    async with _caught_up(client, box) as updates:
        await box.drop()
        late = await box.recognize(
            box.devices[0],
            box.people[0],
            timestamp_ms=round((box.now() - 60) * 1000),
            push=False,
            record_delay=0.3,
        )
        await _reconnected(updates)
        assert await following(updates, CaughtUp) == CaughtUp(0, left=0)
        assert await _recovered(updates) == late.identity_id
        assert await following(updates, CaughtUp) == CaughtUp(1, left=0)


async def test_a_capture_device_that_is_new(
    make_client: MakeClient, box: EmulatedBox
) -> None:
    """What it saw before it was subscribed to is recovered."""
    some = Subscription(frozenset({box.devices[1].device_id}))
    client = make_client()
    async with _caught_up(client, box, some) as updates:
        seen = await box.recognize(box.devices[0], box.people[0])
        pushed = asyncio.create_task(following(updates, Recovered))
        await client.subscribe(everything(box))
        assert (await pushed).recognition.identity_id == seen.identity_id


async def test_a_subscription_that_shrinks_asks_nothing(
    make_client: MakeClient, box: EmulatedBox
) -> None:
    """There is nothing new to learn."""
    client = make_client()
    async with _caught_up(client, box):
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
    async with _caught_up(make_client(), box) as updates:
        for ago in range(8, 0, -1):
            await _miss(box, minutes_ago=ago, who=ago % 3)
        await box.drop()
        await _reconnected(updates)
        assert [await _recovered(updates) for _ in range(4)] == [
            box.people[ago % 3].identity_id for ago in (4, 3, 2, 1)
        ]
        left = None if box.variant.history_total_missing else 4
        assert await following(updates, CaughtUp) == CaughtUp(4, left)


@_TOTALS
async def test_too_long_ago(make_client: MakeClient, box: EmulatedBox) -> None:
    """A day is told; of what is older, how much it is."""
    two_days_ago = _ago(2 * 24 * 60)
    client = make_client(Bookmark(two_days_ago, two_days_ago))
    for hours_ago in (47, 30, 23, 1):
        await _miss(box, minutes_ago=hours_ago * 60)
    await client.subscribe(everything(box))
    async with aclosing(client.updates()) as updates:
        await following(updates, Connected)
        for _ in range(2):
            await _recovered(updates)
        left = None if box.variant.history_total_missing else 2
        assert await following(updates, CaughtUp) == CaughtUp(2, left)


async def test_what_is_not_known_any_more_is_not_told_again(
    make_client: MakeClient, box: EmulatedBox
) -> None:
    """A bookmark says how far back it knows what was told."""
    now = datetime.now(UTC)
    await _miss(box, minutes_ago=3, who=0)
    await _miss(box, minutes_ago=1, who=1)
    since_ms = round(_ago(2).timestamp() * 1000)
    client = make_client(Bookmark(now, now, told_since_ms=since_ms))
    await client.subscribe(everything(box))
    async with aclosing(client.updates()) as updates:
        await following(updates, Connected)
        assert await _recovered(updates) == box.people[1].identity_id
        assert await following(updates, CaughtUp) == CaughtUp(1, left=0)


@pytest.mark.parametrize("hours", [-1.5, 1.5, 24 * 365])
async def test_a_clock_that_was_set_meanwhile(
    make_client: MakeClient, box: EmulatedBox, hours: float
) -> None:
    """Whichever way: what happened meanwhile is found, what was told is not told again."""
    async with _caught_up(make_client(), box) as updates:
        await box.recognize(box.devices[0], box.people[0])
        await following(updates, LiveRecognition)
        await box.drop()
        box.clock_offset = hours * 3600
        missed = await _miss(box, minutes_ago=0.1, who=1)
        await _reconnected(updates)
        assert await _recovered(updates) == missed.identity_id
        assert await following(updates, CaughtUp) == CaughtUp(1, left=0)
        await box.drop()
        await _reconnected(updates)
        assert await following(updates, CaughtUp) == CaughtUp(0, left=0)


async def test_a_time_from_the_future_hides_nothing(
    make_client: MakeClient, box: EmulatedBox
) -> None:
    """The bookmark never runs ahead of the box's clock."""
    client = make_client()
    async with _caught_up(client, box) as updates:
        await box.recognize(
            box.devices[0],
            box.people[0],
            timestamp_ms=round(box.now() * 1000) + 3_600_000,
        )
        await following(updates, LiveRecognition)
        assert client.bookmark is not None
        assert client.bookmark.seen <= datetime.now(UTC) + timedelta(seconds=1)
        await box.drop()
        missed = await _miss(box, minutes_ago=0.1, who=1)
        await _reconnected(updates)
        assert await _recovered(updates) == missed.identity_id


@pytest.mark.usefixtures("_retries_at_once")
async def test_a_box_that_tells_nothing_at_first(
    make_client: MakeClient, box: EmulatedBox
) -> None:
    """Its clock is taken to be right, and its history is asked again."""
    client = make_client(Bookmark(_ago(1), _ago(1)))
    missed = await _miss(box, minutes_ago=0.5)
    await box.stop_rest_port()
    await box.stop_system_port()
    await client.subscribe(everything(box))
    async with aclosing(client.updates()) as updates:
        connected = await following(updates, Connected)
        assert connected.clock is None
        await following(updates, CatchUpFailed)
        await box.start_rest_port()
        while isinstance(update := await anext(updates), CatchUpFailed):
            pass
        assert isinstance(update, Recovered)
        assert update.recognition.identity_id == missed.identity_id


@pytest.mark.parametrize("dialect", [Dialect.NESTED])
async def test_a_box_that_scores_live_and_recorded_differently(
    make_client: MakeClient, box: EmulatedBox
) -> None:
    """One person at one door in one millisecond is one recognition all the same."""
    async with _caught_up(make_client(), box) as updates:
        await box.recognize(
            box.devices[0], box.people[0], score=91.5, overrides={"score": 91.0}
        )
        await following(updates, LiveRecognition)
        await box.drop()
        await _reconnected(updates)
        await following(updates, CaughtUp)


def _history_path(box: EmulatedBox) -> str:
    return {
        "nested": "/SophonFace/api/events",
        "flat": "/sophon/v2/face/getevents",
    }[box.dialect]


@pytest.mark.usefixtures("_retries_at_once")
async def test_a_history_that_cannot_be_asked_for_a_while(
    make_client: MakeClient, box: EmulatedBox
) -> None:
    """Who comes meanwhile is told at once, who was missed as soon as there is an answer."""
    client = make_client()
    async with _caught_up(client, box) as updates:
        before = client.bookmark
        assert before is not None
        await box.drop()
        missed = await _miss(box, minutes_ago=0.1, who=1)
        box.answer_instead[_history_path(box)] = CannedAnswer(status=500)
        await _reconnected(updates)
        await following(updates, CatchUpFailed)
        await box.recognize(box.devices[0], box.people[0])
        while isinstance(update := await anext(updates), CatchUpFailed):
            pass
        assert isinstance(update, LiveRecognition)
        # Until then a restart must begin where it was.
        assert client.bookmark is not None
        assert client.bookmark.seen - before.seen < timedelta(seconds=5)
        box.answer_instead.clear()
        while isinstance(update := await anext(updates), CatchUpFailed):
            pass
        assert isinstance(update, Recovered)
        assert update.recognition.identity_id == missed.identity_id


async def test_a_box_without_history(make_client: MakeClient, box: EmulatedBox) -> None:
    """It is asked once, and heard all the same."""
    box.answer_instead[_history_path(box)] = CannedAnswer(status=404)
    client = make_client(Bookmark(_ago(1), _ago(1)))
    await client.subscribe(everything(box))
    async with aclosing(client.updates()) as updates:
        await following(updates, Connected)
        failed = await following(updates, CatchUpFailed)
        assert isinstance(failed.error, AiBoxNotFoundError)
        await box.recognize(box.devices[0], box.people[0])
        await following(updates, LiveRecognition)


class _FakeHistory(History):
    """A history that hands out the same records on two pages, and gives some no id."""

    def __init__(self, records: tuple[Record, ...]) -> None:
        """Take what it keeps."""
        self._records = records

    @override
    async def page(self, query: HistoryQuery) -> RecordPage:
        """Return everything on the first page, and the last of it again on the second."""
        page = (self._records, self._records[-1:])[query.page]
        return RecordPage(page, None, rows=query.per_page if query.page == 0 else 1)


async def test_a_record_that_is_on_two_pages(box: EmulatedBox, rest: Rest) -> None:
    """Another one entered between two questions: it happened once; without an id nobody can tell."""
    seen = await box.recognize(box.devices[0], box.people[0], push=False)
    now = datetime.now(UTC)
    page = await History(rest).page(
        HistoryQuery(now - timedelta(minutes=1), now + timedelta(minutes=1))
    )
    [record] = page.records
    for each, times in ((record, 1), (replace(record, record_id=None), 2)):
        found = Recovery(
            _FakeHistory((each,)),
            Bookmark(_ago(1), _ago(1)),
            shares_ids=False,
            wants=lambda _: True,
            sleep=Naps().sleep,
        )
        recovered = [
            found.recover(update)
            async for update in found.catch_up()
            if isinstance(update, Missing)
        ]
        assert [
            each.recognition.identity_id for each in recovered if each is not None
        ] == [seen.identity_id] * times
