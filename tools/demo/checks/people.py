"""Checks that a followed person is recognized on every box, under any id."""

import asyncio

from tools.demo.api import Api, Socket
from tools.demo.boxes import Box
from tools.demo.devices import BoxDevice, Devices, PersonDevice
from tools.demo.following import FOLLOWED
from tools.demo.progress import step

from .failure import CheckFailedError

_SECONDS = 30


async def check_people(api: Api, devices: Devices, boxes: list[Box]) -> None:
    """Show a followed person to each box, and check their entities."""
    people = {person.name: person for person in devices.people}
    if set(people) != set(FOLLOWED):
        raise CheckFailedError(
            f"Home Assistant follows {list(people)} instead of {list(FOLLOWED)}"
        )
    # Tom has two ids.
    person = people["Tom"]
    async with step(f"Following {person.name} from box to box"), api.socket() as socket:
        await socket.subscribe("state_changed")
        states = {state["entity_id"]: state["state"] for state in await socket.states()}
        places = {states[person.entity_ids["sensor.last_location"]]}
        for box in boxes:
            await box.show(person.name)
        unseen = {box.name: _places(box) for box in devices.boxes}
        try:
            async with asyncio.timeout(_SECONDS):
                await _visit(socket, person, places, unseen)
        except TimeoutError:
            raise CheckFailedError(
                f"{person.name} was not seen on: {', '.join(unseen)}"
            ) from None
        status, _ = await api.get_bytes(
            f"/api/image_proxy/{person.entity_ids['image.face']}"
        )
        if status != 200:
            raise CheckFailedError(
                f"The face of {person.name} cannot be fetched: status {status}"
            )


def _places(box: BoxDevice) -> set[str]:
    return {device.name for device in box.capture_devices}


async def _visit(
    socket: Socket,
    person: PersonDevice,
    places: set[str],
    unseen: dict[str, set[str]],
) -> None:
    """Return once the person was seen on each box and *Recognition* fired."""
    recognized = False
    events = socket.events()
    while True:
        for name in [name for name, here in unseen.items() if here & places]:
            del unseen[name]
        if not unseen and recognized:
            return
        event = await anext(events)
        changed = event["data"]["entity_id"]
        if changed == person.entity_ids["sensor.last_location"]:
            places.add(event["data"]["new_state"]["state"])
        elif changed == person.entity_ids["event.recognition"]:
            recognized = True
