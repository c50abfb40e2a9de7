"""The repair issues of a site."""

from datetime import timedelta

from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, issue_registry as ir
from tests.integration.helpers import let_time_pass

from .site_helpers import SITE_ENTRY_ID, Office

pytest_plugins = [
    "tests.integration.people.people_fixtures",
    "tests.integration.site.site_fixtures",
]


def issue(hass: HomeAssistant, kind: str) -> ir.IssueEntry | None:
    """Return an issue of the site."""
    return ir.async_get(hass).async_get_issue("se_aibox", f"{kind}_{SITE_ENTRY_ID}")


async def minute_passes(hass: HomeAssistant) -> None:
    """Let the site check its devices."""
    let_time_pass(hass, timedelta(seconds=61))
    await hass.async_block_till_done()


async def test_entrance_that_is_gone_or_disabled_is_a_repair(
    hass: HomeAssistant, office: Office
) -> None:
    """It ends once the site is mended."""
    registry = dr.async_get(hass)
    assert issue(hass, "site_device_gone") is None
    registry.async_remove_device(office.entrance)
    registry.async_update_device(office.room, disabled_by=dr.DeviceEntryDisabler.USER)
    await minute_passes(hass)
    raised = issue(hass, "site_device_gone")
    assert raised is not None
    assert raised.translation_placeholders == {
        "name": "Office",
        "name_markdown": "Office",
        "entrances": "1",
        "exits": "0",
        "inside": "1",
    }
    await office.change(entrances=[office.other_entrance], inside=[])
    assert issue(hass, "site_device_gone") is None


async def test_zone_that_is_gone_is_a_repair(
    hass: HomeAssistant, office: Office
) -> None:
    """It ends with another zone."""
    hass.states.async_set("zone.campus", "0")
    await office.change(zone="zone.campus")
    assert issue(hass, "site_zone_gone") is None
    hass.states.async_remove("zone.campus")
    await minute_passes(hass)
    raised = issue(hass, "site_zone_gone")
    assert raised is not None
    assert raised.translation_placeholders is not None
    assert raised.translation_placeholders["zone"] == "zone.campus"
    await office.change(zone=None)
    assert issue(hass, "site_zone_gone") is None
