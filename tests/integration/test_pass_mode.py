"""The select that changes whom a box lets in."""

import asyncio
from collections.abc import Callable
from unittest.mock import patch

import pytest

# It ships no py.typed.
from pytest_homeassistant_custom_component.common import MockConfigEntry  # type: ignore[import-untyped]

from custom_components.se_aibox.aibox.exceptions import AiBoxTimeoutError
from custom_components.se_aibox.aibox.models import PassMode
from custom_components.se_aibox.aibox.rest import Rest
from custom_components.se_aibox.aibox.settings import Setting
from custom_components.se_aibox.box.polls import BoxPoll
from emulator import CannedAnswer, EmulatedBox, Variant
from homeassistant.auth.const import GROUP_ID_USER
from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import entity_registry as er
from tests.integration.actions.action_helpers import act
from tests.integration.se3.se3_helpers import add, make_se3, make_se3_entry

from .conftest import SetUp
from .helpers import requests_to, state_of

pytest_plugins = [
    "tests.integration.entity_fixtures",
    "tests.integration.se3.se3_fixtures",
]

CONTROL = "select.bm1684_180_pass_mode_control"
SENSOR = "sensor.bm1684_180_pass_mode"
OPEN = "button.front_door_open_door"
LOCK = "lock.front_door_lock"
MODES = {"nobody": "allforbidden", "everyone": "allpass", "normal": "normal"}

pytestmark = pytest.mark.usefixtures("every_entity_enabled")

nested = pytest.mark.parametrize("dialect", ["nested"])


async def choose(
    hass: HomeAssistant, option: str, context: Context | None = None
) -> None:
    """Choose a pass mode."""
    await hass.services.async_call(
        "select",
        "select_option",
        {"entity_id": CONTROL, "option": option},
        blocking=True,
        context=context,
    )


async def failure(hass: HomeAssistant, option: str) -> str | None:
    """Choose a pass mode in vain, and return which error it is."""
    with pytest.raises(HomeAssistantError) as raised:
        await choose(hass, option)
    return raised.value.translation_key


async def press(hass: HomeAssistant) -> None:
    """Open the front door."""
    await hass.services.async_call(
        "button", "press", {"entity_id": OPEN}, blocking=True
    )


def change_path(box: EmulatedBox) -> str:
    """Return the path of the call that changes settings."""
    if box.dialect == "nested":
        return "/SophonConfig/api/Configs"
    return "/sophon/v2/face/setconfigs"


def changes(box: EmulatedBox) -> int:
    """Return how often the box was asked to change a setting."""
    return sum(request.path == change_path(box) for request in box.requests)


