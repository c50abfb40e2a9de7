"""Scans on a living connection leave out records that may still arrive live."""

import asyncio
from datetime import timedelta

import pytest

from custom_components.se_aibox.aibox import recovery as our_recovery
from custom_components.se_aibox.aibox.client import AiBoxClient
from custom_components.se_aibox.aibox.models import LiveRecognition
from custom_components.se_aibox.aibox.updates import Connected, Recovered, ScanCompleted
from emulator import EmulatedBox

from .common import Updates, everything, listening, next_update
from .conftest import MakeClient
from .recovering import ago, record_missed

pytestmark = pytest.mark.usefixtures("exact_clock")


async def test_scan_leaves_out_records_that_may_still_arrive(
    client: AiBoxClient, updates: Updates, box: EmulatedBox
) -> None:
    """A message that is merely late is then delivered live."""
    # A clock is measured to some milliseconds.
    await asyncio.sleep(0.1)
    slow = await box.recognize(box.devices[0], box.people[0], push=False)
    client.request_scan()
    assert await next_update(updates, ScanCompleted) == ScanCompleted(0, left=0)
    await box.recognize(
        box.devices[0],
        box.people[0],
        timestamp_ms=slow.timestamp_ms,
        event_id=slow.event_id,
        record=False,
    )
    live = await next_update(updates, LiveRecognition)
    assert live.recognition.identity_id == slow.identity_id


async def test_records_left_out_by_a_scan_are_recovered_later(
    make_client: MakeClient, box: EmulatedBox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its message never arrives; an older one does not wait."""
    monkeypatch.setattr(our_recovery, "_EXTRA_SECONDS", 0.1)
    client = make_client(freshness_limit=timedelta(seconds=1))
    monkeypatch.setattr(client._feed, "_late_seconds", 1.0)
    await client.subscribe(everything(box))
    async with listening(client) as updates:
        await next_update(updates, Connected)
        await next_update(updates, ScanCompleted)
        await box.wait_for_subscription()
        await record_missed(box, minutes_ago=1, who=1)
        await asyncio.sleep(0.1)
        lost = await box.recognize(box.devices[0], box.people[0], push=False)
        client.request_scan()
        assert await _next_recovered(updates) == box.people[1].identity_id
        assert await _next_recovered(updates) == lost.identity_id
        assert lost.timestamp_ms / 1000 < ago(0.9 / 60).timestamp()
        assert await next_update(updates, ScanCompleted) == ScanCompleted(1, left=0)
        await asyncio.sleep(0.3)
        assert updates.empty()


async def _next_recovered(updates: Updates) -> str | None:
    async with asyncio.timeout(5):
        while not isinstance(update := await anext(updates), Recovered):
            assert isinstance(update, ScanCompleted)
    return update.recognition.identity_id
