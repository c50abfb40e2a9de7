"""Run the benchmarks: `scripts/bench`."""

from argparse import Namespace
import asyncio
from collections.abc import Collection
import os
from pathlib import Path
import sys
from tempfile import TemporaryDirectory

from tools.demo.progress import say

from .bounds import figures
from .command_line import parse
from .document import DOCUMENT, FOLDER, RESULTS, with_figures
from .plan import FULL, QUICK
from .plots import draw_all
from .report import judged
from .results import Contender, Results, Section
from .run import Run


def _measure(*, quick: bool, sections: Collection[Section]) -> Results:
    with TemporaryDirectory(prefix="bench-") as folder:
        run = Run(
            Path(folder),
            QUICK if quick else FULL,
            os.environ.get("MOSQUITTO", ""),
            os.environ.get("BROWSER_PYTHON", ""),
            say,
        )
        return asyncio.run(run.measure(sections))


def _results(arguments: Namespace) -> Results:
    """Measure the requested sections; read the others from a file."""
    read = arguments.measured and Results.read(arguments.measured)
    if read and not arguments.only:
        return read
    sections = arguments.only or tuple(Section)
    measured = _measure(quick=arguments.quick, sections=sections)
    if not read:
        return measured
    read.replace(measured)
    return read


def _main() -> int:
    arguments = parse()
    results = _results(arguments)
    if arguments.json is not None:
        results.write(arguments.json)
    if arguments.document:
        draw_all(results, FOLDER)
        results.write(RESULTS)
        DOCUMENT.write_text(with_figures(DOCUMENT.read_text(), results))
    sections = arguments.only or tuple(Section)
    found = list(figures(results, sections))
    say()
    for line in judged(found, verdicts=not arguments.quick):
        say(line)
    say()
    missed = sum(not figure.is_met for figure in found)
    if arguments.quick:
        say("A quick run measures too little to judge the figures.")
        return 0
    if not (results.has(Contender.BRIDGE) or arguments.only):
        say("The MQTT bridge was not measured. Install Mosquitto to compare with it.")
        return 1
    if Section.SCREEN in sections and not results.has(Contender.CARD):
        say("The screen was not measured. Install Chromium to compare on it.")
        return 1
    say(f"Bounds missed: {missed}." if missed else "Every bound is met.")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(_main())
