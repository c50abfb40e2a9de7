"""The command line of `scripts/bench`."""

import argparse
from pathlib import Path

from .document import DOCUMENT


def parser() -> argparse.ArgumentParser:
    """Return the argument parser."""
    arguments = argparse.ArgumentParser(
        prog="scripts/bench",
        description="Measure what the integration costs, compared with the wire, Home "
        "Assistant and an MQTT bridge. Exits non-zero if a figure misses its bound.",
    )
    arguments.add_argument(
        "--quick",
        action="store_true",
        help="measure a little of everything in a minute, without judging the figures",
    )
    arguments.add_argument(
        "--json", type=Path, metavar="FILE", help="write the results to a file"
    )
    arguments.add_argument(
        "--from",
        type=Path,
        metavar="FILE",
        dest="measured",
        help="read the results of --json instead of measuring",
    )
    arguments.add_argument(
        "--document",
        action="store_true",
        help=f"write the figures and plots into {DOCUMENT.parent.name}/{DOCUMENT.name}",
    )
    return arguments
