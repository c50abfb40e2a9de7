"""The person of a message, decided in one place for both dialects."""

from collections.abc import Callable

from hypothesis import given, strategies as st
import pytest

from custom_components.se_aibox.aibox.exceptions import UnreadableError
from custom_components.se_aibox.aibox.models import Dialect, PersonType, Recognition
from custom_components.se_aibox.aibox.wire.comparison import read_comparison
from custom_components.se_aibox.aibox.wire.dialect import WIRES

from .messages import COMPARISON, LIVE, ROW
from .readers import NOW, check_recognition

type Message = dict[str, object]
type Read = Callable[..., Recognition]

ID = "12345565"
AUTOMATIC_ID = "1602612036.3828533"


def _live(
    dialect: Dialect,
    person_type: object,
    enrolled: object = None,
    **changes: object,
) -> Recognition:
    message = {
        **LIVE[dialect],
        "identity_info": {} if enrolled is None else {"type": enrolled},
        **changes,
    }
    if dialect is Dialect.FLAT:
        message["user_type"] = person_type
    else:
        message["ext_data"] = {"person_type": person_type}
    return WIRES[dialect].read_recognition(message, NOW).recognition


def _row(
    dialect: Dialect,
    person_type: object,
    enrolled: object = None,
    **changes: object,
) -> Recognition:
    row = dict(ROW[dialect])
    changes |= {"identity_info": {} if enrolled is None else {"type": enrolled}}
    if dialect is Dialect.FLAT:
        row |= {"user_type": person_type, **changes}
    else:
        common = row["common"]
        assert isinstance(common, dict)
        row["common"] = {**common, "person_type": person_type, **changes}
    return WIRES[dialect].read_record(row, NOW).recognition


both_dialects = pytest.mark.parametrize("dialect", Dialect)
both_messages = pytest.mark.parametrize("read", [_live, _row])


@both_dialects
@both_messages
@pytest.mark.parametrize(
    ("person_type", "enrolled", "changes"),
    [
        (4, None, {}),
        ("stranger", None, {}),
        ("Stranger ", None, {}),
        ("strangers", None, {}),
        ("陌生人", None, {}),
        # The enrollment of a stranger that the box filed.
        (None, 4, {}),
        (1, "stranger", {}),
        ("vip", 4, {}),
        # The vendor's own example has type 1 and this name.
        (1, None, {"identity_name": "stranger"}),
        (None, None, {"identity_name": " Stranger"}),
        ("vip", 5, {"identity_name": "陌生人"}),
        # The vendor's form of an automatic id.
        (None, None, {"identity_id": AUTOMATIC_ID}),
        (1, None, {"identity_id": AUTOMATIC_ID}),
        ("employee", 1, {"identity_id": f" {AUTOMATIC_ID} "}),
        (2, None, {"identity_id": AUTOMATIC_ID, "identity_name": "Anna"}),
        # Words for no name.
        (1, None, {"identity_id": "-1"}),
        (1, None, {"identity_id": -1}),
        (1, None, {"identity_id": "0"}),
        (1, None, {"identity_id": 0}),
        ("vip", None, {"identity_id": "None"}),
        ("vip", None, {"identity_id": "stranger"}),
        (3, None, {"identity_id": " "}),
        (1, None, {"identity_id": None}),
    ],
)
def test_any_mark_as_a_stranger_makes_a_stranger(
    read: Read,
    dialect: Dialect,
    person_type: object,
    enrolled: object,
    changes: Message,
) -> None:
    """No door opens for one."""
    seen = read(dialect, person_type, enrolled, **changes)
    check_recognition(seen)
    assert seen.person_type is PersonType.STRANGER
    assert not seen.matched
    assert seen.unknown_type is None


@both_dialects
@both_messages
@pytest.mark.parametrize(
    ("person_type", "enrolled", "expected"),
    [
        (1, None, PersonType.EMPLOYEE),
        (None, None, PersonType.EMPLOYEE),
        (1, 2, PersonType.EMPLOYEE),
        (5, 1, PersonType.VIP),
        (None, 2, PersonType.VISITOR),
        (None, "vip", PersonType.VIP),
        # Any mark as blocklisted outweighs the rest.
        (1, 3, PersonType.BLOCKLISTED),
        (None, "blacklist", PersonType.BLOCKLISTED),
        (3, 1, PersonType.BLOCKLISTED),
        (6, 3, PersonType.BLOCKLISTED),
        (6, 1, PersonType.OTHER),
        (1, 6, PersonType.EMPLOYEE),
        (None, 6, PersonType.OTHER),
        (None, ["list"], PersonType.OTHER),
    ],
)
def test_type_of_the_message_outweighs_the_enrollment(
    read: Read,
    dialect: Dialect,
    person_type: object,
    enrolled: object,
    expected: PersonType,
) -> None:
    """Without either, the vendor's pages say employee."""
    seen = read(dialect, person_type, enrolled)
    assert seen.person_type is expected
    assert seen.matched


@both_dialects
@both_messages
@pytest.mark.parametrize(
    "changes", [{"identity_id": AUTOMATIC_ID}, {"identity_name": "stranger"}]
)
def test_blocklisted_stranger_stays_blocklisted(
    read: Read, dialect: Dialect, changes: Message
) -> None:
    """An alarm depends on it."""
    seen = read(dialect, 3, **changes)
    assert seen.person_type is PersonType.BLOCKLISTED
    assert seen.matched


@both_dialects
@both_messages
def test_automatic_id_is_kept_and_a_word_for_no_name_is_not(
    read: Read, dialect: Dialect
) -> None:
    """With one id, all strangers would be the same."""
    assert read(dialect, 1, identity_id=AUTOMATIC_ID).key.identity_id == AUTOMATIC_ID
    assert read(dialect, 1, identity_id="-1").key.identity_id is None


@both_dialects
def test_unknown_type_is_kept_on_one_short_line(dialect: Dialect) -> None:
    """A message shows it to the user."""
    assert _live(dialect, " bo\nss\u202e ").unknown_type == "boss"
    assert _live(dialect, "x" * 1000).unknown_type == "x" * 64
    assert _live(dialect, "\n").unknown_type is None
    assert _live(dialect, "car").unknown_type is None


@given(
    st.sampled_from(Dialect),
    st.none() | st.text() | st.integers(-2, 7),
    st.none() | st.text() | st.integers(-2, 7),
    st.none() | st.text() | st.sampled_from([ID, AUTOMATIC_ID, "-1", "0"]),
)
def test_only_known_words_make_a_person_welcome(
    dialect: Dialect, person_type: object, enrolled: object, identity_id: object
) -> None:
    """Any text may be in these fields."""
    try:
        seen = _live(dialect, person_type, enrolled, identity_id=identity_id)
    except UnreadableError:
        return
    check_recognition(seen)
    if seen.person_type in (PersonType.EMPLOYEE, PersonType.VISITOR, PersonType.VIP):
        said = {str(said).strip().lower() for said in (person_type, enrolled)}
        known = {"none", "", "1", "2", "5", "employee", "visitor", "vip"}
        assert said & known
        assert not said & {"3", "4", "blacklist", "stranger"}


@both_dialects
def test_comparison_with_a_stranger_is_no_match(dialect: Dialect) -> None:
    """The same words count in it."""
    answer = {**COMPARISON[dialect], "name": "stranger"}
    info = {"identity_name": "stranger", "name": "stranger", "type": 1}
    assert read_comparison(dialect, answer).matched is (dialect is Dialect.FLAT)
    assert not read_comparison(dialect, {**answer, "identity_info": info}).matched
