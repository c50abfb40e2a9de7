"""The measured processes, and the one that sends to them."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
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
# The most processor time in a tenth of a second while the event loop is only watched.
_IDLE_SECONDS = 0.005


@dataclass(frozen=True, slots=True)
class Measured:
    """Measurements of a contender, in seconds and bytes."""

    sent: int
    received: int
    seconds: float
    cpu: float
    # Without the time of garbage collections and of the parse of one message.
    held: float
    # The longest parse of a message on the event loop.
    parse: float
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

    @property
    def stalls(self) -> dict[str, float]:
        """How long the event loop was held, in milliseconds."""
        return {"held": self.held * 1000, "parse": self.parse * 1000}


class Stage:
    """The contenders, and a sender with a box for each that receives."""

    def __init__(self, sender: Worker, contenders: dict[Contender, Worker]) -> None:
        """Initialize with running processes."""
        self.sender = sender
        self.contenders = contenders

    async def connect(self, devices: int) -> None:
        """Connect every receiving contender to its own box."""
        for contender, worker in self.contenders.items():
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

    async def open(
        self, name: str, devices: int, seed: int = 1, **options: object
    ) -> Any:
        """Start another box; return its address."""
        arguments = {"dialect": "nested", **options}
        return await self.sender.call(
            "open", name=name, devices=devices, seed=seed, **arguments
        )

    async def add(self, name: str, box: Any) -> dict[str, float]:
        """Add an open box to the integration; return what it took."""
        spent: dict[str, float] = await self.contenders[Contender.OURS].call(
            "add", name=name, host=box["host"], ports=box["ports"]
        )
        return spent

    async def warm_up(self, counts: Mapping[Size, int]) -> None:
        """Send a few recognitions of each size to every contender."""
        for size, count in counts.items():
            for name in self.contenders:
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
        boxes: Sequence[str] = (),
        patience: float = _PATIENCE_SECONDS,
    ) -> Measured:
        """Send recognitions to a contender; return its measurements.

        Without a rate, send as fast as it reads. With `boxes`, each sends as many.
        """
        await self.begin(contender, ticking=ticking)
        sent = await self.sender.call(
            "send",
            names=boxes or [contender],
            size=size,
            count=count,
            rate=rate,
            seconds=_SEND_SECONDS,
        )
        sent["sent"] *= len(boxes) or 1
        return await self._end(contender, sent, patience)

    async def watch(
        self, contender: Contender, work: Callable[[], Awaitable[object]]
    ) -> Measured:
        """Watch a contender's event loop during some work, and until it is idle."""
        await self.begin(contender, ticking=True)
        await work()
        await self.contenders[contender].call("rest", idle_seconds=_IDLE_SECONDS)
        return await self._end(contender, {"sent": 0, "began": 0})

    async def begin(self, contender: Contender, *, ticking: bool = False) -> None:
        """Start a measurement of a contender."""
        watch = {"ticking": True} if ticking else {}
        await self.contenders[contender].call("begin", **watch)

    async def measure_together(
        self, contenders: Sequence[Contender], size: Size, count: int, rate: float
    ) -> dict[Contender, Measured]:
        """Send to several contenders in turn, to each at the rate."""
        # Only for rates that leave the contenders mostly idle.
        for contender in contenders:
            await self.begin(contender)
        sent = await self.sender.call(
            "send", names=contenders, size=size, count=count, rate=rate, seconds=600
        )
        return {contender: await self._end(contender, sent) for contender in contenders}

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
            parse=measured["parse"],
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
