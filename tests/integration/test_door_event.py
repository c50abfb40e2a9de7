"""The event of a door: every call of Home Assistant that is to open it."""

from collections.abc import Mapping

import pytest

from custom_components.se_aibox.box.door_code import hashed_code
from custom_components.se_aibox.box.doors import Reason, Way
from custom_components.se_aibox.event import DoorEvent
from emulator import CannedAnswer, EmulatedBox
from homeassistant.auth.models import User
from homeassistant.components.event.const import DOMAIN as EVENT_DOMAIN
from homeassistant.core import Context, HomeAssistant, State
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.entity_component import DATA_INSTANCES

from .conftest import SetUp
from .texts import LANGUAGES, texts

OPENING = "event.front_door_door_opening"
LOCK = "lock.front_door_lock"
OPEN = "button.front_door_open_door"
CALL = "/SophonFogSys/api/EventAction"

pytest_plugins = ["tests.integration.entity_fixtures"]

nested = pytest.mark.parametrize("dialect", ["nested"])
enabled = pytest.mark.usefixtures("every_entity_enabled")


async def open_door(
    hass: HomeAssistant, way: Way, user: User | None = None, **data: object
) -> None:
    """Open the front door."""
    entity = er.async_get(hass).async_get(OPENING)
    assert entity is not None
    calls: dict[Way, tuple[str, str, dict[str, object]]] = {
        Way.BUTTON: ("button", "press", {"entity_id": OPEN}),
        Way.LOCK: ("lock", "unlock", {"entity_id": LOCK}),
        Way.ACTION: ("se_aibox", "open_door", {"device_id": entity.device_id}),
    }
    domain, action, where = calls[way]
    await hass.services.async_call(
        domain,
        action,
        {**where, **data},
        blocking=True,
        context=Context(user_id=user.id if user else None),
    )


def event(hass: HomeAssistant) -> State:
    """Return the state of the event."""
    state = hass.states.get(OPENING)
    assert state is not None
    return state


def said(state: State) -> Mapping[str, object]:
    """Return what the event tells."""
    keys = ("event_type", "called_by", "way", "reason")
    return {key: state.attributes[key] for key in keys}


@enabled
@nested
@pytest.mark.parametrize("way", Way)
async def test_every_way_to_open_a_door_fires_its_event(
    hass: HomeAssistant,
    box: EmulatedBox,
    set_up: SetUp,
    hass_admin_user: User,
    way: Way,
) -> None:
    """It names nobody; the context says which user it was."""
    await set_up()
    assert event(hass).state == "unknown"
    for user, called_by in ((hass_admin_user, "user"), (None, "automation")):
        before = event(hass).state
        await open_door(hass, way, user)
        state = event(hass)
        assert state.state != before
        assert said(state) == {
            "event_type": "opened",
            "called_by": called_by,
            "way": way.value,
            "reason": None,
        }
        assert str(hass_admin_user.name) not in str(state.attributes)
        assert state.context.user_id == (user and user.id)
    assert len(box.door_actions) == 2


@enabled
@nested
@pytest.mark.parametrize("way", Way)
@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (CannedAnswer(404, b"<html>404</html>"), Reason.REFUSED),
        (CannedAnswer(500, b"<html>500</html>"), Reason.NO_ANSWER),
        (None, Reason.NOT_REACHED),
    ],
)
async def test_failed_opening_says_why(
    hass: HomeAssistant,
    box: EmulatedBox,
    set_up: SetUp,
    way: Way,
    answer: CannedAnswer | None,
    reason: Reason,
) -> None:
    """It is an error to the caller, too."""
    await set_up()
    if answer is None:
        await box.port("rest").close()
    else:
        box.answer_instead[CALL] = answer
    with pytest.raises(HomeAssistantError):
        await open_door(hass, way)
    assert said(event(hass)) == {
        "event_type": "failed",
        "called_by": "automation",
        "way": way.value,
        "reason": reason.value,
    }


@enabled
@nested
async def test_wrong_codes_and_lockdown_are_events_too(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """Somebody may want to know who guesses."""
    box.settings.pass_mode = "allforbidden"
    await set_up({"door_code": hashed_code("204060")})
    reasons = []
    for code in ("204060", "000000", "000000", "000000", "204060"):
        with pytest.raises(HomeAssistantError):
            await open_door(hass, Way.LOCK, code=code)
        reasons.append(event(hass).attributes["reason"])
    assert reasons == ["locked_down", *["wrong_code"] * 3, "too_many_codes"]
    assert "204060" not in str(event(hass).attributes)


@enabled
@nested
async def test_call_without_a_context_fires_the_event(
    hass: HomeAssistant, set_up: SetUp
) -> None:
    """Somebody in Home Assistant pressed the button without one."""
    await set_up()
    button = hass.data[DATA_INSTANCES]["button"].get_entity(OPEN)
    assert button is not None
    assert button._context is None
    await button.async_press()  # type: ignore[attr-defined]  # It is a button.
    assert said(event(hass))["called_by"] == "automation"


@enabled
@nested
async def test_recognition_is_no_opening(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """A box may open for it, and does not say so."""
    await set_up()
    await box.recognize(box.devices[0], box.people[0])
    await hass.async_block_till_done()
    assert event(hass).state == "unknown"
    entity = hass.data[DATA_INSTANCES][EVENT_DOMAIN].get_entity(OPENING)
    assert isinstance(entity, DoorEvent)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_way_and_reason_has_a_word(language: str) -> None:
    """No word is left over."""
    words = texts(language)["entity"]["event"]["door"]["state_attributes"]
    assert words["way"]["state"].keys() == {*Way}
    assert words["reason"]["state"].keys() == {*Reason}
    assert words["called_by"]["state"].keys() == {"user", "automation"}
