"""Terminal output: text of a box is printed, never interpreted."""

from collections.abc import Iterable, Sequence
import re
import unicodedata

_LONGEST = 60
_CREDENTIALS = re.compile(r"://\S*@")


def say(text: str) -> None:
    """Print a line at once, even into a pipe."""
    print(plain(text), flush=True)  # noqa: T201 - a command-line tool prints


def plain(text: str) -> str:
    """Return text without control characters and URL credentials."""
    shown = "".join(
        character if character.isprintable() else "\N{REPLACEMENT CHARACTER}"
        for character in text
    )
    return _CREDENTIALS.sub("://", shown)


def cut(text: str) -> str:
    """Return text shortened to leave room in its line."""
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def table(rows: Iterable[Sequence[str]]) -> list[str]:
    """Return rows as lines with aligned columns."""
    cells = [[plain(cut(cell)) for cell in row] for row in rows]
    widths = [max(map(_width, column)) for column in zip(*cells, strict=True)]
    return [
        "  ".join(
            cell + " " * (width - _width(cell))
            for cell, width in zip(row, widths, strict=True)
        ).rstrip()
        for row in cells
    ]


def _width(text: str) -> int:
    # Chinese characters are two columns wide.
    return sum(
        2 if unicodedata.east_asian_width(character) in "WF" else 1
        for character in text
    )
