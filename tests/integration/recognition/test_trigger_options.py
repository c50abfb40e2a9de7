"""The options of triggers that choose people, or keep quiet for a while."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
import time
from typing import Any
from unittest.mock import patch

import pytest

from custom_components.se_aibox.const import EVENT_RECOVERED
from custom_components.se_aibox.recognition import quiet_time
from emulator import EmulatedBox, Identity
from homeassistant.components.media_source import async_resolve_media
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
from tests.integration.conftest import SetUp, WebSocketGenerator
from tests.integration.helpers import NEAR, FiredEvents, until_listening
from tests.integration.people.followed_people import (
    TOM,
    device_id_of,
    follow,
    make_people_entry,
    person_of,
)

from .automation_helpers import (
    CHIEF,
    COLLEAGUE,
    CULPRIT,
    FRIEND,
    Clock,
    automate,
    automation,
    doors_of,
    not_triggered,
    recognized,
    recognized_within,
    replace_clock,
    seen,
)

MINUTE = {"minutes": 1}


@pytest.fixture
def clock(hass: HomeAssistant) -> Clock:
    """Replace the clock of the memory."""
    return replace_clock(hass)


async def followed_tom(hass: HomeAssistant) -> str:
    """Follow Tom, a person on the box; return the device id."""
    people = make_people_entry()
    await hass.config_entries.async_add(people)
    await hass.async_block_till_done()
    return device_id_of(hass, await follow(hass, people, "Tom", TOM))


async def reload(hass: HomeAssistant, *configured: Mapping[str, object]) -> None:
    """Reload the automations with a configuration."""
    with patch(
        "homeassistant.config.load_yaml_config_file",
        return_value={"automation": list(configured)},
    ):
        await hass.services.async_call("automation", "reload", blocking=True)
    await hass.async_block_till_done()


def in_group(box: EmulatedBox, identity: Identity, group: str | None) -> dict[str, Any]:
    """Return the overrides that make a box report a person with a group."""
    if box.dialect == "flat":
        return {"identity": identity, "overrides": {"group_name": group}}
    if group is None:
        return {"identity": identity, "omit": ("group_name",)}
    return {"identity": replace(identity, group_names=(group,))}


async def test_followed_person_alone_fires_if_chosen(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """A trigger and a condition have the person's device."""
    front_door, *_ = doors_of(hass, box, await set_up())
    tom = await followed_tom(hass)
    runs = await automate(
        hass,
        recognized(NEAR, followed=tom),
        recognized_within(NEAR, within=MINUTE, followed=[tom]),
    )
    await front_door.sees(FRIEND)
    # A person who is enrolled under the device id is not Tom.
    await front_door.sees(Identity(tom, "Mallory"))
    assert runs.unread == 0
    await front_door.sees(person_of(box, TOM))
    assert (await runs.next())["trigger"]["identity_id"] == TOM


