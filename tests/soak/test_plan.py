"""Tests of the plan of faults."""

from itertools import pairwise

from hypothesis import given, strategies as st
import pytest

from tools.soak.plan import FaultKind, make_plan

_BOXES = ("nested", "flat")


@given(seed=st.integers(0, 100), seconds=st.floats(0, 4000))
def test_faults_of_a_box_never_overlap_and_end_in_time(
    seed: int, seconds: float
) -> None:
    """The same seed gives the same plan."""
    plan = make_plan(seed, _BOXES, seconds)
    assert plan == make_plan(seed, _BOXES, seconds)
    assert plan == sorted(plan, key=lambda fault: fault.at)
    for box in _BOXES:
        faults = [fault for fault in plan if fault.box == box]
        assert all(fault.at + fault.seconds <= seconds for fault in faults)
        for earlier, later in pairwise(faults):
            assert later.at >= earlier.at + earlier.seconds


def test_half_an_hour_has_every_kind_of_fault() -> None:
    """Every seed gives all kinds."""
    for seed in range(20):
        kinds = {fault.kind for fault in make_plan(seed, _BOXES, 1800)}
        assert kinds == set(FaultKind)


def test_two_minutes_have_the_long_faults() -> None:
    """They are enough to detect a dead socket."""
    kinds = {fault.kind for fault in make_plan(7, _BOXES, 120)}
    assert {FaultKind.SILENCE, FaultKind.HALF_OPEN, FaultKind.REBOOT} <= kinds
    assert len(kinds) >= 10


def test_run_can_be_limited_to_some_kinds() -> None:
    """Each of them occurs, and no other."""
    kinds = [FaultKind.DEAF, FaultKind.DROP]
    plan = make_plan(7, _BOXES, 300, kinds)
    assert {fault.kind for fault in plan} == set(kinds)


@pytest.mark.parametrize("kinds", [list(FaultKind), [FaultKind.UPDATE]])
def test_updates_of_a_box_are_more_than_ten_minutes_apart(
    kinds: list[FaultKind],
) -> None:
    """Home Assistant searches the dialect of a box no sooner."""
    for seed in range(10):
        plan = make_plan(seed, _BOXES, 7200, kinds)
        for box in _BOXES:
            updates = [
                fault
                for fault in plan
                if fault.box == box and fault.kind is FaultKind.UPDATE
            ]
            assert updates
            assert all(b.at - a.at >= 600 for a, b in pairwise(updates))
