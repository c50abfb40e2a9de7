"""The blueprint that asks for the name of a stranger."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from emulator import EmulatedBox
from homeassistant.core import HomeAssistant
from tests.integration.conftest import SetUp
from tests.integration.helpers import RECOGNITION, FiredEvents, until
from tests.integration.recognition.automation_helpers import FRIEND, Door, doors_of

from .blueprint_helpers import END, REPORT, SMALL, Phone, report, use_blueprint

type UseBlueprint = Callable[..., Awaitable[list[Door]]]

pytest_plugins = ["tests.integration.blueprints.blueprint_fixtures"]

COURIER = "1796043061.3254257"
GROUP = "visitor"


@pytest.fixture
def use(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, tmp_path: Path, phone: Phone
) -> UseBlueprint:
    """Return a function that sets up the automation and returns the doors."""

    async def _use(**inputs: object) -> list[Door]:
        doors = doors_of(hass, box, await set_up())
        given = {
            "where": {"device_id": [doors[0].device_id]},
            "phones": [phone.device_id],
            "permission_group": GROUP,
            "quiet_time": {"seconds": 1},
            **inputs,
        }
        await use_blueprint(hass, tmp_path, "who_is_this", **given)
        return doors

    return _use


async def stranger(box: EmulatedBox, stranger_id: str | None = COURIER) -> None:
    """Let the box see a stranger with an id."""
    how: dict[str, Any] = (
        {}
        if stranger_id is None
        else {"stranger": "automatic", "overrides": {"identity_id": stranger_id}}
    )
    await box.recognize(box.devices[0], **how)


def answer(
    hass: HomeAssistant, notification: dict[str, Any], button: int, text: str = ""
) -> None:
    """Press a button of a notification, perhaps with a text."""
    action = notification["data"]["actions"][button]["action"]
    data = {"action": action, **({"reply_text": text} if text else {})}
    hass.bus.async_fire("mobile_app_notification_action", data)


def message(notification: dict[str, Any]) -> str:
    """Return the message of a notification."""
    return str(notification["message"]).removesuffix(END)


async def refusal(hass: HomeAssistant, box: EmulatedBox, phone: Phone) -> str:
    """Type a name for a stranger; return why no one is enrolled."""
    before = len(box.people)
    await stranger(box)
    answer(hass, await phone.next(), 0, "Anna")
    reply = message(await phone.next())
    assert reply.startswith("Anna is not enrolled. ")
    assert len(box.people) == before
    return reply.removeprefix("Anna is not enrolled. ")


async def test_notification_shows_the_face_and_two_buttons(
    box: EmulatedBox, use: UseBlueprint, phone: Phone, fired: FiredEvents
) -> None:
    """There is none for an enrolled person."""
    front_door, *_ = await use()
    await front_door.sees(FRIEND)
    await stranger(box)
    notification = await phone.next()
    await fired.next()
    event = await fired.next()
    assert notification["title"] == f"Front door{END}"
    assert message(notification) == "Who is this?"
    data = notification["data"]
    assert data["image"] == event["pictures"]["face"] + SMALL
    name, ignore = data["actions"]
    assert name["behavior"] == "textInput"
    assert "behavior" not in ignore
    # The phone must be unlocked first.
    assert name["authenticationRequired"] is ignore["authenticationRequired"] is True
    assert phone.unread == 0


@pytest.mark.parametrize("name", ["Anna", "0012", "12", "1e5", "{'a': 1}", "<b>Tom"])
async def test_typed_name_enrolls_the_face(
    hass: HomeAssistant, box: EmulatedBox, use: UseBlueprint, phone: Phone, name: str
) -> None:
    """The person gets the selected permission group. The name is always text."""
    await use(person_type="visitor")
    before = len(box.people)
    await stranger(box)
    notification = await phone.next()
    answer(hass, notification, 0, f" {name} ")
    reply = await phone.next()
    shown = name.replace("<", "＜")
    assert message(reply).startswith(f"{shown} is enrolled.")
    assert reply["data"]["tag"] == notification["data"]["tag"]
    assert "actions" not in reply["data"]
    assert len(box.people) == before + 1
    person = box.people[-1]
    assert (person.name, person.person_type) == (name, "visitor")
    assert box.state.permission_groups[person.permission_id] == GROUP
    assert person.looks == box.history[-1].subject


async def test_reason_of_the_box_goes_back_to_the_phone(
    hass: HomeAssistant, box: EmulatedBox, use: UseBlueprint, phone: Phone
) -> None:
    """No one is enrolled."""
    await use(permission_group="Board")
    reply = await refusal(hass, box, phone)
    assert reply.startswith("BM1684-180 ")
    assert "permission group" in reply


async def test_quality_of_the_picture_is_checked_before_enrolling(
    hass: HomeAssistant, box: EmulatedBox, use: UseBlueprint, phone: Phone
) -> None:
    """The phone shows the reason in words."""
    await use()
    box.settings.smallest_face = 5000
    assert "too small" in await refusal(hass, box, phone)


async def test_empty_answer_enrolls_no_one(
    hass: HomeAssistant, box: EmulatedBox, use: UseBlueprint, phone: Phone
) -> None:
    """The phone shows nothing more."""
    await use()
    before = len(box.people)
    await stranger(box)
    answer(hass, await phone.next(), 0, "  ")
    await hass.async_block_till_done()
    assert phone.unread == 0
    assert len(box.people) == before


async def test_ignored_stranger_is_not_shown_again(
    hass: HomeAssistant, box: EmulatedBox, use: UseBlueprint, phone: Phone
) -> None:
    """Another one is."""
    await use(quiet_time={"seconds": 1})
    events = FiredEvents(hass, RECOGNITION)
    await stranger(box)
    answer(hass, await phone.next(), 1)
    assert message(await phone.next()).startswith("This stranger is now ignored")
    [entry] = hass.config_entries.async_entries("se_aibox")
    assert entry.options["ignored_strangers"] == [COURIER]
    await until(lambda: entry.runtime_data.options.ignores(COURIER))
    for _ in range(2):
        await stranger(box)
        await events.next()
    await events.next()
    await hass.async_block_till_done()
    assert phone.unread == 0


@pytest.mark.parametrize("dialect", ["nested"])
@pytest.mark.parametrize(
    ("inputs", "stranger_id", "buttons"),
    [
        ({}, None, ["Enter a name"]),
        ({"ignore_button": ""}, COURIER, ["Enter a name"]),
        ({"permission_group": " "}, COURIER, ["Ignore for good"]),
    ],
)
async def test_button_without_use_is_left_out(
    box: EmulatedBox,
    use: UseBlueprint,
    phone: Phone,
    inputs: dict[str, Any],
    stranger_id: str | None,
    buttons: list[str],
) -> None:
    """A box that does not know the stranger again cannot ignore them."""
    await use(**inputs)
    await stranger(box, stranger_id)
    actions = (await phone.next())["data"]["actions"]
    assert [button["title"] for button in actions] == buttons


@pytest.mark.parametrize("dialect", ["nested"])
async def test_stranger_without_a_picture_cannot_be_named(
    box: EmulatedBox, use: UseBlueprint, phone: Phone
) -> None:
    """There is no face to enroll."""
    front_door, *_ = await use()
    await front_door.sees(
        overrides={"ext_data": {"recognize_face": "", "spot_pic": ""}}
    )
    notification = await phone.next()
    assert notification["data"]["actions"] == []
    assert "image" not in notification["data"]


@pytest.mark.parametrize("dialect", ["nested"])
async def test_buttons_do_nothing_after_their_time(
    hass: HomeAssistant, box: EmulatedBox, use: UseBlueprint, phone: Phone
) -> None:
    """The automation waits 0.2 seconds for them."""
    await use(button_time={"seconds": 0.2})
    before = len(box.people)
    await stranger(box)
    notification = await phone.next()
    await hass.async_block_till_done()
    answer(hass, notification, 0, "Anna")
    await hass.async_block_till_done()
    assert len(box.people) == before
    assert phone.unread == 0


@pytest.mark.parametrize("dialect", ["nested"])
async def test_actions_run_without_phones(
    hass: HomeAssistant, use: UseBlueprint, phone: Phone
) -> None:
    """They know the message, and wait for no button."""
    reports = FiredEvents(hass, REPORT)
    action = report(text="{{ title }}: {{ message }}")
    front_door, *_ = await use(phones=[], actions=[action])
    await front_door.sees()
    assert await reports.next() == {"text": "Front door: Who is this?"}
    state = hass.states.get("automation.tested")
    assert state is not None
    assert state.attributes["current"] == 0
