"""A roll call: the people on the list, and the sightings that check them off."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import count

import pytest

from custom_components.se_aibox.site.books import Books, Rules, Seen, Way
from custom_components.se_aibox.site.roll_call import RollCall, accounts_for, keys_of

from .site_books import NOON, RULES, nobody_followed, seen


def uids() -> Iterator[str]:
    """Yield ids that were never used."""
    return (f"uid {number}" for number in count())


def call(*everybody: Seen, books: Books | None = None) -> RollCall:
    """Return a roll call, an hour after noon, of the people who entered."""
    inside = books or Books(RULES, nobody_followed)
    now = NOON + timedelta(hours=1)
    for each in everybody:
        inside.add(each, now)
    ids = uids()
    return RollCall.of(inside.inside.values(), now, lambda: next(ids))


def found(roll_call: RollCall, someone: Seen, books: Books | None = None) -> set[str]:
    """Return the uids that a sighting finds."""
    person_of = (books or Books(RULES, nobody_followed)).person_of
    index = roll_call.index(person_of)
    return {uid for key in keys_of(someone, person_of) for uid in index.get(key, ())}


def missing(roll_call: RollCall) -> list[str]:
    """Return the ids of the people who are unaccounted for."""
    return [each.uid for each in roll_call.unaccounted]


TOM = seen("in")
ANNA = seen("in", 1, "8", "Anna")


def test_list_has_all_people_inside() -> None:
    """No one is accounted for."""
    roll_call = call(TOM, ANNA)
    assert [each.stay.who for each in roll_call.listed.values()] == [TOM, ANNA]
    assert missing(roll_call) == ["uid 0", "uid 1"]
    assert roll_call.started_at == NOON + timedelta(hours=1)


@pytest.mark.parametrize(
    ("minutes", "is_accounted"), [(61, True), (60, False), (59, False)]
)
def test_sighting_counts_only_if_it_happened_after_the_start(
    minutes: float, is_accounted: bool
) -> None:
    """It may become known later."""
    at = NOON + timedelta(minutes=minutes)
    roll_call = call(TOM, ANNA)
    after = roll_call.with_sighting({"uid 0"}, at)
    assert missing(after) == ["uid 1"] if is_accounted else ["uid 0", "uid 1"]
    assert (after is not roll_call) is is_accounted
    assert after.listed["uid 0"].accounted_at == (at if is_accounted else None)


def test_second_sighting_changes_nothing() -> None:
    """The first one counts."""
    first = NOON + timedelta(hours=2)
    after = call(TOM).with_sighting({"uid 0"}, first)
    assert after.with_sighting({"uid 0"}, first + timedelta(hours=1)) is after


def test_person_is_checked_off_by_hand_once() -> None:
    """A second check changes nothing."""
    now = NOON + timedelta(hours=2)
    roll_call = call(TOM)
    assert roll_call.by_hand("uid 0", now, is_accounted=False) is roll_call
    after = roll_call.by_hand("uid 0", now, is_accounted=True)
    assert missing(after) == []
    assert after.by_hand("uid 0", now, is_accounted=True) is after
    with pytest.raises(KeyError):
        after.by_hand("uid 1", now, is_accounted=True)


def test_only_a_sighting_after_an_undone_check_counts() -> None:
    """Earlier sightings were a mistake."""
    taken_back = NOON + timedelta(hours=2)
    seen_off = call(TOM).with_sighting({"uid 0"}, taken_back - timedelta(minutes=9))
    back = seen_off.by_hand("uid 0", taken_back, is_accounted=False)
    assert missing(back) == ["uid 0"]
    assert back.with_sighting({"uid 0"}, taken_back - timedelta(minutes=1)) is back
    again = back.with_sighting({"uid 0"}, taken_back + timedelta(minutes=1))
    assert missing(again) == []


@pytest.mark.parametrize(
    ("someone", "finds"),
    [
        (seen("out"), {"uid 0"}),
        (seen("out", identity_id=" 7 "), {"uid 0"}),
        # The name changed on the box.
        (seen("out", name="Thomas"), {"uid 0"}),
        (seen("out", name=None), {"uid 0"}),
        # Another box has the same name for the same id, or another one.
        (seen("out", entry_id="other box"), {"uid 0"}),
        (seen("out", name="Thomas", entry_id="other box"), set()),
        (seen("out", identity_id="8", name="Anna"), {"uid 1"}),
        (seen("out", identity_id="9"), set()),
    ],
)
def test_sighting_finds_the_person_on_the_list(someone: Seen, finds: set[str]) -> None:
    """By box and identity, or by identity and name."""
    assert found(call(TOM, ANNA), someone) == finds


def test_followed_person_is_found_by_an_id_that_was_never_seen_inside() -> None:
    """The list has one item for all ids."""
    books = Books(
        RULES,
        lambda who: frozenset({"tom"} if who.identity_id in ("7", "70") else ()),
    )
    roll_call = call(
        TOM, seen("room", 2, "70", "Tom", entry_id="other box"), books=books
    )
    assert missing(roll_call) == ["uid 0"]
    other = seen("out", 61, "70", "T.", entry_id="third box")
    assert found(roll_call, other, books) == {"uid 0"}
    # Two people on the list who turn out to be one are found together.
    apart = call(TOM, seen("in", 2, "70", "Thomas"))
    assert found(apart, other, books) == {"uid 0", "uid 1"}


@pytest.mark.parametrize(
    ("device_id", "is_safe"),
    [("out", True), ("yard", True), ("in", False), ("room", False), ("x", False)],
)
def test_exit_and_assembly_point_check_a_person_off(
    device_id: str, is_safe: bool
) -> None:
    """An entrance and a room do not."""
    assert accounts_for(device_id, RULES, frozenset({"yard"})) is is_safe


def test_entrance_that_is_an_assembly_point_checks_a_person_off() -> None:
    """The user says so."""
    rules = Rules({"in": Way.ENTRANCE}, RULES.person_types, RULES.forget_after)
    assert accounts_for("in", rules, frozenset({"in"}))


@pytest.mark.parametrize(("days", "is_over"), [(0, False), (6.9, False), (7, True)])
def test_roll_call_is_kept_for_a_week(days: float, is_over: bool) -> None:
    """It is personal data."""
    roll_call = call(TOM)
    assert roll_call.is_over(roll_call.started_at + timedelta(days=days)) is is_over
