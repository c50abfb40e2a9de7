"""Delays between attempts to connect."""

from hypothesis import given, strategies as st
import pytest

from custom_components.se_aibox.aibox.retry import delay, failures_after


@pytest.mark.parametrize(
    ("failures", "longest"),
    [(1, 1), (2, 2), (3, 4), (4, 8), (5, 16), (6, 32), (7, 60), (8, 60), (1000, 60)],
)
def test_delay_doubles_up_to_a_minute(failures: int, longest: float) -> None:
    """The jitter is at its maximum."""
    assert delay(failures, 1.0) == longest


@given(st.integers(1, 10**9), st.floats(0, 1), st.floats(0, 1))
def test_jitter_scales_the_whole_delay(failures: int, some: float, more: float) -> None:
    """The delay is between zero and the longest one."""
    longest = delay(failures, 1.0)

    assert delay(failures, 0.0) == 0
    assert delay(failures, some) == pytest.approx(some * longest)
    assert (delay(failures, some) <= delay(failures, more)) or some > more


@pytest.mark.parametrize(
    ("seconds", "failures"), [(0.0, 4), (59.9, 4), (60.0, 1), (3600.0, 1)]
)
def test_connection_of_a_minute_resets_the_failures(
    seconds: float, failures: int
) -> None:
    """A shorter one counts as another failure."""
    assert failures_after(3, seconds) == failures
