"""Repair issues of followed ids that have another name now."""

from collections.abc import Awaitable, Callable

import pytest

from custom_components.se_aibox.people.following import PeopleConfigEntry
from emulator import EmulatedBox
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from tests.integration.box.repairs_helpers import Repairs, issues
from tests.integration.helpers import FiredEvents

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

type TomFires = Callable[[EmulatedBox], Awaitable[bool]]
type RenameTom = Callable[[EmulatedBox, str], Awaitable[ir.IssueEntry]]

pytest_plugins = ["tests.integration.people.people_fixtures"]


@pytest.fixture
def tom_fires(hass: HomeAssistant, tom: str, fired: FiredEvents) -> TomFires:
    """Return whether Tom's event fires when a box sees him."""

    async def _fires(box: EmulatedBox) -> bool:
        return await fires(hass, box, fired)

    return _fires


@pytest.fixture
def rename_tom(hass: HomeAssistant, tom_fires: TomFires) -> RenameTom:
    """Rename Tom on a box: seeing him fires nothing and raises one issue."""

    async def _rename(box: EmulatedBox, name: str) -> ir.IssueEntry:
        box.state.rename_person(TOM, name)
        assert not await tom_fires(box)
        [issue] = issues(hass)
        return issue

    return _rename


async def test_renamed_id_fires_no_event_and_raises_one_issue(
    hass: HomeAssistant, boxes: Boxes, tom_fires: TomFires, rename_tom: RenameTom
) -> None:
    """It counts on no box, not even under the old name."""
    assert await tom_fires(boxes.nested)
    assert issues(hass) == []
    issue = await rename_tom(boxes.nested, "Tim")
    assert not await tom_fires(boxes.nested)
    assert not await tom_fires(boxes.flat)
    boxes.nested.state.rename_person(TOM, "Tom")
    assert not await tom_fires(boxes.nested)
    assert issues(hass) == [issue]
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
    # Diagnostics show the issue id.
    assert TOM not in issue.issue_id


async def test_different_case_is_the_same_name(
    hass: HomeAssistant, boxes: Boxes, tom_fires: TomFires
) -> None:
    """Blanks around it make no difference either."""
    for name in ("tom", " TOM "):
        boxes.flat.state.rename_person(TOM, name)
        assert await tom_fires(boxes.flat)
    assert issues(hass) == []


async def test_confirmed_name_counts_on_its_box_beside_the_old_one_elsewhere(
    hass: HomeAssistant,
    boxes: Boxes,
    tom: str,
    people: PeopleConfigEntry,
    tom_fires: TomFires,
    rename_tom: RenameTom,
    repairs: Repairs,
) -> None:
    """The other box may have the new name later."""
    issue = await rename_tom(boxes.nested, "Tim")
    menu = await repairs.open(issue)
    assert menu["type"] == "menu"
    assert menu["description_placeholders"] == issue.translation_placeholders
    result = await repairs.choose(menu, "same_person")
    assert result["type"] == "create_entry"
    await hass.async_block_till_done()
    assert issues(hass) == []
    assert await tom_fires(boxes.nested)
    assert await tom_fires(boxes.flat)
    assert people.subentries[tom].title == "Tom"
    [identity] = people.subentries[tom].data["identities"]
    assert identity["names"] == {ENTRY_IDS["nested"]: "Tim", ENTRY_IDS["flat"]: "Tom"}

    # The other box renames the person, too, to a name that is known by now.
    boxes.flat.state.rename_person(TOM, "Tim")
    assert await tom_fires(boxes.flat)
    boxes.flat.state.rename_person(TOM, "Tom")
    assert not await tom_fires(boxes.flat)


async def test_rejected_id_is_no_longer_followed(
    hass: HomeAssistant,
    boxes: Boxes,
    tom: str,
    people: PeopleConfigEntry,
    tom_fires: TomFires,
    rename_tom: RenameTom,
    repairs: Repairs,
) -> None:
    """The person stays and can get the id again."""
    issue = await rename_tom(boxes.flat, "Tim")
    result = await repairs.choose(await repairs.open(issue), "stop_following")
    assert result["type"] == "create_entry"
    await hass.async_block_till_done()
    assert issues(hass) == []
    assert people.subentries[tom].data["identities"] == []
    boxes.flat.state.rename_person(TOM, "Tom")
    assert not await tom_fires(boxes.flat)
    assert issues(hass) == []

    form = await open_reconfiguration(hass, people, tom)
    assert form["menu_options"] == ["name", "person", "search"]
    form = await submit(hass, form, {"next_step_id": "search"})
    form = await submit(hass, form, {"identity_ids": [TOM]})
    await submit(hass, form, {"identities": ["0"]})
    assert await tom_fires(boxes.flat)


