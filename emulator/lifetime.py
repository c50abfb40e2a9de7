"""What starts and stops, as a context manager."""

from abc import ABC, abstractmethod
from types import TracebackType
from typing import Self


class Lifetime(ABC):
    """Something that runs inside an `async with`."""

    @abstractmethod
    async def start(self) -> None:
        """Start it."""

    @abstractmethod
    async def stop(self) -> None:
        """Stop it; stopping twice is allowed."""

    async def __aenter__(self) -> Self:
        """Start it."""
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop it."""
        await self.stop()
