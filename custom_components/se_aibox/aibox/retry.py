"""How long to wait before the next try: pure arithmetic."""

_FIRST_SECONDS = 1.0
_LONGEST_SECONDS = 60.0
# A connection that held this long was a good one: the next failure counts as the first.
STABLE_SECONDS = 60.0
_MOST_DOUBLINGS = 6


def delay(failures: int, jitter: float) -> float:
    """Return the seconds to wait after so many failures in a row (from 1); `jitter` is 0…1, drawn evenly.

    Exponential with full jitter, so that many clients of a rebooting box do not come back in step.
    """
    doublings = min(failures - 1, _MOST_DOUBLINGS)
    return jitter * min(_FIRST_SECONDS * 2.0**doublings, _LONGEST_SECONDS)


def failures_after(failures: int, connected_seconds: float) -> int:
    """Return how many failures in a row there are once a connection of that length ends."""
    return 1 if connected_seconds >= STABLE_SECONDS else failures + 1
