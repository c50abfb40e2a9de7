"""Records that enter the history minutes after their time (docs/protocol.md §4)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from custom_components.se_aibox.aibox import feed_check, recovery, stream
from custom_components.se_aibox.aibox.client import AiBoxClient
from custom_components.se_aibox.aibox.models import LiveRecognition
from custom_components.se_aibox.aibox.updates import (
    Connected,
    Disconnected,
    Recovered,
    ScanCompleted,
)
from emulator import EmulatedBox
from emulator.model import Emitted

from .common import Updates, next_update, until
from .recovering import caught_up, complete_until

pytestmark = pytest.mark.usefixtures("exact_clock")


async def _miss(box: EmulatedBox) -> Emitted:
    """Make a recognition that is not pushed, and not in the history yet."""
    return await box.recognize(
        box.devices[0], box.people[0], push=False, record_delay=3600
    )


def _enter_history(box: EmulatedBox) -> None:
    """Let the late records enter the history."""
    box.history[:] = [replace(record, visible_at=0) for record in box.history]


def _narrow_overlap(
    client: AiBoxClient, missed: Emitted, monkeypatch: pytest.MonkeyPatch
) -> timedelta:
    """Let scans reach back to shortly before a record, however long ago it is."""
    moment = datetime.fromtimestamp(missed.timestamp_ms / 1000, UTC)
    overlap = complete_until(client) - moment + timedelta(seconds=0.2)
    monkeypatch.setattr(recovery, "OVERLAP", overlap)
    return overlap


async def _lose_connection(updates: Updates, box: EmulatedBox) -> None:
    await box.drop()
    await next_update(updates, Disconnected)
    await next_update(updates, Connected)


async def test_late_record_is_recovered_after_a_second_connection_loss(
    client: AiBoxClient, box: EmulatedBox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Live messages between the losses prove nothing about earlier ones."""
    async with caught_up(client, box) as updates:
        missed = await _miss(box)
        await _lose_connection(updates, box)
        assert await next_update(updates, ScanCompleted) == ScanCompleted(0, left=0)
        overlap = _narrow_overlap(client, missed, monkeypatch).total_seconds()
        await until(lambda: box.state.now() > missed.timestamp_ms / 1000 + overlap)
        _enter_history(box)
        await box.recognize(box.devices[1], box.people[1])
        await next_update(updates, LiveRecognition)
        await _lose_connection(updates, box)
        found = await next_update(updates, Recovered)
        assert found.recognition.identity_id == missed.identity_id


async def test_late_record_of_a_box_that_ignores_pings_is_recovered(
    client: AiBoxClient, box: EmulatedBox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Checks of the feed do not replace the second scan."""
    monkeypatch.setattr(stream, "_SHORT_SIGN_SECONDS", 0.01)
    monkeypatch.setattr(feed_check, "_TICK_SECONDS", 0.1)
    monkeypatch.setattr(recovery, "_LATE_SECONDS", 1)
    box.events.answers_pings = False
    async with caught_up(client, box) as updates:
        missed = await _miss(box)
        await _lose_connection(updates, box)
        assert await next_update(updates, ScanCompleted) == ScanCompleted(0, left=0)
        _narrow_overlap(client, missed, monkeypatch)
        _enter_history(box)
        found = await next_update(updates, Recovered)
        assert found.recognition.identity_id == missed.identity_id


async def test_checks_move_the_bookmark_once_late_records_are_in(
    client: AiBoxClient, box: EmulatedBox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Until the second scan, they leave it where the connection began."""
    monkeypatch.setattr(feed_check, "_TICK_SECONDS", 0.05)
    monkeypatch.setattr(feed_check, "_CHECK_SECONDS", 0.1)
    monkeypatch.setattr(feed_check, "_LEAST_LATE_SECONDS", 0)
    monkeypatch.setattr(client._feed, "_late_seconds", 0)
    monkeypatch.setattr(recovery, "_LATE_SECONDS", 1)
    async with caught_up(client, box) as updates:
        await _lose_connection(updates, box)
        assert await next_update(updates, ScanCompleted) == ScanCompleted(0, left=0)
        first = complete_until(client)
        asked = len(box.requests)
        await until(lambda: len(box.requests) > asked + 3)
        assert complete_until(client) - first < timedelta(seconds=0.2)
        assert await next_update(updates, ScanCompleted) == ScanCompleted(0, left=0)
        second = complete_until(client)
        assert second - first > timedelta(seconds=0.3)
        await until(lambda: complete_until(client) > second)
