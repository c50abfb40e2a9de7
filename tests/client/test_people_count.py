"""Counting the people on a box."""

from hypothesis import given, strategies as st
import pytest

from custom_components.se_aibox.aibox.exceptions import AiBoxError
from custom_components.se_aibox.aibox.models import Dialect, PeopleCount
from custom_components.se_aibox.aibox.people_count import PeopleCounter, first_free
from custom_components.se_aibox.aibox.rest import Rest
from emulator import CannedAnswer, EmulatedBox, Identity, Variant

USERS = "/SophonFogSys/api/users"


def crowd(box: EmulatedBox, count: int) -> None:
    """Leave so many people on the box."""
    box.people[:] = (Identity(f"9{n:06d}", f"P{n}") for n in range(count))


def asked(box: EmulatedBox) -> int:
    """Return how many single people the box was asked for."""
    return sum(request.path == USERS for request in box.requests)


@pytest.mark.parametrize("variant", [Variant(), Variant(skip_num_is_page=True)])
async def test_people_are_counted_and_the_capacity_is_read(
    rest: Rest, box: EmulatedBox
) -> None:
    """Whether the box says so, or has to be asked for single people."""
    box.settings.group_size = 300_000
    counter = PeopleCounter(rest)
    for count in (0, 1, 2, 37, 36, 40, 3, 0):
        crowd(box, count)
        assert await counter.count() == PeopleCount(count, 300_000)


async def test_large_box_is_counted_by_few_requests(
    rest: Rest, box: EmulatedBox, dialect: Dialect
) -> None:
    """Two are enough while no one is added or deleted."""
    crowd(box, 100_000)
    counter = PeopleCounter(rest)
    assert (await counter.count()).people == 100_000
    first = asked(box)
    assert (await counter.count()).people == 100_000
    assert first <= 40
    assert asked(box) - first == (2 if dialect is Dialect.NESTED else 0)


@pytest.mark.parametrize("dialect", [Dialect.NESTED])
async def test_box_that_answers_with_a_person_everywhere_is_asked_once(
    rest: Rest, box: EmulatedBox
) -> None:
    """It ignores the parameters. The capacity is known anyway."""
    body = b'{"data": {"identities_list": [{"identity_id": "1"}]}}'
    box.answer_instead[USERS] = CannedAnswer(200, body, "application/json")
    counter = PeopleCounter(rest)
    assert await counter.count() == PeopleCount(None, 100_000)
    before = asked(box)
    assert before <= 25
    assert await counter.count() == PeopleCount(None, 100_000)
    assert asked(box) == before


@pytest.mark.parametrize("value", ['"many"', "0", "-1", "1e12", "null", "[5]"])
async def test_capacity_that_makes_no_sense_is_unknown(
    rest: Rest, box: EmulatedBox, dialect: Dialect, value: str
) -> None:
    """The people are counted all the same."""
    body = {
        Dialect.NESTED: f'{{"data": {{"DEFAULT_GROUP_SIZE": {value}}}}}',
        Dialect.FLAT: f'{{"GATE_DEFAULT_GROUP_SIZE": {value}}}',
    }[dialect]
    path = {
        Dialect.NESTED: "/SophonConfig/api/Configs/DEFAULT_GROUP_SIZE",
        Dialect.FLAT: "/sophon/v2/face/getconfigs",
    }[dialect]
    box.answer_instead[path] = CannedAnswer(200, body.encode(), "application/json")
    crowd(box, 7)
    assert await PeopleCounter(rest).count() == PeopleCount(7, None)


async def test_known_capacity_outlives_a_missing_answer(
    rest: Rest, box: EmulatedBox
) -> None:
    """It changes with a restart of the box only."""
    crowd(box, 1)
    counter = PeopleCounter(rest)
    assert (await counter.count()).capacity == 100_000
    box.answer_instead["/sophon/v2/face/getconfigs"] = CannedAnswer(404)
    box.answer_instead["/SophonConfig/api/Configs/DEFAULT_GROUP_SIZE"] = CannedAnswer(
        404
    )
    assert await counter.count() == PeopleCount(1, 100_000)


async def test_box_that_does_not_answer_is_counted_later(
    rest: Rest, box: EmulatedBox
) -> None:
    """An error is not a count."""
    crowd(box, 5)
    counter = PeopleCounter(rest)
    box.answer_instead["*"] = CannedAnswer(500)
    with pytest.raises(AiBoxError):
        await counter.count()
    del box.answer_instead["*"]
    assert (await counter.count()).people == 5


@given(st.integers(0, 999_999), st.integers(0, 999_999))
async def test_first_free_index_is_found_from_anywhere(count: int, near: int) -> None:
    """The search takes no more requests than halving twice would."""
    probes = 0

    async def has(index: int) -> bool:
        nonlocal probes
        probes += 1
        assert 0 <= index < 1_000_000
        return index < count

    assert await first_free(has, near, is_there=near < count) == count
    assert probes <= 42


@given(st.integers(0, 999_999))
async def test_search_among_people_everywhere_ends(near: int) -> None:
    """There is no free index."""

    async def has(_: int) -> bool:
        return True

    assert await first_free(has, near, is_there=True) is None


@pytest.mark.parametrize(
    ("people", "capacity", "taken"),
    [(95, 100, 0.95), (0, 100, 0), (None, 100, None), (95, None, None)],
)
def test_share_that_is_taken_is_known_with_both_numbers(
    people: int | None, capacity: int | None, taken: float | None
) -> None:
    """One of them proves nothing."""
    assert PeopleCount(people, capacity).taken == taken
