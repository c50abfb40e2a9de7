"""The lock of a door: unlocked for as long as its relay is pulsed."""

from datetime import timedelta
from typing import Any

import pytest

from custom_components.se_aibox.box import door_code
from custom_components.se_aibox.box.door_code import hashed_code
from emulator import CannedAnswer, EmulatedBox
from homeassistant.auth.models import User
from homeassistant.components.homeassistant.exposed_entities import async_expose_entity
from homeassistant.components.lock import LockEntity
from homeassistant.components.lock.const import DOMAIN as LOCK_DOMAIN
from homeassistant.core import (
    Context,
    Event,
    EventStateChangedData,
    HomeAssistant,
    State,
    callback,
)
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import entity_registry as er, intent
from homeassistant.helpers.entity_component import DATA_INSTANCES
from homeassistant.helpers.event import async_track_state_change_event
from homeassistant.setup import async_setup_component

from .actions.action_helpers import act
from .conftest import SetUp
from .helpers import let_time_pass, requests_to, state_of, until_listening

LOCK = "lock.front_door_lock"
OPEN = "button.front_door_open_door"
CALL = "/SophonFogSys/api/EventAction"
PASS_MODE = "/SophonConfig/api/Configs/PASSMODE"
# As the relay of the emulated box.
PULSE = timedelta(seconds=5)
CODE = "204060"

pytest_plugins = ["tests.integration.entity_fixtures"]

nested = pytest.mark.parametrize("dialect", ["nested"])
enabled = pytest.mark.usefixtures("every_entity_enabled")


@pytest.fixture(scope="module")
def stored() -> str:
    """Return the hash of the code; it takes a moment."""
    return hashed_code(CODE)


async def unlock(hass: HomeAssistant, user: User | None = None, **data: object) -> None:
    """Unlock the front door."""
    await call(hass, "unlock", user, **data)


async def call(
    hass: HomeAssistant, action: str, user: User | None = None, **data: object
) -> None:
    """Call an action of the lock."""
    await hass.services.async_call(
        "lock",
        action,
        {"entity_id": LOCK, **data},
        blocking=True,
        context=Context(user_id=user.id if user else None),
    )


async def passes(hass: HomeAssistant, span: timedelta) -> None:
    """Let time pass, and run the timers that are due."""
    let_time_pass(hass, span)
    await hass.async_block_till_done()


def lock(hass: HomeAssistant) -> State:
    """Return the state of the lock."""
    state = hass.states.get(LOCK)
    assert state is not None
    return state


def lock_entity(hass: HomeAssistant) -> LockEntity:
    """Return the entity of the lock."""
    entity = hass.data[DATA_INSTANCES][LOCK_DOMAIN].get_entity(LOCK)
    assert isinstance(entity, LockEntity)
    return entity


def door(hass: HomeAssistant) -> dict[str, object]:
    """Return the capture device of the lock, as data of an action."""
    entity = er.async_get(hass).async_get(LOCK)
    assert entity is not None
    return {"device_id": entity.device_id}


async def press(hass: HomeAssistant) -> None:
    """Press the button that opens the door."""
    await hass.services.async_call(
        "button", "press", {"entity_id": OPEN}, blocking=True
    )


def states_of(hass: HomeAssistant) -> list[str]:
    """Return the states that the lock gets from now on."""
    states: list[str] = []

    @callback
    def _note(event: Event[EventStateChangedData]) -> None:
        if (state := event.data["new_state"]) is not None:
            states.append(state.state)

    async_track_state_change_event(hass, LOCK, _note)
    return states


async def refused(hass: HomeAssistant, **data: Any) -> str:
    """Return why the door does not unlock."""
    with pytest.raises(HomeAssistantError) as raised:
        await unlock(hass, **data)
    assert str(raised.value)
    return str(raised.value.translation_key)


async def guess_wrong(hass: HomeAssistant, times: int) -> None:
    """Try wrong codes that are refused as such."""
    for _ in range(times):
        assert await refused(hass, code="000000") == "door_wrong_code"


async def test_only_a_door_has_a_lock_and_it_is_off_by_default(
    entity_registry: er.EntityRegistry, box: EmulatedBox, set_up: SetUp
) -> None:
    """A flat box opens no doors."""
    entry = await set_up()
    entities = er.async_entries_for_config_entry(entity_registry, entry.entry_id)
    found = {
        entity.entity_id: entity.disabled_by
        for entity in entities
        if entity.domain == "lock"
    }
    by_us = er.RegistryEntryDisabler.INTEGRATION
    assert found == ({LOCK: by_us} if box.dialect == "nested" else {})


