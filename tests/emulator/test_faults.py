"""Tests of faults and refused requests."""

import asyncio
import threading
import time

import aiohttp
from aiohttp import WSMsgType
import pytest

from emulator import CannedAnswer, EmulatedBox, PictureSize, Ports, Variant

from .box_client import (
    PATIENCE_SECONDS,
    BoxClient,
    is_quiet,
    next_message,
    receive,
    skip,
    until,
)
from .conftest import Boxes


async def test_paths_of_the_other_dialect_are_not_found(either: BoxClient) -> None:
    """Both the application port and the system port answer 404."""
    if either.box.dialect == "nested":
        assert (await either.post("/sophon/v2/face/getmediadevices")).status == 404
        assert (
            await either.post(
                "/sophon/v2/system/getdevicesn", port=either.box.ports.system
            )
        ).status == 404
    else:
        assert (await either.get("/SophonDevice/api/Devices")).status == 404
        assert (
            await either.get("/SophonSystem/api/deviceSN", port=either.box.ports.system)
        ).status == 404


async def test_wrong_method_or_port_is_refused(nested: BoxClient) -> None:
    """Each path has one method and one port."""
    assert (await nested.post("/SophonDevice/api/Devices")).status == 405
    assert (await nested.get("/SophonSystem/api/deviceSN")).status == 404
    assert (
        await nested.get("/SophonDevice/api/Devices", port=nested.box.ports.system)
    ).status == 404


async def test_initializing_box_answers_with_an_error(either: BoxClient) -> None:
    """The error has the format of the dialect."""
    either.box.state.initializing = True
    if either.box.dialect == "nested":
        error = (await either.get("/SophonDevice/api/Devices")).json["error"]
        assert (error["code"], error["status"]) == (503, "DEVICE_INIT_ERROR")
    else:
        error = (await either.post("/sophon/v2/face/getmediadevices")).json["error"]
        assert error["code"] == "DEVICE_INIT_ERROR"
    either.box.state.initializing = False
    assert await either.events() == []


async def test_flat_call_requires_a_json_object(flat: BoxClient) -> None:
    """Each error code names the problem."""
    path = "/sophon/v2/face/getmediadevices"
    plain = await flat.request("POST", path, data="{}")
    assert plain.json["error"]["code"] == "UNSUPPORT_CONTENT_TYPE"
    json_type = {"Content-Type": "application/json"}
    for body in (b"{", b"[]", b'"x"'):
        broken = await flat.request("POST", path, data=body, headers=json_type)
        assert broken.json["error"]["code"] == "INVALID_REQUEST_JSON"
    event = await flat.post("/sophon/v2/face/getevent")
    assert event.json["error"] == {"code": "MISSING_ARGUMENTS", "message": "event_id"}
    unknown = await flat.post("/sophon/v2/face/getevent", {"event_id": "nothing"})
    assert unknown.json["error"]["code"] == "ID_NOT_FOUND"
    assert len(flat.box.errors) == 5


async def test_flat_errors_can_have_status_200(boxes: Boxes) -> None:
    """Without the variant, the status matches the error code."""
    for variant, status in (
        (Variant(), 404),
        (Variant(errors_with_status_200=True), 200),
    ):
        client = await boxes.make("flat", variant)
        answer = await client.post("/sophon/v2/face/getevent", {"event_id": "nothing"})
        assert (answer.status, answer.json["error"]["code"]) == (status, "ID_NOT_FOUND")


async def test_canned_answer_replaces_the_answer_of_a_path(either: BoxClient) -> None:
    """The path `*` replaces every answer."""
    canned = CannedAnswer(
        status=502, body=b"<h1>Bad gateway</h1>", headers={"X-Proxy": "yes"}
    )
    either.box.answer_instead["/anything"] = canned
    for port in (either.box.ports.rest, either.box.ports.system):
        answer = await either.get("/anything", port=port)
        assert (answer.status, answer.body, answer.headers["X-Proxy"]) == (
            502,
            canned.body,
            "yes",
        )
        assert answer.headers["Content-Type"].startswith("text/html")
    either.box.answer_instead["*"] = CannedAnswer(
        body=b"{}", content_type="application/json"
    )
    assert (await either.get("/whatever")).json == {}


async def test_request_is_recorded_and_answered_late(either: BoxClient) -> None:
    """A recorded request has method, path, query and body."""
    either.box.state.delay = 0.1
    started = time.monotonic()
    await either.request("POST", "/path", params={"a": "1"}, json={"b": 2})
    assert time.monotonic() - started >= 0.1
    [request] = either.box.requests
    assert (request.method, request.path, request.query, request.body) == (
        "POST",
        "/path",
        {"a": "1"},
        {"b": 2},
    )


