"""Tables for the terminal."""

from collections.abc import Iterable, Sequence

from tools.demo.lines import padded
from tools.demo.progress import say


def print_table(
    headings: Sequence[str], widths: Sequence[int], rows: Iterable[Sequence[str]]
) -> None:
    """Print rows below their headings."""
    say()
    for row in (headings, *rows):
        cells = (padded(cell, width) for cell, width in zip(row, widths, strict=True))
        say("  ".join(cells).rstrip())
    say()
