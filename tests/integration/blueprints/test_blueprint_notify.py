"""The blueprint that tells who is there: picture, buttons, quiet time."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from emulator import EmulatedBox, Identity
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr
from homeassistant.setup import async_setup_component
from tests.integration.conftest import SetUp
from tests.integration.helpers import Heard
from tests.integration.recognition.automation_helpers import (
    CHIEF,
    COLLEAGUE,
    CULPRIT,
    FRIEND,
    GUEST,
    Door,
    doors_of,
)

from .blueprint_helpers import END, Clock, Phone, use_blueprint

type Tell = Callable[..., Awaitable[list[Door]]]

pytest_plugins = ["tests.integration.blueprints.blueprint_fixtures"]

MEMORY = "input_text.memory"
EVERYBODY = (FRIEND, GUEST, CHIEF, CULPRIT, None)
pytestmark = pytest.mark.parametrize("dialect", ["nested"])


@pytest.fixture
def tell(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, tmp_path: Path, phone: Phone
) -> Tell:
    """Set up the automation, for the front door and one phone, and return the doors."""

    async def _tell(**inputs: object) -> list[Door]:
        doors = doors_of(hass, box, await set_up())
        helper = {"memory": {"name": "Memory", "max": 100}}
        assert await async_setup_component(hass, "input_text", {"input_text": helper})
        where = {"device_id": [doors[0].device_id]}
        given = {"where": where, "phones": [phone.device_id], **inputs}
        await use_blueprint(hass, tmp_path, "notify", **given)
        return doors

    return _tell


async def test_notification(tell: Tell, phone: Phone, heard: Heard) -> None:
    """It says who is where, with the face, and nothing of other doors."""
    front_door, back_door, _ = await tell()
    await back_door.sees(COLLEAGUE)
    await front_door.sees(FRIEND)
    told = await phone.next()
    await heard.next()
    event = await heard.next()
    assert told["title"] == f"Front door{END}"
    assert told["message"] == f"小明 · Front door{END}"
    assert told["data"]["image"] == event["pictures"]["face"]
    assert told["data"]["actions"] == []
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
async def test_whom(
    tell: Tell, phone: Phone, inputs: dict[str, Any], expected: list[str]
) -> None:
    """People, types and scores that are meant, and nobody else."""
    front_door, *_ = await tell(message="{{ who }}", **inputs)
    for identity in EVERYBODY:
        await front_door.sees(identity, score=90.0)
    assert phone.messages() == expected


async def test_score_that_is_not_told(tell: Tell, phone: Phone) -> None:
    """It is no high score."""
    front_door, *_ = await tell(minimum_score=1)
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
async def test_name_is_text(tell: Tell, phone: Phone, name: str, shown: str) -> None:
    """Whatever somebody is called, no phone takes it for markup, a command or a template."""
    front_door, *_ = await tell(message="{{ who }}")
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
async def test_picture(
    tell: Tell, phone: Phone, picture: str, pictures: tuple[str, ...], shown: str | None
) -> None:
    """The chosen kind, else another one; none is left out."""
    front_door, *_ = await tell(picture=picture)
    there = {
        "recognize_face": "face" in pictures,
        "spot_pic": "scene" in pictures,
    }
    missing = {key: "" for key, is_there in there.items() if not is_there}
    await front_door.sees(FRIEND, overrides={"ext_data": missing})
    image = (await phone.next())["data"].get("image")
    assert (image and image.rpartition("/")[2]) == shown


async def test_buttons(
    hass: HomeAssistant, box: EmulatedBox, tell: Tell, phone: Phone
) -> None:
    """A button does what it is for, knowing whose notification it was; other people's buttons do nothing."""
    pressed = Heard(hass, "pressed")
    await tell(
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


async def test_button_pressed_too_late(
    hass: HomeAssistant, box: EmulatedBox, tell: Tell, phone: Phone
) -> None:
    """It does nothing."""
    pressed = Heard(hass, "pressed")
    await tell(
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


async def test_quiet_time(
    hass: HomeAssistant, tell: Tell, phone: Phone, clock: Clock
) -> None:
    """It counts per person from the notification: seeing them again meanwhile makes it no longer."""
    front_door, *_ = await tell(
        message="{{ who }}", memory=MEMORY, quiet_time={"minutes": 10}
    )

    async def sees(*identities: Identity | None) -> list[str]:
        for identity in identities:
            await front_door.sees(identity)
        return phone.messages()

    assert await sees(FRIEND, FRIEND, COLLEAGUE, None, None) == [
        "小明",
        "Tom",
        "Stranger",
    ]
    clock.advance(timedelta(minutes=9))
    assert await sees(FRIEND, GUEST) == ["Anna"]
    clock.advance(timedelta(minutes=1, seconds=1))
    assert await sees(FRIEND, GUEST) == ["小明"]
    state = hass.states.get(MEMORY)
    assert state is not None
    assert len(state.state.split()) == 2


async def test_quiet_time_after_a_notification_that_was_not_sent(
    hass: HomeAssistant,
    tell: Tell,
    phone: Phone,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """What reached no phone does not count; one that reached any does, and a phone that is gone is in nobody's way."""
    other = Phone(hass, "Tablet")
    dr.async_get(hass).async_remove_device(phone.device_id)
    away = Phone(hass, "Old phone")
    away.is_out_of_reach = other.is_out_of_reach = True
    front_door, *_ = await tell(
        phones=[phone.device_id, away.device_id, other.device_id], memory=MEMORY
    )
    await front_door.sees(FRIEND)
    await front_door.sees(FRIEND)
    other.is_out_of_reach = False
    await front_door.sees(FRIEND)
    await front_door.sees(FRIEND)
    assert other.unread == 1
    assert "not connected" in caplog.text
    caplog.clear()


async def test_quiet_time_of_many(tell: Tell, phone: Phone) -> None:
    """When the memory is full, whoever was told first is told again; nothing is lost."""
    front_door, *_ = await tell(message="{{ who }}", memory=MEMORY)
    many = [Identity(str(number), f"N{number}") for number in range(6)]
    for identity in (*many, many[5], many[1], many[0]):
        await front_door.sees(identity)
    assert phone.messages() == [*(person.name for person in many), "N0"]


async def test_seen_twice_at_once(
    box: EmulatedBox, tell: Tell, phone: Phone, hass: HomeAssistant, heard: Heard
) -> None:
    """Somebody who is seen at two doors in the same moment is told once."""
    doors = await tell(memory=MEMORY)
    for _ in range(5):
        await box.recognize(box.devices[0], FRIEND)
    for _ in range(5):
        await heard.next()
    await hass.async_block_till_done()
    assert phone.unread == 1
    assert doors
