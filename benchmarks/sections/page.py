"""The first page of a timeline: requests to the boxes, and duration."""

from typing import Any

from benchmarks.plan import Plan
from benchmarks.results import Contender, Results, Section
from benchmarks.stage import Stage

# The cases: boxes, and the order in which they return records.
ONE, THREE = "1 box, newest first", "3 boxes, newest first"
ONE_OLDEST, THREE_OLDEST = "1 box, oldest first", "3 boxes, oldest first"
CASES = {
    ONE: (1, "descending"),
    THREE: (3, "descending"),
    ONE_OLDEST: (1, "ascending"),
    THREE_OLDEST: (3, "ascending"),
}
_BOXES = 3
_DEVICES = 4
_RECORDS = 250
# Seed 1 is the stage's own box.
_FIRST_SEED = 2


async def measure(stage: Stage, plan: Plan, results: Results) -> None:
    """Ask for the first page, and send plain requests for as many records."""
    ours = stage.contenders[Contender.OURS]
    names = [f"page, {number}" for number in range(_BOXES)]
    await open_boxes(stage, names)
    for case, (boxes, order) in CASES.items():
        some = names[:boxes]
        for name in some:
            await stage.sender.call("sort", name=name, order=order)
        # The first answer decides how to send times.
        await ours.call("first_page", names=some)
        await _requests(stage, some)
        for _ in range(plan.pages):
            seconds = await ours.call("first_page", names=some)
            asked = await _requests(stage, some)
            # To each box one, as the integration sent it: the least there can be.
            plain = await ours.call("request", requests=[each[0] for each in asked])
            await _requests(stage, some)
            figures = {"requests": max(map(len, asked)), "ms": seconds * 1000}
            results.add(Section.PAGE, Contender.OURS, case, figures)
            figures = {"requests": 1, "ms": plain * 1000}
            results.add(Section.PAGE, Contender.REQUEST, case, figures)
    await ours.call("remove", names=names)


async def open_boxes(stage: Stage, names: list[str]) -> None:
    """Add boxes with a history."""
    for seed, name in enumerate(names, _FIRST_SEED):
        box = await stage.open(name, _DEVICES, seed=seed)
        await stage.sender.call("record", name=name, count=_RECORDS)
        await stage.add(name, box)
        await stage.sender.call("wait_for_client", name=name)


async def _requests(stage: Stage, names: list[str]) -> list[list[dict[str, Any]]]:
    return [await stage.sender.call("history_requests", name=name) for name in names]
