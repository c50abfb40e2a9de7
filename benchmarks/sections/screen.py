"""How long after the bus event a live face is on the screen."""

from benchmarks.plan import Plan
from benchmarks.results import Contender, Results, Section
from benchmarks.worker import Worker

MODES = ("now", "timeline")


async def measure(screen: Worker, plan: Plan, results: Results) -> None:
    """Show faces in our card and in Home Assistant's, on one page."""
    for mode in MODES:
        # Either card is the first on the page.
        for ours_first in (True, False):
            shown = await screen.call(
                "show", mode=mode, ours_first=ours_first, count=plan.faces
            )
            for each in shown:
                for contender, milliseconds in zip(
                    (Contender.OURS, Contender.CARD), each, strict=True
                ):
                    figures = {"painted": milliseconds}
                    results.add(Section.SCREEN, contender, mode, figures)
