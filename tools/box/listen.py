"""Shows what a box recognises, as it happens."""

import asyncio
from collections.abc import Mapping

from custom_components.se_aibox.aibox.client import AiBoxClient
from custom_components.se_aibox.aibox.exceptions import AiBoxError
from custom_components.se_aibox.aibox.models import (
    LiveRecognition,
    Recognition,
    Subscription,
)
from custom_components.se_aibox.aibox.updates import (
    CatchUpFailed,
    CaughtUp,
    Connected,
    Disconnected,
    PicturesTooLarge,
    Recovered,
    Skipped,
    Update,
)

from .address import Address, explain_rest
from .terminal import cut, say


async def listen(address: Address, count: int | None = None) -> int:
    """Print a line for everything that happens, without end or until `count` recognitions; return the exit code."""
    try:
        dialect = await address.find_dialect()
        capture_devices = await address.rest(dialect).capture_devices()
    except AiBoxError as error:
        say(explain_rest(error, address))
        return 1
    names = {
        device.capture_device_id: device.name or device.capture_device_id
        for device in capture_devices
    }
    say(f"Listening to {len(names)} capture devices of {address.host}; Ctrl-C stops.")
    client = AiBoxClient(address.session, address.host, address.ports, dialect)
    await client.subscribe(Subscription(frozenset(names)))
    seen = 0
    enough = asyncio.Event()

    def deliver(update: Update) -> None:
        nonlocal seen
        if enough.is_set():
            return
        if (text := line(update, names)) is not None:
            say(text)
        if isinstance(update, LiveRecognition):
            seen += 1
            if seen == count:
                enough.set()

    running = asyncio.create_task(client.run(deliver))
    try:
        await asyncio.wait(
            [running, asyncio.create_task(enough.wait())],
            return_when=asyncio.FIRST_COMPLETED,
        )
    finally:
        running.cancel()
    return 0


def line(update: Update, names: Mapping[str, str]) -> str | None:
    """Return what happened in one line, None where that is nothing; `names` are the capture devices' by id."""
    match update:
        case Connected():
            return "-- connected"
        case Disconnected(error):
            return f"-- disconnected: {error}; trying again"
        case Skipped(kind):
            return f"-- skipped a frame that cannot be read: {kind}"
        case PicturesTooLarge():
            return "-- messages are too large; listening without pictures"
        case CatchUpFailed(error):
            return f"-- the history does not answer: {error}; trying again"
        case CaughtUp(recovered=0, left=0):
            return None
        case CaughtUp(recovered, left):
            beyond = "some" if left is None else left
            return f"-- caught up: {recovered} recovered, {beyond} beyond the bounds"
        case Recovered(recognition):
            return f"{_recognition_line(recognition, names)} | recovered"
        case LiveRecognition(recognition):
            return f"{_recognition_line(recognition, names)} | {_pictures(update)}"


def _recognition_line(seen: Recognition, names: Mapping[str, str]) -> str:
    who = f"{cut(seen.identity_name or 'no name')} (id {cut(seen.identity_id or '')})"
    parts = (
        f"{seen.occurred_at.astimezone():%Y-%m-%d %H:%M:%S}",
        cut(names.get(seen.capture_device_id, seen.capture_device_id)),
        who if seen.matched else "stranger",
        seen.person_type.value,
        "no score" if seen.score is None else f"score {seen.score:g}",
    )
    return " | ".join(parts)


def _pictures(live: LiveRecognition) -> str:
    sizes = {
        kind: len(text.rstrip("=")) * 3 // 4
        for kind, text in live.embedded_pictures.items()
    }
    shown = [f"{kind} {size:,} bytes" for kind, size in sizes.items()]
    shown += [
        f"{kind} in the history"
        for kind in sorted(live.recognition.picture_kinds - sizes.keys())
    ]
    return ", ".join(shown) or "no pictures"
