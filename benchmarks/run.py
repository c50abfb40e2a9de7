"""Measures everything once, on one stage after the other."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from .machine import describe_machine
from .plan import Plan
from .results import Contender, Results
from .sections import database, devices, ingest, latency, memory, stall
from .stage import Stage, stage

# Capture devices of a typical box.
_DEVICES = 4


@dataclass(frozen=True, slots=True)
class Run:
    """One run of the benchmarks."""

    # An empty folder for this run only.
    folder: Path
    plan: Plan
    # The command that starts Mosquitto; if empty, the bridge is left out.
    mosquitto: str
    say: Callable[[str], None]

    async def measure(self) -> Results:
        """Measure everything; return the results."""
        results = Results(machine=describe_machine())
        async with self._stage(
            "comparison",
            _DEVICES,
            Contender.WIRE,
            Contender.STATES,
            Contender.BARE,
            Contender.OURS,
            Contender.RECORDED,
            Contender.BRIDGE,
        ) as set_up:
            await ingest.prepare(set_up)
            await set_up.warm_up(self.plan.counts)
            self.say("Ingest")
            await ingest.measure(set_up, self.plan, results)
            self.say("Latency")
            await latency.measure(set_up, self.plan, results)
            self.say("Loop stall")
            await stall.measure(set_up, self.plan, results)
        async with self._stage(
            "database",
            database.DEVICES,
            Contender.RECORDED,
            Contender.BRIDGE,
            recorder=True,
        ) as set_up:
            self.say("Database")
            await database.measure(set_up, self.plan, results)
        async with self._stage("alone", _DEVICES, Contender.OURS) as set_up:
            self.say("Memory")
            await memory.measure(set_up, self.plan, results)
            self.say("Capture devices")
            await devices.measure(set_up, self.plan, results)
        return results

    @asynccontextmanager
    async def _stage(
        self, name: str, count: int, *wanted: Contender, recorder: bool = False
    ) -> AsyncGenerator[Stage]:
        recording = ("--recorder",) if recorder else ()
        commands = {
            Contender.WIRE: ("wire",),
            Contender.STATES: ("floor",),
            Contender.BARE: ("bare_integration",),
            Contender.OURS: ("ours",),
            Contender.RECORDED: ("ours", "--recorder"),
        }
        if self.mosquitto:
            commands[Contender.BRIDGE] = ("mqtt", self.mosquitto, *recording)
        contenders = {one: commands[one] for one in wanted if one in commands}
        self.say(f"Starting {', '.join(contenders)} ...")
        folder = self.folder / name
        await asyncio.to_thread(folder.mkdir)
        async with stage(folder, contenders, count) as set_up:
            yield set_up
