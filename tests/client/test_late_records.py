"""A record may enter the history minutes after its time, and the connection be lost again meanwhile (PROTOCOL §4)."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from custom_components.se_aibox.aibox import feed_check, recovery, stream
from custom_components.se_aibox.aibox.client import AiBoxClient
from custom_components.se_aibox.aibox.models import LiveRecognition
from custom_components.se_aibox.aibox.updates import (
    CaughtUp,
    Connected,
    Disconnected,
    Recovered,
)
from emulator import EmulatedBox
from emulator.model import Emitted

from .recovering import complete_until
from .talk import Updates, everything, following, listening, until

# As late as a record may enter, and how late the one does that is waited for.
_OVERLAP = 0.4
_LATE = 0.3


@asynccontextmanager
async def _caught_up(client: AiBoxClient, box: EmulatedBox) -> AsyncGenerator[Updates]:
    """Listen to everything from where nothing is left to recover."""
    await client.subscribe(everything(box))
    async with listening(client) as updates:
        await following(updates, Connected)
        await following(updates, CaughtUp)
        yield updates


async def _miss(box: EmulatedBox) -> Emitted:
    """Let somebody be seen of whom only the history tells, and only later."""
    return await box.recognize(
        box.devices[0], box.people[0], push=False, record_delay=_LATE
    )


async def _lose_connection(updates: Updates, box: EmulatedBox) -> None:
    await box.drop()
    await following(updates, Disconnected)
    await following(updates, Connected)


async def test_lost_again_before_everything_was_recorded(
    client: AiBoxClient, box: EmulatedBox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was heard in between says nothing of what was missed before."""
    monkeypatch.setattr(recovery, "OVERLAP", timedelta(seconds=_OVERLAP))
    async with _caught_up(client, box) as updates:
        missed = await _miss(box)
        await _lose_connection(updates, box)
        assert await following(updates, CaughtUp) == CaughtUp(0, left=0)
        # By then everything is recorded that was missed.
        await until(lambda: box.state.now() > missed.timestamp_ms / 1000 + _OVERLAP)
        await box.recognize(box.devices[1], box.people[1])
        await following(updates, LiveRecognition)
        await _lose_connection(updates, box)
        found = await following(updates, Recovered)
        assert found.recognition.identity_id == missed.identity_id


async def test_a_box_that_ignores_pings(
    client: AiBoxClient, box: EmulatedBox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However often the history is asked about the socket, it is read once more for what was missed before."""
    monkeypatch.setattr(recovery, "OVERLAP", timedelta(seconds=_OVERLAP))
    monkeypatch.setattr(stream, "_SHORT_SIGN_SECONDS", 0.01)
    monkeypatch.setattr(feed_check, "_TICK_SECONDS", 0.1)
    monkeypatch.setattr(recovery, "_LATE_SECONDS", 2 * _OVERLAP)
    box.events.answers_pings = False
    async with _caught_up(client, box) as updates:
        missed = await _miss(box)
        await _lose_connection(updates, box)
        assert await following(updates, CaughtUp) == CaughtUp(0, left=0)
        found = await following(updates, Recovered)
        assert found.recognition.identity_id == missed.identity_id


async def test_checks_move_the_bookmark_once_late_records_are_in(
    client: AiBoxClient, box: EmulatedBox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Until the second scan, a restart has to begin where the connection did."""
    monkeypatch.setattr(feed_check, "_TICK_SECONDS", 0.05)
    monkeypatch.setattr(feed_check, "_CHECK_SECONDS", 0.1)
    monkeypatch.setattr(feed_check, "_LEAST_LATE_SECONDS", 0)
    monkeypatch.setattr(client._feed, "_late_seconds", 0)
    monkeypatch.setattr(recovery, "_LATE_SECONDS", 1)
    async with _caught_up(client, box) as updates:
        await _lose_connection(updates, box)
        assert await following(updates, CaughtUp) == CaughtUp(0, left=0)
        first = complete_until(client)
        asked = len(box.requests)
        await until(lambda: len(box.requests) > asked + 3)
        assert complete_until(client) - first < timedelta(seconds=0.2)
        assert await following(updates, CaughtUp) == CaughtUp(0, left=0)
        second = complete_until(client)
        assert second - first > timedelta(seconds=0.3)
        await until(lambda: complete_until(client) > second)
