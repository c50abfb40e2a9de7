"""Prints the recognitions of a box as they happen."""

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
    Connected,
    Disconnected,
    PicturesTooLarge,
    Recovered,
    ScanCompleted,
    ScanFailed,
    Skipped,
    Update,
)

from .address import Address, explain_rest
from .terminal import cut, say


async def listen(address: Address, count: int | None = None) -> int:
    """Print a line for each update; return the exit code.

    Stops after `count` live recognitions, if given.
    """
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
    say(
        f"Listening to {len(names)} capture devices of {address.host}. "
        "Press Ctrl-C to stop."
    )
    client = AiBoxClient(address.session, address.host, address.ports, dialect)
    await client.subscribe(Subscription(frozenset(names)))
    received = 0
    enough = asyncio.Event()

    def deliver(update: Update) -> None:
        nonlocal received
        if enough.is_set():
            return
        if (text := line(update, names)) is not None:
            say(text)
        if isinstance(update, LiveRecognition):
            received += 1
            if received == count:
                enough.set()

    running = asyncio.create_task(client.run(deliver))
    stopping = asyncio.create_task(enough.wait())
    try:
        await asyncio.wait([running, stopping], return_when=asyncio.FIRST_COMPLETED)
        if running.done() and (failure := running.exception()) is not None:
            raise _first(failure)
    finally:
        running.cancel()
        stopping.cancel()
    return 0


def _first(error: BaseException) -> BaseException:
    """Return the error that ended the client, out of its task groups."""
    return (
        _first(error.exceptions[0]) if isinstance(error, BaseExceptionGroup) else error
    )


def line(update: Update, names: Mapping[str, str]) -> str | None:
    """Return an update as one line, or None if there is nothing to print.

    `names` maps capture device ids to names.
    """
    match update:
        case Connected():
            return "-- connected"
        case Disconnected(error):
            return f"-- disconnected: {error}; reconnecting"
        case Skipped(kind):
            return f"-- skipped an unreadable frame: {kind}"
        case PicturesTooLarge():
            return "-- messages are too large; listening without pictures"
        case ScanFailed(error):
            return f"-- cannot read the history: {error}; trying again"
        case ScanCompleted(recovered=0, left=0):
            return None
        case ScanCompleted(recovered, left):
            beyond = "some" if left is None else left
            return f"-- caught up: {recovered} recovered, {beyond} too old or too many"
        case Recovered(recognition):
            return f"{_recognition_line(recognition, names)} | recovered"
        case LiveRecognition(recognition):
            return f"{_recognition_line(recognition, names)} | {_pictures(update)}"


def _recognition_line(recognition: Recognition, names: Mapping[str, str]) -> str:
    name, identity_id = recognition.identity_name, recognition.identity_id
    who = f"{cut(name or 'no name')} (id {cut(identity_id or '')})"
    device_id, score = recognition.capture_device_id, recognition.score
    parts = (
        f"{recognition.occurred_at.astimezone():%Y-%m-%d %H:%M:%S}",
        cut(names.get(device_id, device_id)),
        who if recognition.matched else "stranger",
        recognition.person_type.value,
        "no score" if score is None else f"score {score:g}",
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
