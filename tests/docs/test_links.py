"""Tests of links and headings in the documents."""

from pathlib import Path
import re

import pytest

from .documents import DOCUMENTS, PROJECT

_FENCES = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\(([^)\s]+)\)")
# Without a file, it is the page that the repository begins with.
_SECTION = re.compile(r"/ha-se-aibox(?:/blob/main/([\w/.-]+))?#([\w-]+)")
_HEADING = re.compile(r"^(#+) (.+)$", re.MULTILINE)
_COMMAND = re.compile(r"(?:\./)?scripts/([\w-]+)")


def _headings(path: Path) -> list[tuple[str, str]]:
    return _HEADING.findall(_FENCES.sub("", path.read_text()))


def _anchor(heading: str) -> str:
    """Return the anchor that GitHub gives a heading."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_to_existing_files_and_sections(document: Path) -> None:
    for link in _LINK.findall(_FENCES.sub("", document.read_text())):
        if re.match(r"[a-z]+:", link):
            continue
        name, _, anchor = link.partition("#")
        target = (document.parent / name).resolve() if name else document
        assert target.exists(), link
        if anchor:
            anchors = {_anchor(heading) for _, heading in _headings(target)}
            assert anchor in anchors, link


def test_every_picture_is_shown() -> None:
    text = "".join(path.read_text() for path in DOCUMENTS)
    pictures = {path.name for path in (PROJECT / "docs" / "images").iterdir()}
    assert {name for name in pictures if f"images/{name})" not in text} == set()


def test_issue_forms_link_to_existing_sections() -> None:
    forms = (PROJECT / ".github" / "ISSUE_TEMPLATE").glob("*.yml")
    linked = [link for form in forms for link in _SECTION.findall(form.read_text())]
    assert linked
    for name, anchor in linked:
        headings = _headings(PROJECT / (name or "README.md"))
        assert anchor in {_anchor(heading) for _, heading in headings}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_named_scripts_exist(document: Path) -> None:
    for name in _COMMAND.findall(document.read_text()):
        path = PROJECT / "scripts" / name
        assert path.is_file() or path.is_dir(), name


def test_both_readmes_have_the_same_structure() -> None:
    """Headings, tables, examples and links match in number."""
    english, chinese = (PROJECT / name for name in ("README.md", "README.zh-Hans.md"))
    levels = [[level for level, _ in _headings(path)] for path in (english, chinese)]
    assert levels[0] == levels[1]
    for pattern in (r"^\|", r"^```", r"\]\(docs/"):
        counts = [
            len(re.findall(pattern, path.read_text(), re.MULTILINE))
            for path in (english, chinese)
        ]
        assert counts[0] == counts[1], pattern
