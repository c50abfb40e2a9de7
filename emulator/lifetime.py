"""A context manager for objects that start and stop."""

from abc import ABC, abstractmethod
from types import TracebackType
from typing import Self


class Lifetime(ABC):
    """Something that runs inside `async with`."""

    @abstractmethod
    async def start(self) -> None:
        """Start."""

    @abstractmethod
    async def stop(self) -> None:
        """Stop; may be called twice."""

    async def __aenter__(self) -> Self:
        """Start and return self."""
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop, also after an exception."""
        await self.stop()
