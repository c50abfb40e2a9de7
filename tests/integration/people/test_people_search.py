"""The search for people to follow, by name and by id."""

from typing import Any

import pytest

from custom_components.se_aibox.people.following import PeopleConfigEntry
from emulator import Identity
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.util import slugify
from tests.integration.helpers import requests_to

from .followed_people import (
    ENTRY_IDS,
    TITLES,
    TOM,
    Boxes,
    offered,
    open_person_flow,
    placeholders,
    submit,
    suggestions,
)

pytest_plugins = ["tests.integration.people.people_fixtures"]


async def test_same_name_and_id_on_both_boxes_is_one_hit(
    hass: HomeAssistant, boxes: Boxes, people: PeopleConfigEntry
) -> None:
    """The name becomes the title of the person."""
    result = await open_person_flow(hass, people)
    assert result["step_id"] == "search"
    result = await submit(hass, result, {"text": " tom "})
    assert result["step_id"] == "choose"
    found = offered(result)
    label = f"Tom · {TOM} · Employee · Old box, New box"
    assert list(found) == [label]

    result = await submit(hass, result, {"identities": [found[label]]})
    assert result["step_id"] == "details"
    assert suggestions(result)["name"] == "Tom"
    result = await submit(hass, result, {"name": "Tom"})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    await hass.async_block_till_done()
    [subentry] = people.subentries.values()
    assert subentry.title == "Tom"
    assert subentry.subentry_type == "person"
    assert subentry.data == {
        "identities": [
            {
                "identity_id": TOM,
                "names": dict.fromkeys(ENTRY_IDS.values(), "Tom"),
                "renaming": None,
            }
        ],
        "person": None,
    }


async def test_hits_are_in_the_language_of_home_assistant(
    hass: HomeAssistant, boxes: Boxes, people: PeopleConfigEntry
) -> None:
    """The language is Chinese here."""
    hass.config.language = "zh-Hans"
    result = await submit(hass, await open_person_flow(hass, people), {"text": "小明"})
    assert list(offered(result)) == ["小明 · 666666 · VIP · Old box, New box"]
    result = await submit(hass, await open_person_flow(hass, people), {"text": "李娜"})
    assert list(offered(result)) == ["李娜 · 10010248 · 访客 · Old box, New box"]


async def test_exact_name_is_listed_before_beginnings_and_others(
    hass: HomeAssistant, boxes: Boxes, people: PeopleConfigEntry
) -> None:
    """The case of letters does not matter."""
    for name in ("Bottom", "Tomás", "Tommy"):
        boxes.flat.state.enroll(Identity(f"id-{name}", name))
    result = await submit(hass, await open_person_flow(hass, people), {"text": "tom"})
    assert [label.split(" · ")[0] for label in offered(result)] == [
        "Tom",
        "Tommy",
        "Tomás",
        "Bottom",
    ]


async def test_several_hits_can_be_chosen_as_one_person(
    hass: HomeAssistant, boxes: Boxes, people: PeopleConfigEntry
) -> None:
    """Boxes may have different ids or names for a person."""
    boxes.nested.state.enroll(Identity("N1", "Zoë"))
    boxes.flat.state.enroll(Identity("F1", "Zoë"))
    boxes.flat.state.enroll(Identity("N1", "Zoë B."))
    result = await submit(hass, await open_person_flow(hass, people), {"text": "zoë"})
    found = offered(result)
    assert list(found) == [
        "Zoë · F1 · Employee · New box",
        "Zoë · N1 · Employee · Old box",
        "Zoë B. · N1 · Employee · New box",
    ]
    result = await submit(hass, result, {"identities": list(found.values())})
    await submit(hass, result, {"name": "Zoë"})
    [subentry] = people.subentries.values()
    assert {
        identity["identity_id"]: identity["names"]
        for identity in subentry.data["identities"]
    } == {
        "F1": {ENTRY_IDS["flat"]: "Zoë"},
        "N1": {ENTRY_IDS["nested"]: "Zoë", ENTRY_IDS["flat"]: "Zoë B."},
    }


