"""An unlisted capture device, and the ways in which the list can misbehave."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from unittest.mock import patch

import orjson

from custom_components.se_aibox.aibox.models import CaptureDevice
from custom_components.se_aibox.aibox.updates import RecognitionUpdate
from custom_components.se_aibox.const import EVENT_RECOVERED
from custom_components.se_aibox.coordinator import SeAiBoxConfigEntry
from emulator import CannedAnswer, Emitted, EmulatedBox
from emulator.cast import cast_device
from homeassistant.core import HomeAssistant
from tests.integration.helpers import (
    RECOGNITION,
    FiredEvents,
    device_list_path,
    until,
    until_listening,
)


class Scene:
    """A box with a device that it does not list yet, and what is delivered."""

    def __init__(
        self, hass: HomeAssistant, box: EmulatedBox, entry: SeAiBoxConfigEntry
    ) -> None:
        """Listen from now on."""
        self.box = box
        self.entry = entry
        self.device = cast_device(box.state.seed, 7, "Warehouse")
        self.live = FiredEvents(hass, RECOGNITION)
        self.recovered = FiredEvents(hass, EVENT_RECOVERED)
        # Home Assistant logs an error for each failure.
        self.list_has_failed = False

    @property
    def waiting(self) -> list[RecognitionUpdate]:
        """The recognitions that wait for the list."""
        return self.entry.runtime_data.delivery.unlisted._waiting

    def list_device(self) -> None:
        """List the device without a broadcast."""
        self.box.devices.append(self.device)

    def fail_list(self) -> None:
        """Answer each request for the list with an error, until `answer_list`."""
        self.list_has_failed = True
        self.box.answer_instead[device_list_path(self.box)] = CannedAnswer(status=500)

    def answer_list(self) -> None:
        """Answer requests for the list again."""
        self.box.answer_instead.clear()

    @asynccontextmanager
    async def slow_list(
        self, answer: tuple[CaptureDevice, ...] | None = None
    ) -> AsyncGenerator[None]:
        """Answer no request for the list before the end of the block.

        None stands for what the box lists then.
        """
        rest = self.entry.runtime_data.client.rest
        is_over = asyncio.Event()
        read = rest.capture_devices

        async def _read_late() -> tuple[CaptureDevice, ...]:
            await is_over.wait()
            return await read() if answer is None else answer

        with patch.object(rest, "capture_devices", _read_late):
            yield
            is_over.set()

    async def push(self, who: int = 0) -> Emitted:
        """Push a recognition at the device, although nothing subscribes to it."""
        emitted = await self.box.recognize(
            self.device, self.box.people[who], push=False
        )
        await self.box.send_raw(orjson.dumps(emitted.message))
        return emitted

    async def until_waiting(self, count: int = 1) -> None:
        """Wait until so many recognitions wait for the list."""
        await until(lambda: len(self.waiting) == count)

    async def next_at_device(self, events: FiredEvents) -> dict[str, object]:
        """Return the next event, which must be from the device."""
        event = await events.next()
        assert event["capture_device_id"] == self.device.device_id
        return event

    async def assert_nothing_more(self) -> None:
        """Assert that nothing else is delivered, live or recovered."""
        await until_listening(self.entry)
        assert (self.live.unread, self.recovered.unread) == (0, 0)
