"""What all actions have in common."""

from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockUser  # type: ignore[import-untyped]  # It ships no py.typed.
import voluptuous as vol

from custom_components.se_aibox.const import DOMAIN
from custom_components.se_aibox.people.following import PeopleConfigEntry
from emulator import EmulatedBox, EmulatedSe3
from homeassistant.components import automation
from homeassistant.core import HomeAssistant, SupportsResponse
from homeassistant.exceptions import (
    HomeAssistantError,
    ServiceValidationError,
    Unauthorized,
)
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.service import async_get_all_descriptions
from homeassistant.setup import async_setup_component
from tests.integration.conftest import SetUp
from tests.integration.documents import example_ids, examples
from tests.integration.helpers import ENTRY_ID, NEAR, FiredEvents
from tests.integration.people.followed_people import PEOPLE_ENTRY_ID
from tests.integration.recognition.automation_helpers import box_device_id, doors_of
from tests.integration.se3.se3_helpers import add, make_se3_entry
from tests.integration.texts import LANGUAGES, assert_described, icons, texts

from .action_helpers import NAMES, act, fields_of, of_box

pytest_plugins = [
    "tests.integration.people.people_fixtures",
    "tests.integration.se3.se3_fixtures",
]

type Call = tuple[str, dict[str, object]]

PICTURE = {"entity_id": "image.front_door_face"}
WHO: dict[str, object] = {"identity_id": "10023", "name": "小明"}
ASKING: tuple[Call, ...] = (
    ("recognize_picture", of_box(**PICTURE)),
    ("search_by_picture", of_box(**PICTURE)),
    (
        "enroll_person",
        of_box(**PICTURE, identity_id="10023", name="小明", permission_group="vip"),
    ),
    ("get_people", of_box()),
    ("get_groups", of_box()),
    ("update_person", of_box(**WHO, new_name="小红")),
    ("delete_person", of_box(**WHO)),
)


async def test_actions_are_registered_without_a_box(hass: HomeAssistant) -> None:
    """Automations are checked even while no box is loaded."""
    assert await async_setup_component(hass, DOMAIN, {})
    registered = hass.services.async_services_for_domain(DOMAIN)
    assert registered.keys() == NAMES
    assert {
        name: service.supports_response for name, service in registered.items()
    } == {
        "answer_question": SupportsResponse.ONLY,
        "export_attendance": SupportsResponse.ONLY,
        "get_attendance": SupportsResponse.ONLY,
        "get_people_inside": SupportsResponse.ONLY,
        "get_recognitions": SupportsResponse.ONLY,
        "recognize_picture": SupportsResponse.ONLY,
        "search_by_picture": SupportsResponse.ONLY,
        "start_roll_call": SupportsResponse.OPTIONAL,
        "delete_person": SupportsResponse.OPTIONAL,
        "enroll_person": SupportsResponse.OPTIONAL,
        "forget_person": SupportsResponse.OPTIONAL,
        "get_groups": SupportsResponse.ONLY,
        "get_people": SupportsResponse.ONLY,
        "ignore_stranger": SupportsResponse.NONE,
        "open_door": SupportsResponse.NONE,
        "simulate_recognition": SupportsResponse.NONE,
        "update_person": SupportsResponse.OPTIONAL,
    }


@pytest.mark.parametrize("dialect", ["nested"])
async def test_every_action_but_get_recognitions_needs_an_administrator(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, hass_read_only_user: MockUser
) -> None:
    """Other users are refused before the box receives a request."""
    front_door, *_ = doors_of(hass, box, await set_up())
    asked = len(box.requests)
    open_door: Call = ("open_door", {"device_id": front_door.device_id})
    question: Call = ("answer_question", {**NEAR, "question": "Who came?"})
    forgetting: Call = ("forget_person", WHO)
    for action, data in (*ASKING, open_door, question, forgetting):
        with pytest.raises(Unauthorized):
            await act(hass, action, data, user=hass_read_only_user)
    assert len(box.requests) == asked
    await act(hass, "get_recognitions", {}, target=NEAR, user=hass_read_only_user)


