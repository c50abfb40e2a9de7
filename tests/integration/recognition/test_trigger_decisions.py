"""Properties of the pure decisions behind the options of triggers."""

from datetime import UTC, datetime
from itertools import accumulate

from hypothesis import given, strategies as st

from custom_components.se_aibox.aibox.models import PersonType, Recognition
from custom_components.se_aibox.recognition import company, earlier, quiet_time
from custom_components.se_aibox.recognition.company import WithoutCompany
from custom_components.se_aibox.recognition.earlier import EarlierSightings
from custom_components.se_aibox.recognition.quiet_time import QuietTime
from custom_components.se_aibox.recognition.sighting import Sighting

PERIOD = 10
PEOPLE = st.sampled_from("abcde")
# An event, and the seconds since the previous one.
type Timeline[T] = list[tuple[float, T]]


def timelines[T](events: st.SearchStrategy[T]) -> st.SearchStrategy[Timeline[T]]:
    """Return events in the order of their times."""
    steps = st.lists(st.tuples(st.integers(0, PERIOD + 2), events), max_size=60)
    return steps.map(_in_order)


def _in_order[T](steps: list[tuple[int, T]]) -> Timeline[T]:
    times = accumulate(step for step, _ in steps)
    return list(zip(map(float, times), (event for _, event in steps), strict=True))


@given(timelines(PEOPLE))
def test_person_fires_once_per_period(timeline: Timeline[str]) -> None:
    """Each fires as soon as the period after the last time is over."""
    quiet = QuietTime(PERIOD)
    last: dict[str, float] = {}
    for now, person in timeline:
        expected = person not in last or now - last[person] >= PERIOD
        assert quiet.may_fire(frozenset({person}), now) is expected
        if expected:
            last[person] = now
        # No one is remembered for longer than needed.
        assert len(quiet._fired) == sum(now - at < PERIOD for at in last.values())


@given(timelines(st.frozensets(PEOPLE, min_size=1, max_size=3)))
def test_person_with_several_keys_fires_if_none_fired(
    timeline: Timeline[frozenset[str]],
) -> None:
    """Someone may be followed twice."""
    quiet = QuietTime(PERIOD)
    fired: list[tuple[float, frozenset[str]]] = []
    for now, keys in timeline:
        recent = [known for at, known in fired if now - at < PERIOD]
        expected = all(keys.isdisjoint(known) for known in recent)
        assert quiet.may_fire(keys, now) is expected
        if expected:
            fired.append((now, keys))


@given(st.integers(1, 40))
def test_quiet_time_remembers_a_limited_number(extra: int) -> None:
    """The newest stay, however long the period is."""
    quiet = QuietTime(1e9)
    count = quiet_time._REMEMBERED + extra
    for number in range(count):
        assert quiet.may_fire(frozenset({number}), 0)
    assert len(quiet._fired) == quiet_time._REMEMBERED
    assert not quiet.may_fire(frozenset({count - 1}), 1)
    assert quiet.may_fire(frozenset({0}), 1)


@given(
    timelines(
        st.tuples(st.sampled_from(["stranger", "welcome"]), st.sampled_from("xy"))
    )
)
def test_stranger_is_due_unless_company_comes(
    timeline: Timeline[tuple[str, str]],
) -> None:
    """Every stranger leaves exactly once, as due or as accompanied."""
    waiting = WithoutCompany[int](PERIOD)
    due: dict[int, float] = {}
    accompanied: dict[int, float] = {}
    for number, (now, (kind, place)) in enumerate(timeline):
        # The timers of Home Assistant are on time.
        due |= dict.fromkeys(waiting.take_due(now), now)
        if kind == "stranger":
            assert waiting.add(place, number, now)
        else:
            accompanied |= dict.fromkeys(waiting.take_accompanied(place), now)
    while (end := waiting.next_due) is not None:
        due |= dict.fromkeys(waiting.take_due(end), end)

    for number, (seen_at, (kind, place)) in enumerate(timeline):
        if kind == "welcome":
            continue
        has_company = any(
            other == ("welcome", place) and seen_at <= at < seen_at + PERIOD
            for at, other in timeline[number:]
        )
        assert (number in accompanied) is has_company
        assert (number in due) is not has_company


def test_limited_number_of_strangers_waits() -> None:
    """Another one waits once there is room."""
    waiting = WithoutCompany[int](PERIOD)
    assert all(waiting.add("x", number, 0) for number in range(company._MOST_WAITING))
    assert not waiting.add("x", -1, 0)
    assert len(waiting.take_due(PERIOD)) == company._MOST_WAITING
    assert waiting.add("x", -1, PERIOD)


def _sighting(person: str, number: int) -> Sighting:
    now = datetime(2026, 11, 30, tzinfo=UTC)
    recognition = Recognition(
        f"{number}", "door", person, None, PersonType.EMPLOYEE, None, None, now, now
    )
    return Sighting(
        recognition, "box", "1", None, "Door", now, frozenset(), None, {}, box_key="box"
    )


@given(st.lists(PEOPLE, max_size=60))
def test_earlier_sightings_are_the_same_persons_newest_first(people: list[str]) -> None:
    """There are at most ten, and all count."""
    sightings = EarlierSightings()
    for number, person in enumerate(people):
        sighting = _sighting(person, number)
        sightings.remember(sighting)
        expected = [str(i) for i in range(number) if people[i] == person]
        before = sightings.before(sighting)
        found = [one.recognition_id for one in before.sightings]
        assert found == expected[::-1][: earlier._SIGHTINGS]
        assert before.count == len(expected)


def test_earlier_sightings_of_a_limited_number_of_people() -> None:
    """The person unseen for longest is forgotten."""
    sightings = EarlierSightings()
    for number in range(earlier._PEOPLE + 1):
        sightings.remember(_sighting(str(number), number))
    assert len(sightings._people) == earlier._PEOPLE

    def known(person: str) -> bool:
        again = _sighting(person, -1)
        sightings.remember(again)
        return bool(sightings.before(again).count)

    assert known("1")
    assert not known("0")
