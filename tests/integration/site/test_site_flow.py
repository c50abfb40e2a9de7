"""The flows that add a site, and change one."""

from collections.abc import Mapping
from typing import Any

import pytest

from custom_components.se_aibox.const import DOMAIN
from custom_components.se_aibox.site.options import SiteOptions
from homeassistant.config_entries import (
    SOURCE_RECONFIGURE,
    SOURCE_USER,
    ConfigEntryState,
    ConfigFlowResult,
)
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType, InvalidData
from tests.integration.flow.flow_helpers import suggested
from tests.integration.people.followed_people import Boxes

from .site_helpers import Office, device_id, site_options

pytest_plugins = [
    "tests.integration.people.people_fixtures",
    "tests.integration.site.site_fixtures",
]

DOOR = {"entrances": ["a"], "exits": ["b"], "inside": ["c"]}


async def open_flow(hass: HomeAssistant) -> ConfigFlowResult:
    """Choose to add a site."""
    result = await hass.config_entries.flow.async_init(
        DOMAIN, context={"source": SOURCE_USER}
    )
    assert result["menu_options"] == ["box", "people", "site"]
    return await submit(hass, result, {"next_step_id": "site"})


async def submit(
    hass: HomeAssistant, result: ConfigFlowResult, user_input: Mapping[str, Any]
) -> ConfigFlowResult:
    """Submit a step of the config flow."""
    return await hass.config_entries.flow.async_configure(
        result["flow_id"], dict(user_input)
    )


async def test_site_is_added_with_the_defaults(
    hass: HomeAssistant, boxes: Boxes
) -> None:
    """Its capture devices may be of several boxes."""
    result = await open_flow(hass)
    assert result["type"] is FlowResultType.FORM
    entrances = [device_id(hass, box, 0) for box in boxes]
    exits = [device_id(hass, box, 1) for box in boxes]
    result = await submit(
        hass, result, {"name": " Office ", "entrances": entrances, "exits": exits}
    )
    assert result["type"] is FlowResultType.CREATE_ENTRY
    entry = result["result"]
    assert entry.state is ConfigEntryState.LOADED
    assert entry.title == "Office"
    assert entry.data == {"entry_type": "site"}
    assert entry.options == site_options(entrances, exits)


@pytest.mark.parametrize(
    ("entered", "errors"),
    [
        ({"name": " "}, {"name": "no_name"}),
        ({"name": "OFFICE "}, {"name": "name_taken"}),
        ({"exits": ["a"]}, {"base": "device_in_two_lists"}),
        ({"inside": ["b", "c"]}, {"base": "device_in_two_lists"}),
        ({"entrances": [], "inside": []}, {"entrances": "no_entrance"}),
        ({"person_types": []}, {"person_types": "nobody_counts"}),
    ],
)
async def test_wrong_form_shows_the_errors(
    hass: HomeAssistant,
    office: Office,
    entered: Mapping[str, Any],
    errors: Mapping[str, str],
) -> None:
    """The entered values are still there, and can be corrected."""
    result = await open_flow(hass)
    result = await submit(hass, result, {"name": "Campus", **DOOR, **entered})
    assert result["type"] is FlowResultType.FORM
    assert result["errors"] == errors
    for key, value in entered.items():
        assert suggested(result)[key] == value
    result = await submit(hass, result, {"name": "Campus", **DOOR})
    assert result["type"] is FlowResultType.CREATE_ENTRY


@pytest.mark.parametrize(
    "entered",
    [{"forget_after": 0}, {"forget_after": 169}, {"person_types": ["stranger"]}],
)
async def test_impossible_value_is_refused(
    hass: HomeAssistant, entered: Mapping[str, Any]
) -> None:
    """The form does not offer it."""
    result = await open_flow(hass)
    with pytest.raises(InvalidData):
        await submit(hass, result, {"name": "Campus", **DOOR, **entered})


async def test_site_without_exits_explains_the_end_of_a_stay(
    hass: HomeAssistant,
) -> None:
    """No one is seen to leave."""
    result = await open_flow(hass)
    reader = {"name": "Home", "inside": ["a"], "forget_after": 8}
    result = await submit(hass, result, reader)
    assert result["step_id"] == "site_without_exits"
    assert result["description_placeholders"] == {"hours": "8"}
    result = await submit(hass, result, {})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["result"].options == site_options(inside=["a"], forget_after=8)


async def test_capture_device_may_serve_several_sites(
    hass: HomeAssistant, office: Office
) -> None:
    """The gate of a campus is an entrance of its offices, too."""
    result = await open_flow(hass)
    result = await submit(
        hass,
        result,
        {"name": "Campus", "entrances": [office.entrance], "exits": [office.exit]},
    )
    assert result["type"] is FlowResultType.CREATE_ENTRY


async def test_options_change_everything(hass: HomeAssistant, office: Office) -> None:
    """The form shows the current values, including the name."""
    hass.states.async_set("zone.campus", "0")
    flow = hass.config_entries.options
    result = await flow.async_init(office.entry.entry_id)
    assert result["step_id"] == "site"
    assert suggested(result) == {"name": "Office", **office.entry.options}
    changed = {
        **site_options(["a"], [], ["b"]),
        "name": "Campus",
        "forget_after": 24,
        "person_types": ["employee"],
        "emptied_when_forgotten": True,
        "day_begins_at": "05:00:00",
        "assembly_points": ["c"],
        "zone": "zone.campus",
    }
    result = await flow.async_configure(result["flow_id"], changed)
    assert result["step_id"] == "site_without_exits"
    result = await flow.async_configure(result["flow_id"], {})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    await hass.async_block_till_done()
    assert office.entry.title == changed.pop("name")
    assert office.entry.options == changed
    assert office.site.options == SiteOptions.from_mapping(changed)


async def test_reconfiguration_changes_the_same(
    hass: HomeAssistant, office: Office
) -> None:
    """A site keeps its name, which is no other site's."""
    result = await hass.config_entries.flow.async_init(
        DOMAIN,
        context={"source": SOURCE_RECONFIGURE, "entry_id": office.entry.entry_id},
    )
    assert result["step_id"] == "site"
    assert suggested(result) == {"name": "Office", **office.entry.options}
    result = await submit(hass, result, {"name": "Office", **DOOR})
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "reconfigure_successful"
    await hass.async_block_till_done()
    assert office.entry.options == site_options(["a"], ["b"], ["c"])
