"""How many recognitions a second, and what one costs."""

from benchmarks.frames import Size
from benchmarks.plan import Plan
from benchmarks.results import Contender, Results, Section
from benchmarks.stage import Measured, Stage

_LOOKED_AT = 24
_FLOORS = {Contender.STATES: "write_states", Contender.ENTITIES: "write_entities"}


async def prepare(stage: Stage) -> None:
    """Let the bare Home Assistant know what a recognition leaves in one with the integration."""
    ours = stage.contenders[Contender.OURS]
    await ours.call("begin_footprint")
    await stage.measure(Contender.OURS, Size.FACES, _LOOKED_AT)
    written = await ours.call("footprint")
    await stage.contenders[Contender.STATES].call("take", written=written)


async def measure(stage: Stage, plan: Plan, results: Results) -> None:
    """Let every contender take the same, in turn, and that several times."""
    await prepare(stage)
    for _ in range(plan.repetitions):
        for size, count in plan.counts.items():
            for contender in stage.contenders:
                if contender is not Contender.STATES:
                    measured = await stage.measure(contender, size, count)
                    results.add(Section.INGEST, contender, size, _figures(measured))
            # What is written does not depend on the size, yet is measured beside each.
            for contender, how in _FLOORS.items():
                measured = await stage.write(how, max(count, 500))
                results.add(Section.INGEST, contender, size, {"cpu": measured.cpu_each})


def _figures(measured: Measured) -> dict[str, float]:
    return {
        "rate": measured.rate,
        "cpu": measured.cpu_each,
        "lost": measured.sent - measured.received,
    }
