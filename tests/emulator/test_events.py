"""The events socket: who gets what (PROTOCOL §1)."""

import asyncio
import json

import pytest

from .talk import Talk, is_quiet, receive, until


async def test_nothing_before_a_configuration(either: Talk) -> None:
    """A connected client hears nothing until it has configured its socket, and nothing is replayed."""
    socket = await either.connect()
    await either.box.recognize(either.box.devices[0])
    await either.configure(socket)
    assert await is_quiet(socket)
    emitted = await either.box.recognize(either.box.devices[0])
    assert (await receive(socket))["timestamp"] == emitted.timestamp_ms


async def test_only_listed_devices(either: Talk) -> None:
    """Only recognitions of listed devices are pushed, and an empty list pushes nothing."""
    first, second = either.box.devices[:2]
    socket = await either.subscribe([second.device_id])
    await either.box.recognize(first, either.box.people[0])
    emitted = await either.box.recognize(second, either.box.people[0])
    assert await receive(socket) == emitted.message
    await either.configure(socket, [])
    await either.box.recognize(second, either.box.people[0])
    assert await is_quiet(socket)


async def test_a_new_configuration_replaces_the_last(either: Talk) -> None:
    """Configurations do not add up."""
    first, second = either.box.devices[:2]
    socket = await either.subscribe([first.device_id])
    await either.configure(socket, [second.device_id])
    await either.box.recognize(first)
    emitted = await either.box.recognize(second)
    assert await receive(socket) == emitted.message
    assert len(either.box.subscriptions) == 1


async def test_each_client_gets_its_own_pictures(nested: Talk) -> None:
    """Pictures follow the configuration of each client."""
    sockets = [await nested.connect() for _ in range(4)]
    wishes = [(False, False), (True, False), (False, True), (True, True)]
    for socket, (face, reference) in zip(sockets, wishes, strict=True):
        await nested.configure(socket, face=face, reference=reference)
    await nested.box.recognize(nested.box.devices[0], nested.box.people[0])
    for socket, (face, reference) in zip(sockets, wishes, strict=True):
        message = await receive(socket)
        assert ("reg_pic" in message) is reference
        assert ("recognize_face" in message["ext_data"]) is face
        assert ("spot_pic" in message["ext_data"]) is face


async def test_missing_settings_are_off(nested: Talk) -> None:
    """A frame that leaves a setting out switches it off."""
    socket = await nested.connect()
    device_id = nested.box.devices[0].device_id
    await socket.send_json({"event_list": [device_id]})
    await nested.box.wait_for_subscription()
    await nested.box.recognize(device_id, nested.box.people[0])
    message = await receive(socket)
    assert "reg_pic" not in message
    assert "spot_pic" not in message["ext_data"]
    assert nested.box.errors == []


async def test_unlisted_device(either: Talk) -> None:
    """A device the box does not list is pushed to who listed it all the same."""
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
async def test_bad_frames_are_reported_and_change_nothing(
    nested: Talk, frame: str
) -> None:
    """A wrong configuration frame is noted; the one before stays valid."""
    socket = await nested.subscribe()
    await socket.send_str(frame)
    await until(lambda: bool(nested.box.errors))
    emitted = await nested.box.recognize(nested.box.devices[0])
    assert await receive(socket) == emitted.message


async def test_the_other_dialects_frame_subscribes_to_nothing(flat: Talk) -> None:
    """A 2.0 box does not know the words of 1.x."""
    socket = await flat.connect()
    await socket.send_json(
        {"need_face": True, "event_list": [flat.box.devices[0].device_id]}
    )
    await until(lambda: len(flat.box.errors) >= 2)
    await flat.box.recognize(flat.box.devices[0])
    assert await is_quiet(socket)
    with pytest.raises(TimeoutError):
        await flat.box.wait_for_subscription(timeout=0.05)


async def test_a_binary_configuration_frame(either: Talk) -> None:
    """A configuration may come as a binary frame."""
    socket = await either.connect()
    keys = {"nested": "event_list", "flat": "media_device_ids"}
    await socket.send_bytes(
        json.dumps(
            {keys[either.box.dialect]: [either.box.devices[0].device_id]}
        ).encode()
    )
    await either.box.wait_for_subscription()


async def test_send_raw(either: Talk) -> None:
    """Any frame can be sent verbatim."""
    socket = await either.subscribe()
    await either.box.send_raw("{broken")
    assert (await socket.receive_str(timeout=5)) == "{broken"
    await either.box.send_raw(b"\xff\x00", binary=True)
    assert (await socket.receive_bytes(timeout=5)) == b"\xff\x00"


async def test_a_gone_client_is_forgotten(either: Talk) -> None:
    """A subscription ends with its connection."""
    socket = await either.subscribe()
    await socket.close()
    await until(lambda: not either.box.subscriptions)
    await either.box.recognize()


async def test_a_slow_client_holds_the_box_back(boxes_with_large_scenes: Talk) -> None:
    """Emitting waits for the client to read instead of buffering without end."""
    talk = boxes_with_large_scenes
    socket = await talk.subscribe()

    async def emit() -> None:
        for _ in range(60):
            await talk.box.recognize(talk.box.devices[0], talk.box.people[0])

    emitting = asyncio.create_task(emit())
    done, _ = await asyncio.wait({emitting}, timeout=1)
    assert not done
    for _ in range(60):
        await receive(socket)
    await asyncio.wait_for(emitting, 5)


async def test_a_late_message_is_overtaken(either: Talk) -> None:
    """A message can be held back while the record and later messages are not."""
    socket = await either.subscribe()
    device = either.box.devices[0]
    late = await either.box.recognize(device, push_delay=0.1)
    early = await either.box.recognize(device)
    assert await receive(socket) == early.message
    assert len(await either.events()) == 2
    assert await receive(socket) == late.message


async def test_copies(either: Talk) -> None:
    """One recognition can be told several times, and is one record."""
    socket = await either.subscribe()
    emitted = await either.box.recognize(either.box.devices[0], copies=3)
    assert [await receive(socket) for _ in range(3)] == [emitted.message] * 3
    assert await is_quiet(socket)
    assert len(await either.events()) == 1
