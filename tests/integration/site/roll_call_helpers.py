"""Helpers of the tests of roll calls."""

import asyncio
from typing import Any

from homeassistant.core import HomeAssistant

from .site_helpers import Office

BUTTON = "button.office_roll_call"
LIST = "todo.office_roll_call"
MISSING = "sensor.office_unaccounted_for"

# Boxes report times in milliseconds, and an event in the same one is not later.
_MILLISECONDS = 0.005

type Item = dict[str, Any]


async def start(hass: HomeAssistant) -> None:
    """Press the button."""
    await hass.services.async_call(
        "button", "press", target={"entity_id": BUTTON}, blocking=True
    )
    await let_time_pass()


async def let_time_pass() -> None:
    """Wait until the next event is later than the start."""
    await asyncio.sleep(_MILLISECONDS)


async def items(hass: HomeAssistant, *statuses: str) -> list[Item]:
    """Return the items of the list."""
    response: Any = await hass.services.async_call(
        "todo",
        "get_items",
        {"status": list(statuses)} if statuses else {},
        target={"entity_id": LIST},
        blocking=True,
        return_response=True,
    )
    found: list[Item] = response[LIST]["items"]
    return found


async def missing(hass: HomeAssistant) -> list[str]:
    """Return the names of those who are unaccounted for."""
    return [item["summary"] for item in await items(hass, "needs_action")]


async def check(hass: HomeAssistant, item: str, status: str = "completed") -> None:
    """Check off an item by hand, by its summary or uid."""
    await hass.services.async_call(
        "todo",
        "update_item",
        {"item": item, "status": status},
        target={"entity_id": LIST},
        blocking=True,
    )


async def gather_in_the_room(office: Office) -> None:
    """Make the room the assembly point."""
    await office.change(assembly_points=[office.room])
