"""Finding people on a box: by name, by id, among a hundred thousand."""

import base64

import orjson
import pytest

from custom_components.se_aibox.aibox.exceptions import UnreadableError
from custom_components.se_aibox.aibox.models import (
    Dialect,
    EnrolledPerson,
    PeopleQuery,
    PersonType,
)
from custom_components.se_aibox.aibox.people_search import (
    FoundPeople,
    find_identities,
    find_people,
)
from custom_components.se_aibox.aibox.rest import Rest
from custom_components.se_aibox.aibox.wire.people import read_people
from emulator import CannedAnswer, EmulatedBox, Identity, PictureSize, Variant
from emulator.model import JsonObject, JsonValue

_PATHS = {
    Dialect.NESTED: "/SophonFogSys/api/users",
    Dialect.FLAT: "/sophon/v2/face/getidentities",
}
_LARGE = 8 * 1024 * 1024


def crowded(box: EmulatedBox, count: int = 100_000) -> None:
    """Enrol a crowd; its last is called like nobody else."""
    box.people.extend(
        Identity(f"9{number:06d}", f"P{number}") for number in range(count)
    )
    box.people.append(Identity("LAST", "Zoë Last"))


def people_requests(box: EmulatedBox, dialect: Dialect) -> int:
    """Return how often the box was asked for its people."""
    return sum(request.path == _PATHS[dialect] for request in box.requests)


async def test_found_by_part_of_the_name(rest: Rest, box: EmulatedBox) -> None:
    """A part of a name finds everybody who has it, in whatever case, with id and type."""
    found = await find_people(rest, "ANN")
    assert found.people == (
        EnrolledPerson("10010162", "Anna Schmidt", PersonType.EMPLOYEE),
    )
    assert found.complete


async def test_same_name_twice(rest: Rest, box: EmulatedBox) -> None:
    """Two people of one name are two."""
    found = await find_people(rest, "王芳")
    assert [(person.identity_id, person.person_type) for person in found.people] == [
        ("10010376", PersonType.EMPLOYEE),
        ("10010593", PersonType.VISITOR),
    ]


async def test_found_by_id(rest: Rest, box: EmulatedBox) -> None:
    """An id finds the one who has it, wherever in the list."""
    crowded(box, 1_000)
    found = await find_people(rest, "LAST")
    assert [person.name for person in found.people] == ["Zoë Last"]


async def test_whose_ids(rest: Rest, box: EmulatedBox, dialect: Dialect) -> None:
    """Ids are asked for one by one, each for one person: an answer may carry a photo."""
    crowded(box, 1_000)
    found = await find_identities(rest, ["LAST", "nobody's", "12345565"])
    assert [person.name for person in found.people] == ["Zoë Last", "Tom"]
    assert found.complete
    assert people_requests(box, dialect) == len(box.requests) == 3


async def test_whose_ids_on_firmware_that_answers_with_anybody(
    rest: Rest, box: EmulatedBox, dialect: Dialect
) -> None:
    """Whoever comes back has the id that was asked for, or is nobody."""
    tom: JsonObject = {"identity_id": "12345565", "identity_name": "Tom"}
    answer: JsonObject = (
        {"identities": [tom]}
        if dialect is Dialect.FLAT
        else {"data": {"identities_list": [{**tom, "info": {"name": "Tom"}}]}}
    )
    box.answer_instead[_PATHS[dialect]] = CannedAnswer(
        body=orjson.dumps(answer), content_type="application/json"
    )
    found = await find_identities(rest, ["7", "12345565"])
    assert [person.identity_id for person in found.people] == ["12345565"]


async def test_whose_ids_is_not_asked_on(
    rest: Rest, box: EmulatedBox, dialect: Dialect
) -> None:
    """A box that does not answer is not asked for every id; it may know more than it said."""
    box.answer_instead[_PATHS[dialect]] = CannedAnswer(status=500)
    found = await find_identities(rest, ["1", "2", "3"])
    assert found == FoundPeople((), complete=False)
    assert people_requests(box, dialect) == 1


async def test_nobody(rest: Rest, box: EmulatedBox) -> None:
    """Nobody of that name is an answer, not a failure."""
    found = await find_people(rest, "Nobody at all")
    assert found.people == ()
    assert found.complete


async def test_everybody(rest: Rest, box: EmulatedBox) -> None:
    """An empty text finds whoever is enrolled."""
    found = await find_people(rest, "")
    assert len(found.people) == len(box.people)
    assert found.complete


@pytest.mark.parametrize("text", ["", "Zoë", "P99999"])
async def test_a_hundred_thousand(
    rest: Rest, box: EmulatedBox, dialect: Dialect, text: str
) -> None:
    """However many are enrolled, a box is asked a few questions and answers with a hundred people at most."""
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


@pytest.mark.parametrize("dialect", [Dialect.NESTED])
async def test_photos_that_are_too_large(rest: Rest, box: EmulatedBox) -> None:
    """Where a hundred photos would be too much, ten people are read, and the answer says that there are more."""
    crowded(box, 200)
    box.state.picture_size = PictureSize(reference=120_000)
    found = await find_people(rest, "")
    assert len(found.people) == 10
    assert not found.complete
    assert [request.query["limit"] for request in box.requests] == ["100", "10"]


