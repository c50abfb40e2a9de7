"""Faces at capture devices that are not on the list yet: whatever becomes of the list, each is told once."""

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import timedelta
from time import monotonic
from typing import Any
from unittest.mock import patch

import orjson
import pytest

from custom_components.se_aibox.aibox.models import CaptureDevice, LiveRecognition
from custom_components.se_aibox.box import unlisted
from custom_components.se_aibox.const import DOMAIN, EVENT_RECOVERED
from custom_components.se_aibox.coordinator import SeAiBoxConfigEntry
from emulator import CannedAnswer, Device, Emitted, EmulatedBox
from emulator.cast import cast_device
from homeassistant.const import EVENT_HOMEASSISTANT_STOP
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
from tests.integration.helpers import (
    Heard,
    device_list_path,
    device_list_requests,
    our_tasks,
    until,
    until_listening,
)

pytest_plugins = ["tests.integration.box.device_list_fixtures"]
pytestmark = pytest.mark.usefixtures("no_patience")

_MIB = 1024 * 1024


@pytest.fixture
def recovered(hass: HomeAssistant) -> Heard:
    """Listen to what is told late."""
    return Heard(hass, EVENT_RECOVERED)


def _add(box: EmulatedBox) -> Device:
    """Let the box have a capture device more, and tell nobody."""
    device = cast_device(box.state.seed, 7, "Warehouse")
    box.devices.append(device)
    return device


async def _push(box: EmulatedBox, device: Device, who: int = 0) -> Emitted:
    """Push what a device saw, whether or not anybody has subscribed to it."""
    emitted = await box.recognize(device, box.people[who], push=False)
    await box.send_raw(orjson.dumps(emitted.message))
    return emitted


async def _until_somebody_waits(entry: SeAiBoxConfigEntry, count: int = 1) -> None:
    box = entry.runtime_data
    await until(lambda: len(box.delivery.unlisted._waiting) == count)


@asynccontextmanager
async def _slow_list(
    entry: SeAiBoxConfigEntry, said: tuple[CaptureDevice, ...] | None = None
) -> AsyncGenerator[None]:
    """Let the box take its time over the list, until the end of the block; None for what it has then."""
    rest = entry.runtime_data.client.rest
    is_over = asyncio.Event()
    answer = rest.capture_devices

    async def _think() -> tuple[CaptureDevice, ...]:
        await is_over.wait()
        return await answer() if said is None else said

    with patch.object(rest, "capture_devices", _think):
        yield
        is_over.set()


