"""Pages of the people on a box: each person once, and never all at once."""

from dataclasses import replace

import orjson
import pytest

from custom_components.se_aibox.aibox.enrolled import PeopleQuery, PersonRecord
from custom_components.se_aibox.aibox.exceptions import (
    AiBoxNotFoundError,
    UnreadableError,
)
from custom_components.se_aibox.aibox.models import Dialect, PersonType
from custom_components.se_aibox.aibox.people import EnrolledPeople
from emulator import CannedAnswer, EmulatedBox, Identity, PictureSize, Variant
from emulator.cast import cast_people
from emulator.model import JsonObject, JsonValue, Request

from .people_lists import PATHS, listing


async def read_all(people: EnrolledPeople, limit: int = 4) -> list[PersonRecord]:
    """Return everybody on a box, page by page."""
    everybody: list[PersonRecord] = []
    query = PeopleQuery(limit=limit)
    while True:
        page = await people.page(query)
        everybody += page.people
        if page.is_last:
            return everybody
        query = replace(query, page=query.page + 1)


def ids(people: list[PersonRecord] | tuple[PersonRecord, ...]) -> list[str]:
    """Return the ids of people."""
    return [person.identity_id for person in people]


@pytest.mark.parametrize(
    "variant",
    [
        Variant(),
        Variant(skip_num_is_page=True),
        Variant(people_total_missing=True),
    ],
)
@pytest.mark.parametrize("count", [0, 1, 4, 5, 8, 14])
@pytest.mark.parametrize("limit", [1, 4])
async def test_everybody_is_read_once_whatever_the_firmware_skips(
    people: EnrolledPeople, box: EmulatedBox, count: int, limit: int
) -> None:
    """The pages do not say whether `skip_num` counts people or pages."""
    del box.people[count:]
    read = await read_all(people, limit)
    assert ids(read) == [person.identity_id for person in box.people]


async def test_page_is_read_without_earlier_pages(
    people: EnrolledPeople, box: EmulatedBox, dialect: Dialect
) -> None:
    """The caller may have stopped earlier."""
    page = await people.page(PeopleQuery(limit=4, page=2))
    assert ids(page.people) == [person.identity_id for person in box.people[8:12]]
    assert (page.rows, page.is_last) == (4, False)
    assert page.total == (14 if dialect is Dialect.FLAT else None)


async def test_page_behind_the_last_one_is_empty(people: EnrolledPeople) -> None:
    """People may have been deleted meanwhile."""
    page = await people.page(PeopleQuery(limit=10, page=7))
    assert (page.people, page.rows, page.is_last) == ((), 0, True)


@pytest.mark.parametrize(
    "variant", [Variant(people_page_most=3), Variant(skip_num_is_page=True)]
)
@pytest.mark.parametrize("number", [0, 1])
async def test_short_page_with_more_people_behind_it_is_an_error(
    people: EnrolledPeople, box: EmulatedBox, variant: Variant, number: int
) -> None:
    """The others would be left out."""
    box.state.variant = replace(variant, people_page_most=3)
    with pytest.raises(UnreadableError, match="too short"):
        await people.page(PeopleQuery(limit=5, page=number))
    page = await people.page(PeopleQuery(limit=3, page=number))
    assert len(page.people) == 3


async def test_long_page_is_an_error(
    people: EnrolledPeople, box: EmulatedBox, dialect: Dialect
) -> None:
    """The next page would repeat some."""
    listed: list[JsonValue] = [{"identity_id": str(number)} for number in range(5)]
    body = orjson.dumps(listing(dialect, *listed))
    box.answer_instead[PATHS[dialect]] = CannedAnswer(body=body)
    with pytest.raises(UnreadableError, match="too long"):
        await people.page(PeopleQuery(limit=3))


