"""The history that a box uploads, beside its event socket."""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
import time

import pytest

from custom_components.se_aibox.aibox import feed_check, retry
from custom_components.se_aibox.aibox.client import AiBoxClient
from custom_components.se_aibox.aibox.exceptions import (
    AiBoxDeafError,
    AiBoxNotFoundError,
    UnreadableError,
)
from custom_components.se_aibox.aibox.models import (
    Dialect,
    LiveRecognition,
    PersonType,
    PictureKind,
    Subscription,
)
from custom_components.se_aibox.aibox.updates import (
    Connected,
    Disconnected,
    Recovered,
    ScanCompleted,
    ScanFailed,
    Skipped,
    Update,
)
from emulator import CannedAnswer, EmulatedBox, PictureKind as BoxPictureKind, Variant
from emulator.model import JsonObject

from .common import Updates, everything, listening, next_recognition, next_update, until
from .conftest import MakeClient
from .recovering import every_recovery_variant

pytestmark = pytest.mark.usefixtures("exact_clock")

_PICTURES = dict.fromkeys(PictureKind, "aGVsbG8=")


def upload_of(box: EmulatedBox, record: int = -1, face: str = "aGVsbG8=") -> JsonObject:
    """Return a record of the box as it uploads it."""
    pictures = {
        **dict.fromkeys(BoxPictureKind, "aGVsbG8="),
        BoxPictureKind.FACE: face,
    }
    return box.history_upload.dialect.upload_message(
        box.history[record], box.state.variant, pictures
    )


def upload(client: AiBoxClient, message: JsonObject) -> None:
    """Receive an upload as the webhook does."""
    assert client.uploads.accepts_pushes
    client.uploads.receive(client.uploads.read(message))


async def _nothing_else(updates: Updates) -> None:
    """Assert that nobody is delivered any more."""
    await asyncio.sleep(0.05)
    left = []
    while not updates.empty():
        left.append(updates.get_nowait())
    assert not [x for x in left if isinstance(x, LiveRecognition | Recovered)]


@pytest.fixture
async def deaf(
    client: AiBoxClient, box: EmulatedBox, monkeypatch: pytest.MonkeyPatch
) -> AsyncGenerator[Updates]:
    """Return the updates of a client whose box has a closed event socket."""
    monkeypatch.setattr(retry, "_FIRST_SECONDS", 0.01)
    await box.port("events").close()
    await client.subscribe(everything(box))
    async with listening(client) as updates:
        await next_update(updates, Disconnected)
        yield updates


async def _next_of[T: Update](updates: Updates, kind: type[T]) -> T:
    """Return the next update; skip failures to connect."""
    async with asyncio.timeout(10):
        while not isinstance(update := await anext(updates), kind):
            assert isinstance(update, Disconnected), update
    return update


async def _next_live(updates: Updates) -> LiveRecognition:
    """Return the next recognition; skip failures to connect."""
    return await _next_of(updates, LiveRecognition)


@every_recovery_variant
async def test_upload_is_delivered_while_the_event_socket_is_closed(
    client: AiBoxClient, deaf: Updates, box: EmulatedBox
) -> None:
    """It says who was where, like a live message."""
    seen = await box.recognize(box.devices[0], box.people[0])
    upload(client, upload_of(box))

    live = await _next_live(deaf)
    recognition = live.recognition
    assert live.is_upload
    assert recognition.identity_id == seen.identity_id
    assert recognition.identity_name == seen.identity_name
    assert recognition.person_type is PersonType(seen.person_type.value)
    assert recognition.capture_device_id == seen.device_id
    assert round(recognition.occurred_at.timestamp() * 1000) == seen.timestamp_ms
    assert recognition.score == pytest.approx(seen.score)
    assert live.embedded_pictures == _PICTURES
    assert recognition.picture_kinds == frozenset(PictureKind)


async def test_upload_of_an_old_line_is_read_like_a_push(
    client: AiBoxClient, deaf: Updates, box: EmulatedBox, dialect: Dialect
) -> None:
    """V5R2 uploads what it pushes; V6 never did."""
    seen = await box.recognize(box.devices[0], box.people[0])
    if dialect is Dialect.FLAT:
        with pytest.raises(UnreadableError):
            client.uploads.read(seen.message)
        return
    upload(client, seen.message)
    live = await _next_live(deaf)
    assert live.is_upload
    assert live.recognition.identity_id == seen.identity_id


