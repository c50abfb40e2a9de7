"""What is recorded already and still on its way, what enters the history late, and clocks that are set meanwhile."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from custom_components.se_aibox.aibox import recovery
from custom_components.se_aibox.aibox.models import LiveRecognition
from custom_components.se_aibox.aibox.updates import (
    CaughtUp,
    Connected,
    Disconnected,
    Recovered,
)
from emulator import Emitted, EmulatedBox

from .conftest import MakeClient
from .recovering import (
    caught_up,
    complete_until,
    in_every_way,
    miss,
    next_recovered,
    reconnected,
)
from .talk import Naps, following, until

_ON_ITS_WAY = 2.0


async def _see_again(box: EmulatedBox, emitted: Emitted) -> None:
    """Push what was recorded before."""
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
@in_every_way
async def test_what_is_on_its_way_is_waited_for(
    make_client: MakeClient, box: EmulatedBox, naps: Naps, who: int | None
) -> None:
    """Whoever stands there while the history is read comes live, and the door opens."""
    client = make_client()
    async with caught_up(client, box) as updates:
        await box.drop()
        await following(updates, Disconnected)
        recorded = await box.recognize(
            box.devices[0], None if who is None else box.people[who], push=False
        )

        async def arrive() -> None:
            await _see_again(box, recorded)
            await until(lambda: bool(client._delivered._rows))

        naps.meanwhile[_ON_ITS_WAY] = arrive
        await following(updates, Connected)
        live = await following(updates, LiveRecognition)
        assert live.recognition.identity_id == (recorded.identity_id or None)
        assert await following(updates, CaughtUp) == CaughtUp(0, left=0)


@pytest.mark.parametrize("who", [0, None])
@in_every_way
async def test_what_is_on_its_way_for_too_long(
    make_client: MakeClient, box: EmulatedBox, who: int | None
) -> None:
    """It was recovered already: it is not told twice."""
    async with caught_up(make_client(), box) as updates:
        await box.drop()
        await following(updates, Disconnected)
        recorded = await box.recognize(
            box.devices[0], None if who is None else box.people[who], push=False
        )
        await following(updates, Connected)
        await following(updates, Recovered)
        await following(updates, CaughtUp)
        await _see_again(box, recorded)
        other = await box.recognize(box.devices[0], box.people[1])
        live = await following(updates, LiveRecognition)
        assert live.recognition.identity_id == other.identity_id


async def test_records_that_enter_late(
    make_client: MakeClient, box: EmulatedBox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The history is read once more, when everything must be there."""
    monkeypatch.setattr(recovery, "_LATE_SECONDS", 0.5)
    client = make_client()
    async with caught_up(client, box) as updates:
        await box.drop()
        await reconnected(updates)
        assert await following(updates, CaughtUp) == CaughtUp(0, left=0)
        late = await miss(box, minutes_ago=1)
        assert await next_recovered(updates) == late.identity_id
        assert await following(updates, CaughtUp) == CaughtUp(1, left=0)


async def test_records_that_enter_while_the_history_is_read(
    make_client: MakeClient,
    box: EmulatedBox,
    naps: Naps,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """However long that takes, the next look is for them."""
    monkeypatch.setattr(recovery, "_LATE_SECONDS", 0.2)
    monkeypatch.setattr(recovery, "OVERLAP", timedelta(seconds=0.1))
    async with caught_up(make_client(), box) as updates:
        await box.drop()
        await following(updates, Disconnected)
        first = await miss(box, minutes_ago=0)

        async def go_on_for_long() -> None:
            await miss(box, minutes_ago=0, who=1)
            await asyncio.sleep(0.3)

        naps.meanwhile[_ON_ITS_WAY] = go_on_for_long
        await following(updates, Connected)
        assert await next_recovered(updates) == first.identity_id
        assert await following(updates, CaughtUp) == CaughtUp(1, left=0)
        naps.meanwhile.clear()
        assert await next_recovered(updates) == box.people[1].identity_id


@pytest.mark.parametrize("hours", [-1.5, 1.5, 24 * 365])
async def test_a_clock_that_was_set_meanwhile(
    make_client: MakeClient, box: EmulatedBox, hours: float
) -> None:
    """Whichever way: what happened meanwhile is found, what was told is not told again."""
    async with caught_up(make_client(), box) as updates:
        await box.recognize(box.devices[0], box.people[0])
        await following(updates, LiveRecognition)
        await box.drop()
        box.state.clock_offset = hours * 3600
        missed = await miss(box, minutes_ago=0.1, who=1)
        await reconnected(updates)
        assert await next_recovered(updates) == missed.identity_id
        assert await following(updates, CaughtUp) == CaughtUp(1, left=0)
        await box.drop()
        await reconnected(updates)
        assert await following(updates, CaughtUp) == CaughtUp(0, left=0)


async def test_a_time_from_the_future_hides_nothing(
    make_client: MakeClient, box: EmulatedBox
) -> None:
    """The bookmark never runs ahead of the box's clock."""
    client = make_client()
    async with caught_up(client, box) as updates:
        await box.recognize(
            box.devices[0],
            box.people[0],
            timestamp_ms=round(box.state.now() * 1000) + 3_600_000,
        )
        await following(updates, LiveRecognition)
        assert complete_until(client) <= datetime.now(UTC) + timedelta(seconds=1)
        await box.drop()
        missed = await miss(box, minutes_ago=0.1, who=1)
        await reconnected(updates)
        assert await next_recovered(updates) == missed.identity_id
