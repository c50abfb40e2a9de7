"""Plots of the results."""

from collections.abc import Callable
from pathlib import Path

from matplotlib import rcParams
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from .results import Contender, Results, Section

# Text stays text, and ids and dates do not change between runs.
rcParams["svg.fonttype"] = "none"
rcParams["svg.hashsalt"] = "benchmarks"
_METADATA = {"Date": None, "Creator": None}

_COLORS = {
    Contender.WIRE: "#9aa5b1",
    Contender.BARE: "#4f6273",
    Contender.OURS: "#1b9ad6",
    Contender.BRIDGE: "#e07b39",
}

type Draw = Callable[[Results, Axes], None]


def draw_all(results: Results, folder: Path) -> None:
    """Write an SVG file per plot into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, draw in _PLOTS.items():
        figure = Figure(figsize=(8, 4), layout="constrained")
        draw(results, figure.subplots())
        figure.savefig(folder / f"{name}.svg", metadata=_METADATA)


def _cpu(results: Results, axes: Axes) -> None:
    axes.set_ylabel("CPU per recognition, ms")
    _bars(results, axes, Section.INGEST, "cpu")


def _rate(results: Results, axes: Axes) -> None:
    axes.set_ylabel("recognitions per second")
    _bars(results, axes, Section.INGEST, "rate")


def _bars(results: Results, axes: Axes, section: Section, metric: str) -> None:
    """Draw a group of bars per case, with a bar per contender."""
    cases = results.cases(section, metric)
    found = {one.contender for one in results.series(section) if one.metric == metric}
    contenders = [contender for contender in Contender if contender in found]
    width = 0.8 / len(contenders)
    for number, contender in enumerate(contenders):
        values = [results.median(section, contender, case, metric) for case in cases]
        left = (number - (len(contenders) - 1) / 2) * width
        places = [place + left for place in range(len(cases))]
        color = _COLORS[contender]
        axes.bar(places, values, width, label=contender, color=color)
    axes.set_xticks(range(len(cases)), cases)
    axes.set_yscale("log")
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axes.grid(axis="y", alpha=0.3)
    axes.set_axisbelow(True)
    axes.legend()


_PLOTS: dict[str, Draw] = {
    "cpu": _cpu,
    "rate": _rate,
}
