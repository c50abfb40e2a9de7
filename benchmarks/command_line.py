"""What may follow `scripts/bench`."""

import argparse
from pathlib import Path

from .document import DOCUMENT


def parser() -> argparse.ArgumentParser:
    """Return the parser of what follows `scripts/bench`."""
    arguments = argparse.ArgumentParser(
        prog="scripts/bench",
        description="Measures the integration beside what the wire, Home Assistant and an MQTT bridge cost."
        " Exits non-zero where a figure misses its bound.",
    )
    arguments.add_argument(
        "--quick",
        action="store_true",
        help="a little of everything in a minute, to see that it works; no figure is judged",
    )
    arguments.add_argument(
        "--json", type=Path, metavar="FILE", help="write what was measured"
    )
    arguments.add_argument(
        "--from",
        type=Path,
        metavar="FILE",
        dest="measured",
        help="take what --json wrote instead of measuring",
    )
    arguments.add_argument(
        "--document",
        action="store_true",
        help=f"put the figures into {DOCUMENT.parent.name}/{DOCUMENT.name}, with plots",
    )
    return arguments
