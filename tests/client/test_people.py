"""Finding people on a box by name and by id."""

import base64

import orjson
import pytest

from custom_components.se_aibox.aibox.enrolled import PeopleQuery, PersonRecord
from custom_components.se_aibox.aibox.exceptions import UnreadableError
from custom_components.se_aibox.aibox.models import Dialect, PersonType
from custom_components.se_aibox.aibox.people import EnrolledPeople
from custom_components.se_aibox.aibox.people_search import (
    FoundPeople,
    FoundPerson,
    find_identities,
    find_people,
)
from custom_components.se_aibox.aibox.rest import Rest
from custom_components.se_aibox.aibox.wire.people import read_people, read_people_answer
from emulator import CannedAnswer, EmulatedBox, Identity, PictureSize, Variant
from emulator.model import JsonObject, JsonValue

from .pages import count_page_requests
from .people_lists import PATHS, listing

_LARGE = 8 * 1024 * 1024


def crowded(box: EmulatedBox, count: int = 100_000) -> None:
    """Enroll many people; the last one has a unique name."""
    box.people.extend(
        Identity(f"9{number:06d}", f"P{number}") for number in range(count)
    )
    box.people.append(Identity("LAST", "Zoë Last"))


def people_requests(box: EmulatedBox, dialect: Dialect) -> int:
    """Return how many requests for people the box received."""
    return sum(request.path == PATHS[dialect] for request in box.requests)


async def test_person_is_found_by_a_part_of_the_name(
    rest: Rest, box: EmulatedBox
) -> None:
    """The case is ignored."""
    found = await find_people(rest, "ANN")
    assert found.people == (
        FoundPerson("10010162", "Anna Schmidt", PersonType.EMPLOYEE),
    )
    assert found.complete


async def test_namesakes_are_both_found(rest: Rest, box: EmulatedBox) -> None:
    """They differ in id and type."""
    found = await find_people(rest, "王芳")
    assert [(person.identity_id, person.person_type) for person in found.people] == [
        ("10010376", PersonType.EMPLOYEE),
        ("10010593", PersonType.VISITOR),
    ]


async def test_person_is_found_by_id(rest: Rest, box: EmulatedBox) -> None:
    """The person is far down the list."""
    crowded(box, 1_000)
    found = await find_people(rest, "LAST")
    assert [person.name for person in found.people] == ["Zoë Last"]


async def test_identity_lookup_makes_one_request_for_each_id(
    rest: Rest, box: EmulatedBox, dialect: Dialect
) -> None:
    """An answer may contain a photo."""
    crowded(box, 1_000)
    found = await find_identities(rest, ["LAST", "nobody's", "12345565"])
    assert [person.name for person in found.people] == ["Zoë Last", "Tom"]
    assert found.complete
    assert people_requests(box, dialect) == len(box.requests) == 3


async def test_identity_lookup_when_firmware_ignores_the_filter(
    rest: Rest, box: EmulatedBox, dialect: Dialect
) -> None:
    """People with other ids are left out."""
    tom: JsonObject = {"identity_id": "12345565", "identity_name": "Tom"}
    answer: JsonObject = (
        {"identities": [tom]}
        if dialect is Dialect.FLAT
        else {"data": {"identities_list": [{**tom, "info": {"name": "Tom"}}]}}
    )
    box.answer_instead[PATHS[dialect]] = CannedAnswer(
        body=orjson.dumps(answer), content_type="application/json"
    )
    found = await find_identities(rest, ["7", "12345565"])
    assert [person.identity_id for person in found.people] == ["12345565"]


async def test_identity_lookup_stops_at_the_first_error(
    rest: Rest, box: EmulatedBox, dialect: Dialect
) -> None:
    """The result is incomplete."""
    box.answer_instead[PATHS[dialect]] = CannedAnswer(status=500)
    found = await find_identities(rest, ["1", "2", "3"])
    assert found == FoundPeople((), complete=False)
    assert people_requests(box, dialect) == 1


async def test_unlisted_name_is_a_complete_search(rest: Rest, box: EmulatedBox) -> None:
    """An empty result is no failure."""
    found = await find_people(rest, "Nobody at all")
    assert found.people == ()
    assert found.complete


async def test_empty_text_finds_everyone(rest: Rest, box: EmulatedBox) -> None:
    """The search is complete."""
    found = await find_people(rest, "")
    assert len(found.people) == len(box.people)
    assert found.complete


