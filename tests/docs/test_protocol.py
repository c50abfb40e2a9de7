"""Tests of docs/protocol.md: its claims name pages that it lists."""

import re

from .documents import PROJECT

_PAGE = (PROJECT / "docs" / "protocol.md").read_text("utf-8")
_TEXT, _SOURCES = _PAGE.split("\n## Sources\n")
_WORDS = " ".join(_TEXT.split())
_TAG = re.compile(r"(?:v2 )?\b[45]\.\d+/\d+\b|\bMQ \d(?:\.\d)?")


def _listed() -> set[str]:
    # The last row is for the pages that have their file names as names.
    rows = re.findall(r"^\| ([^|`]+) \| `", _SOURCES, re.MULTILINE)
    return {row.strip() for row in rows}


def test_every_cited_page_is_in_the_table_of_sources() -> None:
    """Readers find the page behind a claim."""
    cited = set(_TAG.findall(_WORDS))
    assert len(cited) > 40
    assert cited - _listed() == set()


def test_every_listed_page_is_cited() -> None:
    """The table has nothing that no claim rests on."""
    numbered = {tag for tag in _listed() if _TAG.fullmatch(tag)}
    assert numbered - set(_TAG.findall(_WORDS)) == set()
    assert {tag for tag in _listed() - numbered if tag not in _WORDS} == set()


def test_sections_keep_their_numbers() -> None:
    """Code names them, as in `docs/protocol.md §4`."""
    sections = re.findall(r"^## (\d)\.", _TEXT, re.MULTILINE)
    assert sections == [str(number) for number in range(1, 8)]
