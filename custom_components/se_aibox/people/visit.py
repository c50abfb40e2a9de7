"""The visits of enrolled visitors, and when they may be ended. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from ..aibox.enrolled import PersonRecord
from ..aibox.exceptions import (
    AiBoxBusyError,
    AiBoxConnectionError,
    AiBoxError,
    AiBoxNotFoundError,
    AiBoxRefusedError,
)
from ..aibox.models import PersonType
from ..aibox.names import given_name, id_key, name_key

# A box may store no seconds.
_TOLERANCE = timedelta(minutes=1)
# A short outage of a box is no reason for an issue.
_PATIENCE = timedelta(hours=1)
# In minutes.
_LONGEST_WAIT = 15
_MOST_DOUBLINGS = 4

# Of an identity: the config entry of its box, and the key of its id.
type IdentityKey = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Visitor:
    """A visitor as enrolled: personal data."""

    identity_id: str = field(repr=False)
    name: str = field(repr=False)
    # Aware.
    valid_from: datetime
    valid_until: datetime
    host: str | None = field(default=None, repr=False)
    company: str | None = field(default=None, repr=False)
    purpose: str | None = field(default=None, repr=False)

    def is_known_as(self, identity_id: str | None, name: str | None) -> bool:
        """Return whether an identity has the visitor's id and name."""
        return (
            id_key(identity_id) == id_key(self.identity_id)
            # Without a name, a box may report its own word for none.
            and name_key(given_name(name)) == name_key(given_name(self.name))
        )

    def is_due(self, now: datetime) -> bool:
        """Return whether the visit has to be over."""
        return now >= self.valid_until

    def is_late(self, now: datetime) -> bool:
        """Return whether the visit should have been over for long."""
        return now >= self.valid_until + _PATIENCE


@dataclass(frozen=True, slots=True)
class Visit:
    """A visitor on the boxes that have them enrolled."""

    # Random: ids of issues contain nothing personal.
    visit_id: str
    visitor: Visitor
    # The config entries of the boxes.
    enrolled_on: frozenset[str]
    # Those of them on which nothing is left to end.
    ended_on: frozenset[str] = frozenset()
    has_arrived: bool = False
    # The config entries of the sites that have reported the visit as overdue.
    overdue_at: frozenset[str] = frozenset()

    @property
    def open_on(self) -> frozenset[str]:
        """The boxes on which the visit has not ended."""
        return self.enrolled_on - self.ended_on

    @property
    def identity_keys(self) -> Iterable[IdentityKey]:
        """The identities of the visitor on all boxes."""
        key = id_key(self.visitor.identity_id)
        return ((entry_id, key) for entry_id in self.enrolled_on)

    def shows(
        self,
        entry_id: str,
        identity_id: str | None,
        name: str | None,
        person_type: PersonType,
    ) -> bool:
        """Return whether a person seen by a box is the visitor."""
        return (
            entry_id in self.enrolled_on
            and person_type is PersonType.VISITOR
            and self.visitor.is_known_as(identity_id, name)
        )

    def ended(self, entry_id: str) -> Visit:
        """Return the visit, ended on a box."""
        return replace(self, ended_on=self.ended_on | {entry_id})

    def without(self, entry_id: str) -> Visit | None:
        """Return the visit without a box, None without any."""
        enrolled_on = self.enrolled_on - {entry_id}
        if not enrolled_on:
            return None
        return replace(
            self, enrolled_on=enrolled_on, ended_on=self.ended_on - {entry_id}
        )


class Verdict(StrEnum):
    """The state of a visitor's id on a box."""

    GONE = "gone"
    AS_ENROLLED = "as_enrolled"
    CHANGED = "changed"


def judge(visitor: Visitor, found: PersonRecord | None) -> Verdict:
    """Return whether an identity is still as enrolled.

    Only then may it be deleted: the id may belong to another person by now.
    """
    if found is None:
        return Verdict.GONE
    if (
        visitor.is_known_as(found.identity_id, found.name)
        and found.person_type is PersonType.VISITOR
        and _is_same_time(found.details.valid_until, visitor.valid_until)
    ):
        return Verdict.AS_ENROLLED
    return Verdict.CHANGED


def _is_same_time(stored: datetime | None, sent: datetime) -> bool:
    return stored is not None and abs(stored - sent) < _TOLERANCE


def changed(visitor: Visitor, to: PersonRecord) -> Visitor | None:
    """Return the visitor after a change, None if no longer one."""
    details = to.details
    if to.person_type is not PersonType.VISITOR:
        return None
    valid_from, valid_until = visitor.valid_from, visitor.valid_until
    if not _is_same_time(details.valid_from, valid_from):
        valid_from = details.valid_from or valid_from
    if not _is_same_time(details.valid_until, valid_until):
        # Home Assistant removes no end. Without one, the user is asked.
        valid_until = details.valid_until or valid_until
    return Visitor(
        visitor.identity_id,
        to.name or visitor.name,
        # A calendar has no event that ends before it begins.
        min(valid_from, valid_until),
        valid_until,
        details.host,
        details.company,
        details.purpose,
    )


def proves_not_enrolled(error: AiBoxError) -> bool:
    """Return whether a failed enrollment or change left the box as it was."""
    match error:
        case AiBoxConnectionError():
            # Otherwise, only the answer may be lost.
            return not error.was_connected
        case AiBoxRefusedError() | AiBoxBusyError() | AiBoxNotFoundError():
            return True
    return False


def minutes_to_wait(failures: int) -> int:
    """Return the minutes before the next attempt, after failures in a row."""
    return min(1 << min(failures - 1, _MOST_DOUBLINGS), _LONGEST_WAIT)
