"""Tables of the results."""

from collections.abc import Iterable

from tools.table import table

from .bounds import Figure
from .results import Results, Section


def judged(figures: Iterable[Figure], *, verdicts: bool = True) -> list[str]:
    """Return a table of figures, bounds and verdicts."""
    return table(
        ("", "figure", "measured", "must be", ""),
        [
            (
                figure.section,
                figure.what,
                f"{_number(figure.value)} {figure.unit}".strip(),
                figure.bound,
                _verdict(figure) if verdicts else "",
            )
            for figure in figures
        ],
    )


def _verdict(figure: Figure) -> str:
    if not figure.bound:
        return ""
    return "met" if figure.is_met else "missed"


def measured(results: Results, section: Section, metrics: dict[str, str]) -> list[str]:
    """Return a table of a section's medians; `metrics` maps metrics to headings."""
    rows: dict[tuple[str, str], dict[str, str]] = {}
    for one in results.series(section):
        row = rows.setdefault((one.case, one.contender), {})
        row[one.metric] = _number(one.median)
    return table(
        ("", "", *metrics.values()),
        [
            (case, contender, *(row.get(metric, "") for metric in metrics))
            for (case, contender), row in rows.items()
            if not row.keys().isdisjoint(metrics)
        ],
    )


def _number(value: float) -> str:
    """Return three significant digits, but all digits before the point."""
    return f"{value:.0f}" if abs(value) >= 1000 else f"{value:#.3g}".rstrip(".")
