"""Run the benchmarks: `scripts/bench`."""

import asyncio
import os
from pathlib import Path
import sys
from tempfile import TemporaryDirectory

from tools.demo.progress import say

from .bounds import figures
from .command_line import parser
from .document import DOCUMENT, FOLDER, RESULTS, with_figures
from .plan import FULL, QUICK
from .plots import draw_all
from .report import judged
from .results import Contender, Results
from .run import Run


def _measure(*, quick: bool) -> Results:
    with TemporaryDirectory(prefix="bench-") as folder:
        run = Run(
            Path(folder), QUICK if quick else FULL, os.environ.get("MOSQUITTO", ""), say
        )
        return asyncio.run(run.measure())


def _main() -> int:
    arguments = parser().parse_args()
    if arguments.measured is None:
        results = _measure(quick=arguments.quick)
    else:
        results = Results.read(arguments.measured)
    if arguments.json is not None:
        results.write(arguments.json)
    if arguments.document:
        draw_all(results, FOLDER)
        results.write(RESULTS)
        DOCUMENT.write_text(with_figures(DOCUMENT.read_text(), results))
    found = list(figures(results))
    say()
    for line in judged(found, verdicts=not arguments.quick):
        say(line)
    say()
    missed = sum(not figure.is_met for figure in found)
    if arguments.quick:
        say("A quick run measures too little to judge the figures.")
        return 0
    if not results.has(Contender.BRIDGE):
        say("The MQTT bridge was not measured. Install Mosquitto to compare with it.")
        return 1
    say(f"Bounds missed: {missed}." if missed else "Every bound is met.")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(_main())
