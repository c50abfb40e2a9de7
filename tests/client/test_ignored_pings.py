"""A box that ignores pings after a restart, as after a firmware update."""

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
    Connected,
    Disconnected,
    Recovered,
    ScanCompleted,
)
from emulator import CannedAnswer, EmulatedBox

from .common import Updates, next_recognition, next_update, until
from .recovering import record_missed

pytestmark = pytest.mark.usefixtures("exact_clock")


@pytest.fixture(autouse=True)
def _short_timeouts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Decide after 0.1 s."""
    monkeypatch.setattr(stream, "_SIGN_SECONDS", 0.1)
    monkeypatch.setattr(stream, "_SHORT_SIGN_SECONDS", 0.1)
    monkeypatch.setattr(feed_check, "_TICK_SECONDS", 0.1)
    monkeypatch.setattr(feed_check, "_LATE_WITHOUT_PONGS_SECONDS", 0.1)
    monkeypatch.setattr(feed_check, "_SUBSCRIBING_SECONDS", 0)


async def _restart(updates: Updates, box: EmulatedBox, *, answers_pings: bool) -> None:
    await box.drop()
    box.events.answers_pings = answers_pings
    gone = await next_update(updates, Disconnected)
    assert isinstance(gone.error, AiBoxConnectionError)
    assert not isinstance(gone.error, AiBoxTimeoutError)


async def _assert_timeouts(updates: Updates, times: int) -> None:
    """Assert that the next connections end without a sign of life."""
    for _ in range(times):
        gone = await next_update(updates, Disconnected)
        assert isinstance(gone.error, AiBoxTimeoutError)


async def test_box_is_connected_after_three_timeouts(
    updates: Updates, box: EmulatedBox
) -> None:
    """It might hang, so it is not connected at once."""
    await _restart(updates, box, answers_pings=False)
    await _assert_timeouts(updates, 3)
    await next_update(updates, Connected)
    await next_update(updates, ScanCompleted)
    await box.wait_for_subscription()
    seen = await box.recognize(box.devices[0], box.people[0])
    assert (await next_recognition(updates)).identity_id == seen.identity_id


async def test_connected_box_is_checked_by_its_history(
    updates: Updates, box: EmulatedBox
) -> None:
    """A missed recognition ends the connection and is recovered."""
    await _restart(updates, box, answers_pings=False)
    await _assert_timeouts(updates, 3)
    await next_update(updates, Connected)
    await next_update(updates, ScanCompleted)
    missed = await record_missed(box, minutes_ago=0)
    await _assert_timeouts(updates, 1)
    await next_update(updates, Connected)
    found = await next_update(updates, Recovered)
    assert found.recognition.identity_id == missed.identity_id


async def test_pong_resets_the_count_of_timeouts(
    client: AiBoxClient, updates: Updates, box: EmulatedBox
) -> None:
    """A box that hangs sometimes does not count as ignoring pings."""
    for _ in range(2):
        await _restart(updates, box, answers_pings=False)
        await _assert_timeouts(updates, 2)
        box.events.answers_pings = True
        await next_update(updates, Connected)
    await _restart(updates, box, answers_pings=False)
    await _assert_timeouts(updates, 3)
    await next_update(updates, Connected)
    await _restart(updates, box, answers_pings=True)
    await next_update(updates, Connected)
    await _restart(updates, box, answers_pings=False)
    await _assert_timeouts(updates, 3)
    await next_update(updates, Connected)


async def test_box_that_answers_no_request_either_is_never_connected(
    updates: Updates, box: EmulatedBox
) -> None:
    """It accepts every connection."""
    await box.port("rest").close()
    await box.port("system").close()
    await _restart(updates, box, answers_pings=False)
    await _assert_timeouts(updates, 6)
    await box.port("rest").open()
    await _assert_timeouts(updates, 3)
    await next_update(updates, Connected)


async def test_box_whose_history_fails_is_never_connected(
    updates: Updates, box: EmulatedBox
) -> None:
    """Only the history could show that it does not hang."""
    box.answer_instead[box.history_path] = CannedAnswer(status=500)
    await _restart(updates, box, answers_pings=False)
    await _assert_timeouts(updates, 6)
    box.answer_instead.clear()
    await _assert_timeouts(updates, 3)
    await next_update(updates, Connected)


async def test_busy_box_that_ignores_pings_stays_connected_in_the_end(
    updates: Updates, box: EmulatedBox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A recognition is a sign of life, but no pong."""
    monkeypatch.setattr(stream, "_SIGN_SECONDS", 5)
    monkeypatch.setattr(stream, "_PING_SECONDS", 0.05)
    monkeypatch.setattr(stream, "_DEAD_SECONDS", 1.0)
    await _restart(updates, box, answers_pings=False)
    for _ in range(3):
        connecting = asyncio.create_task(next_update(updates, Connected))
        await box.wait_for_subscription()
        await box.recognize(box.devices[0], box.people[0])
        await connecting
        await next_update(updates, LiveRecognition)
        gone = await next_update(updates, Disconnected)
        assert isinstance(gone.error, AiBoxTimeoutError)
        await until(lambda: not box.subscriptions)
    await next_update(updates, Connected)
    waiting = asyncio.create_task(next_recognition(updates))
    # A dead box would be detected within this time.
    await asyncio.wait([waiting], timeout=2)
    assert not waiting.done()
    await box.recognize(box.devices[0], box.people[1])
    assert (await waiting).identity_id == box.people[1].identity_id
