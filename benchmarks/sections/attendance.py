"""The time and memory to report attendance from a long history."""

from functools import partial

from benchmarks.plan import Plan
from benchmarks.results import Contender, Results, Section
from benchmarks.stage import Stage

CASE = "get_attendance"
_NAME = "attendance"
_DEVICES = 4
_SEED = 60


async def measure(stage: Stage, plan: Plan, results: Results) -> None:
    """Ask for attendance, and read the same pages in turn."""
    ours = stage.contenders[Contender.OURS]
    box = await stage.open(_NAME, _DEVICES, _SEED, people=plan.attendance_people)
    start, end = await stage.sender.call(
        "archive", name=_NAME, days=plan.attendance_days
    )
    await stage.add(_NAME, box)
    await ours.call("add_site", name=_NAME)
    await stage.sender.call("history_requests", name=_NAME)
    ask = partial(ours.call, "attendance", start=start, end=end)
    measured = await stage.watch(Contender.OURS, ask)
    results.add(Section.ATTENDANCE, Contender.OURS, CASE, measured.stalls)
    requests = await stage.sender.call("history_requests", name=_NAME)
    work_of = {
        Contender.OURS: ask,
        Contender.REQUEST: partial(ours.call, "fetch", requests=requests),
        Contender.RECORDS: partial(ours.call, "read", requests=requests),
    }
    for traced in (False,) * plan.attendance + (True,):
        for contender, work in work_of.items():
            figures = await work(traced=traced)
            # Tracing makes everything slower.
            del figures["seconds" if traced else "memory"]
            results.add(Section.ATTENDANCE, contender, CASE, figures)
    await ours.call("clear")
    await ours.call("remove", names=[_NAME])
