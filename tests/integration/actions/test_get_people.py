"""Who is enrolled on boxes, page by page."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
import voluptuous as vol

from emulator import EmulatedBox, Identity, PersonType, Variant
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from tests.integration.conftest import SetUp
from tests.integration.helpers import Dialect, requests_to
from tests.integration.people.followed_people import Boxes

from .action_helpers import act, of_box, of_boxes, one

pytest_plugins = ["tests.integration.people.people_fixtures"]

PATHS: dict[str, str] = {
    "nested": "/SophonFogSys/api/users",
    "flat": "/sophon/v2/face/getidentities",
}
OFFICE = "f4add9c0"
ANNA = Identity("20001", "Anna", PersonType.VISITOR, permission_ids=(OFFICE,))


async def get(hass: HomeAssistant, **data: object) -> dict[str, Any]:
    """Return what the only box has."""
    return one(await act(hass, "get_people", of_box(**data)))


def names(found: Mapping[str, Any]) -> list[str]:
    """Return the names of people in a response."""
    return [person["identity_name"] for person in found["people"]]


def crowd(box: EmulatedBox, count: int) -> None:
    """Enroll a number of people, and nobody else."""
    box.people[:] = [
        replace(box.people[0], identity_id=f"{number:05}", name=f"Person {number}")
        for number in range(count)
    ]


async def test_people_have_all_that_the_box_stores_but_no_picture(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    box.state.permission_groups[OFFICE] = "Office"
    box.people[:] = [box.state.enroll(ANNA)]
    await set_up()
    found = await get(hass)
    assert found["next"] is None
    assert found["people"] == [
        {
            "identity_id": "20001",
            "identity_name": "Anna",
            "person_type": "visitor",
            "permission_groups": [{"group_id": OFFICE, "name": "Office"}],
            "photos": 1,
            "department": None,
            "job_number": None,
            "telephone": None,
            "company": None,
            "host": None,
            "purpose": None,
            "valid_from": None,
            "valid_until": None,
        }
    ]


async def test_people_are_filtered_by_text_type_and_group(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """All filters together, and groups by name or id."""
    box.state.permission_groups[OFFICE] = "Office"
    box.people[:] = [
        replace(box.people[0], identity_id="1", name="Tom", permission_ids=(OFFICE,)),
        replace(box.people[0], identity_id="2", name="Tommy"),
        box.state.enroll(ANNA),
    ]
    await set_up()
    assert names(await get(hass, text="tom")) == ["Tom", "Tommy"]
    assert names(await get(hass, text="20001")) == ["Anna"]
    assert names(await get(hass, person_types="visitor")) == ["Anna"]
    assert names(await get(hass, permission_group="office")) == ["Tom", "Anna"]
    assert names(await get(hass, permission_group=OFFICE)) == ["Tom", "Anna"]
    both = await get(hass, text="tom", permission_group="Office")
    assert names(both) == ["Tom"]
    assert names(await get(hass, text="Tom", person_types=["vip"])) == []


async def test_people_are_found_by_ids_without_reading_the_others(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """A number is an id by its digits; an unknown id is left out."""
    box.people[:] = [*box.people, box.state.enroll(ANNA)]
    await set_up()
    found = await get(hass, identity_ids=[20001, "99999"])
    assert (names(found), found["next"]) == (["Anna"], None)
    found = await get(hass, identity_ids=["20001"], person_types=["vip"])
    assert names(found) == []


async def test_unknown_group_is_refused_in_words(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    await set_up()
    with pytest.raises(HomeAssistantError, match="does not have this permission group"):
        await get(hass, permission_group="Nowhere")


@pytest.mark.parametrize("dialect", ["nested"])
async def test_people_of_firmware_without_ids_of_groups_are_listed(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """Their groups have ids only."""
    box.state.variant = Variant(permission_ids_missing=True)
    box.people[:] = [box.state.enroll(ANNA)]
    await set_up()
    [person] = (await get(hass))["people"]
    assert person["permission_groups"] == [{"group_id": OFFICE, "name": None}]


@pytest.mark.parametrize("limit", [1, 30, 100])
async def test_pages_continue_where_the_last_one_stopped(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, limit: int
) -> None:
    """Nobody is left out, and nobody is there twice."""
    crowd(box, 3 if limit == 1 else 130)
    await set_up()
    seen: list[str] = []
    position: dict[str, object] = {}
    while True:
        found = await get(hass, limit=limit, **position)
        assert len(found["people"]) <= limit
        seen += names(found)
        if found["next"] is None:
            break
        position = {"next": found["next"]}
    assert seen == [person.name for person in box.people]


async def test_person_found_by_id_is_returned_once(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """Also where the name contains the id, and on a later page."""
    crowd(box, 130)
    box.people[120] = replace(box.people[120], identity_id="77", name="Agent 77")
    await set_up()
    found = await get(hass, text="77")
    # Somebody else's name contains it, too.
    assert sorted(names(found)) == ["Agent 77", "Person 77"]


async def test_person_found_by_id_is_returned_once_on_pages_of_one(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    crowd(box, 3)
    box.people[1] = replace(box.people[1], identity_id="2", name="Somebody")
    await set_up()
    found = await get(hass, text="2", limit=1)
    assert names(found) == ["Somebody"]
    again = await get(hass, text="2", limit=1, next=found["next"])
    assert names(again) == ["Person 2"]


async def test_name_with_an_accent_is_found_in_both_spellings(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    box.people[:] = [
        replace(box.people[0], identity_id="1", name="José"),
        replace(box.people[0], identity_id="2", name="Jose\u0301"),
    ]
    await set_up()
    found = await get(hass, text="josé", limit=1)
    again = await get(hass, text="josé", limit=1, next=found["next"])
    ids = [each["people"][0]["identity_id"] for each in (found, again)]
    assert sorted(ids) == ["1", "2"]


@pytest.mark.parametrize("people_count", [100_000])
async def test_large_boxes_are_read_in_pages_and_say_where_they_stopped(
    hass: HomeAssistant, boxes: Boxes
) -> None:
    """However few of the people are wanted."""
    data = of_boxes(boxes, person_types="blocklisted", limit=2000)
    for box in boxes:
        box.requests.clear()
    response = await act(hass, "get_people", data)
    for box, found in zip(boxes, response["boxes"], strict=True):
        assert found["ok"]
        assert found["next"] == "0-2000"
        # A page, and up to two questions whether others follow.
        assert requests_to(box, PATHS[box.dialect]) <= 300


async def test_next_is_of_one_box(hass: HomeAssistant, boxes: Boxes) -> None:
    with pytest.raises(ServiceValidationError) as raised:
        await act(hass, "get_people", of_boxes(boxes, next="0-100"))
    assert raised.value.translation_key == "next_of_one_box"


@pytest.mark.parametrize(
    "wrong", ["", "0", "0-", "a-b", "-1-5", "0--1", "1-2-3", f"0-{10**20}"]
)
async def test_next_that_is_from_no_response_is_refused(
    hass: HomeAssistant, boxes: Boxes, wrong: str
) -> None:
    with pytest.raises(vol.Invalid):
        await act(hass, "get_people", of_boxes(boxes, next=wrong))


async def test_1x_box_is_refused_while_enrolled_photos_may_not_leave_it(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, dialect: Dialect
) -> None:
    """Its answers have the photos; those of a 2.0 box do not."""
    await set_up({"pictures": ["captured"]})
    asked = requests_to(box, PATHS[dialect])
    if dialect == "flat":
        assert names(await get(hass))
        return
    for action, data in (
        ("get_people", {}),
        ("delete_person", {"identity_id": "1", "name": "Tom"}),
        ("update_person", {"identity_id": "1", "name": "Tom", "new_name": "Tim"}),
    ):
        with pytest.raises(HomeAssistantError) as raised:
            await act(hass, action, of_box(**data))
        assert raised.value.translation_key == "people_withheld"
    assert requests_to(box, PATHS[dialect]) == asked
