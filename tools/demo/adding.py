"""Adds boxes as a user does: through the config flow."""

import asyncio

from emulator import EmulatedSe3

from .api import Api, HomeAssistantError, Page, Socket
from .boxes import Box
from .configuration import DOMAIN
from .devices import find_devices

_FLOW = "/api/config/config_entries/flow"
_SECONDS_TO_APPEAR = 20


async def add_box(api: Api, box: Box) -> None:
    """Add a box with the default options, and name it.

    A box that was added before stays unchanged.
    """
    page = await open_flow(api, "box")
    page = await api.post(f"{_FLOW}/{page['flow_id']}", box.address)
    if page["type"] == "abort" and page["reason"] == "already_configured":
        return
    if page["type"] != "form" or page["errors"]:
        raise _refusal(box, page)
    answers = {
        field["name"]: field["default"]
        for field in page["data_schema"]
        if "default" in field
    }
    if isinstance(box.emulated, EmulatedSe3):
        # It reports only their addresses.
        answers["names"] = [
            f"{device.ip} {device.name}" for device in box.emulated.devices
        ]
    page = await api.post(f"{_FLOW}/{page['flow_id']}", answers)
    if page["type"] != "create_entry":
        raise _refusal(box, page)
    await _name_box(api, page["result"]["entry_id"], box.name)


async def open_flow(api: Api, choice: str) -> Page:
    """Choose what to add; return the next page."""
    menu = await api.post(_FLOW, {"handler": DOMAIN})
    page: Page = await api.post(f"{_FLOW}/{menu['flow_id']}", {"next_step_id": choice})
    return page


async def answer_page(api: Api, page: Page, answers: Page) -> Page:
    """Fill a page of a flow; return the next one."""
    answer: Page = await api.post(f"{_FLOW}/{page['flow_id']}", answers)
    if answer.get("errors"):
        raise HomeAssistantError(f"{answers} were rejected: {answer['errors']}")
    return answer


def _refusal(box: Box, page: Page) -> HomeAssistantError:
    why = page.get("errors") or page.get("reason")
    return HomeAssistantError(f"The box {box.name} could not be added: {why}")


async def _name_box(api: Api, entry_id: str, name: str) -> None:
    async with api.socket() as socket:
        await socket.command("config_entries/update", entry_id=entry_id, title=name)
        for device in await socket.devices():
            if entry_id in device["config_entries"] and device["via_device_id"] is None:
                await _name_device(socket, device["id"], name)


async def wait_for_capture_devices(socket: Socket, boxes: list[Box]) -> None:
    """Wait for all capture devices; those of an SE3 appear with their first push.

    Afterwards the boxes can be searched for people, too.
    """
    expected = sum(len(box.emulated.devices) for box in boxes)
    found = 0
    try:
        async with asyncio.timeout(_SECONDS_TO_APPEAR):
            while True:
                found = len((await find_devices(socket)).capture_devices)
                # The devices appear before the set-up of a box ends.
                entries = await socket.command("config_entries/get", domain=DOMAIN)
                loaded = all(entry["state"] == "loaded" for entry in entries)
                if found == expected and loaded:
                    return
                await asyncio.sleep(0.2)
    except TimeoutError:
        raise HomeAssistantError(
            f"Home Assistant has {found} capture devices, but the boxes have {expected}"
        ) from None


async def _name_device(socket: Socket, device_id: str, name: str) -> None:
    await socket.command(
        "config/device_registry/update", device_id=device_id, name_by_user=name
    )
