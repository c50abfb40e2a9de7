"""The latency from the box to the bus and to the state, at a steady rate."""

from benchmarks.frames import Size
from benchmarks.plan import Plan
from benchmarks.results import Contender, Results, Section, percentile
from benchmarks.stage import Measured, Stage

SIZES = (Size.FACES, Size.SCENE)
_PERCENTS = (50, 95, 99)
_RATE = 20
# The bridge does not keep up with scenes at this rate.
_BRIDGE_SECONDS = 3


async def measure(stage: Stage, plan: Plan, results: Results) -> None:
    """Send at a steady rate, several times."""
    await stage.contenders[Contender.OURS].call("watch_states")
    for _ in range(plan.latency):
        for size in SIZES:
            count = round(_RATE * plan.latency_seconds)
            # Both are idle most of the time, so neither is in the way of the other.
            together = await stage.measure_together(
                (Contender.WIRE, Contender.OURS), size, count, _RATE
            )
            if Contender.BRIDGE in stage.contenders:
                count = min(count, _RATE * _BRIDGE_SECONDS)
                together[Contender.BRIDGE] = await stage.measure(
                    Contender.BRIDGE, size, count, rate=_RATE
                )
            for contender, measured in together.items():
                results.add(Section.LATENCY, contender, size, _figures(measured))


def _figures(measured: Measured) -> dict[str, float]:
    arrivals = {"bus": measured.bus, "state": measured.state}
    return {
        f"{where} p{percent}": percentile(latencies, percent)
        for where, latencies in arrivals.items()
        for percent in _PERCENTS
        if latencies
    }
