"""Whoever stops listening at the wrong moment loses nothing: only what was handed over counts as told."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing

from aiohttp import ClientSession
import pytest

from custom_components.se_aibox.aibox.client import AiBoxClient
from custom_components.se_aibox.aibox.models import Bookmark, Dialect, LiveRecognition
from custom_components.se_aibox.aibox.recovery import CaughtUp, Recovered
from custom_components.se_aibox.aibox.stream import EventStream
from custom_components.se_aibox.aibox.updates import Connected, Update
from custom_components.se_aibox.aibox.watch import HistoryWatch
from emulator import EmulatedBox

from .talk import HOST, Naps, everything, following, ports_of


class _Listener:
    """Listens in a task that can be cancelled, as Home Assistant does."""

    def __init__(self, client: AiBoxClient) -> None:
        """Begin."""
        self.heard: list[Update] = []
        self.caught_up = asyncio.Event()
        self.task = asyncio.create_task(self._listen(client))

    async def _listen(self, client: AiBoxClient) -> None:
        async with aclosing(client.updates()) as updates:
            async for update in updates:
                self.heard.append(update)
                if isinstance(update, CaughtUp):
                    self.caught_up.set()

    def leave_when(
        self, kind: type[EventStream | HistoryWatch], patch: pytest.MonkeyPatch
    ) -> None:
        """Cancel it just when the socket, or the history, of the next connection has something to say."""
        name = "messages" if kind is EventStream else "updates"
        say = getattr(kind, name)

        async def _say(speaker: object) -> AsyncGenerator[object]:
            async with aclosing(say(speaker)) as words:
                async for word in words:
                    self.task.cancel()
                    yield word

        patch.setattr(kind, name, _say)


@pytest.mark.parametrize("kind", [EventStream, HistoryWatch])
async def test_cancelled_just_then(
    session: ClientSession,
    box: EmulatedBox,
    dialect: Dialect,
    monkeypatch: pytest.MonkeyPatch,
    kind: type[EventStream | HistoryWatch],
) -> None:
    """It is told by the next one who listens, and by nobody else."""

    def make(bookmark: Bookmark | None = None) -> AiBoxClient:
        return AiBoxClient(
            session,
            HOST,
            ports_of(box),
            dialect,
            bookmark=bookmark,
            sleep=Naps().sleep,
        )

    client = make()
    await client.subscribe(everything(box))
    listener = _Listener(client)
    await listener.caught_up.wait()
    with monkeypatch.context() as patch:
        listener.leave_when(kind, patch)
        if kind is EventStream:
            listener.caught_up.clear()
            await box.drop()
            await listener.caught_up.wait()
            seen = await box.recognize(box.devices[0], box.people[0])
        else:
            await box.port("events").close()
            seen = await box.recognize(box.devices[0], box.people[0])
            await box.port("events").open()
        with pytest.raises(asyncio.CancelledError):
            await listener.task
    told = (LiveRecognition, Recovered)
    assert not any(isinstance(update, told) for update in listener.heard)
    restarted = make(client.bookmark)
    await restarted.subscribe(everything(box))
    async with aclosing(restarted.updates()) as updates:
        await following(updates, Connected)
        found = await following(updates, Recovered)
        assert found.recognition.identity_id == seen.identity_id
        assert await following(updates, CaughtUp) == CaughtUp(1, left=0)
