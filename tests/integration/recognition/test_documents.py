"""The automations in the documents about triggers and conditions, run for real."""

from collections.abc import Mapping
from datetime import timedelta
import json
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import async_mock_service  # type: ignore[import-untyped]  # It ships no py.typed.

from custom_components.se_aibox.coordinator import SeAiBoxConfigEntry
from custom_components.se_aibox.people.visit import Visitor
from custom_components.se_aibox.people.visitors import async_remember
from emulator import EmulatedBox, Identity
from homeassistant.core import HomeAssistant
from homeassistant.helpers import (
    area_registry as ar,
    device_registry as dr,
    floor_registry as fr,
    label_registry as lr,
)
from homeassistant.setup import async_setup_component
from tests.integration.conftest import SetUp
from tests.integration.documents import example_ids, examples
from tests.integration.helpers import let_time_pass
from tests.integration.people.followed_people import (
    device_id_of,
    follow,
    make_people_entry,
)
from tests.integration.people.visit_helpers import Clock
from tests.integration.site.roll_call_helpers import start
from tests.integration.site.site_helpers import make_site_entry, site_options

from .automation_helpers import CULPRIT, FRIEND, GUEST, Door, doors_of

# In the examples: a door, a site behind it, and two followed people.
DOOR = "0123456789abcdef0123456789abcdef"
SITE = "fedcba9876543210fedcba9876543210"
PEOPLE = ("aaaabbbbccccddddeeeeffff00001111", "aaaabbbbccccddddeeeeffff00002222")
BUTTON = "binary_sensor.door_button"
EVERYBODY = "se_aibox.everybody_accounted_for"
ARRIVED, OVERDUE = "se_aibox.visitor_arrived", "se_aibox.visitor_overdue"
LEAVING = ("se_aibox.person_left", "se_aibox.site_emptied", EVERYBODY)

_VISIT = timedelta(hours=1)


async def furnish(hass: HomeAssistant, door: Door) -> None:
    """Put a door on the floor, into the area and under the label of the examples."""
    floor = fr.async_get(hass).async_create("Ground floor")
    area = ar.async_get(hass).async_create("Entrance", floor_id=floor.floor_id)
    label = lr.async_get(hass).async_create("Entrances")
    dr.async_get(hass).async_update_device(
        door.device_id, area_id=area.id, labels={label.label_id}
    )


async def follow_people(hass: HomeAssistant, *identities: Identity) -> list[str]:
    """Follow people, and return their device ids."""
    people = make_people_entry()
    await hass.config_entries.async_add(people)
    await hass.async_block_till_done()
    return [
        device_id_of(hass, await follow(hass, people, one.name, one.identity_id))
        for one in identities
    ]


async def build(hass: HomeAssistant, entrance: Door, way_out: Door) -> str:
    """Set up the site of the examples, and return its device id."""
    site = make_site_entry(site_options([entrance.device_id], [way_out.device_id]))
    await hass.config_entries.async_add(site)
    await hass.async_block_till_done()
    device_id = site.runtime_data.device_id
    assert device_id is not None
    return device_id


def filled_in(example: Mapping[str, Any], ids: Mapping[str, str]) -> dict[str, Any]:
    """Return an example with ids of this Home Assistant."""
    text = json.dumps(example)
    for placeholder, device_id in ids.items():
        text = text.replace(placeholder, device_id)
    filled: dict[str, Any] = json.loads(text)
    return filled


def visitor(example: Mapping[str, Any], followed: Identity) -> Identity | None:
    """Return the identity that runs an example."""
    [trigger] = example["triggers"]
    if "followed" in trigger.get("options", ()):
        return followed
    others = {
        "se_aibox.stranger_seen": None,
        "se_aibox.blocklisted_person_seen": CULPRIT,
        ARRIVED: GUEST,
        OVERDUE: GUEST,
    }
    return others.get(trigger["trigger"], FRIEND)


def manner(example: Mapping[str, Any]) -> dict[str, Any]:
    """Return the stranger that an example names, as the box sees them."""
    [trigger] = example["triggers"]
    if (own := trigger.get("options", {}).get("stranger_id")) is None:
        return {}
    return {"stranger": "automatic", "overrides": {"identity_id": own}}


async def expect_guest(entry: SeAiBoxConfigEntry, clock: Clock) -> None:
    """Remember the visit of the guest, which is about to begin."""
    # A box's clock is measured to some milliseconds.
    begin = clock.now() - timedelta(minutes=1)
    visitor = Visitor(GUEST.identity_id, GUEST.name, begin, begin + _VISIT, host="Tom")
    async with async_remember(entry.runtime_data.hass, entry.entry_id, visitor):
        pass


@pytest.mark.parametrize(
    "example", [*examples("triggers"), *examples("conditions")], ids=example_ids
)
async def test_example_in_the_documents_runs(
    hass: HomeAssistant,
    box: EmulatedBox,
    set_up: SetUp,
    example: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Its actions are called with the name of the person."""
    entry = await set_up()
    door, way_out, *_ = doors_of(hass, box, entry)
    await furnish(hass, door)
    tom, wang, *_ = box.people
    followed = await follow_people(hass, tom, wang)
    ids = {DOOR: door.device_id, SITE: await build(hass, door, way_out)}
    ids |= dict(zip(PEOPLE, followed, strict=True))
    hass.states.async_set(BUTTON, "off")
    automation = filled_in(example, ids)
    calls = {
        action["action"]: async_mock_service(hass, *action["action"].split("."))
        for action in automation["actions"]
    }
    assert await async_setup_component(hass, "automation", {"automation": automation})
    await hass.async_block_till_done()

    who = visitor(automation, tom)
    clock = Clock(hass, monkeypatch)
    await expect_guest(entry, clock)
    await door.sees(who, **manner(automation))
    [trigger] = automation["triggers"]
    place = box.devices[0].name
    if trigger["trigger"] == OVERDUE:
        assert not any(calls.values())
        clock.set_ahead(_VISIT)
        await clock.minute()
        clock.set_ahead(timedelta())
    if trigger["trigger"] in LEAVING:
        assert not any(calls.values())
        if trigger["trigger"] == EVERYBODY:
            await start(hass)
        await way_out.sees(who)
        place = box.devices[1].name
    # Some examples wait for company, and one for a button.
    let_time_pass(hass, timedelta(seconds=31))
    hass.states.async_set(BUTTON, "on")
    await hass.async_block_till_done()

    for action, called in calls.items():
        assert len(called) == 1, action
        if message := called[0].data.get("message"):
            assert (who.name if who else "stranger") in message
            assert place in message or action == "tts.speak"