@every_recovery_variant
@pytest.mark.parametrize("order", ["socket first", "upload first"])
async def test_recognition_of_both_ways_is_delivered_once(
    client: AiBoxClient, updates: Updates, box: EmulatedBox, order: str
) -> None:
    """A person and a stranger; nor does the history have anything left."""
    for who in (box.people[0], None):
        delay = 0.0 if order == "socket first" else 0.2
        await box.recognize(box.devices[0], who, push_delay=delay)
        if order == "socket first":
            await next_recognition(updates)
        upload(client, upload_of(box))
        if order == "upload first":
            await next_recognition(updates)
            await asyncio.sleep(0.3)
        upload(client, upload_of(box))
    client.request_scan()
    assert (await next_update(updates, ScanCompleted)).recovered == 0
    await _nothing_else(updates)


async def test_upload_of_a_recovered_record_is_not_delivered(
    client: AiBoxClient, updates: Updates, box: EmulatedBox
) -> None:
    """The history was faster."""
    moment = round((time.time() - 60) * 1000)
    await box.recognize(box.devices[0], box.people[0], push=False, timestamp_ms=moment)
    client.request_scan()
    await next_update(updates, Recovered)
    upload(client, upload_of(box))
    await _nothing_else(updates)


@every_recovery_variant
async def test_uploaded_recognitions_are_not_recovered_after_the_reconnect(
    client: AiBoxClient, deaf: Updates, box: EmulatedBox
) -> None:
    """One was uploaded while the socket was closed, another one was not."""
    await box.recognize(box.devices[0], box.people[0])
    upload(client, upload_of(box))
    await _next_live(deaf)
    missed = await box.recognize(box.devices[0], box.people[1])
    await box.port("events").open()
    async with asyncio.timeout(20):
        while not isinstance(update := await anext(deaf), Recovered):
            assert not isinstance(update, LiveRecognition)
    assert update.recognition.identity_id == missed.identity_id
    upload(client, upload_of(box))
    await _nothing_else(deaf)


async def test_strangers_who_look_alike_are_both_delivered(
    client: AiBoxClient, deaf: Updates, box: EmulatedBox
) -> None:
    """What the box uploads again because it was not acknowledged is not."""
    moment = round(time.time() * 1000)
    for _ in range(2):
        await box.recognize(box.devices[0], timestamp_ms=moment, score=12.0)
    for _ in range(2):
        upload(client, upload_of(box, -1, "b25l"))
        upload(client, upload_of(box, -2, "dHdv"))
    one, other = await _next_live(deaf), await _next_live(deaf)
    assert one.recognition.recognition_id != other.recognition.recognition_id
    await _nothing_else(deaf)


async def test_pictures_that_are_switched_off_are_dropped(
    client: AiBoxClient, deaf: Updates, box: EmulatedBox
) -> None:
    """The box uploads them all the same."""
    listed = frozenset(device.device_id for device in box.devices)
    await client.subscribe(Subscription(listed, captured_pictures=False))
    await box.recognize(box.devices[0], box.people[0])
    upload(client, upload_of(box))
    live = await _next_live(deaf)
    assert live.embedded_pictures.keys() == {PictureKind.REFERENCE}
    assert live.recognition.picture_kinds == {PictureKind.REFERENCE}


async def test_unwanted_capture_device_is_not_delivered(
    make_client: MakeClient, box: EmulatedBox
) -> None:
    """The box uploads what all of them saw."""
    wanted = box.devices[1].device_id
    client = make_client(wants=lambda key: key == wanted)
    await client.subscribe(everything(box))
    async with listening(client) as updates:
        await next_update(updates, Connected)
        await next_update(updates, ScanCompleted)
        for device in box.devices[:2]:
            await box.recognize(device, box.people[0], push=False)
            upload(client, upload_of(box))
        assert (await next_recognition(updates)).capture_device_id == wanted
        await _nothing_else(updates)


@pytest.mark.parametrize("ago", [timedelta(minutes=1), timedelta(days=200)])
async def test_history_from_before_the_first_connection_is_not_delivered(
    client: AiBoxClient, deaf: Updates, box: EmulatedBox, ago: timedelta
) -> None:
    """A box uploads its whole history once it has a URL."""
    moment = round((time.time() - ago.total_seconds()) * 1000)
    await box.recognize(box.devices[0], box.people[0], timestamp_ms=moment, push=False)
    upload(client, upload_of(box))
    await _nothing_else(deaf)


async def test_upload_of_a_box_with_a_wrong_clock_is_delivered(
    client: AiBoxClient, deaf: Updates, box: EmulatedBox
) -> None:
    """Whether it is fresh is decided by the measured error."""
    box.state.clock_offset = -8 * 3600.0
    await client.clock.measure()
    await box.recognize(box.devices[0], box.people[0])
    upload(client, upload_of(box))
    await _next_live(deaf)


