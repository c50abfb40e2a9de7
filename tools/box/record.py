"""Records the messages of a box, redacted so that the file can be shared."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
import secrets
import time
from typing import BinaryIO

import orjson

from custom_components.se_aibox.aibox.exceptions import AiBoxError, UnreadableError
from custom_components.se_aibox.aibox.http import fetch_object
from custom_components.se_aibox.aibox.models import Dialect, Subscription
from custom_components.se_aibox.aibox.stream import connect
from custom_components.se_aibox.aibox.wire.dialect import WIRES
from custom_components.se_aibox.aibox.wire.fields import load_object

from .address import Address, explain_events, explain_rest
from .redact import Redacted, redact
from .terminal import say
from .vocabulary import plain_version

_FORMAT = "se_aibox capture"
_FORMAT_VERSION = 1


@dataclass(slots=True)
class Capture:
    """A capture in progress."""

    dialect: Dialect
    file: BinaryIO
    frames: int = 0
    unreadable: int = 0
    hidden_fields: set[str] = field(default_factory=set)
    # Discarded with the capture, so that no one can test guesses later.
    _key: bytes = field(default_factory=lambda: secrets.token_bytes(32), repr=False)

    def write_header(
        self, software_version: str | None, device_list: Mapping[str, object]
    ) -> None:
        """Write the lines before the frames."""
        self._write(
            {
                "format": _FORMAT,
                "format_version": _FORMAT_VERSION,
                "dialect": self.dialect,
                "software_version": plain_version(software_version),
            }
        )
        self._write({"device_list": self._redact(device_list).data})

    def write_frame(self, frame: bytes) -> None:
        """Write a redacted frame."""
        # The content of an unreadable frame is unknown, so only its length and the
        # error are written.
        self.frames += 1
        line: dict[str, object] = {
            "received_at": round(time.time() * 1000),
            "length": len(frame),
        }
        try:
            message = load_object(frame)
            WIRES[self.dialect].read_recognition(message, datetime.now(UTC))
        except UnreadableError as error:
            self.unreadable += 1
            line["unreadable"] = error.kind
        else:
            redacted = self._redact(message)
            line["frame"] = redacted.data
            line["picture_lengths"] = redacted.picture_lengths
        self._write(line)

    def _redact(self, data: Mapping[str, object]) -> Redacted:
        redacted = redact(data, self._key)
        self.hidden_fields |= redacted.hidden_fields
        return redacted

    def _write(self, line: Mapping[str, object]) -> None:
        self.file.write(orjson.dumps(line) + b"\n")
        self.file.flush()


async def record(
    address: Address,
    path: Path,
    count: int | None = None,
    seconds: float | None = None,
) -> int:
    """Record to a new file; return the exit code.

    Stops at Ctrl-C, or after `count` frames or `seconds`, if given.
    """
    try:
        dialect = await address.find_dialect()
        rest = address.rest(dialect)
        device_list = await fetch_object(
            address.session, address.host, address.ports, rest.wire.CAPTURE_DEVICES
        )
        capture_devices = rest.wire.read_capture_devices(device_list).devices
        info = await rest.box_info()
    except AiBoxError as error:
        say(explain_rest(error, address))
        return 1
    try:
        file = _create(path)
    except OSError as error:
        say(f"Cannot create {path}: {error.strerror}. Choose another path.")
        return 1
    with file:
        capture = Capture(dialect, file)
        capture.write_header(info.software_version, device_list)
        ids = frozenset(device.capture_device_id for device in capture_devices)
        say(
            f"Recording {len(ids)} capture devices of {address.host}. "
            "Press Ctrl-C to stop."
        )
        try:
            await _record_frames(address, capture, Subscription(ids), count, seconds)
        except AiBoxError as error:
            say(explain_events(error, address))
            return 1
        finally:
            _print_summary(capture, path)
    return 0


def _create(path: Path) -> BinaryIO:
    """Create a file; raises `OSError`, also if it exists."""
    # Never overwrite: a recording cannot be repeated.
    return path.open("xb")


async def _record_frames(
    address: Address,
    capture: Capture,
    subscription: Subscription,
    count: int | None,
    seconds: float | None,
) -> None:
    loop = asyncio.get_running_loop()
    async with connect(
        address.session, address.host, address.ports, capture.dialect
    ) as stream:
        await stream.subscribe(subscription)
        deadline = None if seconds is None else loop.time() + seconds
        while count is None or capture.frames < count:
            try:
                async with asyncio.timeout_at(deadline):
                    frame = await stream.receive()
            except TimeoutError:
                return
            capture.write_frame(frame)


def _print_summary(capture: Capture, path: Path) -> None:
    say(
        f"{path}: {capture.frames} frames, {capture.unreadable} of them unreadable. "
        "People, places and addresses are replaced by pseudonyms, "
        "and pictures are left out."
    )
    if capture.hidden_fields:
        say(
            "The file also hides the names of these fields, which are unknown to this "
            "program. If they reveal nothing about anyone, please mention them when "
            "you share the file:"
        )
        for name in sorted(capture.hidden_fields):
            say(f"  {name}")
