"""When the visitor of an ended visit may be deleted from a box."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given, strategies as st
import pytest

from custom_components.se_aibox.aibox.enrolled import PersonDetails, PersonRecord
from custom_components.se_aibox.aibox.exceptions import (
    AiBoxBusyError,
    AiBoxConnectionError,
    AiBoxError,
    AiBoxNotFoundError,
    AiBoxProtocolError,
    AiBoxRefusedError,
    AiBoxTimeoutError,
    UnreadableError,
)
from custom_components.se_aibox.aibox.models import PersonType
from custom_components.se_aibox.aibox.names import id_key, name_key
from custom_components.se_aibox.people.visit import (
    Verdict,
    Visit,
    Visitor,
    changed,
    judge,
    minutes_to_wait,
    proves_not_enrolled,
)

NOON = datetime(2026, 11, 30, 12, tzinfo=UTC)
FIVE = NOON + timedelta(hours=5)
ANNA = Visitor("V100", "Anna", NOON, FIVE, "Tom", "Acme", "Interview")
DETAILS = PersonDetails(
    host="Tom", company="Acme", purpose="Interview", valid_from=NOON, valid_until=FIVE
)
ENROLLED = PersonRecord("V100", "Anna", PersonType.VISITOR, details=DETAILS)

NAMES = st.sampled_from(["Anna", "ANNA", " anna ", "Anne", "佚名", "", None])
IDS = st.sampled_from(["V100", " V100 ", "v100", "V10", "100"])
TYPES = st.sampled_from(PersonType)
ENDS = st.none() | st.timedeltas(timedelta(hours=-2), timedelta(hours=2)).map(
    lambda span: FIVE + span
)


def until(end: datetime | None) -> PersonRecord:
    """Return the visitor as a box has them, with another end."""
    return replace(ENROLLED, details=replace(DETAILS, valid_until=end))


def test_visitor_as_enrolled_may_be_deleted() -> None:
    assert judge(ANNA, ENROLLED) is Verdict.AS_ENROLLED


def test_unused_id_is_an_ended_visit() -> None:
    assert judge(ANNA, None) is Verdict.GONE


@pytest.mark.parametrize(
    "difference",
    [
        {"identity_id": "V101"},
        {"identity_id": "v100"},
        {"name": "Anne"},
        {"name": None},
        {"person_type": PersonType.EMPLOYEE},
        {"person_type": PersonType.VIP},
        {"person_type": PersonType.OTHER},
    ],
)
def test_any_difference_forbids_the_deletion(difference: dict[str, Any]) -> None:
    """The id may belong to another person by now."""
    assert judge(ANNA, replace(ENROLLED, **difference)) is Verdict.CHANGED


@pytest.mark.parametrize(
    ("end", "verdict"),
    [
        (None, Verdict.CHANGED),
        (FIVE + timedelta(seconds=59), Verdict.AS_ENROLLED),
        (FIVE - timedelta(seconds=59), Verdict.AS_ENROLLED),
        (FIVE + timedelta(minutes=1), Verdict.CHANGED),
        (FIVE - timedelta(minutes=1), Verdict.CHANGED),
        (FIVE + timedelta(days=1), Verdict.CHANGED),
        (FIVE.astimezone(), Verdict.AS_ENROLLED),
    ],
)
def test_end_of_the_box_must_be_the_same_minute(
    end: datetime | None, verdict: Verdict
) -> None:
    """A user may have prolonged the visit on the box."""
    assert judge(ANNA, until(end)) is verdict


@given(IDS, NAMES, TYPES, ENDS)
def test_deletion_needs_id_name_type_and_end_whatever_the_box_has(
    identity_id: str, name: str | None, person_type: PersonType, end: datetime | None
) -> None:
    """None of them alone is enough."""
    found = replace(
        until(end), identity_id=identity_id, name=name, person_type=person_type
    )
    same = (
        id_key(identity_id) == "V100",
        name_key(name) == "anna",
        person_type is PersonType.VISITOR,
        end is not None and abs(end - FIVE) < timedelta(minutes=1),
    )
    verdict = judge(ANNA, found)
    assert verdict is (Verdict.AS_ENROLLED if all(same) else Verdict.CHANGED)


def test_word_of_a_box_for_no_name_is_no_name() -> None:
    """Nor is it the name of another person."""
    nameless = replace(ANNA, name="佚名")
    assert judge(nameless, replace(ENROLLED, name=None)) is Verdict.AS_ENROLLED
    assert judge(nameless, ENROLLED) is Verdict.CHANGED


@pytest.mark.parametrize(
    ("error", "proves"),
    [
        (AiBoxRefusedError("1", "no"), True),
        (AiBoxBusyError(), True),
        (AiBoxNotFoundError(), True),
        (AiBoxConnectionError(was_connected=False), True),
        (AiBoxConnectionError(), False),
        (AiBoxTimeoutError(), False),
        (AiBoxProtocolError(), False),
        (UnreadableError("cut off"), False),
    ],
)
def test_only_an_answer_proves_that_no_one_was_enrolled(
    error: AiBoxError, proves: bool
) -> None:
    """Or that nothing was sent."""
    assert proves_not_enrolled(error) is proves


def test_attempts_are_made_less_often_but_never_end() -> None:
    waits = [minutes_to_wait(failures) for failures in (1, 2, 3, 4, 5, 6, 10**6)]
    assert waits == [1, 2, 4, 8, 15, 15, 15]


@given(st.timedeltas(timedelta(days=-2), timedelta(days=2)))
def test_visit_is_due_from_its_end_on_and_late_an_hour_later(span: timedelta) -> None:
    now = FIVE + span
    assert ANNA.is_due(now) is (span >= timedelta())
    assert ANNA.is_late(now) is (span >= timedelta(hours=1))


@pytest.mark.parametrize(
    ("seen", "shown"),
    [
        (("old", "V100", "anna", PersonType.VISITOR), True),
        (("third", "V100", "Anna", PersonType.VISITOR), False),
        (("old", "V101", "Anna", PersonType.VISITOR), False),
        (("old", None, None, PersonType.STRANGER), False),
        (("old", "V100", "Anne", PersonType.VISITOR), False),
        (("old", "V100", "Anna", PersonType.EMPLOYEE), False),
    ],
)
def test_visitor_is_known_by_box_id_name_and_type(
    seen: tuple[str, str | None, str | None, PersonType], shown: bool
) -> None:
    visit = Visit("1", ANNA, frozenset({"old", "new"}))
    assert visit.shows(*seen) is shown


def test_visit_is_open_until_it_has_ended_on_each_box() -> None:
    visit = Visit("1", ANNA, frozenset({"old", "new"}))
    assert visit.open_on == {"old", "new"}
    visit = visit.ended("old")
    assert visit.open_on == {"new"}
    assert visit.ended("new").open_on == frozenset()
    assert visit.without("new") == Visit(
        "1", ANNA, frozenset({"old"}), ended_on=frozenset({"old"})
    )
    left = visit.without("old")
    assert left is not None
    assert left.open_on == {"new"}
    assert left.without("new") is None


def test_personal_data_is_in_no_log() -> None:
    text = repr(Visit("1", ANNA, frozenset()))
    assert not any(word in text for word in ("Anna", "V100", "Tom", "Acme", "Inter"))


LATER = FIVE + timedelta(hours=2)


@pytest.mark.parametrize(
    ("details", "visitor"),
    [
        (DETAILS, ANNA),
        # A box that stores no seconds has not changed anything.
        (replace(DETAILS, valid_until=FIVE + timedelta(seconds=30)), ANNA),
        (replace(DETAILS, valid_until=LATER), replace(ANNA, valid_until=LATER)),
        (
            replace(DETAILS, valid_from=LATER, valid_until=LATER + timedelta(hours=1)),
            replace(ANNA, valid_from=LATER, valid_until=LATER + timedelta(hours=1)),
        ),
        (replace(DETAILS, valid_from=None), ANNA),
        (replace(DETAILS, host=None), replace(ANNA, host=None)),
        (
            replace(DETAILS, valid_until=NOON - timedelta(hours=1)),
            replace(
                ANNA,
                valid_from=NOON - timedelta(hours=1),
                valid_until=NOON - timedelta(hours=1),
            ),
        ),
        # The user is asked, because someone else removed the end.
        (replace(DETAILS, valid_until=None), ANNA),
    ],
)
def test_visit_follows_changes_by_home_assistant(
    details: PersonDetails, visitor: Visitor
) -> None:
    assert changed(ANNA, replace(ENROLLED, details=details)) == visitor


def test_visitor_who_becomes_an_employee_is_no_visitor_any_more() -> None:
    assert changed(ANNA, replace(ENROLLED, person_type=PersonType.EMPLOYEE)) is None


def test_visitor_whose_name_the_box_does_not_report_keeps_it() -> None:
    assert changed(ANNA, replace(ENROLLED, name=None)) == ANNA
    renamed = changed(ANNA, replace(ENROLLED, name="Anne"))
    assert renamed == replace(ANNA, name="Anne")


@given(
    st.sampled_from(["Anna", "Anne", "小红"]),
    st.timedeltas(timedelta(days=-1), timedelta(days=1)),
    st.none() | st.timedeltas(timedelta(days=-1), timedelta(days=1)),
)
def test_changed_visit_ends_with_the_changed_person(
    name: str, end: timedelta, begin: timedelta | None
) -> None:
    """Otherwise, our own change would be a repair at the end."""
    details = replace(
        DETAILS,
        valid_until=FIVE + end,
        valid_from=None if begin is None else FIVE + begin,
    )
    record = replace(ENROLLED, name=name, details=details)
    visitor = changed(ANNA, record)
    assert visitor is not None
    assert judge(visitor, record) is Verdict.AS_ENROLLED
    assert visitor.valid_from <= visitor.valid_until
