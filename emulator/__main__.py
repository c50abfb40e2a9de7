"""Run an emulated box: `python -m emulator`."""

import argparse
import asyncio
from contextlib import aclosing
from datetime import UTC, datetime
import logging
import signal
import sys

from .base import AnyBox
from .box import EmulatedBox
from .command_line import make_box, read_arguments
from .model import Emitted
from .passers_by import fill_history, walk_by
from .se3 import EmulatedSe3


def _addresses(box: AnyBox) -> str:
    host, ports = box.host, box.ports
    parts = [f"REST http://{host}:{ports.rest}"]
    if isinstance(box, EmulatedBox):
        parts.append(f"events ws://{host}:{ports.events}")
    parts.append(f"system http://{host}:{ports.system}")
    if isinstance(box, EmulatedSe3):
        parts += [f"pushes to {url}" for url in box.event_server_urls]
    elif box.dialect == "flat":
        parts.append(f"broadcasts ws://{host}:{ports.broadcast}")
    return f"Box {box.serial_number} ({box.dialect}): {', '.join(parts)}"


def _line(box: AnyBox, emitted: Emitted) -> str:
    moment = datetime.fromtimestamp(emitted.timestamp_ms / 1000, UTC).astimezone()
    device = box.state.find_device(emitted.device_id)
    place = emitted.device_id if device is None else device.name
    name = (emitted.identity_name or "(no name)")[:40]
    who = f"{name} [{emitted.person_type}] {emitted.score}"
    return f"{moment:%H:%M:%S} {place}: {who}"


async def _print_recognitions(box: AnyBox, rate: float) -> None:
    if rate <= 0 or not box.devices:
        return
    async with aclosing(walk_by(box, rate)) as recognitions:
        async for emitted in recognitions:
            print(_line(box, emitted), flush=True)


async def _run(arguments: argparse.Namespace) -> None:
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopped.set)
    async with make_box(arguments) as box:
        await fill_history(box, arguments.history_days)
        print(_addresses(box), flush=True)
        async with asyncio.TaskGroup() as group:
            recognizing = group.create_task(_print_recognitions(box, arguments.rate))
            await stopped.wait()
            recognizing.cancel()


if __name__ == "__main__":
    logging.basicConfig(level=logging.WARNING, format="%(message)s")
    try:
        asyncio.run(_run(read_arguments()))
    except OSError as error:
        sys.exit(f"Cannot open a port, choose others with --*-port: {error}")
