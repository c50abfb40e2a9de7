"""Random events around unlisted capture devices lose and repeat no recognition."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from random import Random
from unittest.mock import patch

import orjson
import pytest

from custom_components.se_aibox.aibox.models import CaptureDevice
from custom_components.se_aibox.aibox.rest import Rest
from custom_components.se_aibox.box import unlisted
from custom_components.se_aibox.const import EVENT_RECOVERED
from custom_components.se_aibox.coordinator import SeAiBoxConfigEntry
from emulator import CannedAnswer, EmulatedBox
from emulator.cast import cast_device
from homeassistant.core import Event, HomeAssistant, callback
from tests.integration.helpers import (
    RECOGNITION,
    device_list_path,
    until,
    until_listening,
)

pytest_plugins = ["tests.integration.box.device_list_fixtures"]
pytestmark = pytest.mark.usefixtures("short_waits")

_STEPS = 40
# Two bursts are more than can wait.
_BURST = 40


class _RandomEvents:
    """Random events at a box with unlisted devices; it counts the recognitions."""

    def __init__(
        self, hass: HomeAssistant, box: EmulatedBox, entry_id: str, random: Random
    ) -> None:
        """Start with one device."""
        self._hass = hass
        self._box = box
        self._entry_id = entry_id
        self._random = random
        self._devices = [self._make_device()]
        self._answers = asyncio.Event()
        self._answers.set()
        self.recognitions = 0
        self._newest_ms = 0

    @property
    def is_past(self) -> bool:
        """Whether the clock of the box has passed every recognition."""
        # Of many at once, the box gives each a millisecond of its own.
        return self._box.state.now() * 1000 > self._newest_ms

    async def step(self) -> None:
        """Let one event happen."""
        happens: Callable[[], Awaitable[None]] = self._random.choice(
            [
                self._add_device,
                *[self._see] * 4,
                self._see_many,
                self._miss,
                self._be_slow,
                self._fail,
                self.answer,
                self._drop,
                self._reload,
            ]
        )
        await happens()

    def slow_list(self) -> Callable[[Rest], Awaitable[tuple[CaptureDevice, ...]]]:
        """Return a reader of the list that waits for `answer`."""
        read = Rest.capture_devices

        async def _read(rest: Rest) -> tuple[CaptureDevice, ...]:
            await self._answers.wait()
            return await read(rest)

        return _read

    async def answer(self) -> None:
        """Let the list be read again."""
        self._answers.set()
        self._box.answer_instead.clear()

    def _make_device(self) -> str:
        number = len(self._box.devices) + 7
        device = cast_device(self._box.state.seed, number, f"Door {number}")
        self._box.devices.append(device)
        return device.device_id

    async def _add_device(self) -> None:
        self._devices.append(self._make_device())

    async def _see(self) -> None:
        emitted = await self._emit()
        await self._box.send_raw(orjson.dumps(emitted))

    async def _see_many(self) -> None:
        for _ in range(_BURST):
            await self._see()

    async def _miss(self) -> None:
        await self._emit()

    async def _emit(self) -> object:
        self.recognitions += 1
        device = self._random.choice(self._devices)
        person = self._random.choice(self._box.people)
        emitted = await self._box.recognize(device, person, push=False)
        self._newest_ms = emitted.timestamp_ms
        return emitted.message

    async def _be_slow(self) -> None:
        self._answers.clear()

    async def _fail(self) -> None:
        self._box.answer_instead[device_list_path(self._box)] = CannedAnswer(status=500)

    async def _drop(self) -> None:
        await self._box.drop()

    async def _reload(self) -> None:
        unloaded = await self._hass.config_entries.async_unload(self._entry_id)
        assert unloaded
        await self.answer()
        assert await self._hass.config_entries.async_setup(self._entry_id)


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_each_recognition_is_delivered_once(
    hass: HomeAssistant,
    box: EmulatedBox,
    entry: SeAiBoxConfigEntry,
    caplog: pytest.LogCaptureFixture,
    seed: int,
) -> None:
    """Too many wait, the list and the socket fail, Home Assistant reloads."""
    delivered: Counter[tuple[str, str, str]] = Counter()

    @callback
    def _count(event: Event) -> None:
        data = event.data
        delivered[
            data["capture_device_id"], data["identity_id"], data["occurred_at"]
        ] += 1

    for event_type in (RECOGNITION, EVENT_RECOVERED):
        hass.bus.async_listen(event_type, _count)
    events = _RandomEvents(hass, box, entry.entry_id, Random(seed))
    with patch.object(Rest, "capture_devices", events.slow_list()):
        for _ in range(_STEPS):
            await events.step()
            await hass.async_block_till_done()
        await events.answer()
        await until_listening(entry)
        await until(lambda: events.is_past)
        await box.drop()
        await until(lambda: delivered.total() >= events.recognitions)
        await until_listening(entry)
    assert delivered.total() == len(delivered) == events.recognitions
    assert entry.runtime_data.log.skipped.keys() <= {unlisted.TOO_MANY}
    caplog.clear()
