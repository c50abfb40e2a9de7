"""Asks the history of a connected box for what its event socket did not say."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

from .exceptions import (
    AiBoxConnectionError,
    AiBoxError,
    AiBoxNotFoundError,
    AiBoxTimeoutError,
)
from .recovery import OVERLAP, CaughtUp, Missing, Recovery
from .retry import delay
from .stream import EventStream

# With the time that an answer may take, a dead socket is found within 45 s.
_CHECK_SECONDS = 15.0
_LATE_SECONDS = OVERLAP.total_seconds()


@dataclass(frozen=True, slots=True)
class CatchUpFailed:
    """The history cannot be asked; it is tried again."""

    error: AiBoxError


type HistoryUpdate = Missing | CaughtUp | CatchUpFailed


class HistoryWatch:
    """What to ask the history during one connection."""

    def __init__(
        self,
        recovery: Recovery,
        stream: EventStream,
        subscribed: Callable[[], frozenset[str]],
        *,
        recovers: bool,
        jitter: Callable[[], float],
    ) -> None:
        """Take what is to be recovered, and the socket that should have said it."""
        self._recovery = recovery
        self._stream = stream
        self._subscribed = subscribed
        self._recovers = recovers
        self._jitter = jitter
        self._wanted = asyncio.Event()
        # When the last look into the history began: what entered while it was walked through is for the next one.
        self._looked_at = datetime.now(UTC)

    def look_again(self) -> None:
        """Ask once more soon, for what happened up to now."""
        self._wanted.set()

    async def updates(self) -> AsyncGenerator[HistoryUpdate]:
        """Yield what the history has; raises `AiBoxTimeoutError` where that proves the socket dead."""
        loop = asyncio.get_running_loop()
        # Records enter the history late, also those of what happened before the connection.
        late: float | None = None
        if self._recovers:
            is_new = self._recovery.is_new
            async with aclosing(self._persist(self._catch_up)) as updates:
                async for update in updates:
                    yield update
            late = None if is_new else loop.time() + _LATE_SECONDS
        while True:
            await self._wait(late)
            if not self._stream.answers_pings:
                await self._check_socket()
            is_late = late is not None and loop.time() >= late
            is_wanted = self._wanted.is_set()
            # Whether or not anybody looks: what is set is waited for no more.
            self._wanted.clear()
            if self._recovers and (is_late or is_wanted):
                late = None if is_late else late
                if is_wanted and late is None:
                    # What it looks for may enter the history late, too.
                    late = loop.time() + _LATE_SECONDS
                look_again = partial(self._recovery.look_again, self._looked_at)
                self._looked_at = datetime.now(UTC)
                async with aclosing(self._persist(look_again)) as found:
                    async for update in found:
                        yield update
                if is_late:
                    self._recovery.settle()

    async def _wait(self, late: float | None) -> None:
        loop = asyncio.get_running_loop()
        until = late
        if not self._stream.answers_pings:
            check = loop.time() + _CHECK_SECONDS
            until = check if late is None else min(late, check)
        try:
            async with asyncio.timeout_at(until):
                await self._wanted.wait()
        except TimeoutError:
            return

    def _catch_up(self) -> AsyncGenerator[Missing | CaughtUp]:
        self._looked_at = datetime.now(UTC)
        return self._recovery.catch_up()

    async def _persist(
        self, ask: Callable[[], AsyncGenerator[Missing | CaughtUp]]
    ) -> AsyncGenerator[HistoryUpdate]:
        """Yield what the history has, asked again and again until it answers to the end."""
        failures = 0
        while True:
            try:
                async with aclosing(ask()) as updates:
                    async for update in updates:
                        yield update
            except AiBoxError as error:
                self._doubt_socket(error)
                failures += 1
                yield CatchUpFailed(error)
                if isinstance(error, AiBoxNotFoundError):
                    # It keeps no history, or has no such call.
                    return
            else:
                return
            await asyncio.sleep(delay(failures, self._jitter()))

    async def _check_socket(self) -> None:
        """Find out about a socket without pongs, which a quiet box and a dead one make alike."""
        if self._stream.silence < _CHECK_SECONDS:
            return
        try:
            missed = await self._recovery.missed(self._subscribed())
        except AiBoxError as error:
            self._doubt_socket(error)
            return
        if missed:
            raise AiBoxTimeoutError("the event socket does not say what the box sees")

    def _doubt_socket(self, error: AiBoxError) -> None:
        """Take a box for dead that answers neither pings nor questions; one that refuses, answers."""
        if (
            isinstance(error, AiBoxConnectionError)
            and not self._stream.answers_pings
            and self._stream.silence >= _CHECK_SECONDS
        ):
            raise AiBoxTimeoutError("the box stopped answering") from error
