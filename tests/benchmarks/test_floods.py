"""Tests of the floods that the benchmarks send."""

import orjson
import pytest

from benchmarks.floods import BROADCASTS, EVENTS, Kind, message

_LARGEST = 32 * 1024 * 1024
_MOST_VALUES = 100_000


@pytest.mark.parametrize("kind", [Kind.TEXTS, Kind.LISTS])
def test_message_is_about_as_long_as_accepted(kind: Kind) -> None:
    """A longer one would be refused unread."""
    assert 0.98 * _LARGEST < len(message(kind)) < _LARGEST


def test_message_of_texts_has_about_as_many_values_as_accepted() -> None:
    """So it is parsed, which takes the longest."""
    [texts] = orjson.loads(message(Kind.TEXTS)).values()
    assert 0.98 * _MOST_VALUES < len(texts) < _MOST_VALUES


def test_every_kind_is_a_burst_or_a_message() -> None:
    """The recognition to repeat is known to the box only."""
    messages = {Kind.TEXTS, Kind.LISTS}
    assert {*EVENTS, *BROADCASTS, *messages, Kind.REPEATED} == set(Kind)
