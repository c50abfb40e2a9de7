"""What was told already is known again, one to one."""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from hypothesis import given, strategies as st
import pytest

from custom_components.se_aibox.aibox import ledger
from custom_components.se_aibox.aibox.ledger import Ledger, unpack
from custom_components.se_aibox.aibox.models import PersonType, Recognition, Record
from custom_components.se_aibox.aibox.wire.recognition_id import (
    RecordKey,
    build_recognition_id,
)

_START = datetime(2026, 11, 22, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)

either_way = pytest.mark.parametrize("shares_ids", [True, False])


def _live(
    ms: int,
    *,
    recognition_id: str | None = None,
    device: str = "door",
    identity_id: str | None = None,
    score: float = 0.5,
) -> Recognition:
    occurred_at = _START + ms * _MILLISECOND
    built = build_recognition_id(RecordKey(device, occurred_at, identity_id))
    return Recognition(
        recognition_id=recognition_id or built,
        capture_device_id=device,
        identity_id=identity_id,
        identity_name=identity_id,
        person_type=PersonType.EMPLOYEE if identity_id else PersonType.STRANGER,
        score=score,
        group_name=None,
        occurred_at=occurred_at,
        received_at=occurred_at,
    )


def _record(live: Recognition, record_id: str) -> Record:
    return Record(replace(live, recognition_id=record_id), "", {}, record_id)


@either_way
def test_what_was_told_live_is_known(shares_ids: bool) -> None:
    """Once; a second record like it is a second recognition."""
    told = Ledger(shares_ids=shares_ids)
    assert told.tell(_live(0))
    matching = told.matching()
    assert matching.knows(_record(_live(0), "1"))
    assert not matching.knows(_record(_live(0), "2"))
    # The next walk starts anew.
    assert told.matching().knows(_record(_live(0), "1"))


@pytest.mark.parametrize(
    "other",
    [
        _live(3),
        _live(0, device="gate"),
        _live(0, identity_id="tom"),
        _live(0, score=0.51),
    ],
    ids=["later", "elsewhere", "somebody", "with another score"],
)
@either_way
def test_what_differs_is_not_known(shares_ids: bool, other: Recognition) -> None:
    """Strangers look alike, but for when, where and how much."""
    told = Ledger(shares_ids=shares_ids)
    told.tell(_live(0))
    assert not told.matching().knows(_record(other, "1"))


@either_way
def test_times_are_rounded_in_two_ways(shares_ids: bool) -> None:
    """A record's time is a float of seconds."""
    told = Ledger(shares_ids=shares_ids)
    told.tell(_live(0))
    assert told.matching().knows(_record(_live(-2), "1"))
    assert told.matching().knows(_record(_live(2), "1"))


def test_ids_that_are_shared_tell_lookalikes_apart() -> None:
    """Two strangers in one millisecond, of whom one was pushed."""
    told = Ledger(shares_ids=True)
    told.tell(_live(0, recognition_id="1"))
    matching = told.matching()
    assert not matching.knows(_record(_live(0), "2"))
    assert matching.knows(_record(_live(0), "1"))


def test_the_nearest_is_the_likeliest() -> None:
    """Faces in quick succession do not take one another's place."""
    told = Ledger(shares_ids=False)
    for ms in (0, 2, 4):
        told.tell(_live(ms))
    matching = told.matching()
    assert all(matching.knows(_record(_live(ms), str(ms))) for ms in (4, 2, 0))


@either_way
def test_what_was_recovered_is_not_told_live(shares_ids: bool) -> None:
    """A message may be under way for longer than anybody waits; the next like it is news."""
    told = Ledger(shares_ids=shares_ids)
    told.matching().recover(_record(_live(0), "1"))
    assert not told.tell(_live(0))
    assert told.tell(_live(0))


