"""Fixtures: an emulated box of each dialect, and its address."""

from collections.abc import AsyncGenerator
from typing import Literal

from aiohttp import ClientSession
import pytest

from custom_components.se_aibox.aibox.http import refuse_redirects
from custom_components.se_aibox.aibox.models import Ports
from emulator import EmulatedBox, PictureSize, Variant
from tools.box.address import Address

# Only guards against hanging: a busy machine may need a while.
PATIENCE_SECONDS = 120

type DialectName = Literal["nested", "flat"]


@pytest.fixture(params=["nested", "flat"])
def dialect(request: pytest.FixtureRequest) -> DialectName:
    """Run a test over both dialects."""
    return "flat" if request.param == "flat" else "nested"


@pytest.fixture
def variant() -> Variant:
    """Return the box's variant; tests override it."""
    return Variant()


@pytest.fixture
async def box(dialect: DialectName, variant: Variant) -> AsyncGenerator[EmulatedBox]:
    """Start a box with small pictures."""
    async with EmulatedBox(
        dialect,
        variant=variant,
        picture_size=PictureSize(face=4_000, scene=12_000, reference=4_000),
    ) as box:
        yield box


@pytest.fixture
async def address(box: EmulatedBox) -> AsyncGenerator[Address]:
    """Return the address of the box."""
    ports = Ports(box.ports.rest, box.ports.events, box.ports.system)
    async with ClientSession(middlewares=(refuse_redirects,)) as session:
        yield Address(session, box.host, ports)