@pytest.mark.parametrize("text", ["", "Zoë", "P99999"])
async def test_search_among_100_000_people_makes_few_requests(
    rest: Rest, box: EmulatedBox, dialect: Dialect, text: str
) -> None:
    """An answer lists at most a hundred people."""
    crowded(box)
    found = await find_people(rest, text)
    assert len(found.people) <= 100
    assert people_requests(box, dialect) <= 3
    for request in box.requests:
        asked = request.query if dialect is Dialect.NESTED else request.body
        assert isinstance(asked, dict)
        limit = asked.get("limit", asked.get("page_limit", asked.get("per_page", 1)))
        assert isinstance(limit, str | int)
        assert int(limit) <= 100
    if dialect is Dialect.FLAT and text:
        assert len(found.people) == 1
        assert found.complete
    else:
        assert not found.complete


async def test_found_person_has_an_enrolled_photo(rest: Rest, box: EmulatedBox) -> None:
    """It is a request of its own."""
    [anna] = (await find_people(rest, "Anna")).people
    assert anna.photo_id is not None
    photo = await rest.enrolled_photo(anna.photo_id)
    assert photo is not None
    assert photo.startswith(b"\xff\xd8\xff")
    assert await rest.enrolled_photo("another") is None


@pytest.mark.parametrize("dialect", [Dialect.NESTED])
async def test_person_found_in_the_history_has_an_enrolled_photo(
    rest: Rest, box: EmulatedBox
) -> None:
    """A record names it, too."""
    crowded(box, 1_000)
    last = box.state.enroll(Identity("FAR", "Far Away"))
    await box.recognize(identity=last, push=False)
    [found] = (await find_people(rest, "Far Away")).people
    assert found.photo_id == last.image_id


def _people(dialect: Dialect, answer: JsonObject) -> tuple[PersonRecord, ...]:
    return read_people(dialect, read_people_answer(dialect, answer).rows)


def _photo_ids(dialect: Dialect, answer: JsonObject) -> tuple[str, ...]:
    [person] = _people(dialect, answer)
    return person.photo_ids


@pytest.mark.parametrize("photos", [None, [], [[]], ["x" * 300], "1", 7, ["", "2"]])
def test_person_without_a_readable_photo_id_is_found(photos: JsonValue) -> None:
    """The search shows the person without a photo."""
    flat: JsonObject = {
        "identities": [{"identity_id": "1", "register_image_ids": photos}]
    }
    assert _photo_ids(Dialect.FLAT, flat) == ()
    if not isinstance(photos, str | int):
        info: JsonObject = {"image_id": photos}
        users: JsonValue = [{"identity_id": "1", "info": info}]
        listed: JsonObject = {"data": {"identities_list": users}}
        assert _photo_ids(Dialect.NESTED, listed) == ()


async def test_box_without_a_list_of_people_cannot_be_searched(
    rest: Rest, box: EmulatedBox, dialect: Dialect
) -> None:
    """A look-up of ids finds no one."""
    box.answer_instead[PATHS[dialect]] = CannedAnswer(404)
    found = await find_people(rest, "Nobody")
    assert found.people == ()
    assert not found.complete
    assert not found.searchable
    assert await find_identities(rest, ["1"]) == FoundPeople((), complete=True)


@pytest.mark.parametrize("dialect", [Dialect.NESTED])
async def test_ten_people_are_read_where_photos_are_too_large(
    rest: Rest, box: EmulatedBox
) -> None:
    """The result is incomplete."""
    crowded(box, 200)
    box.state.picture_size = PictureSize(reference=120_000)
    found = await find_people(rest, "")
    assert len(found.people) == 10
    assert not found.complete
    assert [request.query["limit"] for request in box.requests] == ["100", "10"]


@pytest.mark.parametrize("dialect", [Dialect.NESTED])
async def test_people_answer_above_the_limit_is_not_read(
    rest: Rest, box: EmulatedBox
) -> None:
    """The result is empty and incomplete."""
    photo = base64.b64encode(bytes(_LARGE)).decode()
    entry: JsonObject = {"identity_id": "1", "info": {}, "reg_photo": photo}
    box.answer_instead[PATHS[Dialect.NESTED]] = CannedAnswer(
        body=orjson.dumps({"data": {"identities_list": [entry]}}),
        content_type="application/json",
    )
    found = await find_people(rest, "")
    assert found.people == ()
    assert not found.complete


