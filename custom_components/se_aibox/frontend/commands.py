"""The websocket commands that feed the dashboard."""

import asyncio
from itertools import batched
from typing import Any

import voluptuous as vol

from homeassistant.components import websocket_api
from homeassistant.core import HomeAssistant, callback

from ..const import DOMAIN
from ..recognition.faces import async_signed_path
from .cursor import Cursor
from .feed import async_subscribe
from .filter import FILTER, Wanted
from .pages import async_page
from .roll_call import async_subscribe_roll_call
from .rows import Row, RowKind, row
from .view import async_view_of

_MOST_PER_PAGE = 100
_DEFAULT_PER_PAGE = 50
_AT_ONCE = 20


@callback
def async_setup_commands(hass: HomeAssistant) -> None:
    """Register the commands; every user may call them."""
    websocket_api.async_register_command(hass, _async_list)
    websocket_api.async_register_command(hass, _async_subscribe)
    websocket_api.async_register_command(hass, _async_subscribe_roll_call)


@websocket_api.websocket_command(
    {
        vol.Required("type"): f"{DOMAIN}/recognitions/list",
        vol.Optional("filter", default={}): FILTER,
        vol.Optional("before"): vol.All(str, Cursor.parse),
        vol.Optional("limit", default=_DEFAULT_PER_PAGE): vol.All(
            int, vol.Range(min=1, max=_MOST_PER_PAGE)
        ),
    }
)
@websocket_api.async_response
async def _async_list(
    hass: HomeAssistant,
    connection: websocket_api.ActiveConnection,
    msg: dict[str, Any],
) -> None:
    """Send a page of recognitions from the histories of the boxes."""
    view = async_view_of(hass, connection.user)
    wanted = Wanted.of(msg["filter"], view)
    begin = msg.get("before", Cursor())
    page = await async_page(hass, wanted, begin, msg["limit"])
    login = connection.refresh_token_id
    rows: list[Row] = []
    for some in batched(page.sightings, _AT_ONCE, strict=False):
        rows += [
            row(
                sighting,
                RowKind.RECORDED,
                wanted.names,
                lambda path: async_signed_path(hass, path, login),
            )
            for sighting in some
        ]
        # Signing takes a while; other tasks run in between.
        await asyncio.sleep(0)
    connection.send_result(
        msg["id"],
        {
            "recognitions": rows,
            "before": page.older and str(page.older),
            "silent": [
                {"entry_id": box.entry_id, "title": box.title}
                for box in view.boxes
                if box.entry_id in page.silent
            ],
        },
    )


@websocket_api.websocket_command(
    {
        vol.Required("type"): f"{DOMAIN}/recognitions/subscribe",
        vol.Optional("filter", default={}): FILTER,
    }
)
@callback
def _async_subscribe(
    hass: HomeAssistant,
    connection: websocket_api.ActiveConnection,
    msg: dict[str, Any],
) -> None:
    """Send the state, then recognitions and changes of the state."""
    connection.send_result(msg["id"])
    connection.subscriptions[msg["id"]] = async_subscribe(
        hass, connection, msg["id"], msg["filter"]
    )


@websocket_api.websocket_command(
    {
        vol.Required("type"): f"{DOMAIN}/roll_call/subscribe",
        vol.Required("device_id"): str,
    }
)
@callback
def _async_subscribe_roll_call(
    hass: HomeAssistant,
    connection: websocket_api.ActiveConnection,
    msg: dict[str, Any],
) -> None:
    """Send the roll call of a site, and again after each change."""
    connection.send_result(msg["id"])
    connection.subscriptions[msg["id"]] = async_subscribe_roll_call(
        hass, connection, msg["id"], msg["device_id"]
    )
