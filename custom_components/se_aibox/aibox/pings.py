"""Whether a box answers pings, as its connections have shown so far."""

# So many connections in a row without a pong, and firmware that answers none has taken the place of one that did.
_MOST_UNANSWERED = 3


class Pings:
    """Of a box, not of one connection: one that hangs in the next one is known to have answered before."""

    def __init__(self) -> None:
        """Expect no pong until there was one: a box may just ignore pings."""
        self.are_answered = False
        self._unanswered = 0

    def answered(self) -> None:
        """Take a pong."""
        self.are_answered = True
        self._unanswered = 0

    def unanswered(self) -> None:
        """Take a connection to a box that is there, and ended without a pong where one was expected."""
        self._unanswered += 1
        if self._unanswered >= _MOST_UNANSWERED:
            self.are_answered = False
