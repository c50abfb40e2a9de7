"""The recognitions per second, and the cost of one."""

from benchmarks.frames import Size
from benchmarks.plan import Plan
from benchmarks.results import Contender, Results, Section
from benchmarks.stage import Measured, Stage

_OBSERVED = 24
_FLOORS = {Contender.STATES: "write_states", Contender.ENTITIES: "write_entities"}


async def prepare(stage: Stage) -> None:
    """Count the states of a recognition for the bare contenders."""
    ours = stage.contenders[Contender.OURS]
    for size in (Size.BARE, Size.FACES):
        # The first ones write more.
        await stage.measure(Contender.OURS, size, _OBSERVED)
        await ours.call("begin_footprint")
        await stage.measure(Contender.OURS, size, _OBSERVED)
        written = await ours.call("footprint")
        for contender in (Contender.STATES, Contender.BARE):
            await stage.contenders[contender].call("take", size=size, written=written)


def _writes_like(size: Size) -> Size:
    """Return the observed size that writes the same states."""
    # Only an image that is disabled by default shows the scene.
    return Size.BARE if size is Size.BARE else Size.FACES


async def measure(stage: Stage, plan: Plan, results: Results) -> None:
    """Send the same to every contender in turn, several times; after `prepare`."""
    bare = stage.contenders[Contender.BARE]
    for _ in range(plan.repetitions):
        for size, count in plan.counts.items():
            await bare.call("write_as", size=_writes_like(size))
            for contender in stage.contenders:
                if contender is not Contender.STATES:
                    measured = await stage.measure(contender, size, count)
                    results.add(Section.INGEST, contender, size, _figures(measured))
            # The floors receive nothing, but are measured next to each size.
            for contender, how in _FLOORS.items():
                measured = await stage.write(how, _writes_like(size), max(count, 500))
                results.add(Section.INGEST, contender, size, {"cpu": measured.cpu_each})


def _figures(measured: Measured) -> dict[str, float]:
    return {
        "rate": measured.rate,
        "cpu": measured.cpu_each,
        "lost": measured.sent - measured.received,
    }
