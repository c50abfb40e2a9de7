"""Property tests: people and their details, as boxes send them and get them back."""

from collections.abc import Callable
from contextlib import suppress
import copy
from dataclasses import fields
from datetime import UTC, datetime, timedelta, timezone
import json
from typing import Any

from hypothesis import given, settings, strategies as st
import orjson
import pytest

from custom_components.se_aibox.aibox.enrolled import (
    PersonChange,
    PersonDetails,
    PersonRecord,
)
from custom_components.se_aibox.aibox.exceptions import AiBoxError, UnreadableError
from custom_components.se_aibox.aibox.models import Dialect, PersonType
from custom_components.se_aibox.aibox.wire.changes import (
    StoredPerson,
    changed_info,
    differences,
    read_stored_person,
    update_requests,
)
from custom_components.se_aibox.aibox.wire.details import read_details, with_details
from custom_components.se_aibox.aibox.wire.dialect import Wire
from custom_components.se_aibox.aibox.wire.dropped import TextDropper
from custom_components.se_aibox.aibox.wire.fields import JsonObject
from custom_components.se_aibox.aibox.wire.people import (
    FIELDS,
    read_people,
    read_people_answer,
    read_person_answer,
)
from custom_components.se_aibox.aibox.wire.platform import has_platform, is_managed
from custom_components.se_aibox.aibox.wire.quality import read_quality

from .messages import PEOPLE, PERSON, PLATFORM, QUALITY, messages, mutations, values
from .readers import check_change

_texts = st.none() | st.text(
    st.characters(exclude_characters="\0", exclude_categories=["Cs"]),
    min_size=1,
    max_size=20,
)
# Whole milliseconds, from 1973 to 2200.
_times = st.none() | st.integers(10**11, 7 * 10**12).map(
    lambda moment: datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=moment)
)
_details = st.builds(
    PersonDetails, _texts, _texts, _texts, _texts, _texts, _texts, _times, _times
)


def test_undamaged_answers_are_read(dialect: Dialect) -> None:
    """Faults in invalid messages would prove little."""
    [person] = read_people(dialect, read_people_answer(dialect, PEOPLE[dialect]).rows)
    assert (person.name, person.person_type) == ("Tom", PersonType.VISITOR)
    assert (person.group_ids, person.photo_ids) == (("f4add9c0",), ("04dc2501",))
    assert (person.details.job_number, person.details.company) == ("7", "Initech")
    assert person.details.valid_until is not None
    [row] = read_person_answer(dialect, PERSON[dialect])
    assert read_people(dialect, [row]) == (person,)
    assert read_quality(dialect, QUALITY[dialect])
    assert has_platform(dialect, PLATFORM[dialect])
    assert is_managed(dialect, PLATFORM[dialect])


def check_person(person: PersonRecord) -> None:
    """Assert the guarantees of a person from any box."""
    assert person.identity_id.strip()
    assert len(person.identity_id) <= 255
    assert person.name is None or (person.name and len(person.name) <= 1024)
    for one in (*person.group_ids, *person.photo_ids):
        assert one.strip()
        assert len(one) <= 255
    for field in fields(person.details):
        value = getattr(person.details, field.name)
        assert value is None or isinstance(
            value, datetime if field.name.startswith("valid") else str
        )
        if isinstance(value, datetime):
            assert value.tzinfo is UTC


@settings(max_examples=200)
@given(messages(PEOPLE))
def test_people_are_valid_or_an_error(read: tuple[Wire, JsonObject]) -> None:
    """Rows that cannot be read are counted all the same."""
    wire, message = read
    with suppress(AiBoxError):
        answer = read_people_answer(wire.DIALECT, message)
        people = read_people(wire.DIALECT, answer.rows)
        assert len(people) <= len(answer.rows)
        assert answer.total is None or answer.total >= 0
        for person in people:
            check_person(person)


@settings(max_examples=200)
@given(messages(PERSON))
def test_person_can_be_changed_or_is_an_error(read: tuple[Wire, JsonObject]) -> None:
    """Except for the change, the same values are sent as were read."""
    wire, message = read
    with suppress(AiBoxError):
        for row in read_person_answer(wire.DIALECT, message):
            if isinstance(row, dict):
                stored = read_stored_person(wire.DIALECT, row)
                check_person(stored.record)
                check_change(stored)


