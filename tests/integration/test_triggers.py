"""The triggers of the automation editor, in real automations."""

from typing import Any
from unittest.mock import patch

import pytest
from pytest_homeassistant_custom_component.common import (  # type: ignore[import-untyped]  # It ships no py.typed.
    MockConfigEntry,
    mock_restore_cache,
)

from custom_components.se_aibox.followed import FOLLOWED
from custom_components.se_aibox.heard import SIGNAL_HEARD
from emulator import EmulatedBox, Identity
from homeassistant.core import HomeAssistant, State
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.dispatcher import DATA_DISPATCHER
from homeassistant.setup import async_setup_component

from .automation_helpers import (
    CHIEF,
    COLLEAGUE,
    CULPRIT,
    FRIEND,
    GUEST,
    automate,
    automation,
    doors_of,
    recognized,
    seen,
)
from .conftest import SetUp
from .helpers import NEAR, Heard, device_list_requests, until

EVERYBODY = (FRIEND, GUEST, CHIEF, CULPRIT, None)


async def names_that_fire(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, trigger: object
) -> list[str | None]:
    """Let everybody appear at the front door and return for whom an automation ran."""
    front_door, *_ = doors_of(hass, box, await set_up())
    runs = await automate(hass, trigger)
    for identity in EVERYBODY:
        await front_door.sees(identity)
    names = []
    while runs.unread:
        names.append((await runs.next())["trigger"]["identity_name"])
    return names


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, (FRIEND, GUEST, CHIEF)),
        ({"person_types": []}, (FRIEND, GUEST, CHIEF)),
        ({"person_types": "vip"}, (CHIEF,)),
        ({"person_types": ["visitor", "blocklisted"]}, (GUEST, CULPRIT)),
        ({"people": 10023}, (FRIEND,)),
        ({"people": ["20001", " 小明 "]}, (FRIEND, GUEST)),
        ({"people": ["66600"]}, ()),
        ({"people": ["66600"], "person_types": ["blocklisted"]}, (CULPRIT,)),
        ({"people": ["10023", "20001"], "person_types": ["visitor"]}, (GUEST,)),
        ({"people": ["stranger", "None", "Front door"]}, ()),
    ],
)
async def test_whom_person_recognized_means(
    hass: HomeAssistant,
    box: EmulatedBox,
    set_up: SetUp,
    options: dict[str, object],
    expected: tuple[Identity, ...],
) -> None:
    """People by id or name, people of a type, and without either everybody but blocklisted people and strangers."""
    trigger = recognized(NEAR, **options)
    assert await names_that_fire(hass, box, set_up, trigger) == [
        identity.name for identity in expected
    ]


@pytest.mark.parametrize(
    "identity_id",
    ["10023", "A17", "zs-0042", "１２３", "3f0c9a54-6f7d-4a0e-9a55-8a0d7b2f1c11"],
)
async def test_whoever_is_called_like_an_id_is_not_its_owner(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, identity_id: str
) -> None:
    """What looks like an id is one, and nobody's name."""
    front_door, *_ = doors_of(hass, box, await set_up())
    runs = await automate(hass, recognized(NEAR, people=[identity_id]))
    await front_door.sees(Identity("99999", identity_id))
    assert runs.unread == 0
    await front_door.sees(Identity(identity_id, "Tom"))
    assert runs.unread == 1


@pytest.mark.parametrize("name", ["Tom", "张三2", "Guest 1", "O'Neil"])
async def test_names_of_many_kinds(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, name: str
) -> None:
    """A name may have digits where it does not look like an id."""
    front_door, *_ = doors_of(hass, box, await set_up())
    runs = await automate(hass, recognized(NEAR, people=[name]))
    await front_door.sees(Identity("99999", name))
    assert runs.unread == 1


