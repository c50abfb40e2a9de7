"""A resolver whose host names a test can change."""

from collections.abc import Mapping
import socket
from typing import override

from aiohttp.abc import AbstractResolver, ResolveResult


class Names(AbstractResolver):
    """Resolves known names; fails for others as the system does."""

    def __init__(self, addresses: Mapping[str, str]) -> None:
        """Initialize the resolver with the address of each name."""
        self.addresses = dict(addresses)

    @override
    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        host.encode("idna")
        if (address := self.addresses.get(host)) is None:
            raise OSError(socket.EAI_NONAME, "no such name")
        return [
            ResolveResult(
                hostname=host,
                host=address,
                port=port,
                family=socket.AF_INET,
                proto=0,
                flags=socket.AI_NUMERICHOST,
            )
        ]

    @override
    async def close(self) -> None:
        pass

    async def real_close(self) -> None:
        """Do nothing; Home Assistant closes its resolver with this."""
