"""Recognitions at unlisted capture devices are each delivered once."""

import asyncio
from collections import Counter
from collections.abc import Generator
from datetime import timedelta
from time import monotonic
from typing import Any
from unittest.mock import patch

import orjson
import pytest

from custom_components.se_aibox.aibox.models import LiveRecognition
from custom_components.se_aibox.box import unlisted
from custom_components.se_aibox.const import DOMAIN
from custom_components.se_aibox.coordinator import SeAiBoxConfigEntry
from emulator import EmulatedBox
from homeassistant.const import EVENT_HOMEASSISTANT_STOP
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
from tests.integration.helpers import (
    device_list_requests,
    our_tasks,
    until,
    until_listening,
)

from .recovery_helpers import disconnect
from .unlisted_helpers import Scene

pytest_plugins = ["tests.integration.box.device_list_fixtures"]
pytestmark = pytest.mark.usefixtures("short_waits")

_MIB = 1024 * 1024


@pytest.fixture
def scene(
    hass: HomeAssistant,
    box: EmulatedBox,
    entry: SeAiBoxConfigEntry,
    caplog: pytest.LogCaptureFixture,
) -> Generator[Scene]:
    """Set the scene, and expect logged errors if the list failed."""
    scene = Scene(hass, box, entry)
    yield scene
    if scene.list_has_failed:
        caplog.get_records("call").clear()


async def test_recognition_waits_until_the_list_can_be_read(scene: Scene) -> None:
    """It is then delivered as live."""
    scene.list_device()
    scene.fail_list()
    scene.box.requests.clear()
    await scene.push()
    await until(lambda: device_list_requests(scene.box) >= 3)
    assert scene.live.unread == 0
    scene.answer_list()
    await scene.next_at_device(scene.live)
    await scene.box.drop()
    await scene.assert_nothing_more()


async def test_recognition_that_waits_for_too_long_is_not_live(scene: Scene) -> None:
    """It is delivered as recovered."""
    scene.list_device()
    scene.fail_list()
    await scene.push()
    await scene.until_waiting()
    later = dt_util.utcnow() + timedelta(minutes=2)
    with patch("homeassistant.util.dt.utcnow", return_value=later):
        scene.answer_list()
        await scene.next_at_device(scene.recovered)
    assert scene.live.unread == 0


