"""Tests of the reconciliation of a site: every error is found."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from tools.soak.books import Delivered, Disturbance, Emitted
from tools.soak.plan import FaultKind
from tools.soak.site import Passage, SiteAccount, SiteLog, TurnedHome, Way, reconcile

_START = 1_795_000_000.0
_WAYS = {"door": Way.ENTRANCE, "way out": Way.EXIT, "room": Way.INSIDE}
_ANNA, _WU = "20001", "30001"


def _seen(
    number: int, place: str, at: float, who: str = _ANNA, *, box_ahead: float = 0.0
) -> Emitted:
    """Return a recognition, `at` seconds after the start."""
    return Emitted(
        box="flat",
        event_id=str(number),
        capture_device_id=place,
        identity_id=who,
        score=91.5,
        timestamp_ms=round((_START + at + box_ahead) * 1000),
        happened_at=_START + at,
        recorded_at=_START + at,
        is_listened_to=True,
    )


def _delivered(one: Emitted, *, late: float | None = None) -> Delivered:
    """Return its live event, or the recovered one, so many seconds late."""
    return Delivered(
        box=one.box,
        is_live=late is None,
        at=one.happened_at + (late or 0.01),
        recognition_id=one.event_id,
        capture_device_id=one.capture_device_id,
        identity_id=one.identity_id,
        score=one.score,
        timestamp_ms=one.timestamp_ms,
    )


def _passage(number: int, kind: str, count: int) -> Passage:
    return Passage("flat", str(number), kind, count)


# Anna enters, is seen inside, and leaves, all live.
_SEEN = [_seen(1, "door", 0), _seen(2, "room", 10), _seen(3, "way out", 20)]
_DELIVERED = [_delivered(one) for one in _SEEN]
_ENTERED, _LEFT = _passage(1, "entered", 1), _passage(3, "left", 0)
_EMPTIED = ("flat", "3")


def _log(
    passages: Sequence[Passage] = (_ENTERED, _LEFT),
    emptied: Sequence[tuple[str, str]] = (_EMPTIED,),
    turned_home: Sequence[TurnedHome] = (TurnedHome(_ANNA, 0),),
    inside: Sequence[str] = (),
    home: Sequence[str] = (),
) -> SiteLog:
    return SiteLog([*passages], [*emptied], [*turned_home], inside, home)


def _reconcile(
    log: SiteLog,
    delivered: Sequence[Delivered] = _DELIVERED,
    seen: Sequence[Emitted] = _SEEN,
    disturbances: Sequence[Disturbance] = (),
    clocks_known_at: float = _START - 1000,
) -> SiteAccount:
    return reconcile(
        {"flat": seen},
        delivered,
        log,
        _WAYS,
        (_ANNA, _WU),
        disturbances,
        freshness=12.5,
        clocks_known_at=clocks_known_at,
    )


def test_person_who_enters_and_leaves_live_balances() -> None:
    """The site is certainly emptied."""
    account = _reconcile(_log())
    assert account.balances
    assert (account.seen, account.passages, account.emptied) == (3, 2, 1)
    assert (account.certainly_emptied, account.undecided) == (1, 0)


def test_site_that_was_never_certainly_emptied_does_not_balance() -> None:
    """Otherwise a soak without passages would prove nothing."""
    account = _reconcile(_log((), (), ()), delivered=(), seen=())
    assert not account.balances
    assert account.certainly_emptied == 0


def test_missing_trigger_is_too_few() -> None:
    """The passage alone is not enough."""
    account = _reconcile(_log(emptied=()))
    assert account.too_few == [_DELIVERED[2]]
    assert not account.balances


@pytest.mark.parametrize(
    "kind",
    [FaultKind.RELOAD, FaultKind.UPDATE, FaultKind.CLOCK, FaultKind.REBOOT],
)
def test_missing_trigger_is_undecided_after_a_fault_that_it_waits_for(
    kind: FaultKind,
) -> None:
    """The books may not be up to date yet."""
    fault = Disturbance("other", kind, _START - 60, _START - 60)
    account = _reconcile(_log(emptied=()), disturbances=(fault,))
    assert not account.too_few
    assert (account.certainly_emptied, account.undecided) == (0, 1)
    known = _reconcile(
        _log(emptied=()), disturbances=(fault,), clocks_known_at=_START - 30
    )
    assert known.too_few == [_DELIVERED[2]]


@pytest.mark.parametrize(
    "emptied",
    [
        [_EMPTIED, _EMPTIED],
        [_EMPTIED, ("flat", "1")],
        [_EMPTIED, ("flat", "2")],
        [_EMPTIED, ("flat", "unheard of")],
    ],
)
def test_another_trigger_is_too_many(emptied: Sequence[tuple[str, str]]) -> None:
    """Twice for one exit, at an entrance, inside, or for nothing."""
    account = _reconcile(_log(emptied=emptied))
    assert account.too_many == [emptied[1]]
    assert not account.balances


def test_trigger_while_somebody_else_is_inside_is_too_many() -> None:
    """Unless that person left before."""
    stays = _seen(4, "door", 1, _WU)
    log = _log((_ENTERED, _passage(4, "entered", 2), _passage(3, "left", 1)))
    delivered = [_DELIVERED[0], _delivered(stays), *_DELIVERED[1:]]
    seen = [*_SEEN, stays]
    log.inside = [_WU]
    log.home = [_WU]
    assert _reconcile(log, delivered, seen).too_many == [_EMPTIED]
    left = _seen(5, "way out", 10, _WU)
    log = _log((_ENTERED, _passage(4, "entered", 2), _LEFT))
    # It was recovered before the other one left.
    delivered.insert(3, _delivered(left, late=5))
    account = _reconcile(log, delivered, [*seen, left])
    assert account.balances
    assert account.certainly_emptied == 1


def test_recovered_exit_empties_the_site_without_a_word() -> None:
    """A passage or a trigger for it is an error."""
    delivered = [*_DELIVERED[:2], _delivered(_SEEN[2], late=60)]
    quiet = _reconcile(_log((_ENTERED,), ()), delivered)
    assert not (quiet.wrong or quiet.too_many or quiet.too_few or quiet.misplaced)
    account = _reconcile(_log(), delivered)
    assert len(account.wrong) == 1
    assert account.too_many == [_EMPTIED]


@pytest.mark.parametrize(
    "passages",
    [
        [_ENTERED],
        [_passage(1, "entered_again", 1), _LEFT],
        [_passage(1, "entered", 2), _LEFT],
        [_ENTERED, _passage(2, "entered", 1), _LEFT],
        [_ENTERED, _LEFT, _passage(9, "left", 0)],
    ],
    ids=["missing", "kind", "count", "inside", "nobody"],
)
def test_wrong_passage_is_found(passages: Sequence[Passage]) -> None:
    """Missing, of another kind or count, too many, or for nothing."""
    account = _reconcile(_log(passages))
    assert len(account.wrong) == 1
    assert not account.balances


def test_second_passage_of_one_recognition_counts_as_twice() -> None:
    """Even if it is right."""
    account = _reconcile(_log((_ENTERED, _ENTERED, _LEFT)))
    assert account.twice == [("flat", "1")]
    assert not account.balances


def test_entrance_learned_late_from_before_an_exit_brings_nobody_back() -> None:
    """What happened last counts, not what was delivered last."""
    entrance = _seen(4, "door", 12)
    delivered = [*_DELIVERED, _delivered(entrance, late=60)]
    seen = [*_SEEN, entrance]
    assert _reconcile(_log(), delivered, seen).balances
    account = _reconcile(_log(inside=[_ANNA]), delivered, seen)
    assert len(account.misplaced) == 1
    assert not account.balances


@pytest.mark.parametrize(
    ("inside", "home"),
    [([_ANNA], []), (["nobody known"], []), ([], [_ANNA])],
)
def test_person_who_left_must_not_be_inside_or_home(
    inside: Sequence[str], home: Sequence[str]
) -> None:
    """Nor anybody whom the site does not count."""
    account = _reconcile(_log(inside=inside, home=home))
    assert len(account.misplaced) == 1
    assert not account.balances


def test_person_who_came_in_live_must_be_inside_and_home() -> None:
    """After a recovery, only inside."""
    back = _seen(4, "door", 40)
    seen = [*_SEEN, back]
    passages = (_ENTERED, _LEFT, _passage(4, "entered", 1))
    live = [*_DELIVERED, _delivered(back)]
    assert _reconcile(_log(passages, inside=[_ANNA], home=[_ANNA]), live, seen).balances
    assert len(_reconcile(_log(passages), live, seen).misplaced) == 2
    recovered = [*_DELIVERED, _delivered(back, late=60)]
    assert _reconcile(_log(inside=[_ANNA]), recovered, seen).balances


@pytest.mark.parametrize(
    "turned", [TurnedHome(_WU, 0), TurnedHome(_ANNA, 2), TurnedHome(_ANNA, 3)]
)
def test_tracker_turns_home_only_when_its_person_comes_in(turned: TurnedHome) -> None:
    """Not for somebody else, at an exit, or for nothing."""
    account = _reconcile(_log(turned_home=[turned]))
    assert account.home_by_recovery == [turned]
    assert not account.balances


def test_tracker_turned_home_by_a_recovery_is_found() -> None:
    """At an entrance, too."""
    delivered = [_delivered(_SEEN[0], late=5), *_DELIVERED[1:]]
    account = _reconcile(_log((_LEFT,)), delivered)
    assert account.home_by_recovery == [TurnedHome(_ANNA, 0)]


def test_order_is_undecided_while_the_clock_of_a_box_was_set() -> None:
    """Until Home Assistant asked for it again."""
    ahead = _seen(2, "room", 10, box_ahead=60)
    seen = [_SEEN[0], ahead, _seen(4, "elsewhere", 16), _SEEN[2]]
    delivered = [_delivered(one) for one in seen]
    log = _log(inside=[_ANNA])
    assert not _reconcile(log, delivered, seen).misplaced
    assert _reconcile(log, delivered, seen, clocks_known_at=_START + 17).misplaced


def test_order_is_undecided_while_everything_is_held_back() -> None:
    """A slow answer says little about the clock."""
    stall = Disturbance("flat", FaultKind.STALL, _START - 10, _START - 5)
    account = _reconcile(_log(inside=[_ANNA]), disturbances=(stall,))
    assert not account.misplaced
    calm = replace(stall, what=FaultKind.DROP)
    assert _reconcile(_log(inside=[_ANNA]), disturbances=(calm,)).misplaced
