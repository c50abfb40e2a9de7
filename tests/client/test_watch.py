"""A box that ignores pings: quiet or dead, its history knows."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing

import pytest

from custom_components.se_aibox.aibox import recovery, retry, stream, watch
from custom_components.se_aibox.aibox.client import AiBoxClient
from custom_components.se_aibox.aibox.exceptions import AiBoxTimeoutError
from custom_components.se_aibox.aibox.models import LiveRecognition, Subscription
from custom_components.se_aibox.aibox.recovery import CaughtUp, Recovered
from custom_components.se_aibox.aibox.updates import Connected, Disconnected, Update
from custom_components.se_aibox.aibox.watch import CatchUpFailed
from emulator import CannedAnswer, Device, EmulatedBox, Identity, Variant

from .talk import following, until

type Updates = AsyncGenerator[Update]

_CHECK_SECONDS = 0.1


@pytest.fixture
async def updates(
    client: AiBoxClient, box: EmulatedBox, monkeypatch: pytest.MonkeyPatch
) -> AsyncGenerator[Updates]:
    """Listen at two of the capture devices of a box that ignores pings."""
    monkeypatch.setattr(stream, "_SHORT_SIGN_SECONDS", 0.01)
    monkeypatch.setattr(watch, "_CHECK_SECONDS", _CHECK_SECONDS)
    monkeypatch.setattr(retry, "_FIRST_SECONDS", 0.01)
    box.events.answers_pings = False
    await client.subscribe(
        Subscription(frozenset(device.device_id for device in box.devices[:2]))
    )
    async with aclosing(client.updates()) as updates:
        await following(updates, Connected)
        await following(updates, CaughtUp)
        yield updates


async def _see_silently(
    box: EmulatedBox, device: Device, who: Identity, *, seconds_ago: float = 30
) -> None:
    """Let somebody be seen of whom the socket says nothing."""
    moment = round((box.state.now() - seconds_ago) * 1000)
    await box.recognize(device, who, timestamp_ms=moment, push=False)


def _checks(box: EmulatedBox) -> int:
    return sum(
        "events" in request.path and request.path != "/events"
        for request in box.requests
    )


async def _after_checks(box: EmulatedBox) -> None:
    """Return when the history was asked a few times more."""
    enough = _checks(box) + 3
    await until(lambda: _checks(box) >= enough)


async def test_a_dead_socket_is_found(updates: Updates, box: EmulatedBox) -> None:
    """And what it did not bring is recovered."""
    await _see_silently(box, box.devices[0], box.people[0])
    gone = await following(updates, Disconnected)
    assert isinstance(gone.error, AiBoxTimeoutError)
    await following(updates, Connected)
    found = await following(updates, Recovered)
    assert found.recognition.identity_id == box.people[0].identity_id


async def test_a_dead_socket_is_found_behind_many_who_were_told(
    updates: Updates, box: EmulatedBox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whichever end of its history a box shows first."""
    monkeypatch.setattr(recovery, "_PER_PAGE", 2)
    box.state.variant = Variant(history_order="ascending")
    for seconds_ago in (90, 80, 70, 60):
        waiting = asyncio.create_task(following(updates, LiveRecognition))
        moment = round((box.state.now() - seconds_ago) * 1000)
        await box.recognize(box.devices[0], box.people[0], timestamp_ms=moment)
        await waiting
    await _see_silently(box, box.devices[0], box.people[1])
    async with asyncio.timeout(5):
        gone = await following(updates, Disconnected)
    assert isinstance(gone.error, AiBoxTimeoutError)


async def test_a_quiet_box_is_never_cut(updates: Updates, box: EmulatedBox) -> None:
    """Whatever its history has, as long as the socket said it, or was not to."""
    waiting = asyncio.create_task(following(updates, LiveRecognition))
    await box.recognize(box.devices[0], box.people[0])
    await waiting
    waiting = asyncio.create_task(following(updates, LiveRecognition))
    # Not subscribed to, and perhaps still on its way.
    await _see_silently(box, box.devices[2], box.people[1])
    await _see_silently(box, box.devices[0], box.people[1], seconds_ago=3)
    await _after_checks(box)
    assert not waiting.done()
    await box.recognize(box.devices[1], box.people[2])
    assert (await waiting).recognition.identity_id == box.people[2].identity_id


async def test_a_busy_socket_is_not_asked_about(
    client: AiBoxClient,
    updates: Updates,
    box: EmulatedBox,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Somebody passed just now: it lives."""
    monkeypatch.setattr(watch, "_CHECK_SECONDS", 60)
    waiting = asyncio.create_task(following(updates, LiveRecognition))
    await box.recognize(box.devices[0], box.people[0])
    await waiting
    asked = _checks(box)
    assert client._watch is not None
    await client._watch._check_socket()
    assert _checks(box) == asked


async def test_a_box_that_answers_nothing_at_all_is_dead(
    updates: Updates, box: EmulatedBox
) -> None:
    """Neither pings nor questions."""
    await box.port("rest").close()
    await box.port("system").close()
    gone = await following(updates, Disconnected)
    assert isinstance(gone.error, AiBoxTimeoutError)
    await box.port("rest").open()
    await box.port("system").open()
    await following(updates, Connected)


async def test_a_box_that_refuses_to_say_lives(
    updates: Updates, box: EmulatedBox
) -> None:
    """An error is an answer."""
    box.answer_instead["*"] = CannedAnswer(status=500)
    waiting = asyncio.create_task(following(updates, LiveRecognition))
    await _after_checks(box)
    assert not waiting.done()
    await box.recognize(box.devices[0], box.people[0])
    await waiting


async def test_a_box_that_is_gone_before_it_told_what_was_missed(
    updates: Updates, box: EmulatedBox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is not asked for ever on a dead socket."""
    await box.drop()
    await following(updates, Disconnected)
    path = {"nested": "/SophonFace/api/events", "flat": "/sophon/v2/face/getevents"}
    box.answer_instead[path[box.dialect]] = CannedAnswer(status=500)
    await following(updates, Connected)
    await following(updates, CatchUpFailed)
    await box.port("rest").close()
    while isinstance(update := await anext(updates), CatchUpFailed):
        pass
    assert isinstance(update, Disconnected)
    assert isinstance(update.error, AiBoxTimeoutError)


async def test_one_new_capture_device_after_the_other(
    client: AiBoxClient, updates: Updates, box: EmulatedBox
) -> None:
    """What each saw before it was subscribed to is recovered."""
    for count, device in enumerate(box.devices[2:4], start=3):
        seen = await box.recognize(device, box.people[count])
        finding = asyncio.create_task(following(updates, Recovered))
        await client.subscribe(
            Subscription(frozenset(each.device_id for each in box.devices[:count]))
        )
        assert (await finding).recognition.identity_id == seen.identity_id
        await following(updates, CaughtUp)
