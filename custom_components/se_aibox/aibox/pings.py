"""What a box makes of pings."""

# After this many connections in a row, the box is expected to behave the same again.
_SURE = 3


class Pings:
    """Whether a box answers pings, ignores them or hangs up.

    Kept across connections, so that a hang right after a reconnect is still detected.
    """

    def __init__(self) -> None:
        """Expect no pong yet: a box may ignore pings."""
        self.are_answered = False
        # False if the box hangs up on pings. Only its history shows that it is there.
        self.are_sent = True
        self._unanswered = 0
        self._hung_up = 0

    def answered(self) -> None:
        """Record a pong."""
        self.are_answered = True
        self._unanswered = self._hung_up = 0

    def unanswered(self) -> None:
        """Record a connection to a live box without a pong."""
        self._unanswered += 1
        if self._unanswered >= _SURE:
            self.are_answered = False

    def hung_up(self) -> None:
        """Record a connection that the box ended after a ping."""
        self._hung_up += 1
        if self._hung_up >= _SURE:
            self.are_sent = self.are_answered = False

    def ended_without_ping(self) -> None:
        """Record a connection that ended without a sign of life.

        Pings are not the reason, so they are sent again.
        """
        self.are_sent = True
        self._hung_up = 0
