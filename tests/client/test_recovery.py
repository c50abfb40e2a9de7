"""What a box recorded while nobody listened is told, once, and as what it is."""

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
    CaughtUp,
    Connected,
    Recovered,
    Update,
)
from emulator import EmulatedBox

from .conftest import MakeClient
from .recovering import ago, caught_up, in_every_way, miss, next_recovered, reconnected
from .talk import Naps, everything, following, listening


@in_every_way
async def test_what_was_missed_is_recovered_in_order(
    make_client: MakeClient, box: EmulatedBox
) -> None:
    """Oldest first, whichever way the box answers, each once; then it goes on live."""
    async with caught_up(make_client(), box) as updates:
        seen = await box.recognize(box.devices[0], box.people[0])
        await following(updates, LiveRecognition)
        await box.port("events").close()
        missed = [
            await box.recognize(box.devices[number % 3], box.people[number])
            for number in range(3)
        ]
        await box.port("events").open()
        await reconnected(updates)
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
    async with caught_up(make_client(), box) as updates:
        for person in (box.people[0], None, box.people[1]):
            await box.recognize(box.devices[0], person)
            await following(updates, LiveRecognition)
        await miss(box, minutes_ago=1, who=2)
        for recovered in (1, 0, 0):
            await box.drop()
            await reconnected(updates)
            if recovered:
                assert await next_recovered(updates) == box.people[2].identity_id
            assert await following(updates, CaughtUp) == CaughtUp(recovered, left=0)


async def test_more_than_a_page(
    make_client: MakeClient, box: EmulatedBox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Page by page, and in order all the same."""
    monkeypatch.setattr(recovery, "_PER_PAGE", 3)
    async with caught_up(make_client(), box) as updates:
        missed = [
            await miss(box, minutes_ago=ago, who=ago % 3) for ago in range(9, 1, -1)
        ]
        await box.drop()
        await reconnected(updates)
        assert [await next_recovered(updates) for _ in missed] == [
            each.identity_id for each in missed
        ]
        assert await following(updates, CaughtUp) == CaughtUp(8, left=0)


@in_every_way
async def test_strangers_in_one_millisecond(
    make_client: MakeClient, box: EmulatedBox
) -> None:
    """Some pushed, some not, all alike: as many are told as there were."""
    moment = round(box.state.now() * 1000) - 60_000

    async def see(*, push: bool) -> None:
        await box.recognize(
            box.devices[0], timestamp_ms=moment, score=0.5, subject="s", push=push
        )

    async with caught_up(make_client(), box) as updates:
        for _ in range(2):
            await see(push=True)
            await following(updates, LiveRecognition)
        for _ in range(3):
            await see(push=False)
        await box.drop()
        await reconnected(updates)
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
    await miss(box, minutes_ago=1)
    async with caught_up(make_client(), box) as updates:
        await box.drop()
        await reconnected(updates)
        assert await following(updates, CaughtUp) == CaughtUp(0, left=0)


async def test_a_restart_loses_nothing_and_tells_nothing_twice(
    make_client: MakeClient, box: EmulatedBox
) -> None:
    """The bookmark knows what was told, and when the box was heard last."""
    client = make_client()
    async with caught_up(client, box) as updates:
        await box.recognize(box.devices[0], box.people[0])
        await following(updates, LiveRecognition)
    missed = await box.recognize(box.devices[0], box.people[1])
    restarted = make_client(client.bookmark)
    await restarted.subscribe(everything(box))
    async with listening(restarted) as updates:
        await following(updates, Connected)
        assert await next_recovered(updates) == missed.identity_id
        assert await following(updates, CaughtUp) == CaughtUp(1, left=0)


async def test_new_client_has_an_empty_bookmark(make_client: MakeClient) -> None:
    """There is nothing to continue from."""
    assert make_client().bookmark.complete_until is None


@pytest.mark.parametrize("dialect", [Dialect.NESTED])
async def test_a_box_that_scores_live_and_recorded_differently(
    make_client: MakeClient, box: EmulatedBox
) -> None:
    """One person at one door in one millisecond is one recognition all the same."""
    async with caught_up(make_client(), box) as updates:
        await box.recognize(
            box.devices[0], box.people[0], score=91.5, overrides={"score": 91.0}
        )
        await following(updates, LiveRecognition)
        await box.drop()
        await reconnected(updates)
        await following(updates, CaughtUp)


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
    for each in (record, replace(record, record_id=None)):
        updates: list[Update] = []
        found = Recovery(
            _FakeHistory((each,)),
            Delivered(),
            Bookmark(ago(1), ago(1)),
            sleep=Naps().sleep,
        )
        await found.scan(updates.append)
        assert [
            update.recognition.identity_id
            for update in updates
            if isinstance(update, Recovered)
        ] == [seen.identity_id]
