"""Counts the recognitions of the current day.

The history of a box has all of them, also those from before a restart. The sensor
*Recognitions* counts since it was made, and a restart may set it back by minutes. So
each box is asked once for its total; from then on, sightings are counted. A box without
a history counts from the start of Home Assistant.
"""

import asyncio
from collections.abc import Callable, Iterable

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.event import async_call_later, async_track_point_in_utc_time

from ..aibox.exceptions import AiBoxError
from ..aibox.models import HistoryQuery, Recognition
from ..const import DOMAIN
from ..coordinator import SeAiBoxCoordinator, async_loaded_box
from ..recognition.freshness import clock_error
from ..recognition.sighting import Sighting
from .tally import Day, Tally

_RETRY_SECONDS = 60.0

# A config entry id, and ids that the box has for its capture devices.
type Places = tuple[str, frozenset[str]]


class Counters:
    """The counters of all subscriptions; equal ones are shared."""

    def __init__(self, hass: HomeAssistant, changed: Callable[[], None]) -> None:
        """Initialize; `changed` is called when a count changes by itself."""
        self._hass = hass
        self._changed = changed
        self._counters: dict[Places, _Counter] = {}
        self._day = Day.today()
        self._stop_timer = self._start_timer()

    @callback
    def async_need(self, places: Iterable[Places]) -> None:
        """Count at these places only; ask boxes that were not asked yet."""
        needed = set(places)
        for gone in self._counters.keys() - needed:
            self._counters.pop(gone).async_stop()
        for each in needed:
            if each not in self._counters:
                self._counters[each] = _Counter(self._hass, each, self._changed)
            self._counters[each].async_ask(self._day)

    @callback
    def async_count(self, sighting: Sighting) -> None:
        """Count a sighting if it is of today."""
        if sighting.seen_at >= self._day.end:
            # The timer may be some milliseconds late.
            self._begin_day()
        if self._day.has(sighting.seen_at):
            for (entry_id, capture_device_ids), counter in self._counters.items():
                if (
                    entry_id == sighting.entry_id
                    and sighting.recognition.capture_device_id in capture_device_ids
                ):
                    counter.async_count(sighting.recognition)

    @callback
    def async_total(self, places: Iterable[Places]) -> int | None:
        """Return today's count of several places, None if one is unknown."""
        total = 0
        for each in places:
            if (count := self._counters[each].count) is None:
                return None
            total += count
        return total

    @callback
    def async_stop(self) -> None:
        """Stop counting."""
        self.async_need(())
        self._stop_timer()

    @callback
    def _start_timer(self) -> CALLBACK_TYPE:
        @callback
        def _at_midnight(_: object) -> None:
            self._begin_day()

        return async_track_point_in_utc_time(self._hass, _at_midnight, self._day.end)

    @callback
    def _begin_day(self) -> None:
        self._stop_timer()
        self._day = Day.today()
        self._stop_timer = self._start_timer()
        for counter in self._counters.values():
            counter.async_begin_day()
        self._changed()


class _Counter:
    """Counts the recognitions at some capture devices of a box."""

    def __init__(
        self, hass: HomeAssistant, places: Places, changed: Callable[[], None]
    ) -> None:
        """Initialize without a count."""
        self._hass = hass
        self._entry_id, self._capture_device_ids = places
        self._changed = changed
        self.count: int | None = None
        self._tally = Tally()
        self._asking: asyncio.Task[None] | None = None
        # Delivered while the box is asked.
        self._meanwhile: list[Recognition] = []
        self._cancel_retry: CALLBACK_TYPE | None = None
        # Whether the box answered, perhaps without a total.
        self._answered = False

    @callback
    def async_ask(self, day: Day) -> None:
        """Ask the box for its total, unless it is known or cannot be."""
        box = async_loaded_box(self._hass, self._entry_id)
        if (
            self._answered
            or self._asking is not None
            or self._cancel_retry is not None
            or box is None
            or not box.data.connected
        ):
            return
        self._asking = self._hass.async_create_background_task(
            self._async_ask(box, day), f"{DOMAIN} {box.name} today", eager_start=False
        )

    async def _async_ask(self, box: SeAiBoxCoordinator, day: Day) -> None:
        box_ahead = clock_error(box.client.clock.reading)
        query = HistoryQuery(
            day.start + box_ahead, day.end + box_ahead, self._capture_device_ids
        )
        try:
            newest = await box.history.async_newest_page(query)
        except AiBoxError:
            self._asking = None
            self._meanwhile.clear()
            self._cancel_retry = async_call_later(
                self._hass, _RETRY_SECONDS, self._async_retry
            )
            return
        self._asking = None
        self._answered = True
        if (tally := Tally.of(newest)) is not None:
            self._tally = tally
            self.count = tally.total
            for seen in self._meanwhile:
                self.async_count(seen)
        self._meanwhile.clear()
        self._changed()

    @callback
    def _async_retry(self, _: object) -> None:
        self._cancel_retry = None
        # Who needs the count asks again.
        self._changed()

    @callback
    def async_count(self, seen: Recognition) -> None:
        """Count a recognition, unless the history had counted it."""
        if self.count is not None:
            self.count += not self._tally.includes(seen)
        elif self._asking is not None:
            self._meanwhile.append(seen)

    @callback
    def async_begin_day(self) -> None:
        """Begin at zero: from now on, sightings tell everything."""
        self.async_stop()
        self._tally = Tally()
        self._answered = True
        self.count = 0

    @callback
    def async_stop(self) -> None:
        """Ask no more."""
        if self._asking is not None:
            self._asking.cancel()
            self._asking = None
        if self._cancel_retry is not None:
            self._cancel_retry()
            self._cancel_retry = None
        self._meanwhile.clear()
