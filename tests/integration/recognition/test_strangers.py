"""Strangers with an id: named, counted and ignored."""

from typing import Any

import pytest

from custom_components.se_aibox.box import ignored
from custom_components.se_aibox.box.options import BoxOptions
from custom_components.se_aibox.recognition import earlier
from emulator import EmulatedBox
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import ServiceValidationError, Unauthorized
from tests.integration.conftest import ClientGenerator, SetUp, WebSocketGenerator
from tests.integration.flow.options_helpers import choice, open_options
from tests.integration.helpers import NEAR, RECOGNITION, FiredEvents, until_listening

from .automation_helpers import (
    ASK,
    FRIEND,
    Door,
    automate,
    complaint_on_saving,
    doors_of,
    holds,
    not_triggered,
    recognized,
    recognized_within,
    replace_clock,
    seen,
)

COURIER = "1796043061.3254257"
NEIGHBOR = "1796043999.1000001"
MINUTE = {"minutes": 1}


async def see(door: Door, stranger_id: str) -> None:
    """Let the box see a stranger with an id."""
    await door.sees(stranger="automatic", overrides={"identity_id": stranger_id})


async def ignore(hass: HomeAssistant, entry: ConfigEntry, stranger_id: object) -> None:
    """Ignore a stranger by the action."""
    await hass.services.async_call(
        "se_aibox",
        "ignore_stranger",
        {"config_entry_id": entry.entry_id, "stranger_id": stranger_id},
        blocking=True,
    )
    await hass.async_block_till_done()


@pytest.mark.parametrize("ids", [COURIER, [COURIER, "other"], [f" {COURIER} "]])
async def test_named_stranger_alone_fires(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, ids: object
) -> None:
    """Neither other strangers nor strangers without an id do."""
    front_door, *_ = doors_of(hass, box, await set_up())
    runs = await automate(hass, seen("stranger_seen", NEAR, stranger_id=ids))
    await see(front_door, NEIGHBOR)
    await front_door.sees()
    await front_door.sees(FRIEND)
    assert runs.unread == 0
    await see(front_door, COURIER)
    trigger = (await runs.next())["trigger"]
    assert trigger["attributes"]["stranger_id"] == COURIER


