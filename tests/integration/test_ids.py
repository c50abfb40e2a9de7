"""The ids in Home Assistant's registries."""

import pytest

from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
from tests.integration.people.followed_people import ENTRY_IDS, PEOPLE_ENTRY_ID

pytest_plugins = [
    "tests.integration.entity_fixtures",
    "tests.integration.people.people_fixtures",
]


@pytest.mark.usefixtures("every_entity_enabled", "tom")
@pytest.mark.parametrize("entry_id", [PEOPLE_ENTRY_ID, *ENTRY_IDS.values()])
async def test_ids_begin_with_the_id_of_the_entry(
    hass: HomeAssistant, entry_id: str
) -> None:
    """A box can be replaced without a change of them."""
    entities = er.async_entries_for_config_entry(er.async_get(hass), entry_id)
    assert entities
    for entity in entities:
        assert entity.unique_id.startswith(f"{entry_id}_"), entity.entity_id
    devices = dr.async_entries_for_config_entry(dr.async_get(hass), entry_id)
    assert devices
    for device in devices:
        [(domain, identifier)] = device.identifiers
        assert domain == "se_aibox"
        assert f"{identifier}_".startswith(f"{entry_id}_"), device.name
