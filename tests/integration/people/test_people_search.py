"""The search for people to follow, by name and by id."""

from typing import Any

import pytest

from custom_components.se_aibox.people.following import PeopleConfigEntry
from emulator import CannedAnswer, Identity
from emulator.model import Request
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
    offers_selection,
    open_person_flow,
    placeholders,
    submit,
    suggestions,
)

pytest_plugins = ["tests.integration.people.people_fixtures"]


def is_about_people(request: Request) -> bool:
    """Return whether a request asks for people or records."""
    return any(word in request.path for word in ("users", "identities", "events"))


async def test_same_name_and_id_on_both_boxes_is_one_hit(
    hass: HomeAssistant, boxes: Boxes, people: PeopleConfigEntry
) -> None:
    """The name becomes the title of the person."""
    result = await open_person_flow(hass, people)
    assert result["step_id"] == "search"
    result = await submit(hass, result, {"text": " tom "})
    assert result["step_id"] == "select"
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
    assert list(offered(result)) == ["小明 · 666666 · VIP · Old box、New box"]
    result = await submit(hass, await open_person_flow(hass, people), {"text": "李娜"})
    assert list(offered(result)) == ["李娜 · 10010248 · 访客 · Old box、New box"]


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


async def test_box_that_is_removed_meanwhile_is_listed_no_longer(
    hass: HomeAssistant, boxes: Boxes, people: PeopleConfigEntry
) -> None:
    """The dialog stays open."""
    result = await submit(hass, await open_person_flow(hass, people), {"text": "Tom"})
    await hass.config_entries.async_remove(ENTRY_IDS["nested"])
    result = await submit(hass, result, {"identities": []})
    assert result["errors"] == {"identities": "nobody_chosen"}
    assert list(offered(result)) == [f"Tom · {TOM} · Employee · New box"]


async def test_long_name_is_cut_in_the_list(
    hass: HomeAssistant, boxes: Boxes, people: PeopleConfigEntry
) -> None:
    """The id after it is in sight."""
    result = await open_person_flow(hass, people)
    result = await submit(hass, result, {"text": "Maximiliane"})
    [label] = offered(result)
    name, identity_id, *_ = label.split(" · ")
    assert name == "Maximiliane Friederike Alexandrina…"
    assert identity_id == "10010927"


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
    result = await submit(
        hass, result, {"identities": list(found.values()), "one_person": True}
    )
    await submit(hass, result, {"name": "Zoë"})
    [subentry] = people.subentries.values()
    assert {
        identity["identity_id"]: identity["names"]
        for identity in subentry.data["identities"]
    } == {
        "F1": {ENTRY_IDS["flat"]: "Zoë"},
        "N1": {ENTRY_IDS["nested"]: "Zoë", ENTRY_IDS["flat"]: "Zoë B."},
    }


@pytest.mark.parametrize("name", ["", "佚名"])
async def test_nameless_person_is_found_by_id_and_named_by_the_user(
    hass: HomeAssistant, boxes: Boxes, people: PeopleConfigEntry, name: str
) -> None:
    """The box's own word for no name is none."""
    boxes.nested.state.enroll(Identity("N1", name))
    result = await submit(hass, await open_person_flow(hass, people), {"text": "N1"})
    assert list(offered(result)) == ["Unnamed (N1) · Employee · Old box"]
    result = await submit(hass, result, {"identities": ["0"]})
    assert suggestions(result) == {"name": ""}
    await submit(hass, result, {"name": "Cleaner"})
    [subentry] = people.subentries.values()
    [identity] = subentry.data["identities"]
    assert identity["names"] == {ENTRY_IDS["nested"]: ""}


@pytest.mark.parametrize("asked", [{}, {"text": "  ", "identity_ids": ["", " "]}])
async def test_search_for_nothing_is_refused_and_asks_no_box(
    hass: HomeAssistant, boxes: Boxes, people: PeopleConfigEntry, asked: dict[str, Any]
) -> None:
    """A box may have a hundred thousand people."""
    for box in boxes:
        box.requests.clear()
    result = await submit(hass, await open_person_flow(hass, people), asked)
    assert result["step_id"] == "search"
    assert result["errors"] == {"base": "no_text"}
    assert not any(
        is_about_people(request) for box in boxes for request in box.requests
    )


