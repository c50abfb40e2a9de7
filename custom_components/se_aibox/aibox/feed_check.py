"""Checks that the event socket brings what the box records.

A pong proves the socket, not the subscription: an event service that was restarted may
have forgotten it. Only the history can tell (PROTOCOL §4).
"""

import asyncio
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from .exceptions import (
    AiBoxConnectionError,
    AiBoxDeafError,
    AiBoxError,
    AiBoxNotFoundError,
    AiBoxTimeoutError,
)
from .models import Recognition, Record
from .recovery import Recovery
from .rest import Rest
from .stream import EventStream
from .updates import Deliver

# With the time that an answer may take, a dead socket is found within 45 s.
_TICK_SECONDS = 15.0
# How often a socket is checked that answers pings.
_CHECK_SECONDS = 60.0
# How late a record may enter the history and still be found by the next check.
_LOOK_BACK = timedelta(minutes=2)
# A message that is merely late must still come live. The second one is for a box
# without pongs, where nothing but the history tells quiet from dead.
_LEAST_LATE = timedelta(seconds=30)
_LATE_WITHOUT_PONGS = timedelta(seconds=20)
# What happens while a subscription is sent need not be pushed.
_SUBSCRIBING = timedelta(seconds=5)
_ON_ITS_WAY_SECONDS = 2.0
# A capture device that stays silent in spite of a new socket is no reason for another.
_RENEW_AGAIN_SECONDS = 600.0


class FeedCheck:
    """What the socket of one box brought, and which records it should have brought."""

    def __init__(
        self, recovery: Recovery, rest: Rest, *, recovers: bool, late: timedelta
    ) -> None:
        """Remember nothing yet.

        A record is missing if the socket did not bring it after `late`, the freshness
        limit: until then it may still come live. `recovers` delivers what is missing.
        """
        self._recovery = recovery
        self._rest = rest
        self._recovers = recovers
        self._late = max(late, _LEAST_LATE)
        # False once the box proves to keep no history.
        self.is_checked = True
        # By capture device: since when it is subscribed to, by our clock; up to which
        # box time the socket brought its recognitions on this connection; and from
        # when on it may cause another renewal, by the loop's clock.
        self._subscribed_at: dict[str, datetime] = {}
        self._live_until: dict[str, datetime] = {}
        self._renew_from: dict[str, float] = {}
        # The capture devices that said something since the last check, and up to which
        # time by our clock that was complete.
        self._spoke: set[str] = set()
        self._checked_until = datetime.now(UTC)

    def connected(self) -> None:
        """Note a new connection, which has no subscription yet."""
        self._subscribed_at.clear()
        self._live_until.clear()
        self._spoke.clear()
        self._checked_until = datetime.now(UTC)
        self.is_checked = True

    def subscribed(self, capture_device_ids: Iterable[str]) -> None:
        """Note which capture devices are subscribed to now."""
        now = datetime.now(UTC)
        self._subscribed_at = {
            key: self._subscribed_at.get(key, now) for key in capture_device_ids
        }

    def receive(self, recognition: Recognition) -> None:
        """Note a live recognition."""
        key = recognition.capture_device_id
        if key in self._subscribed_at:
            self._spoke.add(key)
            # A time from the future must not hide what is missing.
            box_now = self._recovery.box_time(recognition.received_at)
            self._live_until[key] = min(recognition.occurred_at, box_now)

    async def run(self, stream: EventStream, deliver: Deliver) -> None:
        """Check until the connection ends.

        Raises `AiBoxTimeoutError` if the box is dead and `AiBoxDeafError` if the socket
        has to be renewed. Returns if the box keeps no history.
        """
        next_check = _now() + _CHECK_SECONDS
        while True:
            await asyncio.sleep(_TICK_SECONDS)
            is_silent = not stream.answers_pings and stream.silence >= _TICK_SECONDS
            if not is_silent and _now() < next_check:
                continue
            next_check = _now() + _CHECK_SECONDS
            try:
                await self._check(
                    _LATE_WITHOUT_PONGS if is_silent else self._late, deliver
                )
            except AiBoxDeafError:
                raise
            except AiBoxNotFoundError:
                # Without a history nothing can be checked.
                self.is_checked = False
                return
            except AiBoxConnectionError as error:
                if is_silent and not await self._box_answers():
                    raise AiBoxTimeoutError("the box stopped answering") from error
            except AiBoxError:
                # The box refuses, so it is there.
                continue

    async def _check(self, late: timedelta, deliver: Deliver) -> None:
        """Recover what the socket did not bring, or find that it is deaf."""
        until = datetime.now(UTC) - late
        if not self._subscribed_at.keys() <= self._spoke:
            # The clock may have been set since the connection was opened.
            self._recovery.measure(await self._rest.clock_or_none())
            start = min(self._checked_until, until - _LOOK_BACK)
            missing = await self._find_missing(start, until)
            if missing:
                # A message that arrived meanwhile may not have been read yet.
                await asyncio.sleep(_ON_ITS_WAY_SECONDS)
                missing = await self._find_missing(start, until)
            self._renew_if_deaf(missing)
            await self._recover(missing, deliver)
        self._spoke.clear()
        self._checked_until = until
        self._recovery.check_passed(until)

    async def _find_missing(self, start: datetime, until: datetime) -> list[Record]:
        return [
            record
            for record in await self._recovery.find_missing(start, until)
            if self._is_subscribed(record)
        ]

    async def _recover(self, missing: list[Record], deliver: Deliver) -> None:
        # Until then a message may still come live and be acted upon.
        latest = self._recovery.box_time(datetime.now(UTC) - self._late)
        if self._recovers:
            await self._recovery.deliver(
                [each for each in missing if each.recognition.occurred_at <= latest],
                deliver,
            )

    def _is_subscribed(self, record: Record) -> bool:
        """Return True if the socket should have brought a record."""
        since = self._subscribed_at.get(record.recognition.capture_device_id)
        return since is not None and (
            self._recovery.box_time(since + _SUBSCRIBING)
            <= record.recognition.occurred_at
        )

    def _renew_if_deaf(self, missing: list[Record]) -> None:
        """Raise `AiBoxDeafError` if a capture device said nothing since it is missing."""
        now = _now()
        deaf = {
            record.recognition.capture_device_id
            for record in missing
            if not self._spoke_since(record.recognition)
        }
        due = {key for key in deaf if self._renew_from.get(key, now) <= now}
        if due:
            self._renew_from = dict.fromkeys(deaf, now + _RENEW_AGAIN_SECONDS)
            raise AiBoxDeafError("the event socket does not bring what the box records")

    def _spoke_since(self, recognition: Recognition) -> bool:
        live_until = self._live_until.get(recognition.capture_device_id)
        return live_until is not None and live_until >= recognition.occurred_at

    async def _box_answers(self) -> bool:
        """Ask something cheap: a history may merely be slow."""
        try:
            await self._rest.capture_devices()
        except AiBoxConnectionError:
            return False
        except AiBoxError:
            return True
        return True


def _now() -> float:
    return asyncio.get_running_loop().time()
