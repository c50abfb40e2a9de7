"""How many recognitions a second, and what one costs."""

from benchmarks.frames import Size
from benchmarks.plan import Plan
from benchmarks.results import Contender, Results, Section
from benchmarks.stage import Measured, Stage

_LOOKED_AT = 24
_FLOORS = {Contender.STATES: "write_states", Contender.ENTITIES: "write_entities"}


async def prepare(stage: Stage) -> None:
    """Let the bare Home Assistants know what a recognition leaves in one with the integration."""
    ours = stage.contenders[Contender.OURS]
    for size in (Size.BARE, Size.FACES):
        # The first ones leave more.
        await stage.measure(Contender.OURS, size, _LOOKED_AT)
        await ours.call("begin_footprint")
        await stage.measure(Contender.OURS, size, _LOOKED_AT)
        written = await ours.call("footprint")
        for contender in (Contender.STATES, Contender.BARE):
            await stage.contenders[contender].call("take", size=size, written=written)


def _writes_like(size: Size) -> Size:
    """Return what was looked at that leaves the same: a scene is shown by an image that is off by default."""
    return Size.BARE if size is Size.BARE else Size.FACES


async def measure(stage: Stage, plan: Plan, results: Results) -> None:
    """Let every contender take the same, in turn, and that several times; it was prepared before."""
    bare = stage.contenders[Contender.BARE]
    for _ in range(plan.repetitions):
        for size, count in plan.counts.items():
            await bare.call("write_as", size=_writes_like(size))
            for contender in stage.contenders:
                if contender is not Contender.STATES:
                    measured = await stage.measure(contender, size, count)
                    results.add(Section.INGEST, contender, size, _figures(measured))
            # Nothing is received, yet measured beside each size.
            for contender, how in _FLOORS.items():
                measured = await stage.write(how, _writes_like(size), max(count, 500))
                results.add(Section.INGEST, contender, size, {"cpu": measured.cpu_each})


def _figures(measured: Measured) -> dict[str, float]:
    return {
        "rate": measured.rate,
        "cpu": measured.cpu_each,
        "lost": measured.sent - measured.received,
    }
