"""Tests of a box that changes its dialect."""

import asyncio

import aiohttp
from aiohttp import WSMsgType
import pytest

from emulator import EmulatedBox

from .box_client import Answer, BoxClient, is_quiet, next_message, receive, skip, until

OTHER = {"nested": "flat", "flat": "nested"}


async def _update(box: EmulatedBox, seconds: float = 0.0) -> None:
    await box.change_dialect("flat" if box.dialect == "nested" else "nested", seconds)


async def _list_devices(client: BoxClient, dialect: str) -> Answer:
    if dialect == "nested":
        return await client.get("/SophonDevice/api/Devices")
    return await client.post("/sophon/v2/face/getmediadevices")


async def _serial_number(client: BoxClient, dialect: str) -> Answer:
    port = client.box.ports.system
    if dialect == "nested":
        return await client.get("/SophonSystem/api/deviceSN", port=port)
    return await client.post("/sophon/v2/system/getdevicesn", port=port)


async def test_calls_of_the_old_dialect_are_unknown_after_update(
    either: BoxClient,
) -> None:
    """Both REST ports change and keep their numbers."""
    box, old, ports = either.box, either.box.dialect, either.box.ports
    unknown = await either.get("/no/such/path")
    await _update(box)

    assert (box.dialect, box.ports) == (OTHER[old], ports)
    for call in (_list_devices, _serial_number):
        assert (await call(either, box.dialect)).status == 200
        answer = await call(either, old)
        assert (answer.status, answer.body) == (unknown.status, unknown.body)


async def test_devices_and_records_survive_an_update(either: BoxClient) -> None:
    """Ids stay the same."""
    box = either.box
    await box.recognize(box.devices[0], box.people[0])
    before = [device.device_id for device in box.devices]
    await _update(box)

    listed = (await _list_devices(either, box.dialect)).json
    rows = listed["data"]["devices_list"] if "data" in listed else listed["devices"]
    assert [row.get("device_id", row.get("media_device_id")) for row in rows] == before
    [record] = await either.events()
    assert record.get("common", record)["identity_id"] == box.people[0].identity_id


async def test_events_use_the_new_dialect_after_update(either: BoxClient) -> None:
    """Old connections end, and old frames have no effect."""
    box, old = either.box, either.box.dialect
    socket = await either.subscribe()
    old_frame = box.subscriptions[0].frame
    await _update(box)
    assert (await next_message(socket)).type in (WSMsgType.CLOSED, WSMsgType.ERROR)

    again = await either.connect()
    await again.send_json(old_frame)
    await box.recognize(box.devices[0])
    assert await is_quiet(again)
    await either.configure(again)
    emitted = await box.recognize(box.devices[0])
    assert await receive(again) == emitted.message
    assert ("media_device_id" in emitted.message) == (old == "nested")


async def test_no_port_answers_during_an_update(
    either: BoxClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The box answers again after the update."""
    is_off = asyncio.Event()
    cut_power = either.box.cut_power

    async def _cut_power() -> None:
        await cut_power()
        is_off.set()

    monkeypatch.setattr(either.box, "cut_power", _cut_power)
    updating = asyncio.create_task(_update(either.box, 60))
    await is_off.wait()
    for port in (either.box.ports.rest, either.box.ports.events):
        with pytest.raises(aiohttp.ClientConnectorError):
            await either.get("/", port=port)
    skip(monkeypatch, 60)
    await updating
    assert (await _list_devices(either, either.box.dialect)).status == 200


async def test_broadcast_port_is_open_only_in_flat_dialect(nested: BoxClient) -> None:
    """The port opens and closes with the update."""
    box = nested.box
    with pytest.raises(aiohttp.ClientConnectorError):
        await nested.connect(box.ports.broadcast)
    await box.change_dialect("flat")
    async with await nested.connect(box.ports.broadcast) as socket:
        await until(lambda: box.broadcasts.listeners == 1)
        device = box.add_device()
        message = await receive(socket)
    shown = message["modify_media_device"]["media_device_info"]
    assert shown["media_device_id"] == device.device_id
    await box.change_dialect("nested")
    with pytest.raises(aiohttp.ClientConnectorError):
        await nested.connect(box.ports.broadcast)


async def test_door_call_exists_only_in_nested_dialect(nested: BoxClient) -> None:
    """The call returns after a downgrade."""
    path = "/SophonFogSys/api/EventAction"
    statuses = []
    for dialect in ("nested", "flat", "nested"):
        await nested.box.change_dialect("flat" if dialect == "flat" else "nested")
        statuses.append((await nested.request("PUT", path, json={"action": []})).status)
    assert statuses == [400, 404, 400]
