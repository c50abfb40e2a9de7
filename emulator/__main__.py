"""Run an emulated box: `python -m emulator`."""

import argparse
import asyncio
from contextlib import aclosing
from datetime import UTC, datetime
import logging
import signal
import sys

from .box import EmulatedBox
from .model import Emitted, PictureSize, Ports
from .passers_by import fill_history, walk_by


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m emulator", description="An emulated SE AI box."
    )
    parser.add_argument("--dialect", choices=("nested", "flat"), default="nested")
    parser.add_argument("--host", default="127.0.0.1")
    for name, number in (
        ("rest", 5555),
        ("events", 5679),
        ("system", 8888),
        ("broadcast", 54547),
    ):
        parser.add_argument(
            f"--{name}-port", type=int, default=number, help="0 takes any free port"
        )
    parser.add_argument(
        "--devices", type=int, default=4, help="capture devices on the box"
    )
    parser.add_argument(
        "--rate", type=float, default=0.3, help="recognitions a second; 0 for none"
    )
    parser.add_argument(
        "--face-size", type=int, default=30_000, help="bytes of a face picture"
    )
    parser.add_argument(
        "--scene-size", type=int, default=500_000, help="bytes of a scene picture"
    )
    parser.add_argument("--score-scale", type=int, choices=(1, 100), default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--history-days", type=int, default=1, help="days of records to begin with"
    )
    return parser.parse_args()


def _box(arguments: argparse.Namespace) -> EmulatedBox:
    return EmulatedBox(
        arguments.dialect,
        host=arguments.host,
        ports=Ports(
            rest=arguments.rest_port,
            events=arguments.events_port,
            system=arguments.system_port,
            broadcast=arguments.broadcast_port,
        ),
        seed=arguments.seed,
        device_count=arguments.devices,
        score_scale=arguments.score_scale,
        picture_size=PictureSize(face=arguments.face_size, scene=arguments.scene_size),
    )


def _addresses(box: EmulatedBox) -> str:
    host, ports = box.host, box.ports
    line = (
        f"Box {box.serial_number} ({box.dialect}): REST http://{host}:{ports.rest}, "
        f"events ws://{host}:{ports.events}, system http://{host}:{ports.system}"
    )
    return (
        line
        if box.dialect == "nested"
        else f"{line}, broadcasts ws://{host}:{ports.broadcast}"
    )


def _line(box: EmulatedBox, emitted: Emitted) -> str:
    moment = datetime.fromtimestamp(emitted.timestamp_ms / 1000, UTC).astimezone()
    device = box.find_device(emitted.device_id)
    place = emitted.device_id if device is None else device.name
    name = emitted.identity_name or "(no name)"
    return f"{moment:%H:%M:%S} {place}: {name[:40]} [{emitted.person_type}] {emitted.score}"


async def _pass_by(box: EmulatedBox, rate: float) -> None:
    if rate <= 0 or not box.devices:
        return
    async with aclosing(walk_by(box, rate)) as seen:
        async for emitted in seen:
            print(_line(box, emitted), flush=True)


async def _run(arguments: argparse.Namespace) -> None:
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopped.set)
    async with _box(arguments) as box:
        await fill_history(box, arguments.history_days)
        print(_addresses(box), flush=True)
        async with asyncio.TaskGroup() as group:
            walking = group.create_task(_pass_by(box, arguments.rate))
            await stopped.wait()
            walking.cancel()


if __name__ == "__main__":
    logging.basicConfig(level=logging.WARNING, format="%(message)s")
    try:
        asyncio.run(_run(_arguments()))
    except OSError as error:
        sys.exit(f"Cannot listen: {error}")
