"""Reads how a box is set to work, one request after another."""

from collections.abc import Callable

from .exceptions import (
    AiBoxBusyError,
    AiBoxConnectionError,
    AiBoxError,
    AiBoxNotFoundError,
)
from .operation import ApplyMode, ArmedTime, BoxUsage, Operation
from .rest import Rest
from .settings import Setting
from .wire.fields import JsonObject
from .wire.operation import (
    external_disk_request,
    picture_folder_request,
    read_armed_time,
    read_external_disk,
    read_picture_folder,
    read_place,
    read_switch,
    read_word,
)
from .wire.request import Request

# Each time of day and its switch.
_ARMED_TIMES = {
    Setting.ARMED_TIME_1: Setting.ARMED_TIME_1_ON,
    Setting.ARMED_TIME_2: Setting.ARMED_TIME_2_ON,
}


class OperationReader:
    """Reads how one box is set to work."""

    def __init__(self, rest: Rest) -> None:
        """Initialize without a reading."""
        self._rest = rest
        # Whether the box has the call for settings, as far as known.
        self.has_settings = True

    async def read(self) -> Operation:
        """Return how the box is set to work.

        Raises `AiBoxConnectionError` or `AiBoxBusyError` if it does not answer now. Any
        other error leaves a value None.
        """
        apply_mode = read_word(ApplyMode, await self._value(Setting.APPLY_MODE))
        if not self.has_settings:
            return Operation()
        usage = read_word(BoxUsage, await self._value(Setting.USAGE))
        armed_times = await self._armed_times()
        detects_attributes = read_switch(await self._value(Setting.ATTRIBUTES))
        on_disk = read_place(await self._value(Setting.PICTURE_PLACE))
        dialect = self._rest.wire.DIALECT
        disk = external_disk_request(dialect)
        folder = picture_folder_request(dialect)
        return Operation(
            apply_mode=apply_mode,
            usage=usage,
            armed_times=armed_times,
            uses_external_disk=on_disk,
            external_disk_mounted=(
                await self._truth(disk, read_external_disk) if on_disk else None
            ),
            stores_pictures=await self._truth(folder, read_picture_folder),
            detects_attributes=detects_attributes,
        )

    async def _armed_times(self) -> tuple[ArmedTime, ...] | None:
        times: list[ArmedTime] = []
        for setting, switch in _ARMED_TIMES.items():
            is_on = read_switch(await self._value(switch))
            if is_on is None:
                return None
            if is_on:
                armed = read_armed_time(await self._value(setting))
                if armed is None:
                    return None
                times.append(armed)
        return tuple(times)

    async def _value(self, setting: Setting) -> str | None:
        try:
            return await self._rest.setting(setting)
        except AiBoxConnectionError, AiBoxBusyError:
            raise
        except AiBoxNotFoundError:
            # Every box that has the call has this setting.
            if setting is Setting.APPLY_MODE:
                self.has_settings = False
        except AiBoxError:
            pass
        return None

    async def _truth(
        self, request: Request, read: Callable[[JsonObject], bool | None]
    ) -> bool | None:
        try:
            return read(await self._rest.ask(request))
        except AiBoxError:
            # The system port may be closed, and some firmware lacks the calls.
            return None