@pytest.mark.parametrize("dialect", [Dialect.NESTED])
async def test_large_answers_are_not_read(rest: Rest, box: EmulatedBox) -> None:
    """An answer without an end is given up, and the box counts as not looked through."""
    photo = base64.b64encode(bytes(_LARGE)).decode()
    entry: JsonObject = {"identity_id": "1", "info": {}, "reg_photo": photo}
    box.answer_instead["/SophonFogSys/api/users"] = CannedAnswer(
        body=orjson.dumps({"data": {"identities_list": [entry]}}),
        content_type="application/json",
    )
    found = await find_people(rest, "")
    assert found.people == ()
    assert not found.complete


@pytest.mark.parametrize("dialect", [Dialect.NESTED])
async def test_seen_but_far_down_the_list(rest: Rest, box: EmulatedBox) -> None:
    """A 1.x box cannot look for a name; its history knows whom it has seen."""
    crowded(box, 1_000)
    for _ in range(3):
        await box.recognize(identity=box.people[-1], push=False)
    await box.recognize(identity=box.people[0], push=False)
    found = await find_people(rest, "zoë")
    assert [person.identity_id for person in found.people] == ["LAST"]
    assert not found.complete


@pytest.mark.parametrize("dialect", [Dialect.NESTED])
@pytest.mark.parametrize("variant", [Variant(history_page_most=1)])
async def test_seen_on_a_short_page(rest: Rest, box: EmulatedBox) -> None:
    """A box may give less than it was asked for, and there is more behind."""
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
async def test_history_is_not_read_whole(rest: Rest, box: EmulatedBox) -> None:
    """Somebody seen a thousand times costs three pages of history."""
    tom = box.people[0]
    for _ in range(1_000):
        await box.recognize(identity=tom, push=False)
    found = await find_people(rest, "Tom")
    assert [person.identity_id for person in found.people] == [tom.identity_id]
    pages = [r for r in box.requests if r.path == "/SophonFace/api/events"]
    assert len(pages) == 3


@pytest.mark.parametrize("dialect", [Dialect.NESTED])
async def test_name_of_today(rest: Rest, box: EmulatedBox) -> None:
    """Who was renamed is found by the name that the box has now, though its history knows the old one."""
    tom = box.people[0]
    await box.recognize(identity=tom, push=False)
    await box.recognize(push=False, stranger="stranger")
    box.state.rename_person(tom.identity_id, "Tom Tailor")
    found = await find_people(rest, "Tom")
    assert [person.name for person in found.people] == ["Tom Tailor"]


@pytest.mark.parametrize("dialect", [Dialect.NESTED])
async def test_strangers_are_nobody(rest: Rest, box: EmulatedBox) -> None:
    """A stranger to whom the box gave a name is not found by it."""
    seen = await box.recognize(push=False, stranger="random")
    assert seen.identity_name
    assert (await find_people(rest, seen.identity_name)).people == ()


@pytest.mark.parametrize("variant", [Variant(skip_num_is_page=True)])
async def test_pages_counted_otherwise(rest: Rest, box: EmulatedBox) -> None:
    """Firmware that counts pages where other counts people answers the same."""
    assert len((await find_people(rest, "")).people) == len(box.people)


async def test_unreachable(rest: Rest, box: EmulatedBox) -> None:
    """A box that does not answer found nobody, and is known not to have looked."""
    await box.stop()
    found = await find_people(rest, "Tom")
    assert found.people == ()
    assert not found.complete


async def test_call_is_missing(rest: Rest, box: EmulatedBox, dialect: Dialect) -> None:
    """Firmware without the call found nobody, and is known not to have looked."""
    box.answer_instead[_PATHS[dialect]] = CannedAnswer(status=404)
    found = await find_people(rest, "Tom")
    assert found.people == ()
    assert not found.complete


def answer(dialect: Dialect, *people: JsonValue) -> JsonObject:
    """Return an answer that lists these."""
    if dialect is Dialect.FLAT:
        return {"identities": [*people]}
    return {"data": {"identities_list": [*people]}}


def test_nameless_and_unreadable_entries(dialect: Dialect) -> None:
    """A nameless person is nameless; entries without an id, or of the wrong shape, cost themselves only."""
    people = read_people(
        dialect,
        answer(
            dialect,
            {"identity_id": "1", "info": {"name": ""}, "identity_name": ""},
            {"identity_id": ""},
            {"identity_id": ["2"]},
            "3",
            {"identity_id": 4, "info": {"type": "5"}, "user_type": "vip"},
        ),
    )
    assert people == (
        EnrolledPerson("1", None, PersonType.EMPLOYEE),
        EnrolledPerson("4", None, PersonType.VIP),
    )


def test_no_list(dialect: Dialect) -> None:
    """An answer that lists nobody at all cannot be read."""
    with pytest.raises(UnreadableError):
        read_people(dialect, {"data": {}})


async def test_empty_box(rest: Rest, box: EmulatedBox) -> None:
    """A box where nobody is enrolled says so."""
    box.people.clear()
    assert await rest.people(PeopleQuery(limit=100)) == ()
