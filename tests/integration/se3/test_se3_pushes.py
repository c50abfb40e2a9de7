"""Requests to the webhook of an SE3: only its own pushes count."""

import asyncio
from collections.abc import AsyncGenerator
from datetime import timedelta
from http import HTTPStatus
from typing import Any

import aiohttp
import aiohttp.web
import pytest
from yarl import URL

from custom_components.se_aibox.aibox.models import Ports
from custom_components.se_aibox.aibox.se3 import Se3Client
from custom_components.se_aibox.box.address import Address
from custom_components.se_aibox.box.issues import Fault, Symptom, async_box_issues
from custom_components.se_aibox.box.registry import async_registered_capture_devices
from custom_components.se_aibox.const import DOMAIN
from custom_components.se_aibox.coordinator import SeAiBoxConfigEntry
from custom_components.se_aibox.recognition import delivery
from custom_components.se_aibox.se3 import webhook as our_webhook
from emulator import EmulatedSe3, PictureSize
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from homeassistant.setup import async_setup_component
from tests.integration.box.repairs_helpers import Repairs
from tests.integration.conftest import ClientGenerator
from tests.integration.helpers import (
    ENTRY_ID,
    FiredEvents,
    let_time_pass,
    ports_of,
    until,
)

from .se3_helpers import WEBHOOK_ID, add, make_se3, make_se3_entry, names_resolve, serve

pytest_plugins = ["tests.integration.se3.se3_fixtures"]

PUSH: dict[str, Any] = {
    "identity_id": "1",
    "identity_name": "Tom",
    "timestamp": 1565771454932,
    "score": 90,
    "ext_data": {"device_ip": "192.168.1.7", "person_type": 1},
}


@pytest.fixture(autouse=True)
def _any_age(monkeypatch: pytest.MonkeyPatch) -> None:
    """Treat every push as fresh: the vendor's example is of 2019."""
    monkeypatch.setattr(delivery, "is_fresh", lambda *_, **__: True)


@pytest.fixture
async def entry(hass: HomeAssistant, se3: EmulatedSe3, base: str) -> SeAiBoxConfigEntry:
    """Set up an SE3."""
    return await add(hass, make_se3_entry(se3))


@pytest.fixture
def url(base: str) -> str:
    """Return the push URL."""
    return f"{base}/api/webhook/{WEBHOOK_ID}"


async def _post(url: str, **how: Any) -> int:
    async with aiohttp.ClientSession() as session, session.post(url, **how) as answer:
        return answer.status


@pytest.mark.parametrize(
    ("how", "status"),
    [
        ({"data": b"{"}, 400),
        ({"data": b""}, 400),
        ({"json": []}, 400),
        ({"json": {}}, 400),
        ({"json": {**PUSH, "ext_data": {}}}, 400),
        ({"json": {**PUSH, "ext_data": {"device_ip": "the door"}}}, 400),
        ({"json": {**PUSH, "ext_data": "{"}}, 400),
        ({"json": {**PUSH, "timestamp": None}}, 400),
        ({"json": {**PUSH, "score": []}}, 400),
        ({"data": {"identity_id": "1"}}, 400),
        (
            {
                "data": b"--x\r\n\r\nnothing",
                "headers": {"Content-Type": "multipart/form-data"},
            },
            400,
        ),
        (
            {
                "data": b"name=%ff",
                "headers": {
                    "Content-Type": "application/x-www-form-urlencoded; charset=none"
                },
            },
            400,
        ),
        ({"data": bytes(32 * 1024 * 1024 + 1)}, 413),
    ],
)
async def test_body_that_is_no_push_is_refused_and_counted(
    hass: HomeAssistant,
    entry: SeAiBoxConfigEntry,
    url: str,
    fired: FiredEvents,
    how: dict[str, Any],
    status: int,
) -> None:
    """It creates neither an event nor a capture device."""
    for _ in range(2):
        assert await _post(url, **how) == status
    skipped = entry.runtime_data.log.skipped
    await until(lambda: skipped.total() == 2)
    assert len(skipped) == 1
    assert fired.unread == 0
    assert async_registered_capture_devices(hass, entry) == {}
    assert await _post(url, json=PUSH) == 200
    assert (await fired.next())["capture_device_id"] == "192.168.1.7"


async def test_chunked_body_that_is_too_large_is_refused(
    entry: SeAiBoxConfigEntry, url: str
) -> None:
    """It does not declare its length."""

    async def _chunks() -> AsyncGenerator[bytes]:
        for _ in range(33):
            yield bytes(1024 * 1024)

    assert await _post(url, data=_chunks()) == 413


