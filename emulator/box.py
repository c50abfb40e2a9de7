"""The emulated box and what a test may let happen to it."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Literal, Unpack, override

import orjson

from .cast import cast_device
from .dialect import Dialect
from .doors import pulse_relay, with_doors
from .flat import FLAT
from .model import (
    Device,
    Emitted,
    Identity,
    JsonValue,
    PictureKind,
    Record,
    Subscription,
)
from .nested import NESTED
from .recognition import (
    Stranger,
    emitted,
    make_message,
    make_record,
    paint_all,
    picture_texts,
)
from .servers import BoxServers
from .state import BoxOptions

_DIALECTS: dict[str, Dialect] = {dialect.name: dialect for dialect in (NESTED, FLAT)}


class EmulatedBox(BoxServers):
    """A box of one dialect on real sockets (PROTOCOL §1-§5, §7)."""

    _usual_model = "SE50221"

    def __init__(
        self,
        dialect: Literal["nested", "flat"] = "nested",
        **options: Unpack[BoxOptions],
    ) -> None:
        """Prepare a box; nothing listens before `start`."""
        super().__init__(**options)
        self._prepare(with_doors(_DIALECTS[dialect], self.variant))
        self._next_device = len(self.devices)

    @override
    async def recognize(
        self,
        device: Device | str | None = None,
        identity: Identity | None = None,
        *,
        timestamp_ms: int | None = None,
        score: float | None = None,
        subject: str | None = None,
        push: bool = True,
        record: bool = True,
        record_delay: float = 0.0,
        push_delay: float = 0.0,
        copies: int = 1,
        stranger: Stranger = "empty",
        overrides: Mapping[str, JsonValue] | None = None,
        omit: tuple[str, ...] = (),
        include_pictures: bool = True,
    ) -> Emitted:
        """Let a capture device see somebody; without an identity a stranger.

        The delays are seconds until the record is in the history and until the live message goes out: what comes
        later without one overtakes it. `copies` is how often the message is sent.
        """
        made = make_record(
            self,
            self.resolve_device(device),
            identity,
            timestamp_ms=timestamp_ms,
            score=score,
            stranger=stranger,
            subject=subject,
            delay=record_delay,
        )
        if record:
            self.history.append(made)
        painted = {}
        if push and include_pictures:
            painted = await paint_all(self, self._dialect, made)
        texts = picture_texts(self._dialect, self, painted)
        changes = overrides or {}
        if push:
            # What is only recorded happened at another time, and opens nothing now.
            pulse_relay(self, made)
            push_it = partial(self._push, made, texts, changes, omit, copies)
            if push_delay:
                self._do_later(push_delay, push_it)
            else:
                await push_it()
        message = make_message(self._dialect, self, made, texts, changes, omit)
        return emitted(made, message)

    def add_device(
        self, device: Device | None = None, *, name: str | None = None
    ) -> Device:
        """Attach a capture device, made up if none is given."""
        if device is None:
            device = cast_device(self.seed, self._next_device, name)
            self._next_device += 1
        self.devices.append(device)
        self._broadcast("add", device)
        return device

    def rename_device(self, device_id: str, name: str) -> Device:
        """Give a capture device another name."""
        index = self._index_of(device_id)
        self.devices[index] = replace(self.devices[index], name=name)
        self._broadcast("modify", self.devices[index])
        return self.devices[index]

    def remove_device(self, device_id: str) -> Device:
        """Detach a capture device; its records stay."""
        device = self.devices.pop(self._index_of(device_id))
        self._broadcast("delete", device)
        return device

    def _index_of(self, device_id: str) -> int:
        return [device.device_id for device in self.devices].index(device_id)

    def _broadcast(self, action: str, device: Device) -> None:
        if self._dialect.broadcast is not None:
            self._broadcasts.publish(self._dialect.broadcast(self, action, device))

    async def _push(
        self,
        record: Record,
        texts: Mapping[PictureKind, str],
        overrides: Mapping[str, JsonValue],
        omit: tuple[str, ...],
        copies: int,
    ) -> None:
        """Encode once per distinct configuration, then send to everyone who listed the device."""
        encoded: dict[tuple[bool, bool], bytes] = {}

        def encode(subscription: Subscription) -> bytes | None:
            if (
                record.device.device_id not in subscription.device_ids
                and not self._pushes_unasked(record)
            ):
                return None
            wanted = (subscription.face, subscription.reference)
            if wanted not in encoded:
                asked = {
                    kind: text
                    for kind, text in texts.items()
                    if wanted[kind is PictureKind.REFERENCE]
                }
                message = make_message(
                    self._dialect, self, record, asked, overrides, omit
                )
                encoded[wanted] = orjson.dumps(message)
            return encoded[wanted]

        await self._events.push(encode, copies)
        # Whoever emits in a loop must not starve the clients in the same event loop.
        await asyncio.sleep(0)

    def _pushes_unasked(self, record: Record) -> bool:
        return (
            self.variant.pushes_unlisted
            and self.find_device(record.device.device_id) is None
        )
