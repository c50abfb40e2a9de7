"""The box client without Home Assistant, and an emulated box of each dialect."""

from collections.abc import AsyncGenerator, Callable

from aiohttp import ClientSession
from hypothesis import settings
import pytest

from custom_components.se_aibox.aibox.client import AiBoxClient
from custom_components.se_aibox.aibox.http import refuse_redirects
from custom_components.se_aibox.aibox.models import Bookmark, Dialect, Ports
from custom_components.se_aibox.aibox.rest import Rest
from custom_components.se_aibox.aibox.updates import CaughtUp, Connected
from emulator import EmulatedBox, PictureSize, Variant

from .talk import HOST, Naps, Updates, everything, following, listening, ports_of

type MakeClient = Callable[..., AiBoxClient]

# The same examples every time, however busy the machine is.
settings.register_profile("repeatable", deadline=None, derandomize=True, database=None)
settings.load_profile("repeatable")


@pytest.fixture(params=list(Dialect))
def dialect(request: pytest.FixtureRequest) -> Dialect:
    """Run a test over both dialects."""
    return Dialect(request.param)


@pytest.fixture
def variant() -> Variant:
    """Say how the box speaks; a test that cares parametrises this."""
    return Variant()


@pytest.fixture
async def box(dialect: Dialect, variant: Variant) -> AsyncGenerator[EmulatedBox]:
    """Start a box that notes whatever the client asks wrongly."""
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
    """Return where the box listens."""
    return ports_of(box)


@pytest.fixture
def rest(session: ClientSession, ports: Ports, dialect: Dialect) -> Rest:
    """Return the questions to the box."""
    return Rest(session, HOST, ports, dialect)


@pytest.fixture
def naps() -> Naps:
    """Note how long the client would have waited between its tries."""
    return Naps()


@pytest.fixture
def make_client(
    session: ClientSession, ports: Ports, dialect: Dialect, naps: Naps
) -> MakeClient:
    """Make a client that reconnects at once and draws the longest delay, as after a restart where it takes a bookmark."""

    def make(bookmark: Bookmark | None = None, **kwargs: object) -> AiBoxClient:
        return AiBoxClient(
            session,
            HOST,
            ports,
            dialect,
            bookmark=bookmark,
            sleep=naps.sleep,
            jitter=lambda: 1.0,
            **kwargs,  # type: ignore[arg-type]  # the tests say which
        )

    return make


@pytest.fixture
def client(make_client: MakeClient) -> AiBoxClient:
    """Return a client."""
    return make_client()


@pytest.fixture
async def updates(client: AiBoxClient, box: EmulatedBox) -> AsyncGenerator[Updates]:
    """Return what a connected client hears that listens to everything."""
    await client.subscribe(everything(box))
    async with listening(client) as updates:
        await following(updates, Connected)
        # A face that is recorded before it is pushed may be recovered until then.
        await following(updates, CaughtUp)
        await box.wait_for_subscription()
        yield updates
