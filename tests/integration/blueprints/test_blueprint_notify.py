"""The blueprint that sends a notification about a person at the door."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from emulator import EmulatedBox, Identity
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr
from tests.integration.conftest import SetUp
from tests.integration.helpers import PATIENCE_SECONDS, FiredEvents
from tests.integration.recognition.automation_helpers import (
    CHIEF,
    COLLEAGUE,
    CULPRIT,
    FRIEND,
    GUEST,
    Door,
    doors_of,
)

from .blueprint_helpers import END, REPORT, SMALL, Phone, report, use_blueprint

type UseNotify = Callable[..., Awaitable[list[Door]]]

pytest_plugins = ["tests.integration.blueprints.blueprint_fixtures"]

EVERYBODY = (FRIEND, GUEST, CHIEF, CULPRIT, None)
pytestmark = pytest.mark.parametrize("dialect", ["nested"])


@pytest.fixture
def use_notify(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, tmp_path: Path, phone: Phone
) -> UseNotify:
    """Return a function that sets up the automation and returns the doors."""

    async def _use_notify(**inputs: object) -> list[Door]:
        doors = doors_of(hass, box, await set_up())
        where = {"device_id": [doors[0].device_id]}
        given = {"where": where, "phones": [phone.device_id], **inputs}
        await use_blueprint(hass, tmp_path, "notify", **given)
        return doors

    return _use_notify


async def test_notification_has_person_door_and_face(
    use_notify: UseNotify, phone: Phone, fired: FiredEvents
) -> None:
    """A recognition at another door sends none."""
    front_door, back_door, _ = await use_notify()
    await back_door.sees(COLLEAGUE)
    await front_door.sees(FRIEND)
    notification = await phone.next()
    await fired.next()
    event = await fired.next()
    assert notification["title"] == f"Front door{END}"
    assert notification["message"] == f"小明 · Front door{END}"
    assert notification["data"]["image"] == event["pictures"]["face"] + SMALL
    assert notification["data"]["actions"] == []
    await front_door.sees()
    assert (await phone.next())["message"] == f"Stranger · Front door{END}"
    assert phone.unread == 0


@pytest.mark.parametrize(
    ("inputs", "expected"),
    [
        ({}, ["小明", "Anna", "Ms. Wu", "Mallory", "Stranger"]),
        ({"person_types": ["vip", "stranger"]}, ["Ms. Wu", "Stranger"]),
        ({"people": ["20001", "小明"]}, ["小明", "Anna"]),
        ({"people": ["66600", "20001"], "person_types": ["visitor"]}, ["Anna"]),
        ({"minimum_score": 95, "stranger": "陌生人"}, ["陌生人"]),
        ({"minimum_score": 80}, ["小明", "Anna", "Ms. Wu", "Mallory", "Stranger"]),
    ],
)
async def test_only_chosen_people_types_and_scores_are_notified(
    use_notify: UseNotify, phone: Phone, inputs: dict[str, Any], expected: list[str]
) -> None:
    """All filters must match."""
    front_door, *_ = await use_notify(message="{{ who }}", **inputs)
    for identity in EVERYBODY:
        await front_door.sees(identity, score=90.0)
    assert phone.messages() == expected


async def test_missing_score_is_below_every_minimum(
    use_notify: UseNotify, phone: Phone
) -> None:
    """The message of the box has no score."""
    front_door, *_ = await use_notify(minimum_score=1)
    await front_door.sees(FRIEND, omit=("score",))
    assert phone.unread == 0


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("<b>Tom</b> &lt;*_[x](http://y)", "＜b>Tom＜/b> ＆lt;*_[x](http://y)"),
        ("{{ states('sun.sun') }}", "{{ states('sun.sun') }}"),
        ("clear_notification", "clear_notification"),
        ("12345", "12345"),
        ("0012", "0012"),
        ("{'a': 1}", "{'a': 1}"),
        ("None", "None"),
        ("'", "'"),
    ],
)
async def test_name_in_a_notification_is_plain_text(
    use_notify: UseNotify, phone: Phone, name: str, shown: str
) -> None:
    """It is no markup, command or template."""
    front_door, *_ = await use_notify(message="{{ who }}")
    await front_door.sees(Identity("1", name))
    assert (await phone.next())["message"] == shown + END


@pytest.mark.parametrize(
    ("picture", "pictures", "shown"),
    [
        ("face", ("face", "scene"), "face"),
        ("scene", ("face", "scene"), "scene"),
        ("face", ("scene",), "scene"),
        ("scene", ("face",), "face"),
        ("face", (), None),
    ],
)
async def test_notification_shows_the_chosen_picture_or_another(
    use_notify: UseNotify,
    phone: Phone,
    picture: str,
    pictures: tuple[str, ...],
    shown: str | None,
) -> None:
    """Without pictures it has no image."""
    front_door, *_ = await use_notify(picture=picture)
    there = {
        "recognize_face": "face" in pictures,
        "spot_pic": "scene" in pictures,
    }
    missing = {key: "" for key, is_there in there.items() if not is_there}
    await front_door.sees(FRIEND, overrides={"ext_data": missing})
    image = (await phone.next())["data"].get("image")
    assert (image and image.rpartition("/")[2]) == (shown and shown + SMALL)


async def test_button_runs_its_action_for_its_own_notification(
    hass: HomeAssistant, box: EmulatedBox, use_notify: UseNotify, phone: Phone
) -> None:
    """After one button of a notification, the other does nothing."""
    pressed = FiredEvents(hass, "pressed")
    await use_notify(
        **{
            f"button_{number}{what}": value
            for number in (1, 2)
            for what, value in {
                "": f"Button {number}",
                "_actions": [
                    {
                        "event": "pressed",
                        "event_data": {
                            "button": number,
                            "who": "{{ trigger.identity_name }}",
                        },
                    }
                ],
            }.items()
        }
    )
    await box.recognize(box.devices[0], FRIEND)
    ming = await phone.next()
    await box.recognize(box.devices[0], COLLEAGUE)
    tom = await phone.next()
    assert [button["title"] for button in tom["data"]["actions"]] == [
        "Button 1",
        "Button 2",
    ]
    phone.press(tom, 1)
    assert await pressed.next() == {"button": 2, "who": "Tom"}
    phone.press(ming, 0)
    assert await pressed.next() == {"button": 1, "who": "小明"}
    await hass.async_block_till_done()
    phone.press(ming, 1)
    await hass.async_block_till_done()
    assert pressed.unread == 0


async def test_button_does_nothing_after_its_time(
    hass: HomeAssistant, box: EmulatedBox, use_notify: UseNotify, phone: Phone
) -> None:
    """The automation waits 0.2 seconds for it."""
    pressed = FiredEvents(hass, "pressed")
    await use_notify(
        button_1="Open",
        button_1_actions=[{"event": "pressed"}],
        button_time={"seconds": 0.2},
    )
    await box.recognize(box.devices[0], FRIEND)
    notification = await phone.next()
    await hass.async_block_till_done()
    phone.press(notification)
    await hass.async_block_till_done()
    assert pressed.unread == 0


async def test_person_is_notified_once_within_the_quiet_time(
    use_notify: UseNotify, phone: Phone
) -> None:
    """Strangers at one door share it."""
    front_door, *_ = await use_notify(message="{{ who }}")
    for identity in (FRIEND, FRIEND, COLLEAGUE, None, None, FRIEND):
        await front_door.sees(identity)
    assert phone.messages() == ["小明", "Tom", "Stranger"]


@pytest.mark.parametrize("quiet_time", ["00:00:01", {"seconds": 1}, 1])
async def test_quiet_time_ends(
    use_notify: UseNotify, phone: Phone, quiet_time: object
) -> None:
    """YAML has other forms than the selector."""
    front_door, *_ = await use_notify(message="{{ who }}", quiet_time=quiet_time)
    messages: list[str] = []
    await front_door.sees(FRIEND)
    async with asyncio.timeout(PATIENCE_SECONDS):
        while len(messages) < 2:
            await front_door.sees(FRIEND)
            messages += phone.messages()
    assert messages == ["小明", "小明"]


async def test_low_score_does_not_begin_the_quiet_time(
    use_notify: UseNotify, phone: Phone
) -> None:
    """No one was notified."""
    front_door, *_ = await use_notify(message="{{ who }}", minimum_score=80)
    await front_door.sees(FRIEND, score=60.0)
    await front_door.sees(FRIEND, score=90.0)
    assert phone.messages() == ["小明"]


async def test_actions_run_beside_phones_or_without_them(
    hass: HomeAssistant, use_notify: UseNotify, phone: Phone
) -> None:
    """They know the message, and wait for no button."""
    reports = FiredEvents(hass, REPORT)
    action = report(text="{{ title }}: {{ message }}")
    front_door, *_ = await use_notify(
        phones=[], actions=[action], button_1="Open", message="{{ who }}"
    )
    await front_door.sees(FRIEND)
    assert await reports.next() == {"text": "Front door: 小明"}
    assert phone.unread == 0
    state = hass.states.get("automation.tested")
    assert state is not None
    assert state.attributes["current"] == 0


async def test_failing_action_does_not_silence_the_phones(
    use_notify: UseNotify, phone: Phone, caplog: pytest.LogCaptureFixture
) -> None:
    """A phone that is out of reach does not silence the others, either."""
    front_door, *_ = await use_notify(actions=[{"action": "nothing.there"}])
    await front_door.sees(FRIEND)
    assert phone.unread == 1
    caplog.clear()


async def test_phone_out_of_reach_or_removed_does_not_silence_the_others(
    hass: HomeAssistant,
    use_notify: UseNotify,
    phone: Phone,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The error is logged."""
    other = Phone(hass, "Tablet")
    dr.async_get(hass).async_remove_device(phone.device_id)
    away = Phone(hass, "Old phone")
    away.is_out_of_reach = True
    phones = [phone.device_id, away.device_id, other.device_id]
    front_door, *_ = await use_notify(phones=phones)
    await front_door.sees(FRIEND)
    assert other.unread == 1
    assert "not connected" in caplog.text
    caplog.clear()


