"""The generated part of the document, made from the results."""

from pathlib import Path

from .bounds import figures
from .report import judged, measured
from .results import Results, Section

DOCUMENT = Path(__file__).parents[1] / "docs" / "performance.md"
FOLDER = DOCUMENT.with_suffix("")
RESULTS = FOLDER / "figures.json"

_BEGIN = "<!-- Made by `scripts/bench --document`: what is changed here is lost. -->\n"
_END = "<!-- End of what is made. -->\n"

_PERCENTILES = {
    f"{where} p{percent}": f"{where} p{percent}, ms"
    for where in ("bus", "state")
    for percent in (50, 95, 99)
}
_TABLES: dict[Section, tuple[str, tuple[str, ...], dict[str, str]]] = {
    Section.INGEST: (
        "Ingest",
        ("cpu", "rate"),
        {"cpu": "CPU each, ms", "rate": "a second", "lost": "lost"},
    ),
    Section.LATENCY: ("Latency", ("latency",), _PERCENTILES),
    Section.STALL: (
        "Loop stall",
        (),
        {
            "held": "longest, ms",
            "held otherwise": "longest apart from collecting garbage, ms",
        },
    ),
    Section.MEMORY: (
        "Memory",
        ("memory",),
        {"resident": "resident set, bytes", "cache": "pictures held, bytes"},
    ),
    Section.DATABASE: (
        "Database",
        (),
        {
            "bytes": "each recognition, bytes",
            "states bytes": "of it states",
            "events bytes": "of it events",
        },
    ),
    Section.DEVICES: (
        "Capture devices",
        ("devices",),
        {
            f"{what} seconds": f"{what}, s"
            for what in ("add", "set up", "update", "unload")
        }
        | {"recognition cpu": "CPU of a recognition, s"},
    ),
}


def with_figures(document: str, results: Results) -> str:
    """Return the document with the figures replaced."""
    before, _, rest = document.partition(_BEGIN)
    _, _, after = rest.partition(_END)
    made = "\n".join(_lines(results))
    return f"{before}{_BEGIN}\n{made}\n\n{_END}{after}"


def _lines(results: Results) -> list[str]:
    machine = ", ".join(f"{what} {value}" for what, value in results.machine.items())
    lines = [f"Measured on: {machine}.", "", *judged(figures(results))]
    for section, (title, plots, metrics) in _TABLES.items():
        lines += ["", f"### {title}", "", *measured(results, section, metrics)]
        for plot in plots:
            lines += ["", f"![{title}: {plot}]({FOLDER.name}/{plot}.svg)"]
    return lines