async def test_unheard_of_person_type(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """Somebody enrolled of a type that is not known yet is recognised like others, and can be chosen."""
    front_door, *_ = doors_of(hass, box, await set_up())
    runs = await automate(
        hass, [recognized(NEAR), recognized(NEAR, person_types=["other"])]
    )
    changes = {"user_type": "car", "ext_data": {"person_type": 77}}
    await front_door.sees(FRIEND, overrides=changes)
    assert runs.unread == 2


@pytest.mark.parametrize("dialect", ["nested"])
async def test_person_not_of_these_types_fires_for_no_other_trigger(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """A blocklisted person fires their own trigger once, and a friend does not."""
    trigger = seen("blocklisted_person_seen", NEAR)
    assert await names_that_fire(hass, box, set_up, trigger) == [CULPRIT.name]


@pytest.mark.parametrize(
    "way", ["empty", "stranger", "automatic", "random", "employee", "typed"]
)
async def test_stranger_in_every_way(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, way: str
) -> None:
    """However a box says that it knows nobody like that, it is a stranger and nobody else."""
    front_door, *_ = doors_of(hass, box, await set_up())
    runs = await automate(
        hass,
        [
            seen("stranger_seen", NEAR),
            recognized(NEAR, person_types=["employee", "other", "blocklisted"]),
            seen("blocklisted_person_seen", NEAR),
        ],
    )
    if way == "typed":
        changes = {"user_type": "stranger", "ext_data": {"person_type": 4}}
        await front_door.sees(FRIEND, overrides=_of_dialect(box, changes))
    else:
        await front_door.sees(stranger=way)
    run = (await runs.next())["trigger"]
    assert run["platform"] == "se_aibox.stranger_seen"
    assert run["identity_id"] is None
    assert run["identity_name"] is None
    assert run["description"] == "stranger seen at Front door"
    await front_door.sees(FRIEND)
    assert (await runs.next())["trigger"]["platform"] == "se_aibox.person_recognized"
    assert runs.unread == 0


def _of_dialect(box: EmulatedBox, changes: dict[str, Any]) -> dict[str, Any]:
    key = "ext_data" if box.dialect == "nested" else "user_type"
    return {key: changes[key]}


@pytest.mark.parametrize("dialect", ["nested"])
@pytest.mark.parametrize("called", ["title", "name by user", "device id"])
async def test_followed_person(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, called: str
) -> None:
    """A followed person is meant under every id they have, by what the user calls them."""
    front_door, back_door, _ = doors_of(hass, box, await set_up())
    people = MockConfigEntry(domain="se_aibox", title="People")
    people.add_to_hass(hass)
    registry = dr.async_get(hass)
    person = registry.async_get_or_create(
        config_entry_id=people.entry_id,
        identifiers={("se_aibox", "person")},
        name="My brother",
    )
    ids = {FRIEND.identity_id, GUEST.identity_id}
    hass.data[FOLLOWED] = lambda _, recognition: frozenset(
        {person.id, "no-longer-there"} if recognition.identity_id in ids else ()
    )
    word = {"title": "My brother", "device id": person.id}.get(called, "Bro")
    if called == "name by user":
        registry.async_update_device(person.id, name_by_user=word)
    runs = await automate(hass, recognized(NEAR, people=[word]))
    for identity in (FRIEND, GUEST, COLLEAGUE):
        await front_door.sees(identity)
        await back_door.sees(identity)
    assert [(await runs.next())["trigger"]["identity_id"] for _ in range(2)] == [
        FRIEND.identity_id,
        GUEST.identity_id,
    ]
    assert runs.unread == 0


async def test_payload(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, heard: Heard
) -> None:
    """A notification finds everything that the bus event says, by its name, in `trigger`."""
    front_door, *_ = doors_of(hass, box, await set_up())
    told = Heard(hass, "told")
    templates = {
        "who": "{{ trigger.identity_name }} ({{ trigger.person_type }})",
        "where": "{{ trigger.capture_device_name }}",
        "score": "{{ trigger.score }}",
        "image": "{{ trigger.pictures.face }}",
        "description": "{{ trigger.description }}",
        "all": "{{ trigger }}",
    }
    config = automation(recognized(NEAR))
    config["actions"] = {"event": "told", "event_data": templates}
    assert await async_setup_component(hass, "automation", {"automation": config})
    await front_door.sees(FRIEND, score=92.15)
    said = await told.next()
    event = await heard.next()
    assert said["who"] == "小明 (employee)"
    assert said["where"] == "Front door"
    assert said["score"] == 92.15
    assert said["image"] == event["pictures"]["face"]
    assert said["description"] == "小明 (employee) recognized at Front door"
    assert event.items() <= said["all"].items()
    assert said["all"].keys() - event.keys() == {
        "id",
        "idx",
        "alias",
        "platform",
        "description",
    }


@pytest.mark.parametrize("dialect", ["nested"])
async def test_person_without_a_name(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """Who has no name is described by the identity id."""
    front_door, *_ = doors_of(hass, box, await set_up())
    runs = await automate(hass, recognized(NEAR))
    await front_door.sees(FRIEND, overrides={"identity_name": ""})
    description = (await runs.next())["trigger"]["description"]
    assert description == "10023 (employee) recognized at Front door"


async def test_reload_of_the_entry(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """An automation outlives a reload of the box, which itself runs nothing."""
    entry = await set_up()
    front_door, *_ = doors_of(hass, box, entry)
    runs = await automate(hass, [recognized(NEAR), seen("stranger_seen", NEAR)])
    await front_door.sees(FRIEND)
    await front_door.sees()
    assert runs.unread == 2
    assert await hass.config_entries.async_unload(entry.entry_id)
    await until(lambda: not box.subscriptions)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await until(lambda: bool(box.subscriptions))
    await entry.runtime_data.async_refresh()
    await hass.async_block_till_done()
    assert runs.unread == 2
    await front_door.sees(FRIEND)
    assert runs.unread == 3


async def test_automation_before_the_box(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """An automation that starts before the box is there fires once it is."""
    runs = await automate(hass, recognized(NEAR))
    front_door, *_ = doors_of(hass, box, await set_up())
    assert runs.unread == 0
    await front_door.sees(FRIEND)
    assert runs.unread == 1


def listeners(hass: HomeAssistant) -> int:
    """Return how many hear every recognition."""
    return len(hass.data[DATA_DISPATCHER].get(SIGNAL_HEARD, ()))


@pytest.mark.parametrize("dialect", ["nested"])
async def test_reload_and_removal_of_automations(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """A reloaded automation fires once, not twice; a removed one leaves nothing behind."""
    front_door, *_ = doors_of(hass, box, await set_up())
    before = listeners(hass)
    runs = await automate(hass, recognized(NEAR))
    assert listeners(hass) == before + 1
    changed = automation(recognized(NEAR, people=["10042"]))
    for configured, expected in (([changed], 1), ([], 0)):
        with patch(
            "homeassistant.config.load_yaml_config_file",
            return_value={"automation": configured},
        ):
            await hass.services.async_call("automation", "reload", blocking=True)
        await hass.async_block_till_done()
        assert listeners(hass) == before + expected
        await front_door.sees(FRIEND)
        await front_door.sees(COLLEAGUE)
        assert runs.unread == 1


async def test_nothing_but_live_recognitions_fires(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """Restored states, lost connections, polls and what is only in the box's history run nothing."""
    mock_restore_cache(
        hass,
        [
            State("sensor.front_door_last_person", FRIEND.name),
            State("event.front_door_recognition", "2026-11-01T08:00:00.000+00:00"),
        ],
    )
    whatever = [recognized(NEAR), seen("stranger_seen", NEAR)]
    runs = await automate(hass, whatever)
    entry = await set_up()
    front_door, *_ = doors_of(hass, box, entry)
    await box.recognize(box.devices[0], FRIEND, push=False)
    polls = device_list_requests(box)
    await box.drop()
    await until(lambda: device_list_requests(box) > polls and bool(box.subscriptions))
    await entry.runtime_data.async_refresh()
    await hass.async_block_till_done()
    assert runs.unread == 0
    await front_door.sees(FRIEND)
    assert runs.unread == 1
