"""Detecting recognitions that the event socket does not deliver, by the history."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from datetime import UTC, datetime, timedelta

import pytest

from custom_components.se_aibox.aibox import feed_check, recovery, retry, stream
from custom_components.se_aibox.aibox.client import AiBoxClient
from custom_components.se_aibox.aibox.exceptions import (
    AiBoxDeafError,
    AiBoxTimeoutError,
)
from custom_components.se_aibox.aibox.models import EPOCH, LiveRecognition, Subscription
from custom_components.se_aibox.aibox.updates import (
    Connected,
    Disconnected,
    Recovered,
    ScanCompleted,
    ScanFailed,
    Update,
)
from emulator import CannedAnswer, Device, Emitted, EmulatedBox, Identity, Variant

from .common import Updates, everything, listening, next_recognition, next_update, until
from .conftest import MakeClient
from .pages import count_page_requests
from .recovering import caught_up, complete_until, every_recovery_variant, identity_ids

pytestmark = pytest.mark.usefixtures("exact_clock")

_DELIVERIES = (LiveRecognition, Recovered)
_TICK_SECONDS = 0.05
# The freshness limit is longer than a message of the emulated box takes.
_LATE_SECONDS = 0.5


@pytest.fixture(autouse=True)
def _frequent_checks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Check every 0.05 s."""
    monkeypatch.setattr(feed_check, "_TICK_SECONDS", _TICK_SECONDS)
    monkeypatch.setattr(feed_check, "_CHECK_SECONDS", _TICK_SECONDS)
    monkeypatch.setattr(feed_check, "_LEAST_LATE_SECONDS", 0)
    monkeypatch.setattr(feed_check, "_LATE_WITHOUT_PONGS_SECONDS", _LATE_SECONDS)
    monkeypatch.setattr(feed_check, "_SUBSCRIBING_SECONDS", 0)
    monkeypatch.setattr(feed_check, "_ON_ITS_WAY_SECONDS", 0.05)
    monkeypatch.setattr(stream, "_SHORT_SIGN_SECONDS", 0.01)
    monkeypatch.setattr(retry, "_FIRST_SECONDS", 0.01)


without_pongs = pytest.mark.parametrize(
    "answers_pings", [False], ids=["no pongs"], indirect=True
)


@pytest.fixture(params=[True, False], ids=["pongs", "no pongs"])
def answers_pings(request: pytest.FixtureRequest, box: EmulatedBox) -> bool:
    """Run the test over boxes with and without pongs."""
    box.events.answers_pings = bool(request.param)
    return box.events.answers_pings


@pytest.fixture
def client(make_client: MakeClient) -> AiBoxClient:
    """Return a client with a short freshness limit."""
    return make_client(freshness_limit=timedelta(seconds=_LATE_SECONDS))


@pytest.fixture
async def updates(
    client: AiBoxClient, box: EmulatedBox, answers_pings: bool
) -> AsyncGenerator[Updates]:
    """Return the updates of a client that subscribed to two devices."""
    await client.subscribe(
        Subscription(frozenset(device.device_id for device in box.devices[:2]))
    )
    async with listening(client) as updates:
        await next_update(updates, Connected)
        await next_update(updates, ScanCompleted)
        await box.wait_for_subscription()
        yield updates


async def _after_checks(box: EmulatedBox, count: int = 3) -> None:
    """Wait until the history was requested a few more times."""
    enough = count_page_requests(box) + count
    await until(lambda: count_page_requests(box) >= enough)


async def _next_disconnected(updates: Updates) -> Disconnected:
    """Return the next `Disconnected`; skip other updates."""
    async with asyncio.timeout(10):
        while not isinstance(update := await anext(updates), Disconnected):
            pass
    return update


async def _record_only(box: EmulatedBox, device: Device, who: Identity) -> None:
    """Record a recognition that is not pushed."""
    await box.recognize(device, who, push=False)


