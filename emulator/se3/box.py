"""The emulated SE3."""

from collections.abc import Collection
from typing import Unpack, override

from emulator.base import AnyBox
from emulator.live import make_message
from emulator.model import Device, Emitted, Identity, Ports
from emulator.recognition import Recognize
from emulator.records import emitted, make_record
from emulator.state import BoxOptions, BoxState

from .dialect import se3_dialect
from .uploads import TIMEOUT, ContentType, Delivery, Uploads

# Strangers whom a box files away, to recognize them again.
_FILED = frozenset({"automatic", "automatic_employee", "filed", "enrolled"})
# Every SE3 has these.
_GROUP_CALLS = frozenset({"GateControllerMode", "groups", "permissions"})
# No page of an SE3 has system calls.
_SYSTEM_CALLS = frozenset(
    {"deviceSN", "hardwareInfo", "systemVersion", "hostname", "ip", "time"}
)


class EmulatedSe3(AnyBox):
    """An SE3, which posts recognitions to URLs (docs/protocol.md §6)."""

    def __init__(
        self,
        *,
        has_event_server_call: bool = True,
        lists_devices: bool = False,
        group_calls: Collection[str] = _GROUP_CALLS,
        system_calls: Collection[str] = _SYSTEM_CALLS,
        push_timeout: float = TIMEOUT,
        **options: Unpack[BoxOptions],
    ) -> None:
        """Create a stopped SE3.

        It waits `push_timeout` seconds for the answer to a post.
        """
        state = BoxState("SE30221", **options)
        self._uploads = Uploads(state.host, push_timeout)
        dialect = se3_dialect(
            self._uploads,
            has_event_server_call=has_event_server_call,
            lists_devices=lists_devices,
            group_calls=group_calls,
            system_calls=system_calls,
        )
        super().__init__(state, dialect, options.get("ports", Ports()))

    @property
    def event_server_urls(self) -> list[str]:
        """The URLs that receive each recognition, in order."""
        return self._uploads.urls

    @event_server_urls.setter
    def event_server_urls(self, urls: list[str]) -> None:
        self._uploads.urls[:] = urls

    @property
    def content_type(self) -> ContentType:
        """The format of the posts."""
        return self._uploads.content_type

    @content_type.setter
    def content_type(self, content_type: ContentType) -> None:
        self._uploads.content_type = content_type

    @property
    def need_reg_pic(self) -> bool:
        """Whether posts include the reference picture."""
        return self._uploads.need_reg_pic

    @need_reg_pic.setter
    def need_reg_pic(self, needed: bool) -> None:
        self._uploads.need_reg_pic = needed

    @property
    def push_timeout(self) -> float:
        """The seconds that a post waits for its answer."""
        return self._uploads.timeout

    @push_timeout.setter
    def push_timeout(self, seconds: float) -> None:
        self._uploads.timeout = seconds

    @property
    def drops_deliveries(self) -> bool:
        """Whether recognitions are lost before they are posted."""
        return self._uploads.dropping

    @drops_deliveries.setter
    def drops_deliveries(self, drops: bool) -> None:
        self._uploads.dropping = drops

    @property
    def deliveries(self) -> list[Delivery]:
        """The result of every post."""
        return self._uploads.deliveries

    @override
    async def stop(self) -> None:
        """Close everything; leave no task, socket or thread."""
        await self._uploads.close()
        await super().stop()

    @override
    async def recognize(
        self,
        device: Device | str | None = None,
        identity: Identity | None = None,
        **details: Unpack[Recognize],
    ) -> Emitted:
        """Simulate a recognition; return after the last post."""
        seen_by = self.state.resolve_device(device)
        record = make_record(self.state, seen_by, identity, details)
        self.history.append(record)
        live = await make_message(
            self.state,
            self._dialect,
            record,
            details,
            with_reference=self.need_reg_pic,
        )
        message = live.complete()
        files_strangers = self.settings.support_stranger
        is_filed = files_strangers and details.get("stranger") in _FILED
        is_match = record.score >= self.settings.threshold and (
            identity is not None or is_filed
        )
        if details.get("push", True) and is_match:
            for _ in range(1 + self.state.variant.duplicates):
                await self._uploads.send(record.event_id, message, self.state.variant)
        return emitted(record, message)
