"""Run the soak: `scripts/soak`."""

import argparse
import asyncio
from pathlib import Path
import sys

from tools.demo.configuration import PROJECT
from tools.demo.progress import say

from .plan import FaultKind
from .run import soak

_FOLDER = PROJECT / ".soak"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="scripts/soak",
        description="Run a real Home Assistant with emulated boxes, inject faults, and "
        "reconcile every recognition at the end.",
    )
    parser.add_argument(
        "--minutes", type=float, default=5.0, help="length of the run (default: 5)"
    )
    parser.add_argument(
        "--seed", type=int, default=7, help="selects the faults (default: 7)"
    )
    parser.add_argument(
        "--rate", type=float, default=20.0, help="recognitions per second (default: 20)"
    )
    parser.add_argument(
        "--only",
        nargs="+",
        type=FaultKind,
        default=list(FaultKind),
        metavar="FAULT",
        help="kinds of faults, as in the tables (default: all)",
    )
    parser.add_argument("--folder", type=Path, default=_FOLDER, help=argparse.SUPPRESS)
    return parser


def _main() -> int:
    arguments = _parser().parse_args()
    report = asyncio.run(
        soak(
            arguments.folder,
            seconds=arguments.minutes * 60,
            seed=arguments.seed,
            rate=arguments.rate,
            kinds=arguments.only,
        )
    )
    say()
    say(
        f"{arguments.minutes:g} minutes, seed {arguments.seed}, "
        f"{arguments.rate:g} recognitions per second"
    )
    say()
    for line in report.lines():
        say(line)
    say()
    say("The books balance." if report.balances else "The books do not balance.")
    return 0 if report.balances else 1


if __name__ == "__main__":
    sys.exit(_main())
