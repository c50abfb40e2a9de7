"""Run the demo: `scripts/demo`."""

import argparse
import asyncio
from contextlib import suppress
from importlib.metadata import version
import logging
import signal
import sys

from aiohttp import ClientError

from .adding import add_box, wait_for_capture_devices
from .api import Api, HomeAssistantError, RecognitionData, Socket
from .assist import make_assist_answer
from .automations import automations, save_automations, wait_for_automations
from .boxes import Box, demo_plans, emulated_boxes
from .checks import CheckFailedError, check, check_last_tab
from .configuration import PROJECT, RECOGNITION_EVENT
from .dashboard import make_dashboards
from .devices import find_devices
from .following import FOLLOWED, follow_people
from .home_assistant import HomeAssistantProcess
from .lines import recognition_line
from .progress import say, step
from .sites import add_sites
from .step_words import step_text
from .visitors import EXPECTED_STAY, VISITORS, enroll_visitor
from .week import import_week
from .welcome import print_welcome

_RATE = 0.5
_CHECK_RATE = 3.0
_CHECK_SECONDS = 140


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="scripts/demo",
        description="Run a real Home Assistant with emulated boxes and people who walk "
        "by. Press Ctrl-C to stop.",
    )
    what = parser.add_mutually_exclusive_group()
    what.add_argument(
        "--check",
        action="store_true",
        help="check that recognitions and pictures arrive, then exit",
    )
    what.add_argument(
        "--empty", action="store_true", help="do not add the boxes, so that you can"
    )
    parser.add_argument("--language", choices=("en", "zh-Hans"), default="en")
    parser.add_argument(
        "--keep",
        action="store_true",
        help="continue with the Home Assistant of the last run instead of a new one",
    )
    parser.add_argument(
        "--rate",
        type=float,
        default=_RATE,
        help="people per second at each box (default: %(default)s)",
    )
    return parser


async def _run(arguments: argparse.Namespace) -> None:
    language: str = arguments.language
    home_assistant = HomeAssistantProcess(
        PROJECT / ".demo" / ("check" if arguments.check else "home"),
        language=language,
        keep=arguments.keep,
    )
    async with emulated_boxes(demo_plans(language)) as boxes:
        try:
            async with asyncio.timeout(_CHECK_SECONDS if arguments.check else None):
                starting = step_text(language, "start", version("homeassistant"))
                async with step(starting):
                    await home_assistant.start()
                if not arguments.empty:
                    await _set_up(home_assistant.api, boxes, arguments)
                await _watch(home_assistant, boxes, arguments)
                if arguments.check:
                    await check_last_tab(home_assistant)
        except TimeoutError:
            raise CheckFailedError(
                f"The check took more than {_CHECK_SECONDS} s"
            ) from None
        finally:
            async with step(step_text(language, "stop")):
                await home_assistant.stop()


async def _watch(
    home_assistant: HomeAssistantProcess,
    boxes: list[Box],
    arguments: argparse.Namespace,
) -> None:
    """Let people walk by, and check or print the recognitions."""
    rate = _CHECK_RATE if arguments.check else arguments.rate
    async with asyncio.TaskGroup() as group:
        beside = [
            group.create_task(home_assistant.run()),
            *(group.create_task(box.let_people_walk_by(rate)) for box in boxes),
        ]
        if arguments.check:
            await check(home_assistant, boxes, arguments.language)
        else:
            print_welcome(
                home_assistant, boxes, arguments.language, empty=arguments.empty
            )
            await _print_recognitions(home_assistant.api, arguments.language)
        for task in beside:
            task.cancel()


async def _set_up(api: Api, boxes: list[Box], arguments: argparse.Namespace) -> None:
    language: str = arguments.language
    for box in boxes:
        async with step(step_text(language, "add", box.name)):
            await add_box(api, box)
    async with step(step_text(language, "show")):
        await _recognize_everywhere(boxes)
        async with api.socket() as socket:
            await wait_for_capture_devices(socket, boxes)
    async with step(step_text(language, "follow")):
        await follow_people(api)
        # A followed person has no face before the first recognition.
        for number, name in enumerate(FOLLOWED):
            await boxes[number % len(boxes)].show(name)
    async with step(step_text(language, "sites")):
        await add_sites(api, language)
    async with step(step_text(language, "create")), api.socket() as socket:
        devices = await find_devices(socket)
        planned = automations(devices, language)
        await save_automations(api, planned)
        automation_ids = await wait_for_automations(socket, planned)
        await make_dashboards(socket, devices, automation_ids, language)
        await make_assist_answer(api, devices, language)
    async with step(step_text(language, "visitor")):
        await enroll_visitor(api, boxes[0], VISITORS[language].expected, EXPECTED_STAY)
    if arguments.keep:
        # The sums of the last run go on.
        return
    async with step(step_text(language, "import")), api.socket() as socket:
        await import_week(socket, devices, boxes)


async def _recognize_everywhere(boxes: list[Box]) -> None:
    for box in boxes:
        try:
            await box.recognize_everywhere()
        except TimeoutError:
            raise HomeAssistantError(
                f"Home Assistant did not subscribe to the box {box.name}"
            ) from None


async def _print_recognitions(api: Api, language: str) -> None:
    while True:
        try:
            async with api.socket() as socket:
                await _listen(socket, language)
        except ClientError, HomeAssistantError:
            say(step_text(language, "away"))
            await asyncio.sleep(2)


async def _listen(socket: Socket, language: str) -> None:
    titles: dict[str, str] = {}
    await socket.subscribe(RECOGNITION_EVENT)
    async for event in socket.events():
        recognition: RecognitionData = event["data"]
        entry_id = recognition["entry_id"]
        if entry_id not in titles:
            entry = await socket.command("config_entries/get_single", entry_id=entry_id)
            titles[entry_id] = entry["config_entry"]["title"]
        say(recognition_line(recognition, titles[entry_id], language))


async def _run_until_signal(arguments: argparse.Namespace) -> bool:
    """Run the demo; return False if a signal ended it."""
    work = asyncio.create_task(_run(arguments))
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, _cancel_once, work)
    with suppress(asyncio.CancelledError):
        await work
    return not work.cancelled()


def _cancel_once(work: asyncio.Task[None]) -> None:
    # A second signal must not interrupt the cleanup.
    if not work.cancelling():
        work.cancel()


def main() -> int:
    """Run the demo; return the exit code."""
    logging.basicConfig(level=logging.WARNING, format="Emulated box: %(message)s")
    arguments = _parser().parse_args()
    exit_code = 0
    try:
        if not asyncio.run(_run_until_signal(arguments)) and arguments.check:
            exit_code = 130
    except* (CheckFailedError, HomeAssistantError, OSError) as problems:
        exit_code = 1
        for problem in problems.exceptions:
            say(f"FAILED: {problem}")
    return exit_code


if __name__ == "__main__":
    sys.exit(main())
