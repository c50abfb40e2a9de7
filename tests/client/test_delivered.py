"""Matching messages and records with delivered recognitions."""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
import tracemalloc

from hypothesis import example, given, strategies as st
import pytest

from custom_components.se_aibox.aibox import delivered
from custom_components.se_aibox.aibox.client import AiBoxClient
from custom_components.se_aibox.aibox.delivered import Delivered, unique_records
from custom_components.se_aibox.aibox.models import (
    PersonType,
    PictureKind,
    Recognition,
    Record,
    RecordKey,
)
from custom_components.se_aibox.aibox.updates import (
    Connected,
    Disconnected,
    ScanCompleted,
)
from custom_components.se_aibox.aibox.wire.recognition_id import (
    build_recognition_id,
    parse_recognition_id,
)
from emulator import EmulatedBox, Variant

from .common import Updates, next_recognition, next_update, until

_START = datetime(2026, 11, 22, tzinfo=UTC)
_EPOCH = datetime.fromtimestamp(0, UTC)
_MILLISECOND = timedelta(milliseconds=1)

either_way = pytest.mark.parametrize("shares_ids", [True, False])


def _live(
    ms: int,
    *,
    recognition_id: str | None = None,
    device: str = "door",
    identity_id: str | None = None,
    score: float | None = 0.5,
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
        received_at=_START,
    )


def _record(live: Recognition, record_id: str | None, *, shares_ids: bool) -> Record:
    """Return a record as the wire reads it; only flat boxes share ids."""
    if shares_ids and record_id is not None:
        live = replace(live, recognition_id=record_id)
    return Record(live, "", {}, record_id)


def _knows(memory: Delivered, record: Record) -> bool:
    return not memory.missing([record])


def _named(recognition: Recognition | None) -> str:
    assert recognition is not None
    return recognition.recognition_id


# With an emulated box


@pytest.mark.parametrize("variant", [Variant(live_event_id=True, duplicates=2)])
async def test_message_that_is_pushed_three_times_is_delivered_once(
    client: AiBoxClient, updates: Updates, box: EmulatedBox
) -> None:
    """Two events are delivered in their order."""
    first = await box.recognize()
    second = await box.recognize()

    assert (await next_recognition(updates)).recognition_id == first.event_id
    assert (await next_recognition(updates)).recognition_id == second.event_id
    await until(lambda: client.duplicates == 4)


@pytest.mark.parametrize("variant", [Variant(live_event_id=True)])
async def test_message_that_is_pushed_again_after_a_reconnect_is_dropped(
    updates: Updates, box: EmulatedBox
) -> None:
    """Id, device, time and identity are the same."""
    moment = round(box.state.now() * 1000)

    async def push() -> None:
        await box.recognize(box.devices[0], timestamp_ms=moment, event_id="one")

    await push()
    await next_recognition(updates)
    await box.drop()
    await next_update(updates, Disconnected)
    await next_update(updates, Connected)
    await next_update(updates, ScanCompleted)
    await box.wait_for_subscription()

    await push()
    await box.recognize(box.devices[0], event_id="two")

    assert (await next_recognition(updates)).recognition_id == "two"


@pytest.mark.parametrize("variant", [Variant(live_event_id=True)])
async def test_reused_event_id_of_another_person_is_delivered(
    updates: Updates, box: EmulatedBox
) -> None:
    """Event ids start again when a box restarts."""
    names = set()
    for person in box.people[:3]:
        await box.recognize(box.devices[0], person, event_id="1")
        seen = await next_recognition(updates)
        assert seen.identity_id == person.identity_id
        names.add(seen.recognition_id)

    assert len(names) == 3
    assert "1" in names


@pytest.mark.parametrize("variant", [Variant(live_event_id=True)])
async def test_better_result_under_the_same_id_is_delivered(
    updates: Updates, box: EmulatedBox
) -> None:
    """A box may report a stranger first and a person afterwards."""
    moment = round(box.state.now() * 1000)
    for person in (None, box.people[0]):
        await box.recognize(box.devices[0], person, timestamp_ms=moment, event_id="1")

    assert not (await next_recognition(updates)).matched
    assert (await next_recognition(updates)).identity_id == box.people[0].identity_id


