"""The command line: `scripts/box probe|listen|record HOST ...`."""

import argparse
import asyncio
from collections.abc import Sequence
import os
from pathlib import Path
import sys

from aiohttp import ClientSession

from custom_components.se_aibox.aibox.http import refuse_redirects
from custom_components.se_aibox.aibox.models import Ports

from .address import Address
from .listen import listen
from .probe import probe
from .record import record

_INTERRUPTED = 130


class Options(argparse.Namespace):
    """The parsed command-line arguments."""

    command: str
    host: str
    rest_port: int
    events_port: int
    system_port: int
    file: Path
    count: int | None
    seconds: int | None


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code."""
    options = _parser().parse_args(arguments, Options())
    try:
        return asyncio.run(_run(options))
    except KeyboardInterrupt:
        # Ctrl-C is the usual way to end `listen` and `record`.
        return _INTERRUPTED if options.command == "probe" else 0
    except BrokenPipeError:
        # The reader of the pipe has gone, as with `| head`. Without this, Python would
        # complain again when it flushes standard output at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


async def _run(options: Options) -> int:
    ports = Ports(options.rest_port, options.events_port, options.system_port)
    async with ClientSession(middlewares=(refuse_redirects,)) as session:
        address = Address(session, options.host, ports)
        match options.command:
            case "probe":
                return await probe(address)
            case "listen":
                return await listen(address, options.count)
            case _:
                return await record(
                    address, options.file, options.count, options.seconds
                )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="scripts/box", description="Inspect an SE AI box on the network."
    )
    commands = parser.add_subparsers(dest="command", required=True)
    for name, words in (
        ("probe", "check whether Home Assistant can use the box, and explain problems"),
        ("listen", "print a line for every recognition, until Ctrl-C"),
        ("record", "write what the box sends to a file, without personal data"),
    ):
        command = commands.add_parser(name, help=words, description=words)
        command.add_argument("host", help="the IP address or host name of the box")
        if name == "record":
            command.add_argument("file", type=Path, help="the new file to write")
            command.add_argument(
                "--seconds", type=_positive, help="stop after this many seconds"
            )
        if name != "probe":
            what = "frames" if name == "record" else "recognitions"
            command.add_argument(
                "--count", type=_positive, help=f"stop after this many {what}"
            )
        _add_ports(command)
    return parser


def _add_ports(command: argparse.ArgumentParser) -> None:
    defaults = Ports()
    for name, default in (
        ("rest", defaults.rest),
        ("events", defaults.events),
        ("system", defaults.system),
    ):
        command.add_argument(
            f"--{name}-port", type=_port, default=default, help=f"default: {default}"
        )


def _positive(text: str) -> int:
    if not text.isdecimal() or (number := int(text)) < 1:
        raise argparse.ArgumentTypeError("a whole number above 0 is needed")
    return number


def _port(text: str) -> int:
    if (number := _positive(text)) > 65535:
        raise argparse.ArgumentTypeError("a port is at most 65535")
    return number


if __name__ == "__main__":
    sys.exit(main())
