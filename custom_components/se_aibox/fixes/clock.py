"""The repair flow that sets the clock of a box."""

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import voluptuous as vol

from homeassistant.components.repairs import RepairsFlowResult
from homeassistant.helpers.selector import TextSelector
from homeassistant.util import dt as dt_util

from ..aibox.exceptions import AiBoxError
from ..aibox.time_calls import TimeCalls
from ..aibox.time_settings import TimeMode, TimeSettings, whole_hours
from ..box.issues import Fault, clock_symptom, date_symptom
from ..coordinator import SeAiBoxCoordinator
from ..text import async_words, duration
from .box_fix import BoxFix, why
from .clock_plan import (
    ClockPlan,
    ClockWords,
    are_same,
    hours_to_set,
    is_made,
    read_servers,
    zone_text,
)

_SERVERS = "servers"
_FORM = vol.Schema({vol.Required(_SERVERS): TextSelector()})
# A box takes a while to ask its time servers.
_TRIES = {TimeMode.SERVERS: 10, TimeMode.HAND: 1}
_SECONDS_BETWEEN = 3.0
_MINUTE = timedelta(minutes=1)


class ClockFlow(BoxFix):
    """Shows the clock settings of a box, changes and verifies them."""

    _found: TimeSettings
    _hours: int

    async def async_step_init(
        self, user_input: dict[str, Any] | None = None
    ) -> RepairsFlowResult:
        """Show what the box has, and the ways to set its clock."""
        self.filled()
        words = await async_words(self.hass)
        if (box := self.box) is None:
            return self.stop(words["fix_not_connected"])
        try:
            await box.client.rest.check_may_change()
            self._found = found = await TimeCalls(box.client.rest).read()
        except AiBoxError as error:
            return self.stop(why(words, error))
        # Both ways change what sets the clock.
        if found.mode is None:
            return self.stop(words["fix_no_call"])
        ours = dt_util.now().utcoffset() or timedelta()
        hours = hours_to_set(ours, found)
        is_of_zone = self._fault is Fault.TIMES_OFF
        if hours is None or (is_of_zone and whole_hours(ours) is None):
            return self.stop(words["fix_half_hours"].format(zone=zone_text(ours)))
        if is_of_zone and found.utc_offset == ours:
            # Both ways would leave the wrong times as they are.
            return self.async_abort(
                reason="zone_is_right",
                description_placeholders=self.filled(zone=zone_text(ours)),
            )
        self._hours = hours
        options = ["time_servers", "home_assistant"]
        return self.async_show_menu(
            step_id="init",
            menu_options=options if found.servers is not None else options[1:],
            description_placeholders=self.filled(
                state=(await self._in_words()).state(found)
            ),
        )

    async def async_step_time_servers(
        self, user_input: dict[str, Any] | None = None
    ) -> RepairsFlowResult:
        """Show what changes, then let time servers set the clock."""
        errors: dict[str, str] = {}
        # Only the user names a server that the box does not have.
        entered = " ".join(self._found.servers or ())
        if user_input is not None:
            entered = user_input[_SERVERS]
            if (servers := read_servers(entered)) is not None:
                return await self._change(
                    ClockPlan(TimeMode.SERVERS, self._hours, servers)
                )
            errors[_SERVERS] = "servers_invalid"
        return self.async_show_form(
            step_id="time_servers",
            data_schema=self.add_suggested_values_to_schema(_FORM, {_SERVERS: entered}),
            errors=errors,
            description_placeholders=await self._preview(TimeMode.SERVERS),
        )

    async def async_step_home_assistant(
        self, user_input: dict[str, Any] | None = None
    ) -> RepairsFlowResult:
        """Show what changes, then set the clock to Home Assistant's."""
        if user_input is not None:
            return await self._change(ClockPlan(TimeMode.HAND, self._hours))
        return self.async_show_form(
            step_id="home_assistant",
            data_schema=vol.Schema({}),
            description_placeholders=await self._preview(TimeMode.HAND),
        )

    async def _change(self, plan: ClockPlan) -> RepairsFlowResult:
        """Change the box once; only a clock that is right now is a success."""
        words = await async_words(self.hass)
        if (box := self.box) is None:
            return self.stop(words["fix_not_connected"])
        calls = TimeCalls(box.client.rest)
        try:
            if not await self._is_still_asked(box, calls):
                return self.async_abort(reason="no_longer_asked")
        except AiBoxError as error:
            return self.stop(why(words, error))
        try:
            if plan.servers is None:
                await calls.set_by_hand(plan.hours)
            else:
                await calls.set_by_servers(plan.servers, plan.hours)
            found = await calls.read()
            is_right = is_made(found, plan) and await _becomes_right(box, plan.mode)
            found = await calls.read()
        except AiBoxError as error:
            # The change takes several calls.
            return self.stop(why(words, error, in_doubt=True))
        state = (await self._in_words()).state(found)
        if not is_made(found, plan):
            return self.stop(words["fix_not_made"].format(state=state))
        if not is_right:
            return self.stop(_still_off(words, found, plan, state))
        if self._fault is Fault.TIMES_OFF and found.utc_offset is None:
            # Only the next recognitions show whether the box took the time zone.
            return self.stop(words["fix_zone_unknown"].format(state=state))
        box.issues.async_settle(self._fault)
        return self.async_create_entry(data={})

    async def _is_still_asked(self, box: SeAiBoxCoordinator, calls: TimeCalls) -> bool:
        """Return whether the fault and the settings are those of the preview."""
        if self._fault is Fault.CLOCK_OFF:
            # Also clears the issue of a clock that is right.
            await box.polls.clock.async_refresh()
        now = await calls.read()
        return box.issues.is_raised(self._fault) and are_same(now, self._found)

    @property
    def _fault(self) -> Fault:
        return Fault(str((self.data or {})["kind"]))

    async def _preview(self, mode: TimeMode) -> dict[str, str]:
        words = await self._in_words()
        plan = ClockPlan(mode, self._hours)
        return self.filled(preview=words.preview(self._found, plan))

    async def _in_words(self) -> ClockWords:
        words = await async_words(self.hass)
        return ClockWords(words, self.hass.config.language, dt_util.now())


async def _becomes_right(box: SeAiBoxCoordinator, mode: TimeMode) -> bool:
    """Measure the clock until it is right, for a while."""
    for tries_left in reversed(range(_TRIES[mode])):
        # Also clears the issue.
        await box.polls.clock.async_refresh()
        if _is_right(box):
            return True
        if tries_left:
            await asyncio.sleep(_SECONDS_BETWEEN)
    return False


def _is_right(box: SeAiBoxCoordinator) -> bool:
    poll = box.polls.clock
    return (
        poll.answered
        and clock_symptom(poll.data) is None
        and date_symptom(poll.data) is None
    )


def _still_off(
    words: Mapping[str, str], found: TimeSettings, plan: ClockPlan, state: str
) -> str:
    """Return in words that the clock is still wrong, and why it may be."""
    by_servers = plan.mode is TimeMode.SERVERS
    text = words["fix_servers_silent" if by_servers else "fix_still_off"]
    off = max(abs(found.moment - dt_util.utcnow()), _MINUTE)
    return text.format(difference=duration(words, off), state=state)
