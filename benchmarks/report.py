"""Results as tables."""

from collections.abc import Iterable

from tools.table import table

from .bounds import Figure
from .results import Results, Section


def judged(figures: Iterable[Figure], *, verdicts: bool = True) -> list[str]:
    """Return every figure beside its bound, and whether it keeps it."""
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
    """Return the medians of a section, a row for each contender in each case; metrics are given with their headings."""
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
    """Return three digits, and all of them before the point."""
    return f"{value:.0f}" if abs(value) >= 1000 else f"{value:#.3g}".rstrip(".")
