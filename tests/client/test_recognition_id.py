"""Built ids, from which a record can be found."""

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
def test_built_id_is_parsed_to_its_key(key: RecordKey) -> None:
    """Ids may contain any characters."""
    assert parse_recognition_id(build_recognition_id(key)) == key


@given(_keys, st.integers(2, 10**6))
def test_numbered_id_is_parsed_to_the_same_key(key: RecordKey, number: int) -> None:
    """The number distinguishes strangers in one millisecond."""
    assert parse_recognition_id(f"{build_recognition_id(key)}~{number}") == key


@given(_keys, _keys)
def test_different_keys_have_different_ids(one: RecordKey, other: RecordKey) -> None:
    """Equal keys have equal ids."""
    assert (build_recognition_id(one) == build_recognition_id(other)) is (one == other)


@given(_keys)
def test_built_id_is_one_part_of_a_path(key: RecordKey) -> None:
    """It is part of the URLs of pictures."""
    recognition_id = build_recognition_id(key)

    assert "/" not in recognition_id
    assert recognition_id.isascii()
    assert unquote(quote(recognition_id, safe="")) == recognition_id


@given(_ids, st.timedeltas(timedelta(0), timedelta(days=700_000)))
def test_time_before_the_epoch_becomes_the_epoch(
    device: str, before: timedelta
) -> None:
    """Nothing is raised."""
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
def test_id_of_the_box_is_not_parsed(recognition_id: str) -> None:
    """Some ids only resemble a built one."""
    assert parse_recognition_id(recognition_id) is None


@given(st.text())
def test_any_text_is_parsed_to_a_usable_time_or_none(text: str) -> None:
    """Ids come from URLs, which anyone can enter."""
    key = parse_recognition_id(text)

    if key is not None:
        assert key.occurred_at + timedelta(days=366) > key.occurred_at
