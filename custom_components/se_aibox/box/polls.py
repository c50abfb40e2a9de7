"""Polls the health, modes and clock of a box."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from math import inf
from typing import override

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator

from ..aibox.client import BoxClient
from ..aibox.exceptions import AiBoxError
from ..aibox.models import (
    BoxHealth,
    ClockReading,
    PassMode,
    PeopleCount,
    PictureKind,
    SystemMode,
)
from ..aibox.operation import Operation
from ..aibox.operation_reader import OperationReader
from ..aibox.people_count import PeopleCounter
from ..const import DOMAIN, LOGGER
from .picture_consent import PictureConsent

POLL_INTERVAL = timedelta(seconds=60)
# Some boxes are asked for many single people, and all for many settings.
_LONG_INTERVAL = timedelta(minutes=10)
# Each of many stale recognitions asks for the clock.
_SECONDS_BETWEEN = 10.0


class BoxPoll[T](DataUpdateCoordinator[T]):
    """Polls one value of a box, independently of all others."""

    config_entry: ConfigEntry

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry,
        subject: str,
        ask: Callable[[], Awaitable[T]],
    ) -> None:
        """Initialize; `subject` appears in the log lines."""
        super().__init__(
            hass,
            LOGGER,
            config_entry=entry,
            name=f"{entry.title} {subject}",
            update_interval=POLL_INTERVAL,
        )
        self._ask = ask
        # Held from a look at the box to the end of a change of the value.
        self.change_lock = asyncio.Lock()
        # Whether `data` is the answer to the last request.
        self.answered = False
        # How often `data` was replaced without a request of its own.
        self._replaced = 0
        self._unavailable_logged = False
        self._asked_soon_at = -inf

    @override
    async def _async_update_data(self) -> T:
        """Request the value; log a failure once."""
        replaced = self._replaced
        try:
            data = await self._ask()
        except AiBoxError as error:
            if replaced != self._replaced:
                return self.data
            self.answered = False
            # Not an error: recognitions work even if a port stays closed.
            if not self._unavailable_logged:
                LOGGER.info("%s is not available: %s", self.name, error)
            self._unavailable_logged = True
            return self.data
        if replaced != self._replaced:
            # A newer value replaced the data while the box was asked.
            return self.data
        if self._unavailable_logged:
            LOGGER.info("%s is available again", self.name)
        self._unavailable_logged = False
        self.answered = True
        return data

    @callback
    def async_take(self, data: T) -> None:
        """Use an answer that was received elsewhere."""
        self._replace(data, answered=True)

    @callback
    def async_doubt(self, data: T) -> None:
        """Expect this value until the next answer."""
        self._replace(data, answered=False)

    @callback
    def _replace(self, data: T, *, answered: bool) -> None:
        self._replaced += 1
        self.answered = answered
        self.async_set_updated_data(data)

    @callback
    def async_poll_soon(self) -> None:
        """Request the value now, at most once in ten seconds."""
        now = self.hass.loop.time()
        if now - self._asked_soon_at >= _SECONDS_BETWEEN:
            self._asked_soon_at = now
            self.config_entry.async_create_background_task(
                self.hass, self.async_refresh(), f"{DOMAIN} {self.name}"
            )


class HealthPoll(BoxPoll[BoxHealth]):
    """Polls the health of a box."""

    _known_faults: frozenset[str] = frozenset()

    @override
    async def _async_update_data(self) -> BoxHealth:
        """Request the health; log each unreadable value once."""
        health = await super()._async_update_data()
        if self.answered:
            for name in health.faults.keys() - self._known_faults:
                LOGGER.info(
                    "%s: cannot read %s: %s", self.name, name, health.faults[name]
                )
            self._known_faults |= health.faults.keys()
        return health


class PeoplePoll(BoxPoll[PeopleCount]):
    """Counts the enrolled people, first a minute after the start."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry,
        client: BoxClient,
        consent: PictureConsent,
    ) -> None:
        """Initialize without a count."""
        super().__init__(hass, entry, "people", PeopleCounter(client.rest).count)
        self._sends_photos = client.rest.sends_photos_of_people
        self._consent = consent

    @override
    async def _async_update_data(self) -> PeopleCount:
        """Count the people, unless their photos must not leave the box."""
        self.update_interval = _LONG_INTERVAL
        if self._sends_photos and (
            PictureKind.REFERENCE not in self._consent.picture_kinds
        ):
            self.answered = False
            return self.data
        return await super()._async_update_data()


class OperationPoll(BoxPoll[Operation]):
    """Reads how a box is set to work, first a minute after the start."""

    def __init__(
        self, hass: HomeAssistant, entry: ConfigEntry, client: BoxClient
    ) -> None:
        """Initialize without a reading."""
        self._reader = OperationReader(client.rest)
        super().__init__(hass, entry, "operation", self._reader.read)

    @override
    async def _async_update_data(self) -> Operation:
        """Read the settings, never again if the box has no call for them."""
        operation = await super()._async_update_data()
        self.update_interval = _LONG_INTERVAL if self._reader.has_settings else None
        return operation


class BoxPolls:
    """The polls of one box."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry,
        client: BoxClient,
        consent: PictureConsent,
    ) -> None:
        """Initialize the polls."""
        rest = client.rest
        self._hass = hass
        self._entry = entry
        # Each repeats only while something listens to it.
        self.health = HealthPoll(hass, entry, "health", rest.health)
        self.pass_mode: BoxPoll[PassMode | None] = BoxPoll(
            hass, entry, "pass mode", rest.pass_mode
        )
        self.mode: BoxPoll[SystemMode | None] = BoxPoll(
            hass, entry, "mode", rest.system_mode
        )
        self.clock: BoxPoll[ClockReading] = BoxPoll(
            hass, entry, "clock", client.clock.measure
        )
        self.people = PeoplePoll(hass, entry, client, consent)
        self.operation = OperationPoll(hass, entry, client)

    @callback
    def async_start(self) -> None:
        """Request the values, without waiting for closed ports."""
        # Counting the people and reading the settings may take many requests, and are
        # in no hurry.
        for poll in (self.health, self.pass_mode, self.mode, self.clock):
            self._entry.async_create_background_task(
                self._hass, poll.async_refresh(), f"{DOMAIN} {poll.name}"
            )
