"""The growth of the recorder's database per recognition."""

from benchmarks.frames import Size
from benchmarks.plan import Plan
from benchmarks.results import Contender, Results, Section
from benchmarks.stage import Stage

# With so many capture devices, the hold time of each ends before its next recognition:
# the states that are written then must count.
DEVICES = 64
_RATE = 40
_HOLD_SECONDS = 1
CASE = "default entities"


async def measure(stage: Stage, plan: Plan, results: Results) -> None:
    """Send recognitions to all capture devices, and measure the growth."""
    name = Contender.RECORDED
    ours = stage.contenders[name]
    await ours.call("configure", name=name, hold_time=_HOLD_SECONDS)
    await stage.sender.call("wait_for_client", name=name)
    # First, write everything that is written once per entity, not per recognition.
    await stage.measure(name, Size.FACES, 2 * DEVICES, rate=_RATE)
    before = await ours.call("database")
    measured = await stage.measure(name, Size.FACES, plan.database, rate=_RATE)
    after = await ours.call("database")
    figures = {
        what: (size - before[what]) / measured.received for what, size in after.items()
    }
    results.add(Section.DATABASE, name, CASE, figures)
