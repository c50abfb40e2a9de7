"""What could be told to nobody is missing again, and found again."""

import orjson
import pytest

from custom_components.se_aibox.aibox import delivered, retry
from custom_components.se_aibox.aibox.models import Bookmark
from custom_components.se_aibox.aibox.updates import (
    CatchUpFailed,
    CaughtUp,
    Connected,
    Recovered,
)
from emulator import CannedAnswer, EmulatedBox

from .conftest import MakeClient
from .recovering import (
    ago,
    caught_up,
    complete_until,
    history_path,
    in_every_way,
    miss,
    next_recovered,
    reconnected,
)
from .talk import everything, following, listening, recognition

_LONG_AGO = 90


async def _pass_by(box: EmulatedBox, *, minutes_ago: float, who: int = 0) -> None:
    """Let somebody be pushed who passed long ago."""
    await box.recognize(
        box.devices[0],
        box.people[who],
        timestamp_ms=round((box.state.now() - minutes_ago * 60) * 1000),
    )


@in_every_way
async def test_recovered_after_a_reconnect(
    make_client: MakeClient, box: EmulatedBox
) -> None:
    """Once, and nobody else with it; live ones come before and after."""
    client = make_client()
    async with caught_up(client, box) as updates:
        told = []
        for who in range(3):
            await box.recognize(box.devices[0], box.people[who])
            told.append(await recognition(updates))
        client.return_for_recovery(told[1])
        await box.drop()
        await reconnected(updates)
        assert await next_recovered(updates) == told[1].identity_id
        assert (await following(updates, CaughtUp)).recovered == 1
        await box.drop()
        await reconnected(updates)
        assert (await following(updates, CaughtUp)).recovered == 0


@in_every_way
async def test_given_back_twice(make_client: MakeClient, box: EmulatedBox) -> None:
    """What was recovered can be given back, too."""
    client = make_client()
    async with caught_up(client, box) as updates:
        await box.recognize(box.devices[0], box.people[0])
        told = await recognition(updates)
        for _ in range(3):
            client.return_for_recovery(told)
            await box.drop()
            await reconnected(updates)
            again = (await following(updates, Recovered)).recognition
            assert again.identity_id == told.identity_id
            told = again
            await following(updates, CaughtUp)


async def test_long_ago(make_client: MakeClient, box: EmulatedBox) -> None:
    """However long it lay with somebody: by a restart, a reconnect, and a look for a new capture device."""
    client = make_client(Bookmark(ago(2000), ago(2000)))
    async with caught_up(client, box) as updates:
        await _pass_by(box, minutes_ago=_LONG_AGO)
        client.return_for_recovery(await recognition(updates))
        await _pass_by(box, minutes_ago=0, who=1)
        await recognition(updates)
    restarted = make_client(client.bookmark)
    await restarted.subscribe(everything(box))
    async with listening(restarted) as updates:
        await following(updates, Connected)
        assert await next_recovered(updates) == box.people[0].identity_id
        assert (await following(updates, CaughtUp)).recovered == 1


async def test_found_by_a_look(make_client: MakeClient, box: EmulatedBox) -> None:
    """A look for what a new capture device saw finds it."""
    client = make_client(Bookmark(ago(2000), ago(2000)))
    async with caught_up(client, box) as updates:
        await _pass_by(box, minutes_ago=_LONG_AGO)
        client.return_for_recovery(await recognition(updates))
        client.request_scan()
        assert await next_recovered(updates) == box.people[0].identity_id