async def test_person_without_a_name_is_unnamed(
    use_notify: UseNotify, phone: Phone
) -> None:
    """The word of the box for it is no name."""
    front_door, *_ = await use_notify(message="{{ who }}")
    await front_door.sees(Identity("10010804", "佚名"))
    assert phone.messages() == ["Unnamed (10010804)"]


async def test_notification_has_no_buttons_while_a_hundred_wait(
    hass: HomeAssistant, box: EmulatedBox, use_notify: UseNotify, phone: Phone
) -> None:
    """No one is missed."""
    await use_notify(button_1="Open")
    notifications = []
    for number in range(102):
        person = Identity(str(number + 1), f"N{number}")
        await box.recognize(box.devices[0], person, include_pictures=False)
        notifications.append(await phone.next())
    buttons = [len(notification["data"]["actions"]) for notification in notifications]
    assert buttons == [1] * 100 + [0] * 2
    for notification in notifications[:100]:
        phone.press(notification)
    await hass.async_block_till_done()


async def test_phone_that_shares_its_name_is_notified_once(
    hass: HomeAssistant, use_notify: UseNotify, phone: Phone
) -> None:
    """Home Assistant reaches only one of them."""
    twin = dr.async_get(hass).async_get_or_create(
        config_entry_id=next(
            entry.entry_id for entry in hass.config_entries.async_entries("mobile_app")
        ),
        identifiers={("mobile_app", "twin")},
        name="Ming's Phone",
    )
    front_door, *_ = await use_notify(phones=[phone.device_id, twin.id])
    await front_door.sees(FRIEND)
    assert phone.unread == 1
