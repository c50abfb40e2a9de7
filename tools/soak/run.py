"""One run of the soak: boxes, Home Assistant, traffic, faults and the report."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
import re
import time
from typing import Final

from tools.demo.progress import say

from .books import Account, Disturbance, balance
from .boxes import FRESHNESS_SECONDS, SoakedBox, soaked_boxes
from .faults import inflict
from .home_assistant import HomeAssistant, run_home_assistant
from .memory import MemoryCurve
from .plan import Fault, FaultKind, make_plan
from .report import Report
from .site import ENTRY_IDS, SiteAccount, Way, reconcile
from .traffic import SLOWEST_SECONDS, Traffic
from .viewers import browser
from .walkers import Walkers

# A clock error of up to so many seconds counts as none.
_CLOCK_TOLERANCE: Final = 2.0
# A live event may be as old as the limit, plus the time that processing takes.
_OLDEST_LIVE: Final = FRESHNESS_SECONDS + _CLOCK_TOLERANCE + 0.5
# Measuring blocks Home Assistant's event loop for 0.2 s.
_MEMORY_PAUSE: Final = 20.0
# Longer than the longest pause between two attempts to connect.
_PATIENCE: Final = 100.0
_QUIET_SECONDS: Final = 8.0
_HISTORY_PATHS: Final = ("/SophonFace/api/events", "/sophon/v2/face/getevents")
_COMPLAINTS: Final = (" ERROR ", " CRITICAL ", "Traceback")
# A library that the machine lacks, and the error when a box answers with an error.
_NO_COMPLAINTS: Final = ("camera.img_util", "Error fetching ")


async def soak(
    folder: Path,
    *,
    seconds: float,
    seed: int,
    rate: float,
    kinds: Sequence[FaultKind] = tuple(FaultKind),
) -> Report:
    """Run the soak with some kinds of faults, and return its report."""
    async with (
        run_home_assistant(folder) as hass,
        soaked_boxes(seed, hass.reload) as boxes,
    ):
        traffics = [Traffic(box, rate / len(boxes), seed, seconds) for box in boxes]
        walkers = Walkers(boxes, traffics, seed)
        await hass.rehearse([box.entry for box in boxes], _site(boxes, walkers))
        await hass.set_up()
        for box in boxes:
            await box.emulated.wait_for_subscription(timeout=_PATIENCE)
        began = time.time()
        memory = MemoryCurve()
        plan = make_plan(seed, [box.name for box in boxes], seconds, kinds)
        async with browser(*await hass.log_in()) as viewed:
            disturbances = await _disturb(
                boxes, hass, memory, plan, seconds, traffics, walkers
            )
            await _settle(boxes, hass)
            settled_at = time.time()
            disturbances += await _end_at_the_site(boxes, hass, walkers)
        viewed.compare(hass.delivered)
        left = await hass.unload()
        await hass.stop()
        return Report(
            seconds=time.time() - began,
            accounts={box.title: _account(box, hass, disturbances) for box in boxes},
            site=_site_account(boxes, hass, walkers, disturbances, settled_at),
            viewed=viewed,
            faults=Counter(disturbance.what for disturbance in disturbances),
            left_over=left,
            complaints=[
                *(line for box in boxes for line in box.complaints),
                *_complaints(hass.log),
            ],
            memory=memory,
        )


async def _disturb(
    boxes: Sequence[SoakedBox],
    hass: HomeAssistant,
    memory: MemoryCurve,
    plan: Sequence[Fault],
    seconds: float,
    traffics: Sequence[Traffic],
    walkers: Walkers,
) -> list[Disturbance]:
    """Run traffic and faults for so many seconds; return the faults."""
    over = asyncio.Event()
    async with asyncio.TaskGroup() as tasks:
        for traffic in traffics:
            tasks.create_task(traffic.run(over))
        tasks.create_task(walkers.run(over))
        tasks.create_task(_watch_memory(hass, memory, over))
        began = asyncio.get_running_loop().time()
        strikes = [tasks.create_task(_strike(box, plan, began)) for box in boxes]
        await asyncio.sleep(seconds)
        struck = await asyncio.gather(*strikes)
        over.set()
    return [disturbance for strike in struck for disturbance in strike]


async def _strike(
    box: SoakedBox, plan: Sequence[Fault], began: float
) -> list[Disturbance]:
    loop = asyncio.get_running_loop()
    disturbances = []
    for fault in plan:
        if fault.box == box.name:
            await asyncio.sleep(max(began + fault.at - loop.time(), 0))
            say(f"{loop.time() - began:7.1f} s  {box.title}: {fault.kind}")
            disturbances.append(await inflict(box, fault))
    return disturbances


async def _watch_memory(
    hass: HomeAssistant, memory: MemoryCurve, over: asyncio.Event
) -> None:
    while not over.is_set():
        memory.add(await hass.memory())
        with suppress(TimeoutError):
            await asyncio.wait_for(over.wait(), _MEMORY_PAUSE)


async def _settle(boxes: Sequence[SoakedBox], hass: HomeAssistant) -> None:
    """Wait for late messages, then reconnect, so that each history is read again."""
    say("Settling")
    await asyncio.sleep(SLOWEST_SECONDS + 1)
    for box in boxes:
        await box.emulated.wait_for_subscription(timeout=_PATIENCE)
        await box.emulated.drop()
    # The reset must be noticed before Home Assistant can reconnect.
    await asyncio.sleep(0.5)
    await _recover(boxes, hass)


async def _recover(boxes: Sequence[SoakedBox], hass: HomeAssistant) -> None:
    """Wait until each box is connected and its history is read."""
    for box in boxes:
        await box.emulated.wait_for_subscription(timeout=_PATIENCE)
    # Reading a long history on a busy machine takes longer than the quiet lasts.
    before = None
    while before != (now := _activity(boxes, hass)):
        before = now
        await asyncio.sleep(_QUIET_SECONDS)


async def _end_at_the_site(
    boxes: Sequence[SoakedBox], hass: HomeAssistant, walkers: Walkers
) -> list[Disturbance]:
    """Let everybody pass where it is certain what the site must know.

    Everybody enters and leaves in peace, enters, and leaves while the boxes are away;
    some come back meanwhile, and one afterwards.
    """
    say("At the site")
    for way in (Way.ENTRANCE, Way.EXIT, Way.ENTRANCE):
        await walkers.all_pass(way)
    began = time.time()
    for box in boxes:
        await box.cable.pull_out()
    # The boxes must notice that nobody listens.
    await asyncio.sleep(0.5)
    await walkers.all_pass(Way.EXIT)
    await walkers.come_back()
    for box in boxes:
        await box.cable.plug_in()
    ended = time.time()
    await _recover(boxes, hass)
    # What is restored is no passage either.
    for entry_id in ENTRY_IDS:
        await hass.reload(entry_id)
    await walkers.first_enters()
    await asyncio.sleep(1)
    await hass.look()
    return [Disturbance(box.name, FaultKind.REFUSE, began, ended) for box in boxes]


def _activity(boxes: Sequence[SoakedBox], hass: HomeAssistant) -> tuple[int, ...]:
    """Return the number of events and of requests for history pages."""
    pages = (
        sum(request.path in _HISTORY_PATHS for request in box.emulated.requests)
        for box in boxes
    )
    return len(hass.delivered), *pages


def _account(
    box: SoakedBox, hass: HomeAssistant, disturbances: Sequence[Disturbance]
) -> Account:
    return balance(
        box.emitted,
        [delivered for delivered in hass.delivered if delivered.box == box.name],
        [each for each in disturbances if each.box == box.name],
        box.removals,
        oldest_live=_OLDEST_LIVE,
    )


def _site(boxes: Sequence[SoakedBox], walkers: Walkers) -> dict[str, object]:
    """Return the capture devices of the site, and whom it counts."""
    return {"ways": {box.name: box.ways for box in boxes}, "people": walkers.names}


def _site_account(
    boxes: Sequence[SoakedBox],
    hass: HomeAssistant,
    walkers: Walkers,
    disturbances: Sequence[Disturbance],
    settled_at: float,
) -> SiteAccount:
    return reconcile(
        {box.name: box.emitted for box in boxes},
        hass.delivered,
        hass.site,
        {key: way for box in boxes for key, way in box.ways.items()},
        walkers.names,
        disturbances,
        freshness=_OLDEST_LIVE,
        clocks_known_at=settled_at,
    )


def _complaints(log: str) -> list[str]:
    return [
        line
        for line in re.split(r"\n(?=\d{4}-)", log)
        if any(complaint in line for complaint in _COMPLAINTS)
        and not any(harmless in line for harmless in _NO_COMPLAINTS)
    ]
