"""The triggers of the automation editor, in real automations: whom they mean and what they say."""

from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry  # type: ignore[import-untyped]  # It ships no py.typed.

from custom_components.se_aibox.recognition.followed import FOLLOWED
from emulator import EmulatedBox, Identity
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr
from homeassistant.setup import async_setup_component
from tests.integration.conftest import SetUp
from tests.integration.helpers import NEAR, Heard

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
