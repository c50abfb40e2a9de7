"""Recovery after restarts of the box, late records and failed scans."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from custom_components.se_aibox.aibox import feed_check, recovery, retry
from custom_components.se_aibox.aibox.client import AiBoxClient
from custom_components.se_aibox.aibox.delivered import Delivered
from custom_components.se_aibox.aibox.history import History
from custom_components.se_aibox.aibox.models import (
    Bookmark,
    Dialect,
    LiveRecognition,
    Subscription,
)
from custom_components.se_aibox.aibox.recovery import Recovery
from custom_components.se_aibox.aibox.rest import Rest
from custom_components.se_aibox.aibox.updates import (
    Connected,
    Recovered,
    ScanCompleted,
    Update,
)
from emulator import CannedAnswer, EmulatedBox, Variant

from .common import Updates, everything, listening, next_update, right_clock
from .conftest import MakeClient
from .recovering import ago, caught_up, identity_ids, reconnected, record_missed

pytestmark = pytest.mark.usefixtures("exact_clock")


async def _scan_that_recovers(updates: Updates) -> list[Update]:
    """Return the updates up to shortly after the first scan that recovered."""
    found: list[Update] = []
    async with asyncio.timeout(20):
        while not (
            found and isinstance(found[-1], ScanCompleted) and found[-1].recovered
        ):
            found.append(await anext(updates))
    # Something delivered twice would follow at once.
    await asyncio.sleep(0.3)
    return found + [updates.get_nowait() for _ in range(updates.qsize())]


@asynccontextmanager
async def _receiving_without_a_history(
    client: AiBoxClient, box: EmulatedBox
) -> AsyncGenerator[Updates]:
    """Receive a recognition while the history cannot be read."""
    box.answer_instead[box.history_path] = CannedAnswer(status=500)
    await client.subscribe(everything(box))
    async with listening(client) as updates:
        await next_update(updates, Connected)
        await box.wait_for_subscription()
        await box.recognize(box.devices[0], box.people[0])
        while not isinstance(await anext(updates), LiveRecognition):
            pass
        yield updates


@pytest.mark.parametrize("dialect", [Dialect.FLAT])
@pytest.mark.parametrize("variant", [Variant(event_ids_restart=True)])
async def test_two_records_with_one_id_are_both_recovered(
    make_client: MakeClient, box: EmulatedBox
) -> None:
    """Event ids start again when a box restarts."""
    async with caught_up(make_client(Bookmark(ago(60), ago(60))), box) as updates:
        box.state.restart()
        await record_missed(box, minutes_ago=40, who=0)
        box.state.restart()
        await record_missed(box, minutes_ago=30, who=1)
        assert box.history[-1].event_id == box.history[-2].event_id
    client = make_client(Bookmark(ago(60), ago(60)))
    await client.subscribe(everything(box))
    async with listening(client) as updates:
        await next_update(updates, Connected)
        found = await _scan_that_recovers(updates)
        assert set(identity_ids(found, Recovered)) == {
            box.people[0].identity_id,
            box.people[1].identity_id,
        }, found


async def test_late_record_of_a_new_device_is_recovered(
    make_client: MakeClient, box: EmulatedBox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Checks that pass meanwhile must not move the start of the second scan."""
    # Two seconds stand for the ten minutes of the overlap.
    monkeypatch.setattr(recovery, "OVERLAP", timedelta(seconds=2))
    monkeypatch.setattr(recovery, "_LATE_SECONDS", 2.0)
    monkeypatch.setattr(feed_check, "_TICK_SECONDS", 0.05)
    monkeypatch.setattr(feed_check, "_CHECK_SECONDS", 0.05)
    monkeypatch.setattr(feed_check, "_LEAST_LATE_SECONDS", 0)
    monkeypatch.setattr(feed_check, "_LOOK_BACK_SECONDS", 0.4)
    client = make_client(freshness_limit=timedelta(seconds=0.2))
    old = Subscription(frozenset({box.devices[0].device_id}))
    async with caught_up(client, box, old) as updates:
        await asyncio.sleep(0.3)
        # It happens before the device is subscribed to, and is recorded after that.
        seen = await box.recognize(
            box.devices[1], box.people[1], push=False, record_delay=1.5
        )
        await asyncio.sleep(1)
        await client.subscribe(everything(box))
        found = await _scan_that_recovers(updates)
        assert identity_ids(found, Recovered) == [seen.identity_id], found


async def test_late_record_is_recovered_after_a_request_before_the_last_scan(
    make_client: MakeClient, box: EmulatedBox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The request has to lead to another late scan."""
    monkeypatch.setattr(recovery, "OVERLAP", timedelta(seconds=2))
    monkeypatch.setattr(recovery, "_LATE_SECONDS", 2.0)
    client = make_client()
    old = Subscription(frozenset({box.devices[0].device_id}))
    async with caught_up(client, box, old) as updates:
        await box.drop()
        await reconnected(updates)
        await next_update(updates, ScanCompleted)
        await asyncio.sleep(1.5)
        seen = await box.recognize(
            box.devices[1], box.people[1], push=False, record_delay=1.5
        )
        await asyncio.sleep(0.2)
        await client.subscribe(everything(box))
        found = await _scan_that_recovers(updates)
        assert identity_ids(found, Recovered) == [seen.identity_id], found


async def test_recognition_missed_while_the_first_scan_fails_is_recovered(
    make_client: MakeClient, box: EmulatedBox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first scan passes over earlier records only."""
    monkeypatch.setattr(retry, "_FIRST_SECONDS", 0.01)
    client = make_client()
    async with _receiving_without_a_history(client, box) as updates:
        await box.port("events").close()
        missed = await box.recognize(box.devices[0], box.people[1])
        await asyncio.sleep(0.2)
        box.answer_instead.clear()
        await box.port("events").open()
        found = await _scan_that_recovers(updates)
        assert identity_ids(found, Recovered) == [missed.identity_id]


async def test_recognition_missed_by_a_restart_before_the_first_scan_is_recovered(
    make_client: MakeClient, box: EmulatedBox
) -> None:
    """The next client begins when the first one did."""
    await box.recognize(box.devices[0], box.people[3], push=False)
    # Times are in whole milliseconds.
    await asyncio.sleep(0.01)
    client = make_client()
    async with _receiving_without_a_history(client, box):
        pass
    missed = await box.recognize(box.devices[0], box.people[1])
    box.answer_instead.clear()
    restarted = make_client(client.bookmark)
    await restarted.subscribe(everything(box))
    async with listening(restarted) as updates:
        found = await _scan_that_recovers(updates)
    assert identity_ids(found, Recovered) == [missed.identity_id]


async def test_bookmark_is_not_in_the_future_after_the_clock_was_set_back(
    rest: Rest,
) -> None:
    """It follows the new clock of the box."""
    noted_at = ago(5)
    clock = right_clock()
    progress = Recovery(
        History(rest),
        Delivered(),
        Bookmark(noted_at + timedelta(hours=2), noted_at),
        clock,
    )
    await clock.measure()
    progress.use_clock()
    assert progress.bookmark.complete_until == noted_at
