"""Late messages, late records and clocks that are set."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from custom_components.se_aibox.aibox import feed_check, recovery
from custom_components.se_aibox.aibox.models import LiveRecognition
from custom_components.se_aibox.aibox.updates import (
    Connected,
    Disconnected,
    Recovered,
    ScanCompleted,
)
from emulator import Emitted, EmulatedBox

from .common import FakeSleep, next_update, until
from .conftest import MakeClient
from .recovering import (
    caught_up,
    complete_until,
    every_recovery_variant,
    next_recovered,
    reconnected,
    record_missed,
)

_ON_ITS_WAY = 2.0


async def _see_again(box: EmulatedBox, emitted: Emitted) -> None:
    """Push a recognition that is already recorded."""
    who = {person.identity_id: person for person in box.people}
    await box.recognize(
        emitted.device_id,
        who.get(emitted.identity_id),
        timestamp_ms=emitted.timestamp_ms,
        score=emitted.score,
        record=False,
        overrides={"event_id": emitted.event_id},
    )


@pytest.mark.parametrize("who", [0, None])
@every_recovery_variant
async def test_message_on_its_way_is_delivered_live(
    make_client: MakeClient, box: EmulatedBox, fake_sleep: FakeSleep, who: int | None
) -> None:
    """The record was read before the message arrived."""
    client = make_client()
    async with caught_up(client, box) as updates:
        await box.drop()
        await next_update(updates, Disconnected)
        recorded = await box.recognize(
            box.devices[0], None if who is None else box.people[who], push=False
        )

        async def arrive() -> None:
            await _see_again(box, recorded)
            await until(lambda: bool(client._delivered._rows))

        fake_sleep.meanwhile[_ON_ITS_WAY] = arrive
        await next_update(updates, Connected)
        live = await next_update(updates, LiveRecognition)
        assert live.recognition.identity_id == (recorded.identity_id or None)
        assert await next_update(updates, ScanCompleted) == ScanCompleted(0, left=0)


@pytest.mark.parametrize("who", [0, None])
@every_recovery_variant
async def test_message_after_its_recovery_is_dropped(
    make_client: MakeClient, box: EmulatedBox, who: int | None
) -> None:
    """It arrives after the scan."""
    async with caught_up(make_client(), box) as updates:
        await box.drop()
        await next_update(updates, Disconnected)
        recorded = await box.recognize(
            box.devices[0], None if who is None else box.people[who], push=False
        )
        await next_update(updates, Connected)
        await next_update(updates, Recovered)
        await next_update(updates, ScanCompleted)
        await _see_again(box, recorded)
        other = await box.recognize(box.devices[0], box.people[1])
        live = await next_update(updates, LiveRecognition)
        assert live.recognition.identity_id == other.identity_id


async def test_late_record_is_recovered_by_the_second_scan(
    make_client: MakeClient, box: EmulatedBox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All records have entered by then."""
    monkeypatch.setattr(recovery, "_LATE_SECONDS", 0.5)
    client = make_client()
    async with caught_up(client, box) as updates:
        await box.drop()
        await reconnected(updates)
        assert await next_update(updates, ScanCompleted) == ScanCompleted(0, left=0)
        late = await record_missed(box, minutes_ago=1)
        assert await next_recovered(updates) == late.identity_id
        assert await next_update(updates, ScanCompleted) == ScanCompleted(1, left=0)


async def test_record_that_enters_during_a_scan_is_recovered_by_the_next(
    make_client: MakeClient,
    box: EmulatedBox,
    fake_sleep: FakeSleep,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The scan takes longer than the overlap."""
    monkeypatch.setattr(recovery, "_LATE_SECONDS", 0.2)
    monkeypatch.setattr(recovery, "OVERLAP", timedelta(seconds=0.1))
    # The record seems to be of this connection if its second began after that. Its
    # message may arrive for a moment only, and then another scan recovers it.
    monkeypatch.setattr(recovery, "_EXTRA_SECONDS", 0.1)
    monkeypatch.setattr(feed_check, "_LEAST_LATE_SECONDS", 0)
    client = make_client(freshness_limit=timedelta(seconds=0.1))
    async with caught_up(client, box) as updates:
        await box.drop()
        await next_update(updates, Disconnected)
        first = await record_missed(box, minutes_ago=0)

        async def scan_takes_long() -> None:
            await record_missed(box, minutes_ago=0, who=1)
            await asyncio.sleep(0.3)

        fake_sleep.meanwhile[_ON_ITS_WAY] = scan_takes_long
        await next_update(updates, Connected)
        assert await next_recovered(updates) == first.identity_id
        assert await next_update(updates, ScanCompleted) == ScanCompleted(1, left=0)
        fake_sleep.meanwhile.clear()
        assert await next_recovered(updates) == box.people[1].identity_id


@pytest.mark.parametrize("hours", [-1.5, 1.5, 24 * 365])
async def test_set_clock_neither_loses_nor_repeats(
    make_client: MakeClient, box: EmulatedBox, hours: float
) -> None:
    """The clock of the box is set while it is disconnected."""
    async with caught_up(make_client(), box) as updates:
        await box.recognize(box.devices[0], box.people[0])
        await next_update(updates, LiveRecognition)
        await box.drop()
        box.state.clock_offset = hours * 3600
        missed = await record_missed(box, minutes_ago=0.1, who=1)
        await reconnected(updates)
        assert await next_recovered(updates) == missed.identity_id
        completed = await next_update(updates, ScanCompleted)
        assert completed.recovered == 1
        # A year ahead, the count of records that are left may include the delivered
        # one.
        assert completed.left == 0 or hours > 24
        await box.drop()
        await reconnected(updates)
        assert await next_update(updates, ScanCompleted) == ScanCompleted(0, left=0)


async def test_time_from_the_future_does_not_move_the_bookmark(
    make_client: MakeClient, box: EmulatedBox
) -> None:
    """A missed recognition is recovered afterwards."""
    client = make_client()
    async with caught_up(client, box) as updates:
        await box.recognize(
            box.devices[0],
            box.people[0],
            timestamp_ms=round(box.state.now() * 1000) + 3_600_000,
        )
        await next_update(updates, LiveRecognition)
        assert complete_until(client) <= datetime.now(UTC) + timedelta(seconds=1)
        await box.drop()
        missed = await record_missed(box, minutes_ago=0.1, who=1)
        await reconnected(updates)
        assert await next_recovered(updates) == missed.identity_id
