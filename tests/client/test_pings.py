"""A box that answered pings, and answers none after its restart: firmware changes."""

import asyncio

import pytest

from custom_components.se_aibox.aibox import feed_check, stream
from custom_components.se_aibox.aibox.client import AiBoxClient
from custom_components.se_aibox.aibox.exceptions import (
    AiBoxConnectionError,
    AiBoxTimeoutError,
)
from custom_components.se_aibox.aibox.models import LiveRecognition
from custom_components.se_aibox.aibox.updates import (
    CaughtUp,
    Connected,
    Disconnected,
    Recovered,
)
from emulator import CannedAnswer, EmulatedBox

from .recovering import history_path, miss
from .talk import Updates, following, recognition, until


@pytest.fixture(autouse=True)
def _decides_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have little patience."""
    monkeypatch.setattr(stream, "_SIGN_SECONDS", 0.1)
    monkeypatch.setattr(stream, "_SHORT_SIGN_SECONDS", 0.1)
    monkeypatch.setattr(feed_check, "_TICK_SECONDS", 0.1)
    monkeypatch.setattr(feed_check, "_LATE_WITHOUT_PONGS_SECONDS", 0.1)
    monkeypatch.setattr(feed_check, "_SUBSCRIBING_SECONDS", 0)


async def _restart(updates: Updates, box: EmulatedBox, *, answers_pings: bool) -> None:
    await box.drop()
    box.events.answers_pings = answers_pings
    gone = await following(updates, Disconnected)
    assert isinstance(gone.error, AiBoxConnectionError)
    assert not isinstance(gone.error, AiBoxTimeoutError)


async def _not_connected(updates: Updates, times: int) -> None:
    """Take so many connections that come to nothing for want of a sign of life."""
    for _ in range(times):
        gone = await following(updates, Disconnected)
        assert isinstance(gone.error, AiBoxTimeoutError)


async def test_it_is_connected_again(updates: Updates, box: EmulatedBox) -> None:
    """Not at once: it may as well be hanging."""
    await _restart(updates, box, answers_pings=False)
    await _not_connected(updates, 3)
    await following(updates, Connected)
    await following(updates, CaughtUp)
    await box.wait_for_subscription()
    seen = await box.recognize(box.devices[0], box.people[0])
    assert (await recognition(updates)).identity_id == seen.identity_id


async def test_from_then_on_its_history_is_asked(
    updates: Updates, box: EmulatedBox
) -> None:
    """As that of any box that ignores pings: it may hang after all."""
    await _restart(updates, box, answers_pings=False)
    await _not_connected(updates, 3)
    await following(updates, Connected)
    await following(updates, CaughtUp)
    missed = await miss(box, minutes_ago=0)
    await _not_connected(updates, 1)
    await following(updates, Connected)
    found = await following(updates, Recovered)
    assert found.recognition.identity_id == missed.identity_id


async def test_each_pong_counts(
    client: AiBoxClient, updates: Updates, box: EmulatedBox
) -> None:
    """A box that hangs now and then is not taken for one that ignores pings, and one that changes back is believed."""
    for _ in range(2):
        await _restart(updates, box, answers_pings=False)
        await _not_connected(updates, 2)
        box.events.answers_pings = True
        await following(updates, Connected)
    await _restart(updates, box, answers_pings=False)
    await _not_connected(updates, 3)
    await following(updates, Connected)
    await _restart(updates, box, answers_pings=True)
    await following(updates, Connected)
    await _restart(updates, box, answers_pings=False)
    await _not_connected(updates, 3)
    await following(updates, Connected)


async def test_one_that_answers_no_questions_either_is_gone(
    updates: Updates, box: EmulatedBox
) -> None:
    """However often it takes a connection."""
    await box.port("rest").close()
    await box.port("system").close()
    await _restart(updates, box, answers_pings=False)
    await _not_connected(updates, 6)
    await box.port("rest").open()
    await _not_connected(updates, 3)
    await following(updates, Connected)


async def test_one_whose_history_does_not_answer_is_gone(
    updates: Updates, box: EmulatedBox
) -> None:
    """Nothing else could tell that it hangs."""
    box.answer_instead[history_path(box)] = CannedAnswer(status=500)
    await _restart(updates, box, answers_pings=False)
    await _not_connected(updates, 6)
    box.answer_instead.clear()
    await _not_connected(updates, 3)
    await following(updates, Connected)


async def test_one_that_is_busy_is_found_out_too(
    updates: Updates, box: EmulatedBox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever passes while it connects is a sign of life, but no pong, and it is cut for the next quiet moment."""
    monkeypatch.setattr(stream, "_SIGN_SECONDS", 5)
    monkeypatch.setattr(stream, "_PING_SECONDS", 0.05)
    monkeypatch.setattr(stream, "_DEAD_SECONDS", 1.0)
    await _restart(updates, box, answers_pings=False)
    for _ in range(3):
        connecting = asyncio.create_task(following(updates, Connected))
        await box.wait_for_subscription()
        await box.recognize(box.devices[0], box.people[0])
        await connecting
        await following(updates, LiveRecognition)
        gone = await following(updates, Disconnected)
        assert isinstance(gone.error, AiBoxTimeoutError)
        await until(lambda: not box.subscriptions)
    await following(updates, Connected)
    waiting = asyncio.create_task(recognition(updates))
    # It would have been cut long ago.
    await asyncio.wait([waiting], timeout=2)
    assert not waiting.done()
    await box.recognize(box.devices[0], box.people[1])
    assert (await waiting).identity_id == box.people[1].identity_id