@pytest.mark.parametrize("text", ["", "N1"])
async def test_nameless_person_is_found_by_id_and_named_by_the_user(
    hass: HomeAssistant, boxes: Boxes, people: PeopleConfigEntry, text: str
) -> None:
    """An empty search finds the person, too."""
    boxes.nested.people.clear()
    boxes.flat.people.clear()
    boxes.nested.state.enroll(Identity("N1", ""))
    result = await submit(hass, await open_person_flow(hass, people), {"text": text})
    assert list(offered(result)) == ["– · N1 · Employee · Old box"]
    result = await submit(hass, result, {"identities": ["0"]})
    assert suggestions(result) == {"name": ""}
    await submit(hass, result, {"name": "Cleaner"})
    [subentry] = people.subentries.values()
    [identity] = subentry.data["identities"]
    assert identity["names"] == {ENTRY_IDS["nested"]: ""}


async def test_empty_search_lists_nameless_people_last(
    hass: HomeAssistant, boxes: Boxes, people: PeopleConfigEntry
) -> None:
    """At most 100 are listed: they must not crowd out the others."""
    boxes.flat.people.clear()
    boxes.nested.people.clear()
    for number in range(98):
        boxes.nested.state.enroll(Identity(f"N{number}", ""))
    for number in range(3):
        boxes.flat.state.enroll(Identity(f"F{number}", f"Zoë {number}"))
    result = await submit(hass, await open_person_flow(hass, people), {"text": ""})
    found = [label.split(" · ")[0] for label in offered(result)]
    assert found == ["Zoë 0", "Zoë 1", "Zoë 2", *["–"] * 97]


async def test_nameless_id_on_two_boxes_is_two_hits(
    hass: HomeAssistant, boxes: Boxes, people: PeopleConfigEntry
) -> None:
    """They may be two people."""
    for box in boxes:
        box.state.enroll(Identity("N1", ""))
    for number, name in enumerate(("Cleaner", "Gardener")):
        result = await open_person_flow(hass, people)
        result = await submit(hass, result, {"identity_ids": ["N1"]})
        assert list(offered(result)) == [
            "– · N1 · Employee · Old box",
            "– · N1 · Employee · New box",
        ]
        assert suggestions(result) == {"identities": []}
        result = await submit(hass, result, {"identities": [str(number)]})
        result = await submit(hass, result, {"name": name})
        assert result["type"] is FlowResultType.CREATE_ENTRY
    result = await open_person_flow(hass, people)
    result = await submit(hass, result, {"identity_ids": ["N1"]})
    result = await submit(hass, result, {"identities": ["1"]})
    assert result["errors"] == {"base": "already_followed"}


async def test_choosing_nobody_is_an_error(
    hass: HomeAssistant, boxes: Boxes, people: PeopleConfigEntry
) -> None:
    """The form shows it."""
    result = await submit(hass, await open_person_flow(hass, people), {"text": "Tom"})
    result = await submit(hass, result, {"identities": []})
    assert result["errors"] == {"identities": "nobody_chosen"}


async def test_search_without_hits_can_be_corrected(
    hass: HomeAssistant, boxes: Boxes, people: PeopleConfigEntry
) -> None:
    """The text stays in the form."""
    result = await submit(hass, await open_person_flow(hass, people), {"text": "Tim"})
    assert result["step_id"] == "search"
    assert result["errors"] == {"base": "nobody_found"}
    assert suggestions(result) == {"text": "Tim"}
    result = await submit(hass, result, {"text": "Tom"})
    assert result["step_id"] == "choose"


