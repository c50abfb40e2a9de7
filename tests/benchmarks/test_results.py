"""Tests of the benchmark results."""

import math
from pathlib import Path
from typing import override

import pytest

from benchmarks.bounds import Figure, figures
from benchmarks.results import (
    Contender,
    MissingError,
    OtherMachineError,
    Results,
    Section,
    difference,
    percentile,
    ratio,
)
from benchmarks.sections import page


class _AllBut(Results):
    """Results of a run that measured everything but one section."""

    def __init__(self, missing: Section) -> None:
        """Miss a section."""
        super().__init__()
        self._missing = missing

    @override
    def values(
        self, section: Section, contender: Contender, case: str, metric: str
    ) -> tuple[float, ...]:
        """Return the same value twice."""
        if section is self._missing:
            raise MissingError(metric)
        return (1.0, 1.0)

    @override
    def has(self, contender: Contender) -> bool:
        """Return whether a contender was measured."""
        return contender is not Contender.CARD or self._missing is not Section.SCREEN


def test_results_survive_a_file(tmp_path: Path) -> None:
    results = Results(machine={"system": "a machine"})
    for rate in (100.5, 200.25):
        results.add(Section.INGEST, Contender.WIRE, "1 kB", {"rate": rate, "cpu": 1})
    results.write(tmp_path / "figures.json")

    read = Results.read(tmp_path / "figures.json")

    assert read.machine == results.machine
    assert list(read.series(Section.INGEST)) == list(results.series(Section.INGEST))


def test_missing_measurement_raises() -> None:
    """An interrupted run does not pass."""
    with pytest.raises(MissingError, match="cpu"):
        list(figures(Results()))


@pytest.mark.parametrize("section", Section)
def test_missing_section_raises_unless_others_were_wanted(section: Section) -> None:
    """The screen alone may be missing: it needs a browser."""
    results = _AllBut(section)
    others = list(figures(results, set(Section) - {section}))
    assert section not in {figure.section for figure in others}
    if section is Section.SCREEN:
        assert list(figures(results)) == others
    else:
        with pytest.raises(MissingError):
            list(figures(results))


def test_measured_section_replaces_the_one_from_a_file() -> None:
    """Other sections stay, and no case of the replaced one does."""
    before = Results(machine={"system": "a machine"})
    before.add(Section.INGEST, Contender.WIRE, "1 kB", {"rate": 1})
    before.add(Section.PAGE, Contender.OURS, "gone", {"ms": 1})
    measured = Results(machine={"system": "a machine"})
    measured.add(Section.PAGE, Contender.OURS, "1 box", {"ms": 2})

    before.replace(measured)

    assert [one.case for one in before.series(Section.INGEST)] == ["1 kB"]
    assert [one.case for one in before.series(Section.PAGE)] == ["1 box"]


def test_section_of_another_machine_replaces_nothing() -> None:
    """Absolute figures of two machines do not stand in one table."""
    before, measured = Results({"system": "one"}), Results({"system": "another"})
    measured.add(Section.PAGE, Contender.OURS, "1 box", {"ms": 2})
    with pytest.raises(OtherMachineError):
        before.replace(measured)


@pytest.mark.parametrize(
    ("case", "requests", "is_met"),
    [
        ("1 box, newest first", 1, True),
        ("1 box, newest first", 2, False),
        ("3 boxes, oldest first", 3, True),
        ("3 boxes, oldest first", 4, False),
    ],
)
def test_every_first_page_keeps_to_its_requests(
    case: str, requests: int, is_met: bool
) -> None:
    """The worst of the repetitions counts."""
    results = Results()
    for each in page.CASES:
        for contender in (Contender.OURS, Contender.REQUEST):
            results.add(Section.PAGE, contender, each, {"requests": 1, "ms": 1})
    results.add(Section.PAGE, Contender.OURS, case, {"requests": requests, "ms": 1})
    results.add(Section.PAGE, Contender.REQUEST, case, {"requests": 1, "ms": 1})
    found = {figure.what: figure.is_met for figure in figures(results, {Section.PAGE})}
    assert found[f"history requests a box, {case}"] is is_met


@pytest.mark.parametrize(("slower", "is_met"), [(1.4, True), (1.6, False)])
def test_screen_compares_the_cards_face_by_face(slower: float, is_met: bool) -> None:
    """A face that is late in both cards counts as any other."""
    results = Results()
    for mode in ("now", "timeline"):
        for painted in (20, 30, 500):
            theirs, ours = {"painted": painted}, {"painted": painted * slower}
            results.add(Section.SCREEN, Contender.CARD, mode, theirs)
            results.add(Section.SCREEN, Contender.OURS, mode, ours)
    verdicts = [figure.is_met for figure in figures(results, {Section.SCREEN})]
    assert verdicts == [is_met, is_met]


def test_ratio_compares_measurements_of_one_turn() -> None:
    """A slow turn of the machine slows both contenders."""
    assert ratio((1, 10, 3), (2, 20, 6)) == 0.5


def test_difference_compares_measurements_of_one_turn() -> None:
    """A turn in which the machine was slow does not count alone."""
    assert difference((2, 90, 3), (1, 88, 2)) == 1


@pytest.mark.parametrize(
    ("held", "parse", "verdicts"),
    [
        (25, 25, {"event loop held": True}),
        (26, 20, {"event loop held": False}),
        (20, 100, {"event loop held": True, "parse of one message": True}),
        (20, 101, {"event loop held": True, "parse of one message": False}),
    ],
)
def test_long_parse_has_a_bound_of_its_own(
    held: float, parse: float, verdicts: dict[str, bool]
) -> None:
    """The longest of all repetitions counts."""
    results = Results()
    for size in ("1 kB", "80 kB", "614 kB", "6 MB"):
        for share in (0.1, 1):
            stalls = {"held": held * share, "parse": parse * share}
            results.add(Section.STALL, Contender.OURS, size, stalls)
    found = {
        figure.what.removesuffix(", 6 MB"): figure.is_met
        for figure in figures(results, {Section.STALL})
        if figure.what.endswith(", 6 MB")
    }
    assert found == verdicts


@pytest.mark.parametrize(
    ("percent", "expected"), [(50, 50), (99, 99), (99.5, 100), (100, 100)]
)
def test_percentile_is_a_measured_value(percent: float, expected: float) -> None:
    assert percentile(range(100, 0, -1), percent) == expected


def test_percentile_of_nothing_meets_no_bound() -> None:
    nothing = percentile((), 99)
    assert math.isnan(nothing)
    assert not Figure(Section.LATENCY, "nothing", nothing, at_most=10).is_met


@pytest.mark.parametrize(
    ("value", "at_most", "at_least", "is_met"),
    [
        (1, 1, None, True),
        (1.01, 1, None, False),
        (3, None, 3, True),
        (2.99, None, 3, False),
        (1e9, None, None, True),
    ],
)
def test_bound_is_inclusive(
    value: float, at_most: float | None, at_least: float | None, is_met: bool
) -> None:
    """A figure without a bound always meets it."""
    figure = Figure(Section.STALL, "x", value, at_most=at_most, at_least=at_least)
    assert figure.is_met is is_met
