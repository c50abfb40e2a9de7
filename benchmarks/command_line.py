"""The command line of `scripts/bench`."""

import argparse
from collections.abc import Sequence
from pathlib import Path

from .document import DOCUMENT, RESULTS
from .results import Section


def parse(words: Sequence[str] | None = None) -> argparse.Namespace:
    """Return the arguments; exit if they do not go together."""
    arguments = parser()
    parsed = arguments.parse_args(words)
    if parsed.document and parsed.only and parsed.measured is None:
        arguments.error("--document with --only needs the other sections: add --from")
    return parsed


def parser() -> argparse.ArgumentParser:
    """Return the argument parser."""
    arguments = argparse.ArgumentParser(
        prog="scripts/bench",
        description="Measure what the integration costs, compared with the wire, a "
        "bare integration and an MQTT bridge. Exits non-zero if a figure misses its "
        "bound.",
    )
    arguments.add_argument(
        "--quick",
        action="store_true",
        help="measure a little of everything in about two minutes, and judge nothing",
    )
    arguments.add_argument(
        "--only",
        nargs="+",
        choices=Section,
        metavar="SECTION",
        help=f"measure some sections only: {', '.join(Section)}",
    )
    arguments.add_argument(
        "--json", type=Path, metavar="FILE", help="write the results to a file"
    )
    arguments.add_argument(
        "--from",
        type=Path,
        metavar="FILE",
        dest="measured",
        help="read the results of --json instead of measuring; with --only, those of "
        f"the other sections, such as from {RESULTS.parent.name}/{RESULTS.name}",
    )
    arguments.add_argument(
        "--document",
        action="store_true",
        help=f"write the figures and plots into {DOCUMENT.parent.name}/{DOCUMENT.name}",
    )
    return arguments
