"""A roll call: the people inside at its start, and who is accounted for. Pure.

The list does not change after the start: people who enter are not added, and people who
are forgotten stay on it. A person is checked off by hand, or by a sighting after the
start, also if it is recovered later.
"""

from collections.abc import Callable, Iterable, Mapping, Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Self

from .books import PersonKey, Rules, Seen, Stay, Way

# It is personal data. A week is long enough for the report of an alarm.
_KEPT = timedelta(days=7)

# The uids on the list, by the keys of their sightings.
type Index = Mapping[tuple[str, ...], AbstractSet[str]]


@dataclass(frozen=True, slots=True)
class Listed:
    """A person who was inside at the start."""

    # New in every roll call, so that an old list on a screen checks no one off.
    uid: str
    stay: Stay
    # Only a sighting after this checks them off.
    missing_since: datetime
    # None while they are unaccounted for.
    accounted_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class RollCall:
    """The list of a roll call."""

    started_at: datetime
    # By uid.
    listed: Mapping[str, Listed]

    @classmethod
    def of(
        cls, stays: Iterable[Stay], now: datetime, new_uid: Callable[[], str]
    ) -> Self:
        """Return a new roll call of everybody who is inside."""
        everybody = (Listed(new_uid(), stay, now) for stay in stays)
        return cls(now, {each.uid: each for each in everybody})

    @property
    def unaccounted(self) -> list[Listed]:
        """The people who are not checked off yet."""
        return [each for each in self.listed.values() if each.accounted_at is None]

    def with_sighting(self, uids: Iterable[str], at: datetime) -> RollCall:
        """Check off people who were seen while they were missing."""
        found = {
            uid: replace(self.listed[uid], accounted_at=at)
            for uid in uids
            if self.listed[uid].accounted_at is None
            and at > self.listed[uid].missing_since
        }
        return replace(self, listed={**self.listed, **found}) if found else self

    def by_hand(self, uid: str, now: datetime, *, is_accounted: bool) -> RollCall:
        """Check someone off by hand, or undo that.

        Raises `KeyError` for a person who is not on the list.
        """
        before = self.listed[uid]
        if is_accounted is (before.accounted_at is not None):
            return self
        after = (
            replace(before, accounted_at=now)
            if is_accounted
            # Earlier sightings were a mistake.
            else replace(before, accounted_at=None, missing_since=now)
        )
        return replace(self, listed={**self.listed, uid: after})

    def without(self, is_meant: Callable[[Seen], bool]) -> RollCall:
        """Remove a person from the list, checked off or not."""
        listed = {
            uid: each
            for uid, each in self.listed.items()
            if not any(map(is_meant, each.stay.identities))
        }
        return replace(self, listed=listed) if len(listed) < len(self.listed) else self

    def retire(
        self, entry_id: str, retired_id: str, until: datetime | None = None
    ) -> RollCall:
        """Keep the identities of a replaced box apart from those of the new one."""

        def retired(stay: Stay) -> Stay:
            seen = (
                each.retired(entry_id, retired_id, until) for each in stay.identities
            )
            return replace(stay, identities=tuple(seen))

        listed = {
            uid: replace(each, stay=retired(each.stay))
            for uid, each in self.listed.items()
        }
        return replace(self, listed=listed)

    def is_over(self, now: datetime) -> bool:
        """Return whether it is not kept any longer."""
        return now - self.started_at >= _KEPT

    def index(self, person_of: Callable[[Seen], PersonKey]) -> Index:
        """Return the uids by the keys of sightings."""
        index: dict[tuple[str, ...], set[str]] = {}
        for uid, listed in self.listed.items():
            for seen in listed.stay.identities:
                for key in keys_of(seen, person_of):
                    index.setdefault(key, set()).add(uid)
        return index


def keys_of(
    seen: Seen, person_of: Callable[[Seen], PersonKey]
) -> tuple[tuple[str, ...], ...]:
    """Return the keys of a person's sightings."""
    # Also by the identity, whose name or person may have changed since.
    return (person_of(seen), ("identity", *seen.identity_key))


def accounts_for(
    device_id: str, rules: Rules, assembly_points: AbstractSet[str]
) -> bool:
    """Return whether a sighting at a capture device checks a person off."""
    return device_id in assembly_points or rules.ways.get(device_id) is Way.EXIT