@given(messages(QUALITY))
def test_quality_is_reasons_or_an_error(read: tuple[Wire, JsonObject]) -> None:
    """No reason is named twice."""
    wire, message = read
    with suppress(AiBoxError):
        reasons = read_quality(wire.DIALECT, message)
        assert len(set(reasons)) == len(reasons)


@given(messages(PLATFORM))
def test_platform_is_read_from_anything(read: tuple[Wire, JsonObject]) -> None:
    """Nothing is raised."""
    wire, message = read
    assert isinstance(has_platform(wire.DIALECT, message), bool)
    assert isinstance(is_managed(wire.DIALECT, message), bool)


@given(st.sampled_from(Dialect), _details, st.data())
def test_details_are_read_as_they_were_written(
    dialect: Dialect, details: PersonDetails, data: st.DataObject
) -> None:
    """Other fields stay as they are, and None leaves a detail alone."""
    extra = data.draw(st.dictionaries(st.sampled_from("abc"), values, max_size=3))
    written = with_details(dialect, extra, details)
    assert read_details(dialect, written) == details
    assert {key: written[key] for key in extra} == extra
    assert with_details(dialect, written, PersonDetails()) == written


@pytest.mark.parametrize("other", Dialect)
def test_detail_stays_in_the_field_that_it_was_in(
    dialect: Dialect, other: Dialect
) -> None:
    """Some people were enrolled by programs for the other dialect."""
    before = with_details(other, {}, PersonDetails(host="Tom", job_number="7"))
    after = with_details(dialect, before, PersonDetails(host="Ada"))
    assert after.keys() == before.keys()
    assert read_details(dialect, after) == PersonDetails(host="Ada", job_number="7")


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("1795385035868", datetime(2026, 11, 22, 22, 3, 55, 868000, UTC)),
        (1795385035, datetime(2026, 11, 22, 22, 3, 55, tzinfo=UTC)),
        ("2026-11-23T06:03:55+08:00", datetime(2026, 11, 22, 22, 3, 55, tzinfo=UTC)),
        ("2026-11-23 06:03:55", None),
        ("9999-12-31T23:59:59-23:00", None),
        ("0001-01-01T00:00:00+23:00", None),
        ("tomorrow", None),
        ("", None),
        ([], None),
        (-1, None),
        (1e300, None),
    ],
)
def test_visitor_time_without_a_zone_is_unknown(
    dialect: Dialect, written: object, expected: datetime | None
) -> None:
    """No page says how the box writes it."""
    extra = {"endTime": written, "end_time": written}
    assert read_details(dialect, extra).valid_until == expected


def test_times_of_other_zones_are_written_alike(dialect: Dialect) -> None:
    """The moment counts."""
    there = datetime(2027, 3, 1, 12, tzinfo=timezone(timedelta(hours=8)))
    details = PersonDetails(valid_until=there)
    read = read_details(dialect, with_details(dialect, {}, details))
    assert read.valid_until == there
    assert read == PersonDetails(valid_until=there.astimezone(UTC))


def stored_person(dialect: Dialect) -> StoredPerson:
    """Return a person as a box has them."""
    [row] = read_person_answer(dialect, PERSON[dialect])
    assert isinstance(row, dict)
    return read_stored_person(dialect, copy.deepcopy(row))


def changed(stored: StoredPerson, edit: Callable[[dict[str, Any]], None]) -> Any:
    """Return the person after a box edited them."""
    entry: Any = copy.deepcopy(dict(stored.entry))
    edit(entry["info"] if stored.dialect is Dialect.NESTED else entry)
    return read_stored_person(stored.dialect, entry)


_CHANGE = PersonChange(
    "Ada",
    PersonType.VIP,
    ("1", "2"),
    PersonDetails(department="Lab", valid_until=datetime(2027, 3, 1, tzinfo=UTC)),
)


def obey(stored: StoredPerson) -> Any:
    """Return the person after the box made the change."""
    return changed(stored, lambda info: info.update(changed_info(stored, _CHANGE)))


def test_obedient_box_makes_no_other_difference(dialect: Dialect) -> None:
    """Whether it writes numbers or texts, and empty fields or none."""
    stored = stored_person(dialect)
    assert differences(stored, obey(stored), _CHANGE) == ()
    name = FIELDS[dialect]

    def rewrite(info: dict[str, Any]) -> None:
        info[name.groups].reverse()
        info[name.person_type] = str(info[name.person_type])
        info["description"] = ""
        info["updateTime"] = 1795385035.5
        info[name.extra] |= {"message": None, "more": {"nothing": []}}
        if "visit_card_number" in info:
            info["visit_card_number"] = 7.0

    assert differences(stored, changed(obey(stored), rewrite), _CHANGE) == ()


