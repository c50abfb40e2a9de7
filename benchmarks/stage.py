"""The measured processes, and the one that sends to them."""

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .frames import Size
from .results import Contender
from .worker import Worker, running

# After so long without a recognition, no more will arrive.
_PATIENCE_SECONDS = 15
# During the warm-up, some may be lost: Home Assistant subscribes to discovered MQTT
# topics with a delay.
_WARM_UP_PATIENCE_SECONDS = 2
_WARM_UP_COUNT = 10
_SEND_SECONDS = 20


@dataclass(frozen=True, slots=True)
class Measured:
    """Measurements of a contender, in seconds and bytes."""

    sent: int
    received: int
    seconds: float
    cpu: float
    held: float
    # Without the time of garbage collections.
    held_otherwise: float
    resident: int
    # Latencies in milliseconds.
    bus: list[float]
    state: list[float]

    @property
    def rate(self) -> float:
        """Recognitions per second."""
        return self.received / self.seconds

    @property
    def cpu_each(self) -> float:
        """Processor time per recognition, in milliseconds."""
        return self.cpu / self.received * 1000


class Stage:
    """The contenders, and a sender with a box for each that receives."""

    def __init__(self, sender: Worker, contenders: dict[Contender, Worker]) -> None:
        """Initialize with running processes."""
        self.sender = sender
        self.contenders = contenders

    async def connect(self, devices: int) -> None:
        """Connect every receiving contender to its own box."""
        for contender, worker in self.contenders.items():
            if contender is Contender.STATES:
                continue
            box = await self.open(contender, devices)
            if contender in (Contender.OURS, Contender.RECORDED):
                await worker.call(
                    "add", name=contender, host=box["host"], ports=box["ports"]
                )
            else:
                await worker.call(
                    "connect",
                    events_port=box["ports"]["events"],
                    device_ids=box["device_ids"],
                )
            await self.sender.call("wait_for_client", name=contender)

    async def open(self, name: str, devices: int, seed: int = 1) -> Any:
        """Start another box; return its address."""
        return await self.sender.call("open", name=name, devices=devices, seed=seed)

    async def warm_up(self, counts: Mapping[Size, int]) -> None:
        """Send a few recognitions of each size to every contender."""
        sent_to = [name for name in self.contenders if name is not Contender.STATES]
        for size, count in counts.items():
            for name in sent_to:
                await self.measure(
                    name,
                    size,
                    min(count, _WARM_UP_COUNT),
                    patience=_WARM_UP_PATIENCE_SECONDS,
                )

    async def measure(
        self,
        contender: Contender,
        size: Size,
        count: int,
        *,
        rate: float | None = None,
        ticking: bool = False,
        box: str | None = None,
        patience: float = _PATIENCE_SECONDS,
    ) -> Measured:
        """Send recognitions to a contender; return its measurements.

        Without a rate, send as fast as it reads.
        """
        watch = {"ticking": True} if ticking else {}
        await self.contenders[contender].call("begin", **watch)
        sent = await self.sender.call(
            "send",
            names=[box or contender],
            size=size,
            count=count,
            rate=rate,
            seconds=_SEND_SECONDS,
        )
        return await self._end(contender, sent, patience)

    async def measure_together(
        self, contenders: Sequence[Contender], size: Size, count: int, rate: float
    ) -> dict[Contender, Measured]:
        """Send to several contenders in turn, to each at the rate."""
        # Only for rates that leave the contenders mostly idle.
        for contender in contenders:
            await self.contenders[contender].call("begin")
        sent = await self.sender.call(
            "send", names=contenders, size=size, count=count, rate=rate, seconds=600
        )
        return {contender: await self._end(contender, sent) for contender in contenders}

    async def write(self, how: str, size: str, count: int) -> Measured:
        """Let the floor write the states of `count` recognitions of a size."""
        worker = self.contenders[Contender.STATES]
        await worker.call("begin")
        await worker.call(how, size=size, count=count)
        return await self._end(Contender.STATES, {"sent": count, "began": 0})

    async def _end(
        self,
        contender: Contender,
        sent: dict[str, int],
        patience: float = _PATIENCE_SECONDS,
    ) -> Measured:
        measured = await self.contenders[contender].call(
            "end", expected=sent["sent"], patience=patience
        )
        return Measured(
            sent=sent["sent"],
            received=measured["received"],
            seconds=(measured["last"] - sent["began"]) / 1e9,
            cpu=measured["cpu"] + measured.get("cpu_beside", 0),
            held=measured["held"],
            held_otherwise=measured["held_otherwise"],
            resident=measured["resident"],
            bus=measured["bus"],
            state=measured["state"],
        )


@asynccontextmanager
async def stage(
    folder: Path, contenders: dict[Contender, tuple[str, ...]], devices: int
) -> AsyncGenerator[Stage]:
    """Run the sender and the contenders, each in its own folder.

    Contenders are given by their modules and arguments.
    """
    log = folder / "log.txt"
    async with AsyncExitStack() as stack:

        async def start(module: str, *arguments: str) -> Worker:
            return await stack.enter_async_context(running(module, *arguments, log=log))

        sender = await start("sender")
        workers = await asyncio.gather(
            *(
                start(f"contenders.{module}", str(folder / str(number)), *arguments)
                for number, (module, *arguments) in enumerate(contenders.values())
            )
        )
        set_up = Stage(sender, dict(zip(contenders, workers, strict=True)))
        await set_up.connect(devices)
        yield set_up