async def test_push_with_a_scene_of_12_megabytes_is_answered(
    hass: HomeAssistant, base: str, fired: FiredEvents
) -> None:
    """As JSON and as form data."""
    size = PictureSize(face=4_000, scene=12_000_000, reference=4_000)
    async with make_se3(picture_size=size) as se3:
        await add(hass, make_se3_entry(se3))
        for se3.content_type in ("json", "form-data"):
            await se3.recognize(se3.devices[0], se3.people[0])
            await fired.next()
        assert [delivery.outcome for delivery in se3.deliveries] == ["answered"] * 2


async def test_webhook_accepts_post_only(entry: SeAiBoxConfigEntry, url: str) -> None:
    """Other methods are not allowed."""
    async with aiohttp.ClientSession() as session:
        for method in ("GET", "PUT"):
            async with session.request(method, url, json=PUSH) as answer:
                assert answer.status == HTTPStatus.METHOD_NOT_ALLOWED


async def test_push_from_another_address_is_refused(
    hass: HomeAssistant,
    se3: EmulatedSe3,
    hass_client: ClientGenerator,
    fired: FiredEvents,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Even with the right URL."""
    assert await async_setup_component(
        hass,
        "http",
        {"http": {"use_x_forwarded_for": True, "trusted_proxies": ["127.0.0.1"]}},
    )
    base = await serve(hass, hass_client)
    entry = await add(hass, make_se3_entry(se3))
    url = f"{base}/api/webhook/{WEBHOOK_ID}"
    for _ in range(2):
        status = await _post(
            url, json=PUSH, headers={"X-Forwarded-For": "192.168.1.66"}
        )
        assert status == HTTPStatus.FORBIDDEN
    assert caplog.text.count("Refused a push") == 1
    assert "from 192.168.1.66, which is not an address of the box" in caplog.text
    mapped = {"X-Forwarded-For": "::ffff:127.0.0.1"}
    assert await _post(url, json=PUSH, headers=mapped) == HTTPStatus.OK
    await fired.next()
    assert fired.unread == 0
    assert len(async_registered_capture_devices(hass, entry)) == 1


async def test_push_is_accepted_from_the_current_address_of_a_host_name(
    hass: HomeAssistant,
    se3: EmulatedSe3,
    base: str,
    url: str,
    fired: FiredEvents,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Its former address is refused."""
    names: dict[str, list[str]] = {"se3.local": ["127.0.0.1"]}
    names_resolve(monkeypatch, names)
    # The tests cannot resolve a name, so requests go to the address.
    address = Address(se3.host, Ports(*ports_of(se3).values()))
    monkeypatch.setattr(Address, "from_entry", lambda _: address)
    entry = await add(hass, make_se3_entry(se3, data={"host": "se3.local"}))
    assert await _post(url, json=PUSH) == HTTPStatus.OK
    await fired.next()
    for addresses, status in (
        (["192.168.1.66"], HTTPStatus.FORBIDDEN),
        # An unreachable name server changes nothing.
        ([], HTTPStatus.FORBIDDEN),
        (["127.0.0.1"], HTTPStatus.OK),
    ):
        names["se3.local"] = addresses
        let_time_pass(hass, timedelta(minutes=1))
        await hass.async_block_till_done()
        assert await _post(url, json={**PUSH, "score": 1}) == status
        # The issue goes with the next push from the known address.
        assert (refusal(hass) is None) is (status == HTTPStatus.OK)
    assert await hass.config_entries.async_unload(entry.entry_id)


def refusal(hass: HomeAssistant) -> ir.IssueEntry | None:
    """Return the issue about pushes from another address."""
    return ir.async_get(hass).async_get_issue(DOMAIN, f"push_refused_{ENTRY_ID}")


async def test_user_may_accept_pushes_from_another_address(
    hass: HomeAssistant,
    se3: EmulatedSe3,
    hass_client: ClientGenerator,
    fired: FiredEvents,
) -> None:
    """A router stands between the box and Home Assistant."""
    proxies = {"use_x_forwarded_for": True, "trusted_proxies": ["127.0.0.1"]}
    assert await async_setup_component(hass, "http", {"http": proxies})
    assert await async_setup_component(hass, DOMAIN, {})
    assert await async_setup_component(hass, "repairs", {})
    base = await serve(hass, hass_client)
    entry = await add(hass, make_se3_entry(se3))
    url = f"{base}/api/webhook/{WEBHOOK_ID}"
    for router in ("192.168.1.66", "192.168.1.77"):
        headers = {"X-Forwarded-For": router}
        assert await _post(url, json=PUSH, headers=headers) == HTTPStatus.FORBIDDEN
    issue = refusal(hass)
    assert issue is not None
    assert issue.translation_placeholders is not None
    assert issue.translation_placeholders["address"] == "192.168.1.66"
    repairs = Repairs(await hass_client())
    form = await repairs.open(issue)
    assert (await repairs.submit(form))["type"] == "create_entry"
    await hass.async_block_till_done()
    assert entry.data["push_addresses"] == ["192.168.1.66"]
    assert refusal(hass) is None
    headers = {"X-Forwarded-For": "192.168.1.66"}
    assert await _post(url, json=PUSH, headers=headers) == HTTPStatus.OK
    await fired.next()
    headers = {"X-Forwarded-For": "192.168.1.77"}
    assert await _post(url, json=PUSH, headers=headers) == HTTPStatus.FORBIDDEN


async def test_answer_about_an_address_that_is_no_longer_asked_about_is_not_kept(
    hass: HomeAssistant,
    entry: SeAiBoxConfigEntry,
    hass_client: ClientGenerator,
) -> None:
    """The issue went, and came back with another address."""
    assert await async_setup_component(hass, "repairs", {})
    repairs = Repairs(await hass_client())
    box_issues = async_box_issues(hass, entry)
    symptom = Symptom(Fault.PUSH_REFUSED)
    box_issues.async_raise(Fault.PUSH_REFUSED, symptom, {"address": "192.168.1.66"})
    issue = refusal(hass)
    assert issue is not None
    form = await repairs.open(issue)
    box_issues.async_clear(Fault.PUSH_REFUSED)
    box_issues.async_raise(Fault.PUSH_REFUSED, symptom, {"address": "192.168.1.77"})
    assert (await repairs.submit(form))["reason"] == "no_longer_asked"
    assert "push_addresses" not in entry.data
    assert refusal(hass) is not None


async def test_push_through_the_websocket_api_is_refused(
    hass: HomeAssistant,
    entry: SeAiBoxConfigEntry,
    hass_ws_client: Any,
    fired: FiredEvents,
) -> None:
    """A user of Home Assistant could make it up."""
    client = await hass_ws_client()
    await client.send_json_auto_id(
        {
            "type": "webhook/handle",
            "webhook_id": WEBHOOK_ID,
            "method": "POST",
            "body": "{}",
        }
    )
    answer = await client.receive_json()
    assert answer["result"]["status"] == HTTPStatus.FORBIDDEN


async def test_push_that_does_not_end_times_out(
    entry: SeAiBoxConfigEntry, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The client receives status 408."""
    monkeypatch.setattr(our_webhook, "_SECONDS_TO_SEND", 0.05)
    # No part of the body follows: after the answer, it would break the connection.
    reader, writer = await _start(url)
    assert b" 408 " in await reader.readline()
    writer.close()
    await writer.wait_closed()


async def test_incomplete_push_is_dropped(
    entry: SeAiBoxConfigEntry, url: str, fired: FiredEvents
) -> None:
    """The next push is delivered."""
    _, writer = await _start(url)
    writer.write(b"{")
    await writer.drain()
    writer.transport.abort()
    assert await _post(url, json=PUSH) == 200
    await fired.next()
    assert fired.unread == 0


async def test_body_that_the_web_server_cannot_read_is_refused(
    entry: SeAiBoxConfigEntry,
    url: str,
    fired: FiredEvents,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It is counted."""

    async def read(_: object) -> bytes:
        # One of aiohttp's two parsers does this; the other one hangs up.
        raise aiohttp.web.RequestPayloadError

    monkeypatch.setattr(aiohttp.web.Request, "read", read)
    assert await _post(url, json=PUSH) == 400
    await until(lambda: entry.runtime_data.log.skipped == {"push is garbled": 1})
    assert fired.unread == 0


async def _start(url: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Send the head of a push, and wait until the body is being read."""
    where = URL(url)
    reader, writer = await asyncio.open_connection(where.host, where.port)
    writer.write(
        f"POST {where.path} HTTP/1.1\r\nHost: {where.host}\r\n".encode()
        + b"Content-Length: 99\r\nExpect: 100-continue\r\n\r\n"
    )
    assert b" 100 " in await reader.readline()
    assert await reader.readline() == b"\r\n"
    return reader, writer


async def test_push_is_refused_while_too_many_wait(
    entry: SeAiBoxConfigEntry, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The box receives status 503."""
    monkeypatch.setattr(Se3Client, "is_full", True)
    assert await _post(url, json=PUSH) == HTTPStatus.SERVICE_UNAVAILABLE


async def test_webhook_is_registered_as_local_and_ours(
    entry: SeAiBoxConfigEntry, hass: HomeAssistant
) -> None:
    """Home Assistant lists it with both."""
    [registered] = hass.data["webhook"].values()
    assert (registered.domain, registered.local_only) == (DOMAIN, True)