@pytest.mark.parametrize("dialect", ["nested"])
async def test_automation_uses_the_responses_in_templates(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """The configuration is the one that the editor writes."""
    await set_up()
    reports = FiredEvents(hass, "report")
    config = {
        "alias": "Ask",
        "triggers": {
            "trigger": "se_aibox.person_recognized",
            "target": NEAR,
        },
        "actions": [
            {
                "action": "se_aibox.recognize_picture",
                "data": {
                    "config_entry_id": "{{ trigger.entry_id }}",
                    "media": "{{ trigger.pictures.reference }}",
                },
                "response_variable": "answer",
            },
            {
                "action": "se_aibox.get_recognitions",
                "target": {"device_id": "{{ trigger.device_id }}"},
                "data": {"limit": 1},
                "response_variable": "past",
            },
            {
                "event": "report",
                "event_data": {
                    "who": "{{ answer.identity_name }}",
                    "earlier": "{{ past.recognitions | length }}",
                },
            },
        ],
    }
    assert await async_setup_component(hass, automation.DOMAIN, {"automation": config})
    await hass.async_block_till_done()
    await box.recognize(box.devices[0], box.people[1])
    assert await reports.next() == {"who": box.people[1].name, "earlier": 1}


@pytest.mark.parametrize("call", ASKING, ids=[action for action, _ in ASKING])
async def test_unreachable_box_is_named_in_the_error(
    hass: HomeAssistant,
    box: EmulatedBox,
    set_up: SetUp,
    fired: FiredEvents,
    call: Call,
) -> None:
    """Nothing was sent, so the user may try again."""
    await set_up()
    # The camera shows somebody from now on.
    await box.recognize(box.devices[0], box.people[0])
    await fired.next()
    await box.port("rest").close()
    with pytest.raises(HomeAssistantError) as raised:
        await act(hass, *call)
    assert raised.value.translation_key == "box_no_answer"
    assert "BM1684-180 did not answer" in str(raised.value)


async def test_get_recognitions_fails_when_the_box_is_unreachable(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """An empty list would mean that nobody came."""
    await set_up()
    await box.port("rest").close()
    with pytest.raises(HomeAssistantError) as raised:
        await act(hass, "get_recognitions", {}, target=NEAR)
    assert raised.value.translation_key == "box_no_answer"


@pytest.mark.parametrize("dialect", ["nested"])
async def test_unloaded_box_is_refused_by_every_action_on_a_box(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """Home Assistant's own message names the entry."""
    entry = await set_up()
    assert await hass.config_entries.async_unload(entry.entry_id)
    for action, data in (*ASKING, ("get_recognitions", NEAR)):
        with pytest.raises(ServiceValidationError) as raised:
            await act(hass, action, data)
        assert raised.value.translation_key == "service_config_entry_not_loaded"


@pytest.mark.parametrize("dialect", ["nested"])
@pytest.mark.parametrize(
    ("entry_id", "key"),
    [
        ("nobody", "service_config_entry_not_found"),
        ("", "service_config_entry_not_found"),
        (PEOPLE_ENTRY_ID, "not_a_box"),
    ],
)
async def test_config_entry_that_is_no_box_is_refused(
    hass: HomeAssistant,
    set_up: SetUp,
    people: PeopleConfigEntry,
    entry_id: str,
    key: str,
) -> None:
    """An unknown entry and the entry of the people are refused."""
    await set_up()
    for action, data in ASKING:
        with pytest.raises(ServiceValidationError) as raised:
            await act(hass, action, {**data, "config_entry_id": entry_id})
        assert raised.value.translation_key == key


async def test_se3_refuses_every_action_without_a_request(
    hass: HomeAssistant, se3: EmulatedSe3, base: str, fired: FiredEvents
) -> None:
    """The errors say that the box only pushes, or opens no doors."""
    entry = await add(hass, make_se3_entry(se3))
    await se3.recognize(se3.devices[0], se3.people[0])
    device_id = (await fired.next())["device_id"]
    asked = len(se3.requests)
    box = box_device_id(hass, entry)
    for action, data in (
        *ASKING,
        ("get_recognitions", {"device_id": device_id}),
        ("get_recognitions", {"device_id": box}),
    ):
        with pytest.raises(ServiceValidationError) as raised:
            await act(hass, action, data)
        assert raised.value.translation_key == "only_pushes"
    with pytest.raises(ServiceValidationError) as raised:
        await act(hass, "open_door", {"device_id": device_id})
    assert raised.value.translation_key == "box_opens_no_doors"
    assert len(se3.requests) == asked
    assert dr.async_get(hass).async_get(device_id) is not None


async def test_action_without_a_config_entry_is_refused(hass: HomeAssistant) -> None:
    """A single box is no default: another one may be added."""
    assert await async_setup_component(hass, DOMAIN, {})
    for action, data in ASKING:
        data = {key: value for key, value in data.items() if value != ENTRY_ID}
        with pytest.raises((vol.Invalid, ServiceValidationError)) as raised:
            await act(hass, action, data)
        if isinstance(raised.value, ServiceValidationError):
            # Those on several boxes accept devices, too.
            assert raised.value.translation_key == "no_box_chosen"


async def test_every_action_has_texts_and_icons(hass: HomeAssistant) -> None:
    """Fields and sections have theirs, too, in every language."""
    assert await async_setup_component(hass, DOMAIN, {})
    descriptions = (await async_get_all_descriptions(hass))[DOMAIN]
    assert descriptions.keys() == NAMES == icons()["services"].keys()
    for language in LANGUAGES:
        assert texts(language)["services"].keys() == NAMES
    for action, description in descriptions.items():
        assert_described("services", action, await fields_of(hass, action))
        sections = {
            key for key, field in description["fields"].items() if "fields" in field
        }
        drawn = icons()["services"][action]
        assert drawn["service"].startswith("mdi:")
        assert drawn.get("sections", {}).keys() == sections
        for language in LANGUAGES:
            about = texts(language)["services"][action]
            assert about.get("sections", {}).keys() == sections


async def test_fields_of_the_editor_match_the_schemas(hass: HomeAssistant) -> None:
    """Required fields and default values match, too."""
    assert await async_setup_component(hass, DOMAIN, {})
    for action, service in hass.services.async_services_for_domain(DOMAIN).items():
        assert isinstance(service.schema, vol.Schema)
        accepted = {str(marker): marker for marker in service.schema.schema}
        fields = await fields_of(hass, action)
        target = {
            "area_id",
            "device_id",
            "entity_id",
            "floor_id",
            "label_id",
            "exclude",
        }
        targeted = (
            "answer_question",
            "export_attendance",
            "get_attendance",
            "get_people_inside",
            "get_recognitions",
            "start_roll_call",
        )
        beside = target if action in targeted else set()
        assert fields.keys() == accepted.keys() - beside
        for key, field in fields.items():
            required = isinstance(accepted[key], vol.Required)
            assert field.get("required", False) is required, key
            if "default" in field:
                assert accepted[key].default() == field["default"], key


@pytest.mark.parametrize("example", examples("actions"), ids=example_ids)
async def test_documented_examples_are_valid_automations(
    hass: HomeAssistant, example: dict[str, Any]
) -> None:
    """The actions accept the data of the examples."""
    assert await async_setup_component(hass, DOMAIN, {})
    assert await async_setup_component(hass, automation.DOMAIN, {"automation": example})
    (state,) = hass.states.async_all("automation")
    assert state.state == "on"
    ours = [
        step
        for step in _steps(example["actions"])
        if step["action"].startswith(f"{DOMAIN}.")
    ]
    assert ours
    for step in ours:
        service = hass.services.async_services_for_domain(DOMAIN)[
            step["action"].removeprefix(f"{DOMAIN}.")
        ]
        assert service.schema is not None
        data = {**step.get("target", {}), **step.get("data", {})}
        # Templates, which give a time or a date only when they run.
        if "start_time" in data:
            data["start_time"] = "2026-11-26 08:00:00"
        if "start_date" in data:
            data |= {"start_date": "2026-11-23", "end_date": "2026-11-29"}
        if "valid_until" in data:
            data["valid_until"] = "2026-11-29 20:00:00"
        service.schema(data)


def _steps(actions: Any) -> list[dict[str, Any]]:
    """Return every action of a nested sequence."""
    if isinstance(actions, list):
        return [step for one in actions for step in _steps(one)]
    if not isinstance(actions, dict):
        return []
    inner = [step for value in actions.values() for step in _steps(value)]
    return [actions, *inner] if "action" in actions else inner