async def test_not_forgotten_by_a_walk_that_fails(
    make_client: MakeClient, box: EmulatedBox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is looked for again from the same moment on."""
    monkeypatch.setattr(retry, "_FIRST_SECONDS", 0.01)
    client = make_client(Bookmark(ago(2000), ago(2000)))
    async with caught_up(client, box) as updates:
        await _pass_by(box, minutes_ago=_LONG_AGO)
        client.return_for_recovery(await recognition(updates))
        box.answer_instead[history_path(box)] = CannedAnswer(status=500)
        client.request_scan()
        await following(updates, CatchUpFailed)
        box.answer_instead.clear()
        assert await next_recovered(updates) == box.people[0].identity_id


async def test_crash_during_a_walk(make_client: MakeClient, box: EmulatedBox) -> None:
    """What was written down in the middle of a walk goes on from where that began."""
    client = make_client(Bookmark(ago(2000), ago(2000)))
    async with caught_up(client, box) as updates:
        for who in range(2):
            await _pass_by(box, minutes_ago=_LONG_AGO - who, who=who)
            client.return_for_recovery(await recognition(updates))
        client.request_scan()
        assert await next_recovered(updates) == box.people[0].identity_id
        written = client.bookmark
        assert await next_recovered(updates) == box.people[1].identity_id
        await following(updates, CaughtUp)
        # All of it was told now.
        assert complete_until(client) > ago(_LONG_AGO / 2)
    restarted = make_client(written)
    await restarted.subscribe(everything(box))
    async with listening(restarted) as updates:
        await following(updates, Connected)
        assert await next_recovered(updates) == box.people[1].identity_id
        assert (await following(updates, CaughtUp)).recovered == 1


async def test_more_than_are_remembered(
    make_client: MakeClient, box: EmulatedBox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Given back as soon as they are told, they are found again, all of them, and nobody else."""
    monkeypatch.setattr(delivered, "MOST_ROWS", 8)
    client = make_client(Bookmark(ago(2000), ago(2000)))
    for minutes in range(20):
        await miss(box, minutes_ago=90 - minutes, who=minutes % 3)
    await client.subscribe(everything(box))
    async with listening(client) as updates:
        await following(updates, Connected)
        for _ in range(20):
            client.return_for_recovery(
                (await following(updates, Recovered)).recognition
            )
        await following(updates, CaughtUp)
        await box.recognize(box.devices[0], box.people[0])
        await recognition(updates)
        client.request_scan()
        for minutes in range(20):
            who = box.people[minutes % 3].identity_id
            assert await next_recovered(updates) == who
        assert (await following(updates, CaughtUp)).recovered == 20


async def test_before_it_was_added(make_client: MakeClient, box: EmulatedBox) -> None:
    """What happened before a box was heard first is nobody's business, whatever time something given back says."""
    client = make_client()
    async with caught_up(client, box) as updates:
        await miss(box, minutes_ago=30, who=1)
        await _pass_by(box, minutes_ago=_LONG_AGO)
        client.return_for_recovery(await recognition(updates))
        await box.drop()
        await reconnected(updates)
        assert (await following(updates, CaughtUp)).recovered == 0


async def test_not_owed(make_client: MakeClient, box: EmulatedBox) -> None:
    """What need not be told is found again only where that is looked into anyway."""
    client = make_client(Bookmark(ago(2000), ago(2000)))
    async with caught_up(client, box) as updates:
        for minutes_ago in (_LONG_AGO, 1):
            await _pass_by(box, minutes_ago=minutes_ago, who=int(minutes_ago == 1))
            client.return_for_recovery(await recognition(updates), is_owed=False)
        await box.drop()
        await reconnected(updates)
        assert await next_recovered(updates) == box.people[1].identity_id
        assert (await following(updates, CaughtUp)).recovered == 1


async def test_too_long_ago(make_client: MakeClient, box: EmulatedBox) -> None:
    """A look goes back no further than a day, whatever time something given back says that it is of."""
    client = make_client(Bookmark(ago(2000), ago(2000)))
    async with caught_up(client, box) as updates:
        await _pass_by(box, minutes_ago=30 * 60)
        client.return_for_recovery(await recognition(updates))
        await miss(box, minutes_ago=25 * 60)
        await miss(box, minutes_ago=23 * 60, who=1)
        client.request_scan()
        assert await next_recovered(updates) == box.people[1].identity_id
        assert (await following(updates, CaughtUp)).recovered == 1


async def test_pushed_late_after_a_restart(
    make_client: MakeClient, box: EmulatedBox
) -> None:
    """What was recovered is told no more, however long before the restart it happened."""
    client = make_client(Bookmark(ago(2000), ago(2000)))
    emitted = await miss(box, minutes_ago=_LONG_AGO)
    async with listening(client) as updates:
        await client.subscribe(everything(box))
        await following(updates, Connected)
        assert await next_recovered(updates) == box.people[0].identity_id
        await following(updates, CaughtUp)
    restarted = make_client(client.bookmark)
    async with caught_up(restarted, box) as updates:
        await box.send_raw(orjson.dumps(emitted.message))
        await box.recognize(box.devices[0], box.people[2])
        assert (await recognition(updates)).identity_id == box.people[2].identity_id
