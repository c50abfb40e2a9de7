"""Remote calls of a measured process: lines of JSON in, lines of JSON out."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
import sys
from typing import Any

import orjson

type Handler = Callable[..., Awaitable[object]]

# In bytes. The latencies of thousands of recognitions are one line.
LONGEST_LINE = 64 * 1024 * 1024


async def serve(handlers: Mapping[str, Handler]) -> None:
    """Answer requests from standard input, one at a time, until it ends."""
    # Standard input ends when the parent process is gone.
    requests = asyncio.StreamReader(limit=LONGEST_LINE)
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(requests), sys.stdin
    )
    _answer({"ready": True})
    while line := await requests.readline():
        request: dict[str, Any] = orjson.loads(line)
        _answer(await handlers[request["call"]](**request["arguments"]))


def _answer(value: object) -> None:
    sys.stdout.buffer.write(orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS) + b"\n")
    sys.stdout.buffer.flush()
