"""What was missed is recovered, whatever comes between."""

import asyncio
from datetime import timedelta

import pytest

from custom_components.se_aibox.aibox import feed_check, recovery, retry
from custom_components.se_aibox.aibox.delivered import Delivered
from custom_components.se_aibox.aibox.history import History
from custom_components.se_aibox.aibox.models import (
    Bookmark,
    ClockReading,
    Dialect,
    LiveRecognition,
    Subscription,
)
from custom_components.se_aibox.aibox.recovery import Recovery
from custom_components.se_aibox.aibox.rest import Rest
from custom_components.se_aibox.aibox.updates import (
    CaughtUp,
    Connected,
    Recovered,
    Update,
)
from emulator import CannedAnswer, EmulatedBox, Variant

from .conftest import MakeClient
from .recovering import ago, caught_up, history_path, miss, reconnected
from .talk import Updates, everything, following, listening


async def _drain(updates: Updates, seconds: float) -> list[Update]:
    """Return what comes within a time."""
    await asyncio.sleep(seconds)
    return [updates.get_nowait() for _ in range(updates.qsize())]


def _who(
    found: list[Update], kind: type[LiveRecognition | Recovered]
) -> list[str | None]:
    return [each.recognition.identity_id for each in found if isinstance(each, kind)]


@pytest.mark.parametrize("dialect", [Dialect.FLAT])
@pytest.mark.parametrize("variant", [Variant(event_ids_restart=True)])
async def test_ids_that_begin_anew_within_one_scan(
    make_client: MakeClient, box: EmulatedBox
) -> None:
    """Two missed records with one id: before and after the box's reboot."""
    async with caught_up(make_client(Bookmark(ago(60), ago(60))), box) as updates:
        box.state.restart()
        await miss(box, minutes_ago=40, who=0)
        box.state.restart()
        await miss(box, minutes_ago=30, who=1)
        assert box.history[-1].event_id == box.history[-2].event_id
    client = make_client(Bookmark(ago(60), ago(60)))
    await client.subscribe(everything(box))
    async with listening(client) as updates:
        await following(updates, Connected)
        found = await _drain(updates, 1)
        assert set(_who(found, Recovered)) == {
            box.people[0].identity_id,
            box.people[1].identity_id,
        }, found


async def test_late_records_of_a_new_device(
    make_client: MakeClient, box: EmulatedBox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second scan after a requested one begins too late, as checks move on.

    One second here is ten minutes (OVERLAP), the freshness limit is nothing.
    """
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
        # Seen half an overlap before the device is subscribed to, recorded after.
        seen = await box.recognize(
            box.devices[1], box.people[1], push=False, record_delay=1.5
        )
        await asyncio.sleep(1)
        await client.subscribe(everything(box))
        found = await _drain(updates, 4)
        assert _who(found, Recovered) == [seen.identity_id], found


async def test_second_request_just_before_the_last_scan(
    make_client: MakeClient, box: EmulatedBox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A request shortly before the last scan is not scanned for again."""
    monkeypatch.setattr(recovery, "OVERLAP", timedelta(seconds=2))
    monkeypatch.setattr(recovery, "_LATE_SECONDS", 2.0)
    client = make_client()
    old = Subscription(frozenset({box.devices[0].device_id}))
    async with caught_up(client, box, old) as updates:
        await box.drop()
        await reconnected(updates)
        await following(updates, CaughtUp)
        await asyncio.sleep(1.5)
        seen = await box.recognize(
            box.devices[1], box.people[1], push=False, record_delay=1.5
        )
        await asyncio.sleep(0.2)
        await client.subscribe(everything(box))
        found = await _drain(updates, 4)
        assert _who(found, Recovered) == [seen.identity_id], found


async def test_missed_while_the_first_scan_fails(
    make_client: MakeClient, box: EmulatedBox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was missed after the first connection is passed over."""
    monkeypatch.setattr(retry, "_FIRST_SECONDS", 0.01)
    client = make_client()
    box.answer_instead[history_path(box)] = CannedAnswer(status=500)
    await client.subscribe(everything(box))
    async with listening(client) as updates:
        await following(updates, Connected)
        await box.wait_for_subscription()
        await box.recognize(box.devices[0], box.people[0])
        while not isinstance(await anext(updates), LiveRecognition):
            pass
        await box.port("events").close()
        missed = await box.recognize(box.devices[0], box.people[1])
        await asyncio.sleep(0.2)
        box.answer_instead.clear()
        await box.port("events").open()
        found = await _drain(updates, 1)
        assert [u for u in found if isinstance(u, CaughtUp)]
        assert _who(found, Recovered) == [missed.identity_id]


def test_bookmark_does_not_lie_ahead_after_the_clock_was_set_back(rest: Rest) -> None:
    """A restart keeps what was delivered since then, by the box's new clock."""
    noted_at = ago(5)
    progress = Recovery(
        History(rest), Delivered(), Bookmark(noted_at + timedelta(hours=2), noted_at)
    )
    progress.measure(ClockReading(timedelta(), timedelta()))
    assert progress.bookmark.complete_until == noted_at