async def test_pass_mode_is_changed_on_the_box_and_read_back(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """Each change is one call, and the sensor shows it, too."""
    await set_up()
    assert state_of(hass, CONTROL) == "normal"
    for count, (option, word) in enumerate(MODES.items(), start=1):
        await choose(hass, option)
        assert box.settings.pass_mode == word
        assert (state_of(hass, CONTROL), state_of(hass, SENSOR)) == (option, option)
        assert changes(box) == count


@nested
@pytest.mark.parametrize("word", ["allpass", "holiday"])
async def test_state_is_what_the_box_says(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, word: str
) -> None:
    """A mode that nobody knows is unknown."""
    box.settings.pass_mode = word
    await set_up()
    known = {word: option for option, word in MODES.items()}
    assert state_of(hass, CONTROL) == known.get(word, "unknown")


async def test_select_is_disabled_until_somebody_enables_it(
    hass: HomeAssistant, entity_registry: er.EntityRegistry, set_up: SetUp
) -> None:
    """It is for the settings of the box."""
    with patch(
        "homeassistant.helpers.entity.Entity.entity_registry_enabled_default", False
    ):
        await set_up()
    entity = entity_registry.async_get(CONTROL)
    assert entity is not None
    assert entity.disabled_by is er.RegistryEntryDisabler.INTEGRATION
    assert entity.entity_category == "config"
    assert hass.states.get(CONTROL) is None


async def test_only_administrators_and_automations_change_it(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """Other users are refused in words."""
    await set_up()
    admin = await hass.auth.async_create_user("Ada", group_ids=["system-admin"])
    user = await hass.auth.async_create_user("Tom", group_ids=[GROUP_ID_USER])
    with pytest.raises(ServiceValidationError) as raised:
        await choose(hass, "nobody", Context(user_id=user.id))
    assert raised.value.translation_key == "only_administrators"
    assert not changes(box)
    await choose(hass, "nobody", Context(user_id=admin.id))
    assert state_of(hass, CONTROL) == "nobody"
    await choose(hass, "normal", Context(parent_id="automation"))
    assert state_of(hass, CONTROL) == "normal"


def ignores(box: EmulatedBox) -> None:
    """Let the box claim to obey."""
    box.state.variant = Variant(ignores_settings=True)


def manage(box: EmulatedBox) -> None:
    """Log the box in to a platform."""
    box.settings.platform_url = "http://192.0.2.154:9061/api/gateway/login"
    box.settings.work_mode = "mq"


def start(box: EmulatedBox) -> None:
    """Let the box start anew."""
    box.state.initializing = True


def refuse(box: EmulatedBox) -> None:
    """Let the box refuse the change."""
    box.answer_instead[change_path(box)] = CannedAnswer(
        400, b'{"error": {"code": "INVALID_ARGUMENTS", "status": "INVALID_ARGUMENTS"}}'
    )


def lack(box: EmulatedBox) -> None:
    """Let the box have no such call."""
    box.answer_instead[change_path(box)] = CannedAnswer(404, b"<html>404</html>")


def garble(box: EmulatedBox) -> None:
    """Let the box answer what nobody understands."""
    box.answer_instead[change_path(box)] = CannedAnswer(500, b"<html>500</html>")


@pytest.mark.parametrize(
    ("harm", "key"),
    [
        (ignores, "pass_mode_kept"),
        (garble, "pass_mode_kept"),
        (manage, "pass_mode_managed"),
        (start, "box_starting"),
        (refuse, "box_refused"),
        (lack, "box_lacks_call"),
    ],
)
async def test_box_that_does_not_obey_is_an_error_in_words(
    hass: HomeAssistant,
    box: EmulatedBox,
    set_up: SetUp,
    harm: Callable[[EmulatedBox], None],
    key: str,
) -> None:
    """The state is read again: here somebody else changed it meanwhile."""
    await set_up()
    harm(box)
    box.settings.pass_mode = "allpass"
    assert await failure(hass, "nobody") == key
    assert box.settings.pass_mode == "allpass"
    expected = "unknown" if harm is start else "everyone"
    assert state_of(hass, CONTROL) == expected
    assert changes(box) <= 1


@nested
async def test_silent_box_may_be_locked_down_so_no_door_opens(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """As soon as it answers again, Home Assistant knows."""
    entry = await set_up()
    await box.port("rest").close()
    assert await failure(hass, "nobody") == "pass_mode_unknown"
    assert state_of(hass, CONTROL) == "unknown"
    assert state_of(hass, SENSOR) == "unavailable"
    with pytest.raises(HomeAssistantError) as raised:
        await press(hass)
    assert raised.value.translation_key == "door_locked_down"
    await entry.runtime_data.polls.pass_mode.async_refresh()
    assert state_of(hass, CONTROL) == "unknown"
    await box.port("rest").open()
    await press(hass)
    assert len(box.door_actions) == 1
    assert state_of(hass, CONTROL) == "normal"


async def test_silent_box_that_was_to_let_everyone_pass_bars_no_door(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """Nobody asked for a lockdown."""
    entry = await set_up()
    await box.port("rest").close()
    assert await failure(hass, "everyone") == "pass_mode_unknown"
    assert entry.runtime_data.polls.pass_mode.data is PassMode.NORMAL
    assert state_of(hass, CONTROL) == "unknown"


async def test_box_that_goes_away_before_it_is_read_back_leaves_it_unknown(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """It obeyed, as is found out later."""
    entry = await set_up()
    read = Rest.setting

    async def go_away(rest: Rest, setting: Setting) -> str | None:
        await box.port("rest").close()
        return await read(rest, setting)

    with patch.object(Rest, "setting", go_away):
        assert await failure(hass, "nobody") == "pass_mode_unknown"
    assert box.settings.pass_mode == "allforbidden"
    assert state_of(hass, CONTROL) == "unknown"
    await box.port("rest").open()
    await entry.runtime_data.polls.pass_mode.async_refresh()
    assert state_of(hass, CONTROL) == "nobody"
    assert changes(box) == 1


@pytest.mark.parametrize("dialect", ["nested", "flat"])
async def test_box_that_starts_anew_after_a_lockdown_began_opens_no_door(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """It refuses to say what it has, not the change."""
    entry = await set_up()
    read = Rest.setting

    async def start_anew(rest: Rest, setting: Setting) -> str | None:
        start(box)
        return await read(rest, setting)

    with patch.object(Rest, "setting", start_anew):
        assert await failure(hass, "nobody") == "pass_mode_unknown"
    assert box.settings.pass_mode == "allforbidden"
    assert state_of(hass, CONTROL) == "unknown"
    assert entry.runtime_data.polls.pass_mode.data is PassMode.NOBODY
    if box.dialect == "nested":
        with pytest.raises(HomeAssistantError) as raised:
            await press(hass)
        assert raised.value.translation_key == "door_locked_down"


async def test_box_that_obeyed_without_an_answer_is_no_error(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """It says so when it is asked again."""
    await set_up()
    with patch.object(Rest, "setting", side_effect=AiBoxTimeoutError):
        await choose(hass, "nobody")
    assert box.settings.pass_mode == "allforbidden"
    assert state_of(hass, CONTROL) == "nobody"


@nested
async def test_doors_know_of_a_lockdown_at_once(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """And of its end."""
    await set_up()
    entity = er.async_get(hass).async_get(LOCK)
    assert entity is not None
    ways = (
        lambda: press(hass),
        lambda: hass.services.async_call(
            "lock", "unlock", {"entity_id": LOCK}, blocking=True
        ),
        lambda: act(hass, "open_door", {"device_id": entity.device_id}),
    )
    await choose(hass, "nobody")
    for way in ways:
        with pytest.raises(HomeAssistantError) as raised:
            await way()
        assert raised.value.translation_key == "door_locked_down"
    assert not box.door_actions
    await choose(hass, "normal")
    asked = requests_to(box, "/SophonConfig/api/Configs/PASSMODE")
    for way in ways:
        await way()
    assert len(box.door_actions) == len(ways)
    assert requests_to(box, "/SophonConfig/api/Configs/PASSMODE") == asked


@pytest.mark.usefixtures("base")
@pytest.mark.parametrize("talkative", [False, True])
async def test_se3_has_the_select_only_if_it_reports_its_pass_mode(
    hass: HomeAssistant, talkative: bool
) -> None:
    """Whether it has the other call is seen when it is used."""
    async with make_se3() as se3:
        with patch(
            "custom_components.se_aibox.aibox.se3.Se3Client.has_reading",
            return_value=talkative,
        ):
            await add(hass, make_se3_entry(se3))
        [name] = [
            state.entity_id.partition(".")[2].removesuffix("_connection")
            for state in hass.states.async_all("binary_sensor")
            if state.entity_id.endswith("_connection")
        ]
        exists = hass.states.get(f"select.{name}_pass_mode_control") is not None
    assert exists is talkative


@pytest.mark.parametrize("fails", [False, True])
async def test_older_answer_does_not_replace_a_change(
    hass: HomeAssistant, fails: bool
) -> None:
    """A poll that began before it may be answered after it."""
    older: asyncio.Future[str] = hass.loop.create_future()

    async def ask() -> str:
        return await older

    poll = BoxPoll(hass, MockConfigEntry(), "word", ask)
    refresh = hass.async_create_task(poll.async_refresh())
    poll.async_take("changed")
    if fails:
        older.set_exception(AiBoxTimeoutError())
    else:
        older.set_result("older")
    await refresh
    assert (poll.data, poll.answered) == ("changed", True)
