"""Ids that are built so that a record can be found again."""

from datetime import UTC, datetime, timedelta
from urllib.parse import quote, unquote

from hypothesis import given, strategies as st
import pytest

from custom_components.se_aibox.aibox.models import RecordKey
from custom_components.se_aibox.aibox.wire.recognition_id import (
    build_recognition_id,
    parse_recognition_id,
)

_EPOCH = datetime.fromtimestamp(0, UTC)

_ids = st.text(min_size=1, max_size=40) | st.text("~/%:.é盒\n", min_size=1)
_moments = st.integers(0, 10**14 - 1).map(
    lambda milliseconds: _EPOCH + timedelta(milliseconds=milliseconds)
)
_keys = st.builds(RecordKey, _ids, _moments, st.none() | _ids)


@given(_keys)
def test_a_built_id_says_what_it_was_built_from(key: RecordKey) -> None:
    """Whatever characters ids have."""
    assert parse_recognition_id(build_recognition_id(key)) == key


@given(_keys, st.integers(2, 10**6))
def test_a_numbered_id_leads_to_the_same_record(key: RecordKey, number: int) -> None:
    """Strangers in one millisecond are told apart by a number behind the id."""
    assert parse_recognition_id(f"{build_recognition_id(key)}~{number}") == key


@given(_keys, _keys)
def test_different_recognitions_have_different_ids(
    one: RecordKey, other: RecordKey
) -> None:
    """No id means two things."""
    assert (build_recognition_id(one) == build_recognition_id(other)) is (one == other)


@given(_keys)
def test_a_built_id_is_one_part_of_a_path(key: RecordKey) -> None:
    """Pictures are served under it."""
    recognition_id = build_recognition_id(key)

    assert "/" not in recognition_id
    assert recognition_id.isascii()
    assert unquote(quote(recognition_id, safe="")) == recognition_id


@given(_ids, st.timedeltas(timedelta(0), timedelta(days=700_000)))
def test_times_before_the_epoch_are_the_epoch(device: str, before: timedelta) -> None:
    """A clock cannot be that wrong; an id is built all the same."""
    key = RecordKey(device, _EPOCH - before, None)

    parsed = parse_recognition_id(build_recognition_id(key))

    assert parsed is not None
    assert parsed.occurred_at.timestamp() == 0


@pytest.mark.parametrize(
    "recognition_id",
    [
        "",
        "~",
        "~1~",
        "1602608436382000001",
        "5f85dd34-2bd8-4c1e-9b7e-6f1d1d3c0c11",
        "door~soon~",
        "door~-1~",
        "door~1",
        "door~1~x~y",
        "door~1~x~2~3",
        "door~١~x",
        "door~100000000000000~x",
    ],
)
def test_an_id_of_the_box_is_left_alone(recognition_id: str) -> None:
    """It says nothing that could be taken apart."""
    assert parse_recognition_id(recognition_id) is None


@given(st.text())
def test_any_text_can_be_asked(text: str) -> None:
    """Ids come from addresses that anybody may type: what is taken apart can be calculated with."""
    key = parse_recognition_id(text)

    if key is not None:
        assert key.occurred_at + timedelta(days=366) > key.occurred_at
