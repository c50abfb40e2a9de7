"""The longest stall of the event loop by floods, and by the largest scene."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

from aiohttp import ClientSession

from benchmarks.floods import BROADCASTS, Kind
from benchmarks.frames import Size
from benchmarks.plan import Plan
from benchmarks.results import Contender, Results, Section
from benchmarks.stage import Measured, Stage

RECEIVED, SEEN = "32 MiB of scene, received", "32 MiB of scene, looked at"
CASES = (*Kind, RECEIVED, SEEN)
_SCENE_BOX = "largest scene"
_FIRST_SEED = 20
_SEND_SECONDS = 60


async def measure(stage: Stage, plan: Plan, results: Results) -> None:
    """Flood the client of a new box with each kind; then look at a scene."""
    boxes = {
        kind: await stage.open(
            kind, 1, seed, dialect="flat" if kind in BROADCASTS else "nested"
        )
        for seed, kind in enumerate(Kind, _FIRST_SEED)
    }
    scene_box = await stage.open(_SCENE_BOX, 1, _FIRST_SEED + len(Kind))
    for _ in range(plan.floods):
        for kind, box in boxes.items():
            async with _added(stage, kind, box):
                flood = partial(stage.sender.call, "flood", name=kind, kind=kind)
                _add(results, kind, await stage.watch(Contender.OURS, flood))
        async with _added(stage, _SCENE_BOX, scene_box):
            send = partial(_send_scene, stage)
            _add(results, RECEIVED, await stage.watch(Contender.OURS, send))
            look = partial(_look, stage)
            _add(results, SEEN, await stage.watch(Contender.OURS, look))


@asynccontextmanager
async def _added(stage: Stage, name: str, box: Any) -> AsyncGenerator[None]:
    ours = stage.contenders[Contender.OURS]
    await stage.add(name, box)
    await stage.sender.call("wait_for_client", name=name)
    yield
    await ours.call("remove", names=[name])


async def _send_scene(stage: Stage) -> None:
    await stage.sender.call(
        "send",
        names=[_SCENE_BOX],
        size=Size.LARGEST,
        count=1,
        rate=None,
        seconds=_SEND_SECONDS,
    )


async def _look(stage: Stage) -> None:
    """Load the last scene as a browser, a phone and a camera's card do."""
    urls = await stage.contenders[Contender.OURS].call("scene_urls")
    async with ClientSession(raise_for_status=True) as session:
        for url in urls:
            async with session.get(url) as response:
                await response.read()


def _add(results: Results, case: str, measured: Measured) -> None:
    results.add(Section.FLOODS, Contender.OURS, case, measured.stalls)
