"""The client of an SE3, which only pushes."""

import asyncio
from datetime import UTC, datetime
from typing import Any

from aiohttp import ClientSession
import pytest

from custom_components.se_aibox.aibox import http
from custom_components.se_aibox.aibox.client import AiBoxClient
from custom_components.se_aibox.aibox.exceptions import UnreadableError
from custom_components.se_aibox.aibox.models import (
    Bookmark,
    BoxKind,
    CaptureDevice,
    Dialect,
    LiveRecognition,
    PictureKind,
    Ports,
)
from custom_components.se_aibox.aibox.se3 import Se3Client
from custom_components.se_aibox.aibox.se3_rest import find_se3
from custom_components.se_aibox.aibox.updates import Connected, Disconnected, Skipped
from custom_components.se_aibox.aibox.wire.se3 import read_event_servers, read_push
from emulator import CannedAnswer, EmulatedBox, EmulatedSe3, Variant

from .common import (
    HOST,
    FakeSleep,
    listening,
    next_recognition,
    next_update,
    ports_of,
    until,
)

URL = "http://192.168.1.2:8123/api/webhook/ours"
_TWO = ("http://a/b", "http://c/d")
_NO_OTHER_CALLS = {"system_calls": (), "has_event_server_call": False}
PUSH: dict[str, Any] = {
    "identity_id": "1",
    "timestamp": 1565771454932,
    "ext_data": {"device_ip": "192.168.1.7"},
    "reg_pic": "aGk=",
}


def _client(
    session: ClientSession,
    host: str = "127.0.0.1",
    ports: Ports | None = None,
    bookmark: Bookmark | None = None,
) -> Se3Client:
    return Se3Client(
        session, host, ports or Ports(), URL, wants=lambda _: True, bookmark=bookmark
    )


def _push(**changes: object) -> LiveRecognition:
    return read_push({**PUSH, **changes}, datetime.now(UTC))


async def _identities(client: Se3Client, count: int) -> list[str | None]:
    """Return the identity ids of the first updates after `Connected`."""
    async with listening(client) as updates:
        assert await anext(updates) == Connected()
        return [(await next_recognition(updates)).identity_id for _ in range(count)]


def test_device_address_is_the_capture_device_id() -> None:
    """Form data carries `ext_data` as text."""
    for details in (
        {"device_ip": " 192.168.1.7 "},
        '{"device_ip": "192.168.1.7", "device_type": "0"}',
    ):
        seen = _push(ext_data=details).recognition
        assert seen.capture_device_id == "192.168.1.7"
        assert seen.occurred_at == datetime(2019, 8, 14, 8, 30, 54, 932000, UTC)


@pytest.mark.parametrize(
    ("answer", "urls"),
    [
        ({"data": {"event_server_url": ["http://a/b"]}}, ("http://a/b",)),
        ({"event_server_url": "http://a/b"}, ("http://a/b",)),
        ({"data": {"event_server_url": ""}}, ()),
        ({"data": {"event_server_url": ["http://a/b, http://c/d,", ""]}}, _TWO),
        ({"data": {"event_server_url": "http://a/b,http://c/d"}}, _TWO),
        ({"data": {"event_server_url": "http://a/b,c"}}, ("http://a/b,c",)),
    ],
)
def test_event_server_urls_are_read(
    answer: dict[str, Any], urls: tuple[str, ...]
) -> None:
    """Firmware wraps the list in different ways."""
    assert read_event_servers(answer).urls == urls


@pytest.mark.parametrize("urls", [None, 1, [1], {}])
def test_partly_unreadable_list_of_urls_is_unreadable(urls: object) -> None:
    """Reading it as empty would delete URLs when it is written back."""
    with pytest.raises(UnreadableError):
        read_event_servers({"data": {"event_server_url": urls}})


async def test_invalid_urls_of_others_are_kept(session: ClientSession) -> None:
    """Only our own URL is added and removed."""
    strange = "http://[::1"
    async with EmulatedSe3() as se3:
        se3.event_server_urls = [strange]
        client = _client(session, se3.host, ports_of(se3))
        assert await client.register()
        assert se3.event_server_urls == [strange, URL]
        await client.rest.stop_pushing_to("/api/webhook/ours")
        assert se3.event_server_urls == [strange]
        await client.rest.stop_pushing_to("/api/webhook/ours")
        assert se3.event_server_urls == [strange]