async def test_bookmark_keeps_what_was_uploaded_over_a_restart(
    make_client: MakeClient,
    client: AiBoxClient,
    deaf: Updates,
    box: EmulatedBox,
) -> None:
    """What was missed meanwhile is uploaded later, and delivered once."""
    await box.recognize(box.devices[0], box.people[0])
    upload(client, upload_of(box))
    await _next_live(deaf)
    # Home Assistant is down.
    await box.recognize(box.devices[0], box.people[1])
    later = make_client(bookmark=client.bookmark)
    await later.subscribe(everything(box))
    async with listening(later) as updates:
        await next_update(updates, Disconnected)
        upload(later, upload_of(box, -2))
        upload(later, upload_of(box, -1))
        live = await _next_live(updates)
        assert live.recognition.identity_id == box.people[1].identity_id
        await _nothing_else(updates)


async def test_oldest_known_delivery_limits_what_is_accepted(
    client: AiBoxClient, updates: Updates, box: EmulatedBox
) -> None:
    """Nothing could tell whether something older is a duplicate."""
    await box.recognize(box.devices[0], box.people[0], push=False)
    message = upload_of(box)
    live = client.uploads.read(message)
    await asyncio.sleep(0.01)
    client._delivered.forget_before(
        live.recognition.occurred_at + timedelta(milliseconds=1)
    )
    upload(client, message)
    await _nothing_else(updates)


async def test_missed_recognitions_are_recovered_without_the_socket(
    make_client: MakeClient, box: EmulatedBox
) -> None:
    """A young one is left for its upload, which may be acted upon."""
    before = make_client()
    await before.subscribe(everything(box))
    async with listening(before) as updates:
        await next_update(updates, Connected)
        await next_update(updates, ScanCompleted)
    # Home Assistant is down, and a firewall closes the socket.
    bookmark = replace(
        before.bookmark,
        complete_until=datetime.now(UTC) - timedelta(hours=2),
        noted_at=datetime.now(UTC) - timedelta(hours=2),
    )
    await box.port("events").close()
    moment = round((time.time() - 3600) * 1000)
    old = await box.recognize(box.devices[0], box.people[0], timestamp_ms=moment)
    young = await box.recognize(box.devices[0], box.people[1])
    later = make_client(bookmark=bookmark, receives_uploads=True)
    later._delivered._known_from_ms = 0
    await later.subscribe(everything(box))
    async with listening(later) as updates:
        async with asyncio.timeout(10):
            while not isinstance(update := await anext(updates), Recovered):
                assert not isinstance(update, LiveRecognition)
        assert update.recognition.identity_id == old.identity_id
        assert (await next_update(updates, ScanCompleted)).recovered == 1
        upload(later, upload_of(box, -2))
        upload(later, upload_of(box, -1))
        live = await _next_live(updates)
        assert live.recognition.identity_id == young.identity_id
        await _nothing_else(updates)


@pytest.mark.parametrize("fault", ["another box", "no history", "off"])
async def test_history_is_not_recovered_without_the_socket(
    make_client: MakeClient,
    box: EmulatedBox,
    monkeypatch: pytest.MonkeyPatch,
    fault: str,
) -> None:
    """Another box answers, or nothing does."""
    monkeypatch.setattr(retry, "_FIRST_SECONDS", 0.01)
    await box.port("events").close()
    client = make_client(receives_uploads=True, is_box=lambda _: fault != "another box")
    if fault == "no history":
        box.answer_instead[box.history_path] = CannedAnswer(status=404)
    if fault == "off":
        await box.port("rest").close()
    async with listening(client) as updates:
        await next_update(updates, Disconnected)
        if fault == "no history":
            failed = await next_update(updates, ScanFailed)
            assert isinstance(failed.error, AiBoxNotFoundError)
        # Connecting goes on.
        for _ in range(3):
            await next_update(updates, Disconnected)
    assert client._is_scanned is (fault == "no history")


async def _seen_an_hour_ago(client: AiBoxClient, box: EmulatedBox) -> str:
    """Let the box record a person whom only a scan finds; return who it is."""
    client._recovery._began_at -= timedelta(hours=2)
    moment = round((time.time() - 3600) * 1000)
    seen = await box.recognize(
        box.devices[0], box.people[0], timestamp_ms=moment, push=False
    )
    assert seen.identity_id is not None
    return seen.identity_id