@enabled
@nested
async def test_unlocked_door_is_locked_again_after_the_time_of_its_relay(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """Its state is assumed."""
    await set_up()
    relay = box.devices[0].relay
    assert relay is not None
    assert relay.delay_time == PULSE.total_seconds()
    assert lock(hass).state == "locked"
    assert lock(hass).attributes["assumed_state"] is True
    states = states_of(hass)
    await unlock(hass)
    [action] = box.door_actions
    assert (action.mode, action.channel) == ("opendoor", relay.channel)
    assert lock(hass).state == "unlocked"
    await passes(hass, PULSE - timedelta(seconds=1))
    assert lock(hass).state == "unlocked"
    await passes(hass, PULSE + timedelta(seconds=1))
    assert lock(hass).state == "locked"
    assert list(dict.fromkeys(states)) == ["unlocking", "unlocked", "locked"]
    assert len(box.door_actions) == 1


@enabled
@nested
async def test_lock_shows_what_button_and_action_open(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """The longest of several openings counts."""
    await set_up()
    await act(hass, "open_door", {**door(hass), "seconds": 60})
    assert lock(hass).state == "unlocked"
    await press(hass)
    await passes(hass, PULSE + timedelta(seconds=1))
    assert lock(hass).state == "unlocked"
    await passes(hass, timedelta(seconds=61))
    assert lock(hass).state == "locked"
    assert len(box.door_actions) == 2


@enabled
@nested
async def test_lock_has_the_user_who_opened_the_door(
    hass: HomeAssistant, set_up: SetUp, hass_admin_user: User
) -> None:
    """A user by the name in Home Assistant, all others are automations."""
    await set_up()
    assert "changed_by" not in lock(hass).attributes
    await unlock(hass, hass_admin_user)
    assert lock(hass).attributes["changed_by"] == hass_admin_user.name
    assert lock(hass).context.user_id == hass_admin_user.id
    await unlock(hass)
    assert lock(hass).attributes["changed_by"] == "Automation"
    await unlock(hass, hass_admin_user)
    # Some callers have no context.
    entity = lock_entity(hass)
    entity._context = None
    await entity.async_unlock()
    assert lock(hass).attributes["changed_by"] == "Automation"


@enabled
@nested
@pytest.mark.parametrize("language", ["en", "zh-Hans"])
async def test_locking_is_refused_with_a_reason(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, language: str
) -> None:
    """Its relay falls back by itself."""
    hass.config.language = language
    await set_up()
    with pytest.raises(ServiceValidationError) as raised:
        await call(hass, "lock")
    assert raised.value.translation_key == "lock_locks_itself"
    assert lock(hass).state == "locked"
    # The latch is what a relay opens: there is no second way.
    with pytest.raises(HomeAssistantError):
        await call(hass, "open")
    assert not requests_to(box, CALL)


@enabled
@nested
async def test_refused_door_stays_locked_and_is_not_tried_again(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """HomeKit, which waits for a change, sees the lock return to locked."""
    await set_up()
    box.answer_instead[CALL] = CannedAnswer(404, b"<html>404</html>")
    seen = states_of(hass)
    assert await refused(hass) == "door_refused"
    await hass.async_block_till_done()
    assert seen == ["unlocking", "locked"]
    assert "changed_by" not in lock(hass).attributes
    await passes(hass, timedelta(minutes=5))
    assert requests_to(box, CALL) == 1


@enabled
@nested
async def test_lock_is_unknown_while_the_door_may_be_open(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """The box received the call and gave no clear answer."""
    await set_up()
    box.answer_instead[CALL] = CannedAnswer(500, b"<html>500</html>")
    assert await refused(hass) == "door_no_answer"
    assert lock(hass).state == "unknown"
    assert await refused(hass) == "door_no_answer"
    assert lock(hass).state == "unknown"
    await passes(hass, PULSE + timedelta(seconds=1))
    assert lock(hass).state == "locked"
    # An open door is not less open by it.
    del box.answer_instead[CALL]
    await unlock(hass)
    box.answer_instead[CALL] = CannedAnswer(500, b"<html>500</html>")
    assert await refused(hass) == "door_no_answer"
    assert lock(hass).state == "unlocked"


@enabled
@nested
async def test_removed_lock_waits_for_nothing(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """Its door was open."""
    entry = await set_up()
    await unlock(hass)
    assert await hass.config_entries.async_unload(entry.entry_id)
    await passes(hass, PULSE + timedelta(seconds=1))
    assert lock(hass).state == "unavailable"
    assert len(box.door_actions) == 1


@enabled
@nested
async def test_voice_assistant_unlocks_the_door(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """Off is unlock for Assist."""
    assert await async_setup_component(hass, "homeassistant", {})
    assert await async_setup_component(hass, "intent", {})
    await set_up()
    async_expose_entity(hass, "conversation", LOCK, True)
    await intent.async_handle(
        hass,
        "test",
        "HassTurnOff",
        {"name": {"value": "Front door Lock"}, "domain": {"value": "lock"}},
        assistant="conversation",
    )
    assert lock(hass).state == "unlocked"
    assert len(box.door_actions) == 1


@enabled
@nested
@pytest.mark.parametrize("data", [{}, {"code": ""}, {"code": "12"}, {"code": "abcdef"}])
async def test_lock_with_a_code_refuses_a_missing_or_malformed_code(
    hass: HomeAssistant,
    box: EmulatedBox,
    set_up: SetUp,
    stored: str,
    data: dict[str, Any],
) -> None:
    """Home Assistant checks the format."""
    await set_up({"door_code": stored})
    assert await refused(hass, **data) == "add_default_code"
    assert not requests_to(box, CALL)


@enabled
@nested
async def test_right_code_unlocks_and_wrong_codes_are_slowed_down(
    hass: HomeAssistant,
    box: EmulatedBox,
    set_up: SetUp,
    stored: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """While it waits, the right one is refused, too."""
    entry = await set_up({"door_code": stored})
    code = entry.runtime_data.doors._code
    assert code is not None
    now = 1_000.0
    monkeypatch.setattr(code, "_now", lambda: now)
    code._guesses.blocked_until = now
    await guess_wrong(hass, 3)
    assert await refused(hass, code=CODE) == "door_too_many_codes"
    assert not requests_to(box, CALL)
    now += door_code._FIRST_WAIT
    assert await refused(hass, code="000000") == "door_wrong_code"
    now += door_code._FIRST_WAIT
    # It doubled.
    assert await refused(hass, code=CODE) == "door_too_many_codes"
    now += door_code._FIRST_WAIT
    await unlock(hass, code=CODE)
    assert len(box.door_actions) == 1
    # Two may be mistyped again.
    await guess_wrong(hass, 2)
    await unlock(hass, code=CODE)
    assert len(box.door_actions) == 2


@enabled
@nested
async def test_wrong_codes_count_beyond_a_reload(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, stored: str
) -> None:
    """A guesser may cut the power of the box, which reloads it."""
    entry = await set_up({"door_code": stored})
    await guess_wrong(hass, 3)
    assert await hass.config_entries.async_reload(entry.entry_id)
    await until_listening(entry)
    assert await refused(hass, code=CODE) == "door_too_many_codes"
    assert not requests_to(box, CALL)


@nested
@pytest.mark.parametrize("damaged", ["", "salt", "00:zz", ["no", "text"], "aa:"])
async def test_damaged_code_opens_nothing(
    hass: HomeAssistant, damaged: object, box: EmulatedBox, set_up: SetUp
) -> None:
    """It is not as if there were none."""
    entry = await set_up({"door_code": damaged})
    code = entry.runtime_data.doors._code
    assert code is not None
    for attempt in (CODE, None):
        with pytest.raises(ServiceValidationError) as raised:
            await code.async_check(attempt)
        assert raised.value.translation_key == "door_wrong_code"


@enabled
@nested
async def test_default_code_of_the_entity_is_enough(
    hass: HomeAssistant,
    entity_registry: er.EntityRegistry,
    box: EmulatedBox,
    set_up: SetUp,
    stored: str,
) -> None:
    """Home Assistant sends it if the call has none."""
    await set_up({"door_code": stored})
    entity_registry.async_update_entity_options(LOCK, "lock", {"default_code": CODE})
    await unlock(hass)
    assert len(box.door_actions) == 1


@enabled
@nested
async def test_door_stays_shut_in_lockdown_unless_the_action_overrides_it(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """The end of the lockdown is found at once."""
    box.settings.pass_mode = "allforbidden"
    await set_up()
    assert await refused(hass) == "door_locked_down"
    for opening in (press(hass), act(hass, "open_door", door(hass))):
        with pytest.raises(HomeAssistantError) as raised:
            await opening
        assert raised.value.translation_key == "door_locked_down"
    assert not requests_to(box, CALL)
    assert state_of(hass, LOCK) == "locked"
    await act(hass, "open_door", {**door(hass), "override_lockdown": True})
    assert len(box.door_actions) == 1
    box.settings.pass_mode = "normal"
    await unlock(hass)
    assert len(box.door_actions) == 2


@enabled
@nested
@pytest.mark.parametrize("pass_mode", ["normal", "allforbidden"])
async def test_door_that_opens_before_the_pass_mode_is_known_asks_for_it(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, pass_mode: str
) -> None:
    """A lockdown may have begun before the start, or while the box was silent."""
    box.answer_instead[PASS_MODE] = CannedAnswer(500, b"<html>500</html>")
    await set_up()
    del box.answer_instead[PASS_MODE]
    box.settings.pass_mode = pass_mode
    if pass_mode == "normal":
        await unlock(hass)
    else:
        assert await refused(hass) == "door_locked_down"
    assert len(box.door_actions) == (pass_mode == "normal")


@enabled
@nested
async def test_door_of_a_box_that_tells_no_pass_mode_opens(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """Firmware before V5R7 has no call for it."""
    box.answer_instead[PASS_MODE] = CannedAnswer(404, b"<html>404</html>")
    await set_up()
    await unlock(hass)
    assert len(box.door_actions) == 1


@enabled
@nested
async def test_unlocking_a_door_whose_relay_was_unbound_opens_nothing(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """The lock is unavailable, but a call may be under way."""
    entry = await set_up()
    entity = lock_entity(hass)
    box.remove_device(box.devices[0].device_id)
    data = entry.runtime_data.data
    entry.runtime_data.data = type(data)(data.info, {}, {})
    with pytest.raises(HomeAssistantError) as raised:
        await entity.async_unlock()
    assert raised.value.translation_key == "door_has_no_relay"
    assert not requests_to(box, CALL)
