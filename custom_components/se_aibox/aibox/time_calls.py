"""Reads and changes what sets the clock of a box (docs/protocol.md §3)."""

from collections.abc import Sequence
from datetime import UTC, datetime

from .exceptions import AiBoxNotFoundError
from .rest import Rest
from .time_settings import TimeMode, TimeSettings
from .wire.fields import JsonObject
from .wire.request import Request
from .wire.system import clock_request, read_clock
from .wire.time_settings import (
    mode_request,
    read_servers,
    read_time_mode,
    read_utc_offset,
    servers_request,
    set_mode_request,
    set_servers_request,
    set_time_request,
)


class TimeCalls:
    """The calls of one box for its clock.

    Every method raises what those of `Rest` raise, and a change `AiBoxRefusedError`
    for a box that a platform manages. A change is sent once. A box may answer with
    success and change nothing: read again what it has.
    """

    def __init__(self, rest: Rest) -> None:
        """Initialize the calls."""
        self._rest = rest
        self._dialect = rest.wire.DIALECT

    async def read(self) -> TimeSettings:
        """Return the time of the box, and what sets its clock."""
        dialect = self._dialect
        clock = await self._rest.ask(clock_request(dialect))
        return TimeSettings(
            read_clock(clock),
            read_utc_offset(clock),
            read_time_mode(dialect, await self._answer(mode_request(dialect))),
            read_servers(dialect, await self._answer(servers_request(dialect))),
        )

    async def _answer(self, request: Request) -> JsonObject:
        try:
            return await self._rest.ask(request)
        except AiBoxNotFoundError:
            return {}

    async def set_by_hand(self, hours: int) -> None:
        """Set the clock to ours, and the time zone to hours ahead of UTC.

        Time servers no longer set it: the box refuses a time while they do.
        """
        await self._rest.check_may_change()
        mode = set_mode_request(self._dialect, TimeMode.HAND)
        await self._rest.ask(mode)
        # Read the clock as late as possible.
        now = datetime.now(UTC)
        await self._rest.ask(set_time_request(self._dialect, now, hours))

    async def set_by_servers(self, servers: Sequence[str], hours: int) -> None:
        """Let time servers set the clock, and set the time zone."""
        await self._rest.check_may_change()
        await self._rest.ask(set_servers_request(self._dialect, servers, hours))
        mode = set_mode_request(self._dialect, TimeMode.SERVERS)
        await self._rest.ask(mode)
