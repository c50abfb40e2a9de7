"""Whole numbers by whole numbers, in a tenth of the memory that a dict of lists takes."""

from array import array
from bisect import bisect_left, bisect_right


class Multimap:
    """Several values to a key, both of at most 64 bits; made for some ten thousand."""

    def __init__(self) -> None:
        """Hold nothing."""
        self._keys = array("q")
        self._values = array("q")

    def add(self, key: int, value: int) -> None:
        """Add a value to a key, after those that it has."""
        at = bisect_right(self._keys, key)
        self._keys.insert(at, key)
        self._values.insert(at, value)

    def remove(self, key: int, value: int) -> None:
        """Remove a value that a key has."""
        at = self._values.index(value, bisect_left(self._keys, key))
        del self._keys[at], self._values[at]

    def find(self, key: int) -> array[int]:
        """Return the values of a key in the order in which they were added."""
        at = bisect_left(self._keys, key)
        return self._values[at : bisect_right(self._keys, key, lo=at)]
