"""A site over a restart of Home Assistant, with each dialect."""

from custom_components.se_aibox.site.presence import SiteConfigEntry
from emulator import EmulatedBox
from homeassistant.const import EVENT_HOMEASSISTANT_STARTED
from homeassistant.core import CoreState, HomeAssistant
from tests.integration.conftest import SetUp
from tests.integration.helpers import FiredEvents, state_of, until, until_listening
from tests.integration.recognition.automation_helpers import (
    FRIEND,
    GUEST,
    automate,
    doors_of,
)

from .site_helpers import PASSAGE, make_site_entry, site_options
from .test_site_triggers import TRIGGERS

INSIDE = "sensor.office_people_inside"


async def test_books_are_brought_up_to_date_after_a_restart_and_fire_nothing(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """Passages in between are recovered; the next live exit counts."""
    entry = await set_up()
    entrance, way_out, _ = doors_of(hass, box, entry)
    site: SiteConfigEntry = make_site_entry(
        site_options([entrance.device_id], [way_out.device_id])
    )
    await hass.config_entries.async_add(site)
    await hass.async_block_till_done()
    await entrance.sees(FRIEND)
    assert state_of(hass, INSIDE) == "1"
    runs = await automate(
        hass,
        [
            {
                "trigger": f"se_aibox.{kind}",
                "id": kind,
                "target": {"device_id": site.runtime_data.device_id},
            }
            for kind in TRIGGERS
        ],
    )
    passages = FiredEvents(hass, PASSAGE)

    for each in (entry, site):
        await hass.config_entries.async_unload(each.entry_id)
    hass.set_state(CoreState.not_running)
    for who, door in ((GUEST, 0), (FRIEND, 1)):
        await box.recognize(box.devices[door], who, push=False)
    for each in (site, entry):
        await hass.config_entries.async_setup(each.entry_id)
    await hass.async_block_till_done()
    # The stored state, until the box has recovered the rest.
    assert site.runtime_data.async_names(9) == ["小明"]
    assert not site.runtime_data.is_up_to_date

    hass.set_state(CoreState.running)
    hass.bus.async_fire(EVENT_HOMEASSISTANT_STARTED)
    await until(lambda: site.runtime_data.is_up_to_date)
    await until_listening(entry)
    await hass.async_block_till_done()
    assert site.runtime_data.async_names(9) == ["Anna"]
    assert state_of(hass, INSIDE) == "1"
    assert not passages.unread
    assert not runs.unread

    await way_out.sees(GUEST)
    assert state_of(hass, INSIDE) == "0"
    ran = {(await runs.next())["trigger"]["id"] for _ in range(2)}
    assert ran == {"person_left", "site_emptied"}
