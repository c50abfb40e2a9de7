"""Adds two sites as a user does, with ways in and out at the demo's boxes."""

from dataclasses import dataclass

from .adding import answer_page, open_flow
from .api import Api, HomeAssistantError
from .boxes import demo_plans
from .configuration import DOMAIN
from .devices import find_devices

# That of a house, and one that two boxes serve.
_NAMES = {"en": ("House", "Office building"), "zh-Hans": ("住宅", "办公楼")}


@dataclass(frozen=True, slots=True)
class SitePlan:
    """A site to add; its capture devices by name."""

    name: str
    entrances: tuple[str, ...]
    exits: tuple[str, ...]
    inside: tuple[str, ...]


def site_plans(language: str) -> tuple[SitePlan, SitePlan]:
    """Return the sites of the demo, with names in a language."""
    house, office = _NAMES[language]
    front_door, side_gate, *rooms = demo_plans(language)[0].capture_devices
    door, gate, turnstile, garage, warehouse = demo_plans(language)[1].capture_devices
    workshop, south_gate = demo_plans(language)[2].capture_devices
    return (
        SitePlan(house, (front_door,), (side_gate,), tuple(rooms)),
        SitePlan(
            office,
            (door, turnstile),
            (gate, garage, south_gate),
            (warehouse, workshop),
        ),
    )


async def add_sites(api: Api, language: str) -> None:
    """Add all sites that are not there yet."""
    async with api.socket() as socket:
        devices = await find_devices(socket)
        entries = await socket.command("config_entries/get", domain=DOMAIN)
    titles = {entry["title"] for entry in entries}
    ids = {device.name: device.device_id for device in devices.capture_devices}
    for plan in site_plans(language):
        if plan.name in titles:
            continue
        page = await open_flow(api, "site")
        page = await answer_page(
            api,
            page,
            {
                "name": plan.name,
                "entrances": [ids[name] for name in plan.entrances],
                "exits": [ids[name] for name in plan.exits],
                "inside": [ids[name] for name in plan.inside],
            },
        )
        if page["type"] != "create_entry":
            raise HomeAssistantError(f"{plan.name} could not be added: {page}")
