"""Plots of the results."""

from collections.abc import Callable, Sequence
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
    Contender.STATES: "#c3cfd9",
    Contender.ENTITIES: "#6b7c8c",
    Contender.BARE: "#4f6273",
    Contender.OURS: "#1b9ad6",
    Contender.RECORDED: "#0d5f8a",
    Contender.BRIDGE: "#e07b39",
}
_MIB = 1024 * 1024

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


def _latency(results: Results, axes: Axes) -> None:
    axes.set_ylabel("99th percentile, box to state, ms")
    _bars(results, axes, Section.LATENCY, "state p99")


def _memory(results: Results, axes: Axes) -> None:
    axes.set_xlabel("tenths of the recognitions")
    axes.set_ylabel("MiB")
    for metric, label in (("resident", "resident set"), ("cache", "pictures held")):
        for one in results.series(Section.MEMORY):
            if one.metric == metric:
                values = [value / _MIB for value in one.values]
                axes.plot(range(1, len(values) + 1), values, marker="o", label=label)
    axes.set_ylim(bottom=0)
    axes.legend()


def _devices(results: Results, axes: Axes) -> None:
    axes.set_ylabel("seconds")
    whats = ("add", "set up", "update", "unload")
    cases = results.cases(Section.DEVICES, "add seconds")
    for number, what in enumerate(whats):
        values = [
            results.median(Section.DEVICES, Contender.OURS, case, f"{what} seconds")
            for case in cases
        ]
        _group(axes, number, len(whats), values, what, f"C{number}")
    _finish(axes, cases)


def _bars(results: Results, axes: Axes, section: Section, metric: str) -> None:
    """Draw a group of bars per case, with a bar per contender."""
    cases = results.cases(section, metric)
    found = {one.contender for one in results.series(section) if one.metric == metric}
    contenders = [contender for contender in Contender if contender in found]
    for number, contender in enumerate(contenders):
        values = [results.median(section, contender, case, metric) for case in cases]
        color = _COLORS[contender]
        _group(axes, number, len(contenders), values, contender, color)
    _finish(axes, cases)


def _group(
    axes: Axes, number: int, of: int, values: Sequence[float], label: str, color: str
) -> None:
    width = 0.8 / of
    places = [place + (number - (of - 1) / 2) * width for place in range(len(values))]
    axes.bar(places, values, width, label=label, color=color)


def _finish(axes: Axes, cases: Sequence[str]) -> None:
    axes.set_xticks(range(len(cases)), cases)
    axes.set_yscale("log")
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axes.grid(axis="y", alpha=0.3)
    axes.set_axisbelow(True)
    axes.legend()


_PLOTS: dict[str, Draw] = {
    "cpu": _cpu,
    "rate": _rate,
    "latency": _latency,
    "memory": _memory,
    "devices": _devices,
}