async def test_failed_scan_without_the_socket_is_repeated(
    make_client: MakeClient, box: EmulatedBox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A box that starts answers its history with an error for a while."""
    monkeypatch.setattr(retry, "_FIRST_SECONDS", 0.01)
    await box.port("events").close()
    client = make_client(receives_uploads=True)
    seen = await _seen_an_hour_ago(client, box)
    box.answer_instead[box.history_path] = CannedAnswer(status=500)
    async with listening(client) as updates:
        await _next_of(updates, ScanFailed)
        await _next_of(updates, ScanFailed)
        box.answer_instead.clear()
        async with asyncio.timeout(10):
            while not isinstance(update := await anext(updates), Recovered):
                assert isinstance(update, Disconnected | ScanFailed), update
        assert update.recognition.identity_id == seen
        await _next_of(updates, ScanCompleted)
        await _nothing_else(updates)


async def test_returned_recognition_is_recovered_without_the_socket(
    make_client: MakeClient, box: EmulatedBox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its capture device was not listed when it was uploaded, and is now."""
    monkeypatch.setattr(retry, "_FIRST_SECONDS", 0.01)
    await box.port("events").close()
    client = make_client(receives_uploads=True)
    async with listening(client) as updates:
        await _next_of(updates, ScanCompleted)
        seen = await box.recognize(box.devices[0], box.people[0])
        upload(client, upload_of(box))
        live = await _next_live(updates)
        client.return_for_recovery(live.recognition)
        await client.subscribe(everything(box))
        recovered = await _next_of(updates, Recovered)
        assert recovered.recognition.identity_id == seen.identity_id
        await _next_of(updates, ScanCompleted)
        await _nothing_else(updates)


async def test_upload_to_a_stopped_client_is_not_accepted(
    client: AiBoxClient, box: EmulatedBox
) -> None:
    """The box tries again."""
    assert not client.uploads.accepts_pushes
    client.uploads.skip("not JSON")
    async with listening(client) as updates:
        await until(lambda: client.uploads.accepts_pushes)
        client.uploads.skip("not JSON")
        async with asyncio.timeout(10):
            while not isinstance(update := await anext(updates), Skipped):
                pass
        assert update.kind == "not JSON"
    assert not client.uploads.accepts_pushes


async def test_deaf_socket_is_renewed_although_uploads_arrive(
    make_client: MakeClient, box: EmulatedBox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are late, so the socket must not stay deaf."""
    monkeypatch.setattr(feed_check, "_TICK_SECONDS", 0.05)
    monkeypatch.setattr(feed_check, "_CHECK_SECONDS", 0.05)
    monkeypatch.setattr(feed_check, "_LEAST_LATE_SECONDS", 0)
    monkeypatch.setattr(feed_check, "_SUBSCRIBING_SECONDS", 0)
    client = make_client(freshness_limit=timedelta(seconds=0.5))
    await client.subscribe(everything(box))
    async with listening(client) as updates:
        await next_update(updates, Connected)
        await next_update(updates, ScanCompleted)
        await asyncio.sleep(0.01)
        box.forget_subscriptions()
        await box.recognize(box.devices[0], box.people[0])
        upload(client, upload_of(box))
        assert (await next_update(updates, LiveRecognition)).is_upload
        lost = await next_update(updates, Disconnected)
        assert isinstance(lost.error, AiBoxDeafError)
        await next_update(updates, Connected)


async def test_upload_from_before_the_subscription_is_no_sign_of_deafness(
    client: AiBoxClient, updates: Updates, box: EmulatedBox
) -> None:
    """The socket could not send it, or sends it a moment later."""
    await box.recognize(box.devices[0], box.people[0], push=False)
    upload(client, upload_of(box))
    await next_recognition(updates)
    assert client._feed._uploaded_at == {}


@pytest.mark.parametrize(
    "change",
    [
        {"timestamp": None},
        {"timestamp": "yesterday"},
        {"ep_info": {"device_id": ""}, "media_device_info": {}},
        {"ep_info": [], "media_device_info": []},
        {"ep_info": {"device_id": "x" * 10_000}, "media_device_info": "front"},
        {"score": [1]},
    ],
    ids=str,
)
async def test_hostile_upload_is_unreadable(
    client: AiBoxClient, deaf: Updates, box: EmulatedBox, change: JsonObject
) -> None:
    """It says in a word why."""
    await box.recognize(box.devices[0], box.people[0])
    with pytest.raises(UnreadableError):
        client.uploads.read({**upload_of(box), **change})


@pytest.mark.parametrize("variant", [Variant(numbers_as_strings=True)])
async def test_stranger_is_nobody(
    client: AiBoxClient, deaf: Updates, box: EmulatedBox
) -> None:
    """In doubt, nobody: a door could open."""
    for how in ("empty", "stranger", "automatic", "random", "employee"):
        await box.recognize(box.devices[0], stranger=how)
        upload(client, upload_of(box, face=how))
        live = await _next_live(deaf)
        assert live.recognition.person_type is PersonType.STRANGER
        assert not live.recognition.matched
