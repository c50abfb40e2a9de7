"""Plans of a change of a box's clock."""

from datetime import UTC, datetime, timedelta

import pytest

from custom_components.se_aibox.aibox.time_settings import TimeMode, TimeSettings
from custom_components.se_aibox.fixes.clock_plan import (
    ClockPlan,
    is_made,
    read_servers,
    zone_text,
)

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("entered", "servers"),
    [
        (" time.lan\t192.168.1.1 ", ("time.lan", "192.168.1.1")),
        ("时间", None),
        ("a，b、c；d", ("a", "b", "c", "d")),
        ("fd00::1", ("fd00::1",)),
        ("fe80::1%eth0;reboot", None),
        ("fe80::1%eth0", None),
        ("", None),
        ("-x", None),
        ("a|b", None),
        ("$(reboot)", None),
        ("http://time.lan", None),
        (" ".join("abcdefgh"), tuple("abcdefgh")),
        (" ".join("abcdefghi"), None),
        ("a." * 126 + "b", ("a." * 126 + "b",)),
        ("a." * 127 + "b", None),
        ("a" + " " * 512, None),
    ],
)
def test_time_servers_are_names_and_addresses_only(
    entered: str, servers: tuple[str, ...] | None
) -> None:
    """A box hands them to its own programs."""
    assert read_servers(entered) == servers


@pytest.mark.parametrize(
    ("minutes", "text"),
    [(0, "UTC"), (480, "UTC+8"), (-210, "UTC-3:30"), (345, "UTC+5:45")],
)
def test_time_zone_is_a_distance_from_utc(minutes: int, text: str) -> None:
    """Whole hours have no minutes."""
    assert zone_text(timedelta(minutes=minutes)) == text


def test_unreported_fields_count_as_made() -> None:
    """Any other difference does not."""
    zone = timedelta(hours=8)
    plan = ClockPlan(TimeMode.SERVERS, 8, ("a",))
    assert is_made(TimeSettings(NOW), plan)
    assert is_made(TimeSettings(NOW, zone, TimeMode.SERVERS, ("a",)), plan)
    assert not is_made(TimeSettings(NOW, -zone, TimeMode.SERVERS, ("a",)), plan)
    assert not is_made(TimeSettings(NOW, zone, TimeMode.HAND, ("a",)), plan)
    assert not is_made(TimeSettings(NOW, zone, TimeMode.SERVERS, ("b",)), plan)
    by_hand = ClockPlan(TimeMode.HAND, 8)
    assert is_made(TimeSettings(NOW, zone, TimeMode.HAND, ("b",)), by_hand)
