"""What users with few rights are shown."""

from collections.abc import Iterable
from datetime import timedelta

import pytest
from pytest_homeassistant_custom_component.common import MockUser  # type: ignore[import-untyped]  # It ships no py.typed.

from custom_components.se_aibox.people.following import PeopleConfigEntry
from homeassistant.auth.permissions.const import POLICY_READ
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.util import dt as dt_util
from tests.integration.helpers import record
from tests.integration.people.followed_people import ENTRY_IDS, TOM, Boxes, person_of

from .feed_fixtures import OpenCard
from .feed_helpers import Message

pytest_plugins = [
    "tests.integration.frontend.feed_fixtures",
    "tests.integration.people.people_fixtures",
]

pytestmark = pytest.mark.usefixtures("noon")

PERSON = "event.tom_recognition"


def user_who_reads(hass: HomeAssistant, entity_ids: Iterable[str]) -> MockUser:
    """Return a user who may read these entities only."""
    user = MockUser().add_to_hass(hass)
    user.mock_policy(
        {"entities": {"entity_ids": {each: {POLICY_READ: True} for each in entity_ids}}}
    )
    return user


def event_entities(hass: HomeAssistant, entry_id: str) -> list[er.RegistryEntry]:
    """Return the recognitions of a box, by unique id."""
    entities = er.async_entries_for_config_entry(er.async_get(hass), entry_id)
    return sorted(
        (
            entity
            for entity in entities
            if entity.domain == "event" and entity.translation_key == "recognition"
        ),
        key=lambda entity: entity.unique_id,
    )


async def see_everybody(boxes: Boxes) -> None:
    """Record Tom and a stranger at every door."""
    for number, box in enumerate(boxes):
        for door in range(2):
            for minute, who in enumerate((person_of(box, TOM), None)):
                moment = dt_util.utcnow() - timedelta(
                    minutes=10 * number + 4 * door + 2 * minute + 1
                )
                await record(box, moment, who, door)


def shown(state: Message) -> tuple[int, int, int]:
    """Return how many boxes, doors and people a state has."""
    return len(state["boxes"]), len(state["doors"]), len(state["people"])


async def test_user_who_may_read_everything_is_shown_everything(
    hass: HomeAssistant,
    boxes: Boxes,
    tom: str,
    open_card: OpenCard,
    hass_read_only_user: MockUser,
) -> None:
    """An administrator is not needed."""
    await see_everybody(boxes)
    card = await open_card(hass_read_only_user)

    subscribed = await card.subscribe()
    assert shown(await subscribed.state()) == (2, 4, 1)
    assert len(await card.rows()) == 8


async def test_user_is_shown_readable_doors_and_people_only(
    hass: HomeAssistant, boxes: Boxes, tom: str, open_card: OpenCard
) -> None:
    """Neither rows nor names nor counts of others."""
    await see_everybody(boxes)
    door = event_entities(hass, ENTRY_IDS["flat"])[0]
    card = await open_card(user_who_reads(hass, [door.entity_id]))
    subscribed = await card.subscribe()
    state = await subscribed.state_where(today=2)

    assert [each["device_id"] for each in state["doors"]] == [door.device_id]
    assert [each["title"] for each in state["boxes"]] == ["New box"]
    assert state["people"] == []
    page = await card.page()
    assert page["silent"] == []
    assert {row["device_id"] for row in page["recognitions"]} == {door.device_id}
    assert len(page["recognitions"]) == 2
    for row in page["recognitions"]:
        assert row["followed_device_ids"] == []
    person = er.async_get(hass).async_get(PERSON)
    assert person is not None
    for wanted in (
        {"device_ids": [person.device_id]},
        {"entry_ids": [ENTRY_IDS["nested"]]},
    ):
        assert await card.rows(filter=wanted) == []

    for box in boxes:
        for device in box.devices:
            await box.recognize(device, person_of(box, TOM))
    row, count = await subscribed.recognition()
    assert row["device_id"] == door.device_id
    assert row["followed_device_ids"] == []
    assert count == 3
    # A page is only sent after all events before it.
    assert len(await card.rows()) == 3
    assert subscribed.waiting == []


async def test_person_is_named_to_who_may_read_the_person(
    hass: HomeAssistant, boxes: Boxes, tom: str, open_card: OpenCard
) -> None:
    """The rows are those of readable doors all the same."""
    await see_everybody(boxes)
    door = event_entities(hass, ENTRY_IDS["nested"])[0]
    card = await open_card(user_who_reads(hass, [door.entity_id, PERSON]))
    subscribed = await card.subscribe()
    [person] = (await subscribed.state())["people"]

    rows = await card.rows(filter={"device_ids": [person["device_id"]]})

    assert person["name"] == "Tom"
    assert [row["device_id"] for row in rows] == [door.device_id]
    assert rows[0]["followed_device_ids"] == [person["device_id"]]


async def test_user_without_rights_is_shown_nothing(
    hass: HomeAssistant, boxes: Boxes, tom: str, open_card: OpenCard
) -> None:
    """Not even that there is a box."""
    await see_everybody(boxes)
    card = await open_card(user_who_reads(hass, []))
    subscribed = await card.subscribe()

    state = await subscribed.state()
    assert shown(state) == (0, 0, 0)
    assert state["today"] == 0
    assert await card.page() == {"recognitions": [], "before": None, "silent": []}
    for entry_id in ENTRY_IDS.values():
        await hass.config_entries.async_unload(entry_id)
    assert (await card.page())["silent"] == []
    assert subscribed.waiting == []


async def test_box_is_shown_to_who_may_read_its_connection(
    hass: HomeAssistant, boxes: Boxes, open_card: OpenCard
) -> None:
    """Its doors are not."""
    reader = user_who_reads(hass, ["binary_sensor.old_box_connection"])
    card = await open_card(reader)
    state = await (await card.subscribe()).state()

    assert shown(state) == (1, 0, 0)
    assert state["boxes"][0]["title"] == "Old box"


async def test_changed_rights_apply_to_an_open_card(
    hass: HomeAssistant,
    boxes: Boxes,
    people: PeopleConfigEntry,
    open_card: OpenCard,
    hass_read_only_user: MockUser,
) -> None:
    """It loses what its user may no longer read."""
    card = await open_card(hass_read_only_user)
    subscribed = await card.subscribe()
    assert shown(await subscribed.state()) == (2, 4, 0)

    hass_read_only_user.mock_policy({})
    hass.bus.async_fire("user_updated", {"user_id": hass_read_only_user.id})

    while shown(await subscribed.state()) != (0, 0, 0):
        pass


@pytest.mark.parametrize("missing", [False, True])
async def test_door_without_its_entity_is_for_who_may_read_everything(
    hass: HomeAssistant,
    boxes: Boxes,
    open_card: OpenCard,
    hass_read_only_user: MockUser,
    missing: bool,
) -> None:
    """A disabled entity still has permissions."""
    await see_everybody(boxes)
    door = event_entities(hass, ENTRY_IDS["flat"])[0]
    if missing:
        er.async_get(hass).async_remove(door.entity_id)
    else:
        er.async_get(hass).async_update_entity(
            door.entity_id, disabled_by=er.RegistryEntryDisabler.USER
        )
    guest = user_who_reads(hass, [door.entity_id])

    for user, count in ((hass_read_only_user, 8), (guest, 0 if missing else 2)):
        card = await open_card(user)
        assert len(await card.rows()) == count
