"""The wire: receive and parse, nothing else. `python -m benchmarks.contenders.wire`."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Self

from aiohttp import ClientSession, WSMsgType
import orjson

from benchmarks.control import serve

from .probe import Probe


class Receiver:
    """Receives a box's messages, from `connect` until the block ends."""

    def __init__(self, consume: Callable[[bytes], None]) -> None:
        """Initialize with a consumer of the messages."""
        self._consume = consume
        self._receiving: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> Self:
        """Return the receiver, not yet connected."""
        return self

    async def __aexit__(self, *_: object) -> None:
        """Disconnect."""
        for task in self._receiving:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def connect(self, events_port: int, device_ids: list[str]) -> None:
        """Start to receive from a box."""
        url = f"ws://127.0.0.1:{events_port}"
        self._receiving.append(asyncio.create_task(self._receive(url, device_ids)))

    async def _receive(self, url: str, device_ids: list[str]) -> None:
        async with (
            ClientSession() as session,
            session.ws_connect(url, max_msg_size=0, decode_text=False) as socket,
        ):
            await socket.send_bytes(
                orjson.dumps(
                    {"need_face": True, "need_register": True, "event_list": device_ids}
                )
            )
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    self._consume(message.data)


async def _run() -> None:
    probe = Probe()

    def receive(frame: bytes) -> None:
        probe.arrive(int(orjson.loads(frame)["event_id"]))

    async with Receiver(receive) as receiver:
        await serve(
            {"connect": receiver.connect, "begin": probe.begin, "end": probe.end}
        )


if __name__ == "__main__":
    asyncio.run(_run())