@pytest.mark.parametrize(
    ("options", "lists_devices", "takes_url"),
    [
        ({}, False, True),
        ({}, True, True),
        ({"has_event_server_call": False}, False, False),
        ({"has_event_server_call": False}, True, False),
        ({"system_calls": ()}, False, True),
        ({"system_calls": ()}, True, True),
        ({"system_calls": ("deviceSN",), "has_event_server_call": False}, False, False),
        ({"model": "BM1684"}, False, True),
        *(
            (
                {
                    "system_calls": (),
                    "has_event_server_call": False,
                    "group_calls": (name,),
                },
                False,
                False,
            )
            for name in ("GateControllerMode", "groups", "permissions")
        ),
    ],
)
async def test_se3_is_detected(
    session: ClientSession,
    options: dict[str, Any],
    lists_devices: bool,
    takes_url: bool,
) -> None:
    """The model, the call for URLs, the serial number or a call of every SE3."""
    async with EmulatedSe3(**options) as se3:
        found = await find_se3(
            session, se3.host, ports_of(se3), lists_devices=lists_devices
        )
    assert found is not None
    assert found.takes_url is takes_url


@pytest.mark.parametrize(
    ("options", "lists_devices"),
    [
        ({"model": "SE50221"}, True),
        ({**_NO_OTHER_CALLS, "group_calls": ()}, False),
        ({**_NO_OTHER_CALLS, "group_calls": ()}, True),
        # Other boxes with a device list have the calls of every SE3.
        (_NO_OTHER_CALLS, True),
    ],
)
async def test_other_box_is_not_detected_as_an_se3(
    session: ClientSession, options: dict[str, Any], lists_devices: bool
) -> None:
    """A box that answers no call is not detected, either."""
    async with EmulatedSe3(**options) as se3:
        assert not await find_se3(
            session, se3.host, ports_of(se3), lists_devices=lists_devices
        )


@pytest.mark.parametrize("answer", [b"{}", b'{"data": []}', b'{"data": {"x": 1}}'])
async def test_server_that_answers_everything_is_no_se3(
    session: ClientSession, answer: bytes
) -> None:
    """Its answers have none of the documented fields."""
    async with EmulatedSe3() as se3:
        se3.answer_instead["*"] = CannedAnswer(body=answer)
        assert not await find_se3(session, se3.host, ports_of(se3), lists_devices=False)


async def test_box_with_an_event_socket_is_not_taken_for_an_se3(
    session: ClientSession,
) -> None:
    """It has the calls of every SE3, but does not push."""
    variant = Variant(system_port_closed=True)
    async with EmulatedBox("nested", variant=variant) as box:
        ports = ports_of(box)
        assert not await find_se3(session, HOST, ports, lists_devices=False)
        await box.port("events").close()
        found = await find_se3(session, HOST, ports, lists_devices=False)
    assert found is not None
    assert not found.takes_url


async def test_pushes_are_delivered_once_and_in_order(session: ClientSession) -> None:
    """Unreadable pushes are delivered as `Skipped`."""
    client = _client(session)
    client.skip("not JSON")
    client.receive(_push(event_id="7"))
    client.receive(_push(event_id="7"))
    client.receive(_push())
    async with listening(client) as updates:
        assert await anext(updates) == Connected()
        assert await anext(updates) == Skipped("not JSON")
        ids = []
        for _ in range(2):
            live = await anext(updates)
            assert isinstance(live, LiveRecognition)
            assert live.recognition.picture_kinds == {PictureKind.REFERENCE}
            ids.append(live.recognition.recognition_id)
        assert ids[0] == "7"
        assert ids[1] != "7"
        assert client.duplicates == 1
        waiting = asyncio.ensure_future(anext(updates))
        await asyncio.sleep(0)
        assert not waiting.done()
        waiting.cancel()
        await asyncio.wait([waiting])


async def test_unreachable_se3_is_detected_once_within_45_seconds(
    session: ClientSession,
) -> None:
    """The interval and the timeout add up to 45 s at most."""
    fake_sleep = FakeSleep()
    client = Se3Client(
        session, HOST, Ports(1, 1, 1), URL, wants=lambda _: True, sleep=fake_sleep.sleep
    )
    async with listening(client) as updates:
        await next_update(updates, Connected)
        await next_update(updates, Disconnected)
        assert http._TIMEOUT.total is not None
        assert fake_sleep.seconds[0] + http._TIMEOUT.total <= 45
        waiting = asyncio.ensure_future(anext(updates))
        asked = len(fake_sleep.seconds)
        await until(lambda: len(fake_sleep.seconds) > asked + 2)
        assert not waiting.done()
        waiting.cancel()
        await asyncio.wait([waiting])


async def test_each_run_reports_an_unreachable_se3(
    session: ClientSession,
) -> None:
    """A run begins without the state of the last one."""
    client = Se3Client(
        session,
        HOST,
        Ports(1, 1, 1),
        URL,
        wants=lambda _: True,
        sleep=FakeSleep().sleep,
    )
    for _ in range(2):
        async with listening(client) as updates:
            await next_update(updates, Connected)
            await next_update(updates, Disconnected)


