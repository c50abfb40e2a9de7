"""The delay before the next attempt."""

_FIRST_SECONDS = 1.0
_LONGEST_SECONDS = 60.0
# After a connection of this length, the next failure counts as the first.
STABLE_SECONDS = 60.0
_MOST_DOUBLINGS = 6


def delay(failures: int, jitter: float) -> float:
    """Return the seconds to wait after some failures in a row.

    `failures` is 1 or more, `jitter` is uniformly random in 0…1. The delay is
    exponential with full jitter, so that the clients of a rebooting box do not
    reconnect at the same time.
    """
    doublings = min(failures - 1, _MOST_DOUBLINGS)
    return jitter * min(_FIRST_SECONDS * 2.0**doublings, _LONGEST_SECONDS)


def failures_after(failures: int, connected_seconds: float) -> int:
    """Return the failures in a row after a connection."""
    return 1 if connected_seconds >= STABLE_SECONDS else failures + 1