@pytest.mark.parametrize("variant", [Variant(), Variant(event_id_missing=True)])
async def test_strangers_in_one_millisecond_have_different_ids(
    updates: Updates, box: EmulatedBox
) -> None:
    """Each id is parsed to the same key."""
    for _ in range(3):
        await box.recognize(box.devices[0], timestamp_ms=1_795_385_035_868)

    seen = [await next_recognition(updates) for _ in range(3)]
    assert len({each.recognition_id for each in seen}) == 3
    built = [parse_recognition_id(each.recognition_id) for each in seen]
    assert len(set(built)) == 1


async def test_person_twice_in_one_millisecond_is_delivered_once_without_ids(
    updates: Updates, box: EmulatedBox
) -> None:
    """Another person in the same millisecond is delivered."""
    box.state.variant = Variant(event_id_missing=True)
    moment = 1_790_000_000_123
    for _ in range(2):
        await box.recognize(box.devices[0], box.people[0], timestamp_ms=moment)
    await box.recognize(box.devices[0], box.people[1], timestamp_ms=moment)

    assert (await next_recognition(updates)).identity_id == box.people[0].identity_id
    assert (await next_recognition(updates)).identity_id == box.people[1].identity_id


# Live messages


def test_duplicates_are_counted() -> None:
    """Similar strangers and late messages do not count."""
    memory = Delivered(shares_ids=True)
    for _ in range(3):
        memory.accept_live(_live(0, recognition_id="1"))
        memory.accept_live(_live(5))
    record = _record(_live(10), "2", shares_ids=True)
    assert memory.accept_record(record)
    assert memory.accept_live(record.recognition) is None

    assert memory.duplicates == 2


def test_message_of_a_person_with_another_score_is_a_duplicate() -> None:
    """Person, door and millisecond are the same."""
    memory = Delivered()
    assert memory.accept_live(_live(0, identity_id="tom"))
    assert memory.accept_live(_live(0, identity_id="tom", score=0.9)) is None
    assert memory.accept_live(_live(0, identity_id="tim"))


def test_each_once_numbers_similar_strangers() -> None:
    """A person with two records is yielded once."""
    listed = [_live(0), _live(0), _live(0, identity_id="tom")] * 2
    records = (_record(each, None, shares_ids=False) for each in listed)
    assert [
        each and each.recognition.recognition_id[-2:]
        for each in unique_records(records)
    ] == ["0~", "~2", "om", "~3", "~4", None]


