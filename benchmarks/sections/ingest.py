"""The recognitions per second, and the cost of one."""

from benchmarks.frames import Size
from benchmarks.plan import Plan
from benchmarks.results import Contender, Results, Section
from benchmarks.stage import Measured, Stage

_OBSERVED = 24
_FEWER = 10


async def prepare(stage: Stage) -> None:
    """Count the states of a recognition for the bare integration."""
    ours = stage.contenders[Contender.OURS]
    for size in (Size.BARE, Size.FACES):
        # The first ones write more.
        await stage.measure(Contender.OURS, size, _OBSERVED)
        await ours.call("begin_footprint")
        await stage.measure(Contender.OURS, size, _OBSERVED)
        written = await ours.call("footprint")
        bare = stage.contenders[Contender.BARE]
        await bare.call("take", size=size, written=written)


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
                # The bridge is many times slower with pictures.
                is_slow = contender is Contender.BRIDGE and size is not Size.BARE
                sent = max(count // _FEWER, 1) if is_slow else count
                measured = await stage.measure(contender, size, sent)
                results.add(Section.INGEST, contender, size, _figures(measured))


def _figures(measured: Measured) -> dict[str, float]:
    return {
        "rate": measured.rate,
        "cpu": measured.cpu_each,
        "lost": measured.sent - measured.received,
    }
