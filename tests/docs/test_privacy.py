"""Tests of the pages about privacy: they name all that is stored, in each language."""

import re

import pytest

from .documents import PROJECT

_INTEGRATION = PROJECT / "custom_components" / "se_aibox"
_PAGES = ("privacy.md", "privacy.zh-Hans.md")
_STORED = re.compile(r'Store\([^()]*f"\{DOMAIN\}\.(\w+)\.')
_FIRED = re.compile(r'^EVENT_\w+ = "(\w+)"', re.MULTILINE)
_ROW = re.compile(r"^\|.*$", re.MULTILINE)


def _page(name: str) -> str:
    return (PROJECT / "docs" / name).read_text("utf-8")


@pytest.mark.parametrize("name", _PAGES)
def test_page_names_every_stored_file(name: str) -> None:
    sources = [path.read_text("utf-8") for path in _INTEGRATION.rglob("*.py")]
    stored = {key for source in sources for key in _STORED.findall(source)}
    # Each store is created in one call, which the pattern has to find.
    assert len(stored) == sum(source.count(" Store(") for source in sources)
    assert set(re.findall(r"`se_aibox\.(\w+)\.…`", _page(name))) == stored


@pytest.mark.parametrize("name", _PAGES)
def test_page_names_every_event_that_the_recorder_stores(name: str) -> None:
    fired = _FIRED.findall((_INTEGRATION / "const.py").read_text("utf-8"))
    assert fired
    page = _page(name)
    assert {event for event in fired if f"`{event}`" not in page} == set()


def test_pages_have_the_same_tables() -> None:
    """In each row, both name the same things in code."""
    english, chinese = (
        [sorted(re.findall(r"`[^`]+`", row)) for row in _ROW.findall(_page(name))]
        for name in _PAGES
    )
    assert english == chinese
