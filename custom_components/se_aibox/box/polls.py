"""What a box is asked every minute: how it is and whom it lets in."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import override

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator

from ..aibox.exceptions import AiBoxError
from ..aibox.models import BoxHealth, ClockReading, PassMode
from ..aibox.rest import Rest
from ..const import DOMAIN, LOGGER

POLL_INTERVAL = timedelta(seconds=60)


class BoxPoll[T](DataUpdateCoordinator[T]):
    """Asks a box one thing, again and again; nothing else depends on the answer."""

    config_entry: ConfigEntry

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry,
        subject: str,
        ask: Callable[[], Awaitable[T]],
    ) -> None:
        """Take what to ask."""
        super().__init__(
            hass,
            LOGGER,
            config_entry=entry,
            name=f"{entry.title} {subject}",
            update_interval=POLL_INTERVAL,
        )
        self._ask = ask
        # Whether `data` is an answer to the last question.
        self.answered = False
        self._complained = False
        self._asking: asyncio.Task[None] | None = None

    @override
    async def _async_update_data(self) -> T:
        """Ask; a port that stays closed is said once, and not as an error: recognitions work without."""
        try:
            data = await self._ask()
        except AiBoxError as error:
            self.answered = False
            if not self._complained:
                LOGGER.info("%s: the box does not tell it: %s", self.name, error)
            self._complained = True
            return self.data
        if self._complained:
            LOGGER.info("%s: the box tells it again", self.name)
        self._complained = False
        self.answered = True
        return data

    @callback
    def async_take(self, data: T) -> None:
        """Take an answer that somebody else got."""
        self.answered = True
        self.async_set_updated_data(data)

    @callback
    def async_ask_soon(self) -> None:
        """Ask out of turn, once for all who want that meanwhile."""
        if self._asking is None or self._asking.done():
            self._asking = self.config_entry.async_create_background_task(
                self.hass, self.async_refresh(), f"{DOMAIN} {self.name}"
            )


class HealthPoll(BoxPoll[BoxHealth]):
    """Asks a box how it is."""

    _known_faults: frozenset[str] = frozenset()

    @override
    async def _async_update_data(self) -> BoxHealth:
        """Ask; say once of each reading that it cannot be used."""
        health = await super()._async_update_data()
        if self.answered:
            for name in health.faults.keys() - self._known_faults:
                LOGGER.info("%s: no %s: %s", self.name, name, health.faults[name])
            self._known_faults |= health.faults.keys()
        return health


class BoxPolls:
    """The questions that a box is asked every minute, each as long as somebody wants to know."""

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry, rest: Rest) -> None:
        """Take whom to ask."""
        self._hass = hass
        self._entry = entry
        self.health = HealthPoll(hass, entry, "health", rest.health)
        self.pass_mode: BoxPoll[PassMode | None] = BoxPoll(
            hass, entry, "pass mode", rest.pass_mode
        )
        # Whether the face service runs.
        self.mode: BoxPoll[bool | None] = BoxPoll(hass, entry, "mode", rest.recognizes)
        self.clock: BoxPoll[ClockReading] = BoxPoll(hass, entry, "clock", rest.clock)

    @callback
    def async_start(self) -> None:
        """Ask for the first time; nobody waits for a port that is closed."""
        for poll in (self.health, self.pass_mode, self.mode, self.clock):
            self._entry.async_create_background_task(
                self._hass, poll.async_refresh(), f"{DOMAIN} {poll.name}"
            )
