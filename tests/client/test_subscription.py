"""Subscribing to capture devices."""

import asyncio

import pytest

from custom_components.se_aibox.aibox import client as client_module
from custom_components.se_aibox.aibox.client import AiBoxClient
from custom_components.se_aibox.aibox.models import LiveRecognition, Subscription
from custom_components.se_aibox.aibox.stream import EventStream
from custom_components.se_aibox.aibox.updates import (
    Connected,
    Disconnected,
    ScanCompleted,
)
from emulator import EmulatedBox, Variant

from .common import Updates, everything, listening, next_recognition, next_update, until


async def test_only_subscribed_devices_are_received(
    client: AiBoxClient, updates: Updates, box: EmulatedBox
) -> None:
    """Both devices push, and one is subscribed to."""
    door, gate = box.devices[:2]
    await client.subscribe(Subscription(frozenset({gate.device_id})))
    await until(lambda: box.subscriptions[0].device_ids == (gate.device_id,))

    await box.recognize(door)
    await box.recognize(gate)

    assert (await next_recognition(updates)).capture_device_id == gate.device_id


async def test_subscription_is_changed_on_the_same_connection(
    client: AiBoxClient, updates: Updates, box: EmulatedBox
) -> None:
    """A capture device is added to the box."""
    added = box.add_device()
    await client.subscribe(everything(box))
    await until(lambda: added.device_id in box.subscriptions[0].device_ids)
    # Earlier than this, the face may be recovered before its push arrives.
    await next_update(updates, ScanCompleted)

    await box.recognize(added)

    assert (await next_recognition(updates)).capture_device_id == added.device_id


async def test_unchanged_subscription_is_not_sent_again(
    client: AiBoxClient,
    updates: Updates,
    box: EmulatedBox,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Polling the list usually finds no change."""
    frames: list[Subscription] = []

    async def note(stream: EventStream, subscription: Subscription) -> None:
        frames.append(subscription)

    monkeypatch.setattr(EventStream, "subscribe", note)

    await client.subscribe(everything(box))
    await client.subscribe(Subscription(frozenset()))

    assert frames == [Subscription(frozenset())]


async def test_last_subscription_is_sent_after_a_reconnect(
    client: AiBoxClient, updates: Updates, box: EmulatedBox
) -> None:
    """It differs from the first one in devices and pictures."""
    gate = box.devices[1].device_id
    await client.subscribe(Subscription(frozenset({gate}), captured_pictures=False))
    await box.drop()

    await next_update(updates, Disconnected)
    await next_update(updates, Connected)
    await box.wait_for_subscription()

    (subscription,) = box.subscriptions
    assert subscription.device_ids == (gate,)
    assert (subscription.face, subscription.reference) == (False, True)


async def test_subscription_during_a_connection_loss_is_sent_next_time(
    client: AiBoxClient, updates: Updates, box: EmulatedBox
) -> None:
    """Nothing is raised."""
    gate = box.devices[1].device_id
    assert client._stream is not None
    transport = client._stream._websocket._writer.transport
    await box.port("events").close()
    await until(transport.is_closing)

    await client.subscribe(Subscription(frozenset({gate})))

    await box.port("events").open()
    await next_update(updates, Disconnected)
    await next_update(updates, Connected)
    await box.wait_for_subscription()
    assert box.subscriptions[0].device_ids == (gate,)


async def test_subscription_while_the_first_is_sent_is_sent_too(
    client: AiBoxClient, box: EmulatedBox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The box ends up with the later one."""
    sent, go_on = asyncio.Event(), asyncio.Event()
    subscribe = EventStream.subscribe

    async def slow_subscribe(stream: EventStream, subscription: Subscription) -> None:
        await subscribe(stream, subscription)
        sent.set()
        await go_on.wait()

    monkeypatch.setattr(EventStream, "subscribe", slow_subscribe)
    async with listening(client) as updates:
        await sent.wait()
        monkeypatch.setattr(EventStream, "subscribe", subscribe)
        await client.subscribe(everything(box))
        go_on.set()

        assert isinstance(await anext(updates), Connected)
        await box.wait_for_subscription()


@pytest.mark.parametrize("variant", [Variant(first_frame_only=True)])
async def test_connection_with_withdrawn_pictures_is_renewed(
    client: AiBoxClient,
    updates: Updates,
    box: EmulatedBox,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The box reads only the first frame of a connection."""
    await client.subscribe(everything(box).without_pictures())
    await box.recognize()
    # It may be on its way.
    live = await next_update(updates, LiveRecognition)
    assert live.embedded_pictures
    monkeypatch.setattr(client_module, "_ON_THEIR_WAY_SECONDS", 0.0)
    await box.recognize()
    await next_update(updates, LiveRecognition)
    gone = await next_update(updates, Disconnected)
    assert "pictures that are switched off" in str(gone.error)
    await next_update(updates, Connected)
    await next_update(updates, ScanCompleted)
    await box.wait_for_subscription()
    await box.recognize()
    live = await next_update(updates, LiveRecognition)
    assert not live.embedded_pictures


async def test_pictures_that_are_allowed_again_renew_nothing(
    client: AiBoxClient,
    updates: Updates,
    box: EmulatedBox,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """They were off for a moment."""
    monkeypatch.setattr(client_module, "_ON_THEIR_WAY_SECONDS", 0.0)
    await client.subscribe(everything(box).without_pictures())
    await client.subscribe(everything(box))
    await until(lambda: box.subscriptions[0].face)
    for _ in range(2):
        await box.recognize()
        # The next update is not a lost connection.
        assert isinstance(await anext(updates), LiveRecognition)
