"""Following people in the user interface."""

import re
from typing import Any

import pytest

from custom_components.se_aibox.const import DOMAIN
from custom_components.se_aibox.people.flow import PersonFlow
from custom_components.se_aibox.people.following import PeopleConfigEntry
from emulator import Identity
from homeassistant.components.person import DOMAIN as PERSON_DOMAIN
from homeassistant.config_entries import (
    SOURCE_RECONFIGURE,
    SOURCE_USER,
    ConfigEntryState,
    ConfigFlowResult,
)
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import entity_registry as er
from homeassistant.setup import async_setup_component
from tests.integration.conftest import ClientGenerator
from tests.integration.helpers import state_of
from tests.integration.texts import LANGUAGES, texts

from .followed_people import (
    ENTRY_IDS,
    TOM,
    Boxes,
    follow,
    make_people_entry,
    offered,
    offers_selection,
    open_person_flow,
    placeholders,
    reconfigure,
    submit,
    suggestions,
)

pytest_plugins = ["tests.integration.people.people_fixtures"]


async def choose_follow_people(hass: HomeAssistant) -> ConfigFlowResult:
    """Choose to follow people in the menu of the integration."""
    result = await hass.config_entries.flow.async_init(
        DOMAIN, context={"source": SOURCE_USER}
    )
    return await answer(hass, result, {"next_step_id": "people"})


async def answer(
    hass: HomeAssistant, result: ConfigFlowResult, user_input: dict[str, Any]
) -> ConfigFlowResult:
    """Submit the current step of a config flow."""
    return await hass.config_entries.flow.async_configure(result["flow_id"], user_input)


def followed_names(hass: HomeAssistant) -> list[str]:
    """Return the titles of all followed people."""
    return [
        subentry.title
        for entry in hass.config_entries.async_entries(DOMAIN)
        for subentry in entry.subentries.values()
    ]


async def test_people_entry_is_created_with_the_first_person(
    hass: HomeAssistant, boxes: Boxes
) -> None:
    """One dialog searches, shows and names the person."""
    result = await choose_follow_people(hass)
    assert result["step_id"] == "search"
    result = await answer(hass, result, {"text": "Tom"})
    assert result["step_id"] == "select"
    assert suggestions(result) == {"identities": ["0"]}
    result = await answer(hass, result, {"identities": ["0"]})
    assert result["step_id"] == "details"
    result = await answer(hass, result, {"name": "Tom"})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["title"] == "Followed people"
    assert result["data"] == {"entry_type": "people"}
    await hass.async_block_till_done()
    entry = result["result"]
    assert entry.state is ConfigEntryState.LOADED
    assert list(entry.supported_subentry_types) == ["person"]
    assert followed_names(hass) == ["Tom"]
    assert state_of(hass, "sensor.tom_last_location") == "unknown"


async def test_people_entry_has_a_title_in_the_language_of_home_assistant(
    hass: HomeAssistant,
) -> None:
    """The language is Chinese here; no one has to be enrolled yet."""
    hass.config.language = "zh-Hans"
    result = await choose_follow_people(hass)
    result = await answer(hass, result, {"identity_ids": ["7"]})
    result = await answer(hass, result, {"identities": ["0"]})
    result = await answer(hass, result, {"name": "小明"})
    assert result["title"] == "关注的人员"
    await hass.async_block_till_done()


@pytest.mark.parametrize("source", [SOURCE_USER, SOURCE_RECONFIGURE])
async def test_more_people_are_followed_from_wherever_the_flow_is_opened(
    hass: HomeAssistant, boxes: Boxes, people: PeopleConfigEntry, source: str
) -> None:
    """“Follow people” and “Reconfigure” of the entry search, too."""
    if source == SOURCE_USER:
        result = await choose_follow_people(hass)
    else:
        result = await hass.config_entries.flow.async_init(
            DOMAIN, context={"source": source, "entry_id": people.entry_id}
        )
    result = await answer(hass, result, {"identity_ids": [TOM, "666666"]})
    result = await answer(hass, result, {"identities": ["0", "1"]})
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "people_followed"
    assert result["description_placeholders"] == {"people": "Tom\\, 小明"}
    await hass.async_block_till_done()
    assert followed_names(hass) == ["Tom", "小明"]
    assert state_of(hass, "sensor.tom_last_location") == "unknown"


