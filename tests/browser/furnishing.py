"""A house in which everything is set up: a box, followed people, and Assist."""

import asyncio
from dataclasses import dataclass

from tools.demo.adding import add_box, wait_for_capture_devices
from tools.demo.api import Socket
from tools.demo.assist import make_assist_answer
from tools.demo.boxes import Box
from tools.demo.devices import find_devices
from tools.demo.following import follow_people

from .house import House

BOX_NAME = "Main entrance"
_SECONDS_TO_APPEAR = 20


@dataclass(frozen=True, slots=True)
class FurnishedHouse:
    """A house with the ids of its devices by name."""

    house: House
    device_ids: dict[str, str]

    @property
    def door(self) -> str:
        """The name of the door at which the faces were seen."""
        return self.house.front_door.name

    def page(self, device: str) -> str:
        """Return the path of the page of a device."""
        return f"/config/devices/device/{self.device_ids[device]}"

    def activity(self, device: str) -> str:
        """Return the path of the activity of a device."""
        return f"/logbook?device_id={self.device_ids[device]}"


async def furnish(house: House, language: str) -> FurnishedHouse:
    """Set everything up, and show a stranger, Viktor Kane and Tom at the front door."""
    api = house.home_assistant.api
    box = Box(BOX_NAME, house.box)
    await add_box(api, box)
    async with api.socket() as socket:
        # Only a box that is set up can be searched.
        await wait_for_capture_devices(socket, [box])
        await follow_people(api)
        found = await find_devices(socket)
        await make_assist_answer(api, found, language)
        await _wait_for_automation(socket)
    await house.box.wait_for_subscription()
    await house.box.recognize(house.front_door)
    await house.show("Viktor Kane")
    await house.show("Tom")
    return FurnishedHouse(
        house,
        {
            device.name: device.device_id
            for some in (found.boxes, found.people, found.capture_devices)
            for device in some
        },
    )


async def _wait_for_automation(socket: Socket) -> None:
    async with asyncio.timeout(_SECONDS_TO_APPEAR):
        while True:
            if await socket.entities("automation"):
                return
            await asyncio.sleep(0.2)
