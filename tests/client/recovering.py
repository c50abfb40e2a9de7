"""Helpers for tests of recovery."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest

from custom_components.se_aibox.aibox.client import AiBoxClient
from custom_components.se_aibox.aibox.models import LiveRecognition, Subscription
from custom_components.se_aibox.aibox.updates import (
    Connected,
    Disconnected,
    Recovered,
    ScanCompleted,
    Update,
)
from emulator import Emitted, EmulatedBox, Variant

from .common import Updates, everything, listening, next_update

_VARIANTS = {
    "newest first": Variant(),
    "oldest first": Variant(history_order="ascending"),
    "no total": Variant(history_order="ascending", history_total_missing=True),
    "small pages": Variant(history_page_most=2),
    "small pages, oldest first": Variant(
        history_page_most=2, history_order="ascending"
    ),
    "small pages, no total": Variant(history_page_most=2, history_total_missing=True),
    "large pages": Variant(history_page_least=100),
    "milliseconds": Variant(history_milliseconds=True),
    "numbers as texts": Variant(numbers_as_strings=True),
    "event id in 1.x": Variant(live_event_id=True),
    "other id in 1.x": Variant(live_event_id=True, history_id_differs=True),
    "no event id in 2.0": Variant(event_id_missing=True),
}
every_recovery_variant = pytest.mark.parametrize(
    "variant", _VARIANTS.values(), ids=_VARIANTS.keys()
)


@asynccontextmanager
async def caught_up(
    client: AiBoxClient, box: EmulatedBox, subscription: Subscription | None = None
) -> AsyncGenerator[Updates]:
    """Return the updates of a client that has nothing left to recover."""
    await client.subscribe(subscription or everything(box))
    async with listening(client) as updates:
        await next_update(updates, Connected)
        await next_update(updates, ScanCompleted)
        yield updates


async def reconnected(updates: Updates) -> None:
    """Wait until the connection was lost and restored."""
    await next_update(updates, Disconnected)
    await next_update(updates, Connected)


async def record_missed(
    box: EmulatedBox, *, minutes_ago: float, who: int = 0
) -> Emitted:
    """Record a recognition that is not pushed."""
    return await box.recognize(
        box.devices[0],
        box.people[who],
        timestamp_ms=round((box.state.now() - minutes_ago * 60) * 1000),
        push=False,
    )


def identity_ids(
    found: list[Update], kind: type[LiveRecognition | Recovered]
) -> list[str | None]:
    """Return the identity ids of the updates of a kind, in order."""
    return [each.recognition.identity_id for each in found if isinstance(each, kind)]


async def next_recovered(updates: Updates) -> str | None:
    """Return the identity id of the next recovered recognition."""
    return (await next_update(updates, Recovered)).recognition.identity_id


def complete_until(client: AiBoxClient) -> datetime:
    """Return the client's `complete_until`, by the box's clock."""
    moment = client.bookmark.complete_until
    assert moment is not None
    return moment


def ago(minutes: float) -> datetime:
    """Return the time a number of minutes ago."""
    return datetime.now(UTC) - timedelta(minutes=minutes)
