"""A record may enter the history minutes after its time, and the connection be lost again meanwhile (PROTOCOL §4)."""

from collections.abc import AsyncGenerator
from contextlib import aclosing, asynccontextmanager
from datetime import timedelta

import pytest

from custom_components.se_aibox.aibox import recovery, stream, watch
from custom_components.se_aibox.aibox.client import AiBoxClient
from custom_components.se_aibox.aibox.models import LiveRecognition
from custom_components.se_aibox.aibox.recovery import CaughtUp, Recovered
from custom_components.se_aibox.aibox.updates import Connected, Disconnected, Update
from emulator import EmulatedBox
from emulator.model import Emitted

from .talk import everything, following, until

type Updates = AsyncGenerator[Update]

# As late as a record may enter, and how late the one does that is waited for.
_OVERLAP = 0.4
_LATE = 0.3


@asynccontextmanager
async def _caught_up(client: AiBoxClient, box: EmulatedBox) -> AsyncGenerator[Updates]:
    """Listen to everything from where nothing is left to recover."""
    await client.subscribe(everything(box))
    async with aclosing(client.updates()) as updates:
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
    monkeypatch.setattr(watch, "_CHECK_SECONDS", 0.1)
    monkeypatch.setattr(watch, "_LATE_SECONDS", 2 * _OVERLAP)
    box.events.answers_pings = False
    async with _caught_up(client, box) as updates:
        missed = await _miss(box)
        await _lose_connection(updates, box)
        assert await following(updates, CaughtUp) == CaughtUp(0, left=0)
        found = await following(updates, Recovered)
        assert found.recognition.identity_id == missed.identity_id


async def test_when_everything_must_be_recorded(
    client: AiBoxClient, box: EmulatedBox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Then a restart has to ask for no more than what was not heard."""
    monkeypatch.setattr(watch, "_LATE_SECONDS", 0.1)
    async with _caught_up(client, box) as updates:
        await _lose_connection(updates, box)
        assert await following(updates, CaughtUp) == CaughtUp(0, left=0)
        lost = client.bookmark
        assert lost is not None
        assert await following(updates, CaughtUp) == CaughtUp(0, left=0)
        seen = await box.recognize(box.devices[0], box.people[0])
        await following(updates, LiveRecognition)
        heard = client.bookmark
        assert heard is not None
        assert lost.seen < heard.seen
        assert round(heard.seen.timestamp() * 1000) >= seen.timestamp_ms
