"""Tests of docs/performance.md."""

from benchmarks.document import DOCUMENT, FOLDER, RESULTS, with_figures
from benchmarks.results import Results


def test_document_shows_measured_figures() -> None:
    """A figure or bound that was edited by hand fails here."""
    document = DOCUMENT.read_text()
    assert with_figures(document, Results.read(RESULTS)) == document


def test_document_shows_every_plot() -> None:
    document = DOCUMENT.read_text()
    plots = sorted(path.name for path in FOLDER.glob("*.svg"))
    # Without figures there is nothing to draw.
    assert bool(plots) is bool(Results.read(RESULTS).machine)
    assert [name for name in plots if f"({FOLDER.name}/{name})" not in document] == []