@given(st.sampled_from(Dialect), st.data())
def test_every_other_difference_is_noticed(
    dialect: Dialect, data: st.DataObject
) -> None:
    """But for times and ids that only the box changes."""
    stored = stored_person(dialect)
    name = FIELDS[dialect]
    expected = changed_info(stored, _CHANGE)
    key = data.draw(
        st.sampled_from(sorted(expected.keys() - {"addTime", "identity_id"}))
    )
    value = data.draw(st.just("other") | st.none())

    def damage(info: dict[str, Any]) -> None:
        if key in (name.photos, name.faces):
            info[name.faces] = [str(value)]
        elif key == name.extra:
            info[key]["department"] = value
        elif key == name.groups:
            info[key] = [] if value is None else [value]
        else:
            info[key] = value

    found = differences(stored, changed(obey(stored), damage), _CHANGE)
    words = {
        name.name: "name",
        name.person_type: "person_type",
        name.groups: "group_ids",
        name.photos: "photo_ids",
        name.faces: "photo_ids",
    }
    assert found == (words.get(key, "details"),)


def test_group_of_faces_counts_as_a_group() -> None:
    """Only 1.x has them."""
    stored = stored_person(Dialect.NESTED)
    entry = {**stored.entry, "group_name": []}
    after = read_stored_person(Dialect.NESTED, entry)
    assert differences(stored, after, PersonChange()) == ("group_ids",)


@pytest.mark.parametrize("before", ["", "佚名", None])
@pytest.mark.parametrize("after", ["", "佚名", None])
def test_words_for_no_name_are_alike(
    dialect: Dialect, before: str | None, after: str | None
) -> None:
    """A box has its own."""
    name = FIELDS[dialect].name
    nameless = changed(stored_person(dialect), lambda info: info.update({name: before}))
    again = changed(nameless, lambda info: info.update({name: after}))
    assert differences(nameless, again, PersonChange()) == ()


def test_extended_details_of_another_kind_are_not_changed(dialect: Dialect) -> None:
    """They would be lost; other changes leave them alone."""
    name = FIELDS[dialect].extra
    stored = changed(stored_person(dialect), lambda info: info.update({name: [1]}))
    with pytest.raises(UnreadableError):
        update_requests(stored, PersonChange(details=PersonDetails(host="Tom")))
    [request] = update_requests(stored, PersonChange(name="Ada"))
    assert request.body is not None
    info: Any = request.body.get("info", request.body)
    assert info[name] == [1]


_names = st.sampled_from(["reg_photo", "photo", 'a"reg_photo', "reg_photo\\", ""])
_photos = st.text('AZ/\\"{}:, 人', max_size=12)
_answers = st.recursive(
    _photos | st.integers() | st.none() | st.sampled_from(["reg_photo"]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(_names, inner, max_size=4)
    ),
)


def without_photos(value: Any) -> Any:
    """Return a value with empty texts in place of photos."""
    if isinstance(value, list):
        return [without_photos(one) for one in value]
    if isinstance(value, dict):
        return {
            key: ""
            if key == "reg_photo" and isinstance(one, str)
            else without_photos(one)
            for key, one in value.items()
        }
    return value


@settings(max_examples=300)
@given(_answers, st.integers(1, 9), st.booleans(), st.sampled_from([None, 1]))
def test_photos_are_dropped_however_the_answer_is_cut(
    answer: Any, size: int, ascii_only: bool, indent: int | None
) -> None:
    """Everything else stays as it is."""
    text = json.dumps(answer, ensure_ascii=ascii_only, indent=indent).encode()
    dropper = TextDropper("reg_photo")
    kept = b"".join(
        dropper.feed(text[start : start + size]) for start in range(0, len(text), size)
    )
    assert orjson.loads(kept + dropper.rest()) == without_photos(answer)


@given(mutations(PEOPLE, Dialect.NESTED))
def test_answer_without_photos_stays_as_it_is(message: dict[str, object]) -> None:
    """Byte for byte."""
    text = json.dumps(message).replace("reg_photo", "photo").encode()
    dropper = TextDropper("reg_photo")
    assert dropper.feed(text) + dropper.rest() == text
