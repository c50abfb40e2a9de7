"""A followed id that has another name now: nothing fires until the user says who it is."""

import pytest

from custom_components.se_aibox.people.following import PeopleConfigEntry
from homeassistant.core import HomeAssistant
from tests.integration.box.repairs_helpers import Repairs, issues
from tests.integration.helpers import Heard

from .followed_people import (
    ENTRY_IDS,
    TOM,
    Boxes,
    follow,
    open_reconfiguration,
    person_of,
    reconfigure,
    submit,
)
from .seen_people import fires, see

pytest_plugins = ["tests.integration.people.people_fixtures"]


async def test_another_name_stops_the_person(
    hass: HomeAssistant, boxes: Boxes, tom: str, heard: Heard
) -> None:
    """From the first recognition with another name on, the id is nobody's, on any box; the user is asked once."""
    assert await fires(hass, boxes.nested, heard)
    assert issues(hass) == []
    boxes.nested.state.rename_person(TOM, "Tim")
    assert not await fires(hass, boxes.nested, heard)
    assert not await fires(hass, boxes.nested, heard)
    assert not await fires(hass, boxes.flat, heard)
    boxes.nested.state.rename_person(TOM, "Tom")
    assert not await fires(hass, boxes.nested, heard)
    [issue] = issues(hass)
    assert issue.is_fixable
    assert issue.translation_placeholders == {
        "person": "Tom",
        "identity_id": TOM,
        "old_name": "Tom",
        "new_name": "Tim",
        "box": "Old box",
        "person_markdown": "Tom",
        "identity_id_markdown": TOM,
        "old_name_markdown": "Tom",
        "new_name_markdown": "Tim",
        "box_markdown": "Old box",
    }
    # Diagnostics show it.
    assert TOM not in issue.issue_id


async def test_spelling_counts(
    hass: HomeAssistant, boxes: Boxes, tom: str, heard: Heard
) -> None:
    """Names are compared exactly."""
    boxes.flat.state.rename_person(TOM, "tom")
    assert not await fires(hass, boxes.flat, heard)
    assert len(issues(hass)) == 1


async def test_still_the_same_person(
    hass: HomeAssistant,
    boxes: Boxes,
    tom: str,
    people: PeopleConfigEntry,
    heard: Heard,
    repairs: Repairs,
) -> None:
    """Once confirmed, the new name counts there, and the old one where the box still has it."""
    boxes.nested.state.rename_person(TOM, "Tim")
    assert not await fires(hass, boxes.nested, heard)
    [issue] = issues(hass)
    menu = await repairs.open(issue)
    assert menu["type"] == "menu"
    assert menu["description_placeholders"] == issue.translation_placeholders
    result = await repairs.choose(menu, "same_person")
    assert result["type"] == "create_entry"
    await hass.async_block_till_done()
    assert issues(hass) == []
    assert await fires(hass, boxes.nested, heard)
    assert await fires(hass, boxes.flat, heard)
    assert people.subentries[tom].title == "Tom"
    [identity] = people.subentries[tom].data["identities"]
    assert identity["names"] == {ENTRY_IDS["nested"]: "Tim", ENTRY_IDS["flat"]: "Tom"}

    # The other box follows: that name is known already.
    boxes.flat.state.rename_person(TOM, "Tim")
    assert await fires(hass, boxes.flat, heard)
    boxes.flat.state.rename_person(TOM, "Tom")
    assert not await fires(hass, boxes.flat, heard)


async def test_stop_following(
    hass: HomeAssistant,
    boxes: Boxes,
    tom: str,
    people: PeopleConfigEntry,
    heard: Heard,
    repairs: Repairs,
) -> None:
    """An id that is somebody else's now is followed no more; the person stays, and can get another id."""
    boxes.flat.state.rename_person(TOM, "Tim")
    assert not await fires(hass, boxes.flat, heard)
    [issue] = issues(hass)
    result = await repairs.choose(await repairs.open(issue), "stop_following")
    assert result["type"] == "create_entry"
    await hass.async_block_till_done()
    assert issues(hass) == []
    assert people.subentries[tom].data["identities"] == []
    boxes.flat.state.rename_person(TOM, "Tom")
    assert not await fires(hass, boxes.flat, heard)
    assert issues(hass) == []

    form = await open_reconfiguration(hass, people, tom)
    assert form["menu_options"] == ["details", "search"]
    form = await submit(hass, form, {"next_step_id": "search"})
    form = await submit(hass, form, {"identity_ids": [TOM]})
    await submit(hass, form, {"identities": ["0"]})
    assert await fires(hass, boxes.flat, heard)


