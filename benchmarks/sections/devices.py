"""The cost of additional capture devices and boxes."""

from benchmarks.frames import Size
from benchmarks.plan import Plan
from benchmarks.results import Contender, Results, Section
from benchmarks.stage import Stage

# The cases: boxes, and capture devices on each.
FEW, MANY, BOXES = "16 devices", "128 devices", "8 boxes of 16"
CASES = {FEW: (1, 16), MANY: (1, 128), BOXES: (8, 16)}
_RECOGNITIONS = 1000
# Recognitions on each capture device before the measurement: the first ones cost more.
_WARM_UPS_EACH = 3
# Seed 1 is the stage's own box.
_FIRST_SEED = 2


def count(case: str) -> int:
    """Return the number of capture devices in a case."""
    boxes, each = CASES[case]
    return boxes * each


async def measure(stage: Stage, plan: Plan, results: Results) -> None:
    """Measure adding, updating, unloading and setting up boxes."""
    ours = stage.contenders[Contender.OURS]
    addresses = {
        case: {
            f"{case}, {number}": await stage.open(
                f"{case}, {number}", devices, seed=number
            )
            for number in range(_FIRST_SEED, _FIRST_SEED + boxes)
        }
        for case, (boxes, devices) in CASES.items()
    }
    for _ in range(plan.devices):
        for case, boxes in addresses.items():
            names = list(boxes)
            added = [await stage.add(name, box) for name, box in boxes.items()]
            spent = {
                "add": {
                    key: sum(one[key] for one in added) for key in ("seconds", "cpu")
                },
                "update": await ours.call("update", names=names),
                # The section on a house has those of several boxes.
                "recognition": await _recognition(stage, names[0], case)
                if len(names) == 1
                else {},
                "unload": await ours.call("unload", names=names),
                "set up": await ours.call("set_up", names=names),
            }
            await ours.call("remove", names=names)
            figures = {
                f"{what} {key}": value
                for what, values in spent.items()
                for key, value in values.items()
            }
            results.add(Section.DEVICES, Contender.OURS, case, figures)


async def _recognition(stage: Stage, name: str, case: str) -> dict[str, float]:
    """Return the processor time of one recognition, in seconds."""
    await stage.sender.call("wait_for_client", name=name)
    for number in (count(case) * _WARM_UPS_EACH, _RECOGNITIONS):
        measured = await stage.measure(Contender.OURS, Size.BARE, number, boxes=[name])
    return {"cpu": measured.cpu / measured.received}
