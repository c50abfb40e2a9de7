"""A server for the posts of an SE3."""

import asyncio
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer


class Listener:
    """An HTTP server that records the posts of an SE3."""

    def __init__(self) -> None:
        """Create a server without posts."""
        self.bodies: list[dict[str, Any]] = []
        self.types: list[str] = []
        self.peers: list[str | None] = []
        self.delay = 0.0
        self.status = 200
        app = web.Application(client_max_size=2**25)
        app.router.add_post("/{name}", self._receive)
        self.server = TestServer(app)

    def url(self, name: str = "events") -> str:
        """Return a URL of the server."""
        return str(self.server.make_url(f"/{name}"))

    async def _receive(self, request: web.Request) -> web.Response:
        self.types.append(request.content_type)
        self.peers.append(request.remote)
        if request.content_type == "application/json":
            body = await request.json()
        else:
            body = dict(await request.post())
        self.bodies.append(body)
        await asyncio.sleep(self.delay)
        return web.Response(status=self.status)
