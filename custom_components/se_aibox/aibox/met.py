"""Which records a walk through a history met before: those that enter meanwhile push others on to another page."""

from array import array

from .chains import Chains
from .digest import digest
from .models import Record


class MetRecords:
    """The ids of the newest `most` records that were met.

    In arrays, for they are many, and not for long: as objects, what they leave behind lies between what stays.
    """

    def __init__(self, most: int) -> None:
        """Have met nobody."""
        self._most = most
        self._ids = array("q", [0]) * most
        self._next = 0
        self._by_id = Chains(most)

    def meets_again(self, record: Record) -> bool:
        """Take a record; return whether it was met before, which is never known of one without an id."""
        if record.record_id is None:
            return False
        record_id = digest(record.record_id)
        oldest = max(self._next - self._most, 0)
        if any(
            self._ids[number % self._most] == record_id
            for number in self._by_id.find(record_id, oldest)
        ):
            return True
        self._ids[self._next % self._most] = record_id
        self._by_id.add(record_id, self._next)
        self._next += 1
        return False
