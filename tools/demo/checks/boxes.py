"""The boxes: their health is told, what only pushes is heard, and nobody complains."""

from http import HTTPStatus

from emulator import EmulatedSe3
from tools.demo.api import Api
from tools.demo.boxes import Box
from tools.demo.configuration import DOMAIN
from tools.demo.dashboard import HEALTH
from tools.demo.devices import Devices
from tools.demo.home_assistant import HomeAssistantProcess
from tools.demo.progress import say, step

from .failure import CheckFailedError, wait_until_empty

_SECONDS = 30
_NOTHING = frozenset({"unknown", "unavailable"})


async def check_boxes(api: Api, devices: Devices, boxes: list[Box]) -> None:
    """Check that health has values, that pushes were taken and pictures asked for."""
    emulated = {box.name: box.emulated for box in boxes}
    expected = {
        f"{key} of {box.name}": box.entity_ids.get(key, "")
        for box in devices.boxes
        for key in HEALTH
        # An SE3 tells less, and which of it is not documented.
        if key in box.entity_ids or not isinstance(emulated[box.name], EmulatedSe3)
    }
    async with step("Looking at the boxes' health"), api.socket() as socket:

        async def missing() -> list[str]:
            states = {
                item["entity_id"]: item["state"] for item in await socket.states()
            }
            return [
                what
                for what, entity_id in expected.items()
                if states.get(entity_id, "unknown") in _NOTHING
            ]

        await wait_until_empty(missing, _SECONDS, "No value")
    for box in boxes:
        _check_pushes(box)
        _check_scene_from_history(box)


def _check_pushes(box: Box) -> None:
    """Check that pushes were answered and none refused; a slow machine may miss the box's half second."""
    if not isinstance(box.emulated, EmulatedSe3):
        return
    answers = [delivery.status for delivery in box.emulated.deliveries]
    taken = answers.count(HTTPStatus.OK)
    if not taken or any(status not in {0, HTTPStatus.OK} for status in answers):
        raise CheckFailedError(f"The pushes of {box.name} were answered {answers}")
    say(f"{box.name} pushed {len(answers)} recognitions, {taken} were taken in time.")


def _check_scene_from_history(box: Box) -> None:
    """Check that a scene was fetched from a flat box, whose live messages carry none."""
    if box.emulated.dialect == "flat" and not any(
        "getspotimage" in request.path for request in box.emulated.requests
    ):
        raise CheckFailedError(f"No scene was fetched from the history of {box.name}")


def check_complaints(home_assistant: HomeAssistantProcess, boxes: list[Box]) -> None:
    """Check that neither a box nor Home Assistant's log complains."""
    complaints = [
        f"{box.name}: {error}" for box in boxes for error in box.emulated.errors
    ]
    for problem in home_assistant.problems():
        if DOMAIN in problem:
            complaints.append(f"In Home Assistant's log: {problem}")
        else:
            say(f"Home Assistant complains of something else: {problem}")
    if complaints:
        raise CheckFailedError("\n".join(complaints))
