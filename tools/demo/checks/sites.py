"""Checks that people enter and leave the sites."""

import asyncio

from tools.demo.api import Api, Socket
from tools.demo.boxes import Box
from tools.demo.devices import Devices, SiteDevice
from tools.demo.progress import say, step
from tools.demo.sites import site_plans

from .failure import CheckFailedError

_PASSAGE = "se_aibox_passage"
_SECONDS = 30
_VISITOR = "Sophie Laurent"
# On the boxes of both sites: the first way out, and the first way in.
_EXIT, _ENTRANCE = 1, 0


async def check_sites(
    api: Api, devices: Devices, boxes: list[Box], language: str
) -> None:
    """Let a person pass each site, and check who is inside."""
    names = [plan.name for plan in site_plans(language)]
    sites = {site.name: site for site in devices.sites}
    if set(sites) != set(names):
        raise CheckFailedError(f"The sites are {list(sites)} instead of {names}")
    async with step(f"Walking through {len(names)} sites"), api.socket() as socket:
        await socket.subscribe(_PASSAGE)
        for name, box in zip(names, boxes, strict=False):
            await _pass(socket, name, box)
        counts = [await _count(socket, sites[name]) for name in names]
    for name, count in zip(names, counts, strict=True):
        say(f"Inside {name}: at least {count}.")


async def _pass(socket: Socket, site: str, box: Box) -> None:
    """Let a visitor, who may be inside at first, enter and leave."""
    wanted = {"entered", "left"}
    # Out, in, and out again.
    for number in (_EXIT, _ENTRANCE, _EXIT):
        await box.show(_VISITOR, number)
    try:
        async with asyncio.timeout(_SECONDS):
            async for event in socket.events():
                passage = event["data"]
                if (passage["site_name"], passage["identity_name"]) == (site, _VISITOR):
                    wanted.discard(passage["kind"])
                if not wanted:
                    return
    except TimeoutError:
        raise CheckFailedError(
            f"{_VISITOR} passed {site}, but there was no passage: {wanted}"
        ) from None


async def _count(socket: Socket, site: SiteDevice) -> int:
    """Return the number inside; the action and the entity must agree."""
    answer = await socket.command(
        "call_service",
        domain="se_aibox",
        service="get_people_inside",
        target={"device_id": site.device_id},
        return_response=True,
    )
    [inside] = answer["response"]["sites"]
    count: int = inside["count_inside"]
    if not inside["up_to_date"]:
        raise CheckFailedError(f"The books of {site.name} are not up to date")
    if count != len(inside["people"]):
        raise CheckFailedError(f"{site.name} has {count} people: {inside['people']}")
    states = {state["entity_id"]: state for state in await socket.states()}
    shown = states[site.entity_ids["sensor.people_inside"]]
    people = shown["attributes"]["people"]
    if not isinstance(people, list) or len(people) != int(shown["state"]):
        raise CheckFailedError(f"{site.name} shows {shown}")
    return count
