"""How much memory something takes."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
import gc
import tracemalloc


@dataclass(slots=True)
class Memory:
    """What was taken at most, beyond what was taken before."""

    mib: float = 0.0


@asynccontextmanager
async def peak() -> AsyncGenerator[Memory]:
    """Measure what is taken within; what was found is there afterwards."""
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
