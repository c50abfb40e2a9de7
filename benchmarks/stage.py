"""The processes that are measured side by side, and the one that sends to them."""

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .frames import Size
from .results import Contender
from .worker import Worker, running

# Nothing came for so long: nothing will.
_PATIENCE_SECONDS = 15
# To begin with, some may be missed: Home Assistant is in no hurry to subscribe to what it discovered.
_WARM_UP_PATIENCE_SECONDS = 2
_WARM_UP_COUNT = 10
_SEND_SECONDS = 20


@dataclass(frozen=True, slots=True)
class Measured:
    """What a contender made of what was sent; seconds, bytes, latencies in milliseconds."""

    sent: int
    received: int
    seconds: float
    cpu: float
    held: float
    # Apart from collecting garbage.
    held_otherwise: float
    resident: int
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
    """One box for each contender that is sent to, all in one sending process."""

    def __init__(self, sender: Worker, contenders: dict[Contender, Worker]) -> None:
        """Take processes that run."""
        self.sender = sender
        self.contenders = contenders

    async def connect(self, devices: int) -> None:
        """Give every contender a box with so many capture devices."""
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
        """Start another box and return its address."""
        return await self.sender.call("open", name=name, devices=devices, seed=seed)

    async def warm_up(self, counts: Mapping[Size, int]) -> None:
        """Let every contender see a few of each size."""
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
        """Send recognitions to a contender, by default as fast as it reads, and return what it made of them."""
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
        """Send to several contenders in turn, to each at the rate: for rates that leave them idle."""
        for contender in contenders:
            await self.contenders[contender].call("begin")
        sent = await self.sender.call(
            "send", names=contenders, size=size, count=count, rate=rate, seconds=600
        )
        return {contender: await self._end(contender, sent) for contender in contenders}

    async def write(self, how: str, size: str, count: int) -> Measured:
        """Let the bare Home Assistant write what `count` recognitions of a size leave."""
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
    """Run the sender and the contenders, given by their modules and arguments, each in a folder of its own."""
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
