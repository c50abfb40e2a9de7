"""Automations from our blueprints, and phones that they notify."""

import asyncio
from datetime import timedelta
from pathlib import Path
import shutil
from typing import Any

import pytest

# It ships no py.typed.
from pytest_homeassistant_custom_component.common import MockConfigEntry  # type: ignore[import-untyped]

from homeassistant.core import HomeAssistant, ServiceCall
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import device_registry as dr
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util, slugify
from tests.integration.helpers import PATIENCE_SECONDS

BLUEPRINTS = Path(__file__).parents[3] / "blueprints"
FOLDER = BLUEPRINTS / "automation" / "se_aibox"

# It ends every message, so that no message is a command to the phone.
END = "\u200b"
# The event that the action of `report` fires.
REPORT = "report"

# It ends the path of every picture, because phones refuse large ones.
SMALL = "?width=1024"


class Clock:
    """The clock of automations; the box and the client keep real time."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Start at the real time."""
        self._ahead = timedelta()
        real = dt_util.now
        monkeypatch.setattr(dt_util, "now", lambda: real() + self._ahead)

    def advance(self, span: timedelta) -> None:
        """Advance the clock without running anything."""
        self._ahead += span

    def set_to(self, hour: int, minute: int = 0) -> None:
        """Set the clock to a time of today."""
        now = dt_util.now()
        self._ahead += now.replace(hour=hour, minute=minute) - now


class Phone:
    """A phone with the app: a device and a notify action."""

    def __init__(self, hass: HomeAssistant, name: str) -> None:
        """Register the device and the action."""
        self._hass = hass
        self.action = slugify(f"mobile_app_{name}")
        self._messages: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.is_out_of_reach = False
        entry = MockConfigEntry(domain="mobile_app", title=name)
        entry.add_to_hass(hass)
        device = dr.async_get(hass).async_get_or_create(
            config_entry_id=entry.entry_id,
            identifiers={("mobile_app", name)},
            name=name,
        )
        self.device_id = device.id
        hass.services.async_register("notify", self.action, self._receive)

    async def _receive(self, call: ServiceCall) -> None:
        if self.is_out_of_reach:
            raise HomeAssistantError("not connected to local push notifications")
        self._messages.put_nowait(dict(call.data))

    async def next(self) -> dict[str, Any]:
        """Wait for the next notification."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            return await self._messages.get()

    @property
    def unread(self) -> int:
        """The number of unread notifications."""
        return self._messages.qsize()

    def press(self, notification: dict[str, Any], button: int = 0) -> None:
        """Press a button of a notification."""
        pressed = notification["data"]["actions"][button]
        self._hass.bus.async_fire(
            "mobile_app_notification_action", {"action": pressed["action"]}
        )

    def messages(self) -> list[str]:
        """Return the unread messages."""
        return [
            str(self._messages.get_nowait()["message"]).removesuffix(END)
            for _ in range(self.unread)
        ]


def report(**templates: str) -> dict[str, object]:
    """Return an action of the user that fires an event with these data."""
    return {"event": REPORT, "event_data": templates}


async def use_blueprint(
    hass: HomeAssistant, config_dir: Path, name: str, **inputs: object
) -> None:
    """Set up an automation from an imported blueprint."""
    shutil.copytree(BLUEPRINTS, config_dir / "blueprints", dirs_exist_ok=True)
    hass.config.config_dir = str(config_dir)
    config = {
        "id": name,
        "alias": "Tested",
        "use_blueprint": {"path": f"se_aibox/{name}.yaml", "input": inputs},
    }
    assert await async_setup_component(hass, "automation", {"automation": config})
    await hass.async_block_till_done()
    state = hass.states.get("automation.tested")
    assert state is not None
    assert state.state == "on"
