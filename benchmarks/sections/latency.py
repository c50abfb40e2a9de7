"""The latency from the box to the bus and to the state."""

from benchmarks.frames import Size
from benchmarks.plan import Plan
from benchmarks.results import Contender, Results, Section, percentile
from benchmarks.stage import Measured, Stage

SIZES = (Size.FACES, Size.SCENE)
_PERCENTS = (50, 95, 99)
# Up to this rate, contenders are mostly idle and can be measured at the same time.
_IDLE_RATE = 1


def case_of(rate: int, size: Size) -> str:
    """Return the name of a case in the results."""
    return f"{rate}/s, {size}"


async def measure(stage: Stage, plan: Plan, results: Results) -> None:
    """Send at steady rates."""
    await stage.contenders[Contender.OURS].call("watch_states")
    wanted = (Contender.WIRE, Contender.OURS, Contender.BRIDGE)
    contenders = [contender for contender in wanted if contender in stage.contenders]
    for rate, seconds in plan.rates.items():
        for size in SIZES:
            count = round(rate * seconds)
            if rate <= _IDLE_RATE:
                together = await stage.measure_together(contenders, size, count, rate)
            else:
                together = {
                    contender: await stage.measure(contender, size, count, rate=rate)
                    for contender in contenders
                }
            for contender, measured in together.items():
                figures = _figures(measured)
                results.add(Section.LATENCY, contender, case_of(rate, size), figures)


def _figures(measured: Measured) -> dict[str, float]:
    arrivals = {"bus": measured.bus, "state": measured.state}
    return {
        f"{where} p{percent}": percentile(latencies, percent)
        for where, latencies in arrivals.items()
        for percent in _PERCENTS
        if latencies
    }
