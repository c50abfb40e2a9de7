"""The sending boxes, in their own process: `python -m benchmarks.sender`."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import date
import time
from typing import Literal

from emulator import EmulatedBox, Variant

from .archive import Archive
from .control import serve
from .floods import BROADCASTS, EVENTS, Kind, message, repeated
from .frames import Frame, Size, frames_of

# The vendor's sample client reads ids, which not every firmware sends.
_VARIANT = Variant(live_event_id=True)
_HISTORY = "/SophonFace/api/events"
_MINUTE_MS = 60_000
_CONNECT_SECONDS = 60

type HistoryOrder = Literal["ascending", "descending"]
type DialectName = Literal["nested", "flat"]


class Sender:
    """The emulated boxes."""

    def __init__(self) -> None:
        """Initialize without boxes."""
        self._boxes: dict[str, EmulatedBox] = {}
        self._frames: dict[tuple[int, int, Size], list[Frame]] = {}

    async def open(
        self,
        name: str,
        devices: int,
        seed: int,
        dialect: DialectName,
        people: int | None = None,
    ) -> dict[str, object]:
        """Start a box; return its address and its capture devices' ids."""
        # Equal seeds give equal ids.
        box = _box(seed, devices, dialect, people)
        await box.start()
        self._boxes[name] = box
        return {
            "host": box.host,
            # Those of the config flow's form.
            "ports": {
                name: number
                for name, number in asdict(box.ports).items()
                if name != "web"
            },
            "device_ids": [device.device_id for device in box.devices],
        }

    async def _frames_for(self, name: str, size: Size) -> list[Frame]:
        box = self._boxes[name]
        key = (box.state.seed, len(box.devices), size)
        if key not in self._frames:
            # A box without clients, because a box pushes its recognitions.
            painter = _box(box.state.seed, len(box.devices))
            self._frames[key] = await frames_of(painter, size)
            painter.state.studio.close()
        return self._frames[key]

    async def wait_for_client(self, name: str) -> None:
        """Wait until a client has subscribed to capture devices of a box."""
        await self._boxes[name].wait_for_subscription(timeout=_CONNECT_SECONDS)

    async def record(self, name: str, count: int) -> None:
        """Let a box recognize people once a minute, until an hour ago."""
        box = self._boxes[name]
        latest = round(box.state.now() * 1000) - 60 * _MINUTE_MS
        for minute in range(count, 0, -1):
            await box.recognize(
                box.devices[minute % len(box.devices)],
                box.people[minute % len(box.people)],
                timestamp_ms=latest - minute * _MINUTE_MS,
                push=False,
            )

    async def archive(self, name: str, days: int) -> tuple[date, date]:
        """Give a box the history of the past days; return the first and the last."""
        archive = Archive(self._boxes[name], days)
        return archive.days[0], archive.days[-1]

    async def flood(self, name: str, kind: str) -> None:
        """Flood the client of a box once."""
        box, wanted = self._boxes[name], Kind(kind)
        if wanted in BROADCASTS:
            async with asyncio.timeout(_CONNECT_SECONDS):
                while not box.broadcasts.listeners:  # noqa: ASYNC110 - nothing waits
                    await asyncio.sleep(0.05)
            await box.broadcasts.flood(BROADCASTS[wanted])
        elif wanted in EVENTS:
            await box.flood(EVENTS[wanted])
        elif wanted is Kind.REPEATED:
            frames = await self._frames_for(name, Size.BARE)
            await box.flood(repeated(frames[0].at(time.monotonic_ns())))
        else:
            await box.send_raw(message(wanted))

    async def sort(self, name: str, order: HistoryOrder) -> None:
        """Let a box return records in an order from now on."""
        state = self._boxes[name].state
        state.variant = replace(state.variant, history_order=order)

    async def history_requests(self, name: str) -> Sequence[Mapping[str, object]]:
        """Return the requests for pages of a box's history since the last call."""
        box = self._boxes[name]
        found = [
            {
                "method": request.method,
                "url": f"http://{box.host}:{box.ports.rest}{request.path}",
                "query": dict(request.query),
                "body": request.body,
            }
            for request in box.requests
            if request.path == _HISTORY
        ]
        box.requests.clear()
        return found

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


def _box(
    seed: int,
    devices: int,
    dialect: DialectName = "nested",
    people: int | None = None,
) -> EmulatedBox:
    return EmulatedBox(
        dialect,
        seed=seed,
        device_count=devices,
        people_count=people,
        variant=_VARIANT,
    )


async def _run() -> None:
    sender = Sender()
    try:
        await serve(
            {
                "open": sender.open,
                "wait_for_client": sender.wait_for_client,
                "record": sender.record,
                "archive": sender.archive,
                "flood": sender.flood,
                "sort": sender.sort,
                "history_requests": sender.history_requests,
                "send": sender.send,
            }
        )
    finally:
        await sender.close()


if __name__ == "__main__":
    asyncio.run(_run())
