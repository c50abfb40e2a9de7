"""Floods of frames that carry no message."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from aiohttp import WSMsgType, web

type FloodKind = Literal["ping", "pong", "text", "fragment"]

_OPCODES = {
    "ping": WSMsgType.PING,
    "pong": WSMsgType.PONG,
    "text": WSMsgType.TEXT,
    "fragment": WSMsgType.CONTINUATION,
}
_FINAL = 0x80
# Longer payloads have a length of two bytes after "~".
_LONGEST_CONTROL = 125


@dataclass(frozen=True, slots=True, kw_only=True)
class Flood:
    """Bursts of equal frames on an open WebSocket.

    Fragments belong to one message, which never ends.
    """

    kind: FloodKind = "ping"
    payload: bytes = b""
    # Bytes of a burst, headers included, and seconds from one burst to the next.
    burst: int = 262_144
    bursts: int = 1
    pause: float = 0.0

    async def send(self, requests: Iterable[web.BaseRequest]) -> None:
        """Send the bursts to all connections."""
        frames = self._burst()
        start = bytes((WSMsgType.TEXT, 0)) if self.kind == "fragment" else b""
        for number in range(self.bursts):
            if number:
                start = b""
                await asyncio.sleep(self.pause)
            for request in requests:
                if request.transport is not None:
                    request.transport.write(start + frames)

    def _burst(self) -> bytes:
        size = len(self.payload)
        if size > _LONGEST_CONTROL and self.kind in ("ping", "pong"):
            raise ValueError(f"At most {_LONGEST_CONTROL} bytes: {size}")
        final = 0 if self.kind == "fragment" else _FINAL
        head = bytes((final | _OPCODES[self.kind],))
        length = bytes((size,)) if size <= _LONGEST_CONTROL else b"~" + size.to_bytes(2)
        frame = head + length + self.payload
        return frame * max(1, self.burst // len(frame))
