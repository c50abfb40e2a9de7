"""The flow that manages people, opened on two boxes."""

from dataclasses import replace
from pathlib import Path
import tempfile

import pytest

from custom_components.se_aibox.people.following import PeopleConfigEntry
from emulator import Identity
from homeassistant.core import HomeAssistant
from tests.integration.conftest import ClientGenerator
from tests.integration.people.followed_people import Boxes

from .manage_helpers import ANNA, Manager

pytest_plugins = ["tests.integration.people.people_fixtures"]


@pytest.fixture
async def manager(
    hass: HomeAssistant,
    boxes: Boxes,
    people: PeopleConfigEntry,
    hass_client: ClientGenerator,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Manager:
    """Open the flow."""
    # Every Home Assistant of a machine keeps uploads in one folder.
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    for box in boxes:
        box.state.permission_groups["f4add9c0"] = "Office"
        box.state.permission_groups["0a1b2c3d"] = "Gate"
    manager = Manager(hass, people, await hass_client())
    await manager.open()
    return manager


@pytest.fixture
def anna(boxes: Boxes) -> Identity:
    """Enroll Anna on both boxes, in the group Office."""
    enrolled = replace(ANNA, permission_ids=("f4add9c0",))
    for box in boxes:
        box.state.enroll(enrolled)
    return enrolled