async def test_delay_of_one_path_spares_other_calls(
    either: BoxClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Other calls are answered at once."""
    box = either.box
    box.state.delays[box.history_path] = 20
    reading = asyncio.create_task(either.events())
    await until(lambda: len(box.requests) == 1)
    await either.system("deviceSN" if box.dialect == "nested" else "getdevicesn")
    assert not reading.done()
    skip(monkeypatch, 20)
    assert await reading == []


async def test_delay_of_a_path_replaces_the_general_delay(either: BoxClient) -> None:
    """A delay of 0 makes one path fast on a slow box."""
    box = either.box
    box.state.delay = 60
    box.state.delays[box.history_path] = 0
    assert await either.events() == []


async def test_dropped_connection_has_no_close_frame(either: BoxClient) -> None:
    """The client can connect again at once."""
    socket = await either.subscribe()
    await either.box.drop()
    message = await next_message(socket)
    assert message.type in (WSMsgType.CLOSED, WSMsgType.ERROR)
    assert socket.close_code in (None, 1006)
    again = await either.subscribe()
    emitted = await either.box.recognize(either.box.devices[0])
    assert await receive(again) == emitted.message


async def test_close_frame_has_the_given_code(either: BoxClient) -> None:
    """The code 1012 announces a restart."""
    socket = await either.subscribe()
    closing = asyncio.create_task(either.box.close_sockets(1012))
    message = await next_message(socket)
    await closing
    assert (message.type, message.data) == (WSMsgType.CLOSE, 1012)


async def test_silent_box_keeps_sockets_open_until_it_responds_again(
    either: BoxClient,
) -> None:
    """New clients wait in their handshake meanwhile."""
    socket = await either.subscribe()
    either.box.events.silent = True
    await socket.ping()
    await either.box.recognize(either.box.devices[0])
    waiting = asyncio.create_task(either.connect())
    await until(lambda: len(either.box.port("events")._requests) == 2)
    assert not waiting.done()
    either.box.events.silent = False
    await (await waiting).close()
    emitted = await either.box.recognize(either.box.devices[0])
    # Neither the pong nor the first message came before.
    assert await receive(socket) == emitted.message


async def test_pings_are_answered_unless_switched_off(either: BoxClient) -> None:
    """Messages still arrive without pongs."""
    socket = await either.subscribe()
    await socket.ping(b"42")
    assert await next_message(socket) == (WSMsgType.PONG, b"42", "")
    either.box.events.answers_pings = False
    await socket.ping()
    emitted = await either.box.recognize(either.box.devices[0])
    assert await receive(socket) == emitted.message


async def test_ports_reopen_under_their_numbers(either: BoxClient) -> None:
    """Closed ports refuse connections."""
    ports = either.box.ports
    socket = await either.subscribe()
    await either.box.port("events").close()
    await either.box.port("rest").close()
    await either.box.port("system").close()
    assert (await next_message(socket)).type in (WSMsgType.CLOSED, WSMsgType.ERROR)
    for port in (ports.rest, ports.events, ports.system):
        with pytest.raises(aiohttp.ClientConnectorError):
            await either.get("/", port=port)
    await either.box.recognize()
    await either.box.port("events").open()
    await either.box.port("rest").open()
    await either.box.port("system").open()
    assert either.box.ports == ports
    again = await either.subscribe()
    emitted = await either.box.recognize(either.box.devices[0])
    assert await receive(again) == emitted.message
    assert (await either.get("/", port=ports.system)).status == 404


async def test_reboot_keeps_records_and_drops_pending_messages(
    either: BoxClient,
) -> None:
    """The ports keep their numbers, and the clock may jump."""
    ports, before = either.box.ports, either.box.state.now()
    socket = await either.subscribe()
    lost = await either.box.recognize(either.box.devices[0], push_delay=60)
    await either.box.cut_power()
    assert (await next_message(socket)).type in (WSMsgType.CLOSED, WSMsgType.ERROR)
    with pytest.raises(aiohttp.ClientConnectorError):
        await either.events()
    await either.box.reboot(0, clock_step=3600)
    assert either.box.ports == ports
    assert 3600 < either.box.state.now() - before < 3660
    again = await either.subscribe()
    assert await is_quiet(again)
    [record] = await either.events()
    assert record["timestamp"] == lost.timestamp_ms / 1000


async def test_system_port_can_stay_closed(boxes: Boxes) -> None:
    """The application port still answers."""
    client = await boxes.make("nested", Variant(system_port_closed=True))
    with pytest.raises(aiohttp.ClientConnectorError):
        await client.system("deviceSN")
    assert (await client.get("/SophonDevice/api/Devices")).status == 200


async def test_stop_leaves_no_task_thread_or_socket() -> None:
    """Clients are still connected during the stop."""
    threads = set(threading.enumerate())
    tasks = asyncio.all_tasks()
    async with aiohttp.ClientSession() as session:
        async with EmulatedBox(
            "flat", picture_size=PictureSize(3001, 3002, 3003)
        ) as box:
            client = BoxClient(box, session)
            await client.subscribe()
            await client.connect(box.ports.broadcast)
            await box.recognize(identity=box.people[0])
            await client.get("/nothing")
            assert set(threading.enumerate()) > threads
        with pytest.raises(aiohttp.ClientConnectorError):
            await client.get("/")
    assert {
        thread for thread in threading.enumerate() if thread.name.startswith("emulator")
    } == set()
    await asyncio.sleep(0)
    assert asyncio.all_tasks() == tasks


async def test_box_with_a_port_in_use_opens_nothing(nested: BoxClient) -> None:
    """The start fails and closes the other ports again."""
    box = EmulatedBox(ports=Ports(events=nested.box.ports.events))
    with pytest.raises(OSError, match="in use"):
        await box.start()
    assert not box.port("rest").is_open


async def test_box_stops_while_a_client_does_not_read() -> None:
    """The box is waiting for a full send buffer."""
    size = PictureSize(face=4_000, scene=2_000_000, reference=4_000)
    async with aiohttp.ClientSession() as session:
        box = EmulatedBox("nested", picture_size=size)
        await box.start()
        socket = await BoxClient(box, session).subscribe()

        async def recognize_forever() -> None:
            while True:
                await box.recognize(box.devices[0], box.people[0])

        emitting = asyncio.create_task(recognize_forever())
        [client] = box.events._clients
        await until(lambda: client.request.protocol._paused)
        assert not socket.closed
        await asyncio.wait_for(box.stop(), PATIENCE_SECONDS)
        emitting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await emitting
        await box.stop()
