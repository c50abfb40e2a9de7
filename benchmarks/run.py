"""Measures sections once, on one stage after the other."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from .machine import describe_machine
from .plan import Plan
from .results import Contender, Results, Section
from .sections import (
    attendance,
    database,
    devices,
    floods,
    house,
    ingest,
    latency,
    memory,
    page,
    rows,
    screen,
    stall,
)
from .stage import Stage, stage
from .worker import running

# Capture devices of a typical box.
_DEVICES = 4
# The sections that are measured alone, in this order.
_ALONE = {
    Section.MEMORY: ("Memory", memory.measure),
    Section.FLOODS: ("Floods", floods.measure),
    Section.DEVICES: ("Capture devices", devices.measure),
    Section.HOUSE: ("House", house.measure),
    Section.ATTENDANCE: ("Attendance", attendance.measure),
    Section.PAGE: ("First page", page.measure),
    # It removes the stage's own box.
    Section.ROWS: ("Rows", rows.measure),
}

type Sections = frozenset[Section]


@dataclass(frozen=True, slots=True)
class Run:
    """One run of the benchmarks."""

    # An empty folder for this run only.
    folder: Path
    plan: Plan
    # The command that starts Mosquitto; if empty, the bridge is left out.
    mosquitto: str
    # The Python of the browser tests; if empty, the screen is left out.
    browser_python: str
    say: Callable[[str], None]

    async def measure(self, sections: Collection[Section]) -> Results:
        """Measure some sections; return the results."""
        results = Results(machine=describe_machine())
        for stages in (self._compare, self._record, self._alone, self._look):
            await stages(frozenset(sections), results)
        return results

    async def _compare(self, sections: Sections, results: Results) -> None:
        if sections.isdisjoint({Section.INGEST, Section.LATENCY, Section.STALL}):
            return
        async with self._stage(
            "comparison",
            _DEVICES,
            Contender.WIRE,
            Contender.BARE,
            Contender.OURS,
            Contender.BRIDGE,
        ) as set_up:
            await ingest.prepare(set_up)
            await set_up.warm_up(self.plan.counts)
            if Section.INGEST in sections:
                self.say("Ingest")
                await ingest.measure(set_up, self.plan, results)
            if Section.LATENCY in sections:
                self.say("Latency")
                await latency.measure(set_up, self.plan, results)
            if Section.STALL in sections:
                self.say("Loop stall")
                await stall.measure(set_up, self.plan, results)

    async def _record(self, sections: Sections, results: Results) -> None:
        if Section.DATABASE not in sections:
            return
        async with self._stage(
            "database", database.DEVICES, Contender.RECORDED
        ) as set_up:
            self.say("Database")
            await database.measure(set_up, self.plan, results)

    async def _alone(self, sections: Sections, results: Results) -> None:
        wanted = [section for section in _ALONE if section in sections]
        if not wanted:
            return
        async with self._stage("alone", _DEVICES, Contender.OURS) as set_up:
            for section in wanted:
                title, measure = _ALONE[section]
                self.say(title)
                await measure(set_up, self.plan, results)

    async def _look(self, sections: Sections, results: Results) -> None:
        if Section.SCREEN not in sections or not self.browser_python:
            return
        self.say("Starting a browser ...")
        folder = self.folder / "screen"
        await asyncio.to_thread(folder.mkdir)
        async with running(
            "contenders.screen",
            str(folder / "house"),
            log=folder / "log.txt",
            python=self.browser_python,
        ) as worker:
            self.say("Screen")
            await screen.measure(worker, self.plan, results)

    @asynccontextmanager
    async def _stage(
        self, name: str, count: int, *wanted: Contender
    ) -> AsyncGenerator[Stage]:
        commands: dict[Contender, tuple[str, ...]] = {
            Contender.WIRE: ("wire",),
            Contender.BARE: ("bare_integration",),
            Contender.OURS: ("ours",),
            Contender.RECORDED: ("ours", "--recorder"),
        }
        if self.mosquitto:
            commands[Contender.BRIDGE] = ("mqtt", self.mosquitto)
        contenders = {one: commands[one] for one in wanted if one in commands}
        self.say(f"Starting {', '.join(contenders)} ...")
        folder = self.folder / name
        await asyncio.to_thread(folder.mkdir)
        async with stage(folder, contenders, count) as set_up:
            yield set_up
