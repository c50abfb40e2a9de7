"""Fixtures: a box client and an emulated box of each dialect."""

from collections.abc import AsyncGenerator, Callable
from datetime import timedelta

from aiohttp import ClientSession
import pytest

from custom_components.se_aibox.aibox.client import AiBoxClient
from custom_components.se_aibox.aibox.http import refuse_redirects
from custom_components.se_aibox.aibox.models import (
    Bookmark,
    ClockReading,
    Dialect,
    Ports,
)
from custom_components.se_aibox.aibox.people import EnrolledPeople
from custom_components.se_aibox.aibox.rest import Rest
from custom_components.se_aibox.aibox.updates import Connected, ScanCompleted
from emulator import EmulatedBox, PictureSize, Variant

from .common import (
    HOST,
    FakeSleep,
    Updates,
    everything,
    listening,
    next_update,
    ports_of,
)

type MakeClient = Callable[..., AiBoxClient]


@pytest.fixture(params=list(Dialect))
def dialect(request: pytest.FixtureRequest) -> Dialect:
    """Run the test over both dialects."""
    return Dialect(request.param)


@pytest.fixture
def variant() -> Variant:
    """Return the firmware of the box; tests may parametrize it."""
    return Variant()


@pytest.fixture
async def box(dialect: Dialect, variant: Variant) -> AsyncGenerator[EmulatedBox]:
    """Start a box; fail the test on wrong requests."""
    async with EmulatedBox(
        "nested" if dialect is Dialect.NESTED else "flat",
        variant=variant,
        picture_size=PictureSize(face=1_000, scene=1_500, reference=1_000),
    ) as box:
        yield box
    assert box.errors == []


@pytest.fixture
async def session() -> AsyncGenerator[ClientSession]:
    """Open an HTTP session as the integration does."""
    async with ClientSession(middlewares=(refuse_redirects,)) as session:
        yield session


@pytest.fixture
def ports(box: EmulatedBox) -> Ports:
    """Return the ports of the box."""
    return ports_of(box)


@pytest.fixture
def rest(session: ClientSession, ports: Ports, dialect: Dialect) -> Rest:
    """Return the calls of the box."""
    return Rest(session, HOST, ports, dialect)


@pytest.fixture
def people(rest: Rest) -> EnrolledPeople:
    """Return the calls for the people of the box."""
    return EnrolledPeople(rest)


@pytest.fixture
def exact_clock(box: EmulatedBox, monkeypatch: pytest.MonkeyPatch) -> None:
    """Replace the measurement of the box's clock with the exact offset.

    Faces and connections of these tests are closer together than a busy machine
    measures a clock.
    """

    async def clock(_: Rest) -> ClockReading:
        return ClockReading(timedelta(seconds=box.state.clock_offset), timedelta())

    monkeypatch.setattr(Rest, "clock", clock)


@pytest.fixture
def fake_sleep() -> FakeSleep:
    """Record how long the client would have slept."""
    return FakeSleep()


@pytest.fixture
def make_client(
    session: ClientSession, ports: Ports, dialect: Dialect, fake_sleep: FakeSleep
) -> MakeClient:
    """Return a factory of clients that reconnect at once."""

    # With a bookmark, the client is the one after a restart.
    def make(bookmark: Bookmark | None = None, **kwargs: object) -> AiBoxClient:
        return AiBoxClient(
            session,
            HOST,
            ports,
            dialect,
            bookmark=bookmark,
            sleep=fake_sleep.sleep,
            jitter=lambda: 1.0,
            **kwargs,  # type: ignore[arg-type]  # each test chooses them
        )

    return make


@pytest.fixture
def client(make_client: MakeClient) -> AiBoxClient:
    """Return a client without a bookmark."""
    return make_client()


@pytest.fixture
async def updates(client: AiBoxClient, box: EmulatedBox) -> AsyncGenerator[Updates]:
    """Return the updates of a client that subscribed to everything."""
    await client.subscribe(everything(box))
    async with listening(client) as updates:
        await next_update(updates, Connected)
        # Earlier than this, a face may be recovered before its push arrives.
        await next_update(updates, ScanCompleted)
        await box.wait_for_subscription()
        yield updates
