"""Which of the newest numbers were given to a key: nothing moves when one is added, or too old to count."""

from array import array
from collections.abc import Iterator

# As many chains as keep each of them short, of some ten thousand numbers.
_CHAINS = 8192
_NONE = -1


class Chains:
    """Several numbers to a key, of numbers that go up; made for the newest `most` of them."""

    def __init__(self, most: int) -> None:
        """Hold nothing."""
        self._most = most
        self._newest = array("q", [_NONE]) * _CHAINS
        # Which number of the chain came before, each in its place until that is needed again.
        self._before = array("q", [_NONE]) * most

    def add(self, key: int, number: int) -> None:
        """Add a number to a key; it is greater than all before."""
        chain = key % _CHAINS
        self._before[number % self._most] = self._newest[chain]
        self._newest[chain] = number

    def remove_newest(self, key: int, number: int) -> None:
        """Take back the number that was added last, from its key."""
        self._newest[key % _CHAINS] = self._before[number % self._most]

    def find(self, key: int, oldest: int) -> Iterator[int]:
        """Yield the numbers of a key from the oldest that counts on, the newest first, and by chance those of others."""
        number = self._newest[key % _CHAINS]
        while number >= oldest:
            yield number
            number = self._before[number % self._most]
