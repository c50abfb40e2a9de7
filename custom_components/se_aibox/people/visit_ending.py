"""Ends visits on the boxes: deletes visitors who are unchanged."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, HassJob, HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir
from homeassistant.helpers.dispatcher import (
    async_dispatcher_connect,
    async_dispatcher_send,
)
from homeassistant.helpers.event import async_call_later, async_track_time_interval
from homeassistant.util import dt as dt_util
from homeassistant.util.signal_type import SignalType

from ..aibox.exceptions import AiBoxBusyError, AiBoxConnectionError, AiBoxError
from ..aibox.people import EnrolledPeople
from ..const import DOMAIN, LOGGER
from ..coordinator import async_loaded_box
from .visit import Verdict, Visit, judge, minutes_to_wait
from .visit_issues import (
    VISITS_LOST,
    VisitIssues,
    VisitOnBox,
    async_raise_visits_abandoned,
    async_raise_visits_lost,
)
from .visitor_storage import UnreadableVisitsError, async_load_visits, visit_store
from .visitors import SIGNAL_VISITS, Visitors

# Sent about once a minute while a visit is past its end.
SIGNAL_PAST_END: SignalType[()] = SignalType(f"{DOMAIN}_visits_past_end")

_MINUTE = timedelta(minutes=1)
# After a start, a site may yet recover that a visitor left in time. Then the visit,
# which is personal data, is erased.
_MINUTES_KEPT = 15


async def async_setup_visits(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """End the stored visits, and new ones, until the entry is unloaded."""
    stored: list[Visit] = []
    try:
        stored = await async_load_visits(hass, entry.entry_id)
    except UnreadableVisitsError:
        async_raise_visits_lost(hass)
    visitors = Visitors(hass, entry, stored)
    visitors.async_listen()
    VisitEnding(hass, entry, visitors).async_listen()


async def async_forget_visits(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Erase all visits; raise an issue if visitors remain."""
    with suppress(UnreadableVisitsError):
        stored = await async_load_visits(hass, entry.entry_id)
        if left := [visit for visit in stored if visit.open_on]:
            async_raise_visits_abandoned(hass, left)
    ir.async_delete_issue(hass, DOMAIN, VISITS_LOST)
    await visit_store(hass, entry.entry_id).async_remove()


@dataclass(slots=True)
class _Failure:
    """Failed attempts to end a visit on a box."""

    count: int = 0
    # Minutes are counted, not compared by a clock, which may be set.
    minutes_left: int = 0
    # Whether the visitor is not as enrolled any more.
    is_changed: bool = False
    was_connected: bool = False


