"""Fixtures for the tests of diagnostics."""

from http import HTTPStatus
from typing import Any

import orjson
import pytest

from custom_components.se_aibox.coordinator import SeAiBoxConfigEntry
from emulator import EmulatedBox
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.helpers.device_registry import DeviceEntry
from homeassistant.setup import async_setup_component

from .canary import CANARY, seed
from .conftest import Look
from .diagnostics_helpers import Download
from .helpers import make_entry


@pytest.fixture
async def download(hass: HomeAssistant, look: Look) -> Download:
    """Download diagnostics as a user does: the data, and the whole file."""
    assert await async_setup_component(hass, "diagnostics", {})

    async def _download(
        entry: ConfigEntry, device: DeviceEntry | None = None
    ) -> tuple[dict[str, Any], str]:
        path = f"/api/diagnostics/config_entry/{entry.entry_id}"
        response = await look(path if device is None else f"{path}/device/{device.id}")
        assert response.status == HTTPStatus.OK
        body = await response.text()
        return dict(orjson.loads(body)["data"]), body

    return _download


@pytest.fixture
def canaries(hass: HomeAssistant, box: EmulatedBox) -> SeAiBoxConfigEntry:
    """Return an entry with a canary in every text of the box and the user."""
    seed(box)
    entry = make_entry(
        box,
        data={"token": CANARY, "mqtt": {"user": CANARY}},
        options={"identity_info_in_events": True, "notes": CANARY},
    )
    object.__setattr__(entry, "title", f"title-{CANARY}")
    return entry
