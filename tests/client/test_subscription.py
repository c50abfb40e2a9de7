"""What the box is asked to push."""

import asyncio

import pytest

from custom_components.se_aibox.aibox.client import AiBoxClient
from custom_components.se_aibox.aibox.models import Subscription
from custom_components.se_aibox.aibox.stream import EventStream
from custom_components.se_aibox.aibox.updates import Connected, Disconnected
from emulator import EmulatedBox

from .talk import Updates, everything, following, listening, recognition, until


async def test_only_listed_devices_are_heard(
    client: AiBoxClient, updates: Updates, box: EmulatedBox
) -> None:
    """What the user left out stays out."""
    door, gate = box.devices[:2]
    await client.subscribe(Subscription(frozenset({gate.device_id})))
    await until(lambda: box.subscriptions[0].device_ids == (gate.device_id,))

    await box.recognize(door)
    await box.recognize(gate)

    assert (await recognition(updates)).capture_device_id == gate.device_id


async def test_the_subscription_changes_while_connected(
    client: AiBoxClient, updates: Updates, box: EmulatedBox
) -> None:
    """A device that was just added is heard on the same connection."""
    added = box.add_device()
    await client.subscribe(everything(box))
    await until(lambda: added.device_id in box.subscriptions[0].device_ids)

    await box.recognize(added)

    assert (await recognition(updates)).capture_device_id == added.device_id


async def test_the_same_subscription_is_not_sent_twice(
    client: AiBoxClient,
    updates: Updates,
    box: EmulatedBox,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A slow poll that finds nothing new does not bother the box."""
    frames: list[Subscription] = []

    async def note(stream: EventStream, subscription: Subscription) -> None:
        frames.append(subscription)

    monkeypatch.setattr(EventStream, "subscribe", note)

    await client.subscribe(everything(box))
    await client.subscribe(Subscription(frozenset()))

    assert frames == [Subscription(frozenset())]


async def test_the_subscription_is_sent_again_after_a_reconnect(
    client: AiBoxClient, updates: Updates, box: EmulatedBox
) -> None:
    """The one that was valid last."""
    gate = box.devices[1].device_id
    await client.subscribe(Subscription(frozenset({gate}), captured_pictures=False))
    await box.drop()

    await following(updates, Disconnected)
    await following(updates, Connected)
    await box.wait_for_subscription()

    (subscription,) = box.subscriptions
    assert subscription.device_ids == (gate,)
    assert (subscription.face, subscription.reference) == (False, True)


async def test_a_subscription_made_while_the_socket_breaks(
    client: AiBoxClient, updates: Updates, box: EmulatedBox
) -> None:
    """It raises nothing, and is what the next connection starts with."""
    gate = box.devices[1].device_id
    assert client._stream is not None
    transport = client._stream._websocket._writer.transport
    await box.port("events").close()
    await until(transport.is_closing)

    await client.subscribe(Subscription(frozenset({gate})))

    await box.port("events").open()
    await following(updates, Disconnected)
    await following(updates, Connected)
    await box.wait_for_subscription()
    assert box.subscriptions[0].device_ids == (gate,)


async def test_a_subscription_made_while_the_first_one_is_sent(
    client: AiBoxClient, box: EmulatedBox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The box gets the later one too."""
    sent, go_on = asyncio.Event(), asyncio.Event()
    subscribe = EventStream.subscribe

    async def slow_subscribe(stream: EventStream, subscription: Subscription) -> None:
        await subscribe(stream, subscription)
        sent.set()
        await go_on.wait()

    monkeypatch.setattr(EventStream, "subscribe", slow_subscribe)
    async with listening(client) as heard:
        await sent.wait()
        monkeypatch.setattr(EventStream, "subscribe", subscribe)
        await client.subscribe(everything(box))
        go_on.set()

        assert isinstance(await anext(heard), Connected)
        await box.wait_for_subscription()
