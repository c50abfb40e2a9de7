"""Faces at capture devices that are not on the list yet: whatever becomes of the list, each is told once."""

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
pytestmark = pytest.mark.usefixtures("no_patience")

_MIB = 1024 * 1024


@pytest.fixture
def scene(
    hass: HomeAssistant,
    box: EmulatedBox,
    entry: SeAiBoxConfigEntry,
    caplog: pytest.LogCaptureFixture,
) -> Generator[Scene]:
    """Set the scene, and expect errors in the log if the list failed."""
    scene = Scene(hass, box, entry)
    yield scene
    if scene.list_has_failed:
        caplog.get_records("call").clear()


async def test_list_that_fails(scene: Scene) -> None:
    """The list is read until it answers, and whoever waited is told live."""
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


async def test_list_that_fails_for_too_long(scene: Scene) -> None:
    """Whoever waited longer than a recognition is fresh is told, but not acted upon."""
    scene.list_device()
    scene.fail_list()
    await scene.push()
    await scene.until_waiting()
    later = dt_util.utcnow() + timedelta(minutes=2)
    with patch("homeassistant.util.dt.utcnow", return_value=later):
        scene.answer_list()
        await scene.next_at_device(scene.recovered)
    assert scene.live.unread == 0


async def test_list_that_somebody_else_can_read(
    scene: Scene, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody waits for the next try where a poll was answered meanwhile."""
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


async def test_reload_while_the_list_is_read(hass: HomeAssistant, scene: Scene) -> None:
    """What could be told to nobody is found in the history."""
    scene.list_device()
    async with scene.slow_list():
        emitted = await scene.push()
        await scene.until_waiting()
        assert await hass.config_entries.async_reload(scene.entry.entry_id)
    event = await scene.next_at_device(scene.recovered)
    assert event["identity_id"] == emitted.identity_id
    await scene.assert_nothing_more()


async def test_stop_while_the_list_cannot_be_read(
    hass: HomeAssistant, scene: Scene
) -> None:
    """Home Assistant stops without unloading anything; whoever waited is found after its next start."""
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


async def test_list_that_lags_behind(hass: HomeAssistant, scene: Scene) -> None:
    """Who was seen while the box listed the device not yet is found once it does."""
    skipped = scene.entry.runtime_data.log.skipped
    for who in range(2):
        await scene.push(who)
    await until(lambda: skipped.total() == 2)
    scene.list_device()
    await scene.entry.runtime_data.async_refresh()
    told = {(await scene.recovered.next())["identity_id"] for _ in range(2)}
    assert told == {person.identity_id for person in scene.box.people[:2]}
    await hass.async_block_till_done()
    assert scene.recovered.unread == 0


@pytest.mark.parametrize("dialect", ["nested"])
async def test_list_that_lags_behind_without_broadcasts(scene: Scene) -> None:
    """The list is read again for a face that comes later; nobody waits for the next poll to be told live."""
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
        await scene.until_waiting()
    assert (await scene.live.next())["identity_id"] == scene.box.people[3].identity_id
    told = {(await scene.recovered.next())["identity_id"] for _ in range(3)}
    assert told == {person.identity_id for person in scene.box.people[:3]}


async def test_list_that_was_asked_for_before(scene: Scene) -> None:
    """An older answer says nothing of a newer device, where the box refuses to say more."""
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


async def test_list_that_was_asked_for_before_the_socket_was_lost(
    scene: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    """Nor does it where nobody can ask again before the box is back."""
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


async def test_box_that_lists_nobody_at_first(
    hass: HomeAssistant, scene: Scene, hass_storage: dict[str, Any]
) -> None:
    """After a power cut, of both: who passed meanwhile is found once the devices are back, however long ago it was."""
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
    await until(lambda: entry.runtime_data.log.skipped.total() == 2)
    box.devices.extend(devices)
    await entry.runtime_data.async_refresh()
    told = {(await scene.recovered.next())["identity_id"] for _ in range(2)}
    assert told == {person.identity_id for person in box.people[:2]}
    await hass.async_block_till_done()
    assert scene.recovered.unread == 0


async def test_disconnection_while_the_list_is_read(scene: Scene) -> None:
    """Who waited is told once the box is back."""
    scene.list_device()
    scene.fail_list()
    await scene.push()
    await scene.until_waiting()
    await disconnect(scene.box, scene.entry)
    scene.answer_list()
    await scene.box.port("events").open()
    await scene.next_at_device(scene.live)
    await scene.assert_nothing_more()


async def test_recovered_at_a_device_that_is_not_listed(
    hass: HomeAssistant, scene: Scene
) -> None:
    """What the history brings waits for the list, too, and is found there again after a reload."""
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
async def test_more_than_can_wait(hass: HomeAssistant, scene: Scene) -> None:
    """Those who come on top are found in the history; pictures are held of the first only."""
    scene.list_device()
    emitted = []
    client = scene.entry.runtime_data.client
    with (
        patch.object(client, "request_scan", wraps=client.request_scan) as look_again,
        patch.object(
            client, "return_for_recovery", wraps=client.return_for_recovery
        ) as give_back,
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
            await until(lambda: give_back.call_count == 6)
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
    # For the new capture device, and once more for who was given back.
    assert look_again.call_count == 2
    await hass.async_block_till_done()
    assert (scene.live.unread, scene.recovered.unread) == (0, 0)


@pytest.mark.parametrize("dialect", ["flat"])
async def test_devices_without_end(scene: Scene) -> None:
    """The list is read for all of them at once, and so many are not remembered."""
    box = scene.box
    emitted = await box.recognize(box.devices[0], box.people[0], push=False)
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
    # Behind so many, the history may tell of it first.
    await box.recognize(box.devices[0], box.people[1])
    await until(lambda: scene.live.unread + scene.recovered.unread == 2)
    await until(lambda: not devices._waiting)
    assert len(devices._unlisted) <= 256
    # A scan that runs just now might be the first to find the next one.
    await until_listening(scene.entry)
    await box.recognize(box.devices[0], box.people[2])
    while (await scene.live.next())["identity_id"] != box.people[2].identity_id:
        pass
