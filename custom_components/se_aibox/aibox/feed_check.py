"""Checks that the event socket sends what the box records.

A pong proves the socket, but not the subscription: a restarted event service may have
lost it. Only the history can show that (docs/protocol.md §4).
"""

import asyncio
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
import math

from .clock import BoxClock
from .exceptions import (
    AiBoxConnectionError,
    AiBoxDeafError,
    AiBoxError,
    AiBoxNotFoundError,
    AiBoxTimeoutError,
)
from .models import Recognition, Record
from .recovery import OVERLAP, Recovery
from .rest import Rest
from .stream import EventStream
from .updates import Deliver

# With the time that an answer may take, a dead socket is detected within 45 s.
_TICK_SECONDS = 15.0
# The interval of checks while the box answers pings.
_CHECK_SECONDS = 60.0
# How far back every check reads, and how far for a silent capture device: its records
# are few, and may enter the history late.
_LOOK_BACK_SECONDS = 120.0
_SILENT_LOOK_BACK_SECONDS = OVERLAP.total_seconds()
# Limits the reading of firmware that ignores the capture device filter.
_MOST_ROWS = 1_000
# A message that is merely late must still arrive live. The second limit is for a box
# without pongs, where only the history distinguishes quiet from dead.
_LEAST_LATE_SECONDS = 30.0
_LATE_WITHOUT_PONGS_SECONDS = 20.0
# A recognition need not be pushed while the subscription is sent.
_SUBSCRIBING_SECONDS = 5.0
_ON_ITS_WAY_SECONDS = 2.0
# A capture device that stays silent on a new socket causes no other one for this long.
_RENEW_AGAIN_SECONDS = 600.0