async def _receive_live(
    updates: Updates, box: EmulatedBox, device: int, who: int
) -> None:
    await box.recognize(box.devices[device], box.people[who])
    seen = await next_recognition(updates)
    assert seen.identity_id == box.people[who].identity_id
    # Times are in whole milliseconds.
    await asyncio.sleep(0.01)


@pytest.mark.parametrize("variant", [Variant(), Variant(first_frame_only=True)])
async def test_deaf_socket_is_renewed_and_missed_ones_are_recovered_once(
    updates: Updates, box: EmulatedBox
) -> None:
    """The box forgot the subscription and still answers pings."""
    await _receive_live(updates, box, 0, 0)
    box.forget_subscriptions()
    for who in (1, 2):
        await box.recognize(box.devices[0], box.people[who])
    gone = await next_update(updates, Disconnected)
    assert isinstance(gone.error, AiBoxDeafError)
    await next_update(updates, Connected)
    for who in (1, 2):
        found = (await next_update(updates, Recovered)).recognition
        assert found.identity_id == box.people[who].identity_id
    assert await next_update(updates, ScanCompleted) == ScanCompleted(2, left=0)
    await box.wait_for_subscription()
    await _receive_live(updates, box, 0, 3)
    await box.drop()
    await next_update(updates, Disconnected)
    await next_update(updates, Connected)
    assert await next_update(updates, ScanCompleted) == ScanCompleted(0, left=0)


async def test_socket_that_is_deaf_again_is_renewed_again(
    updates: Updates, box: EmulatedBox
) -> None:
    """The renewal helped, so the ten minutes until another one do not count."""
    await _receive_live(updates, box, 0, 0)
    for who in (1, 2):
        box.forget_subscriptions()
        await box.recognize(box.devices[0], box.people[who])
        gone = await next_update(updates, Disconnected)
        assert isinstance(gone.error, AiBoxDeafError)
        await next_update(updates, Connected)
        await next_update(updates, Recovered)
        await next_update(updates, ScanCompleted)
        await box.wait_for_subscription()
        await _receive_live(updates, box, 0, 0)


async def test_device_without_feed_is_detected_beside_one_that_pushes(
    updates: Updates, box: EmulatedBox
) -> None:
    """The box pushes only one of two subscribed devices."""
    await _record_only(box, box.devices[0], box.people[1])
    speaking = asyncio.create_task(_push_repeatedly(box, box.devices[1]))
    gone = await _next_disconnected(updates)
    speaking.cancel()
    assert isinstance(gone.error, AiBoxDeafError)


async def _push_repeatedly(box: EmulatedBox, device: Device) -> None:
    while True:
        await box.recognize(device, box.people[0])
        await asyncio.sleep(_TICK_SECONDS)


