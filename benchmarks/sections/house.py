"""The cost of a recognition in a house of many boxes, sites and people."""

from benchmarks.frames import Size
from benchmarks.plan import Plan
from benchmarks.results import Contender, Results, Section
from benchmarks.stage import Stage

# The cases by their boxes. Each box has a site, and five more people are followed.
ONE, EIGHT = "1 box of 16", "8 boxes of 16"
CASES = {ONE: 1, EIGHT: 8}
_DEVICES = 16
_PEOPLE_EACH = 5
# The boxes recognize three people in turn, and this one is followed.
_SEEN = {"12345565": "Tom"}
# One of a burst: each box sends as many.
_RECOGNITIONS = 1600
_WARM_UPS = 3 * _DEVICES
_FIRST_SEED = 40


async def measure(stage: Stage, plan: Plan, results: Results) -> None:
    """Let one box send, then each of eight in turn."""
    ours = stage.contenders[Contender.OURS]
    names = [f"house, {number}" for number in range(max(CASES.values()))]
    boxes = {
        name: await stage.open(name, _DEVICES, seed)
        for seed, name in enumerate(names, _FIRST_SEED)
    }
    for _ in range(plan.house):
        for case, count in CASES.items():
            some = names[:count]
            for name in some:
                await stage.add(name, boxes[name])
                await stage.sender.call("wait_for_client", name=name)
            await ours.call("furnish", names=some, people=_people(count))
            await stage.measure(Contender.OURS, Size.BARE, _WARM_UPS, boxes=some)
            measured = await stage.measure(
                Contender.OURS, Size.BARE, _RECOGNITIONS // count, boxes=some
            )
            results.add(Section.HOUSE, Contender.OURS, case, {"cpu": measured.cpu_each})
            await ours.call("clear")
            await ours.call("remove", names=some)


def _people(boxes: int) -> dict[str, str]:
    """Return the followed people: one who is seen, the others who are not."""
    others = _PEOPLE_EACH * boxes - len(_SEEN)
    return _SEEN | {f"absent-{number}": f"Absent {number}" for number in range(others)}