@pytest.mark.parametrize("dialect", [Dialect.NESTED])
async def test_page_that_begins_with_another_person_is_an_error(
    people: EnrolledPeople, box: EmulatedBox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The firmware skips neither people nor pages, or a person was deleted."""
    await people.page(PeopleQuery(limit=4, page=1))
    rows_at = EnrolledPeople._rows_at

    async def rows_of_another(
        self: EnrolledPeople, query: PeopleQuery, index: int
    ) -> tuple[object, ...]:
        return await rows_at(self, query, index + 1)

    monkeypatch.setattr(EnrolledPeople, "_rows_at", rows_of_another)
    with pytest.raises(UnreadableError, match="follow"):
        await people.page(PeopleQuery(limit=4, page=1))


def limits(requests: list[Request], dialect: Dialect) -> list[int]:
    """Return how many people each request asks for."""
    found: list[int] = []
    for request in requests:
        asked = request.query if dialect is Dialect.NESTED else request.body
        assert isinstance(asked, dict)
        limit = asked["limit" if dialect is Dialect.NESTED else "page_limit"]
        assert isinstance(limit, str | int)
        found.append(int(limit))
    return found


async def test_no_request_asks_for_more_than_a_page(
    people: EnrolledPeople, box: EmulatedBox, dialect: Dialect
) -> None:
    """A nested box sends a photo with each person, and may hold 500 000."""
    box.people.extend(cast_people(1, 100_000)[14:])
    page = await people.page(PeopleQuery(limit=2_000, page=3))
    size = 20 if dialect is Dialect.NESTED else 100
    assert people.page_size == size
    assert ids(page.people) == [
        person.identity_id for person in box.people[3 * size : 4 * size]
    ]
    last = await people.page(PeopleQuery(limit=size, page=100_000 // size - 1))
    assert (ids(last.people)[-1], last.is_last) == (box.people[-1].identity_id, True)
    assert max(limits(box.requests, dialect)) == size
    assert len(box.requests) <= 6


async def test_photos_are_not_kept(
    people: EnrolledPeople,
    box: EmulatedBox,
    dialect: Dialect,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """They are dropped while the answer is read."""
    box.state.picture_size = PictureSize(reference=20_000)
    sizes: list[int] = []
    loads = orjson.loads

    def measured(content: bytes) -> object:
        sizes.append(len(content))
        return loads(content)

    monkeypatch.setattr(
        "custom_components.se_aibox.aibox.wire.fields.orjson.loads", measured
    )
    page = await people.page(PeopleQuery(limit=14))
    assert len(page.people) == 14
    assert max(sizes) < 14 * 1_000


async def test_people_of_a_permission_group(
    people: EnrolledPeople, box: EmulatedBox, dialect: Dialect
) -> None:
    """A nested box cannot filter, so that its pages have fewer."""
    visitors = next(
        group
        for group, name in box.state.permission_groups.items()
        if name == "visitor"
    )
    page = await people.page(PeopleQuery(limit=14, group_id=visitors))
    assert {person.person_type for person in page.people} == {PersonType.VISITOR}
    assert page.rows == {Dialect.NESTED: 14, Dialect.FLAT: 3}[dialect]
    assert page.is_last


async def test_unreadable_people_are_counted_and_skipped(
    people: EnrolledPeople, box: EmulatedBox, dialect: Dialect
) -> None:
    """Otherwise, their page would look like the last one."""
    listed: list[JsonValue] = [{"identity_id": ["1"]}, 7, {"identity_id": "2"}]
    body = orjson.dumps(listing(dialect, *listed))
    box.answer_instead[PATHS[dialect]] = CannedAnswer(body=body)
    page = await people.page(PeopleQuery(limit=3))
    assert (ids(page.people), page.rows, page.is_last) == (["2"], 3, False)


async def test_page_for_an_id_has_that_person_alone(
    people: EnrolledPeople, box: EmulatedBox
) -> None:
    """Without a person with the id, the page is empty."""
    page = await people.page(PeopleQuery(limit=4, identity_id="666666"))
    assert (ids(page.people), page.total, page.is_last) == (["666666"], 1, True)
    page = await people.page(PeopleQuery(limit=4, identity_id="nobody"))
    assert (page.people, page.total, page.is_last) == ((), 0, True)


async def test_person_has_everything_that_the_box_stores(
    people: EnrolledPeople, box: EmulatedBox, dialect: Dialect
) -> None:
    """The details are in the dialect's own fields."""
    extra: JsonObject = (
        {"jobNumber": "7", "department": "Lab", "mobile": 138}
        if dialect is Dialect.NESTED
        else {"employee_number": "7", "department": "Lab", "mobile": 138}
    )
    box.state.enroll(
        Identity("9", "Ada", permission_ids=("a", "b"), image_id="i", extra=extra)
    )
    person = await people.person("9")
    assert person is not None
    assert (person.name, person.group_ids) == ("Ada", ("a", "b"))
    assert person.photo_ids == ("i",)
    details = person.details
    assert (details.department, details.job_number) == ("Lab", "7")
    assert (details.telephone, details.company) == ("138", None)
    assert await people.person("8") is None


@pytest.mark.parametrize("dialect", [Dialect.FLAT])
@pytest.mark.parametrize("known", [True, False])
async def test_person_is_found_in_the_list_where_the_call_is_missing(
    people: EnrolledPeople, box: EmulatedBox, known: bool
) -> None:
    """“Not found” means the call or the person."""
    box.answer_instead["/sophon/v2/face/getidentity"] = CannedAnswer(404)
    person = await people.person("666666" if known else "8")
    assert (person is not None) is known
    box.answer_instead[PATHS[Dialect.FLAT]] = CannedAnswer(404)
    assert await people.person("666666") is None


@pytest.mark.parametrize("dialect", [Dialect.FLAT])
async def test_wrapped_person_is_read(people: EnrolledPeople, box: EmulatedBox) -> None:
    """Examples of the vendor differ."""
    body = orjson.dumps({"identity": {"identity_id": "5", "identity_name": "Eve"}})
    box.answer_instead["/sophon/v2/face/getidentity"] = CannedAnswer(body=body)
    person = await people.person("5")
    assert person is not None
    assert person.name == "Eve"


async def test_answer_with_another_person_is_unreadable(
    people: EnrolledPeople, box: EmulatedBox, dialect: Dialect
) -> None:
    """It would be unknown whether the box has the identity."""
    answer: JsonObject = (
        {"identity_id": "6"}
        if dialect is Dialect.FLAT
        else listing(dialect, {"identity_id": "6"})
    )
    path = (
        PATHS[dialect] if dialect is Dialect.NESTED else "/sophon/v2/face/getidentity"
    )
    box.answer_instead[path] = CannedAnswer(body=orjson.dumps(answer))
    with pytest.raises(UnreadableError):
        await people.person("5")


async def test_id_with_blanks_finds_the_exact_one_first(
    people: EnrolledPeople, box: EmulatedBox, dialect: Dialect
) -> None:
    """Blanks come from spreadsheets."""
    listed: list[JsonValue] = [{"identity_id": " 5"}, {"identity_id": "5"}]
    path = PATHS[dialect]
    if dialect is Dialect.FLAT:
        box.answer_instead["/sophon/v2/face/getidentity"] = CannedAnswer(404)
    box.answer_instead[path] = CannedAnswer(
        body=orjson.dumps(listing(dialect, *listed))
    )
    for wanted in ("5", " 5"):
        person = await people.person(wanted)
        assert person is not None
        assert person.identity_id == wanted
    person = await people.person("5 ")
    assert person is not None


async def test_groups_of_a_box(people: EnrolledPeople, box: EmulatedBox) -> None:
    """Each has an id and a name."""
    groups = await people.groups()
    assert {group.group_id: group.name for group in groups} == (
        box.state.permission_groups
    )


@pytest.mark.parametrize("variant", [Variant(permission_ids_missing=True)])
async def test_groups_without_ids_have_names(
    people: EnrolledPeople, box: EmulatedBox, dialect: Dialect
) -> None:
    """Three lines of 1.x have no page of the call with ids."""
    groups = await people.groups()
    assert {group.name for group in groups} == set(box.state.permission_groups.values())
    assert all(
        (group.group_id is None) is (dialect is Dialect.NESTED) for group in groups
    )


@pytest.mark.parametrize("dialect", [Dialect.FLAT])
async def test_box_without_a_list_of_groups_is_an_error(
    people: EnrolledPeople, box: EmulatedBox
) -> None:
    """A flat box has no other call."""
    box.answer_instead["/sophon/v2/face/getpermissions"] = CannedAnswer(404)
    with pytest.raises(AiBoxNotFoundError):
        await people.groups()