class FeedCheck:
    """Compares what the socket sent with what the box recorded.

    All times are the event loop's: setting a clock does not change them.
    """

    def __init__(
        self,
        recovery: Recovery,
        rest: Rest,
        clock: BoxClock,
        *,
        recovers: bool,
        late: timedelta,
    ) -> None:
        """Initialize the check.

        A record is missing if the socket did not send it within `late`, the freshness
        limit: until then, it may still arrive live. With `recovers`, missing records
        are delivered.
        """
        self._recovery = recovery
        self._rest = rest
        self._clock = clock
        self._recovers = recovers
        self._late_seconds = max(late.total_seconds(), _LEAST_LATE_SECONDS)
        # False once the box proves to keep no history.
        self.detects_deafness = True
        # By capture device: since when it is subscribed, when the socket last sent a
        # recognition of it, and from when it may cause another renewal.
        self._subscribed_at: dict[str, float] = {}
        self._received_at: dict[str, float] = {}
        self._renew_from: dict[str, float] = {}
        # The times of recognitions that only an upload delivered.
        self._uploaded_at: dict[str, float] = {}
        # Everything before this time was checked.
        self._checked_until = -math.inf
        # Whether the last check failed and left a gap.
        self._has_gap = False

    def connected(self) -> None:
        """Start over for a new connection without a subscription."""
        self._subscribed_at.clear()
        self._received_at.clear()
        self._uploaded_at.clear()
        self._checked_until = _now()
        self._has_gap = False
        self.detects_deafness = True

    def subscribed(self, capture_device_ids: Iterable[str]) -> None:
        """Set the capture devices that are subscribed now."""
        now = _now()
        self._subscribed_at = {
            key: self._subscribed_at.get(key, now) for key in capture_device_ids
        }

    def receive(self, recognition: Recognition) -> None:
        """Record a live recognition."""
        if recognition.capture_device_id in self._subscribed_at:
            self._received_at[recognition.capture_device_id] = _now()
            # The last renewal helped, so another one may.
            self._renew_from.pop(recognition.capture_device_id, None)
            self._uploaded_at.pop(recognition.capture_device_id, None)

    def receive_upload(self, recognition: Recognition) -> None:
        """Record a recognition that the socket did not send so far."""
        # It is not missing, but the socket is deaf if it stays silent.
        since = self._subscribed_at.get(recognition.capture_device_id)
        moment = self._moment(recognition)
        if since is not None and moment >= since + _SUBSCRIBING_SECONDS:
            self._uploaded_at.setdefault(recognition.capture_device_id, moment)

    def may_arrive(self, record: Record) -> bool:
        """Return True if its message may still arrive live."""
        since = self._subscribed_at.get(record.recognition.capture_device_id)
        moment = self._moment(record.recognition)
        age = _now() - moment
        return (
            since is not None
            and since <= moment
            and -_ON_ITS_WAY_SECONDS <= age < self._late_seconds
        )

    async def run(self, stream: EventStream, deliver: Deliver) -> None:
        """Check until the connection ends.

        Raises `AiBoxTimeoutError` if the box is dead and `AiBoxDeafError` if the socket
        has to be renewed. Returns if the box keeps no history.
        """
        checked_at = _now()
        while True:
            await asyncio.sleep(_TICK_SECONDS)
            is_silent = not stream.answers_pings and stream.silence >= _TICK_SECONDS
            if not is_silent and _now() < checked_at + _CHECK_SECONDS:
                continue
            late = _LATE_WITHOUT_PONGS_SECONDS if is_silent else self._late_seconds
            last, checked_at = checked_at, _now()
            try:
                await self._check(late, last, deliver)
            except AiBoxDeafError:
                raise
            except AiBoxNotFoundError:
                # Without a history nothing can be checked.
                self.detects_deafness = False
                return
            except AiBoxConnectionError as error:
                if is_silent and not await self._box_answers():
                    raise AiBoxTimeoutError("the box stopped responding") from error
            except AiBoxError:
                # A refusal proves that the box is there.
                pass

    async def _check(self, late: float, last: float, deliver: Deliver) -> None:
        """Recover missing records; raise `AiBoxDeafError` if the socket is deaf.

        `late` is in seconds. `last` is the time of the last check.
        """
        until = _now() - late
        silent = frozenset(
            key
            for key in self._subscribed_at
            if self._received_at.get(key, -math.inf) < last
        )
        if silent or self._has_gap:
            self._has_gap = True
            await self._clock.measure_or_keep()
            if self._recovery.use_clock():
                # The clock was set. Only a scan compares times before and after that.
                self._recovery.request_scan()
                return
            missing = await self._find_missing(until, silent)
            if missing:
                # A message that arrived meanwhile may not have been read yet.
                await asyncio.sleep(_ON_ITS_WAY_SECONDS)
                missing = await self._find_missing(until, silent)
            self._renew_if_deaf(missing)
            await self._recover(missing, deliver)
            self._has_gap = False
        self._checked_until = until
        self._recovery.check_passed(timedelta(seconds=_now() - until))

    async def _find_missing(self, until: float, silent: frozenset[str]) -> list[Record]:
        start = self._box_time(min(self._checked_until, until - _LOOK_BACK_SECONDS))
        end = self._box_time(until)
        missing = await self._recovery.find_missing(start, end)
        if silent:
            missing += await self._recovery.find_missing(
                end - timedelta(seconds=_SILENT_LOOK_BACK_SECONDS),
                start,
                capture_device_ids=silent,
                max_records=_MOST_ROWS,
            )
        return [record for record in missing if self._is_subscribed(record)]

    async def _recover(self, missing: list[Record], deliver: Deliver) -> None:
        if self._recovers:
            # A younger message may still arrive live and be acted upon.
            latest = _now() - self._late_seconds
            await self._recovery.deliver(
                [
                    record
                    for record in missing
                    if self._moment(record.recognition) <= latest
                ],
                deliver,
            )

    def _is_subscribed(self, record: Record) -> bool:
        """Return True if the socket should have sent it."""
        since = self._subscribed_at.get(record.recognition.capture_device_id)
        return (
            since is not None
            and self._moment(record.recognition) >= since + _SUBSCRIBING_SECONDS
        )

    def _renew_if_deaf(self, missing: list[Record]) -> None:
        """Raise `AiBoxDeafError` for a device silent since a record."""
        now = _now()
        deaf = {
            record.recognition.capture_device_id
            for record in missing
            if self._received_at.get(record.recognition.capture_device_id, -math.inf)
            < self._moment(record.recognition)
        } | {
            key
            for key, moment in self._uploaded_at.items()
            if moment <= now - self._late_seconds
        }
        if any(self._renew_from.get(key, now) <= now for key in deaf):
            self._renew_from = {
                key: moment for key, moment in self._renew_from.items() if moment > now
            } | dict.fromkeys(deaf, now + _RENEW_AGAIN_SECONDS)
            raise AiBoxDeafError("the event socket does not send what the box records")

    def _box_time(self, moment: float) -> datetime:
        """Convert a loop time to the box's time."""
        ago = timedelta(seconds=_now() - moment)
        return self._recovery.box_time(datetime.now(UTC)) - ago

    def _moment(self, recognition: Recognition) -> float:
        """Return the loop time of a recognition."""
        box_now = self._recovery.box_time(datetime.now(UTC))
        return _now() - (box_now - recognition.occurred_at).total_seconds()

    async def _box_answers(self) -> bool:
        """Return True if the box answers at all."""
        # The history may merely be slow: ask for something cheap.
        try:
            await self._rest.capture_devices()
        except AiBoxConnectionError:
            return False
        except AiBoxError:
            return True
        return True


def _now() -> float:
    return asyncio.get_running_loop().time()