def test_reused_id_is_used_again_once_its_owner_is_evicted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Until then, a built id is used."""
    monkeypatch.setattr(delivered, "MOST_ROWS", 2)
    memory = Delivered(shares_ids=True)
    names = [
        _named(memory.accept_live(_live(ms, recognition_id="1"))) for ms in (0, 10, 20)
    ]
    assert names[0] == "1"
    assert names[1].startswith("door~")
    assert names[2].startswith("door~")
    assert _named(memory.accept_live(_live(30, recognition_id="1"))) == "1"


# Records


@either_way
def test_record_of_a_live_message_is_known_once(shares_ids: bool) -> None:
    """A second record like it is missing, however often both are read."""
    memory = Delivered(shares_ids=shares_ids)
    assert memory.accept_live(_live(0))
    for _ in range(2):
        assert _knows(memory, _record(_live(0), "1", shares_ids=shares_ids))
        assert not _knows(memory, _record(_live(0), "2", shares_ids=shares_ids))


@pytest.mark.parametrize(
    "other",
    [
        _live(3),
        _live(0, device="gate"),
        _live(0, identity_id="tom"),
        _live(0, score=0.51),
    ],
    ids=["later", "elsewhere", "person", "another score"],
)
@either_way
def test_different_record_is_not_known(shares_ids: bool, other: Recognition) -> None:
    """It differs in time, place, person or score."""
    memory = Delivered(shares_ids=shares_ids)
    memory.accept_live(_live(0))
    assert not _knows(memory, _record(other, "1", shares_ids=shares_ids))


@pytest.mark.parametrize("ms", [-2, 2])
@either_way
def test_record_is_known_with_a_rounded_time(shares_ids: bool, ms: int) -> None:
    """The time of a record is a float in seconds."""
    memory = Delivered(shares_ids=shares_ids)
    memory.accept_live(_live(0))
    assert _knows(memory, _record(_live(ms), "1", shares_ids=shares_ids))


@pytest.mark.parametrize(
    ("live", "rounded"), [(0.4567, 0.46), (82.0549, 82.05), (0.455, 0.46), (None, 0.1)]
)
@either_way
def test_record_is_known_with_a_rounded_score(
    shares_ids: bool, live: float | None, rounded: float
) -> None:
    """Histories have scores with two digits."""
    memory = Delivered(shares_ids=shares_ids)
    memory.accept_live(_live(0, score=live))
    record = _record(_live(0, score=rounded), "1", shares_ids=shares_ids)
    assert _knows(memory, record)


@either_way
def test_records_with_rounded_scores_match_the_nearest_stranger(
    shares_ids: bool,
) -> None:
    """Two strangers in one millisecond are not confused."""
    memory = Delivered(shares_ids=shares_ids)
    scores = (0.4561, 0.4612)
    for score in scores:
        memory.accept_live(_live(0, score=score))
    for score in reversed(scores):
        record = _record(
            _live(0, score=round(score, 2)), str(score), shares_ids=shares_ids
        )
        assert _knows(memory, record)


def test_shared_ids_distinguish_similar_strangers() -> None:
    """One of two in one millisecond was pushed."""
    memory = Delivered(shares_ids=True)
    memory.accept_live(_live(0, recognition_id="1"))
    assert not _knows(memory, _record(_live(0), "2", shares_ids=True))
    assert _knows(memory, _record(_live(0), "1", shares_ids=True))


def test_shared_id_does_not_hide_another_recognition() -> None:
    """Event ids start again: the later record is missing."""
    memory = Delivered(shares_ids=True)
    memory.accept_live(_live(0, recognition_id="1", identity_id="tom"))
    record = _record(_live(60_000, identity_id="tim"), "1", shares_ids=True)
    assert not _knows(memory, record)
    assert _named(memory.accept_record(record)).startswith("door~")


def test_record_with_a_better_result_is_known() -> None:
    """The box changed its record."""
    memory = Delivered(shares_ids=True)
    memory.accept_live(_live(0, recognition_id="1"))
    record = _record(_live(0, identity_id="tom"), "1", shares_ids=True)
    assert _knows(memory, record)


def test_records_in_quick_succession_match_the_nearest_time() -> None:
    """They are 2 ms apart."""
    memory = Delivered()
    for ms in (0, 2, 4):
        memory.accept_live(_live(ms))
    assert all(
        _knows(memory, _record(_live(ms), str(ms), shares_ids=False))
        for ms in (4, 2, 0)
    )


def test_records_of_a_person_within_the_rounding_are_distinguished() -> None:
    """The exact time matches in any order."""
    memory = Delivered()
    memory.accept_live(_live(0, identity_id="tom"))
    records = [
        _record(_live(ms, identity_id="tom"), str(ms), shares_ids=False)
        for ms in (2, 1, 0)
    ]
    assert memory.missing(records) == records[:2]
    assert memory.missing(reversed(records)) == [records[1], records[0]]


def test_records_without_ids_are_distinguished_by_their_raw_time() -> None:
    """They are within the rounding of the time."""
    memory = Delivered()
    memory.accept_live(_live(0, identity_id="tom"))
    records = [
        replace(
            _record(_live(ms, identity_id="tom"), None, shares_ids=False),
            raw_timestamp=str(ms),
        )
        for ms in (1, 0)
    ]
    assert memory.missing(records) == records[:1]
    assert memory.accept_record(records[0])
    assert memory.missing(records) == []


def test_record_without_an_id_is_known_where_ids_are_shared() -> None:
    """A second record like it cannot be distinguished."""
    memory = Delivered(shares_ids=True)
    memory.accept_live(_live(0, recognition_id="1", identity_id="tom"))
    record = _record(_live(0, identity_id="tom"), None, shares_ids=True)
    assert _knows(memory, record)
    assert _knows(memory, record)


def test_record_without_an_id_is_known_after_its_pictures_are_filed() -> None:
    """Pictures do not distinguish records."""
    memory = Delivered()
    memory.accept_live(_live(0))
    bare = _record(_live(0), None, shares_ids=False)
    filed = replace(bare, picture_ids={PictureKind.FACE: "1"})
    assert memory.missing([bare]) == memory.missing([filed]) == []


def test_second_record_of_a_person_in_one_millisecond_is_known() -> None:
    """Both live messages would have the same built id."""
    memory = Delivered()
    memory.accept_live(_live(0, identity_id="tom"))
    for record_id in "12":
        record = _record(_live(0, identity_id="tom"), record_id, shares_ids=False)
        assert _knows(memory, record)


@either_way
def test_late_message_of_a_recovered_record_is_dropped_once(
    shares_ids: bool,
) -> None:
    """The next message like it is delivered."""
    memory = Delivered(shares_ids=shares_ids)
    assert memory.accept_record(_record(_live(0), "1", shares_ids=shares_ids))
    assert memory.accept_live(_live(0)) is None
    assert memory.accept_live(_live(0))


@either_way
@pytest.mark.parametrize("way", ["record", "upload"])
def test_late_message_that_is_pushed_again_is_dropped_again(
    shares_ids: bool, way: str
) -> None:
    """The time of the row is the rounded one of the history."""
    memory = Delivered(shares_ids=shares_ids)
    box_id = "7" if shares_ids else None
    live = _live(5, identity_id="a", recognition_id=box_id)
    rounded = _live(4, identity_id="a")
    if way == "record":
        record = _record(rounded, box_id or "c0ffee", shares_ids=shares_ids)
        assert memory.accept_record(record) is not None
    else:
        assert memory.accept_upload(rounded, "face") is not None
    for _ in range(3):
        assert memory.accept_live(live) is None
    assert memory.accept_live(replace(live, identity_id="b")) is not None
    later = _live(8, identity_id="a", recognition_id=box_id)
    assert memory.accept_live(later) is not None


def test_recovered_record_can_be_taken_back_after_its_late_message() -> None:
    """The late message has no event id."""
    memory = Delivered(shares_ids=True)
    record = _record(_live(0), "1", shares_ids=True)
    recovered = memory.accept_record(record)
    assert recovered
    assert memory.accept_live(_live(0)) is None
    memory.undo_delivery(recovered)
    assert not _knows(memory, record)


def test_stranger_with_another_score_than_the_recovered_one_is_delivered() -> None:
    """Two strangers were seen at one place and time."""
    memory = Delivered()
    record = _record(_live(0, score=0.5), "1", shares_ids=False)
    assert memory.accept_record(record)
    assert memory.accept_live(_live(0, score=0.9))


def test_passed_over_record_frees_its_id_for_a_message_without_one() -> None:
    """Evicted rows would otherwise leave their ids behind."""
    memory = Delivered(shares_ids=True)
    memory.pass_over(_record(_live(0), "1", shares_ids=True))
    assert memory.accept_live(_live(0))
    assert _named(memory.accept_live(_live(60_000, recognition_id="1"))) == "1"


@either_way
def test_message_of_another_person_is_delivered_after_a_recovery(
    shares_ids: bool,
) -> None:
    """Two people are at one door in one millisecond."""
    memory = Delivered(shares_ids=shares_ids)
    tom, tim = (_live(0, identity_id=who) for who in ("tom", "tim"))
    assert memory.accept_record(_record(tom, "1", shares_ids=shares_ids))
    assert memory.accept_live(tim)
    assert memory.accept_live(tom) is None


@either_way
def test_late_message_matches_the_recovered_one_of_two_records(
    shares_ids: bool,
) -> None:
    """The other one was delivered live."""
    memory = Delivered(shares_ids=shares_ids)
    memory.accept_live(_live(0))
    for record_id, is_missing in (("1", False), ("2", True)):
        record = _record(_live(0), record_id, shares_ids=shares_ids)
        assert (memory.accept_record(record) is not None) is is_missing
    assert memory.accept_live(_live(0)) is None
    assert memory.accept_live(_live(0))


@either_way
def test_strangers_in_one_millisecond_are_each_recovered(shares_ids: bool) -> None:
    """None of the three was pushed."""
    memory = Delivered(shares_ids=shares_ids)
    records = [_record(_live(0), each, shares_ids=shares_ids) for each in "123"]
    names = {_named(memory.accept_record(record)) for record in records}
    assert len(names) == 3
    assert all(_knows(memory, record) for record in reversed(records))
    assert not _knows(memory, _record(_live(0), "4", shares_ids=shares_ids))


@either_way
def test_record_that_was_passed_over_is_delivered_when_it_arrives_live(
    shares_ids: bool,
) -> None:
    """The first scan may read a record whose message is on its way."""
    memory = Delivered(shares_ids=shares_ids)
    live = _live(0, identity_id="tom", recognition_id="1" if shares_ids else None)
    record = _record(live, "1", shares_ids=shares_ids)
    memory.pass_over(record)
    memory.pass_over(record)
    assert memory.accept_record(record) is None
    assert memory.accept_live(live) == live
    assert memory.accept_live(live) is None


# Bounds


def test_oldest_are_evicted_and_the_oldest_known_time_moves(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """An evicted record is delivered if it arrives live."""
    monkeypatch.setattr(delivered, "MOST_ROWS", 3)
    memory = Delivered(shares_ids=True)
    assert memory.known_from == _EPOCH
    for number, ms in enumerate((0, 0, 10, 20, 30)):
        memory.accept_record(_record(_live(ms), f"{ms}/{number}", shares_ids=True))
    assert memory.known_from == _START + _MILLISECOND
    known = [
        _knows(memory, _record(_live(ms), f"{ms}/{number}", shares_ids=True))
        for number, ms in enumerate((0, 0, 10, 20, 30))
    ]
    assert known == [False, False, True, True, True]
    assert memory.accept_live(_live(0, recognition_id="0/0"))


def test_long_recovery_does_not_evict_newer_rows(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """There are more old records than rows."""
    monkeypatch.setattr(delivered, "MOST_ROWS", 3)
    memory = Delivered()
    memory.accept_live(_live(0, identity_id="tom"))
    for ms in range(-100, 0):
        memory.accept_record(_record(_live(ms), str(ms), shares_ids=False))
    assert memory.accept_live(_live(0, identity_id="tom")) is None


def test_times_from_next_year_do_not_evict_the_present(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The clock was a year ahead for a while."""
    monkeypatch.setattr(delivered, "MOST_ROWS", 3)
    year = 365 * 24 * 3_600_000
    memory = Delivered()
    for ms in (year, year + 10, 0, 10, 20):
        assert memory.accept_live(_live(ms))
    known = [
        _knows(memory, _record(_live(ms), str(ms), shares_ids=False))
        for ms in (0, 10, 20, year, year + 10)
    ]
    assert known == [True, True, True, False, False]
    assert memory.known_from == _EPOCH


