"""The growth of the recorder's database per recognition."""

from benchmarks.frames import Size
from benchmarks.plan import Plan
from benchmarks.results import Contender, Results, Section
from benchmarks.stage import Stage

# With so many capture devices, the hold time of each ends before its next recognition:
# the states that are written then must count.
DEVICES = 32
_RATE = 20
_HOLD_SECONDS = 1
CASE = "default entities"


async def measure(stage: Stage, plan: Plan, results: Results) -> None:
    """Send recognitions to all capture devices, and measure the growth."""
    wanted = (Contender.RECORDED, Contender.BRIDGE)
    contenders = [contender for contender in wanted if contender in stage.contenders]
    await stage.contenders[Contender.RECORDED].call(
        "configure", name=Contender.RECORDED, hold_time=_HOLD_SECONDS
    )
    await stage.sender.call("wait_for_client", name=Contender.RECORDED)
    # First, write everything that is written once per entity, not per recognition.
    await stage.measure_together(contenders, Size.FACES, 2 * DEVICES, _RATE)
    before = await _sizes(stage, contenders)
    measured = await stage.measure_together(
        contenders, Size.FACES, plan.database, _RATE
    )
    after = await _sizes(stage, contenders)
    for contender in contenders:
        received = measured[contender].received
        figures = {
            what: (size - before[contender][what]) / received
            for what, size in after[contender].items()
        }
        results.add(Section.DATABASE, contender, CASE, figures)


async def _sizes(
    stage: Stage, contenders: list[Contender]
) -> dict[Contender, dict[str, int]]:
    return {
        contender: await stage.contenders[contender].call("database")
        for contender in contenders
    }