async def test_issue_is_raised_again_when_the_people_are_loaded_again(
    hass: HomeAssistant,
    boxes: Boxes,
    tom: str,
    people: PeopleConfigEntry,
    tom_fires: TomFires,
    rename_tom: RenameTom,
) -> None:
    """The event still does not fire."""
    await rename_tom(boxes.nested, "Tim")
    await hass.config_entries.async_unload(people.entry_id)
    assert issues(hass) == []
    await hass.config_entries.async_setup(people.entry_id)
    await hass.async_block_till_done()
    assert len(issues(hass)) == 1
    assert not await tom_fires(boxes.nested)
    hass.config_entries.async_remove_subentry(people, tom)
    await hass.async_block_till_done()
    assert issues(hass) == []


async def test_choosing_the_id_by_its_new_name_settles_the_issue(
    hass: HomeAssistant,
    boxes: Boxes,
    tom: str,
    people: PeopleConfigEntry,
    tom_fires: TomFires,
    rename_tom: RenameTom,
    repairs: Repairs,
) -> None:
    """A dialog that is still open ends with a reason."""
    issue = await rename_tom(boxes.nested, "Tim")
    menu = await repairs.open(issue)
    form = await reconfigure(hass, people, tom, "search")
    form = await submit(hass, form, {"text": "Tim"})
    await submit(hass, form, {"identities": ["0"]})
    await hass.async_block_till_done()
    assert issues(hass) == []
    assert await tom_fires(boxes.nested)
    result = await repairs.choose(menu, "same_person")
    assert result["type"] == "abort"
    assert result["reason"] == "no_longer_asked"


async def test_settled_question_is_not_shown_again(
    hass: HomeAssistant,
    boxes: Boxes,
    tom: str,
    people: PeopleConfigEntry,
    rename_tom: RenameTom,
    repairs: Repairs,
) -> None:
    """Without its issue, nobody would know whom it is about."""
    issue = await rename_tom(boxes.nested, "Tim")
    menu = await repairs.open(issue)
    again = await repairs.reopen(menu)
    assert again["description_placeholders"] == issue.translation_placeholders
    form = await reconfigure(hass, people, tom, "search")
    form = await submit(hass, form, {"text": "Tim"})
    await submit(hass, form, {"identities": ["0"]})
    await hass.async_block_till_done()
    assert issues(hass) == []
    assert (await repairs.reopen(menu))["reason"] == "no_longer_asked"


@pytest.mark.parametrize("answer", ["same_person", "stop_following"])
async def test_answer_about_unloaded_people_changes_nothing(
    hass: HomeAssistant,
    boxes: Boxes,
    people: PeopleConfigEntry,
    rename_tom: RenameTom,
    repairs: Repairs,
    answer: str,
) -> None:
    """The dialog ends with a reason."""
    issue = await rename_tom(boxes.nested, "Tim")
    menu = await repairs.open(issue)
    await hass.config_entries.async_unload(people.entry_id)
    result = await repairs.choose(menu, answer)
    assert result["reason"] == "no_longer_asked"


async def test_each_renamed_id_has_an_issue_of_its_own(
    hass: HomeAssistant,
    boxes: Boxes,
    tom: str,
    people: PeopleConfigEntry,
    fired: FiredEvents,
    tom_fires: TomFires,
    repairs: Repairs,
) -> None:
    """An answer to one leaves the other."""
    await follow(hass, people, "小明", "666666")
    for name in ("小明", "小红"):
        boxes.flat.state.rename_person("666666", name)
        await see(fired, boxes.flat, person_of(boxes.flat, "666666"))
    boxes.flat.state.rename_person(TOM, "")
    assert not await tom_fires(boxes.flat)
    ming, nameless = issues(hass)
    assert nameless.translation_placeholders is not None
    assert nameless.translation_placeholders["new_name"] == "–"
    await repairs.choose(await repairs.open(ming), "same_person")
    await hass.async_block_till_done()
    assert issues(hass) == [nameless]
    hass.config_entries.async_remove_subentry(people, tom)
    await hass.async_block_till_done()
    assert issues(hass) == []


async def test_issue_stays_when_its_box_is_removed(
    hass: HomeAssistant,
    boxes: Boxes,
    people: PeopleConfigEntry,
    rename_tom: RenameTom,
) -> None:
    """It has no name for the box then."""
    await rename_tom(boxes.nested, "Tim")
    await hass.config_entries.async_remove(ENTRY_IDS["nested"])
    await hass.config_entries.async_reload(people.entry_id)
    await hass.async_block_till_done()
    [issue] = issues(hass)
    assert issue.translation_placeholders is not None
    assert issue.translation_placeholders["box"] == "–"
