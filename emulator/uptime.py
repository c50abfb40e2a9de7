"""How long a box has run."""

import time
from typing import override

# The box was on before the tests began.
_BEFORE = 237 * 60


class Uptime:
    """The time since the last boot."""

    def __init__(self) -> None:
        """Create a box that was on for some hours."""
        self._booted_at = time.monotonic() - _BEFORE
        self._has_started = False

    def restart(self) -> None:
        """Start the box; every start but the first is a boot."""
        if self._has_started:
            self._booted_at = time.monotonic()
        self._has_started = True

    @override
    def __str__(self) -> str:
        """Return the text of Linux `uptime -p`, without its first word."""
        minutes = int(time.monotonic() - self._booted_at) // 60
        hours, minutes = divmod(minutes, 60)
        days, hours = divmod(hours, 24)
        weeks, days = divmod(days, 7)
        counts = {"week": weeks, "day": days, "hour": hours, "minute": minutes}
        words = [
            f"{count} {unit}{'s' if count > 1 else ''}"
            for unit, count in counts.items()
            if count
        ]
        return ", ".join(words) or "0 minutes"