async def test_condition_fails_for_people_who_are_not_chosen(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """Only followed people are chosen."""
    front_door, *_ = doors_of(hass, box, await set_up())
    tom = await followed_tom(hass)
    condition = recognized_within(NEAR, within=MINUTE, followed=[tom])
    runs = await automate(hass, recognized(NEAR), condition)
    await front_door.sees(FRIEND)
    assert runs.unread == 0
    await front_door.sees(person_of(box, TOM))
    await front_door.sees(FRIEND)
    assert runs.unread == 2


async def test_followed_and_named_people_fire_together(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """Other people do not."""
    front_door, *_ = doors_of(hass, box, await set_up())
    tom = await followed_tom(hass)
    trigger = recognized(NEAR, followed=[tom], people=[FRIEND.identity_id])
    runs = await automate(hass, trigger)
    for identity in (FRIEND, CHIEF, person_of(box, TOM)):
        await front_door.sees(identity)
    fired = [(await runs.next())["trigger"]["identity_id"] for _ in range(2)]
    assert fired == [FRIEND.identity_id, TOM]
    assert runs.unread == 0


async def test_person_who_is_no_longer_followed_does_not_fire(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """A selected but unknown person is not the same as none."""
    front_door, *_ = doors_of(hass, box, await set_up())
    runs = await automate(hass, recognized(NEAR, followed=["no-longer-there"]))
    await front_door.sees(FRIEND)
    assert runs.unread == 0


async def test_followed_person_of_an_unknown_type_is_traced(
    hass: HomeAssistant,
    box: EmulatedBox,
    set_up: SetUp,
    hass_ws_client: WebSocketGenerator,
) -> None:
    """The user expects the person to fire."""
    front_door, *_ = doors_of(hass, box, await set_up())
    tom = await followed_tom(hass)
    runs = await automate(hass, recognized(NEAR, followed=[tom]))
    changes = {"user_type": "boss", "ext_data": {"person_type": "boss"}}
    await front_door.sees(person_of(box, TOM), overrides=changes)
    assert runs.unread == 0
    assert (await not_triggered(hass_ws_client))["reason"] == "type_unknown"


@pytest.mark.parametrize(
    ("group", "fires"),
    [("Night shift", True), ("NIGHT  shift ", True), ("Day shift", False)],
)
async def test_people_of_a_group_fire(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, group: str, fires: bool
) -> None:
    """Names of groups are compared like names of people."""
    front_door, *_ = doors_of(hass, box, await set_up())
    runs = await automate(hass, recognized(NEAR, groups=["Night shift", "Board"]))
    await front_door.sees(**in_group(box, FRIEND, group))
    assert runs.unread == fires


async def test_unknown_group_does_not_fire(
    hass: HomeAssistant,
    box: EmulatedBox,
    set_up: SetUp,
    hass_ws_client: WebSocketGenerator,
) -> None:
    """The trace has the reason: the box does not report it."""
    front_door, *_ = doors_of(hass, box, await set_up())
    runs = await automate(hass, recognized(NEAR, groups="Night shift"))
    await front_door.sees(**in_group(box, FRIEND, None))
    assert runs.unread == 0
    result = await not_triggered(hass_ws_client)
    assert result["reason"] == "group_unknown"
    assert result["data"]["identity_name"] == FRIEND.name


async def test_person_fires_at_most_every_so_often(
    hass: HomeAssistant,
    box: EmulatedBox,
    set_up: SetUp,
    clock: Clock,
    hass_ws_client: WebSocketGenerator,
) -> None:
    """Each person has a period of their own, at all doors of the trigger."""
    entry = await set_up()
    front_door, back_door, _ = doors_of(hass, box, entry)
    target = {"device_id": [front_door.device_id, back_door.device_id]}
    runs = await automate(hass, recognized(target, at_most_every=MINUTE))
    await front_door.sees(FRIEND)
    await back_door.sees(FRIEND)
    await front_door.sees(COLLEAGUE)
    assert runs.unread == 2
    clock.tick(59)
    await front_door.sees(FRIEND)
    assert runs.unread == 2
    result = await not_triggered(hass_ws_client)
    assert result["reason"] == "too_soon"
    assert result["data"]["at_most_every"] == 60
    # The period counts from when it fired, not from when the person was last seen.
    clock.tick(1)
    await front_door.sees(FRIEND)
    assert runs.unread == 3


async def test_quiet_time_outlives_a_reload_of_the_box_only(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """It is kept in memory."""
    entry = await set_up()
    front_door, *_ = doors_of(hass, box, entry)
    trigger = recognized(NEAR, at_most_every=MINUTE)
    runs = await automate(hass, trigger)
    await front_door.sees(FRIEND)
    assert await hass.config_entries.async_reload(entry.entry_id)
    await until_listening(entry)
    await front_door.sees(FRIEND)
    assert runs.unread == 1
    await reload(
        hass, automation(trigger, {"condition": "template", "value_template": True})
    )
    await front_door.sees(FRIEND)
    assert runs.unread == 2


async def test_quiet_time_follows_a_person_over_identities(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, clock: Clock
) -> None:
    """A followed person counts as one."""
    front_door, *_ = doors_of(hass, box, await set_up())
    people = make_people_entry()
    await hass.config_entries.async_add(people)
    await hass.async_block_till_done()
    both = box.people[:2]
    await follow(hass, people, "Tom", *(one.identity_id for one in both))
    runs = await automate(hass, recognized(NEAR, at_most_every=MINUTE))
    for identity in both:
        await front_door.sees(identity)
    assert runs.unread == 1
    await front_door.sees(COLLEAGUE)
    assert runs.unread == 2


async def test_strangers_at_a_door_share_a_quiet_time(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, clock: Clock
) -> None:
    """Another door has its own."""
    front_door, back_door, _ = doors_of(hass, box, await set_up())
    target = {"device_id": [front_door.device_id, back_door.device_id]}
    runs = await automate(hass, seen("stranger_seen", target, at_most_every=MINUTE))
    await front_door.sees()
    await front_door.sees(stranger="automatic")
    assert runs.unread == 1
    await back_door.sees()
    assert runs.unread == 2
    clock.tick(60)
    await front_door.sees()
    assert runs.unread == 3


@pytest.mark.parametrize("dialect", ["nested"])
async def test_too_low_score_begins_no_quiet_time(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """Only a sighting that fires starts the period."""
    front_door, *_ = doors_of(hass, box, await set_up())
    trigger = recognized(NEAR, at_most_every=MINUTE, minimum_score=90)
    runs = await automate(hass, trigger)
    await front_door.sees(FRIEND, score=80.0)
    await front_door.sees(FRIEND, score=95.0)
    assert runs.unread == 1


@pytest.mark.parametrize("dialect", ["nested"])
async def test_two_automations_keep_quiet_on_their_own(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """One does not silence the other."""
    front_door, *_ = doors_of(hass, box, await set_up())
    quiet = recognized(NEAR, at_most_every=MINUTE)
    runs = await automate(hass, quiet)
    other = {**automation(recognized(NEAR)), "id": "other", "alias": "Other"}
    await reload(hass, automation(quiet), other)
    await front_door.sees(FRIEND)
    await front_door.sees(FRIEND)
    assert runs.unread == 3


@pytest.mark.parametrize("dialect", ["nested"])
async def test_full_quiet_time_forgets_the_oldest_person(
    hass: HomeAssistant,
    box: EmulatedBox,
    set_up: SetUp,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The limit is two people here."""
    monkeypatch.setattr(quiet_time, "_REMEMBERED", 2)
    front_door, *_ = doors_of(hass, box, await set_up())
    runs = await automate(hass, recognized(NEAR, at_most_every={"hours": 24}))
    for identity, expected in (
        (FRIEND, 1),
        (COLLEAGUE, 2),
        (CHIEF, 3),
        (COLLEAGUE, 3),
        (FRIEND, 4),
    ):
        await front_door.sees(identity)
        assert runs.unread == expected


async def test_recovered_recognition_begins_no_quiet_time(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """It fires nothing either."""
    front_door, *_ = doors_of(hass, box, await set_up())
    runs = await automate(hass, recognized(NEAR, at_most_every=MINUTE))
    recovered = FiredEvents(hass, EVENT_RECOVERED)
    long_ago = time.time() - timedelta(hours=1).total_seconds()
    await box.recognize(box.devices[0], FRIEND, timestamp_ms=round(long_ago * 1000))
    await recovered.next()
    await hass.async_block_till_done()
    assert runs.unread == 0
    await front_door.sees(FRIEND)
    assert runs.unread == 1


async def test_payload_has_reason_and_earlier_sightings(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """The newest is first, and the one that fires is not among them."""
    front_door, back_door, _ = doors_of(hass, box, await set_up())
    target = {"device_id": [front_door.device_id]}
    runs = await automate(
        hass,
        [
            recognized(target),
            seen("stranger_seen", target),
            seen("blocklisted_person_seen", target),
        ],
    )
    await front_door.sees(FRIEND)
    first = (await runs.next())["trigger"]
    assert (first["reason"], first["earlier_sightings"]) == ("recognized", [])
    await back_door.sees(FRIEND)
    await back_door.sees(COLLEAGUE)
    await front_door.sees(FRIEND)
    [newest, oldest] = (await runs.next())["trigger"]["earlier_sightings"]
    assert newest["capture_device_name"] == "大门"
    keys = ("recognition_id", "device_id", "capture_device_name", "occurred_at")
    assert oldest == {key: first[key] for key in keys}
    for identity, reason in ((None, "stranger"), (CULPRIT, "blocklisted")):
        await front_door.sees(identity)
        trigger = (await runs.next())["trigger"]
        assert (trigger["reason"], trigger["earlier_sightings"]) == (reason, [])


async def test_payload_has_a_media_id_for_each_picture(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """The box opens them like the paths."""
    front_door, *_ = doors_of(hass, box, await set_up())
    assert await async_setup_component(hass, "media_source", {})
    runs = await automate(hass, recognized(NEAR))
    await front_door.sees(FRIEND)
    trigger = (await runs.next())["trigger"]
    assert trigger["media_ids"].keys() == trigger["pictures"].keys() >= {"face"}
    for kind, media_id in trigger["media_ids"].items():
        media = await async_resolve_media(hass, media_id, None)
        assert media.url.partition("?")[0] == trigger["pictures"][kind]


async def test_stranger_whom_the_box_knows_has_earlier_sightings(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """The box files some strangers under an id."""
    front_door, *_ = doors_of(hass, box, await set_up())
    runs = await automate(hass, seen("stranger_seen", NEAR))
    same = {"identity_id": "1796043061.3254257"}
    for _ in range(2):
        await front_door.sees(stranger="automatic", overrides=same)
    first, second = [(await runs.next())["trigger"] for _ in range(2)]
    assert first["attributes"]["stranger_id"] == second["attributes"]["stranger_id"]
    assert [one["recognition_id"] for one in second["earlier_sightings"]] == [
        first["recognition_id"]
    ]
