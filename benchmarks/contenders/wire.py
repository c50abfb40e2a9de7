"""The wire's floor: receive and parse, nothing else. `python -m benchmarks.contenders.wire`."""

import asyncio
from contextlib import suppress

from aiohttp import ClientSession, WSMsgType
import orjson

from benchmarks.control import serve

from .probe import Probe


async def _receive(url: str, device_ids: list[str], probe: Probe) -> None:
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
                probe.arrive(int(orjson.loads(message.data)["event_id"]))


async def _run() -> None:
    probe = Probe()
    receiving: list[asyncio.Task[None]] = []

    async def connect(events_port: int, device_ids: list[str]) -> None:
        url = f"ws://127.0.0.1:{events_port}"
        receiving.append(asyncio.create_task(_receive(url, device_ids, probe)))

    await serve({"connect": connect, "begin": probe.begin, "end": probe.end})
    for task in receiving:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


if __name__ == "__main__":
    asyncio.run(_run())