async def test_number_of_devices_and_updates_is_limited(
    session: ClientSession,
) -> None:
    """Anyone who knows the URL can push invented devices."""
    client = _client(session)
    for number in range(300):
        client.receive(
            _push(ext_data={"device_ip": f"10.0.{number // 256}.{number % 256}"})
        )
    assert client.is_full
    client.skip("not JSON")
    assert len(await client.capture_devices()) == 256
    client.forget("10.0.0.1")
    assert len(await client.capture_devices()) == 255


async def test_repeated_push_is_dropped_unless_it_was_returned(
    session: ClientSession,
) -> None:
    """The bookmark keeps this over a restart."""
    client = _client(session)
    client.receive(_push())
    client.receive(_push())
    assert await _identities(client, 1) == ["1"]
    restarted = _client(session, bookmark=client.bookmark)
    restarted.receive(_push())
    restarted.receive(_push(identity_id="2"))
    assert await _identities(restarted, 1) == ["2"]

    restarted.return_for_recovery(_push(identity_id="2").recognition)
    restarted.receive(_push(identity_id="3"))
    restarted.receive(_push(identity_id="2"))
    assert await _identities(restarted, 2) == ["3", "2"]


async def test_se3_has_no_history(session: ClientSession) -> None:
    """It never reports changes of its capture devices, either."""
    client = _client(session)
    assert client.kind == BoxKind(
        has_history=False, lists_devices=False, opens_doors=False, pushes=True
    )
    assert client.history is None
    assert not client.detects_deafness
    await client.follow_device_list(pytest.fail)


async def test_capture_devices_have_their_names_on_the_box(
    session: ClientSession,
) -> None:
    """Only devices that pushed are returned; their doors cannot be opened."""
    async with EmulatedSe3(lists_devices=True) as se3:
        client = _client(session, se3.host, ports_of(se3))
        listed = se3.devices[0]
        client.know([listed.ip, "192.168.1.7"])
        devices = await client.capture_devices()
    assert {(device.capture_device_id, device.name) for device in devices} == {
        (listed.ip, listed.name),
        ("192.168.1.7", None),
    }
    assert not any(client.rest.can_open_door(device) for device in devices)
    assert CaptureDevice("192.168.1.7") in devices


async def test_se3_has_only_the_readings_that_it_answers(
    session: ClientSession,
) -> None:
    """Other boxes always have all readings."""
    calls = ("temperature", "fan", "uptime")
    async with EmulatedSe3(system_calls=calls) as se3:
        se3.answer_instead["/SophonConfig/api/Configs/PASSMODE"] = CannedAnswer(
            body=b'{"data": {"PASSMODE": "normal"}}'
        )
        client = _client(session, se3.host, ports_of(se3))
        assert not client.has_reading("core_temperature")
        await client.read_supported()
    assert client.has_reading("core_temperature")
    assert client.has_reading("last_boot")
    assert client.has_reading("pass_mode")
    assert not client.has_reading("cpu_usage")
    other = AiBoxClient(session, "127.0.0.1", Ports(), Dialect.FLAT)
    assert other.has_reading("cpu_usage")


async def test_push_counts_as_lately_for_ten_minutes(
    session: ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A box that pushed has not moved."""
    loop = asyncio.get_running_loop()
    client = _client(session)
    answers = [client.has_pushed_lately]
    now = loop.time()
    client.receive(_push())
    for seconds in (599, 601):
        monkeypatch.setattr(loop, "time", lambda at=now + seconds: at)
        answers.append(client.has_pushed_lately)
    assert answers == [False, True, False]


async def test_two_home_assistants_of_one_backup_leave_each_other_alone(
    session: ClientSession,
) -> None:
    """Each replaces a URL like its own once, when it starts."""
    first_url, second_url = URL, URL.replace("192.168.1.2", "192.168.1.3")
    async with EmulatedSe3() as se3:

        def start(url: str) -> Se3Client:
            return Se3Client(
                session, se3.host, ports_of(se3), url, wants=lambda _: True
            )

        se3.event_server_urls = [URL.replace("192.168.1.2", "192.168.1.9")]
        first = start(first_url)
        await first.register()
        assert se3.event_server_urls == [first_url]
        second = start(second_url)
        await second.register()
        assert se3.event_server_urls == [second_url]
        for _ in range(2):
            await first.register()
            await second.register()
            assert se3.event_server_urls == [second_url, first_url]
        # A reload changes nothing, either.
        posts = sum(request.method == "POST" for request in se3.requests)
        await start(first_url).register()
        assert se3.event_server_urls == [second_url, first_url]
        assert sum(request.method == "POST" for request in se3.requests) == posts
