"""Sightings for the tests of the books of a site."""

from datetime import UTC, datetime, timedelta

from custom_components.se_aibox.aibox.models import PersonType
from custom_components.se_aibox.site.books import Books, Rules, Seen, Way

NOON = datetime(2026, 11, 30, 12, tzinfo=UTC)
HOURS = 16
RULES = Rules(
    {"in": Way.ENTRANCE, "out": Way.EXIT, "room": Way.INSIDE},
    frozenset({PersonType.EMPLOYEE, PersonType.VISITOR}),
    timedelta(hours=HOURS),
)


def nobody_followed(_: Seen) -> frozenset[str]:
    """Return no followed people."""
    return frozenset()


def new_books(rules: Rules = RULES) -> Books:
    """Return the empty books of a site without followed people."""
    return Books(rules, nobody_followed)


def seen(
    device_id: str,
    minutes: float = 0,
    identity_id: str = "7",
    name: str | None = "Tom",
    *,
    entry_id: str = "box",
    person_type: PersonType = PersonType.EMPLOYEE,
) -> Seen:
    """Return a sighting some minutes after noon."""
    at = NOON + timedelta(minutes=minutes)
    return Seen(entry_id, identity_id, name, person_type, device_id, at)
