"""Text for a terminal: what a box says is shown, never obeyed."""

from collections.abc import Iterable, Sequence
import re
import unicodedata

_LONGEST = 60
_CREDENTIALS = re.compile(r"://\S*@")


def say(text: str) -> None:
    """Print a line now, also into a pipe."""
    print(plain(text), flush=True)  # noqa: T201 - a command line speaks


def plain(text: str) -> str:
    """Return text without control characters, and URLs in it without user name and password."""
    shown = "".join(
        character if character.isprintable() else "\N{REPLACEMENT CHARACTER}"
        for character in text
    )
    return _CREDENTIALS.sub("://", shown)


def cut(text: str) -> str:
    """Return text short enough to leave room for other things in a line."""
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def table(rows: Iterable[Sequence[str]]) -> list[str]:
    """Return rows as lines with aligned columns; Chinese characters are two columns wide."""
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
    return sum(
        2 if unicodedata.east_asian_width(character) in "WF" else 1
        for character in text
    )
