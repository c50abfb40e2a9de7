"""Locks of doors, which are open for a moment."""

from datetime import datetime
from typing import Any, override

from homeassistant.components.lock import LockEntity, LockEntityDescription
from homeassistant.const import ATTR_CODE
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.helpers.event import async_call_later

from .aibox.models import CaptureDevice
from .box.door_code import CODE_FORMAT
from .box.doors import DoorResult, Reason, Way
from .const import DOMAIN
from .coordinator import SeAiBoxConfigEntry, SeAiBoxCoordinator
from .entity import DoorEntity, async_add_per_capture_device
from .text import async_text

# No queue: a door that opens later may open for somebody else.
PARALLEL_UPDATES = 0

DOOR = LockEntityDescription(
    key="door", translation_key="door", entity_registry_enabled_default=False
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: SeAiBoxConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up a lock for each capture device with a door."""
    coordinator = entry.runtime_data
    async_add_per_capture_device(
        entry,
        async_add_entities,
        lambda device: [DoorLock(coordinator, device)],
        coordinator.client.rest.can_open_door,
    )


class DoorLock(DoorEntity, LockEntity):
    """Unlocked for as long as Home Assistant had its relay pulsed.

    Nobody knows more: no box reports whether a door is open or locked.
    """

    _attr_assumed_state = True
    _attr_is_locked: bool | None = True

    def __init__(self, coordinator: SeAiBoxCoordinator, device: CaptureDevice) -> None:
        """Create a lock that asks for a code if the options say so."""
        super().__init__(coordinator, device, DOOR)
        if coordinator.doors.ask_for_a_code:
            self._attr_code_format = CODE_FORMAT
        self._cancel_timer: CALLBACK_TYPE | None = None
        # In event loop time.
        self._open_until = 0.0

    @override
    async def async_added_to_hass(self) -> None:
        """Listen to every call that opens the door."""
        await super().async_added_to_hass()
        signal = self.coordinator.doors.signal_result(self._capture_device_id)
        self.async_on_remove(
            async_dispatcher_connect(self.hass, signal, self._handle_result)
        )

    @override
    async def async_will_remove_from_hass(self) -> None:
        """End the wait for the door to lock."""
        await super().async_will_remove_from_hass()
        self._stop_timer()

    @override
    async def async_unlock(self, **kwargs: Any) -> None:
        """Open the door for a moment."""
        # So that HomeKit learns of a refusal, too: it waits for a change.
        self._attr_is_unlocking = True
        self.async_write_ha_state()
        try:
            await self._async_open(Way.LOCK, kwargs.get(ATTR_CODE))
        finally:
            self._attr_is_unlocking = False
            self.async_write_ha_state()

    @override
    async def async_lock(self, **kwargs: Any) -> None:
        """Refuse: a relay can only be pulsed."""
        raise ServiceValidationError(
            translation_domain=DOMAIN, translation_key="lock_locks_itself"
        )

    @callback
    def _handle_result(self, result: DoorResult) -> None:
        """Show the door open for as long as its relay is."""
        if result.reason not in (None, Reason.NO_ANSWER):
            return
        # Without a clear answer nobody knows.
        opened = result.reason is None
        now = self.hass.loop.time()
        if self._cancel_timer is None or opened:
            self._attr_is_locked = False if opened else None
        self._attr_changed_by = result.user_name or async_text(
            self.hass, "common.automation"
        )
        self._stop_timer()
        self._open_until = max(self._open_until, now + result.seconds)
        self._cancel_timer = async_call_later(
            self.hass, self._open_until - now, self._handle_closed
        )
        if result.request.context is not None:
            self.async_set_context(result.request.context)
        self.async_write_ha_state()

    @callback
    def _handle_closed(self, _: datetime) -> None:
        """Show the door locked: the relay fell back."""
        self._cancel_timer = None
        self._attr_is_locked = True
        self.async_write_ha_state()

    def _stop_timer(self) -> None:
        if self._cancel_timer is not None:
            self._cancel_timer()
            self._cancel_timer = None
