"""The cost of the rows of a dashboard for Home Assistant."""

from benchmarks.plan import Plan
from benchmarks.results import Contender, Results, Section
from benchmarks.stage import Stage

from . import page

PAGE = "50 rows"
# The cases of a live sighting: open cards, and logins that look at them.
CARD, CARDS, LOGINS = "1 card", "20 cards, 1 login", "20 cards, 20 logins"
CASES = {CARD: (1, 1), CARDS: (20, 1), LOGINS: (20, 20)}
# The cases of a view, by the number of capture devices.
FEW, MANY = "16 doors", "128 doors"
DOORS = {FEW: 16, MANY: 128}
_SEED = 9


async def measure(stage: Stage, plan: Plan, results: Results) -> None:
    """Measure a page, a live sighting and a view."""
    ours = stage.contenders[Contender.OURS]
    # A view contains the boxes of this section only.
    await ours.call("remove", names=[Contender.OURS])
    name = "rows"
    await page.open_boxes(stage, [name])
    for _ in range(plan.rows):
        spent = await ours.call("rows")
        for contender, what in (
            (Contender.OURS, "rows"),
            (Contender.SIGNING, "signed"),
        ):
            results.add(Section.ROWS, contender, PAGE, {"cpu": spent[what] * 1000})
        for case, (cards, logins) in CASES.items():
            seconds = await ours.call("sighting", cards=cards, logins=logins)
            results.add(Section.ROWS, Contender.OURS, case, {"cpu": seconds * 1000})
    await ours.call("remove", names=[name])
    addresses = {
        case: await stage.open(case, doors, seed=_SEED) for case, doors in DOORS.items()
    }
    for _ in range(plan.rows):
        for case, box in addresses.items():
            await stage.add(case, box)
            seconds = await ours.call("view")
            results.add(Section.ROWS, Contender.OURS, case, {"cpu": seconds * 1000})
            await ours.call("remove", names=[case])