async def test_question_outlives_a_restart(
    hass: HomeAssistant,
    boxes: Boxes,
    tom: str,
    people: PeopleConfigEntry,
    heard: Heard,
) -> None:
    """While the entry is not loaded nothing is asked; loaded again, it asks again and still does not fire."""
    boxes.nested.state.rename_person(TOM, "Tim")
    assert not await fires(hass, boxes.nested, heard)
    await hass.config_entries.async_unload(people.entry_id)
    assert issues(hass) == []
    await hass.config_entries.async_setup(people.entry_id)
    await hass.async_block_till_done()
    assert len(issues(hass)) == 1
    assert not await fires(hass, boxes.nested, heard)
    hass.config_entries.async_remove_subentry(people, tom)
    await hass.async_block_till_done()
    assert issues(hass) == []


async def test_settled_elsewhere(
    hass: HomeAssistant,
    boxes: Boxes,
    tom: str,
    people: PeopleConfigEntry,
    heard: Heard,
    repairs: Repairs,
) -> None:
    """Choosing the id by its new name answers the question; a dialogue that is still open says so."""
    boxes.nested.state.rename_person(TOM, "Tim")
    assert not await fires(hass, boxes.nested, heard)
    [issue] = issues(hass)
    menu = await repairs.open(issue)
    form = await reconfigure(hass, people, tom, "search")
    form = await submit(hass, form, {"text": "Tim"})
    await submit(hass, form, {"identities": ["0"]})
    await hass.async_block_till_done()
    assert issues(hass) == []
    assert await fires(hass, boxes.nested, heard)
    result = await repairs.choose(menu, "same_person")
    assert result["type"] == "abort"
    assert result["reason"] == "no_longer_asked"


@pytest.mark.parametrize("answer", ["same_person", "stop_following"])
async def test_person_is_gone(
    hass: HomeAssistant,
    boxes: Boxes,
    tom: str,
    people: PeopleConfigEntry,
    heard: Heard,
    repairs: Repairs,
    answer: str,
) -> None:
    """An answer about people who are not loaded any more changes nothing."""
    boxes.nested.state.rename_person(TOM, "Tim")
    assert not await fires(hass, boxes.nested, heard)
    [issue] = issues(hass)
    menu = await repairs.open(issue)
    await hass.config_entries.async_unload(people.entry_id)
    result = await repairs.choose(menu, answer)
    assert result["reason"] == "no_longer_asked"


async def test_two_people_two_questions(
    hass: HomeAssistant,
    boxes: Boxes,
    tom: str,
    people: PeopleConfigEntry,
    heard: Heard,
    repairs: Repairs,
) -> None:
    """Every renamed id is a question of its own; answering one leaves the other."""
    await follow(hass, people, "小明", "666666")
    for name in ("小明", "小红"):
        boxes.flat.state.rename_person("666666", name)
        await see(heard, boxes.flat, person_of(boxes.flat, "666666"))
    boxes.flat.state.rename_person(TOM, "")
    assert not await fires(hass, boxes.flat, heard)
    ming, nameless = issues(hass)
    assert nameless.translation_placeholders is not None
    assert nameless.translation_placeholders["new_name"] == "–"
    await repairs.choose(await repairs.open(ming), "same_person")
    await hass.async_block_till_done()
    assert issues(hass) == [nameless]
    hass.config_entries.async_remove_subentry(people, tom)
    await hass.async_block_till_done()
    assert issues(hass) == []


async def test_box_of_the_question_is_removed(
    hass: HomeAssistant,
    boxes: Boxes,
    tom: str,
    people: PeopleConfigEntry,
    heard: Heard,
) -> None:
    """A question about a box that is gone can still be answered."""
    boxes.nested.state.rename_person(TOM, "Tim")
    assert not await fires(hass, boxes.nested, heard)
    await hass.config_entries.async_remove(ENTRY_IDS["nested"])
    await hass.config_entries.async_reload(people.entry_id)
    await hass.async_block_till_done()
    [issue] = issues(hass)
    assert issue.translation_placeholders is not None
    assert issue.translation_placeholders["box"] == "–"