async def test_people_cannot_be_added_to_an_unloaded_entry(
    hass: HomeAssistant, people: PeopleConfigEntry
) -> None:
    """Both flows end with an instruction."""
    await hass.config_entries.async_unload(people.entry_id)
    subentry_result = await open_person_flow(hass, people)
    assert subentry_result["type"] is FlowResultType.ABORT
    assert subentry_result["reason"] == "entry_not_loaded"
    result = await choose_follow_people(hass)
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "people_not_loaded"


async def test_abandoned_flow_follows_no_one(hass: HomeAssistant, boxes: Boxes) -> None:
    """No entry is created, either."""
    opened = await choose_follow_people(hass)
    hass.config_entries.flow.async_abort(opened["flow_id"])
    result = await hass.config_entries.flow.async_init(
        DOMAIN, context={"source": SOURCE_USER}
    )
    hass.config_entries.flow.async_abort(result["flow_id"])
    assert len(hass.config_entries.async_entries(DOMAIN)) == len(ENTRY_IDS)


async def test_entry_of_a_box_has_no_people(hass: HomeAssistant, boxes: Boxes) -> None:
    """Only the people entry has them."""
    for entry_id in ENTRY_IDS.values():
        entry = hass.config_entries.async_get_known_entry(entry_id)
        assert entry.supported_subentry_types == {}


async def test_several_people_are_followed_at_once(
    hass: HomeAssistant, boxes: Boxes, people: PeopleConfigEntry
) -> None:
    """Each gets a device, with the name that the box has."""
    boxes.flat.state.enroll(Identity("N1", ""))
    result = await open_person_flow(hass, people)
    result = await submit(hass, result, {"identity_ids": [TOM, "666666", "N1"]})
    result = await submit(hass, result, {"identities": ["0", "1", "2"]})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    await hass.async_block_till_done()
    assert followed_names(hass) == ["Tom", "小明", "Unnamed (N1)"]
    assert [
        [identity["identity_id"] for identity in subentry.data["identities"]]
        for subentry in people.subentries.values()
    ] == [[TOM], ["666666"], ["N1"]]
    assert state_of(hass, "sensor.tom_last_location") == "unknown"
    assert state_of(hass, "sensor.unnamed_n1_last_location") == "unknown"


async def test_search_can_be_repeated_until_a_person_is_selected(
    hass: HomeAssistant, boxes: Boxes, people: PeopleConfigEntry
) -> None:
    """A search without hits keeps the result of the one before."""
    result = await open_person_flow(hass, people)
    result = await submit(hass, result, {"text": "Anna"})
    anna = list(offered(result))
    result = await submit(hass, result, {"identities": ["0"], "text": "Nobody"})
    assert result["step_id"] == "select"
    assert result["errors"] == {"base": "nobody_found"}
    assert list(offered(result)) == anna
    assert suggestions(result) == {"identities": ["0"], "text": "Nobody"}

    result = await submit(hass, result, {"identities": ["0"], "text": "Tom"})
    assert result["errors"] == {}
    assert list(offered(result)) == [f"Tom · {TOM} · Employee · Old box, New box"]
    assert suggestions(result) == {"identities": ["0"]}
    result = await submit(hass, result, {"identities": [], "identity_ids": ["666666"]})
    assert list(offered(result)) == ["小明 · 666666 · VIP · Old box, New box"]
    assert followed_names(hass) == []


async def test_followed_people_are_marked_and_not_offered(
    hass: HomeAssistant, boxes: Boxes, people: PeopleConfigEntry
) -> None:
    """The numbers of the others stay those of the photos."""
    await follow(hass, people, "Thomas *", TOM)
    result = await open_person_flow(hass, people)
    result = await submit(hass, result, {"identity_ids": [TOM, "666666"]})
    assert offered(result) == {"小明 · 666666 · VIP · Old box, New box": "1"}
    assert "\n|1|2|\n" in placeholders(result)["result"]
    label = f"1 · Tom · {TOM} · Employee · Old box\\, New box"
    assert f"Already followed as Thomas \\*: {label}" in placeholders(result)["result"]
    result = await submit(hass, result, {"identities": ["1"], "text": "Tom"})
    assert not offers_selection(result)
    result = await submit(hass, result, {})
    assert result["errors"] == {"base": "everybody_followed"}