class VisitEnding:
    """Ends each visit that is due, and retries until it succeeds."""

    def __init__(
        self, hass: HomeAssistant, entry: ConfigEntry, visitors: Visitors
    ) -> None:
        """Initialize without attempts."""
        self._hass = hass
        self._entry = entry
        self._visitors = visitors
        self._issues = VisitIssues(hass)
        self._failures: dict[VisitOnBox, _Failure] = {}
        # The boxes that are being asked.
        self._asked: set[str] = set()
        # The minutes since each visit ended everywhere.
        self._minutes_since: dict[str, int] = {}
        self._cancel_timer: CALLBACK_TYPE | None = None

    @callback
    def async_listen(self) -> None:
        """End visits until the entry is unloaded."""
        for stop in (
            async_track_time_interval(
                self._hass, self._handle_minute, _MINUTE, cancel_on_shutdown=True
            ),
            async_dispatcher_connect(self._hass, SIGNAL_VISITS, self._check),
            self._stop,
        ):
            self._entry.async_on_unload(stop)
        self._check()

    @callback
    def _stop(self) -> None:
        self._stop_timer()
        self._issues.async_update({}, ())

    @callback
    def _handle_minute(self, _now: datetime) -> None:
        """Count the minutes, then end due visits."""
        for (_, entry_id), failure in self._failures.items():
            failure.minutes_left -= 1
            if self._is_connected(entry_id) and not failure.was_connected:
                # A box that has reconnected is tried at once.
                failure.minutes_left = 0
        for visit_id in self._minutes_since:
            self._minutes_since[visit_id] += 1
        self._check()

    def _is_connected(self, entry_id: str) -> bool:
        box = async_loaded_box(self._hass, entry_id)
        return box is not None and box.data.connected

    @callback
    def _check(self, _: datetime | None = None) -> None:
        """Start to end due visits, and update the issues."""
        now = dt_util.utcnow()
        open_visits = self._open_visits(now)
        self._failures = {
            key: failure
            for key, failure in self._failures.items()
            if key in open_visits
        }
        if any(visit.visitor.is_due(now) for visit in self._visitors.visits):
            # Before a visit is erased.
            async_dispatcher_send(self._hass, SIGNAL_PAST_END)
        self._begin(open_visits)
        self._update_issues(open_visits, now)
        self._set_timer(now)
        self._erase()

    def _open_visits(self, now: datetime) -> dict[VisitOnBox, Visit]:
        """Return the due visits that have not ended."""
        return {
            (visit.visit_id, entry_id): visit
            for visit in self._visitors.visits
            if visit.visitor.is_due(now)
            for entry_id in visit.open_on
        }

    def _begin(self, open_visits: Iterable[VisitOnBox]) -> None:
        for entry_id in {key[1] for key in open_visits if self._may_try(key)}:
            if entry_id not in self._asked:
                self._asked.add(entry_id)
                self._entry.async_create_background_task(
                    self._hass,
                    self._async_end_on(entry_id),
                    f"{DOMAIN} end of visits",
                    # A failure at once would call back in the middle of this.
                    eager_start=False,
                )

    def _may_try(self, key: VisitOnBox) -> bool:
        failure = self._failures.get(key)
        return failure is None or failure.minutes_left <= 0

    async def _async_end_on(self, entry_id: str) -> None:
        """End the visits that are due on a box, one by one."""
        is_away = False
        try:
            for key, visit in self._open_visits(dt_util.utcnow()).items():
                if key[1] != entry_id or not self._may_try(key):
                    continue
                # After one timeout, the others are not tried.
                is_away = is_away or not await self._async_try(key, visit)
                if is_away:
                    self._fail(key)
        finally:
            self._asked.discard(entry_id)
        self._check()

    async def _async_try(self, key: VisitOnBox, visit: Visit) -> bool:
        """Try to end a visit; return False without an answer."""
        visit_id, entry_id = key
        try:
            verdict = await self._async_end(visit, entry_id)
        except AiBoxError as error:
            LOGGER.debug("Cannot end a visit yet: %s", error.kind)
            if isinstance(error, AiBoxConnectionError | AiBoxBusyError):
                return False
            self._fail(key)
            return True
        if verdict is Verdict.CHANGED:
            self._fail(key, is_changed=True)
        else:
            await self._visitors.async_end(visit_id, entry_id)
        return True

    async def _async_end(self, visit: Visit, entry_id: str) -> Verdict:
        """Delete a visitor who is still as enrolled; return the verdict.

        It is not repeated: the next attempt reads whether it succeeded.
        """
        box = async_loaded_box(self._hass, entry_id)
        # A box that is not connected may be another one, at the same address.
        if box is None or not box.data.connected:
            raise AiBoxConnectionError(was_connected=False)
        people, visitor = EnrolledPeople(box.client.rest), visit.visitor
        verdict = judge(visitor, await people.person(visitor.identity_id))
        now_meant = self._visitors.async_get(entry_id, visitor.identity_id)
        if now_meant is None or now_meant.visitor != visitor:
            # The visitor was enrolled again meanwhile, which is another visit.
            return Verdict.CHANGED
        if verdict is Verdict.AS_ENROLLED:
            await people.delete(visitor.identity_id, visitor.name)
        return verdict

    def _fail(self, key: VisitOnBox, *, is_changed: bool | None = None) -> None:
        failure = self._failures.setdefault(key, _Failure())
        failure.count += 1
        failure.minutes_left = minutes_to_wait(failure.count)
        failure.was_connected = self._is_connected(key[1])
        if is_changed is not None:
            failure.is_changed = is_changed

    def _update_issues(
        self, open_visits: Mapping[VisitOnBox, Visit], now: datetime
    ) -> None:
        changed = {key for key, failed in self._failures.items() if failed.is_changed}
        late = {
            key
            for key, failed in self._failures.items()
            # At a start, a box may be loaded after the first attempt.
            if failed.count > 1 and open_visits[key].visitor.is_late(now)
        }
        self._issues.async_update(
            {key: open_visits[key] for key in changed | late}, changed
        )

    def _set_timer(self, now: datetime) -> None:
        """Check again at the next end, if within a minute."""
        self._stop_timer()
        ends = [visit.visitor.valid_until - now for visit in self._visitors.visits]
        left = min((span for span in ends if span > timedelta()), default=_MINUTE)
        if left < _MINUTE:
            job = HassJob(self._check, cancel_on_shutdown=True)
            self._cancel_timer = async_call_later(self._hass, left, job)

    def _stop_timer(self) -> None:
        if self._cancel_timer is not None:
            self._cancel_timer()
            self._cancel_timer = None

    def _erase(self) -> None:
        """Erase visits that ended everywhere long enough ago."""
        ended = [visit.visit_id for visit in self._visitors.visits if not visit.open_on]
        self._minutes_since = {
            visit_id: self._minutes_since.get(visit_id, 0) for visit_id in ended
        }
        over = [
            visit_id
            for visit_id, minutes in self._minutes_since.items()
            if minutes >= _MINUTES_KEPT
        ]
        if over:
            self._entry.async_create_task(
                self._hass, self._visitors.async_erase(over), f"{DOMAIN} ended visits"
            )
