"""Checks the boxes: health, pushes, scenes, and no errors."""

from http import HTTPStatus

from emulator import EmulatedSe3
from tools.demo.api import Api
from tools.demo.boxes import Box
from tools.demo.configuration import DOMAIN
from tools.demo.devices import Devices
from tools.demo.home_assistant import HomeAssistantProcess
from tools.demo.progress import say, step

from .failure import CheckFailedError, wait_until_empty

_SECONDS = 30
_HEALTH = (
    "sensor.core_temperature",
    "sensor.cpu_usage",
    "sensor.tpu_usage",
    "sensor.memory_usage",
    "sensor.storage_usage",
    "sensor.last_boot",
)
_NOTHING = frozenset({"unknown", "unavailable"})


async def check_boxes(api: Api, devices: Devices, boxes: list[Box]) -> None:
    """Check that health has values, pushes are accepted and scenes fetched."""
    emulated = {box.name: box.emulated for box in boxes}
    expected = {
        f"{key} of {box.name}": box.entity_ids.get(key, "")
        for box in devices.boxes
        for key in _HEALTH
        # An SE3 reports fewer values, and it is not documented which.
        if key in box.entity_ids or not isinstance(emulated[box.name], EmulatedSe3)
    }
    async with step("Checking the boxes' health"), api.socket() as socket:

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
    """Check that an SE3's pushes were accepted, and none refused."""
    # On a slow machine, an answer may miss the box's time-out of half a second.
    if not isinstance(box.emulated, EmulatedSe3):
        return
    answers = [delivery.status for delivery in box.emulated.deliveries]
    accepted = answers.count(HTTPStatus.OK)
    if not accepted or any(status not in {0, HTTPStatus.OK} for status in answers):
        raise CheckFailedError(
            f"Pushes of {box.name} were not accepted; the answers were {answers}"
        )
    say(
        f"{box.name} pushed {len(answers)} recognitions; "
        f"{accepted} were accepted in time."
    )


def _check_scene_from_history(box: Box) -> None:
    """Check that a scene was fetched from a flat box's history."""
    # The live messages of a flat box carry no scene.
    if box.emulated.dialect == "flat" and not any(
        "getspotimage" in request.path for request in box.emulated.requests
    ):
        raise CheckFailedError(f"No scene was fetched from the history of {box.name}")


def check_complaints(home_assistant: HomeAssistantProcess, boxes: list[Box]) -> None:
    """Check that no box received a wrong request and the log has no errors."""
    complaints = [
        f"{box.name}: {error}" for box in boxes for error in box.emulated.errors
    ]
    for problem in home_assistant.problems():
        if DOMAIN in problem:
            complaints.append(f"In Home Assistant's log: {problem}")
        else:
            say(f"Home Assistant reports an unrelated problem: {problem}")
    if complaints:
        raise CheckFailedError("\n".join(complaints))
