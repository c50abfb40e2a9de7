"""Typed ids of people to follow."""

from custom_components.se_aibox.people.following import PeopleConfigEntry
from emulator import Identity
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType

from .followed_people import (
    ENTRY_IDS,
    TOM,
    Boxes,
    offered,
    open_person_flow,
    placeholders,
    submit,
    suggestions,
)

pytest_plugins = ["tests.integration.people.people_fixtures"]


async def test_typed_ids_are_listed_before_hits_and_only_once(
    hass: HomeAssistant, boxes: Boxes, people: PeopleConfigEntry
) -> None:
    """They are looked up on the boxes."""
    result = await submit(
        hass,
        await open_person_flow(hass, people),
        {"text": "Tom", "identity_ids": [" 666666 ", "666666", TOM, ""]},
    )
    assert list(offered(result)) == [
        "小明 · 666666 · VIP · Old box, New box",
        f"Tom · {TOM} · Employee · Old box, New box",
    ]
    assert suggestions(result) == {"identities": ["0", "1"]}
    both = {"identities": ["0", "1"], "one_person": True}
    result = await submit(hass, result, both)
    await submit(hass, result, {"name": "Tom"})
    [subentry] = people.subentries.values()
    assert [item["identity_id"] for item in subentry.data["identities"]] == [
        "666666",
        TOM,
    ]


async def test_typed_ids_are_listed_with_their_people_and_boxes(
    hass: HomeAssistant, boxes: Boxes, people: PeopleConfigEntry
) -> None:
    """If an id has two people, the user has to choose."""
    boxes.nested.state.enroll(Identity("7", "Ada"))
    boxes.flat.state.enroll(Identity("7", "Grace"))
    for box in boxes:
        box.state.enroll(Identity("8", "Zoë"))
        box.requests.clear()
    result = await submit(
        hass, await open_person_flow(hass, people), {"identity_ids": ["9", "7", "8"]}
    )
    assert result["step_id"] == "select"
    assert placeholders(result)["result"].startswith("Found 3 people.\n")
    found = offered(result)
    assert list(found) == [
        (
            "9 · no box that answered knows this ID; it is ignored until it is"
            " recognized and you confirm who it is"
        ),
        "Ada · 7 · Employee · Old box",
        "Grace · 7 · Employee · New box",
        "Zoë · 8 · Employee · Old box, New box",
    ]
    assert suggestions(result) == {"identities": ["0", "3"]}
    assert all(len(box.requests) == 3 for box in boxes)

    all_of_them = {"identities": ["1", "3", "0"], "one_person": True}
    result = await submit(hass, result, all_of_them)
    assert suggestions(result) == {"name": "Ada"}
    await submit(hass, result, {"name": "Ada"})
    [subentry] = people.subentries.values()
    assert {
        item["identity_id"]: item["names"] for item in subentry.data["identities"]
    } == {
        "7": {ENTRY_IDS["nested"]: "Ada"},
        "8": dict.fromkeys(ENTRY_IDS.values(), "Zoë"),
        "9": {},
    }


async def test_typed_ids_name_the_unreachable_box(
    hass: HomeAssistant, boxes: Boxes, people: PeopleConfigEntry
) -> None:
    """People on the other box can be followed."""
    await boxes.nested.port("rest").close()
    result = await submit(
        hass, await open_person_flow(hass, people), {"identity_ids": [TOM]}
    )
    assert result["step_id"] == "select"
    assert "Not searched completely: Old box" in placeholders(result)["result"]
    assert list(offered(result)) == [f"Tom · {TOM} · Employee · New box"]
    result = await submit(hass, result, {"identities": ["0"]})
    assert result["step_id"] == "details"


async def test_typed_ids_without_a_box_need_a_name_and_confirmation(
    hass: HomeAssistant, people: PeopleConfigEntry
) -> None:
    """The form shows this in the language of Home Assistant."""
    hass.config.language = "zh-Hans"
    result = await submit(
        hass, await open_person_flow(hass, people), {"identity_ids": ["7", "8"]}
    )
    unknown = "有响应的盒子都没有此编号：待识别到它并由您确认属于谁之后才会生效"
    assert list(offered(result)) == [f"7 · {unknown}", f"8 · {unknown}"]
    assert suggestions(result) == {"identities": ["0", "1"]}
    assert placeholders(result)["result"] == ""
    both = {"identities": ["0", "1"], "one_person": True}
    result = await submit(hass, result, both)
    assert result["step_id"] == "details"
    result = await submit(hass, result, {"name": "  "})
    assert result["errors"] == {"name": "no_name"}
    result = await submit(hass, result, {"name": "Anna"})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    [subentry] = people.subentries.values()
    assert subentry.title == "Anna"
    assert [
        (item["identity_id"], item["names"]) for item in subentry.data["identities"]
    ] == [("7", {}), ("8", {})]
