"""Faults that strike the same way every time."""

from itertools import pairwise

from hypothesis import given, strategies as st

from tools.soak.plan import FaultKind, make_plan

_BOXES = ("nested", "flat")


@given(seed=st.integers(0, 100), seconds=st.floats(0, 4000))
def test_one_at_a_time_and_over_in_time(seed: int, seconds: float) -> None:
    """Two faults never strike one box at once, and a run does not end with one."""
    plan = make_plan(seed, _BOXES, seconds)
    assert plan == make_plan(seed, _BOXES, seconds)
    assert plan == sorted(plan, key=lambda fault: fault.at)
    for box in _BOXES:
        faults = [fault for fault in plan if fault.box == box]
        assert all(fault.at + fault.seconds <= seconds for fault in faults)
        for earlier, later in pairwise(faults):
            assert later.at >= earlier.at + earlier.seconds


def test_every_kind_in_half_an_hour() -> None:
    """Whatever the seed."""
    for seed in range(20):
        kinds = {fault.kind for fault in make_plan(seed, _BOXES, 1800)}
        assert kinds == set(FaultKind)


def test_a_short_run_has_the_long_faults() -> None:
    """Two minutes are enough for a dead socket to be found."""
    kinds = {fault.kind for fault in make_plan(7, _BOXES, 120)}
    assert {FaultKind.SILENCE, FaultKind.HALF_OPEN, FaultKind.REBOOT} <= kinds
    assert len(kinds) >= 10