async def test_deaf_socket_is_detected_behind_many_delivered_records(
    updates: Updates, box: EmulatedBox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The history spans several pages, oldest first."""
    monkeypatch.setattr(recovery, "_PER_PAGE", 2)
    box.state.variant = Variant(history_order="ascending")
    for _ in range(4):
        await _receive_live(updates, box, 0, 0)
    await _record_only(box, box.devices[0], box.people[1])
    gone = await next_update(updates, Disconnected)
    assert isinstance(gone.error, AiBoxDeafError)


async def test_late_message_is_delivered_live(
    client: AiBoxClient, updates: Updates, box: EmulatedBox
) -> None:
    """Its record is not missing before the freshness limit has passed."""
    client._feed._late_seconds = 30
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(feed_check, "_LATE_WITHOUT_PONGS_SECONDS", 30)
        emitted = await box.recognize(box.devices[0], box.people[1], push=False)
        await _after_checks(box)
        await box.recognize(
            box.devices[0],
            box.people[1],
            timestamp_ms=emitted.timestamp_ms,
            event_id=emitted.event_id,
            record=False,
        )
        live = await next_update(updates, LiveRecognition)
    assert live.recognition.identity_id == box.people[1].identity_id


async def test_quiet_box_stays_connected(updates: Updates, box: EmulatedBox) -> None:
    """Records of other devices do not count."""
    await _receive_live(updates, box, 0, 0)
    # Not subscribed to.
    await _record_only(box, box.devices[2], box.people[1])
    await asyncio.sleep(_LATE_SECONDS)
    await _after_checks(box)
    await _receive_live(updates, box, 1, 2)


@pytest.mark.parametrize(
    "variant",
    [
        Variant(history_scores_rounded=True),
        Variant(live_event_id=True),
        Variant(event_id_missing=True),
    ],
)
async def test_box_that_records_differently_stays_connected(
    updates: Updates, box: EmulatedBox
) -> None:
    """Scores are rounded, or ids differ."""
    for stranger in (True, False):
        person = None if stranger else box.people[0]
        await box.recognize(box.devices[0], person, score=0.4567)
        await next_recognition(updates)
    await asyncio.sleep(_LATE_SECONDS)
    await _after_checks(box)
    await _receive_live(updates, box, 0, 1)


async def test_single_missing_record_is_recovered_without_a_renewal(
    updates: Updates, box: EmulatedBox
) -> None:
    """The capture device pushed since, so its feed works."""
    await _record_only(box, box.devices[0], box.people[1])
    await _receive_live(updates, box, 0, 2)
    found = await next_update(updates, Recovered)
    assert found.recognition.identity_id == box.people[1].identity_id
    await _receive_live(updates, box, 0, 0)


@pytest.mark.parametrize("recovers", [True, False])
async def test_device_that_stays_deaf_costs_one_renewal_in_ten_minutes(
    make_client: MakeClient, box: EmulatedBox, recovers: bool
) -> None:
    """Other devices must be received in between."""
    client = make_client(
        recovers=recovers, freshness_limit=timedelta(seconds=_LATE_SECONDS)
    )
    await client.subscribe(everything(box))
    async with listening(client) as updates:
        await next_update(updates, Connected)
        if recovers:
            await next_update(updates, ScanCompleted)
        await box.wait_for_subscription()
        for who in (1, 2):
            await _record_only(box, box.devices[0], box.people[who])
            if who == 1:
                assert isinstance(
                    (await _next_disconnected(updates)).error, AiBoxDeafError
                )
                await next_update(updates, Connected)
                await box.wait_for_subscription()
            elif recovers:
                async with asyncio.timeout(10):
                    while (
                        not isinstance(update := await anext(updates), Recovered)
                        or update.recognition.identity_id != box.people[2].identity_id
                    ):
                        assert not isinstance(update, Disconnected)
        await asyncio.sleep(_LATE_SECONDS)
        await _after_checks(box)
        await box.recognize(box.devices[1], box.people[0])
        while not isinstance(update := await anext(updates), LiveRecognition):
            assert not isinstance(update, Disconnected)
        # As if ten minutes had passed.
        client._feed._renew_from.clear()
        await _record_only(box, box.devices[0], box.people[3])
        assert isinstance((await _next_disconnected(updates)).error, AiBoxDeafError)


async def test_time_from_the_future_does_not_hide_a_deaf_device(
    updates: Updates, box: EmulatedBox
) -> None:
    """The live recognition is of next year."""
    in_a_year = round((box.state.now() + 365 * 24 * 3600) * 1000)
    await box.recognize(box.devices[0], box.people[0], timestamp_ms=in_a_year)
    live = await next_recognition(updates)
    await until(lambda: box.state.now() > live.received_at.timestamp() + 0.2)
    await _record_only(box, box.devices[0], box.people[1])
    gone = await next_update(updates, Disconnected)
    assert isinstance(gone.error, AiBoxDeafError)


async def test_socket_is_kept_when_the_clock_is_set(
    updates: Updates, box: EmulatedBox
) -> None:
    """The clock is measured before each check."""
    box.state.clock_offset = -3600
    for who in range(3):
        await _receive_live(updates, box, 0, who)
        await _after_checks(box)
    await asyncio.sleep(_LATE_SECONDS)
    await _after_checks(box)
    await _receive_live(updates, box, 0, 0)


async def test_history_is_not_requested_while_all_devices_push(
    client: AiBoxClient, updates: Updates, box: EmulatedBox
) -> None:
    """A check passes without a request."""
    await _after_checks(box)
    before = complete_until(client)
    asked = count_page_requests(box)
    for device in range(2):
        await _receive_live(updates, box, device, device)
    spoke_at = min(client._feed._received_at.values())
    client._feed._has_gap = False
    await client._feed._check(0, spoke_at, updates.put_nowait)
    assert complete_until(client) > before
    # The loop may have sent other requests meanwhile.
    assert count_page_requests(box) - asked <= 4


async def test_gap_is_checked_while_all_devices_push(
    client: AiBoxClient, updates: Updates, box: EmulatedBox
) -> None:
    """The last check failed; every device pushed since."""
    await _record_only(box, box.devices[0], box.people[1])
    now = asyncio.get_running_loop().time()
    client._feed._received_at = dict.fromkeys(client._feed._subscribed_at, now)
    [missing] = await client._feed._find_missing(now + 1, frozenset())
    assert missing.recognition.identity_id == box.people[1].identity_id


async def test_checks_move_the_bookmark_of_a_quiet_box(
    client: AiBoxClient, updates: Updates, box: EmulatedBox
) -> None:
    """They move it up to the freshness limit, not further."""
    before = complete_until(client)
    await until(lambda: complete_until(client) > before)
    assert complete_until(client) <= client._recovery.box_time(
        datetime.now(UTC)
    ) - timedelta(seconds=_LATE_SECONDS)


async def test_pongs_alone_do_not_move_the_bookmark(
    client: AiBoxClient, updates: Updates, box: EmulatedBox
) -> None:
    """The history does not answer."""
    box.answer_instead[box.history_path] = CannedAnswer(status=500)
    await _after_checks(box)
    before = complete_until(client)
    await _receive_live(updates, box, 0, 0)
    await _after_checks(box)
    assert abs(complete_until(client) - before) < timedelta(seconds=0.2)
    # The whole gap is checked now.
    await _record_only(box, box.devices[1], box.people[1])
    box.answer_instead.clear()
    gone = await next_update(updates, Disconnected)
    assert isinstance(gone.error, AiBoxDeafError)


async def test_box_without_history_is_received_but_not_checked(
    client: AiBoxClient, updates: Updates, box: EmulatedBox
) -> None:
    """The history is not requested again on this connection."""
    box.answer_instead[box.history_path] = CannedAnswer(status=404)
    await _after_checks(box, 1)
    await asyncio.sleep(4 * _TICK_SECONDS)
    asked = count_page_requests(box)
    await asyncio.sleep(4 * _TICK_SECONDS)
    assert count_page_requests(box) == asked
    assert not client.detects_deafness
    await _receive_live(updates, box, 0, 0)


async def test_box_that_answers_errors_stays_connected(
    updates: Updates, box: EmulatedBox, answers_pings: bool
) -> None:
    """An error is a sign of life."""
    box.answer_instead["*"] = CannedAnswer(status=500)
    await _after_checks(box)
    await _receive_live(updates, box, 0, 0)


@without_pongs
async def test_box_without_pongs_that_answers_no_request_is_dead(
    updates: Updates, box: EmulatedBox
) -> None:
    """It counts as dead, not as deaf."""
    await box.port("rest").close()
    await box.port("system").close()
    gone = await _next_disconnected(updates)
    assert isinstance(gone.error, AiBoxTimeoutError)
    assert not isinstance(gone.error, AiBoxDeafError)
    await box.port("rest").open()
    await box.port("system").open()


@pytest.mark.parametrize("status", [200, 500])
async def test_box_without_pongs_with_a_slow_history_stays_connected(
    client: AiBoxClient,
    box: EmulatedBox,
    monkeypatch: pytest.MonkeyPatch,
    status: int,
) -> None:
    """Its device list answers."""
    box.events.answers_pings = False
    await client.subscribe(everything(box))
    async with listening(client) as updates:
        await next_update(updates, Connected)
        await next_update(updates, ScanCompleted)
        await box.wait_for_subscription()
        monkeypatch.setattr(client._recovery._history, "page", _times_out)
        if status == 500:
            box.answer_instead["*"] = CannedAnswer(status=status)
        asked = len(box.requests)
        await until(lambda: len(box.requests) > asked + 6)
        await _receive_live(updates, box, 0, 0)


async def _times_out(_: object) -> None:
    raise AiBoxTimeoutError("the history did not answer in time")


async def test_missed_recognition_renews_the_socket_once_without_recovery(
    make_client: MakeClient, box: EmulatedBox
) -> None:
    """Only recognitions during the connection count."""
    box.events.answers_pings = False
    client = make_client(
        recovers=False, freshness_limit=timedelta(seconds=_LATE_SECONDS)
    )
    await client.subscribe(everything(box))
    async with listening(client) as updates:
        await next_update(updates, Connected)
        await box.wait_for_subscription()
        await _record_only(box, box.devices[0], box.people[1])
        await next_update(updates, Disconnected)
        client._feed._renew_from.clear()
        await next_update(updates, Connected)
        await box.wait_for_subscription()
        await asyncio.sleep(_LATE_SECONDS)
        await _after_checks(box)
        await _receive_live(updates, box, 0, 0)


@without_pongs
async def test_box_that_dies_before_its_first_scan_is_disconnected(
    updates: Updates, box: EmulatedBox
) -> None:
    """The scan is not repeated forever on a dead socket."""
    await box.drop()
    await next_update(updates, Disconnected)
    box.answer_instead[box.history_path] = CannedAnswer(status=500)
    await next_update(updates, Connected)
    await next_update(updates, ScanFailed)
    await box.port("rest").close()
    async with asyncio.timeout(10):
        while isinstance(update := await anext(updates), ScanFailed):
            pass
    assert isinstance(update, Disconnected)
    assert isinstance(update.error, AiBoxTimeoutError)
    await box.port("rest").open()


async def test_earlier_recognitions_of_new_devices_are_recovered(
    client: AiBoxClient,
    updates: Updates,
    box: EmulatedBox,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each new subscription keeps the socket."""
    # The record is too close to the subscription to be told from a later one.
    monkeypatch.setattr(feed_check, "_SUBSCRIBING_SECONDS", 5.0)
    # On a busy machine it may seem later, and is left to the next scan.
    monkeypatch.setattr(recovery, "_EXTRA_SECONDS", 0.1)
    for count, device in enumerate(box.devices[2:4], start=3):
        seen = await box.recognize(device, box.people[count])
        await client.subscribe(
            Subscription(frozenset(each.device_id for each in box.devices[:count]))
        )
        found = await next_update(updates, Recovered)
        assert found.recognition.identity_id == seen.identity_id
        await next_update(updates, ScanCompleted)


async def _collect_until(
    updates: Updates, is_last: Callable[[Update], bool]
) -> list[Update]:
    """Return the updates up to the first that `is_last` accepts."""
    found: list[Update] = []
    async with asyncio.timeout(20):
        while not found or not is_last(found[-1]):
            found.append(await anext(updates))
    return found


def _recovers(who: Emitted | Identity) -> Callable[[Update], bool]:
    """Return a function that is true for the recovery of a person."""
    return lambda update: (
        isinstance(update, Recovered)
        and update.recognition.identity_id == who.identity_id
    )


async def _collect_after_checks(updates: Updates, box: EmulatedBox) -> list[Update]:
    """Return the updates that came until a few more checks were made."""
    await _after_checks(box)
    return [updates.get_nowait() for _ in range(updates.qsize())]


async def _after_scan(updates: Updates, box: EmulatedBox) -> None:
    """Wait until the scan after a reconnect is complete."""
    async with asyncio.timeout(10):
        while not isinstance(await anext(updates), ScanCompleted):
            pass
    await box.wait_for_subscription()
    await asyncio.sleep(0.1)


async def test_two_deaf_devices_renew_the_socket_once_each(
    client: AiBoxClient, updates: Updates, box: EmulatedBox
) -> None:
    """Both stay silent on the new sockets."""
    await _record_only(box, box.devices[0], box.people[1])
    assert isinstance((await _next_disconnected(updates)).error, AiBoxDeafError)
    await _after_scan(updates, box)
    await _record_only(box, box.devices[1], box.people[2])
    assert isinstance((await _next_disconnected(updates)).error, AiBoxDeafError)
    await _after_scan(updates, box)
    # The first device stayed silent on two new sockets.
    await _record_only(box, box.devices[0], box.people[3])
    found = await _collect_until(updates, _recovers(box.people[3]))
    found += await _collect_after_checks(updates, box)
    assert not [u for u in found if isinstance(u, Disconnected)], found


async def test_deaf_socket_is_detected_after_the_clock_was_set_back(
    client: AiBoxClient, updates: Updates, box: EmulatedBox
) -> None:
    """Live recognitions from before have later times."""
    await _receive_live(updates, box, 0, 0)
    box.state.clock_offset = -3600
    await _receive_live(updates, box, 1, 0)
    # The scan after the new clock is not what detects the socket.
    await until(lambda: client._recovery.box_time(EPOCH) < EPOCH)
    await _after_checks(box)
    box.forget_subscriptions()
    for who in (1, 2, 3):
        await _record_only(box, box.devices[0], box.people[who])
    await _next_disconnected(updates)


async def test_failed_checks_leave_a_gap_that_is_checked_later(
    client: AiBoxClient,
    updates: Updates,
    box: EmulatedBox,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The bookmark must not move over the gap."""
    monkeypatch.setattr(recovery, "OVERLAP", timedelta(seconds=0.3))
    monkeypatch.setattr(feed_check, "_LOOK_BACK_SECONDS", 0.3)
    box.answer_instead[box.history_path] = CannedAnswer(status=500)
    await _receive_live(updates, box, 0, 0)
    await asyncio.sleep(0.1)
    missed = await box.recognize(box.devices[0], box.people[1], push=False)
    # Checks fail for longer than the overlap and the look-back.
    behind = missed.timestamp_ms / 1000 + 0.3 + 0.3 + _LATE_SECONDS
    await until(lambda: box.state.now() > behind)
    assert complete_until(client).timestamp() < missed.timestamp_ms / 1000
    await _receive_live(updates, box, 1, 2)
    await _after_checks(box)
    box.answer_instead.clear()
    await box.drop()
    await _collect_until(updates, _recovers(missed))


async def test_clock_that_is_set_forward_hides_no_record(
    client: AiBoxClient,
    updates: Updates,
    box: EmulatedBox,
) -> None:
    """No check covers the skipped time of the box."""
    await _receive_live(updates, box, 0, 0)
    await _after_checks(box)
    missed = await box.recognize(box.devices[0], box.people[1], push=False)
    before = complete_until(client)
    box.state.clock_offset = 1200
    # The bookmark follows the clock.
    await until(lambda: complete_until(client) - before > timedelta(seconds=1000))
    await box.drop()
    await _collect_until(updates, _recovers(missed))


async def test_deaf_socket_is_detected_where_records_enter_late(
    client: AiBoxClient,
    updates: Updates,
    box: EmulatedBox,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """They enter later than the look-back and within the overlap."""
    monkeypatch.setattr(feed_check, "_LOOK_BACK_SECONDS", 0.5)
    await _receive_live(updates, box, 0, 0)
    box.forget_subscriptions()
    for who in (1, 2, 3):
        await box.recognize(
            box.devices[0], box.people[who], push=False, record_delay=2.0
        )
    await _next_disconnected(updates)


async def test_box_without_history_at_first_recovers_nothing_from_before(
    make_client: MakeClient, box: EmulatedBox
) -> None:
    """The bookmark stays empty without a complete scan."""
    earlier = await box.recognize(box.devices[0], box.people[3], push=False)
    # Times are in whole milliseconds.
    await asyncio.sleep(0.01)
    client = make_client(freshness_limit=timedelta(seconds=_LATE_SECONDS))
    box.answer_instead[box.history_path] = CannedAnswer(status=404)
    await client.subscribe(everything(box))
    async with listening(client) as updates:
        await next_update(updates, Connected)
        await next_update(updates, ScanFailed)
        await box.wait_for_subscription()
        for device in box.devices:
            await box.recognize(device, box.people[0])
            await next_recognition(updates)
        await asyncio.sleep(3 * _TICK_SECONDS)
        assert client.bookmark.complete_until is None
        box.answer_instead.clear()
        await box.drop()
        found = await _collect_until(updates, lambda u: isinstance(u, ScanCompleted))
        assert earlier.identity_id not in identity_ids(found, Recovered)


async def test_overtaken_message_does_not_renew_the_socket(
    client: AiBoxClient, updates: Updates, box: EmulatedBox
) -> None:
    """An older message arrives after a newer one."""
    early = round(box.state.now() * 1000)
    await asyncio.sleep(0.1)
    await _record_only(box, box.devices[0], box.people[1])
    await asyncio.sleep(0.1)
    await _receive_live(updates, box, 0, 2)
    await box.recognize(box.devices[0], box.people[3], timestamp_ms=early)
    found = await _collect_until(updates, _recovers(box.people[1]))
    found += await _collect_after_checks(updates, box)
    assert not [u for u in found if isinstance(u, Disconnected)], found


@every_recovery_variant
async def test_scans_checks_and_messages_deliver_each_once_together(
    make_client: MakeClient, box: EmulatedBox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As many are delivered as happened."""
    monkeypatch.setattr(feed_check, "_TICK_SECONDS", 0.02)
    monkeypatch.setattr(feed_check, "_CHECK_SECONDS", 0.02)
    monkeypatch.setattr(feed_check, "_LEAST_LATE_SECONDS", 0)
    monkeypatch.setattr(feed_check, "_SUBSCRIBING_SECONDS", 0)
    monkeypatch.setattr(feed_check, "_ON_ITS_WAY_SECONDS", 0.01)
    monkeypatch.setattr(recovery, "_LATE_SECONDS", 0.5)
    client = make_client(freshness_limit=timedelta(seconds=0.1))
    happened = 0
    async with caught_up(client, box) as updates:
        for number in range(80):
            happened += 1
            person = box.people[number % 3] if number % 4 else None
            await box.recognize(
                box.devices[number % 3],
                person,
                push=number % 7 != 0,
                push_delay=0.4 if number % 5 == 0 else 0.0,
                record_delay=0.3 if number % 3 == 0 else 0.0,
            )
            if number % 11 == 0:
                client.request_scan()
            if number == 40:
                await box.drop()
            await asyncio.sleep(0.02)
        delivered = 0
        async with asyncio.timeout(20):
            while delivered < happened:
                delivered += isinstance(await anext(updates), _DELIVERIES)
        # Longer than any message or late scan takes: nothing more may follow.
        await asyncio.sleep(0.5)
        await _after_checks(box)
    found = [updates.get_nowait() for _ in range(updates.qsize())]
    assert not [u for u in found if isinstance(u, _DELIVERIES)]


@pytest.mark.parametrize("variant", [Variant(first_frame_only=True)])
async def test_new_device_is_received_from_a_box_that_reads_one_frame(
    client: AiBoxClient, updates: Updates, box: EmulatedBox
) -> None:
    """Its first record renews the socket."""
    await client.subscribe(everything(box))
    await next_update(updates, ScanCompleted)
    await box.recognize(box.devices[3], box.people[1])
    gone = await _next_disconnected(updates)
    assert isinstance(gone.error, AiBoxDeafError)
    await next_update(updates, Connected)
    assert isinstance(await anext(updates), Recovered)
    await next_update(updates, ScanCompleted)
    await box.wait_for_subscription()
    await _receive_live(updates, box, 3, 2)
