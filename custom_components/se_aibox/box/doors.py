"""Opens the doors of a box: the right one, once, and never later."""

from dataclasses import dataclass, field
from enum import StrEnum

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.dispatcher import async_dispatcher_send
from homeassistant.util.signal_type import SignalType

from ..aibox.exceptions import (
    AiBoxBusyError,
    AiBoxConnectionError,
    AiBoxError,
    AiBoxNotFoundError,
    AiBoxRefusedError,
)
from ..aibox.models import CaptureDevice, PassMode
from ..aibox.rest import Rest
from ..const import DOMAIN
from .data import BoxData
from .door_code import DoorCode
from .polls import BoxPoll

# The exceptions about doors begin with it.
_PREFIX = "door_"


def doors_of_no_group(data: BoxData) -> list[str]:
    """Return the capture devices whose doors open for everybody enrolled.

    They have a relay, and the box says of no permission group that it is theirs.
    """
    return sorted(
        device.name or device.capture_device_id
        for device in data.listed.values()
        if device.relay is not None and device.permission_group_id is None
    )


class Way(StrEnum):
    """By what Home Assistant was asked to open a door."""

    BUTTON = "button"
    LOCK = "lock"
    ACTION = "action"


class Reason(StrEnum):
    """Why a door was not opened, or may not have been."""

    HAS_NO_RELAY = "has_no_relay"
    LOCKED_DOWN = "locked_down"
    NO_ANSWER = "no_answer"
    NOT_REACHED = "not_reached"
    REFUSED = "refused"
    TOO_MANY_CODES = "too_many_codes"
    WRONG_CODE = "wrong_code"


@dataclass(frozen=True, slots=True)
class DoorRequest:
    """A call of Home Assistant that is to open a door."""

    capture_device_id: str
    way: Way
    # Who called, and what for.
    context: Context | None
    # By default, as long as the relay is set to on the box.
    seconds: int | None = None
    overrides_lockdown: bool = False
    code: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class DoorResult:
    """What became of such a call."""

    request: DoorRequest
    # For how long the door is open, or perhaps open.
    seconds: int
    # None if it opened.
    reason: Reason | None
    # The user of Home Assistant who called, None for an automation.
    user_name: str | None = field(repr=False)


class Doors:
    """The doors of one box, and every call that opens them."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry,
        rest: Rest,
        pass_mode: BoxPoll[PassMode | None],
        code: str | None,
    ) -> None:
        """Initialize with the salted hash of the code, if locks ask for one."""
        self._hass = hass
        self._entry = entry
        self._rest = rest
        self._pass_mode = pass_mode
        self._code = None if code is None else DoorCode(hass, code)

    @property
    def ask_for_a_code(self) -> bool:
        """Return whether locks ask for a code."""
        return self._code is not None

    def signal_result(self, capture_device_id: str) -> SignalType[DoorResult]:
        """Sent after each call that is to open a door."""
        return SignalType(f"{DOMAIN}_{self._entry.entry_id}_{capture_device_id}_door")

    def find(self, data: BoxData, capture_device_id: str) -> CaptureDevice | None:
        """Return the capture device, or None without a usable relay."""
        device = data.selected.get(capture_device_id)
        if device is None or not self._rest.can_open_door(device):
            return None
        return device

    async def async_open(self, data: BoxData, request: DoorRequest) -> None:
        """Pulse the relay of a capture device, in one attempt.

        Raises `HomeAssistantError` if there is no usable relay, if the code is wrong,
        in lockdown, or if the box cannot be reached, refuses or does not answer.
        """
        door = self.find(data, request.capture_device_id)
        try:
            await self._async_pulse(door, request)
        except HomeAssistantError as error:
            key = str(error.translation_key)
            await self._async_report(door, request, Reason(key.removeprefix(_PREFIX)))
            raise
        await self._async_report(door, request, None)

    async def _async_pulse(
        self, door: CaptureDevice | None, request: DoorRequest
    ) -> None:
        # First: who does not know the code learns nothing about the door.
        if request.way is Way.LOCK and self._code is not None:
            await self._code.async_check(request.code)
        if door is None:
            raise HomeAssistantError(
                translation_domain=DOMAIN, translation_key="door_has_no_relay"
            )
        if not request.overrides_lockdown and await self._async_is_locked_down():
            raise HomeAssistantError(
                translation_domain=DOMAIN, translation_key="door_locked_down"
            )
        try:
            await self._rest.open_door(door, request.seconds)
        except AiBoxError as error:
            raise _in_words(error) from error

    async def _async_is_locked_down(self) -> bool:
        """Return whether the box is to let nobody in."""
        poll = self._pass_mode
        if poll.data is PassMode.NOBODY or not poll.answered:
            # The lockdown may have ended since the last poll, or begun before the
            # first one or while the box was silent.
            await poll.async_refresh()
        return poll.data is PassMode.NOBODY

    async def _async_report(
        self, door: CaptureDevice | None, request: DoorRequest, reason: Reason | None
    ) -> None:
        user_id = request.context and request.context.user_id
        user = await self._hass.auth.async_get_user(user_id) if user_id else None
        result = DoorResult(
            request,
            door.pulse(request.seconds) if door else 0,
            reason,
            user.name if user else None,
        )
        signal = self.signal_result(request.capture_device_id)
        async_dispatcher_send(self._hass, signal, result)


def _in_words(error: AiBoxError) -> HomeAssistantError:
    match error:
        case AiBoxConnectionError(was_connected=False):
            return HomeAssistantError(
                translation_domain=DOMAIN, translation_key="door_not_reached"
            )
        case AiBoxRefusedError() | AiBoxBusyError() | AiBoxNotFoundError():
            return HomeAssistantError(
                translation_domain=DOMAIN,
                translation_key="door_refused",
                translation_placeholders={"reason": str(error)},
            )
    # Also of an answer that cannot be read: the box may have opened before.
    return HomeAssistantError(
        translation_domain=DOMAIN, translation_key="door_no_answer"
    )
