"""The blueprint that starts a roll call at an alarm."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import pytest

from emulator import Identity
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from tests.integration.helpers import FiredEvents, let_time_pass, state_of, until
from tests.integration.recognition.automation_helpers import FRIEND, GUEST
from tests.integration.site.roll_call_helpers import (
    LIST,
    MISSING,
    check,
    missing,
    start,
)
from tests.integration.site.site_helpers import Office

from .blueprint_helpers import END, SMALL, Phone, use_blueprint

type Watch = Callable[..., Awaitable[None]]

pytest_plugins = [
    "tests.integration.blueprints.blueprint_fixtures",
    "tests.integration.people.people_fixtures",
    "tests.integration.site.site_fixtures",
]

SMOKE = "binary_sensor.smoke"
NOBODY = "Nobody who was seen is on the list"
DONE = "Everybody on the list is accounted for"


@pytest.fixture
def watch(hass: HomeAssistant, office: Office, tmp_path: Path, phone: Phone) -> Watch:
    """Return a function that sets up the automation for the office."""

    async def _watch(**inputs: object) -> None:
        hass.states.async_set(SMOKE, "off")
        given: dict[str, object] = {
            "alarms": [SMOKE, "input_boolean.drill"],
            "sites": [office.site.device_id],
            "phones": [phone.device_id],
            "actions": [
                {
                    "event": "loudspeaker",
                    "event_data": {"title": "{{ title }}", "missing": "{{ missing }}"},
                }
            ],
        }
        await use_blueprint(hass, tmp_path, "roll_call", **given | inputs)

    return _watch


def burn(hass: HomeAssistant, alarm: str = SMOKE) -> None:
    """Set off an alarm."""
    hass.states.async_set(alarm, "off")
    hass.states.async_set(alarm, "on")


async def messages(phone: Phone, count: int) -> list[str]:
    """Return the next messages, and prove that there are no more."""
    # The automation waits all the time, so a test cannot wait for its end.
    await until(lambda: phone.unread >= count)
    await asyncio.sleep(0.05)
    return phone.messages()


def remind(hass: HomeAssistant) -> None:
    """Let the time until the next reminder pass."""
    let_time_pass(hass, timedelta(minutes=3, seconds=1))


async def leave(hass: HomeAssistant, office: Office, identity: Identity) -> None:
    """Let a person leave, without waiting for the automation."""
    box = office.boxes.nested
    before = state_of(hass, MISSING)
    await box.recognize(box.devices[1], identity)
    await until(lambda: state_of(hass, MISSING) != before)


async def test_alarm_reports_missing_people_until_the_list_is_complete(
    hass: HomeAssistant, office: Office, watch: Watch, phone: Phone
) -> None:
    """With faces, on phones and by an action."""
    told = FiredEvents(hass, "loudspeaker")
    await watch()
    await office.sees(office.entrance, FRIEND)
    await office.sees(office.other_entrance, GUEST)
    burn(hass)
    summary, *faces = [await phone.next() for _ in range(3)]
    assert summary["title"] == f"Missing: 2{END}"
    assert summary["message"] == f"小明, Anna{END}"
    assert [face["message"] for face in faces] == [f"小明{END}", f"Anna{END}"]
    for face in faces:
        assert face["data"]["image"].endswith(f"/face{SMALL}")
    said = await told.next()
    assert said["title"] == "Missing: 2"
    assert [each["name"] for each in said["missing"]] == ["小明", "Anna"]
    assert not phone.unread

    await leave(hass, office, FRIEND)
    remind(hass)
    assert await messages(phone, 2) == ["Anna", "Anna"]
    await check(hass, "Anna")
    assert await messages(phone, 1) == [DONE]
    await hass.async_block_till_done()
    assert told.unread == 2


async def test_second_alarm_does_not_start_it_anew(
    hass: HomeAssistant, office: Office, watch: Watch, phone: Phone
) -> None:
    """People who were checked off would be missing again."""
    await watch()
    await office.sees(office.entrance, FRIEND)
    await office.sees(office.entrance, GUEST)
    burn(hass)
    assert len(await messages(phone, 3)) == 3
    await check(hass, "Anna")
    burn(hass, "input_boolean.drill")
    assert await messages(phone, 0) == []
    assert await missing(hass) == ["小明"]


async def test_roll_call_that_is_over_can_start_anew(
    hass: HomeAssistant, office: Office, watch: Watch, phone: Phone
) -> None:
    """After the last reminder it ends, even if people are missing."""
    await watch(reminders=1, most_faces=0)
    await office.sees(office.entrance, FRIEND)
    for _ in range(2):
        burn(hass)
        assert await messages(phone, 1) == ["小明"]
        remind(hass)
        assert await messages(phone, 1) == ["小明"]
        await hass.async_block_till_done()


async def test_empty_list_reports_that_no_one_seen_is_inside(
    hass: HomeAssistant, watch: Watch, phone: Phone
) -> None:
    """It does not say that everyone is safe."""
    await watch()
    burn(hass)
    assert await messages(phone, 1) == [NOBODY]
    await hass.async_block_till_done()


@pytest.mark.parametrize("before", ["unavailable", "unknown"])
async def test_detector_that_comes_back_starts_nothing(
    hass: HomeAssistant, office: Office, watch: Watch, before: str
) -> None:
    """Its alarm may be an old one, and the list is kept."""
    await watch()
    hass.states.async_set(SMOKE, before)
    hass.states.async_set(SMOKE, "on")
    await hass.async_block_till_done()
    assert office.site.roll_calls.current is None


async def test_roll_call_started_by_hand_meanwhile_is_reported(
    hass: HomeAssistant, office: Office, watch: Watch, phone: Phone
) -> None:
    """Without faces, which only its own start returns."""
    await watch()
    await office.sees(office.entrance, FRIEND)
    burn(hass)
    assert await messages(phone, 2) == ["小明", "小明"]
    box = office.boxes.nested
    await box.recognize(box.devices[0], GUEST)
    await until(lambda: office.site.count == 2)
    await start(hass)
    remind(hass)
    assert await messages(phone, 1) == ["小明, Anna"]


async def test_everybody_counts_as_missing_without_the_list(
    hass: HomeAssistant,
    office: Office,
    watch: Watch,
    phone: Phone,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A user may disable the to-do list."""
    er.async_get(hass).async_update_entity(
        LIST, disabled_by=er.RegistryEntryDisabler.USER
    )
    await hass.async_block_till_done()
    await until(lambda: hass.states.get(LIST) is None)
    await watch(most_faces=0)
    await office.sees(office.entrance, FRIEND)
    burn(hass)
    assert await messages(phone, 1) == ["小明"]
    assert "did not match any entities" in caplog.text
    caplog.clear()


