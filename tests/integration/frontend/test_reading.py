"""Reading and merging the lists of boxes, without boxes."""

from collections.abc import Coroutine, Iterable
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings, strategies as st
import pytest

from custom_components.se_aibox.aibox.models import (
    PersonType,
    PictureKind,
    Recognition,
    Record,
)
from custom_components.se_aibox.box.history import BoxHistory
from custom_components.se_aibox.frontend import reading
from custom_components.se_aibox.frontend.cursor import Cursor, Position, millisecond
from custom_components.se_aibox.frontend.reading import Search, async_read, merged
from custom_components.se_aibox.recognition.freshness import seen_at

NOON = datetime(2026, 1, 30, 12, tzinfo=UTC)


class NoPictures:
    """The pictures of a box that has none."""

    def know(self, records: Iterable[Record]) -> None:
        """Remember nothing."""

    def kinds_held(self, recognition_id: str) -> frozenset[PictureKind]:
        """Return none."""
        return frozenset()


def recognition(number: int, moment: datetime, matched: bool = False) -> Recognition:
    """Return a recognition with an id of its own."""
    return Recognition(
        f"id {number}",
        "door",
        "7" if matched else None,
        "Tom" if matched else None,
        PersonType.EMPLOYEE if matched else PersonType.STRANGER,
        score=float(number),
        group_name=None,
        occurred_at=moment,
        received_at=NOON,
    )


def search(
    moments: Iterable[datetime], *, wants_all: bool = True, ahead: int = 0
) -> Search:
    """Return the search of a box that remembers its pushes."""
    history = BoxHistory(None, NoPictures())
    for number, moment in enumerate(moments):
        history.remember(recognition(number, moment, matched=number % 5 == 0))
    return Search(
        history,
        lambda query: [query],
        lambda seen: wants_all or seen.matched,
        timedelta(seconds=ahead),
    )


async def pages(
    boxes: dict[str, Search], limit: int
) -> list[tuple[tuple[str, Recognition], ...]]:
    """Return all pages; the cursor is sent as text."""
    found = []
    cursor = Cursor()
    while True:
        before = cursor.positions
        parts = {
            entry_id: await async_read(box, before.get(entry_id), limit)
            for entry_id, box in boxes.items()
        }
        page = merged(parts, before, limit)
        found.append(page.found)
        if page.older is None:
            return found
        cursor = Cursor.parse(str(page.older))


def at_once[T](work: Coroutine[None, None, T]) -> T:
    """Run what waits for nothing."""
    with pytest.raises(StopIteration) as stopped:
        work.send(None)
    result: T = stopped.value.value
    return result


# Few enough that many are equal; some differ by less than a millisecond.
MOMENTS = st.lists(
    st.integers(0, 8).map(lambda n: NOON - timedelta(microseconds=700 * n)),
    max_size=12,
)


@given(
    st.lists(MOMENTS, min_size=3, max_size=3),
    st.integers(1, 15),
    st.booleans(),
    st.lists(st.integers(-3, 3), min_size=3, max_size=3),
)
@settings(max_examples=300, deadline=None)
def test_pages_neither_repeat_nor_miss(
    lists: list[list[datetime]],
    limit: int,
    wants_all: bool,
    clocks: list[int],
) -> None:
    """Whatever happens in one moment, and however large a page is."""
    boxes = {
        f"box{number}": search(moments, wants_all=wants_all, ahead=ahead)
        for number, (moments, ahead) in enumerate(zip(lists, clocks, strict=True))
    }
    found = at_once(pages(boxes, limit))

    rows = [one for page in found for one in page]
    assert sorted((box, seen.recognition_id) for box, seen in rows) == sorted(
        (f"box{number}", f"id {index}")
        for number, moments in enumerate(lists)
        for index in range(len(moments))
        if wants_all or index % 5 == 0
    )
    assert all(len(page) == limit for page in found[:-1])
    times = [
        millisecond(seen_at(seen, box_ahead=boxes[box].box_ahead)) for box, seen in rows
    ]
    assert times == sorted(times, reverse=True)


def test_crowded_millisecond_is_listed_and_left_in_the_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It takes more rows than are read at once."""
    monkeypatch.setattr(reading, "_MOST_ROWS", 4)
    monkeypatch.setattr(reading, "_MOST_ROWS_EVER", 8)
    moments = [NOON, *[NOON - timedelta(hours=1)] * 50, NOON - timedelta(hours=2)]

    found = at_once(pages({"box": search(moments)}, 2))

    shown = [seen.occurred_at for page in found for _, seen in page]
    assert shown == moments


@given(
    st.dictionaries(
        st.from_regex(r"[0-9A-Za-z_-]{1,40}", fullmatch=True),
        st.builds(
            Position,
            st.none() | st.integers(0, 10**13 - 1),
            st.integers(0, 9999),
        ),
        min_size=1,
        max_size=5,
    )
)
def test_cursor_is_read_as_it_was_written(positions: dict[str, Position]) -> None:
    """It is one text."""
    cursor = Cursor(positions)
    assert Cursor.parse(str(cursor)) == cursor


@pytest.mark.parametrize(
    "text",
    [
        "",
        ",",
        "box",
        "box:1",
        "box:1:",
        ":1:0",
        "box:-1:0",
        "box:1:-1",
        f"box:{10**13}:0",
        "box:1:10000",
        "box:1:0,",
        "box:٣:0",
        "box:1:0\n",
        f"{'b' * 41}:1:0",
        ",".join(["box:1:0"] * 3000),
    ],
)
def test_text_that_is_no_cursor_is_refused(text: str) -> None:
    """However long it is."""
    with pytest.raises(ValueError, match=r"too long|no cursor"):
        Cursor.parse(text)
