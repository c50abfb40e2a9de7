"""Tests of the reconciliation: every error is found."""

from dataclasses import replace

import pytest

from tools.soak.books import Account, Delivered, Disturbance, Emitted, Removal, balance

_START = 1_795_000_000.0
_SEEN = Emitted(
    box="flat",
    event_id="1",
    capture_device_id="door",
    identity_id="10023",
    score=91.5,
    timestamp_ms=round(_START * 1000),
    happened_at=_START,
    recorded_at=_START,
    is_listened_to=True,
)
_DELIVERED = Delivered(
    box="flat",
    is_live=True,
    at=_START + 0.01,
    recognition_id="1",
    capture_device_id="door",
    identity_id="10023",
    score=91.5,
    timestamp_ms=round(_START * 1000),
)
_RECOVERED = replace(_DELIVERED, is_live=False, at=_START + 60)
# As from a nested box, whose live messages have no id, so that the client builds one.
_BUILT = replace(_DELIVERED, recognition_id="door~1795000000000~10023")
_DROP = Disturbance("flat", "drop", _START - 1, _START - 1)


def _balance(
    *delivered: Delivered,
    emitted: Emitted = _SEEN,
    disturbances: tuple[Disturbance, ...] = (),
    removals: tuple[Removal, ...] = (),
) -> Account:
    return balance([emitted], delivered, disturbances, removals, oldest_live=10)


@pytest.mark.parametrize("delivered", [_DELIVERED, _BUILT])
def test_peaceful_recognition_delivered_live_balances(delivered: Delivered) -> None:
    """Its delay is measured, too."""
    account = _balance(delivered)
    assert account.balances
    assert (account.emitted, account.live, account.peaceful) == (1, 1, 1)
    assert account.delays == [pytest.approx(0.01, abs=1e-6)]


def test_recovered_score_may_be_rounded_to_two_digits() -> None:
    """Another score is another recognition."""
    exact = replace(_SEEN, score=88.56731843521727)
    rounded = replace(_RECOVERED, score=88.57)
    assert _balance(rounded, emitted=exact, disturbances=(_DROP,)).balances
    for score in (88.56, 88.6, None):
        wrong = replace(_RECOVERED, score=score)
        assert _balance(wrong, emitted=exact, disturbances=(_DROP,)).invented == [wrong]


def test_recovery_after_fault_balances() -> None:
    """Near a fault, a recognition need not be delivered live."""
    account = _balance(_RECOVERED, disturbances=(_DROP,))
    assert account.balances
    assert (account.recovered, account.peaceful) == (1, 0)


def test_undelivered_recognition_is_lost() -> None:
    """A fault is no excuse."""
    account = _balance(disturbances=(_DROP,))
    assert account.lost == [_SEEN]
    assert not account.balances


@pytest.mark.parametrize("second", [_DELIVERED, _RECOVERED])
def test_second_event_counts_as_twice(second: Delivered) -> None:
    """The second event may be live or recovered."""
    account = _balance(_DELIVERED, second)
    assert account.twice == [[_DELIVERED, second]]
    assert not account.balances


@pytest.mark.parametrize(
    "delivered",
    [
        replace(_BUILT, timestamp_ms=_DELIVERED.timestamp_ms + 3),
        replace(_BUILT, score=90.0),
        replace(_BUILT, identity_id=""),
        replace(_BUILT, capture_device_id="gate"),
        # The right id with wrong data.
        replace(_DELIVERED, identity_id="66600"),
        replace(_DELIVERED, timestamp_ms=_DELIVERED.timestamp_ms + 3),
    ],
)
def test_event_without_matching_recognition_is_invented(delivered: Delivered) -> None:
    """Capture device, identity, score and time must all match."""
    account = _balance(_DELIVERED, delivered)
    assert account.invented == [delivered]
    assert not account.balances


def test_old_live_event_is_stale() -> None:
    """A recovered event may have any age."""
    late = replace(_DELIVERED, at=_START + 11)
    account = _balance(late, disturbances=(_DROP,))
    assert account.stale == [late]
    assert not account.balances


def test_peaceful_recognition_only_recovered_is_held_up() -> None:
    """Without a fault, it must be delivered live."""
    account = _balance(_RECOVERED)
    assert account.held_up == [_SEEN]
    assert not account.balances


@pytest.mark.parametrize("away", [-2.1, 2.1])
def test_peace_keeps_a_margin_around_faults(away: float) -> None:
    """A fault is noticed, and over, only a moment later."""
    fault = Disturbance("flat", "drop", _START + away, _START + away)
    assert _balance(_DELIVERED, disturbances=(fault,)).peaceful == 1
    near = replace(fault, began=_START + away / 2, ended=_START + away / 2)
    assert _balance(_DELIVERED, disturbances=(near,)).peaceful == 0


def test_removed_capture_device_excuses_undelivered_recognition() -> None:
    """The removal must follow soon, and be of the same capture device."""
    soon, late = (Removal("flat", "door", _START + after) for after in (5, 500))
    account = _balance(disturbances=(_DROP,), removals=(soon,))
    assert account.balances
    assert account.excused == 1
    assert not _balance(disturbances=(_DROP,), removals=(late,)).balances
    recorded_late = replace(_SEEN, recorded_at=_START + 400)
    assert _balance(emitted=recorded_late, removals=(late,)).excused == 1
    other = replace(soon, capture_device_id="gate")
    assert not _balance(disturbances=(_DROP,), removals=(other,)).balances
