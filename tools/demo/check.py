"""Proves, without a browser, that recognitions and pictures reach Home Assistant."""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from http import HTTPStatus

from .api import Api, RecognitionData, Socket, State
from .boxes import Box
from .capture_devices import CaptureDevice, find_boxes
from .configuration import DOMAIN, RECOGNITION_EVENT
from .home_assistant import HomeAssistantProcess
from .lines import padded, person_of
from .progress import say, step

_JPEG = b"\xff\xd8\xff"
_PICTURE_COLUMNS = ("face", "reference", "scene", "camera")
_HEADINGS = ["Box", "Capture device", "Seen", "Last person", *_PICTURE_COLUMNS]
_WIDTHS = (15, 18, 5, 30, 9, 9, 9, 9)
_SECONDS_TO_BE_SEEN = 60
_SECONDS_FOR_PICTURES = 40


class CheckFailedError(Exception):
    """Something is not as it must be; the message says what."""


@dataclass(slots=True)
class Proof:
    """What was seen of one capture device."""

    device: CaptureDevice
    last: RecognitionData
    recognitions: int = 0
    picture_bytes: dict[str, int] = field(default_factory=dict)


async def check(home_assistant: HomeAssistantProcess, boxes: list[Box]) -> None:
    """Check everything and print what was proven; raises `CheckFailedError`."""
    api = home_assistant.api
    async with api.socket() as socket:
        # Without an answer to this the frontend stays at "Loading" for ever.
        await socket.command("get_services")
        proofs = await _wait_for_recognitions(socket, boxes)
    await _check_pictures(api, proofs)
    _print_table(_row(proof) for proof in proofs)
    _check_scenes_from_history(boxes)
    _check_complaints(home_assistant, boxes)
    say(
        "Every capture device was heard and seen, and without a token there is no picture."
    )


async def _wait_for_recognitions(socket: Socket, boxes: list[Box]) -> list[Proof]:
    expected = sum(len(box.emulated.devices) for box in boxes)
    devices = {
        device.device_id: device
        for box in await find_boxes(socket)
        for device in box.capture_devices
    }
    if len(devices) != expected:
        raise CheckFailedError(
            f"Home Assistant has {len(devices)} capture devices, the boxes {expected}"
        )
    proofs: dict[str, Proof] = {}
    async with step(
        "Waiting until every capture device recognised somebody"
    ) as waiting:
        try:
            async with asyncio.timeout(_SECONDS_TO_BE_SEEN):
                await _collect(socket, devices, proofs, waiting.tell)
        except TimeoutError:
            silent = [
                device.name for key, device in devices.items() if key not in proofs
            ]
            raise CheckFailedError(
                f"No recognition within {_SECONDS_TO_BE_SEEN} s on: {', '.join(silent)}"
            ) from None
    return [proofs[device_id] for device_id in devices]


async def _collect(
    socket: Socket,
    devices: dict[str, CaptureDevice],
    proofs: dict[str, Proof],
    tell: Callable[[str], None],
) -> None:
    """Follow events and states in the order in which Home Assistant tells them."""
    await socket.subscribe("state_changed", RECOGNITION_EVENT)
    states = {state["entity_id"]: state for state in await socket.states()}
    async for event in socket.events():
        if event["event_type"] == "state_changed":
            states[event["data"]["entity_id"]] = event["data"]["new_state"]
            continue
        recognition: RecognitionData = event["data"]
        device = devices[recognition["device_id"]]
        _check_states(device, states, recognition)
        proof = proofs.setdefault(device.device_id, Proof(device, recognition))
        proof.last = recognition
        proof.recognitions += 1
        tell(f"{len(proofs)} of {len(devices)}")
        if len(proofs) == len(devices):
            return


def _check_states(
    device: CaptureDevice, states: dict[str, State], recognition: RecognitionData
) -> None:
    """Check that the states were there before the event."""
    person = states[device.entity_ids["sensor.last_person"]]["state"]
    if person != person_of(recognition)[:255]:
        raise CheckFailedError(
            f"{device.name} reported {person_of(recognition)!r}, but its last person is {person!r}"
        )
    entity = states[device.entity_ids["event.recognition"]]
    if entity["attributes"]["recognition_id"] != recognition["recognition_id"]:
        raise CheckFailedError(
            f"{device.name}: the event entity did not tell of {recognition['recognition_id']}"
        )


async def _check_pictures(api: Api, proofs: list[Proof]) -> None:
    async with step("Fetching the pictures") as fetching:
        try:
            async with asyncio.timeout(_SECONDS_FOR_PICTURES):
                for number, proof in enumerate(proofs, 1):
                    await _fetch_pictures(api, proof)
                    fetching.tell(f"{number} of {len(proofs)} capture devices")
        except TimeoutError:
            raise CheckFailedError(
                f"The pictures did not come within {_SECONDS_FOR_PICTURES} s"
            ) from None


async def _fetch_pictures(api: Api, proof: Proof) -> None:
    pictures = proof.last["pictures"]
    if "face" not in pictures:
        raise CheckFailedError(f"{proof.device.name}: no face in {pictures}")
    for kind, path in pictures.items():
        proof.picture_bytes[kind] = await _fetch_jpeg(api, path)
        status, _ = await api.get_bytes(path, with_token=False)
        if status != HTTPStatus.UNAUTHORIZED:
            raise CheckFailedError(f"{path}: status {status} without a token")
    camera = proof.device.entity_ids["camera.last_person"]
    proof.picture_bytes["camera"] = await _fetch_jpeg(
        api, f"/api/camera_proxy/{camera}"
    )


async def _fetch_jpeg(api: Api, path: str) -> int:
    """Return the size of a picture that must be there."""
    status, content = await api.get_bytes(path)
    if status != HTTPStatus.OK or not content.startswith(_JPEG):
        raise CheckFailedError(f"{path}: no JPEG, status {status}")
    return len(content)


def _check_scenes_from_history(boxes: list[Box]) -> None:
    """Check that a scene was fetched from each flat box, whose live messages carry none."""
    for box in boxes:
        if box.emulated.dialect == "flat" and not any(
            "getspotimage" in request.path for request in box.emulated.requests
        ):
            raise CheckFailedError(
                f"No scene was fetched from the history of {box.name}"
            )


def _check_complaints(home_assistant: HomeAssistantProcess, boxes: list[Box]) -> None:
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


def _row(proof: Proof) -> list[str]:
    return [
        proof.device.box_name,
        proof.device.name,
        str(proof.recognitions),
        person_of(proof.last)[:30],
        *(
            f"{proof.picture_bytes[kind] / 1000:.0f} kB"
            if kind in proof.picture_bytes
            else "–"
            for kind in _PICTURE_COLUMNS
        ),
    ]


def _print_table(rows: Iterable[list[str]]) -> None:
    for row in (_HEADINGS, *rows):
        say(
            "  ".join(
                padded(cell, width) for cell, width in zip(row, _WIDTHS, strict=True)
            )
        )