async def test_person_followed_since_the_search_is_refused(
    hass: HomeAssistant, boxes: Boxes, people: PeopleConfigEntry
) -> None:
    """The form names that person."""
    result = await open_person_flow(hass, people)
    result = await submit(hass, result, {"text": "Tom"})
    await follow(hass, people, "Thomas", TOM)
    result = await submit(hass, result, {"identities": ["0"]})
    assert result["step_id"] == "select"
    assert result["errors"] == {"base": "already_followed"}
    assert placeholders(result)["person"] == "Thomas"
    assert placeholders(result)["identity_id"] == TOM
    assert len(people.subentries) == 1


async def test_same_id_on_two_boxes_may_be_two_followed_people(
    hass: HomeAssistant, boxes: Boxes, people: PeopleConfigEntry
) -> None:
    """Their names differ."""
    boxes.nested.state.enroll(Identity("1", "Ada"))
    boxes.flat.state.enroll(Identity("1", "Grace"))
    for name in ("Ada", "Grace"):
        result = await open_person_flow(hass, people)
        result = await submit(hass, result, {"text": name})
        result = await submit(hass, result, {"identities": ["0"]})
        result = await submit(hass, result, {"name": name})
        assert result["type"] is FlowResultType.CREATE_ENTRY
    assert [subentry.title for subentry in people.subentries.values()] == [
        "Ada",
        "Grace",
    ]


async def test_new_name_renames_the_device_and_its_entities(
    hass: HomeAssistant, boxes: Boxes, people: PeopleConfigEntry
) -> None:
    """The followed ids stay as they are."""
    subentry_id = await follow(hass, people, "Tom", TOM)
    before = people.subentries[subentry_id].data
    result = await reconfigure(hass, people, subentry_id, "name")
    assert suggestions(result) == {"name": "Tom"}
    result = await submit(hass, result, {"name": "Thomas"})
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "reconfigure_successful"
    await hass.async_block_till_done()
    assert people.subentries[subentry_id].title == "Thomas"
    assert people.subentries[subentry_id].data == before
    state = hass.states.get("event.tom_recognition")
    assert state is not None
    assert state.name == "Thomas Recognition"


async def test_home_assistant_person_is_an_attribute_of_the_entities(
    hass: HomeAssistant, boxes: Boxes, people: PeopleConfigEntry
) -> None:
    """The person may get another entity id."""
    assert await async_setup_component(
        hass, PERSON_DOMAIN, {PERSON_DOMAIN: [{"id": "t1", "name": "Thomas"}]}
    )
    subentry_id = await follow(hass, people, "Tom", TOM)
    result = await reconfigure(hass, people, subentry_id, "person")
    assert suggestions(result) == {"person": None}
    result = await submit(hass, result, {"person": "person.thomas"})
    await hass.async_block_till_done()
    assert person_shown(hass) == "person.thomas"

    er.async_get(hass).async_update_entity(
        "person.thomas", new_entity_id="person.tom_tailor"
    )
    await hass.async_block_till_done()
    result = await reconfigure(hass, people, subentry_id, "name")
    result = await submit(hass, result, {"name": " "})
    assert result["errors"] == {"name": "no_name"}
    await submit(hass, result, {"name": "Tom Taylor"})
    await hass.async_block_till_done()
    assert person_shown(hass) == "person.tom_tailor"

    result = await reconfigure(hass, people, subentry_id, "person")
    assert suggestions(result) == {"person": "person.tom_tailor"}
    await submit(hass, result, {})
    await hass.async_block_till_done()
    assert person_shown(hass) is None
    assert people.subentries[subentry_id].title == "Tom Taylor"


def person_shown(hass: HomeAssistant) -> str | None:
    """Return the Home Assistant person that Tom's entities show."""
    state = hass.states.get("sensor.tom_last_location")
    assert state is not None
    return state.attributes.get("person_entity_id")


async def test_home_assistant_person_without_registry_entry_is_an_attribute(
    hass: HomeAssistant, people: PeopleConfigEntry
) -> None:
    """It is stored by its entity id."""
    hass.states.async_set("person.legacy", "home")
    result = await open_person_flow(hass, people)
    result = await submit(hass, result, {"identity_ids": ["7"]})
    result = await submit(hass, result, {"identities": ["0"]})
    await submit(hass, result, {"name": "Old", "person": "person.legacy"})
    await hass.async_block_till_done()
    state = hass.states.get("sensor.old_last_location")
    assert state is not None
    assert state.attributes["person_entity_id"] == "person.legacy"


