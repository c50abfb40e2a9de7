"""Tests of the statistics that the demo imports."""

from datetime import UTC, datetime, timedelta

from tools.demo.week import hourly

NOW = datetime(2026, 11, 30, 12, 20, tzinfo=UTC)


def test_each_full_hour_is_counted_and_the_sum_ends_with_zero() -> None:
    """The hour that is not over is left to Home Assistant."""
    moments = [NOW - timedelta(minutes=minutes) for minutes in (10, 30, 140, 150, 160)]
    hours = hourly(moments, NOW)[1:]
    starts = [str(hour["start"])[11:16] for hour in hours]
    assert starts == ["09:00", "10:00", "11:00"]
    assert [(hour["state"], hour["sum"]) for hour in hours] == [
        (2, -2),
        (3, -1),
        (4, 0),
    ]


def test_chart_of_a_month_begins_with_what_its_first_hour_counted() -> None:
    """Home Assistant takes the sum before the chart for zero if there is none."""
    before, first, *_ = hourly([NOW - timedelta(days=7)] * 5 + [NOW], NOW)
    assert datetime.fromisoformat(str(before["start"])) < NOW - timedelta(days=31)
    assert isinstance(before["sum"], int)
    assert isinstance(first["sum"], int)
    assert first["sum"] - before["sum"] == 5


def test_history_without_a_full_hour_has_no_statistics() -> None:
    """Nor has an empty one."""
    assert hourly([], NOW) == hourly([NOW], NOW) == []
