"""The ids of the media browser: they come back from a browser, and from whoever types one."""

from datetime import UTC, date, datetime

from hypothesis import given, strategies as st
import pytest

from custom_components.se_aibox.media.ids import Kind, MediaId
from homeassistant.components.media_source.const import URI_SCHEME_REGEX

_texts = st.text(min_size=1, max_size=40).filter(
    lambda text: text.encode("utf-8", "ignore").decode() == text
)
_ids = st.builds(
    MediaId,
    entry_id=st.just("01SEAIBOX000000000000ENTRY"),
    kind=st.sampled_from([kind for kind in Kind if kind is not Kind.RECOGNITION]),
    day=st.none() | st.dates(date(1970, 1, 1), date(2999, 12, 31)),
    identity_id=st.none() | _texts,
    capture_device_id=st.none() | _texts,
    until=st.none()
    | st.datetimes(
        datetime(1970, 1, 2),  # noqa: DTZ001 - made aware by the next argument
        datetime(2286, 1, 1),  # noqa: DTZ001 - see above
        timezones=st.just(UTC),
    ),
)


@given(
    _ids
    | st.builds(MediaId, st.just("1"), st.just(Kind.RECOGNITION), recognition_id=_texts)
)
def test_there_and_back(media_id: MediaId) -> None:
    """Whatever a box calls people and things, an id says the same when it comes back."""
    assert MediaId.parse(str(media_id)) == media_id
    assert URI_SCHEME_REGEX.match(f"media-source://se_aibox/{media_id}")
    assert str(media_id).isascii()


@given(st.text())
def test_any_text(text: str) -> None:
    """It is an id, or said to be none."""
    try:
        media_id = MediaId.parse(text)
    except ValueError:
        return
    assert MediaId.parse(str(media_id)) == media_id


@pytest.mark.parametrize(
    "text",
    [
        "entry/attic",
        "entry/days/day=today",
        "entry/days/day=2026-02-30",
        "entry/days/day=9999-12-31",
        "entry/days/day=２０２６-01-01",
        "entry/recognitions/until=-1",
        "entry/recognitions/until=1e9",
        "entry/recognitions/until=99999999999999999",
        "entry/recognitions/colour=red",
        "entry/recognitions/identity=%ff",
        "entry/recognitions/recognition=1",
        "entry/recognition",
    ],
)
def test_no_id(text: str) -> None:
    """What was typed by hand or made by another version."""
    with pytest.raises(ValueError):
        MediaId.parse(text)


def test_a_box_by_its_entry() -> None:
    """The short form is as good."""
    assert MediaId.parse("entry") == MediaId.parse("entry/box") == MediaId("entry")
