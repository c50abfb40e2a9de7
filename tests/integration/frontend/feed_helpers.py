"""A card, as the frontend runs it over the WebSocket API."""

import asyncio
from collections import deque
from collections.abc import Iterable
from typing import Any

from tests.integration.helpers import PATIENCE_SECONDS

type Row = dict[str, Any]
type Message = dict[str, Any]


class CommandError(Exception):
    """The code and the message of a refused command."""


class Card:
    """A card on the dashboard of a user."""

    def __init__(self, client: Any) -> None:
        """Use a connection to Home Assistant."""
        self._client = client
        self._answers: dict[int, Message] = {}
        self._events: dict[int, deque[Message]] = {}

    async def page(self, **arguments: object) -> Message:
        """Return a page of recognitions."""
        answer = await self._ask("list", arguments)
        result: Message = answer["result"]
        return result

    async def pages(self, **arguments: object) -> list[list[Row]]:
        """Return the recognitions of all pages."""
        page = await self.page(**arguments)
        pages = [page["recognitions"]]
        while (before := page["before"]) is not None:
            page = await self.page(before=before, **arguments)
            pages.append(page["recognitions"])
        return pages

    async def rows(self, **arguments: object) -> list[Row]:
        """Return the recognitions of the first page."""
        rows: list[Row] = (await self.page(**arguments))["recognitions"]
        return rows

    async def subscribe(self, **arguments: object) -> Subscribed:
        """Subscribe, and return the events."""
        answer = await self._ask("subscribe", arguments)
        return Subscribed(self, answer["id"])

    async def close(self) -> None:
        """Close the connection."""
        await self._client.close()

    async def event(self, number: int) -> Message:
        """Wait for the next event of a subscription."""
        events = self._events.setdefault(number, deque())
        while not events:
            await self._receive()
        return events.popleft()

    def waiting(self, number: int) -> list[Message]:
        """Return the events of a subscription that were not read."""
        return [*self._events.get(number, ())]

    async def send(self, message: Message) -> Message:
        """Send a command, and return its answer."""
        await self._client.send_json_auto_id(message)
        number = message["id"]
        while number not in self._answers:
            await self._receive()
        answer = self._answers.pop(number)
        if not answer["success"]:
            error = answer["error"]
            raise CommandError(f"{error['code']}: {error['message']}")
        return answer

    async def _ask(self, command: str, arguments: Message) -> Message:
        return await self.send(
            {"type": f"se_aibox/recognitions/{command}", **arguments}
        )

    async def _receive(self) -> None:
        async with asyncio.timeout(PATIENCE_SECONDS):
            message = await self._client.receive_json()
        if message["type"] == "event":
            self._events.setdefault(message["id"], deque()).append(message["event"])
        else:
            self._answers[message["id"]] = message


class Subscribed:
    """The events of one subscription."""

    def __init__(self, card: Card, number: int) -> None:
        """Store whose and which it is."""
        self._card = card
        self._number = number

    async def next(self) -> Message:
        """Wait for the next event."""
        return await self._card.event(self._number)

    @property
    def waiting(self) -> list[Message]:
        """The events that arrived and were not read."""
        return self._card.waiting(self._number)

    async def state(self) -> Message:
        """Wait for a state."""
        event = await self.next()
        assert event["type"] == "state", event
        return event

    async def state_where(self, **wanted: object) -> Message:
        """Wait for a state with these values; skip other states."""
        while not wanted.items() <= (state := await self.state()).items():
            pass
        return state

    async def recognition(self) -> tuple[Row, int | None]:
        """Wait for a recognition; return its row and today's count."""
        while (event := await self.next())["type"] != "recognition":
            pass
        return event["recognition"], event["today"]

    async def stop(self) -> None:
        """Unsubscribe."""
        await self._card.send(
            {"type": "unsubscribe_events", "subscription": self._number}
        )


def keys(rows: Iterable[Row]) -> list[str]:
    """Return the keys of rows."""
    return [row["key"] for row in rows]


def names(rows: Iterable[Row]) -> list[str | None]:
    """Return the names in rows."""
    return [row["name"] for row in rows]
