"""Adds boxes the way a user does: through the pages of the config flow."""

from .api import Api, HomeAssistantError, Json
from .boxes import Box
from .configuration import DOMAIN

_FLOW = "/api/config/config_entries/flow"


async def add_box(api: Api, box: Box) -> None:
    """Add a box with everything it offers and give it its name; one that is there already stays as it is."""
    page = await api.post(_FLOW, {"handler": DOMAIN})
    page = await api.post(f"{_FLOW}/{page['flow_id']}", box.address)
    if page["type"] == "abort" and page["reason"] == "already_configured":
        return
    if page.get("step_id") != "choose":
        raise _refusal(box, page)
    defaults = {field["name"]: field["default"] for field in page["data_schema"]}
    page = await api.post(f"{_FLOW}/{page['flow_id']}", defaults)
    if page["type"] != "create_entry":
        raise _refusal(box, page)
    await _name_box(api, page["result"]["entry_id"], box.name)


def _refusal(box: Box, page: Json) -> HomeAssistantError:
    why = page.get("errors") or page.get("reason")
    return HomeAssistantError(f"The box {box.name} could not be added: {why}")


async def _name_box(api: Api, entry_id: str, name: str) -> None:
    async with api.socket() as socket:
        await socket.command("config_entries/update", entry_id=entry_id, title=name)
        for device in await socket.devices():
            if entry_id in device["config_entries"] and device["via_device_id"] is None:
                await socket.command(
                    "config/device_registry/update",
                    device_id=device["id"],
                    name_by_user=name,
                )