@either_way
def test_recognition_that_is_taken_back_frees_its_row(
    shares_ids: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Recognitions that were delivered before stay known."""
    monkeypatch.setattr(delivered, "MOST_ROWS", 3)
    memory = Delivered(shares_ids=shares_ids)
    memory.accept_live(_live(0))
    memory.accept_live(_live(10, recognition_id="10"))
    for ms in range(20, 100, 10):
        recovered = memory.accept_record(
            _record(_live(ms), str(ms), shares_ids=shares_ids)
        )
        assert recovered
        memory.undo_delivery(recovered)
    memory.accept_live(_live(100))
    known = [
        _knows(memory, _record(_live(ms), str(ms), shares_ids=shares_ids))
        for ms in range(0, 110, 10)
    ]
    assert known == [True, True] + [False] * 8 + [True]
    assert memory.known_from == _EPOCH


def test_taking_back_an_undelivered_recognition_changes_nothing() -> None:
    """Its row may have been evicted."""
    memory = Delivered()
    memory.accept_live(_live(0))
    memory.undo_delivery(_live(0, identity_id="tom"))
    memory.undo_delivery(_live(0, recognition_id="1"))
    assert _knows(memory, _record(_live(0), "1", shares_ids=False))


def test_times_ahead_of_the_box_do_not_evict_the_present(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The clock was hours ahead and is right now."""
    monkeypatch.setattr(delivered, "MOST_ROWS", 3)
    memory = Delivered(shares_ids=True)
    memory.uncertainty = timedelta()
    hours = 8 * 3_600_000
    for ms in range(3):
        memory.accept_live(_live(hours + ms * 10, recognition_id=f"{ms}"))
    present = _live(0, recognition_id="now")
    assert memory.accept_live(present)
    assert memory.accept_live(present) is None


def test_number_of_compared_rows_is_limited() -> None:
    """Thousands of strangers in one millisecond would block the loop."""
    memory = Delivered(shares_ids=True)
    for number in range(200):
        memory.accept_live(_live(0, recognition_id=f"{number}"))
    row = memory._live_row(_live(0))
    assert len(memory._near(row)) == delivered._MOST_AT_ONCE
    assert memory.accept_live(_live(0, recognition_id="199")) is None


def test_box_id_that_resembles_a_built_one_is_returned() -> None:
    """Only built ids have a number at the end."""
    memory = Delivered()
    for odd in ("a~b~c~d", "~~~", "1~2~3~x"):
        live = _live(0, recognition_id=odd)
        assert memory.accept_live(live)
        memory.undo_delivery(live)
        assert memory.accept_live(live)


def test_full_memory_takes_less_than_4_mebibytes() -> None:
    """With 500 rows, it takes less than 256 KiB."""
    tracemalloc.start()
    try:
        few, many = Delivered(shares_ids=True), Delivered(shares_ids=True)
        for count, memory, most in ((500, few, 256), (12_000, many, 4_096)):
            before = tracemalloc.get_traced_memory()[0]
            for ms in range(count):
                seen = _live(ms, recognition_id=f"{ms}", identity_id=f"{ms}")
                assert memory.accept_live(seen)
            assert tracemalloc.get_traced_memory()[0] - before < most * 1024
    finally:
        tracemalloc.stop()


# Over a restart


@either_way
def test_packed_rows_are_known_after_a_restart(
    shares_ids: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The oldest known time is kept, but no name or id."""
    monkeypatch.setattr(delivered, "_MOST_OLD", 0)
    memory = Delivered(shares_ids=shares_ids)
    for ms in range(5):
        memory.accept_live(_live(ms * 10, device="hallway"))
    packed = memory.pack(_START + 20 * _MILLISECOND)
    assert b"hallway" not in packed
    restarted = Delivered(packed, shares_ids=shares_ids)
    assert restarted.known_from == _START + 20 * _MILLISECOND
    known = [
        _knows(
            restarted,
            _record(_live(ms * 10, device="hallway"), str(ms), shares_ids=shares_ids),
        )
        for ms in range(5)
    ]
    assert known == [False, False, True, True, True]


def test_newest_1024_ids_are_kept_over_a_restart() -> None:
    """They may be older than the oldest known time."""
    memory = Delivered(shares_ids=True)
    for ms in range(2_000):
        memory.accept_live(_live(ms, recognition_id=f"{ms}"))
    restarted = Delivered(memory.pack(_START + timedelta(days=1)), shares_ids=True)
    assert restarted.accept_live(_live(2_000 - 1_024, recognition_id="976")) is None
    assert restarted.accept_live(_live(0, recognition_id="0"))


@either_way
def test_late_message_of_a_recovered_record_is_dropped_after_a_restart(
    shares_ids: bool,
) -> None:
    """The numbers of strangers continue."""
    memory = Delivered(shares_ids=shares_ids)
    memory.accept_live(_live(10))
    memory.accept_record(_record(_live(0), "1", shares_ids=shares_ids))
    restarted = Delivered(memory.pack(_START), shares_ids=shares_ids)
    assert restarted.accept_live(_live(0)) is None
    assert _named(restarted.accept_live(_live(10))).endswith("~2")


@given(st.binary(max_size=200))
def test_any_stored_bytes_are_read_or_a_value_error(packed: bytes) -> None:
    """A memory from such bytes can be used and packed."""
    for data in (packed, Delivered().pack(_START) + packed):
        try:
            memory = Delivered(data)
        except ValueError:
            continue
        memory.accept_live(_live(0))
        assert Delivered(memory.pack(_EPOCH)).pack(_EPOCH) == memory.pack(_EPOCH)


def test_other_version_of_the_storage_is_a_value_error() -> None:
    """The format of the rows may differ."""
    packed = Delivered().pack(_START)
    with pytest.raises(ValueError, match="version"):
        Delivered(bytes([packed[0] + 1]) + packed[1:])


# Properties


@dataclass(frozen=True)
class _Event:
    ms: int
    device: str
    identity_id: str | None
    is_pushed: bool
    # In which scan the record is read for the first time.
    recorded: int

    def live(self, recognition_id: str | None) -> Recognition:
        return _live(
            self.ms,
            device=self.device,
            identity_id=self.identity_id,
            recognition_id=recognition_id,
        )

    @property
    def who_where_when(self) -> tuple[int, str, str | None]:
        return self.ms, self.device, self.identity_id


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


def _once(events: list[_Event]) -> list[_Event]:
    """Return the events without repeated people in one millisecond."""
    # Without shared ids, both are one recognition.
    seen: set[tuple[int, str, str | None]] = set()
    kept = []
    for event in events:
        if event.identity_id is None or event.who_where_when not in seen:
            kept.append(event)
        seen.add(event.who_where_when)
    return kept


@given(
    events=_events,
    shares_ids=st.booleans(),
    backwards=st.booleans(),
    repeats=st.booleans(),
    restarts=st.booleans(),
)
def test_each_recognition_is_delivered_once(
    events: list[_Event],
    shares_ids: bool,
    backwards: bool,
    repeats: bool,
    restarts: bool,
) -> None:
    """Events may look alike, enter late, be read again or precede a restart."""
    events = events if shares_ids else _once(events)
    memory = Delivered(shares_ids=shares_ids)
    seen: list[Recognition] = []
    for number, event in enumerate(events):
        if event.is_pushed:
            live = memory.accept_live(event.live(str(number) if shares_ids else None))
            assert live
            seen.append(live)
    for scan in range(3):
        if restarts:
            memory = Delivered(memory.pack(_START), shares_ids=shares_ids)
        records = [
            _record(event.live(None), str(number), shares_ids=shares_ids)
            for number, event in enumerate(events)
            if event.recorded <= scan
        ]
        if backwards:
            records.reverse()
        # Page shifts bring some of them twice.
        for record in records + records[-3:] * repeats:
            if not _knows(memory, record):
                recovered = memory.accept_record(record)
                assert recovered
                seen.append(recovered)
    assert Counter(
        (
            (each.occurred_at - _START) // _MILLISECOND,
            each.capture_device_id,
            each.identity_id,
        )
        for each in seen
    ) == Counter(event.who_where_when for event in events)
    assert len({each.recognition_id for each in seen}) == len(seen)


@given(
    events=st.lists(
        st.tuples(st.integers(0, 3), st.sampled_from(["live", "record", "take back"])),
        max_size=20,
    ),
    shares_ids=st.booleans(),
)
@example(events=[(1, "record"), (1, "live"), (1, "take back")], shares_ids=True)
def test_recognition_that_is_taken_back_is_missing(
    events: list[tuple[int, str]], shares_ids: bool
) -> None:
    """The memory has a row for each of the others."""
    memory = Delivered(shares_ids=shares_ids)
    known: dict[int, list[Recognition]] = {ms: [] for ms in range(4)}
    for number, (ms, what) in enumerate(events):
        seen: Recognition | None = None
        if what == "live":
            seen = memory.accept_live(_live(ms * 10))
        elif what == "record":
            record = _record(_live(ms * 10), f"r{number}", shares_ids=shares_ids)
            seen = memory.accept_record(record)
        elif known[ms]:
            memory.undo_delivery(known[ms].pop())
        if seen:
            known[ms].append(seen)
    rows = Counter(row.ms for row in memory._rows)
    start_ms = (_START - _EPOCH) // _MILLISECOND
    assert {ms: rows[start_ms + ms * 10] for ms in known} == {
        ms: len(seen) for ms, seen in known.items()
    }
