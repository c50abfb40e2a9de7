"""The books of a site are the same for every order of sightings."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from hypothesis import given, strategies as st
import pytest

from custom_components.se_aibox.aibox.models import PersonType
from custom_components.se_aibox.site import books as books_module
from custom_components.se_aibox.site.books import (
    Books,
    Change,
    Kind,
    PersonKey,
    Seen,
    Slot,
    Stay,
    Trace,
    Way,
)

from .site_books import HOURS, NOON, RULES, new_books, seen

HOUR = timedelta(hours=1)
MINUTES = 60
SLOT = timedelta(minutes=10)
# Within the span that a box recovers: 24 hours before noon.
LONG_AGO = -24 * MINUTES

DEVICES = st.sampled_from(["in", "out", "room", "elsewhere"])
SIGHTINGS = st.builds(
    seen,
    DEVICES,
    st.integers(LONG_AGO * MINUTES, 0).map(lambda seconds: seconds / MINUTES),
    st.sampled_from("78"),
    st.sampled_from(["Tom", "Anna", None, "UNKNOWN"]),
    entry_id=st.sampled_from(["box", "other box"]),
    person_type=st.sampled_from([PersonType.EMPLOYEE, PersonType.OTHER]),
)
MANY = st.lists(SIGHTINGS, max_size=40)
# And the same ones, each twice and in any order.
MANY_AGAIN = MANY.flatmap(
    lambda many: st.tuples(st.just(many), st.permutations([*many, *many]))
)


def enter_all(books: Books, sightings: Iterable[Seen], now: datetime = NOON) -> None:
    """Enter sightings in this order."""
    for each in sightings:
        books.add(each, now)


def stays(books: Books) -> dict[PersonKey, Stay]:
    """Return the people inside."""
    return dict(books.inside)


def traces(books: Books) -> dict[str, Trace]:
    """Return the traces in the books, by identity."""
    return {str(trace.newest.identity_key): trace for trace in books.traces}


def last(books: Books, *sightings: Seen) -> Kind | None:
    """Add sightings as they happen; return the last change."""
    change = Change(None, 0, 0)
    for each in sightings:
        change = books.add(each, each.at)
    return change.kind


def inside_by_hand(sightings: Iterable[Seen], now: datetime) -> dict[str, datetime]:
    """Return since when people are inside, from all sightings in order of time."""
    by_person: defaultdict[str, list[Seen]] = defaultdict(list)
    for each in sightings:
        if each.device_id in RULES.ways:
            by_person[each.identity_id].append(each)
    found: dict[str, datetime] = {}
    for person, of_person in by_person.items():
        since = last_seen = None
        for each in sorted(of_person, key=lambda one: (one.at, one.device_id != "out")):
            if each.device_id == "out":
                since = None
                continue
            if since is None or each.at - (last_seen or NOON) >= RULES.forget_after:
                since = each.at
            last_seen = each.at
        if since and last_seen and now - last_seen < RULES.forget_after:
            found[person] = since
    return found


@given(MANY_AGAIN)
def test_same_sightings_in_any_order_and_twice_give_the_same_books(
    orders: tuple[list[Seen], list[Seen]],
) -> None:
    """Live or recovered makes no difference, either."""
    in_order, in_disorder = new_books(), new_books()
    enter_all(in_order, orders[0])
    enter_all(in_disorder, orders[1])
    assert traces(in_order) == traces(in_disorder)
    assert stays(in_order) == stays(in_disorder)


@given(MANY)
def test_books_derived_anew_are_those_kept_up_to_date(sightings: list[Seen]) -> None:
    """So the stored traces give the same after a restart."""
    books, loaded = new_books(), new_books()
    enter_all(books, sightings)
    loaded.load(books.traces, NOON)
    assert stays(loaded) == stays(books)
    books.derive(NOON)
    assert stays(loaded) == stays(books)
    assert loaded._span_count == books._span_count


@given(st.lists(st.builds(seen, DEVICES, st.integers(LONG_AGO, 0), st.just("7"))))
def test_person_is_inside_unless_the_last_sighting_is_at_an_exit(
    sightings: list[Seen],
) -> None:
    """The start of a stay is exact unless the person left amid many sightings."""
    books = new_books()
    enter_all(books, sightings)
    expected = inside_by_hand(sightings, NOON)
    found = {person[1]: stay.since for person, stay in books.inside.items()}
    assert found.keys() == expected.keys()
    for person, since in found.items():
        assert timedelta() <= since - expected[person] < SLOT


@given(MANY)
def test_count_follows_passages_and_is_never_negative(
    sightings: list[Seen],
) -> None:
    """Entering adds one and leaving subtracts one, while names do not change."""
    books = new_books()
    named = [
        replace(each, identity_name="Tom", person_type=PersonType.EMPLOYEE)
        for each in sightings
    ]
    for each in sorted(named, key=lambda one: one.at):
        before = len(books.inside)
        change = books.add(each, each.at)
        step = {Kind.ENTERED: 1, Kind.LEFT: -1}.get(change.kind or Kind.ENTERED_AGAIN)
        if step is not None:
            assert change.count - change.count_before == step
        assert change.count == len(books.inside) >= 0
        assert change.count_before == before


@given(MANY, st.integers(0, 60))
def test_forgotten_and_discarded_books_answer_as_before(
    sightings: list[Seen], hours: int
) -> None:
    """Discarding sightings does not change who is inside."""
    books, kept = new_books(), new_books()
    enter_all(books, sightings)
    later = NOON + hours * HOUR
    forgotten = len(books.inside)
    forgotten -= books.forget(later)
    assert len(books.inside) == forgotten
    kept.load(books.traces, later)
    books.discard(later)
    assert stays(kept) == stays(books)
    books.derive(later)
    assert stays(kept) == stays(books)
    assert books._span_count == sum(len(trace.spans) for trace in books.traces)


@pytest.mark.parametrize(
    ("sightings", "kind", "count"),
    [
        ([seen("in")], Kind.ENTERED, 1),
        ([seen("room")], Kind.ENTERED, 1),
        ([seen("out")], None, 0),
        ([seen("elsewhere")], None, 0),
        ([seen("in"), seen("in", 1)], Kind.ENTERED_AGAIN, 1),
        ([seen("in"), seen("in")], None, 1),
        ([seen("in"), seen("room", 1)], None, 1),
        ([seen("in"), seen("out", 1)], Kind.LEFT, 0),
        ([seen("in"), seen("out", 1), seen("out", 2)], None, 0),
        ([seen("in"), seen("out", 1), seen("in", 2)], Kind.ENTERED, 1),
        # Their clocks differ, or messages were late.
        ([seen("out", 1), seen("in")], None, 0),
        ([seen("in", 1), seen("out")], None, 1),
        ([seen("in"), seen("out")], None, 1),
    ],
)
def test_sighting_causes_the_change_in_the_table(
    sightings: list[Seen], kind: Kind | None, count: int
) -> None:
    """The table is that of the module."""
    books = new_books()
    assert last(books, *sightings) is kind
    assert len(books.inside) == count


def test_exit_at_the_moment_of_an_entrance_comes_first() -> None:
    """In doubt, a person is inside: an empty site may arm an alarm."""
    books = new_books()
    enter_all(books, [seen("in"), seen("out")])
    assert len(books.inside) == 1


def test_late_entrance_before_a_known_exit_brings_no_one_back() -> None:
    """The person left since."""
    books = new_books()
    enter_all(books, [seen("out", -10), seen("in", -20)])
    assert not books.inside


def test_late_exit_before_a_known_entrance_moves_only_the_time() -> None:
    """The person came back since."""
    books = new_books()
    enter_all(books, [seen("in", -60), seen("in", -10)])
    [stay] = books.inside.values()
    assert stay.since == NOON - HOUR
    books.add(seen("out", -30), NOON)
    [stay] = books.inside.values()
    assert stay.since == NOON - timedelta(minutes=10)


def test_person_not_seen_for_long_is_forgotten_once() -> None:
    """A person who comes back later has entered anew."""
    books = new_books()
    enter_all(books, [seen("in")])
    late = NOON + HOURS * HOUR
    assert books.forget(late - timedelta(seconds=1)) == 0
    assert books.forget(late) == 1
    assert books.forget(late) == 0
    change = books.add(seen("room", HOURS * MINUTES), late)
    assert change == Change(Kind.ENTERED, 0, 1)
    [stay] = books.inside.values()
    assert stay.since == stay.last_seen == late


def test_sighting_that_is_older_than_anything_that_matters_is_ignored() -> None:
    """It is not kept, either."""
    books = new_books()
    assert books.add(seen("in", -26 * MINUTES), NOON) == Change(None, 0, 0)
    assert not traces(books)


def test_only_types_that_count_are_inside() -> None:
    """A type that the user adds counts at once, with earlier sightings."""
    books = new_books()
    enter_all(books, [seen("in", person_type=PersonType.VIP)])
    assert not books.inside
    rules = replace(RULES, person_types=frozenset({PersonType.VIP}))
    books.set_rules(rules, NOON)
    assert len(books.inside) == 1


def test_changed_lists_apply_to_earlier_sightings() -> None:
    """A device that was in the wrong list makes no lasting error."""
    books = new_books()
    enter_all(books, [seen("in", -5), seen("out", -1)])
    assert not books.inside
    swapped: Mapping[str, Way] = {"in": Way.EXIT, "out": Way.ENTRANCE}
    books.set_rules(replace(RULES, ways=swapped), NOON)
    assert len(books.inside) == 1
    books.set_rules(replace(RULES, ways={}), NOON)
    assert not books.inside


def test_two_boxes_with_one_name_for_an_id_know_one_person() -> None:
    """A person who enters by one box leaves by the other."""
    books = new_books()
    here, there = seen("in"), seen("out", 5, name="TOM ", entry_id="other box")
    assert last(books, here, there) is Kind.LEFT
    assert not books.inside


@pytest.mark.parametrize("name", ["Anna", None, "UNKNOWN"])
def test_two_boxes_with_other_names_for_an_id_know_two_people(name: str | None) -> None:
    """Without a name, an id means nothing on another box."""
    books = new_books()
    enter_all(books, [seen("in", -5), seen("in", -4, name=name, entry_id="other box")])
    assert len(books.inside) == 2


def test_person_renamed_on_a_box_stays_the_same_person() -> None:
    """The id decides."""
    books = new_books()
    assert last(books, seen("in"), seen("in", 1, name="Tim")) is Kind.ENTERED_AGAIN
    [stay] = books.inside.values()
    assert stay.who.identity_name == "Tim"
    assert stay.since == NOON
    assert last(books, seen("out", 2, name="Tim")) is Kind.LEFT


def test_followed_person_with_several_ids_is_one() -> None:
    """The person may be followed after they entered."""
    followed: set[str] = set()
    books = Books(RULES, lambda each: frozenset(followed & {each.identity_id[:1]}))
    enter_all(books, [seen("in", -9, "71"), seen("room", -8, "72")])
    assert len(books.inside) == 2
    followed.add("7")
    books.derive(NOON)
    [stay] = books.inside.values()
    assert stay.since == NOON - timedelta(minutes=9)
    assert stay.who.identity_id == "72"
    assert last(books, seen("out", 1, "72")) is Kind.LEFT


def test_camera_that_always_sees_a_person_needs_little_memory() -> None:
    """The time since when moves only after hours without a pause."""
    books = new_books()
    for minute in range(12 * MINUTES):
        books.add(seen("room", minute), NOON + timedelta(minutes=minute))
    [trace] = books.traces
    assert len(trace.spans) == books_module._MOST_SPANS == books._span_count
    [stay] = books.inside.values()
    assert stay.last_seen - stay.since > 10 * HOUR


@pytest.mark.parametrize("limit", ["_MOST_IDENTITIES", "_MOST_SPANS_OF_ALL"])
def test_many_people_fill_no_memory(
    monkeypatch: pytest.MonkeyPatch, limit: str
) -> None:
    """The person unseen for longest is left out."""
    monkeypatch.setattr(books_module, limit, 5)
    books = new_books()
    for number in range(9):
        books.add(seen("in", number, str(number)), NOON + HOUR)
    assert {each.who.identity_id for each in books.inside.values()} == set("45678")
    assert books._span_count == 5


def test_sightings_without_effect_are_discarded() -> None:
    """The stay of a person inside is kept from its beginning."""
    books = new_books()
    for day in range(3):
        at = day * 24 * MINUTES
        books.add(seen("in", at), NOON + timedelta(minutes=at))
        books.add(seen("in", at + 12 * MINUTES), NOON + timedelta(minutes=at + 720))
        books.add(seen("out", at, "8"), NOON + timedelta(minutes=at))
    later = NOON + timedelta(hours=65)
    books.discard(later)
    [stay] = books.inside.values()
    assert stay.since == NOON
    assert sorted(len(trace.spans) for trace in books.traces) == [1, 6]
    books.forget(later + 30 * HOUR)
    books.discard(later + 30 * HOUR)
    assert not traces(books)
    assert books._span_count == 0
    assert not books._identities


def test_slots_are_in_order_of_time() -> None:
    """The oldest one is dropped first."""
    early, late = Slot.of("b", NOON), Slot.of("a", NOON + HOUR)
    assert early < late
