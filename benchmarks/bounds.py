"""The figures that matter, with their bounds."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from statistics import median

from .frames import Size
from .results import Contender, Results, Section, ratio, total
from .sections import database, devices, latency, page, rows, screen

_MIB = 1024 * 1024
# The ratio that still counts as linear: processor times of a few milliseconds vary.
_LINEAR = 1.5


@dataclass(frozen=True, slots=True)
class Figure:
    """A measured value, with an inclusive bound if it has one."""

    section: Section
    what: str
    value: float
    unit: str = ""
    at_most: float | None = None
    at_least: float | None = None

    @property
    def is_met(self) -> bool:
        """Whether the value is within its bound."""
        return (self.at_most is None or self.value <= self.at_most) and (
            self.at_least is None or self.value >= self.at_least
        )

    @property
    def bound(self) -> str:
        """The bound as text, empty if there is none."""
        if self.at_most is not None:
            return f"≤ {self.at_most:.4g} {self.unit}".strip()
        if self.at_least is not None:
            return f"≥ {self.at_least:.4g} {self.unit}".strip()
        return ""


def figures(
    results: Results, sections: Collection[Section] = tuple(Section)
) -> Iterator[Figure]:
    """Yield the figures of sections; raises `MissingError` if one was not measured."""
    # Those that compare with the bridge or need a browser are left out without it.
    for section, figures_of in _FIGURES.items():
        if section in sections:
            yield from figures_of(results)


def _ingest(results: Results) -> Iterator[Figure]:
    yield from _cpu(results)
    if results.has(Contender.BRIDGE):
        yield from _rates(results)


def _cpu(results: Results) -> Iterator[Figure]:
    def cpu(contender: Contender, size: Size) -> tuple[float, ...]:
        return results.values(Section.INGEST, contender, size, "cpu")

    floors = {Contender.STATES: (1.5, 1.25), Contender.ENTITIES: (None, None)}
    for size in (Size.BARE, Size.SCENE):
        yield Figure(
            Section.INGEST,
            f"CPU, {size}: {Contender.OURS} / {Contender.BARE}",
            ratio(cpu(Contender.OURS, size), cpu(Contender.BARE, size)),
        )
    for floor, (bare, scene) in floors.items():
        ours, written = cpu(Contender.OURS, Size.BARE), cpu(floor, Size.BARE)
        yield Figure(
            Section.INGEST,
            f"CPU, {Size.BARE}: {Contender.OURS} / {floor}",
            ratio(ours, written),
            at_most=bare,
        )
        ours, written = cpu(Contender.OURS, Size.SCENE), cpu(floor, Size.SCENE)
        yield Figure(
            Section.INGEST,
            f"CPU, {Size.SCENE}: {Contender.OURS} / ({Contender.WIRE} + {floor})",
            ratio(ours, total(cpu(Contender.WIRE, Size.SCENE), written)),
            at_most=scene,
        )


def _rates(results: Results) -> Iterator[Figure]:
    for size in Size:
        ours, bridge = (
            results.values(Section.INGEST, contender, size, "rate")
            for contender in (Contender.OURS, Contender.BRIDGE)
        )
        yield Figure(
            Section.INGEST,
            f"recognitions a second, {size}: {Contender.OURS} / {Contender.BRIDGE}",
            ratio(ours, bridge),
            at_least=3 if size is Size.SCENE else 1,
        )


def _latencies(results: Results) -> Iterator[Figure]:
    for size in latency.SIZES:
        case = latency.case_of(20, size)
        (wire,) = results.values(Section.LATENCY, Contender.WIRE, case, "bus p99")
        for where in ("bus", "state"):
            (ours,) = results.values(
                Section.LATENCY, Contender.OURS, case, f"{where} p99"
            )
            yield Figure(
                Section.LATENCY,
                f"p99 to the {where}, {case}: {Contender.OURS} - {Contender.WIRE}",
                ours - wire,
                "ms",
                at_most=10,
            )
            if results.has(Contender.BRIDGE):
                (bridge,) = results.values(
                    Section.LATENCY, Contender.BRIDGE, case, "state p99"
                )
                yield Figure(
                    Section.LATENCY,
                    f"p99 to the {where}, {case}: "
                    f"{Contender.OURS} / {Contender.BRIDGE}",
                    ours / bridge,
                    at_most=1 / 3,
                )


def _stalls(results: Results) -> Iterator[Figure]:
    for size in Size:
        held, otherwise = (
            max(results.values(Section.STALL, Contender.OURS, size, metric))
            for metric in ("held", "held otherwise")
        )
        what = f"event loop held, {size}"
        yield Figure(Section.STALL, what, held, "ms", at_most=25)
        yield Figure(
            Section.STALL, f"{what}, apart from collecting garbage", otherwise, "ms"
        )


def _memory(results: Results) -> Iterator[Figure]:
    def values(metric: str) -> tuple[float, ...]:
        return results.values(Section.MEMORY, Contender.OURS, Size.FACES, metric)

    resident = values("resident")
    yield Figure(
        Section.MEMORY,
        "growth over the last nine tenths of the recognitions",
        (resident[-1] - resident[0]) / _MIB,
        "MiB",
        at_most=2,
    )
    yield Figure(
        Section.MEMORY,
        "pictures held",
        max(values("cache")) / _MIB,
        "MiB",
        at_most=max(values("cache limit")) / _MIB,
    )


def _database(results: Results) -> Iterator[Figure]:
    def grown(contender: Contender, what: str) -> float:
        return results.median(Section.DATABASE, contender, database.CASE, what)

    ours = grown(Contender.RECORDED, "bytes")
    yield Figure(Section.DATABASE, "each recognition", ours, "bytes", at_most=2500)
    if results.has(Contender.BRIDGE):
        yield Figure(
            Section.DATABASE,
            f"{Contender.OURS} / {Contender.BRIDGE}",
            ours / grown(Contender.BRIDGE, "bytes"),
            at_most=1,
        )
        yield Figure(
            Section.DATABASE,
            f"states alone: {Contender.OURS} / {Contender.BRIDGE}",
            grown(Contender.RECORDED, "states bytes")
            / grown(Contender.BRIDGE, "states bytes"),
        )


def _devices(results: Results) -> Iterator[Figure]:
    def spent(case: str, metric: str) -> tuple[float, ...]:
        return results.values(Section.DEVICES, Contender.OURS, case, metric)

    few, many, boxes = devices.FEW, devices.MANY, devices.BOXES
    for what in ("add", "set up"):
        seconds = median(spent(many, f"{what} seconds"))
        yield Figure(Section.DEVICES, f"{what}, {many}", seconds, "s", at_most=2)
    for what in ("add", "set up", "update", "unload"):
        for case in (many, boxes):
            growth = ratio(spent(case, f"{what} cpu"), spent(few, f"{what} cpu"))
            yield Figure(
                Section.DEVICES,
                f"CPU a device to {what}, {case} / {few}",
                growth / (devices.count(case) / devices.count(few)),
                at_most=_LINEAR,
            )
    yield Figure(
        Section.DEVICES,
        f"CPU of a recognition, {many} / {few}",
        ratio(spent(many, "recognition cpu"), spent(few, "recognition cpu")),
        at_most=_LINEAR,
    )


def _page(results: Results) -> Iterator[Figure]:
    for case, (_, order) in page.CASES.items():
        ours, plain = (
            {
                metric: results.values(Section.PAGE, contender, case, metric)
                for metric in ("requests", "ms")
            }
            for contender in (Contender.OURS, Contender.REQUEST)
        )
        yield Figure(
            Section.PAGE,
            f"history requests a box, {case}",
            max(ours["requests"]),
            at_most=1 if order == "descending" else 3,
        )
        yield Figure(
            Section.PAGE,
            f"duration, {case}: {Contender.OURS} / {Contender.REQUEST}",
            ratio(ours["ms"], plain["ms"]),
        )


def _rows(results: Results) -> Iterator[Figure]:
    def cpu(case: str, contender: Contender = Contender.OURS) -> tuple[float, ...]:
        return results.values(Section.ROWS, contender, case, "cpu")

    yield Figure(
        Section.ROWS,
        f"CPU, {rows.PAGE}: {Contender.OURS} / {Contender.SIGNING}",
        ratio(cpu(rows.PAGE), cpu(rows.PAGE, Contender.SIGNING)),
    )
    for case in (rows.CARDS, rows.LOGINS):
        yield Figure(
            Section.ROWS,
            f"CPU of a live face, {case} / {rows.CARD}",
            ratio(cpu(case), cpu(rows.CARD)),
        )
    yield Figure(
        Section.ROWS,
        f"CPU a door to find what a user may see, {rows.MANY} / {rows.FEW}",
        ratio(cpu(rows.MANY), cpu(rows.FEW))
        / (rows.DOORS[rows.MANY] / rows.DOORS[rows.FEW]),
        at_most=_LINEAR,
    )


def _screen(results: Results) -> Iterator[Figure]:
    if not results.has(Contender.CARD):
        return
    for mode in screen.MODES:
        ours, theirs = (
            results.values(Section.SCREEN, contender, mode, "painted")
            for contender in (Contender.OURS, Contender.CARD)
        )
        yield Figure(
            Section.SCREEN,
            f"event to painted face, {mode}: {Contender.OURS} / {Contender.CARD}",
            ratio(ours, theirs),
            at_most=1.5,
        )


_FIGURES: dict[Section, Callable[[Results], Iterator[Figure]]] = {
    Section.INGEST: _ingest,
    Section.LATENCY: _latencies,
    Section.STALL: _stalls,
    Section.MEMORY: _memory,
    Section.DATABASE: _database,
    Section.DEVICES: _devices,
    Section.PAGE: _page,
    Section.ROWS: _rows,
    Section.SCREEN: _screen,
}