async def test_search_names_the_unreachable_box(
    hass: HomeAssistant, boxes: Boxes, people: PeopleConfigEntry
) -> None:
    """With and without hits on the other box."""
    await boxes.nested.port("rest").close()
    result = await submit(hass, await open_person_flow(hass, people), {"text": "Tim"})
    assert result["errors"] == {"base": "nobody_found_yet"}
    assert placeholders(result)["boxes"] == "Old box"

    result = await submit(hass, result, {"text": "Tom"})
    assert result["step_id"] == "choose_of_some"
    assert placeholders(result)["boxes"] == "Old box"
    result = await submit(hass, result, {"identities": ["0"]})
    assert result["step_id"] == "details"


@pytest.mark.parametrize(
    "data", [{"text": "Tom"}, {"identity_ids": [TOM]}, {"text": ""}]
)
async def test_box_whose_answer_has_photos_is_not_searched_while_they_are_forbidden(
    hass: HomeAssistant, boxes: Boxes, people: PeopleConfigEntry, data: dict[str, Any]
) -> None:
    """The answer of a 1.x box contains them; the form says why."""
    for title in TITLES.values():
        await hass.services.async_call(
            "switch",
            "turn_off",
            {"entity_id": f"switch.{slugify(title)}_pictures"},
            blocking=True,
        )
    boxes.nested.requests.clear()
    result = await submit(hass, await open_person_flow(hass, people), data)
    assert result["step_id"] == "choose_without_photos"
    assert placeholders(result)["boxes"] == "Old box"
    assert placeholders(result)["withheld"] == "Old box"
    label = f"Tom · {TOM} · Employee · New box"
    number = offered(result)[label]
    result = await submit(hass, result, {"identities": [number]})
    assert result["step_id"] == "details"
    assert not requests_to(boxes.nested, "/SophonFogSys/api/users")
    assert not requests_to(boxes.nested, "/SophonFace/api/events")


@pytest.mark.parametrize("chosen", [["captured"], ["reference"]])
async def test_search_depends_on_the_enrolled_photos_in_the_options(
    hass: HomeAssistant,
    boxes: Boxes,
    people: PeopleConfigEntry,
    chosen: list[str],
) -> None:
    """What is not selected does not leave the box."""
    for entry_id in ENTRY_IDS.values():
        entry = hass.config_entries.async_get_known_entry(entry_id)
        hass.config_entries.async_update_entry(
            entry, options={**entry.options, "pictures": chosen}
        )
        await hass.async_block_till_done()
    boxes.nested.requests.clear()
    result = await submit(hass, await open_person_flow(hass, people), {"text": "Tim"})
    if chosen == ["captured"]:
        assert result["errors"] == {"base": "nobody_found_without_photos"}
        assert placeholders(result)["withheld"] == "Old box"
        assert not requests_to(boxes.nested, "/SophonFogSys/api/users")
    else:
        assert result["errors"] == {"base": "nobody_found"}


async def test_search_without_boxes_is_an_error(
    hass: HomeAssistant, people: PeopleConfigEntry
) -> None:
    """The form says what to do."""
    result = await submit(hass, await open_person_flow(hass, people), {})
    assert result["errors"] == {"base": "no_boxes"}


@pytest.mark.parametrize("people_count", [100_000])
@pytest.mark.parametrize("text", ["", "Ben", "20077777"])
async def test_search_among_100000_people_is_limited(
    hass: HomeAssistant, boxes: Boxes, people: PeopleConfigEntry, text: str
) -> None:
    """At most 100 hits, and a few requests to each box."""
    for box in boxes:
        box.requests.clear()
    result = await submit(hass, await open_person_flow(hass, people), {"text": text})
    found = offered(result)
    assert 0 < len(found) <= 100
    asked = {
        box.dialect: [
            request
            for request in box.requests
            if "users" in request.path
            or "identities" in request.path
            or "events" in request.path
        ]
        for box in boxes
    }
    assert len(asked["nested"]) <= 3
    assert len(asked["flat"]) <= 2
    if text == "20077777":
        # One on each box: their people have the same ids.
        assert len(found) == 2
    assert result["step_id"] == "choose_of_some"
