"""Measuring how much memory a block of code takes."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
import gc
import tracemalloc


@dataclass(slots=True)
class Memory:
    """The largest amount allocated since the start, in mebibytes."""

    mib: float = 0.0


@asynccontextmanager
async def peak() -> AsyncGenerator[Memory]:
    """Measure the block; the result is set when it ends."""
    memory = Memory()
    gc.collect()
    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        tracemalloc.reset_peak()
        yield memory
        memory.mib = (tracemalloc.get_traced_memory()[1] - before) / 1024 / 1024
    finally:
        tracemalloc.stop()