@pytest.mark.parametrize("dialect", [Dialect.NESTED])
async def test_person_far_down_the_list_is_found_in_the_history(
    rest: Rest, box: EmulatedBox
) -> None:
    """A 1.x box cannot search people by name."""
    crowded(box, 1_000)
    for _ in range(3):
        await box.recognize(identity=box.people[-1], push=False)
    await box.recognize(identity=box.people[0], push=False)
    found = await find_people(rest, "zoë")
    assert [person.identity_id for person in found.people] == ["LAST"]
    assert not found.complete


@pytest.mark.parametrize("dialect", [Dialect.NESTED])
@pytest.mark.parametrize("variant", [Variant(history_page_most=1)])
async def test_history_search_goes_on_after_a_short_page(
    rest: Rest, box: EmulatedBox
) -> None:
    """A box may return fewer records than requested."""
    crowded(box, 1_000)
    namesake = box.state.rename_person(box.people[-2].identity_id, "Zoë Zhang")
    for person in (namesake, box.people[-1]):
        await box.recognize(identity=person, push=False)
    found = await find_people(rest, "zoë")
    assert {person.identity_id for person in found.people} == {
        namesake.identity_id,
        "LAST",
    }


@pytest.mark.parametrize("dialect", [Dialect.NESTED])
async def test_history_search_reads_three_pages_at_most(
    rest: Rest, box: EmulatedBox
) -> None:
    """The person has a thousand records."""
    tom = box.people[0]
    for _ in range(1_000):
        await box.recognize(identity=tom, push=False)
    found = await find_people(rest, "Tom")
    assert [person.identity_id for person in found.people] == [tom.identity_id]
    assert count_page_requests(box) == 3


@pytest.mark.parametrize("dialect", [Dialect.NESTED])
async def test_renamed_person_has_the_current_name(
    rest: Rest, box: EmulatedBox
) -> None:
    """The history has the old name."""
    tom = box.people[0]
    await box.recognize(identity=tom, push=False)
    await box.recognize(push=False, stranger="stranger")
    box.state.rename_person(tom.identity_id, "Tom Tailor")
    found = await find_people(rest, "Tom")
    assert [person.name for person in found.people] == ["Tom Tailor"]


@pytest.mark.parametrize("dialect", [Dialect.NESTED])
async def test_named_stranger_is_not_found(rest: Rest, box: EmulatedBox) -> None:
    """A box may name strangers in its history."""
    seen = await box.recognize(push=False, stranger="random")
    assert seen.identity_name
    assert (await find_people(rest, seen.identity_name)).people == ()


@pytest.mark.parametrize("variant", [Variant(skip_num_is_page=True)])
async def test_everyone_is_found_when_firmware_skips_pages(
    rest: Rest, box: EmulatedBox
) -> None:
    """Other firmware skips people."""
    assert len((await find_people(rest, "")).people) == len(box.people)


async def test_search_on_an_unreachable_box_is_incomplete(
    rest: Rest, box: EmulatedBox
) -> None:
    """Nothing is raised."""
    await box.stop()
    found = await find_people(rest, "Tom")
    assert found.people == ()
    assert not found.complete


def test_invalid_people_are_skipped(dialect: Dialect) -> None:
    """A person needs an id, but no name."""
    people = _people(
        dialect,
        listing(
            dialect,
            {"identity_id": "1", "info": {"name": ""}, "identity_name": ""},
            {"identity_id": ""},
            {"identity_id": ["2"]},
            "3",
            {"identity_id": 4, "info": {"type": "5"}, "user_type": "vip"},
        ),
    )
    assert people == (
        PersonRecord("1", None, PersonType.EMPLOYEE),
        PersonRecord("4", None, PersonType.VIP),
    )


def test_people_answer_without_a_list_is_unreadable(dialect: Dialect) -> None:
    """An empty list is valid."""
    with pytest.raises(UnreadableError):
        read_people_answer(dialect, {"data": {}})


async def test_box_without_people_returns_none(rest: Rest, box: EmulatedBox) -> None:
    """Nothing is raised."""
    box.people.clear()
    assert await EnrolledPeople(rest).found(PeopleQuery(limit=100)) == ()
