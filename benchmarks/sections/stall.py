"""The longest stall of the event loop under full load."""

from benchmarks.plan import Plan
from benchmarks.results import Contender, Results, Section
from benchmarks.stage import Stage


async def measure(stage: Stage, plan: Plan, results: Results) -> None:
    """Send recognitions as fast as they are read, and watch the event loop."""
    for _ in range(plan.repetitions):
        for size, count in plan.counts.items():
            measured = await stage.measure(Contender.OURS, size, count, ticking=True)
            results.add(Section.STALL, Contender.OURS, size, measured.stalls)
