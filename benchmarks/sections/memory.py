"""The memory during a long day."""

from benchmarks.frames import Size
from benchmarks.plan import Plan
from benchmarks.results import Contender, Results, Section
from benchmarks.stage import Stage

# After the first fifth of a full run, everything that is bounded is full.
PARTS = 5


async def measure(stage: Stage, plan: Plan, results: Results) -> None:
    """Send many recognitions with pictures; measure memory after each fifth."""
    for _ in range(PARTS):
        measured = await stage.measure(Contender.OURS, Size.FACES, plan.memory // PARTS)
        cache = await stage.contenders[Contender.OURS].call("cache")
        figures = {
            "resident": measured.resident,
            "cache": cache["held"],
            "cache limit": cache["limit"],
        }
        results.add(Section.MEMORY, Contender.OURS, Size.FACES, figures)