async def test_name_is_plain_text(
    hass: HomeAssistant, office: Office, watch: Watch, phone: Phone
) -> None:
    """It is neither markup nor a command to the phone."""
    await watch()
    await office.sees(office.entrance, Identity("1", "<h1>&amp;"))
    burn(hass)
    assert await messages(phone, 2) == ["＜h1>＆amp;", "＜h1>＆amp;"]


@pytest.mark.parametrize("urgent", [True, False])
async def test_urgent_message_sounds_on_a_silent_phone(
    hass: HomeAssistant, office: Office, watch: Watch, phone: Phone, urgent: bool
) -> None:
    """The faces that follow it do not."""
    await watch(urgent=urgent)
    await office.sees(office.entrance, FRIEND)
    burn(hass)
    summary, face = [(await phone.next())["data"] for _ in range(2)]
    assert ("push" in summary, "channel" in summary) == (urgent, urgent)
    assert "push" not in face


async def test_failing_phone_or_action_does_not_stop_the_others(
    hass: HomeAssistant,
    office: Office,
    watch: Watch,
    phone: Phone,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The roll call goes on, and the errors are logged."""
    other = Phone(hass, "Tablet")
    other.is_out_of_reach = True
    await watch(
        phones=[other.device_id, phone.device_id],
        actions=[{"action": f"notify.{other.action}", "data": {"message": "Fire"}}],
    )
    await office.sees(office.entrance, FRIEND)
    burn(hass)
    assert await messages(phone, 2) == ["小明", "小明"]
    remind(hass)
    assert await messages(phone, 2) == ["小明", "小明"]
    assert "not connected to local push notifications" in caplog.text
    caplog.clear()
