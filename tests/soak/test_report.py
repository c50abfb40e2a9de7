"""Tests of the report of a run."""

from dataclasses import replace

import pytest

from tools.soak.books import Account
from tools.soak.memory import MemoryCurve
from tools.soak.report import Report
from tools.soak.site import SiteAccount
from tools.soak.viewers import Viewed

_MIB = 1024 * 1024


def _curve(seconds: float, growth: float) -> MemoryCurve:
    """Return a curve that grows during warm-up, and by some MiB afterwards."""
    curve = MemoryCurve()
    for at in range(0, round(seconds) + 1, 2):
        later = max(at - 630, 0) / max(seconds - 660, 1)
        size = 200 + min(at, 200) / 10 + growth * later
        curve.add(round(size * _MIB), at=at)
    return curve


_GOOD = Report(
    seconds=1200,
    accounts={"flat": Account(emitted=3, live=2, recovered=1, delays=[0.01, 0.02])},
    site=SiteAccount(certainly_emptied=1),
    viewed=Viewed(live={("flat", "1")}, pictures=3),
    faults={"drop": 2},
    left_over={"tasks": [], "sockets": []},
    complaints=[],
    memory=_curve(1200, 1),
)


def test_report_without_errors_balances() -> None:
    """It shows the counts and the faults, but no details."""
    assert _GOOD.balances
    text = "\n".join(_GOOD.lines())
    assert "| lost " in text
    assert "Faults: 2 × drop" in text
    assert "left over: " not in text


@pytest.mark.parametrize(
    "report",
    [
        replace(_GOOD, left_over={"tasks": ["se_aibox nested"]}),
        replace(_GOOD, viewed=Viewed(missing=[object()])),  # type: ignore[list-item]  # any object
        replace(_GOOD, viewed=Viewed(wrong=["the websocket was closed"])),
        replace(_GOOD, complaints=["ERROR something"]),
        replace(_GOOD, memory=_curve(1200, 5)),
        replace(_GOOD, accounts={"flat": Account(lost=[object()])}),  # type: ignore[list-item]  # any object
        replace(_GOOD, site=SiteAccount(certainly_emptied=1, wrong=["left"])),
    ],
    ids=["left over", "row", "answer", "complaint", "memory", "books", "site"],
)
def test_report_with_one_error_does_not_balance(report: Report) -> None:
    """Each kind of error is enough."""
    assert not report.balances


def test_growth_is_measured_from_warm_up_to_last_minute() -> None:
    """A short run has no growth."""
    assert _curve(700, 5).growth is None
    assert MemoryCurve().growth is None
    growth = _curve(1200, 4).growth
    assert growth is not None
    assert growth / _MIB == pytest.approx(4, abs=0.5)
    assert _curve(1200, 4).peak == pytest.approx(224 * _MIB, abs=_MIB)


def test_memory_emptied_by_a_reload_does_not_count_as_growth() -> None:
    """It fills again within a minute."""
    curve = MemoryCurve()
    for at in range(0, 1201, 20):
        curve.add((215 if 620 <= at < 660 else 220) * _MIB, at=at)
    assert curve.growth == 0


def test_course_has_the_memory_of_every_fifth_minute() -> None:
    """It distinguishes steady growth from a jump."""
    curve = MemoryCurve()
    for at in range(0, 1501, 20):
        curve.add((200 + at // 100) * _MIB, at=at)
    assert [size // _MIB for size in curve.course] == [203, 206, 209, 212]
    assert _curve(200, 1).course == []
    text = "\n".join(replace(_GOOD, memory=curve).lines())
    assert "Memory, every five minutes: 203.0 MiB, 206.0 MiB" in text
