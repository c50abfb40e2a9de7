"""Checks that every capture device delivers recognitions and pictures."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus

from tools.demo.api import Api, RecognitionData, Socket, State
from tools.demo.boxes import Box
from tools.demo.configuration import RECOGNITION_EVENT
from tools.demo.devices import CaptureDevice, Devices
from tools.demo.lines import person_of
from tools.demo.progress import step

from .failure import CheckFailedError
from .table import print_table

_JPEG = b"\xff\xd8\xff"
_PICTURE_COLUMNS = ("face", "reference", "scene", "camera", "image")
_HEADINGS = ["Box", "Capture device", "Seen", "Last person", *_PICTURE_COLUMNS]
_WIDTHS = (14, 19, 4, 26, 7, 9, 7, 7, 7)
_SECONDS_TO_BE_SEEN = 60
_SECONDS_FOR_PICTURES = 40


@dataclass(slots=True)
class Proof:
    """The deliveries of a capture device."""

    device: CaptureDevice
    last: RecognitionData
    recognitions: int = 0
    picture_bytes: dict[str, int] = field(default_factory=dict)


async def check_recognitions(api: Api, devices: Devices, boxes: list[Box]) -> None:
    """Wait for a recognition on each capture device, and fetch its pictures."""
    async with api.socket() as socket:
        proofs = await _wait_for_recognitions(socket, devices, boxes)
    await _check_pictures(api, proofs)
    print_table(_HEADINGS, _WIDTHS, map(_row, proofs))


async def _wait_for_recognitions(
    socket: Socket, found: Devices, boxes: list[Box]
) -> list[Proof]:
    expected = sum(len(box.emulated.devices) for box in boxes)
    devices = {device.device_id: device for device in found.capture_devices}
    if len(devices) != expected:
        raise CheckFailedError(
            f"Home Assistant has {len(devices)} capture devices, "
            f"but the boxes have {expected}"
        )
    proofs: dict[str, Proof] = {}
    async with step("Waiting for a recognition on each capture device") as waiting:
        try:
            async with asyncio.timeout(_SECONDS_TO_BE_SEEN):
                await _collect(socket, devices, proofs, waiting.update)
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
    show_progress: Callable[[str], None],
) -> None:
    """Collect events and states in the order in which they arrive."""
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
        show_progress(f"{len(proofs)} of {len(devices)}")
        if len(proofs) == len(devices):
            return


def _check_states(
    device: CaptureDevice, states: dict[str, State], recognition: RecognitionData
) -> None:
    """Check that the states were written before the event."""
    person = states[device.entity_ids["sensor.last_person"]]["state"]
    if person != person_of(recognition)[:255]:
        raise CheckFailedError(
            f"{device.name} recognized {person_of(recognition)!r}, "
            f"but its last person is {person!r}"
        )
    entity = states[device.entity_ids["event.recognition"]]
    if entity["attributes"]["recognition_id"] != recognition["recognition_id"]:
        raise CheckFailedError(
            f"{device.name}: the event entity was not written before the event of "
            f"{recognition['recognition_id']}"
        )


async def _check_pictures(api: Api, proofs: list[Proof]) -> None:
    async with step("Fetching the pictures") as fetching:
        try:
            async with asyncio.timeout(_SECONDS_FOR_PICTURES):
                for number, proof in enumerate(proofs, 1):
                    await _fetch_pictures(api, proof)
                    fetching.update(f"{number} of {len(proofs)} capture devices")
        except TimeoutError:
            raise CheckFailedError(
                f"The pictures did not arrive within {_SECONDS_FOR_PICTURES} s"
            ) from None


async def _fetch_pictures(api: Api, proof: Proof) -> None:
    pictures = proof.last["pictures"]
    if "face" not in pictures:
        raise CheckFailedError(f"{proof.device.name}: no face in {pictures}")
    for kind, path in pictures.items():
        proof.picture_bytes[kind] = await _fetch_jpeg(api, path)
        status, _ = await api.get_bytes(path, with_token=False)
        if status != HTTPStatus.FORBIDDEN:
            raise CheckFailedError(f"{path}: status {status} without a token")
    for column, key in (("camera", "camera.scene"), ("image", "image.face")):
        proof.picture_bytes[column] = await _fetch_jpeg(
            api, f"/api/{column}_proxy/{proof.device.entity_ids[key]}"
        )


async def _fetch_jpeg(api: Api, path: str) -> int:
    """Return the size of a JPEG, in bytes; raises `CheckFailedError`."""
    status, content = await api.get_bytes(path)
    if status != HTTPStatus.OK or not content.startswith(_JPEG):
        raise CheckFailedError(f"{path}: no JPEG, status {status}")
    return len(content)


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
