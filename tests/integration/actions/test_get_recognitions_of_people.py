"""Reading recognitions back for followed people and from several boxes."""

import asyncio

import pytest

from custom_components.se_aibox.people.following import PeopleConfigEntry
from emulator import EmulatedSe3
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import device_registry as dr, entity_registry as er
from tests.integration.helpers import (
    MAC_ADDRESS,
    history_requests,
    until,
    until_everything_is_asked,
)
from tests.integration.people.followed_people import (
    ENTRY_IDS,
    PEOPLE_ENTRY_ID,
    TOM,
    Boxes,
    device_id_of,
    follow,
    person_of,
)
from tests.integration.se3.se3_helpers import add, make_se3_entry

from .action_helpers import Past, act, look_back

pytest_plugins = [
    "tests.integration.people.people_fixtures",
    "tests.integration.se3.se3_fixtures",
]


async def test_rows_of_several_boxes_are_merged_newest_first(
    hass: HomeAssistant, boxes: Boxes
) -> None:
    """The response continues where all boxes were read."""
    past = Past()
    for box in (boxes.nested, boxes.flat, boxes.nested, boxes.flat, boxes.flat):
        await past.add(box, person_of(box, TOM))
    target = {
        "device_id": [
            device.id
            for entry_id in ENTRY_IDS.values()
            for device in dr.async_entries_for_config_entry(
                dr.async_get(hass), entry_id
            )
        ]
    }
    expected = [moment.isoformat() for moment in reversed(past.moments)]
    rows = await look_back(hass, target)
    assert [row["occurred_at"] for row in rows] == expected
    assert [row["entry_id"] for row in rows][:3] == [
        ENTRY_IDS["flat"],
        ENTRY_IDS["flat"],
        ENTRY_IDS["nested"],
    ]
    for limit in (1, 2, 3, 4):
        response = await act(hass, "get_recognitions", {"limit": limit}, target=target)
        rows = response["recognitions"]
        assert [row["occurred_at"] for row in rows] == expected[:limit]
        assert response["looked_back_to"] == expected[limit - 1]


async def test_boxes_are_asked_at_the_same_time(
    hass: HomeAssistant, boxes: Boxes, people: PeopleConfigEntry
) -> None:
    """A slow box does not delay the questions to the others."""
    subentry_id = await follow(hass, people, "Thomas", TOM)
    for box in boxes:
        box.requests.clear()
        box.state.delay = 5
    asking = asyncio.create_task(
        look_back(hass, {"device_id": device_id_of(hass, subentry_id)})
    )
    async with asyncio.timeout(3):
        await until(lambda: all(history_requests(box) for box in boxes))
    asking.cancel()
    await asyncio.wait([asking])


async def test_followed_person_as_target_and_as_filter(
    hass: HomeAssistant, boxes: Boxes, people: PeopleConfigEntry
) -> None:
    """A target finds them everywhere, a filter at the targeted doors only."""
    subentry_id = await follow(hass, people, "Thomas", TOM)
    person = {"device_id": device_id_of(hass, subentry_id)}
    past = Past()
    for box in boxes:
        for device in range(2):
            await past.add(box, person_of(box, TOM), device)
            await past.add(box, box.people[1], device)
    rows = await look_back(hass, person)
    assert {row["identity_id"] for row in rows} == {TOM}
    assert len(rows) == 4
    assert {row["entry_id"] for row in rows} == set(ENTRY_IDS.values())

    door = {
        "entity_id": next(
            entity.entity_id
            for entity in er.async_entries_for_config_entry(
                er.async_get(hass), ENTRY_IDS["nested"]
            )
            if entity.domain == "event"
        )
    }
    for name in ("Thomas", person["device_id"], TOM):
        [row] = await look_back(hass, door, people=[name])
        assert row["identity_id"] == TOM
    both = {**door, **person}
    rows = await look_back(hass, both)
    assert len(rows) == 5
    # The filter applies to the targeted people, too.
    assert await look_back(hass, person, people=["Anybody else"]) == []
    assert len(await look_back(hass, both, people=["Thomas"])) == 4


async def test_followed_person_on_boxes_that_have_no_rows(
    hass: HomeAssistant,
    boxes: Boxes,
    people: PeopleConfigEntry,
    base: str,
) -> None:
    """Boxes without selected capture devices or a history are skipped."""
    subentry_id = await follow(hass, people, "Thomas", TOM)
    person = {"device_id": device_id_of(hass, subentry_id)}
    past = Past()
    for box in boxes:
        await past.add(box, person_of(box, TOM))
    async with EmulatedSe3(serial_number="HQATEVBAIAIAI0003", mac=MAC_ADDRESS) as se3:
        await add(hass, make_se3_entry(se3))
        assert len(await look_back(hass, person)) == 2
    entry = hass.config_entries.async_get_entry(ENTRY_IDS["flat"])
    assert entry is not None
    options = {"capture_devices": [], "add_new_capture_devices": False}
    hass.config_entries.async_update_entry(entry, options=options)
    await hass.async_block_till_done()
    [row] = await look_back(hass, person)
    assert row["entry_id"] == ENTRY_IDS["nested"]


async def test_followed_person_without_a_loaded_box_is_refused(
    hass: HomeAssistant, boxes: Boxes, people: PeopleConfigEntry
) -> None:
    """So is one whose own entry is not loaded."""
    subentry_id = await follow(hass, people, "Thomas", TOM)
    person = {"device_id": device_id_of(hass, subentry_id)}
    for entry_id in ENTRY_IDS.values():
        assert await hass.config_entries.async_unload(entry_id)
    with pytest.raises(ServiceValidationError) as raised:
        await act(hass, "get_recognitions", {}, target=person)
    assert raised.value.translation_key == "no_box_to_ask"
    assert await hass.config_entries.async_unload(PEOPLE_ENTRY_ID)
    with pytest.raises(ServiceValidationError) as raised:
        await act(hass, "get_recognitions", {}, target=person)
    assert raised.value.translation_key == "service_config_entry_not_loaded"


async def test_unreachable_box_fails_the_whole_response(
    hass: HomeAssistant, boxes: Boxes
) -> None:
    """A partial list would look complete."""
    target = {
        "entity_id": [
            entity.entity_id
            for entry_id in ENTRY_IDS.values()
            for entity in er.async_entries_for_config_entry(
                er.async_get(hass), entry_id
            )
            if entity.domain == "event"
        ]
    }
    await until_everything_is_asked()
    await boxes.flat.port("rest").close()
    with pytest.raises(HomeAssistantError, match="New box did not answer"):
        await act(hass, "get_recognitions", {}, target=target)
