"""The document says what was measured."""

from benchmarks.document import DOCUMENT, FOLDER, RESULTS, with_figures
from benchmarks.results import Results


def test_figures_are_those_that_were_measured() -> None:
    """Nobody changed them by hand, nor the bounds behind their back."""
    document = DOCUMENT.read_text()
    assert with_figures(document, Results.read(RESULTS)) == document


def test_plots_are_all_shown() -> None:
    """None is left over from before."""
    document = DOCUMENT.read_text()
    plots = sorted(path.name for path in FOLDER.glob("*.svg"))
    assert plots
    assert [name for name in plots if f"({FOLDER.name}/{name})" not in document] == []