async def test_successful_poll_ends_the_wait_for_the_list(
    scene: Scene, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next attempt would be a minute later."""
    monkeypatch.setattr(unlisted, "delay", lambda *_: 60)
    scene.list_device()
    scene.fail_list()
    scene.box.requests.clear()
    await scene.push()
    await until(lambda: device_list_requests(scene.box) == 1)
    await until(lambda: "HTTP 500" in caplog.text)
    scene.answer_list()
    await scene.entry.runtime_data.async_refresh()
    await scene.next_at_device(scene.live)


async def test_recognition_that_waits_during_a_reload_is_recovered(
    hass: HomeAssistant, scene: Scene
) -> None:
    """The history has it."""
    scene.list_device()
    async with scene.slow_list():
        emitted = await scene.push()
        await scene.until_waiting()
        assert await hass.config_entries.async_reload(scene.entry.entry_id)
    event = await scene.next_at_device(scene.recovered)
    assert event["identity_id"] == emitted.identity_id
    await scene.assert_nothing_more()


async def test_recognition_that_waits_during_a_stop_is_recovered(
    hass: HomeAssistant, scene: Scene
) -> None:
    """Home Assistant stops without unloading the entry."""
    scene.list_device()
    scene.fail_list()
    await scene.push()
    await scene.until_waiting()
    hass.bus.async_fire(EVENT_HOMEASSISTANT_STOP)
    await until(lambda: not scene.box.subscriptions)
    await hass.async_block_till_done()
    scene.answer_list()
    assert await hass.config_entries.async_reload(scene.entry.entry_id)
    await scene.next_at_device(scene.recovered)
    await scene.assert_nothing_more()


async def test_pictures_that_wait_are_dropped_once_forbidden(scene: Scene) -> None:
    """They do not return if pictures are allowed again."""
    scene.list_device()
    scene.fail_list()
    await scene.push()
    await scene.until_waiting()
    box = scene.entry.runtime_data
    for allowed in (False, True):
        await box.async_allow_pictures(allowed)
        [update] = scene.waiting
        assert isinstance(update, LiveRecognition)
        assert update.embedded_pictures == {}
    scene.answer_list()
    await scene.next_at_device(scene.live)
    assert box.pictures.held == 0


async def test_recognitions_are_recovered_once_the_device_is_listed(
    hass: HomeAssistant, scene: Scene
) -> None:
    """The list lagged behind them."""
    skipped = scene.entry.runtime_data.log.skipped
    for who in range(2):
        await scene.push(who)
    await until(lambda: skipped.total() == 2)
    scene.list_device()
    await scene.entry.runtime_data.async_refresh()
    late = {(await scene.recovered.next())["identity_id"] for _ in range(2)}
    assert late == {person.identity_id for person in scene.box.people[:2]}
    await hass.async_block_till_done()
    assert scene.recovered.unread == 0


@pytest.mark.parametrize("dialect", ["nested"])
async def test_list_that_lags_behind_is_read_again_after_a_while(scene: Scene) -> None:
    """A later recognition is then delivered as live, without a poll."""
    skipped = scene.entry.runtime_data.log.skipped
    await scene.push(0)
    await until(lambda: skipped.total() == 1)
    scene.box.requests.clear()
    await scene.push(1)
    await until(lambda: skipped.total() == 2)
    assert device_list_requests(scene.box) == 0
    with patch("custom_components.se_aibox.box.unlisted.monotonic") as clock:
        clock.return_value = monotonic() + 60
        await scene.push(2)
        await until(lambda: skipped.total() == 3)
        assert device_list_requests(scene.box) == 1
        scene.list_device()
        clock.return_value += 60
        await scene.push(3)
        await until(lambda: device_list_requests(scene.box) >= 2)
    assert (await scene.live.next())["identity_id"] == scene.box.people[3].identity_id
    late = {(await scene.recovered.next())["identity_id"] for _ in range(3)}
    assert late == {person.identity_id for person in scene.box.people[:3]}


async def test_list_requested_earlier_does_not_count(scene: Scene) -> None:
    """The device may have been added since then."""
    before = await scene.entry.runtime_data.client.rest.capture_devices()
    async with scene.slow_list(before):
        poll = asyncio.create_task(scene.entry.runtime_data.async_refresh())
        scene.list_device()
        await scene.push()
        await scene.until_waiting()
        scene.fail_list()
        scene.box.requests.clear()
    await poll
    await until(lambda: device_list_requests(scene.box) >= 1)
    scene.answer_list()
    await scene.next_at_device(scene.live)
    assert scene.recovered.unread == 0
    assert not scene.entry.runtime_data.log.skipped


async def test_list_requested_earlier_does_not_count_when_disconnected(
    scene: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    """The list is read again once the box is back."""
    before = await scene.entry.runtime_data.client.rest.capture_devices()
    async with scene.slow_list(before):
        poll = asyncio.create_task(scene.entry.runtime_data.async_refresh())
        scene.list_device()
        await scene.push()
        await scene.until_waiting()
        await disconnect(scene.box, scene.entry)
    await poll
    await scene.box.port("events").open()
    await scene.next_at_device(scene.live)
    assert not scene.entry.runtime_data.log.skipped
    caplog.clear()


async def test_empty_list_after_a_power_cut_loses_no_recognition(
    hass: HomeAssistant, scene: Scene, hass_storage: dict[str, Any]
) -> None:
    """Old recognitions are recovered once the box lists its devices."""
    box, entry = scene.box, scene.entry
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
    # Another scan may skip them again.
    await until(lambda: entry.runtime_data.log.skipped.total() >= 2)
    box.devices.extend(devices)
    await entry.runtime_data.async_refresh()
    late = {(await scene.recovered.next())["identity_id"] for _ in range(2)}
    assert late == {person.identity_id for person in box.people[:2]}
    await hass.async_block_till_done()
    assert scene.recovered.unread == 0


async def test_recognition_that_waits_during_a_disconnection_is_live(
    scene: Scene,
) -> None:
    """It is delivered once the box is back."""
    scene.list_device()
    scene.fail_list()
    await scene.push()
    await scene.until_waiting()
    await disconnect(scene.box, scene.entry)
    scene.answer_list()
    await scene.box.port("events").open()
    await scene.next_at_device(scene.live)
    await scene.assert_nothing_more()


async def test_recovered_recognition_waits_for_the_list(
    hass: HomeAssistant, scene: Scene
) -> None:
    """A reload returns it for recovery."""
    await disconnect(scene.box, scene.entry)
    scene.list_device()
    await scene.box.recognize(scene.device, scene.box.people[0], push=False)
    scene.fail_list()
    await scene.box.port("events").open()
    await scene.until_waiting()
    scene.answer_list()
    async with scene.slow_list():
        await hass.config_entries.async_reload(scene.entry.entry_id)
    await scene.next_at_device(scene.recovered)
    await until_listening(scene.entry)
    assert scene.recovered.unread == 0


@pytest.mark.parametrize("dialect", ["flat"])
async def test_recognitions_beyond_the_limit_are_recovered(
    hass: HomeAssistant, scene: Scene
) -> None:
    """Only the first ones keep their pictures."""
    scene.list_device()
    emitted = []
    client = scene.entry.runtime_data.client
    with (
        patch.object(client, "request_scan", wraps=client.request_scan) as scans,
        patch.object(
            client, "return_for_recovery", wraps=client.return_for_recovery
        ) as returned,
    ):
        async with scene.slow_list():
            for number in range(70):
                made = await scene.box.recognize(
                    scene.device, scene.box.people[0], push=False
                )
                face = "A" * (4 * _MIB if number < 4 else 10)
                await scene.box.send_raw(
                    orjson.dumps({**made.message, "recognize_face_image": face})
                )
                emitted.append(made.event_id)
            await until(lambda: returned.call_count == 6)
            pictures = 0
            for update in scene.waiting:
                assert isinstance(update, LiveRecognition)
                pictures += sum(map(len, update.embedded_pictures.values()))
            assert pictures <= 8 * _MIB
        live = Counter([(await scene.live.next())["recognition_id"] for _ in range(64)])
        late = Counter(
            [(await scene.recovered.next())["recognition_id"] for _ in range(6)]
        )
        assert live + late == Counter(emitted)
    assert scene.entry.runtime_data.log.skipped == {unlisted.TOO_MANY: 6}
    # One for the new capture device, and one for the returned recognitions.
    assert scans.call_count == 2
    await hass.async_block_till_done()
    assert (scene.live.unread, scene.recovered.unread) == (0, 0)


@pytest.mark.parametrize("dialect", ["flat"])
async def test_many_unlisted_devices_are_read_for_at_once(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only some of them are remembered."""
    # Fewer than wait for one reading.
    monkeypatch.setattr(unlisted, "_MOST_UNLISTED", 32)
    box = scene.box
    emitted = await box.recognize(box.devices[0], box.people[0], push=False)
    # Only its message is of use here.
    box.history.clear()
    box.requests.clear()
    devices = scene.entry.runtime_data.delivery.unlisted
    async with scene.slow_list():
        for number in range(400):
            message = {
                **emitted.message,
                "media_device_id": f"device-{number}",
                "event_id": f"event-{number}",
            }
            await box.send_raw(orjson.dumps(message))
        await scene.until_waiting(64)
        looking = [name for name in our_tasks() if "unlisted" in name]
        assert len(looking) == 1
    for number in range(400):
        message = {
            **emitted.message,
            "media_device_id": f"other-{number}",
            "event_id": f"other-event-{number}",
        }
        await box.send_raw(orjson.dumps(message))
    # Behind so many, it may be recovered before it arrives live.
    await box.recognize(box.devices[0], box.people[1])
    await until(lambda: scene.live.unread + scene.recovered.unread == 1)
    await until(lambda: scene.entry.runtime_data.log.skipped.total() == 800)
    assert not devices._waiting
    assert len(devices._unlisted) <= 32
    # During a scan, the next one might be recovered before it arrives live.
    await until_listening(scene.entry)
    await box.recognize(box.devices[0], box.people[2])
    while (await scene.live.next())["identity_id"] != box.people[2].identity_id:
        pass
