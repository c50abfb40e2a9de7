"""Attendance: the sightings of one day, folded into a row per person."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, strategies as st
import pytest

from custom_components.se_aibox.aibox.details import Work
from custom_components.se_aibox.aibox.models import PersonType
from custom_components.se_aibox.site.attendance import (
    Attendance,
    DayFold,
    Moment,
    date_of,
    local_day,
    time_inside,
)
from custom_components.se_aibox.site.books import PersonKey, Rules, Seen, person_key

from .site_books import NOON, RULES, nobody_followed, seen

BERLIN = ZoneInfo("Europe/Berlin")
MIDNIGHT = time()
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)

SIGHTINGS = st.builds(
    seen,
    st.sampled_from(["in", "out", "room"]),
    st.integers(0, 600),
    st.sampled_from("78"),
    st.sampled_from(["Tom", "Anna", None]),
    entry_id=st.sampled_from(["box", "other box"]),
)
# And the same ones, each twice and in any order.
MANY_AGAIN = st.lists(SIGHTINGS, max_size=40).flatmap(
    lambda many: st.tuples(st.just(many), st.permutations([*many, *many]))
)


def rows(
    sightings: Iterable[Seen], rules: Rules | None = RULES
) -> dict[PersonKey, Attendance]:
    """Return the rows of a day by person."""
    fold = DayFold(rules)
    for each in sightings:
        fold.add(each)
    return {
        person_key(row.who, nobody_followed(row.who)): row
        for row in fold.attendances(nobody_followed)
    }


def inside(*sightings: Seen, rules: Rules = RULES) -> float:
    """Return the minutes that one person was inside."""
    moments = [Moment(each.at, each.device_id) for each in sightings]
    return time_inside(moments, rules) / MINUTE


@given(MANY_AGAIN)
def test_same_sightings_in_any_order_and_twice_give_the_same_rows(
    orders: tuple[list[Seen], list[Seen]],
) -> None:
    """Pages may be sorted either way, and may repeat records."""
    assert rows(orders[0]) == rows(orders[1])


@given(st.lists(SIGHTINGS, max_size=40))
def test_rows_are_those_of_all_sightings_at_once(sightings: list[Seen]) -> None:
    """Each person has the first, the last, and the number of moments."""
    one_name = [replace(each, identity_name="Tom") for each in sightings]
    by_person: defaultdict[str, set[tuple[Moment, str]]] = defaultdict(set)
    for each in one_name:
        moment = Moment(each.at, each.device_id)
        by_person[each.identity_id].add((moment, each.entry_id))
    found = {key[1]: row for key, row in rows(one_name).items()}
    assert found.keys() == by_person.keys()
    for person, row in found.items():
        moments = sorted(by_person[person])
        assert (row.first, row.last) == (moments[0][0], moments[-1][0])
        assert row.recognitions == len(moments)
        assert row.inside is not None
        assert timedelta() <= row.inside <= row.last.at - row.first.at


@given(st.lists(SIGHTINGS, max_size=30), SIGHTINGS)
def test_one_more_sighting_inside_makes_no_stay_shorter(
    sightings: list[Seen], another: Seen
) -> None:
    """Without an exit, more sightings never make a stay shorter."""
    sightings = [replace(each, identity_id="7", entry_id="box") for each in sightings]
    another = replace(another, identity_id="7", entry_id="box", device_id="room")
    assert inside(*sightings, another) >= inside(*sightings)


@pytest.mark.parametrize(
    ("sightings", "minutes"),
    [
        ([], 0),
        ([seen("in")], 0),
        ([seen("out")], 0),
        ([seen("in"), seen("out", 30)], 30),
        # Without an exit, the last sighting inside counts.
        ([seen("in"), seen("room", 20)], 20),
        ([seen("in"), seen("out", 30), seen("in", 60), seen("out", 90)], 60),
        ([seen("in"), seen("out", 30), seen("out", 60)], 30),
        # A person who left before the day began.
        ([seen("out"), seen("in", 10), seen("out", 15)], 5),
        # At the same moment, an exit comes first.
        ([seen("in"), seen("out", 10), seen("in", 10), seen("room", 12)], 12),
    ],
)
def test_time_inside_is_between_ways_in_and_out(
    sightings: list[Seen], minutes: float
) -> None:
    """The boxes may have missed people."""
    assert inside(*sightings) == minutes


def test_time_after_a_person_was_forgotten_does_not_count() -> None:
    """They may have left unseen."""
    rules = replace(RULES, forget_after=HOUR)
    day = (seen("in"), seen("room", 10), seen("out", 70), seen("in", 80))
    assert inside(*day, rules=rules) == 10
    assert inside(*day, seen("room", 140), seen("in", 150), rules=rules) == 20
    assert inside(*day, seen("room", 139), rules=rules) == 69


def test_without_a_site_no_time_inside_is_known() -> None:
    """No capture device is known as a way in."""
    [row] = rows([seen("in"), seen("out", 30)], None).values()
    assert row.inside is None
    assert row.recognitions == 2


def test_followed_person_has_one_row_for_all_ids() -> None:
    """The newest sighting has the name."""
    fold = DayFold(RULES)
    fold.add(seen("in", 0, "71"), Work("Sales"))
    fold.add(seen("out", 9, "72"), Work("Finance", "17"))
    fold.add(seen("room", 5, "72"))
    [row] = fold.attendances(lambda _: frozenset({"tom"}))
    assert row.who.identity_id == "72"
    assert row.work == Work("Finance", "17")
    assert row.inside == 9 * MINUTE


@pytest.mark.parametrize(
    ("day", "hours"),
    [
        (date(2026, 3, 28), 24),
        (date(2026, 3, 29), 23),
        (date(2026, 10, 24), 24),
        (date(2026, 10, 25), 25),
    ],
)
def test_day_has_as_many_hours_as_the_calendar(day: date, hours: int) -> None:
    """The clocks are set forward and back."""
    found = local_day(day, MIDNIGHT, BERLIN)
    assert found.end - found.start == hours * HOUR
    assert found.start == datetime.combine(day, MIDNIGHT, BERLIN)


@given(
    st.integers(0, 2 * 365 * 24 * 60).map(
        lambda minutes: datetime(2025, 1, 1, tzinfo=UTC) + minutes * MINUTE
    ),
    st.times().map(lambda begins: begins.replace(microsecond=0)),
    st.sampled_from(["Europe/Berlin", "Asia/Shanghai", "America/St_Johns", "UTC"]),
)
def test_every_moment_belongs_to_one_day(
    moment: datetime, begins_at: time, zone: str
) -> None:
    """Also where the clocks skip or repeat the time at which days begin."""
    day = local_day(
        date_of(moment, begins_at, ZoneInfo(zone)), begins_at, ZoneInfo(zone)
    )
    assert day.start <= moment < day.end
    after = local_day(day.date + timedelta(days=1), begins_at, ZoneInfo(zone))
    assert after.start == day.end


def test_night_shift_belongs_to_the_day_when_it_began() -> None:
    """If the day begins in the morning."""
    morning = time(5)
    night = datetime(2026, 11, 30, 2, tzinfo=BERLIN)
    assert date_of(night, morning, BERLIN) == date(2026, 11, 29)
    assert date_of(night, MIDNIGHT, BERLIN) == date(2026, 11, 30)


def test_type_of_the_newest_sighting_is_shown() -> None:
    """Types change, as names do."""
    visitor = seen("in", 5, person_type=PersonType.VISITOR)
    [row] = rows([visitor, seen("in")]).values()
    assert row.who.person_type is PersonType.VISITOR
    assert row.first.at == NOON
