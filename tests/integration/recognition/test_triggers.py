"""The triggers of the automation editor, in real automations."""

from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry  # type: ignore[import-untyped]  # It ships no py.typed.

from custom_components.se_aibox.recognition.followed import FOLLOWED
from emulator import EmulatedBox, Identity
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr
from homeassistant.setup import async_setup_component
from tests.integration.conftest import SetUp
from tests.integration.helpers import NEAR, FiredEvents

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
    recognized_within,
    seen,
)

EVERYBODY = (FRIEND, GUEST, CHIEF, CULPRIT, None)


async def names_that_fire(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, trigger: object
) -> list[str | None]:
    """Recognize everyone at the front door; return the names that fire."""
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
        ({"people": "10023"}, (FRIEND,)),
        ({"people": ["20001", " 小明 "]}, (FRIEND, GUEST)),
        ({"people": ["66600"]}, ()),
        ({"people": ["66600"], "person_types": ["blocklisted"]}, (CULPRIT,)),
        ({"people": ["10023", "20001"], "person_types": ["visitor"]}, (GUEST,)),
        ({"people": ["stranger", "None", "Front door"]}, ()),
    ],
)
async def test_trigger_selects_people_and_types(
    hass: HomeAssistant,
    box: EmulatedBox,
    set_up: SetUp,
    options: dict[str, object],
    expected: tuple[Identity, ...],
) -> None:
    """Without options, all but strangers and blocklisted people fire."""
    trigger = recognized(NEAR, **options)
    assert await names_that_fire(hass, box, set_up, trigger) == [
        identity.name for identity in expected
    ]


@pytest.mark.parametrize(
    "identity_id",
    ["10023", "A17", "zs-0042", "１２３", "3f0c9a54-6f7d-4a0e-9a55-8a0d7b2f1c11"],
)
async def test_name_that_looks_like_an_id_does_not_fire(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, identity_id: str
) -> None:
    """The text in the trigger is an identity id."""
    front_door, *_ = doors_of(hass, box, await set_up())
    runs = await automate(hass, recognized(NEAR, people=[identity_id]))
    await front_door.sees(Identity("99999", identity_id))
    assert runs.unread == 0
    await front_door.sees(Identity(identity_id, "Tom"))
    assert runs.unread == 1


@pytest.mark.parametrize("name", ["Tom", "张三2", "Guest 1", "O'Neil"])
async def test_name_that_does_not_look_like_an_id_fires(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, name: str
) -> None:
    """It may have digits."""
    front_door, *_ = doors_of(hass, box, await set_up())
    runs = await automate(hass, recognized(NEAR, people=[name]))
    await front_door.sees(Identity("99999", name))
    assert runs.unread == 1


@pytest.mark.parametrize(
    ("named", "enrolled"),
    [
        ("Zoë", Identity("99999", "Zoe\u0308")),
        ("Zoe\u0308", Identity("99999", "Zoë")),
        ("tom chan", Identity("99999", "Tom  Chan ")),
        ("99999", Identity("99999 ", "Tom")),
        ("99999\u00a0", Identity(" 99999", "Tom")),
    ],
)
async def test_name_or_id_fires_in_another_spelling(
    hass: HomeAssistant,
    box: EmulatedBox,
    set_up: SetUp,
    named: str,
    enrolled: Identity,
) -> None:
    """The event has it as the box sends it."""
    front_door, *_ = doors_of(hass, box, await set_up())
    runs = await automate(
        hass,
        recognized(NEAR, people=[named]),
        recognized_within(NEAR, within="00:01:00", people=[named]),
    )
    await front_door.sees(COLLEAGUE)
    assert runs.unread == 0
    await front_door.sees(enrolled)
    run = (await runs.next())["trigger"]
    assert run["identity_id"] == enrolled.identity_id
    assert run["identity_name"] == enrolled.name


async def test_unknown_person_type_fires_only_as_other(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """It is unknown whether such a person is welcome."""
    front_door, *_ = doors_of(hass, box, await set_up())
    runs = await automate(
        hass,
        [
            recognized(NEAR),
            recognized(NEAR, people=[FRIEND.name]),
            recognized(NEAR, person_types=["other"], people=[FRIEND.name]),
        ],
    )
    changes = {"user_type": "car", "ext_data": {"person_type": 77}}
    await front_door.sees(FRIEND, overrides=changes)
    assert (await runs.next())["trigger"]["idx"] == "2"
    assert runs.unread == 0


@pytest.mark.parametrize("dialect", ["nested"])
async def test_blocklisted_person_alone_fires_their_trigger(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """It fires once."""
    trigger = seen("blocklisted_person_seen", NEAR)
    assert await names_that_fire(hass, box, set_up, trigger) == [CULPRIT.name]


@pytest.mark.parametrize(
    "way", ["empty", "stranger", "automatic", "random", "employee", "typed"]
)
async def test_stranger_fires_only_the_trigger_for_strangers(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, way: str
) -> None:
    """Boxes report strangers in several ways."""
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
async def test_followed_person_fires_under_every_identity(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, called: str
) -> None:
    """The trigger has the name or the device of the person."""
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


async def test_trigger_data_include_the_bus_event(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, fired: FiredEvents
) -> None:
    """Templates find each value by its key."""
    front_door, *_ = doors_of(hass, box, await set_up())
    notified = FiredEvents(hass, "notified")
    templates = {
        "who": "{{ trigger.identity_name }} ({{ trigger.person_type }})",
        "where": "{{ trigger.capture_device_name }}",
        "score": "{{ trigger.score }}",
        "image": "{{ trigger.pictures.face }}",
        "description": "{{ trigger.description }}",
        "all": "{{ trigger }}",
    }
    config = automation(recognized(NEAR))
    config["actions"] = {"event": "notified", "event_data": templates}
    assert await async_setup_component(hass, "automation", {"automation": config})
    await front_door.sees(FRIEND, score=92.15)
    data = await notified.next()
    event = await fired.next()
    assert data["who"] == "小明 (employee)"
    assert data["where"] == "Front door"
    assert data["score"] == 92.15
    assert data["image"] == event["pictures"]["face"]
    assert data["description"] == "小明 (employee) recognized at Front door"
    assert event.items() <= data["all"].items()
    assert data["all"].keys() - event.keys() == {
        "id",
        "idx",
        "alias",
        "platform",
        "description",
        "reason",
        "media_ids",
        "earlier_count",
        "earlier_sightings",
    }


@pytest.mark.parametrize("dialect", ["nested"])
async def test_nameless_person_is_described_by_the_identity_id(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """The trigger data have the description."""
    front_door, *_ = doors_of(hass, box, await set_up())
    runs = await automate(hass, recognized(NEAR))
    await front_door.sees(FRIEND, overrides={"identity_name": ""})
    description = (await runs.next())["trigger"]["description"]
    assert description == "10023 (employee) recognized at Front door"