async def test_list_that_fails(
    box: EmulatedBox,
    entry: SeAiBoxConfigEntry,
    heard: Heard,
    recovered: Heard,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The list is read until it answers, and whoever waited is told live."""
    device = _add(box)
    box.answer_instead[device_list_path(box)] = CannedAnswer(status=500)
    box.requests.clear()
    await _push(box, device)
    await until(lambda: device_list_requests(box) >= 3)
    assert heard.unread == 0
    box.answer_instead.clear()
    assert (await heard.next())["capture_device_id"] == device.device_id
    await box.drop()
    await until_listening(entry)
    assert (heard.unread, recovered.unread) == (0, 0)
    caplog.clear()


async def test_list_that_fails_for_too_long(
    box: EmulatedBox,
    entry: SeAiBoxConfigEntry,
    heard: Heard,
    recovered: Heard,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Whoever waited longer than a recognition is fresh is told, but not acted upon."""
    device = _add(box)
    box.answer_instead[device_list_path(box)] = CannedAnswer(status=500)
    await _push(box, device)
    await _until_somebody_waits(entry)
    later = dt_util.utcnow() + timedelta(minutes=2)
    with patch("homeassistant.util.dt.utcnow", return_value=later):
        box.answer_instead.clear()
        assert (await recovered.next())["capture_device_id"] == device.device_id
    assert heard.unread == 0
    caplog.clear()


async def test_list_that_somebody_else_can_read(
    box: EmulatedBox,
    entry: SeAiBoxConfigEntry,
    heard: Heard,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Nobody waits for the next try where a poll was answered meanwhile."""
    monkeypatch.setattr(unlisted, "delay", lambda *_: 60)
    device = _add(box)
    box.answer_instead[device_list_path(box)] = CannedAnswer(status=500)
    box.requests.clear()
    await _push(box, device)
    await until(lambda: device_list_requests(box) == 1)
    await until(lambda: "HTTP 500" in caplog.text)
    box.answer_instead.clear()
    await entry.runtime_data.async_refresh()
    assert (await heard.next())["capture_device_id"] == device.device_id
    caplog.clear()


async def test_reload_while_the_list_is_read(
    hass: HomeAssistant,
    box: EmulatedBox,
    entry: SeAiBoxConfigEntry,
    heard: Heard,
    recovered: Heard,
) -> None:
    """What could be told to nobody is found in the history."""
    device = _add(box)
    async with _slow_list(entry):
        emitted = await _push(box, device)
        await _until_somebody_waits(entry)
        assert await hass.config_entries.async_reload(entry.entry_id)
    event = await recovered.next()
    assert event["capture_device_id"] == device.device_id
    assert event["identity_id"] == emitted.identity_id
    await until_listening(entry)
    assert (heard.unread, recovered.unread) == (0, 0)


async def test_stop_while_the_list_cannot_be_read(
    hass: HomeAssistant,
    box: EmulatedBox,
    entry: SeAiBoxConfigEntry,
    heard: Heard,
    recovered: Heard,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Home Assistant stops without unloading anything; whoever waited is found after its next start."""
    device = _add(box)
    box.answer_instead[device_list_path(box)] = CannedAnswer(status=500)
    await _push(box, device)
    await _until_somebody_waits(entry)
    hass.bus.async_fire(EVENT_HOMEASSISTANT_STOP)
    await until(lambda: not box.subscriptions)
    await hass.async_block_till_done()
    box.answer_instead.clear()
    assert await hass.config_entries.async_reload(entry.entry_id)
    assert (await recovered.next())["capture_device_id"] == device.device_id
    await until_listening(entry)
    assert (heard.unread, recovered.unread) == (0, 0)
    caplog.clear()


async def test_list_that_lags_behind(
    hass: HomeAssistant, box: EmulatedBox, entry: SeAiBoxConfigEntry, recovered: Heard
) -> None:
    """Who was seen while the box listed the device not yet is found once it does."""
    device = cast_device(box.state.seed, 7, "Warehouse")
    for who in range(2):
        await _push(box, device, who)
    await until(lambda: entry.runtime_data.log.skipped.total() == 2)
    box.devices.append(device)
    await entry.runtime_data.async_refresh()
    told = {(await recovered.next())["identity_id"] for _ in range(2)}
    assert told == {person.identity_id for person in box.people[:2]}
    await hass.async_block_till_done()
    assert recovered.unread == 0


@pytest.mark.parametrize("dialect", ["nested"])
async def test_list_that_lags_behind_without_broadcasts(
    box: EmulatedBox, entry: SeAiBoxConfigEntry, heard: Heard, recovered: Heard
) -> None:
    """The list is read again for a face that comes later; nobody waits for the next poll to be told live."""
    device = cast_device(box.state.seed, 7, "Warehouse")
    await _push(box, device, 0)
    await until(lambda: entry.runtime_data.log.skipped.total() == 1)
    box.requests.clear()
    await _push(box, device, 1)
    await until(lambda: entry.runtime_data.log.skipped.total() == 2)
    assert device_list_requests(box) == 0
    with patch("custom_components.se_aibox.box.unlisted.monotonic") as clock:
        clock.return_value = monotonic() + 60
        await _push(box, device, 2)
        await until(lambda: entry.runtime_data.log.skipped.total() == 3)
        assert device_list_requests(box) == 1
        box.devices.append(device)
        clock.return_value += 60
        await _push(box, device, 3)
        await _until_somebody_waits(entry)
    assert (await heard.next())["identity_id"] == box.people[3].identity_id
    told = {(await recovered.next())["identity_id"] for _ in range(3)}
    assert told == {person.identity_id for person in box.people[:3]}


async def test_list_that_was_asked_for_before(
    box: EmulatedBox,
    entry: SeAiBoxConfigEntry,
    heard: Heard,
    recovered: Heard,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """An older answer says nothing of a newer device, where the box refuses to say more."""
    before = await entry.runtime_data.client.rest.capture_devices()
    async with _slow_list(entry, before):
        poll = asyncio.create_task(entry.runtime_data.async_refresh())
        device = _add(box)
        await _push(box, device)
        await _until_somebody_waits(entry)
        box.answer_instead[device_list_path(box)] = CannedAnswer(status=500)
        box.requests.clear()
    await poll
    await until(lambda: device_list_requests(box) >= 1)
    box.answer_instead.clear()
    assert (await heard.next())["capture_device_id"] == device.device_id
    assert recovered.unread == 0
    assert not entry.runtime_data.log.skipped
    caplog.clear()


async def test_list_that_was_asked_for_before_the_socket_was_lost(
    box: EmulatedBox,
    entry: SeAiBoxConfigEntry,
    heard: Heard,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Nor does it where nobody can ask again before the box is back."""
    before = await entry.runtime_data.client.rest.capture_devices()
    async with _slow_list(entry, before):
        poll = asyncio.create_task(entry.runtime_data.async_refresh())
        device = _add(box)
        await _push(box, device)
        await _until_somebody_waits(entry)
        await box.port("events").close()
        await until(lambda: not entry.runtime_data.data.connected)
    await poll
    await box.port("events").open()
    assert (await heard.next())["capture_device_id"] == device.device_id
    assert not entry.runtime_data.log.skipped
    caplog.clear()


async def test_box_that_lists_nobody_at_first(
    hass: HomeAssistant,
    box: EmulatedBox,
    entry: SeAiBoxConfigEntry,
    recovered: Heard,
    hass_storage: dict[str, Any],
) -> None:
    """After a power cut, of both: who passed meanwhile is found once the devices are back, however long ago it was."""
    assert await hass.config_entries.async_unload(entry.entry_id)
    kept = hass_storage[f"{DOMAIN}.bookmark.{entry.entry_id}"]["data"]
    kept["complete_until"] -= 3600
    kept["noted_at"] -= 3600
    kept["delivered"] = ""
    devices = box.devices[:]
    for minutes, who in ((40, 0), (3, 1)):
        moment = round((box.state.now() - minutes * 60) * 1000)
        await box.recognize(
            devices[0], box.people[who], timestamp_ms=moment, push=False
        )
    box.devices.clear()
    assert await hass.config_entries.async_setup(entry.entry_id)
    await until(lambda: entry.runtime_data.log.skipped.total() == 2)
    box.devices.extend(devices)
    await entry.runtime_data.async_refresh()
    told = {(await recovered.next())["identity_id"] for _ in range(2)}
    assert told == {person.identity_id for person in box.people[:2]}
    await hass.async_block_till_done()
    assert recovered.unread == 0


async def test_disconnection_while_the_list_is_read(
    box: EmulatedBox,
    entry: SeAiBoxConfigEntry,
    heard: Heard,
    recovered: Heard,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Who waited is told once the box is back."""
    device = _add(box)
    box.answer_instead[device_list_path(box)] = CannedAnswer(status=500)
    await _push(box, device)
    await _until_somebody_waits(entry)
    await box.port("events").close()
    await until(lambda: not entry.runtime_data.data.connected)
    box.answer_instead.clear()
    await box.port("events").open()
    assert (await heard.next())["capture_device_id"] == device.device_id
    await until_listening(entry)
    assert (heard.unread, recovered.unread) == (0, 0)
    caplog.clear()


async def test_recovered_at_a_device_that_is_not_listed(
    hass: HomeAssistant,
    box: EmulatedBox,
    entry: SeAiBoxConfigEntry,
    recovered: Heard,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """What the history brings waits for the list, too, and is found there again after a reload."""
    await box.port("events").close()
    await until(lambda: not entry.runtime_data.data.connected)
    device = _add(box)
    await box.recognize(device, box.people[0], push=False)
    box.answer_instead[device_list_path(box)] = CannedAnswer(status=500)
    await box.port("events").open()
    await _until_somebody_waits(entry)
    box.answer_instead.clear()
    async with _slow_list(entry):
        await hass.config_entries.async_reload(entry.entry_id)
    assert (await recovered.next())["capture_device_id"] == device.device_id
    await until_listening(entry)
    assert recovered.unread == 0
    caplog.clear()


@pytest.mark.parametrize("dialect", ["flat"])
async def test_more_than_can_wait(
    hass: HomeAssistant,
    box: EmulatedBox,
    entry: SeAiBoxConfigEntry,
    heard: Heard,
    recovered: Heard,
) -> None:
    """Those who come on top are found in the history; pictures are held of the first only."""
    device = _add(box)
    emitted = []
    client = entry.runtime_data.client
    with (
        patch.object(client, "request_scan", wraps=client.request_scan) as look_again,
        patch.object(
            client, "return_for_recovery", wraps=client.return_for_recovery
        ) as give_back,
    ):
        async with _slow_list(entry):
            for number in range(70):
                made = await box.recognize(device, box.people[0], push=False)
                face = "A" * (4 * _MIB if number < 4 else 10)
                await box.send_raw(
                    orjson.dumps({**made.message, "recognize_face_image": face})
                )
                emitted.append(made.event_id)
            await until(lambda: give_back.call_count == 6)
            waiting = entry.runtime_data.delivery.unlisted._waiting
            pictures = 0
            for update in waiting:
                assert isinstance(update, LiveRecognition)
                pictures += sum(map(len, update.embedded_pictures.values()))
            assert pictures <= 8 * _MIB
        live = Counter([(await heard.next())["recognition_id"] for _ in range(64)])
        late = Counter([(await recovered.next())["recognition_id"] for _ in range(6)])
        assert live + late == Counter(emitted)
    assert entry.runtime_data.log.skipped == {unlisted.TOO_MANY: 6}
    # For the new capture device, and once more for who was given back.
    assert look_again.call_count == 2
    await hass.async_block_till_done()
    assert (heard.unread, recovered.unread) == (0, 0)


@pytest.mark.parametrize("dialect", ["flat"])
async def test_devices_without_end(
    box: EmulatedBox, entry: SeAiBoxConfigEntry, heard: Heard, recovered: Heard
) -> None:
    """The list is read for all of them at once, and so many are not remembered."""
    emitted = await box.recognize(box.devices[0], box.people[0], push=False)
    box.requests.clear()
    devices = entry.runtime_data.delivery.unlisted
    async with _slow_list(entry):
        for number in range(400):
            message = {
                **emitted.message,
                "media_device_id": f"device-{number}",
                "event_id": f"event-{number}",
            }
            await box.send_raw(orjson.dumps(message))
        await _until_somebody_waits(entry, 64)
        looking = [name for name in our_tasks() if "unlisted" in name]
        assert len(looking) == 1
    for number in range(400):
        message = {
            **emitted.message,
            "media_device_id": f"other-{number}",
            "event_id": f"other-event-{number}",
        }
        await box.send_raw(orjson.dumps(message))
    # Behind so many, the history may tell of it first.
    await box.recognize(box.devices[0], box.people[1])
    await until(lambda: heard.unread + recovered.unread == 2)
    await until(lambda: not devices._waiting)
    assert len(devices._unlisted) <= 256
    # A scan that runs just now might be the first to find the next one.
    await until_listening(entry)
    await box.recognize(box.devices[0], box.people[2])
    while (await heard.next())["identity_id"] != box.people[2].identity_id:
        pass