async def test_payload_counts_earlier_sightings_of_a_stranger(
    hass: HomeAssistant,
    box: EmulatedBox,
    set_up: SetUp,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """All sightings since the start count, at every door of the box."""
    monkeypatch.setattr(earlier, "_SIGHTINGS", 2)
    front_door, back_door, _ = doors_of(hass, box, await set_up())
    runs = await automate(hass, seen("stranger_seen", NEAR))
    for door in (back_door, front_door, back_door, front_door):
        await see(door, COURIER)
    await see(front_door, NEIGHBOR)
    await front_door.sees()
    triggers = [(await runs.next())["trigger"] for _ in range(4)]
    assert [each["earlier_count"] for each in triggers] == [1, 3, 0, None]
    assert [len(each["earlier_sightings"]) for each in triggers] == [1, 2, 0, 0]


async def test_payload_counts_earlier_sightings_of_a_person(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """An enrolled person always has an id."""
    front_door, *_ = doors_of(hass, box, await set_up())
    runs = await automate(hass, recognized(NEAR))
    for _ in range(2):
        await front_door.sees(FRIEND)
    counts = [(await runs.next())["trigger"]["earlier_count"] for _ in range(2)]
    assert counts == [0, 1]


async def test_condition_holds_for_the_same_stranger(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """Another stranger who was seen later does not hide them."""
    clock = replace_clock(hass)
    front_door, back_door, _ = doors_of(hass, box, await set_up())
    condition = recognized_within(NEAR, within=MINUTE, stranger_id=COURIER)
    runs = await automate(hass, ASK, condition)
    await see(front_door, NEIGHBOR)
    await front_door.sees()
    await front_door.sees(FRIEND)
    await see(back_door, COURIER)
    assert not await holds(hass, runs)
    await see(front_door, COURIER)
    await see(front_door, NEIGHBOR)
    await front_door.sees()
    assert await holds(hass, runs)
    clock.tick(61)
    assert not await holds(hass, runs)


@pytest.mark.parametrize("dialect", ["nested"])
@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        ({"people": ["10023"]}, "name people or strangers, not both in one condition"),
        ({"person_types": ["vip"]}, "name people or strangers"),
        ({"followed": ["0123"]}, "name people or strangers"),
        ({"stranger_id": 1796043061.3254257}, "put ids into quotes"),
        ({"stranger_id": [" "]}, "the ID of a stranger must not be empty"),
    ],
)
async def test_ambiguous_condition_is_refused(
    hass: HomeAssistant,
    set_up: SetUp,
    hass_client: ClientGenerator,
    options: dict[str, object],
    complaint: str,
) -> None:
    """The editor shows the reason."""
    await set_up()
    condition = recognized_within(
        NEAR, **{"within": MINUTE, "stranger_id": [COURIER], **options}
    )
    assert complaint in await complaint_on_saving(hass, hass_client, ASK, condition)


async def test_ignored_stranger_does_not_fire_until_taken_out(
    hass: HomeAssistant,
    box: EmulatedBox,
    set_up: SetUp,
    hass_ws_client: WebSocketGenerator,
) -> None:
    """The options of the box list them. Ignoring a stranger reloads nothing."""
    entry = await set_up()
    coordinator = entry.runtime_data
    front_door, *_ = doors_of(hass, box, entry)
    events = FiredEvents(hass, RECOGNITION)
    runs = await automate(hass, seen("stranger_seen", NEAR))
    await ignore(hass, entry, COURIER)
    await ignore(hass, entry, NEIGHBOR)
    await see(front_door, COURIER)
    assert runs.unread == 0
    result = await not_triggered(hass_ws_client)
    assert result["reason"] == "ignored"
    assert result["data"]["identity_name"] is None
    # It is an event like any other.
    assert (await events.next())["attributes"]["stranger_id"] == COURIER
    assert entry.runtime_data is coordinator

    form = await open_options(hass, entry)
    assert _labels(form) == {
        COURIER: f"Stranger ({COURIER})",
        NEIGHBOR: f"Stranger ({NEIGHBOR})",
    }
    await hass.config_entries.options.async_configure(
        form["flow_id"], choice(entry, ignored_strangers=[NEIGHBOR])
    )
    await hass.async_block_till_done()
    await until_listening(entry)
    await see(front_door, NEIGHBOR)
    assert runs.unread == 0
    await see(front_door, COURIER)
    assert runs.unread == 1


def _labels(form: Any) -> dict[str, str]:
    selector = form["data_schema"].schema["ignored_strangers"]
    return {one["value"]: one["label"] for one in selector.config["options"]}


async def test_stranger_ignored_while_the_options_are_open_stays_ignored(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """The form does not show it."""
    entry = await set_up()
    await ignore(hass, entry, COURIER)
    form = await open_options(hass, entry)
    await ignore(hass, entry, NEIGHBOR)
    await hass.config_entries.options.async_configure(
        form["flow_id"], choice(entry, ignored_strangers=[])
    )
    await hass.async_block_till_done()
    assert entry.options["ignored_strangers"] == [NEIGHBOR]


@pytest.mark.parametrize("dialect", ["nested"])
async def test_stranger_is_ignored_once(hass: HomeAssistant, set_up: SetUp) -> None:
    """Blanks around the id make no difference, and a template makes a number."""
    entry = await set_up()
    for stranger_id in ("55120", " 55120", 55120, ["55120"]):
        await ignore(hass, entry, stranger_id)
    assert entry.options["ignored_strangers"] == ["55120"]
    assert entry.runtime_data.options.ignores("55120 ")


@pytest.mark.parametrize("dialect", ["nested"])
async def test_limited_number_of_strangers_is_ignored(
    hass: HomeAssistant, set_up: SetUp, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No stranger is removed unless the user does so."""
    monkeypatch.setattr(ignored, "MOST_IGNORED", 1)
    entry = await set_up()
    await ignore(hass, entry, COURIER)
    with pytest.raises(ServiceValidationError) as raised:
        await ignore(hass, entry, NEIGHBOR)
    assert raised.value.translation_key == "too_many_ignored"
    assert entry.options["ignored_strangers"] == [COURIER]


@pytest.mark.parametrize("dialect", ["nested"])
async def test_user_without_administrator_rights_ignores_no_stranger(
    hass: HomeAssistant, set_up: SetUp, hass_read_only_user: Any
) -> None:
    """Automations may."""
    entry = await set_up()
    with pytest.raises(Unauthorized):
        await hass.services.async_call(
            "se_aibox",
            "ignore_stranger",
            {"config_entry_id": entry.entry_id, "stranger_id": COURIER},
            blocking=True,
            context=Context(user_id=hass_read_only_user.id),
        )
    assert "ignored_strangers" not in entry.options


def test_empty_stranger_id_ignores_no_one() -> None:
    """However the options came to have an empty text."""
    options = BoxOptions.from_mapping({"ignored_strangers": ["", COURIER]})
    assert not options.ignores(None)
    assert options.ignores(COURIER)