async def test_nameless_id_on_two_boxes_is_two_hits(
    hass: HomeAssistant, boxes: Boxes, people: PeopleConfigEntry
) -> None:
    """They may be two people."""
    for box in boxes:
        box.state.enroll(Identity("N1", ""))
    for number, name in enumerate(("Cleaner", "Gardener")):
        result = await open_person_flow(hass, people)
        result = await submit(hass, result, {"identity_ids": ["N1"]})
        assert (
            list(offered(result))
            == [
                "Unnamed (N1) · Employee · Old box",
                "Unnamed (N1) · Employee · New box",
            ][number:]
        )
        assert suggestions(result) == {"identities": []}
        result = await submit(hass, result, {"identities": [str(number)]})
        result = await submit(hass, result, {"name": name})
        assert result["type"] is FlowResultType.CREATE_ENTRY
    result = await open_person_flow(hass, people)
    result = await submit(hass, result, {"identity_ids": ["N1"]})
    assert not offers_selection(result)


async def test_form_without_a_selected_person_is_an_error(
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
    assert result["step_id"] == "select"


async def test_search_names_the_unreachable_box(
    hass: HomeAssistant, boxes: Boxes, people: PeopleConfigEntry
) -> None:
    """With and without hits on the other box."""
    await boxes.nested.port("rest").close()
    result = await submit(hass, await open_person_flow(hass, people), {"text": "Tim"})
    assert result["errors"] == {"base": "nobody_found_yet"}
    assert placeholders(result)["boxes"] == "Old box"

    result = await submit(hass, result, {"text": "Tom"})
    assert result["step_id"] == "select"
    assert "Not searched completely: Old box." in placeholders(result)["result"]
    result = await submit(hass, result, {"identities": ["0"]})
    assert result["step_id"] == "details"


async def test_search_names_the_box_that_cannot_be_searched(
    hass: HomeAssistant, boxes: Boxes, people: PeopleConfigEntry
) -> None:
    """Typing more of the name would not help."""
    boxes.flat.answer_instead["/sophon/v2/face/getidentities"] = CannedAnswer(404)
    result = await submit(hass, await open_person_flow(hass, people), {"text": "Tim"})
    assert result["errors"] == {"base": "nobody_found_elsewhere"}
    assert placeholders(result)["unsearchable"] == "New box"

    result = await submit(hass, result, {"text": "Tom"})
    assert list(offered(result)) == [f"Tom · {TOM} · Employee · Old box"]
    shown = placeholders(result)["result"]
    assert "Cannot be searched: New box." in shown
    assert "Not searched completely" not in shown


@pytest.mark.parametrize("data", [{"text": "Tom"}, {"identity_ids": [TOM]}])
async def test_box_whose_answer_has_photos_is_not_searched_while_they_are_forbidden(
    hass: HomeAssistant, boxes: Boxes, people: PeopleConfigEntry, data: dict[str, Any]
) -> None:
    """The answer of a 1.x box contains them; the form explains it."""
    for title in TITLES.values():
        await hass.services.async_call(
            "switch",
            "turn_off",
            {"entity_id": f"switch.{slugify(title)}_pictures"},
            blocking=True,
        )
    boxes.nested.requests.clear()
    result = await submit(hass, await open_person_flow(hass, people), data)
    assert result["step_id"] == "select"
    shown = placeholders(result)["result"]
    assert "Not searched: Old box. The answer would contain" in shown
    assert "![" not in shown
    assert list(offered(result)) == [f"Tom · {TOM} · Employee · New box"]
    result = await submit(hass, result, {"identities": ["0"]})
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
    """Pictures that are not selected do not leave the box."""
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
    """The form has an instruction."""
    result = await submit(hass, await open_person_flow(hass, people), {"text": "Tom"})
    assert result["errors"] == {"base": "no_boxes"}


@pytest.mark.parametrize("people_count", [100_000])
@pytest.mark.parametrize("text", ["e", "Ben", "20077777"])
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
        box.dialect: [request for request in box.requests if is_about_people(request)]
        for box in boxes
    }
    assert len(asked["nested"]) <= 3
    assert len(asked["flat"]) <= 2
    if text == "20077777":
        # One on each box: their people have the same ids.
        assert len(found) == 2
    shown = placeholders(result)["result"]
    assert "Not searched completely: Old box" in shown
    assert ("These are the first 100 people." in shown) == (len(found) == 100)
    # The browser requests each face; the search itself requests none.
    assert shown.count("![") == len(found)
