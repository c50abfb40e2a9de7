"""A real Home Assistant with the real client, and an emulated box of each dialect."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator, Mapping
from datetime import timedelta
import logging
from typing import Any

from aiohttp import ClientResponse, ClientTimeout, web
from aiohttp.test_utils import TestClient
import pytest

from custom_components.se_aibox.aibox import feed_check, http, recovery, retry, se3
from custom_components.se_aibox.box import reload
from custom_components.se_aibox.coordinator import SeAiBoxConfigEntry
from emulator import EmulatedBox, PictureSize, Ports
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util

from .helpers import (
    MAC_ADDRESS,
    RECOGNITION,
    SERIAL_NUMBER,
    Dialect,
    FiredEvents,
    set_up_entry,
)

type SetUp = Callable[..., Awaitable[SeAiBoxConfigEntry]]
type Look = Callable[[str], Awaitable[ClientResponse]]
type ClientGenerator = Callable[[], Awaitable[TestClient[web.Request, web.Application]]]
# Home Assistant's own is typed only for its tests.
type WebSocketGenerator = Callable[[], Awaitable[Any]]


@pytest.fixture(autouse=True)
def _no_complaints(caplog: pytest.LogCaptureFixture) -> Generator[None]:
    """Fail on logged errors and on complaints about the integration."""
    # The first fixture, so that it also sees what the others leave behind. A test that
    # expects an error clears the log.
    yield
    complaints = [
        record.getMessage()
        for when in ("setup", "call", "teardown")
        for record in caplog.get_records(when)
        if _is_complaint(record)
    ]
    assert not complaints


def _is_complaint(record: logging.LogRecord) -> bool:
    if record.levelno >= logging.ERROR:
        # Both are of the emulated box's server: a connection broke during an answer, or
        # arrived while the server closed.
        return not (
            record.name == "aiohttp.server"
            and record.exc_info is not None
            and record.exc_info[0] is asyncio.InvalidStateError
        ) and not (
            record.name == "homeassistant"
            and "Error on transport creation for incoming" in record.getMessage()
        )
    message = record.getMessage()
    return "se_aibox" in message and any(
        words in message for words in ("Detected that", "deprecated", "will stop work")
    )


@pytest.fixture(autouse=True)
def _custom_integrations(enable_custom_integrations: None) -> None:
    """Let Home Assistant find the integration."""


@pytest.fixture(autouse=True)
async def enable_event_loop_debug() -> None:
    """Leave asyncio in its normal mode.

    The plugin's fixture of this name turns on the debug mode, which records a stack for
    each future and takes most of a test's time. The option --asyncio-debug turns it on.
    """


@pytest.fixture(autouse=True)
def _reconnects_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Shorten the waits between two attempts."""
    monkeypatch.setattr(retry, "_FIRST_SECONDS", 0.01)
    monkeypatch.setattr(retry, "_LONGEST_SECONDS", 0.05)
    monkeypatch.setattr(reload, "_SECONDS", 0.05)
    monkeypatch.setattr(recovery, "_ON_ITS_WAY", timedelta(seconds=0.5))


@pytest.fixture(autouse=True)
def _routes_may_be_added(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let components register routes at any time, as Home Assistant's server does."""
    monkeypatch.setattr(web.UrlDispatcher, "freeze", lambda _: None)


@pytest.fixture(autouse=True)
def _boxes_may_be_slow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait long for a box: it shares a busy machine with Home Assistant."""
    monkeypatch.setattr(http, "_TIMEOUT", ClientTimeout(total=60, sock_connect=30))


@pytest.fixture(autouse=True)
def _no_checks_in_between(monkeypatch: pytest.MonkeyPatch) -> None:
    """Prevent the checks that would add requests to a slow test."""
    monkeypatch.setattr(feed_check, "_TICK_SECONDS", 3600)
    monkeypatch.setattr(se3, "_CHECK_SECONDS", 3600)


@pytest.fixture
async def noon(hass: HomeAssistant) -> None:
    """Use a time zone where it is about noon, far from midnight."""
    # The sign in such a name is the opposite of the offset's.
    offset = 12 - dt_util.utcnow().hour
    await hass.config.async_set_time_zone(f"Etc/GMT{-offset:+}")


@pytest.fixture(params=["nested", "flat"])
def dialect(request: pytest.FixtureRequest) -> Dialect:
    """Run a test with each dialect."""
    chosen: Dialect = request.param
    return chosen


@pytest.fixture
def ports() -> Ports:
    """Return the ports of the box, by default any free ones."""
    return Ports()


@pytest.fixture
async def box(dialect: Dialect, ports: Ports) -> AsyncGenerator[EmulatedBox]:
    """Run a box with three capture devices and small pictures."""
    async with EmulatedBox(
        dialect,
        ports=ports,
        device_count=3,
        serial_number=SERIAL_NUMBER,
        mac=MAC_ADDRESS,
        picture_size=PictureSize(face=4_000, scene=12_000, reference=4_000),
    ) as box:
        yield box
        # Requests that no box would understand.
        assert box.errors == []


@pytest.fixture
def set_up(hass: HomeAssistant, box: EmulatedBox) -> SetUp:
    """Set up an entry; wait for its connection, scan and first polls."""

    async def _set_up(
        options: Mapping[str, object] | None = None, **data: object
    ) -> SeAiBoxConfigEntry:
        return await set_up_entry(hass, box, options, data)

    return _set_up


@pytest.fixture
def fired(hass: HomeAssistant) -> FiredEvents:
    """Collect the recognitions on the bus."""
    return FiredEvents(hass, RECOGNITION)


@pytest.fixture
def look(hass: HomeAssistant, hass_client: ClientGenerator) -> Look:
    """Request a path of Home Assistant as a logged-in user."""

    async def _look(path: str) -> ClientResponse:
        client = await hass_client()
        return await client.get(path)

    return _look
