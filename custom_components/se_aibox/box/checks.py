"""Finds in what a box answers every minute what its user should mend."""

from collections.abc import Callable

from homeassistant.core import callback

from ..coordinator import SeAiBoxConfigEntry, SeAiBoxCoordinator
from .polls import BoxPoll


@callback
def async_check_box(entry: SeAiBoxConfigEntry, coordinator: SeAiBoxCoordinator) -> None:
    """Look at a box's mode, clock and pass mode until the entry is unloaded; this keeps the polls going, too."""
    polls, issues = coordinator.polls, coordinator.issues
    _measure_by(entry, polls.mode, issues.async_measure_mode)
    _measure_by(entry, polls.clock, issues.async_measure_clock)
    if coordinator.client.rest.tells("pass_mode"):
        _measure_by(entry, polls.pass_mode, issues.async_measure_pass_mode)


def _measure_by[T](
    entry: SeAiBoxConfigEntry, poll: BoxPoll[T], measure: Callable[[T], None]
) -> None:
    """Measure by each answer; no answer is no measurement."""

    @callback
    def _measure() -> None:
        if poll.answered:
            measure(poll.data)

    entry.async_on_unload(poll.async_add_listener(_measure))
