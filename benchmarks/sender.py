"""The sending boxes, in their own process: `python -m benchmarks.sender`."""

import asyncio
from dataclasses import asdict
import time

from emulator import EmulatedBox, Variant

from .control import serve
from .frames import Frame, Size, frames_of

# The vendor's sample client reads ids, which not every firmware sends.
_VARIANT = Variant(live_event_id=True)


class Sender:
    """The emulated boxes."""

    def __init__(self) -> None:
        """Initialize without boxes."""
        self._boxes: dict[str, EmulatedBox] = {}
        self._frames: dict[tuple[int, int, Size], list[Frame]] = {}

    async def open(self, name: str, devices: int, seed: int) -> dict[str, object]:
        """Start a box; return its address and its capture devices' ids."""
        # Equal seeds give equal ids.
        box = _box(seed, devices)
        await box.start()
        self._boxes[name] = box
        return {
            "host": box.host,
            "ports": asdict(box.ports),
            "device_ids": [device.device_id for device in box.devices],
        }

    async def _frames_for(self, name: str, size: Size) -> list[Frame]:
        box = self._boxes[name]
        key = (box.state.seed, len(box.devices), size)
        if key not in self._frames:
            # A box without clients, because a box pushes what it makes.
            painter = _box(box.state.seed, len(box.devices))
            self._frames[key] = await frames_of(painter, size)
            painter.state.studio.close()
        return self._frames[key]

    async def wait_for_client(self, name: str) -> None:
        """Wait until a client has subscribed to capture devices of a box."""
        await self._boxes[name].wait_for_subscription(timeout=60)

    async def send(
        self,
        names: list[str],
        size: str,
        count: int,
        rate: float | None,
        seconds: float,
    ) -> dict[str, int]:
        """Send `count` recognitions from each box, in turn, for at most `seconds`.

        Without a rate, send as fast as they are read. `began` is in nanoseconds.
        """
        # At a rate, a recognition's time is when it was due: if a receiver does not
        # keep up, the later ones are late.
        boxes = [
            (self._boxes[name], await self._frames_for(name, Size(size)))
            for name in names
        ]
        began = time.monotonic_ns()
        sent = 0
        while sent < count and time.monotonic_ns() - began < seconds * 1e9:
            for number, (box, frames) in enumerate(boxes):
                moment = time.monotonic_ns()
                if rate is not None:
                    due = began + int((sent + number / len(boxes)) / rate * 1e9)
                    await asyncio.sleep(max(due - moment, 0) / 1e9)
                    moment = due
                await box.send_raw(frames[sent % len(frames)].at(moment))
            sent += 1
        return {"sent": sent, "began": began}

    async def close(self) -> None:
        """Stop every box."""
        for box in self._boxes.values():
            await box.stop()


def _box(seed: int, devices: int) -> EmulatedBox:
    return EmulatedBox(seed=seed, device_count=devices, variant=_VARIANT)


async def _run() -> None:
    sender = Sender()
    try:
        await serve(
            {
                "open": sender.open,
                "wait_for_client": sender.wait_for_client,
                "send": sender.send,
            }
        )
    finally:
        await sender.close()


if __name__ == "__main__":
    asyncio.run(_run())
