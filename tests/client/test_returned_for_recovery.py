"""Recognitions that could not be delivered are recovered later."""

import orjson
import pytest

from custom_components.se_aibox.aibox import delivered, retry
from custom_components.se_aibox.aibox.models import Bookmark
from custom_components.se_aibox.aibox.updates import (
    Connected,
    Recovered,
    ScanCompleted,
    ScanFailed,
)
from emulator import CannedAnswer, EmulatedBox

from .common import everything, listening, next_recognition, next_update
from .conftest import MakeClient
from .recovering import (
    ago,
    caught_up,
    complete_until,
    every_recovery_variant,
    next_recovered,
    reconnected,
    record_missed,
)

pytestmark = pytest.mark.usefixtures("exact_clock")

_LONG_AGO_MINUTES = 90


async def _push(box: EmulatedBox, *, minutes_ago: float, who: int = 0) -> None:
    """Push a recognition of an earlier time."""
    await box.recognize(
        box.devices[0],
        box.people[who],
        timestamp_ms=round((box.state.now() - minutes_ago * 60) * 1000),
    )


@every_recovery_variant
async def test_returned_recognition_is_recovered_after_a_reconnect(
    make_client: MakeClient, box: EmulatedBox
) -> None:
    """It is recovered once, and no other one with it."""
    client = make_client()
    async with caught_up(client, box) as updates:
        delivered_live = []
        for who in range(3):
            await box.recognize(box.devices[0], box.people[who])
            delivered_live.append(await next_recognition(updates))
        client.return_for_recovery(delivered_live[1])
        await box.drop()
        await reconnected(updates)
        assert await next_recovered(updates) == delivered_live[1].identity_id
        assert (await next_update(updates, ScanCompleted)).recovered == 1
        await box.drop()
        await reconnected(updates)
        assert (await next_update(updates, ScanCompleted)).recovered == 0


@every_recovery_variant
async def test_young_returned_recognition_is_recovered_by_the_next_scan(
    make_client: MakeClient, box: EmulatedBox
) -> None:
    """Its message arrived, so a scan does not wait for it."""
    client = make_client()
    async with caught_up(client, box) as updates:
        await box.recognize(box.devices[0], box.people[0])
        client.return_for_recovery(await next_recognition(updates))
        client.request_scan()
        assert await next_recovered(updates) == box.people[0].identity_id
        assert (await next_update(updates, ScanCompleted)).recovered == 1


async def test_returned_recognition_from_the_future_hides_no_late_message(
    make_client: MakeClient, box: EmulatedBox
) -> None:
    """A message that is merely late is still awaited."""
    client = make_client()
    async with caught_up(client, box) as updates:
        await _push(box, minutes_ago=-60)
        client.return_for_recovery(await next_recognition(updates))
        assert client._recovery._returned_until < ago(-1)


@every_recovery_variant
async def test_recovered_recognition_can_be_returned_again(
    make_client: MakeClient, box: EmulatedBox
) -> None:
    """It is returned three times."""
    client = make_client()
    async with caught_up(client, box) as updates:
        await box.recognize(box.devices[0], box.people[0])
        last = await next_recognition(updates)
        for _ in range(3):
            client.return_for_recovery(last)
            await box.drop()
            await reconnected(updates)
            again = (await next_update(updates, Recovered)).recognition
            assert again.identity_id == last.identity_id
            last = again
            await next_update(updates, ScanCompleted)


async def test_old_returned_recognition_is_recovered_after_a_restart(
    make_client: MakeClient, box: EmulatedBox
) -> None:
    """It happened long before the overlap."""
    client = make_client(Bookmark(ago(2000), ago(2000)))
    async with caught_up(client, box) as updates:
        await _push(box, minutes_ago=_LONG_AGO_MINUTES)
        client.return_for_recovery(await next_recognition(updates))
        await _push(box, minutes_ago=0, who=1)
        await next_recognition(updates)
    restarted = make_client(client.bookmark)
    await restarted.subscribe(everything(box))
    async with listening(restarted) as updates:
        await next_update(updates, Connected)
        assert await next_recovered(updates) == box.people[0].identity_id
        assert (await next_update(updates, ScanCompleted)).recovered == 1


async def test_old_returned_recognition_is_recovered_by_a_requested_scan(
    make_client: MakeClient, box: EmulatedBox
) -> None:
    """It happened long before the overlap."""
    client = make_client(Bookmark(ago(2000), ago(2000)))
    async with caught_up(client, box) as updates:
        await _push(box, minutes_ago=_LONG_AGO_MINUTES)
        client.return_for_recovery(await next_recognition(updates))
        client.request_scan()
        assert await next_recovered(updates) == box.people[0].identity_id