@either_way
def test_whoever_looks_like_two(shares_ids: bool) -> None:
    """One was told live, one recovered; the message that comes late is the latter's."""
    told = Ledger(shares_ids=shares_ids)
    told.tell(_live(0))
    told.matching().recover(_record(_live(0), "2"))
    assert not told.tell(_live(0))
    assert told.tell(_live(0))


@either_way
def test_what_is_told_during_a_walk_is_known(shares_ids: bool) -> None:
    """Also by the walk itself."""
    told = Ledger(shares_ids=shares_ids)
    matching = told.matching()
    assert not matching.knows(_record(_live(0), "1"))
    told.tell(_live(0))
    assert matching.knows(_record(_live(0), "1"))


@either_way
def test_what_is_recovered_does_not_stand_for_another(shares_ids: bool) -> None:
    """Three strangers in one millisecond, none of them pushed, are three."""
    told = Ledger(shares_ids=shares_ids)
    matching = told.matching()
    for record_id in "123":
        record = _record(_live(0), record_id)
        assert not matching.knows(record)
        matching.recover(record)
    again = told.matching()
    assert all(again.knows(_record(_live(0), record_id)) for record_id in "321")
    assert not again.knows(_record(_live(0), "4"))


def test_only_so_much_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """The oldest go, and from when on all is known is said."""
    monkeypatch.setattr(ledger, "MOST_TOLD", 3)
    told = Ledger(shares_ids=True)
    assert told.horizon < _START
    matching = told.matching()
    for ms in (0, 0, 10, 20, 30):
        count = len(list(unpack(told.since(_START)[0])))
        matching.recover(_record(_live(ms), f"{ms}/{count}"))
    kept, since_ms = told.since(_START)
    assert [each.ms for each in unpack(kept)] == [
        round((_START + ms * _MILLISECOND).timestamp() * 1000) for ms in (10, 20, 30)
    ]
    assert told.horizon == _START + _MILLISECOND
    assert since_ms == round(told.horizon.timestamp() * 1000)
    # It is forgotten that it was recovered, too.
    assert told.tell(_live(0, recognition_id="0/0"))


