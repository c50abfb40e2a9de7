"""Tests of the event socket (docs/protocol.md §1)."""

import asyncio
import json

import pytest

from .box_client import PATIENCE_SECONDS, BoxClient, is_quiet, receive, skip, until


async def test_nothing_is_pushed_before_a_configuration(either: BoxClient) -> None:
    """Earlier recognitions are not replayed."""
    socket = await either.connect()
    await either.box.recognize(either.box.devices[0])
    await either.configure(socket)
    assert await is_quiet(socket)
    emitted = await either.box.recognize(either.box.devices[0])
    assert (await receive(socket))["timestamp"] == emitted.timestamp_ms


async def test_only_subscribed_devices_are_pushed(either: BoxClient) -> None:
    """An empty list pushes nothing."""
    first, second = either.box.devices[:2]
    socket = await either.subscribe([second.device_id])
    await either.box.recognize(first, either.box.people[0])
    emitted = await either.box.recognize(second, either.box.people[0])
    assert await receive(socket) == emitted.message
    await either.configure(socket, [])
    await either.box.recognize(second, either.box.people[0])
    assert await is_quiet(socket)


async def test_new_configuration_replaces_the_last(either: BoxClient) -> None:
    """Subscriptions do not accumulate."""
    first, second = either.box.devices[:2]
    socket = await either.subscribe([first.device_id])
    await either.configure(socket, [second.device_id])
    await either.box.recognize(first)
    emitted = await either.box.recognize(second)
    assert await receive(socket) == emitted.message
    assert len(either.box.subscriptions) == 1


async def test_each_client_receives_its_requested_pictures(nested: BoxClient) -> None:
    """Clients with different configurations connect to one box."""
    sockets = [await nested.connect() for _ in range(4)]
    requested = [(False, False), (True, False), (False, True), (True, True)]
    for socket, (face, reference) in zip(sockets, requested, strict=True):
        await nested.configure(socket, face=face, reference=reference)
    await nested.box.recognize(nested.box.devices[0], nested.box.people[0])
    for socket, (face, reference) in zip(sockets, requested, strict=True):
        message = await receive(socket)
        assert ("reg_pic" in message) is reference
        assert ("recognize_face" in message["ext_data"]) is face
        assert ("spot_pic" in message["ext_data"]) is face


async def test_missing_settings_are_off(nested: BoxClient) -> None:
    """A frame may omit any setting."""
    socket = await nested.connect()
    device_id = nested.box.devices[0].device_id
    await socket.send_json({"event_list": [device_id]})
    await nested.box.wait_for_subscription()
    await nested.box.recognize(device_id, nested.box.people[0])
    message = await receive(socket)
    assert "reg_pic" not in message
    assert "spot_pic" not in message["ext_data"]
    assert nested.box.errors == []


async def test_unlisted_device_is_pushed_if_subscribed(either: BoxClient) -> None:
    """The box reports the unlisted id as an error."""
    socket = await either.subscribe(["0b77ad6e-0000-4000-8000-000000000000"])
    emitted = await either.box.recognize("0b77ad6e-0000-4000-8000-000000000000")
    assert await receive(socket) == emitted.message
    assert any("unknown device" in error for error in either.box.errors)


@pytest.mark.parametrize(
    "frame",
    [
        "nonsense",
        "[]",
        '{"need_face": 1}',
        '{"need_register": "true"}',
        '{"event_list": "all"}',
        '{"event_list": [7]}',
        '{"event_list": null}',
    ],
)
async def test_invalid_frame_is_reported_and_changes_nothing(
    nested: BoxClient, frame: str
) -> None:
    """The previous configuration stays valid."""
    socket = await nested.subscribe()
    await socket.send_str(frame)
    await until(lambda: bool(nested.box.errors))
    emitted = await nested.box.recognize(nested.box.devices[0])
    assert await receive(socket) == emitted.message


async def test_frame_of_the_other_dialect_subscribes_to_nothing(
    flat: BoxClient,
) -> None:
    """A 2.0 box does not know the keys of 1.x."""
    socket = await flat.connect()
    await socket.send_json(
        {"need_face": True, "event_list": [flat.box.devices[0].device_id]}
    )
    await until(lambda: len(flat.box.errors) >= 2)
    await flat.box.recognize(flat.box.devices[0])
    assert await is_quiet(socket)
    with pytest.raises(TimeoutError):
        await flat.box.wait_for_subscription(timeout=0.05)


async def test_binary_configuration_frame_is_accepted(either: BoxClient) -> None:
    """Clients may send text or binary frames."""
    socket = await either.connect()
    keys = {"nested": "event_list", "flat": "media_device_ids"}
    await socket.send_bytes(
        json.dumps(
            {keys[either.box.dialect]: [either.box.devices[0].device_id]}
        ).encode()
    )
    await either.box.wait_for_subscription()


async def test_raw_frames_are_sent_unchanged(either: BoxClient) -> None:
    """Frames can be invalid, text or binary."""
    socket = await either.subscribe()
    await either.box.send_raw("{broken")
    assert (await socket.receive_str(timeout=PATIENCE_SECONDS)) == "{broken"
    await either.box.send_raw(b"\xff\x00", binary=True)
    assert (await socket.receive_bytes(timeout=PATIENCE_SECONDS)) == b"\xff\x00"


async def test_subscription_ends_with_its_connection(either: BoxClient) -> None:
    """The box can still simulate recognitions."""
    socket = await either.subscribe()
    await socket.close()
    await until(lambda: not either.box.subscriptions)
    await either.box.recognize()


async def test_slow_client_blocks_further_recognitions(
    boxes_with_large_scenes: BoxClient,
) -> None:
    """The box does not buffer messages without limit."""
    client = boxes_with_large_scenes
    socket = await client.subscribe()

    async def recognize_often() -> None:
        for _ in range(60):
            await client.box.recognize(client.box.devices[0], client.box.people[0])

    emitting = asyncio.create_task(recognize_often())
    [box_side] = client.box.events._clients
    await until(lambda: box_side.request.protocol._paused)
    done, _ = await asyncio.wait({emitting}, timeout=1)
    assert not done
    for _ in range(60):
        await receive(socket)
    await asyncio.wait_for(emitting, PATIENCE_SECONDS)


async def test_delayed_message_is_overtaken_by_a_later_one(
    either: BoxClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The record is not delayed."""
    socket = await either.subscribe()
    device = either.box.devices[0]
    late = await either.box.recognize(device, push_delay=60)
    early = await either.box.recognize(device)
    assert await receive(socket) == early.message
    assert len(await either.events()) == 2
    skip(monkeypatch, 60)
    assert await receive(socket) == late.message


async def test_copies_are_pushed_but_recorded_once(either: BoxClient) -> None:
    """Copies have the same content."""
    socket = await either.subscribe()
    emitted = await either.box.recognize(either.box.devices[0], copies=3)
    assert [await receive(socket) for _ in range(3)] == [emitted.message] * 3
    assert await is_quiet(socket)
    assert len(await either.events()) == 1