async def test_old_returned_recognition_is_recovered_after_a_failed_scan(
    make_client: MakeClient, box: EmulatedBox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next scan begins at the same time."""
    monkeypatch.setattr(retry, "_FIRST_SECONDS", 0.01)
    client = make_client(Bookmark(ago(2000), ago(2000)))
    async with caught_up(client, box) as updates:
        await _push(box, minutes_ago=_LONG_AGO_MINUTES)
        client.return_for_recovery(await next_recognition(updates))
        box.answer_instead[box.history_path] = CannedAnswer(status=500)
        client.request_scan()
        await next_update(updates, ScanFailed)
        box.answer_instead.clear()
        assert await next_recovered(updates) == box.people[0].identity_id


async def test_bookmark_stored_during_a_scan_repeats_the_scan(
    make_client: MakeClient, box: EmulatedBox
) -> None:
    """Home Assistant may crash during a scan."""
    client = make_client(Bookmark(ago(2000), ago(2000)))
    async with caught_up(client, box) as updates:
        for who in range(2):
            await _push(box, minutes_ago=_LONG_AGO_MINUTES - who, who=who)
            client.return_for_recovery(await next_recognition(updates))
        client.request_scan()
        assert await next_recovered(updates) == box.people[0].identity_id
        written = client.bookmark
        assert await next_recovered(updates) == box.people[1].identity_id
        await next_update(updates, ScanCompleted)
        # All of them were delivered.
        assert complete_until(client) > ago(_LONG_AGO_MINUTES / 2)
    restarted = make_client(written)
    await restarted.subscribe(everything(box))
    async with listening(restarted) as updates:
        await next_update(updates, Connected)
        assert await next_recovered(updates) == box.people[1].identity_id
        assert (await next_update(updates, ScanCompleted)).recovered == 1


async def test_more_returned_recognitions_than_rows_are_recovered(
    make_client: MakeClient, box: EmulatedBox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No other recognition is recovered."""
    monkeypatch.setattr(delivered, "MOST_ROWS", 8)
    client = make_client(Bookmark(ago(2000), ago(2000)))
    for minutes in range(20):
        await record_missed(box, minutes_ago=90 - minutes, who=minutes % 3)
    await client.subscribe(everything(box))
    async with listening(client) as updates:
        await next_update(updates, Connected)
        for _ in range(20):
            client.return_for_recovery(
                (await next_update(updates, Recovered)).recognition
            )
        await next_update(updates, ScanCompleted)
        await box.recognize(box.devices[0], box.people[0])
        await next_recognition(updates)
        client.request_scan()
        for minutes in range(20):
            who = box.people[minutes % 3].identity_id
            assert await next_recovered(updates) == who
        assert (await next_update(updates, ScanCompleted)).recovered == 20


async def test_nothing_before_the_first_connection_is_recovered(
    make_client: MakeClient, box: EmulatedBox
) -> None:
    """The returned recognition claims an earlier time."""
    client = make_client()
    async with caught_up(client, box) as updates:
        await record_missed(box, minutes_ago=30, who=1)
        await _push(box, minutes_ago=_LONG_AGO_MINUTES)
        client.return_for_recovery(await next_recognition(updates))
        await box.drop()
        await reconnected(updates)
        assert (await next_update(updates, ScanCompleted)).recovered == 0


async def test_recognition_that_need_not_be_recovered_extends_no_scan(
    make_client: MakeClient, box: EmulatedBox
) -> None:
    """It is recovered only where the next scan reads anyway."""
    client = make_client(Bookmark(ago(2000), ago(2000)))
    async with caught_up(client, box) as updates:
        for minutes_ago in (_LONG_AGO_MINUTES, 1):
            await _push(box, minutes_ago=minutes_ago, who=int(minutes_ago == 1))
            client.return_for_recovery(
                await next_recognition(updates), must_recover=False
            )
        await box.drop()
        await reconnected(updates)
        assert await next_recovered(updates) == box.people[1].identity_id
        assert (await next_update(updates, ScanCompleted)).recovered == 1


async def test_scan_for_a_returned_recognition_reads_one_day_at_most(
    make_client: MakeClient, box: EmulatedBox
) -> None:
    """The returned recognition is 30 hours old."""
    client = make_client(Bookmark(ago(2000), ago(2000)))
    async with caught_up(client, box) as updates:
        await _push(box, minutes_ago=30 * 60)
        client.return_for_recovery(await next_recognition(updates))
        await record_missed(box, minutes_ago=25 * 60)
        await record_missed(box, minutes_ago=23 * 60, who=1)
        client.request_scan()
        assert await next_recovered(updates) == box.people[1].identity_id
        assert (await next_update(updates, ScanCompleted)).recovered == 1


async def test_late_push_after_a_restart_is_dropped_if_recovered_before(
    make_client: MakeClient, box: EmulatedBox
) -> None:
    """It happened long before the restart."""
    client = make_client(Bookmark(ago(2000), ago(2000)))
    emitted = await record_missed(box, minutes_ago=_LONG_AGO_MINUTES)
    async with listening(client) as updates:
        await client.subscribe(everything(box))
        await next_update(updates, Connected)
        assert await next_recovered(updates) == box.people[0].identity_id
        await next_update(updates, ScanCompleted)
    restarted = make_client(client.bookmark)
    async with caught_up(restarted, box) as updates:
        await box.send_raw(orjson.dumps(emitted.message))
        await box.recognize(box.devices[0], box.people[2])
        assert (await next_recognition(updates)).identity_id == box.people[
            2
        ].identity_id
