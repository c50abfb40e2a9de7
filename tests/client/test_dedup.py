"""Every recognition once, and every one under an id of its own."""

from collections.abc import AsyncGenerator
from datetime import UTC, datetime

from hypothesis import given, strategies as st
import pytest

from custom_components.se_aibox.aibox import dedup
from custom_components.se_aibox.aibox.dedup import Deduplicator
from custom_components.se_aibox.aibox.models import PersonType, Recognition
from custom_components.se_aibox.aibox.updates import Connected, Disconnected, Update
from custom_components.se_aibox.aibox.wire.recognition_id import parse_recognition_id
from emulator import EmulatedBox, Variant

from .talk import following, recognition

type Updates = AsyncGenerator[Update]

_NOW = datetime(2026, 11, 22, tzinfo=UTC)


@pytest.mark.parametrize("variant", [Variant(live_event_id=True, duplicates=2)])
async def test_an_event_that_is_pushed_thrice(
    updates: Updates, box: EmulatedBox
) -> None:
    """It happened once."""
    first = await box.recognize()
    second = await box.recognize()

    assert (await recognition(updates)).recognition_id == first.event_id
    assert (await recognition(updates)).recognition_id == second.event_id


@pytest.mark.parametrize("variant", [Variant(live_event_id=True)])
async def test_an_event_that_is_pushed_again_after_a_reconnect(
    updates: Updates, box: EmulatedBox
) -> None:
    """It is still the same."""
    first = await box.recognize(overrides={"event_id": "one"})
    assert first
    await recognition(updates)
    await box.drop()
    await following(updates, Disconnected)
    await following(updates, Connected)
    await box.wait_for_subscription()

    await box.recognize(overrides={"event_id": "one"})
    await box.recognize(overrides={"event_id": "two"})

    assert (await recognition(updates)).recognition_id == "two"


@pytest.mark.parametrize("variant", [Variant(), Variant(event_id_missing=True)])
async def test_two_strangers_at_one_door_in_one_millisecond(
    updates: Updates, box: EmulatedBox
) -> None:
    """Both are told, and can be told apart; so is a third."""
    for _ in range(3):
        await box.recognize(box.devices[0], timestamp_ms=1_795_385_035_868)

    seen = [await recognition(updates) for _ in range(3)]
    assert len({each.recognition_id for each in seen}) == 3
    built = [parse_recognition_id(each.recognition_id) for each in seen]
    # Where ids are built, all three still lead to the same place in the history.
    assert len(set(built)) == 1


def _seen(recognition_id: str) -> Recognition:
    return Recognition(
        recognition_id, "door", None, None, PersonType.STRANGER, None, None, _NOW, _NOW
    )


def test_memory_is_bounded() -> None:
    """The longest unseen id is forgotten first."""
    deduplicator = Deduplicator()
    assert deduplicator.admit(_seen("first")) is not None
    for number in range(4095):
        deduplicator.admit(_seen(str(number)))
    assert deduplicator.admit(_seen("first")) is None

    for number in range(5000, 5000 + 4096):
        deduplicator.admit(_seen(str(number)))

    assert deduplicator.admit(_seen("first")) is not None


def test_goes_on_after_a_restart() -> None:
    """What was passed on before is known, a second stranger is told apart, and of very much the newest is kept."""
    before = Deduplicator()
    for recognition_id in ("the box's own", "door~1~"):
        assert before.admit(_seen(recognition_id)) is not None
    after = Deduplicator(before.keep())
    assert after.admit(_seen("the box's own")) is None
    second = after.admit(_seen("door~1~"))
    assert second is not None
    assert second.recognition_id == "door~1~~2"

    for number in range(1024):
        after.admit(_seen(str(number)))
    assert len(after.keep()) == 1024 * 8
    last = Deduplicator(after.keep())
    assert last.admit(_seen("0")) is None
    assert last.admit(_seen("the box's own")) is not None


def test_beside_another() -> None:
    """Each knows what the other passed on, and remembers only its own."""
    live, recovered = Deduplicator(), Deduplicator()
    assert live.admit(_seen("one"), recovered) is not None
    for number in range(5000):
        assert recovered.admit(_seen(str(number)), live) is not None
    assert live.admit(_seen("one"), recovered) is None
    assert recovered.admit(_seen("one"), live) is None
    assert live.admit(_seen("4999"), recovered) is None
    assert Deduplicator(live.keep()).admit(_seen("one")) is None


def test_forgets_what_reached_nobody() -> None:
    """It may come again, after a restart too; a stranger's built id goes on counting."""
    deduplicator = Deduplicator()
    own, stranger = _seen("the box's own"), _seen("door~1~")
    for each in (own, own, stranger):
        deduplicator.admit(each)
        deduplicator.forget(each)
    assert Deduplicator(deduplicator.keep()).admit(own) == own
    assert deduplicator.admit(own) == own
    assert deduplicator.admit(own) is None
    second = deduplicator.admit(stranger)
    assert second is not None
    assert second.recognition_id == "door~1~~2"


@given(st.lists(st.sampled_from(["a~1~", "b~1~", "c~1~", "d~1~", "e~1~"])))
def test_each_under_a_name_of_its_own(ids: list[str]) -> None:
    """Strangers who look alike are counted, as long as the last of them is remembered."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(dedup, "_REMEMBERED", 3)
        deduplicator = Deduplicator()
        times: dict[str, int] = {}
        for position, recognition_id in enumerate(ids):
            is_remembered = recognition_id in ids[max(position - 3, 0) : position]
            count = times[recognition_id] + 1 if is_remembered else 1
            times[recognition_id] = count

            admitted = deduplicator.admit(_seen(recognition_id))

            assert admitted is not None
            suffix = f"~{count}" if count > 1 else ""
            assert admitted.recognition_id == f"{recognition_id}{suffix}"


async def test_one_person_twice_in_one_millisecond(
    updates: Updates, box: EmulatedBox
) -> None:
    """The same person on the same device at the same moment came once, also without an id of the box's."""
    box.state.variant = Variant(event_id_missing=True)
    moment = 1_790_000_000_123
    for _ in range(2):
        await box.recognize(box.devices[0], box.people[0], timestamp_ms=moment)
    await box.recognize(box.devices[0], box.people[1], timestamp_ms=moment)

    assert (await recognition(updates)).identity_id == box.people[0].identity_id
    assert (await recognition(updates)).identity_id == box.people[1].identity_id
