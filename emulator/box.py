"""The emulated box with an event socket and history."""

import asyncio
from dataclasses import replace
from functools import partial
from typing import Literal, Unpack, override

from aiohttp import WSMsgType

from .base import AnyBox
from .broadcasts import BroadcastServer
from .cast import cast_device, seeded_uuid
from .device_status import DeviceReports
from .dialect import Dialect
from .doors import pulse_relay, with_doors
from .events import EventsServer
from .flat import FLAT
from .flood import Flood
from .history_upload import HistoryUpload
from .later import Later
from .live import make_message
from .model import Device, Emitted, Identity, Ports, Subscription
from .nested import NESTED
from .port import HttpHandler
from .recognition import BoxRecognize
from .records import emitted, make_record
from .state import BoxOptions, BoxState

type DialectName = Literal["nested", "flat"]

_DIALECTS: dict[DialectName, Dialect] = {"nested": NESTED, "flat": FLAT}


class EmulatedBox(AnyBox):
    """A box of dialect 1.x or 2.0 (docs/protocol.md §1-§5, §7)."""

    def __init__(
        self, dialect: DialectName = "nested", **options: Unpack[BoxOptions]
    ) -> None:
        """Create a stopped box."""
        state = BoxState("SE50221", **options)
        spoken = with_doors(_DIALECTS[dialect], state.variant)
        self.events = EventsServer(state, spoken)
        self.broadcasts = BroadcastServer()
        self.history_upload = HistoryUpload(state, spoken)
        super().__init__(
            state,
            spoken,
            options.get("ports", Ports()),
            events=self.events.handle,
            broadcast=self._broadcast_handler(spoken),
        )
        self._later = Later()
        self._reports = DeviceReports(state)
        self._next_device = len(self.devices)

    @override
    async def recognize(
        self,
        device: Device | str | None = None,
        identity: Identity | None = None,
        **details: Unpack[BoxRecognize],
    ) -> Emitted:
        """Simulate a recognition; no identity means a stranger."""
        record = make_record(
            self.state,
            self.state.resolve_device(device),
            identity,
            details,
            delay=details.get("record_delay", self.state.record_delay),
            event_id=details.get("event_id"),
        )
        if details.get("record", True):
            if details.get("event_id"):
                self.state.remove_result(
                    record.event_id, record.device, record.timestamp_ms
                )
            self.history.append(record)
        message = await make_message(self.state, self._dialect, record, details)
        if details.get("push", True):
            # A record without a message belongs to another time, so it opens no door.
            pulse_relay(self.state, record)
            push = partial(self.events.push, message, details.get("copies", 1))
            if delay := details.get("push_delay", 0.0):
                self._later.do(delay, push)
            else:
                await push()
        return emitted(record, message.complete())

    def add_device(
        self, device: Device | None = None, *, name: str | None = None
    ) -> Device:
        """Add the given capture device, or a new one."""
        if device is None:
            device = cast_device(self.state.seed, self._next_device, name)
            self._next_device += 1
        self.devices.append(device)
        self._broadcast("add", device)
        return device

    def rename_device(self, device_id: str, name: str) -> Device:
        """Rename a capture device."""
        index = self._index_of(device_id)
        self.devices[index] = replace(self.devices[index], name=name)
        self._broadcast("modify", self.devices[index])
        return self.devices[index]

    def remove_device(self, device_id: str) -> Device:
        """Remove a capture device; keep its records."""
        device = self.devices.pop(self._index_of(device_id))
        self._broadcast("delete", device)
        return device

    def add_device_anew(self, device_id: str) -> Device:
        """Delete a capture device and add it again, which gives it a new id."""
        gone = self.remove_device(device_id)
        new_id = seeded_uuid(f"{device_id}/anew")
        return self.add_device(replace(gone, device_id=new_id))

    def set_online(self, device_id: str, online: bool) -> None:
        """Set whether the box reaches a capture device."""
        if online:
            self.state.offline.discard(device_id)
        else:
            self.state.offline.add(device_id)

    async def report_status(self) -> int:
        """Push the status of all capture devices now.

        Return the HTTP status of the answer, 0 without a URL or an answer.
        """
        return await self._reports.send(self._dialect.status_report)

    @property
    def subscriptions(self) -> list[Subscription]:
        """The valid configuration of each client that sent one."""
        return self.events.subscriptions

    async def wait_for_subscription(
        self,
        count: int = 1,
        timeout: float = 10,  # noqa: ASYNC109 - the natural name for callers
    ) -> None:
        """Wait until `count` clients have subscribed to devices.

        Raise TimeoutError after `timeout` seconds.
        """
        async with asyncio.timeout(timeout):
            await self.events.wait_for_subscription(count)

    async def send_raw(self, frame: str | bytes, *, binary: bool = False) -> None:
        """Send a frame unchanged to every configured client."""
        data = frame.encode() if isinstance(frame, str) else frame
        await self.events.send_raw(data, WSMsgType.BINARY if binary else WSMsgType.TEXT)

    async def flood(self, flood: Flood) -> None:
        """Flood every event connection, whether configured or not."""
        await self.events.flood(flood)

    def forget_subscriptions(self) -> None:
        """Forget every configuration, like a restarted event service.

        The connections stay open and answer pings. A new frame subscribes again.
        """
        self.events.forget_subscriptions()

    async def drop(self) -> None:
        """Reset every event connection without a close frame."""
        self.events.drop()

    async def close_sockets(self, code: int = 1001) -> None:
        """Close every event connection with a close frame."""
        await self.events.close_sockets(code)

    async def change_dialect(self, dialect: DialectName, seconds: float = 0.0) -> None:
        """Restart on the same ports with another dialect.

        A firmware update does this. People, capture devices and records stay.
        Calls of the old dialect are answered like any unknown path.
        """
        await self.cut_power()
        await asyncio.sleep(seconds)
        spoken = with_doors(_DIALECTS[dialect], self.state.variant)
        self.events.dialect = self.history_upload.dialect = spoken
        self._set_dialect(
            spoken, events=self.events.handle, broadcast=self._broadcast_handler(spoken)
        )
        await self.start()

    @override
    async def start(self) -> None:
        """Open every port, upload the history, and report from now on."""
        await super().start()
        self.history_upload.start()
        self._reports.start(self._dialect.status_report)

    @override
    async def cut_power(self) -> None:
        """Close every port and drop pending messages."""
        await self._later.cancel()
        await self.history_upload.stop()
        await super().cut_power()
        await self._reports.stop()

    def _broadcast_handler(self, dialect: Dialect) -> HttpHandler | None:
        return None if dialect.broadcast is None else self.broadcasts.handle

    def _index_of(self, device_id: str) -> int:
        return [device.device_id for device in self.devices].index(device_id)

    def _broadcast(self, action: str, device: Device) -> None:
        if self._dialect.broadcast is not None:
            self.broadcasts.publish(self._dialect.broadcast(self.state, action, device))
