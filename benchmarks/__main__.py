"""Run the benchmarks: `scripts/bench`."""

import argparse
import asyncio
import os
from pathlib import Path
import sys
from tempfile import TemporaryDirectory

from tools.demo.progress import say

from .bounds import figures
from .document import DOCUMENT, FOLDER, RESULTS, with_figures
from .plan import FULL, QUICK
from .plots import draw_all
from .report import judged
from .results import Contender, Results
from .run import Run


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="scripts/bench",
        description="Measures the integration beside what the wire, Home Assistant and an MQTT bridge cost."
        " Exits non-zero where a figure misses its bound.",
    )
    parser.add_argument(
        "--quick",
        action="store_true",
        help="a little of everything in a minute, to see that it works; no figure is judged",
    )
    parser.add_argument(
        "--json", type=Path, metavar="FILE", help="write what was measured"
    )
    parser.add_argument(
        "--from",
        type=Path,
        metavar="FILE",
        dest="measured",
        help="take what --json wrote instead of measuring",
    )
    parser.add_argument(
        "--document",
        action="store_true",
        help=f"put the figures into {DOCUMENT.parent.name}/{DOCUMENT.name}, with plots",
    )
    return parser.parse_args()


def _measure(*, quick: bool) -> Results:
    with TemporaryDirectory(prefix="bench-") as folder:
        run = Run(
            Path(folder), QUICK if quick else FULL, os.environ.get("MOSQUITTO", ""), say
        )
        return asyncio.run(run.measure())


def _main() -> int:
    arguments = _arguments()
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
        say("Measured too little to judge.")
        return 0
    if not results.has(Contender.BRIDGE):
        say("The MQTT bridge was not measured.")
        return 1
    say(f"{missed} missed." if missed else "Every bound is met.")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(_main())