async def test_ids_can_be_added_to_a_followed_person(
    hass: HomeAssistant, boxes: Boxes, people: PeopleConfigEntry
) -> None:
    """The form does not ask for the name again."""
    subentry_id = await follow(hass, people, "Tom", TOM)
    result = await reconfigure(hass, people, subentry_id, "search")
    result = await submit(hass, result, {"identity_ids": ["77", TOM]})
    result = await submit(hass, result, {"identities": ["0", "1"]})
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "reconfigure_successful"
    result = await reconfigure(hass, people, subentry_id, "search")
    result = await submit(hass, result, {"text": "小明"})
    await submit(hass, result, {"identities": ["0"]})
    subentry = people.subentries[subentry_id]
    assert subentry.title == "Tom"
    assert [item["identity_id"] for item in subentry.data["identities"]] == [
        TOM,
        "77",
        "666666",
    ]


async def test_all_ids_but_the_last_can_be_removed(
    hass: HomeAssistant, people: PeopleConfigEntry
) -> None:
    """The form refuses to remove the last one."""
    subentry_id = await follow(hass, people, "Tom", TOM, "77")
    result = await reconfigure(hass, people, subentry_id, "forget")
    assert list(offered(result)) == [TOM, "77"]
    result = await submit(hass, result, {"identities": [TOM, "77"]})
    assert result["errors"] == {"identities": "nothing_left"}
    await submit(hass, result, {"identities": ["77"]})
    subentry = people.subentries[subentry_id]
    assert [item["identity_id"] for item in subentry.data["identities"]] == [TOM]


async def test_forms_of_the_flow_can_be_sent_as_json(
    hass: HomeAssistant, boxes: Boxes, hass_client: ClientGenerator
) -> None:
    """Every step is answered over HTTP."""
    assert await async_setup_component(hass, "config", {})
    entry = make_people_entry()
    await hass.config_entries.async_add(entry)
    client = await hass_client()
    flows = "/api/config/config_entries/subentries/flow"
    response = await client.post(flows, json={"handler": [entry.entry_id, "person"]})
    form = await response.json()
    assert [field["name"] for field in form["data_schema"]] == ["text", "identity_ids"]
    flow = f"{flows}/{form['flow_id']}"
    form = await (await client.post(flow, json={"text": "Tom"})).json()
    assert [field["name"] for field in form["data_schema"]] == [
        "identities",
        "text",
        "identity_ids",
    ]
    form = await (await client.post(flow, json={"identities": ["0"]})).json()
    assert [field["name"] for field in form["data_schema"]] == ["name", "person"]
    response = await client.post(flow, json={"name": "Tom"})
    assert (await response.json())["type"] == "create_entry"
    assert state_of(hass, "sensor.tom_last_location") == "unknown"


async def test_every_step_has_texts_with_the_same_placeholders(
    hass: HomeAssistant,
) -> None:
    """Both languages have them."""
    english, chinese = (blanks(texts(language)) for language in LANGUAGES)
    assert english == chinese
    for language in LANGUAGES:
        config = texts(language)["config"]
        person = texts(language)["config_subentries"]["person"]
        # The same dialog in both flows.
        for step in ("search", "select", "details"):
            assert config["step"][step] == person["step"][step]
        shared = person["error"].keys() - {"nothing_left"}
        assert {key: config["error"][key] for key in shared}.items() <= (
            person["error"].items()
        )
    assert person["step"].keys() == {
        name.removeprefix("async_step_")
        for name in vars(PersonFlow)
        if name.startswith("async_step_") and name != "async_step_user"
    }


def blanks(translation: dict[str, Any]) -> dict[str, set[str]]:
    """Return the placeholders of all texts about people, by path."""
    found: dict[str, set[str]] = {}

    def collect(path: str, value: Any) -> None:
        if isinstance(value, str):
            found[path] = set(re.findall(r"{(\w+)}", value))
            return
        for key, inner in value.items():
            collect(f"{path}/{key}", inner)

    collect("subentries", translation["config_subentries"])
    collect("renamed", translation["issues"]["identity_renamed"])
    collect("unconfirmed", translation["issues"]["identity_unconfirmed"])
    collect("menu", translation["config"]["step"]["user"])
    return found