@either_way
def test_the_newest_are_kept(shares_ids: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of live ones without ids, too."""
    monkeypatch.setattr(ledger, "MOST_TOLD", 3)
    told = Ledger(shares_ids=shares_ids)
    for ms in range(0, 80, 10):
        assert told.tell(_live(ms))
    matching = told.matching()
    known = [matching.knows(_record(_live(ms), str(ms))) for ms in range(0, 80, 10)]
    assert known == [False] * 5 + [True] * 3


@either_way
def test_what_is_taken_back_at_once_needs_no_place(
    shares_ids: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many they are: what was told before is known, and they themselves are missing."""
    monkeypatch.setattr(ledger, "MOST_TOLD", 3)
    told = Ledger(shares_ids=shares_ids)
    told.tell(_live(0))
    told.tell(_live(10, recognition_id="10"))
    matching = told.matching()
    for ms in range(20, 100, 10):
        record = _record(_live(ms), str(ms))
        assert not matching.knows(record)
        matching.recover(record)
        told.forget(record.recognition)
    # In the place of what was matched last.
    told.tell(_live(100))
    assert matching.knows(_record(_live(100), "100"))
    again = told.matching()
    known = [again.knows(_record(_live(ms), str(ms))) for ms in range(0, 110, 10)]
    assert known == [True, True] + [False] * 8 + [True]
    assert told.horizon == datetime.fromtimestamp(0, UTC)


@given(
    events=st.lists(
        st.tuples(st.integers(0, 3), st.sampled_from(["tell", "recover", "take back"])),
        max_size=20,
    ),
    shares_ids=st.booleans(),
)
def test_what_is_taken_back_is_missing(
    events: list[tuple[int, str]], shares_ids: bool
) -> None:
    """In any order, of those who look alike, too: as many are known as were told and not taken back."""
    told = Ledger(shares_ids=shares_ids)
    known: Counter[int] = Counter()
    matching = told.matching()
    for ms, what in events:
        record = _record(_live(ms * 10), "")
        if what == "tell":
            known[ms] += told.tell(record.recognition)
        elif what == "recover":
            matching.recover(replace(record, record_id=None))
            known[ms] += 1
        elif known[ms]:
            told.forget(_live(ms * 10))
            known[ms] -= 1
    again = told.matching()
    for ms in range(4):
        alike = replace(_record(_live(ms * 10), ""), record_id=None)
        found = [again.knows(alike) for _ in range(known[ms] + 1)]
        assert found == [True] * known[ms] + [False]


def test_an_id_that_came_twice_is_forgotten_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The newer one is still found."""
    monkeypatch.setattr(ledger, "MOST_TOLD", 2)
    told = Ledger(shares_ids=True)
    for ms in (0, 10, 20):
        told.tell(_live(ms, recognition_id="same" if ms != 20 else "other"))
    assert told.matching().knows(_record(_live(10), "same"))


@either_way
def test_a_restart(shares_ids: bool) -> None:
    """What is written down is known afterwards, and how far back that goes."""
    told = Ledger(shares_ids=shares_ids)
    for ms in range(5):
        told.tell(_live(ms * 10))
    kept, since_ms = told.since(_START + 20 * _MILLISECOND)
    afterwards = Ledger(kept, since_ms, shares_ids=shares_ids)
    assert afterwards.horizon == _START + 20 * _MILLISECOND
    matching = afterwards.matching()
    known = [matching.knows(_record(_live(ms * 10), str(ms))) for ms in range(5)]
    assert known == [False, False, True, True, True]
    assert b"tom" not in kept


@either_way
def test_what_was_recovered_before_a_restart_is_not_told_live(shares_ids: bool) -> None:
    """Its message may have been under way all the while."""
    told = Ledger(shares_ids=shares_ids)
    told.tell(_live(10))
    told.matching().recover(_record(_live(0), "1"))
    afterwards = Ledger(*told.since(_START), shares_ids=shares_ids)
    assert not afterwards.tell(_live(0))
    assert afterwards.tell(_live(0))
    assert afterwards.tell(_live(10))


@dataclass(frozen=True)
class _Event:
    ms: int
    device: str
    identity_id: str | None
    is_pushed: bool
    # During which walk the record is there for the first time.
    recorded: int

    def live(self, recognition_id: str | None) -> Recognition:
        return _live(
            self.ms,
            device=self.device,
            identity_id=self.identity_id,
            recognition_id=recognition_id,
        )


_events = st.lists(
    st.builds(
        _Event,
        # Few of each, so that they collide.
        ms=st.integers(0, 3).map(lambda number: number * 5),
        device=st.sampled_from(["door", "gate"]),
        identity_id=st.sampled_from([None, None, "tom"]),
        is_pushed=st.booleans(),
        recorded=st.integers(0, 2),
    ),
    max_size=12,
)


@given(events=_events, shares_ids=st.booleans(), backwards=st.booleans())
def test_each_is_told_once(
    events: list[_Event], shares_ids: bool, backwards: bool
) -> None:
    """Whatever looks like what, whatever enters late, and however often the history is walked."""
    told = Ledger(shares_ids=shares_ids)
    books: Counter[tuple[int, str, str | None]] = Counter()

    def note(seen: Recognition) -> None:
        ms = (seen.occurred_at - _START) // _MILLISECOND
        books[ms, seen.capture_device_id, seen.identity_id] += 1

    for number, event in enumerate(events):
        if event.is_pushed:
            seen = event.live(str(number) if shares_ids else None)
            assert told.tell(seen)
            note(seen)
    for walk in range(3):
        matching = told.matching()
        records = [
            _record(event.live(None), str(number))
            for number, event in enumerate(events)
            if event.recorded <= walk
        ]
        for record in reversed(records) if backwards else records:
            if not matching.knows(record):
                matching.recover(record)
                note(record.recognition)
    assert books == Counter(
        (event.ms, event.device, event.identity_id) for event in events
    )
