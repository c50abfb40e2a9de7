"""Checks, without a browser, that everything reaches Home Assistant."""

from tools.demo.boxes import Box
from tools.demo.devices import find_devices
from tools.demo.home_assistant import HomeAssistantProcess
from tools.demo.progress import say

from .assist import check_assist
from .automations import check_automations
from .boxes import check_boxes, check_complaints
from .dashboards import check_dashboards
from .failure import CheckFailedError
from .last_tab import check_last_tab
from .people import check_people
from .recognitions import check_recognitions
from .sites import check_sites

__all__ = ["CheckFailedError", "check", "check_last_tab"]


async def check(
    home_assistant: HomeAssistantProcess, boxes: list[Box], language: str
) -> None:
    """Check everything and print the results; raises `CheckFailedError`."""
    api = home_assistant.api
    async with api.socket() as socket:
        # Without an answer to this, the frontend shows "Loading" forever.
        await socket.command("get_services")
        devices = await find_devices(socket)
    await check_recognitions(api, devices, boxes)
    await check_people(api, devices, boxes)
    await check_sites(api, devices, boxes, language)
    await check_automations(api, devices, boxes, language)
    await check_dashboards(api, devices, language)
    await check_assist(api, boxes, language)
    await check_boxes(api, devices, boxes)
    check_complaints(home_assistant, boxes)
    say("Everything works, and no picture can be fetched without a token.")
