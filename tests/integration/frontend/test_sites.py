"""Sites in what a card is sent."""

import pytest

from emulator import Identity
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
from tests.integration.people.followed_people import ENTRY_IDS
from tests.integration.site.site_helpers import SITE_ENTRY_ID, Office

from .feed_fixtures import OpenCard
from .feed_helpers import Card
from .test_rights import event_entities, user_who_reads

pytest_plugins = [
    "tests.integration.frontend.feed_fixtures",
    "tests.integration.people.people_fixtures",
    "tests.integration.site.site_fixtures",
]

pytestmark = pytest.mark.usefixtures("noon")

TOM = Identity("12345565", "Tom")


async def test_site_is_sent_with_its_capture_devices(
    hass: HomeAssistant, office: Office, card: Card
) -> None:
    """Entrances, exits and inside; other lists are of no recognitions of it."""
    state = await (await card.subscribe()).state()

    [site] = state["sites"]
    assert site["device_id"] == office.site.device_id
    assert site["name"] == "Office"
    places = office.entrance, office.exit, office.other_entrance, office.room
    assert site["door_ids"] == sorted(places)


async def test_site_as_a_device_means_all_its_capture_devices(
    hass: HomeAssistant, office: Office, card: Card
) -> None:
    """In the list and live, and no others."""
    await office.change(inside=[])
    wanted = {"device_ids": [office.site.device_id]}
    subscribed = await card.subscribe(filter=wanted)
    await office.sees(office.room, TOM)
    await office.sees(office.other_entrance, TOM)

    row, _ = await subscribed.recognition()

    assert row["device_id"] == office.other_entrance
    rows = await card.rows(filter=wanted)
    assert [each["device_id"] for each in rows] == [office.other_entrance]


async def test_user_is_sent_sites_whose_people_they_may_read(
    hass: HomeAssistant, office: Office, open_card: OpenCard
) -> None:
    """A site has visible capture devices only."""
    inside = er.async_get(hass).async_get_entity_id(
        "sensor", "se_aibox", f"{SITE_ENTRY_ID}_people_inside"
    )
    assert inside is not None
    door = event_entities(hass, ENTRY_IDS["flat"])[0]
    one = await open_card(user_who_reads(hass, [door.entity_id]))
    other = await open_card(user_who_reads(hass, [door.entity_id, inside]))

    assert (await (await one.subscribe()).state())["sites"] == []
    [site] = (await (await other.subscribe()).state())["sites"]
    assert site["door_ids"] == [door.device_id]


async def test_site_whose_device_is_disabled_or_gone_is_not_sent(
    hass: HomeAssistant, office: Office, card: Card
) -> None:
    registry = dr.async_get(hass)
    device_id = office.site.device_id
    assert device_id is not None
    registry.async_update_device(device_id, disabled_by=dr.DeviceEntryDisabler.USER)
    assert (await (await card.subscribe()).state())["sites"] == []

    registry.async_remove_device(device_id)
    assert (await (await card.subscribe()).state())["sites"] == []
