"""Relays opened by a client, and by a match (PROTOCOL §7)."""

from typing import Any

import pytest

from emulator import DoorAction, Variant

from .conftest import Boxes
from .talk import Answer, Talk

PATH = "/SophonFogSys/api/EventAction"


async def _open(talk: Talk, **changes: Any) -> Answer:
    action = {
        "action_ip": talk.box.devices[0].ip,
        "action_port": "5555",
        "action_mode": "opendoor",
    } | changes
    asked = {key: value for key, value in action.items() if value is not None}
    return await talk.request("PUT", PATH, json={"action": [asked]})


async def test_opens_a_door(nested: Talk) -> None:
    """What was asked is kept; without a channel every door opens for five seconds."""
    ip = nested.box.devices[0].ip
    answer = await _open(nested)
    assert (answer.status, answer.json["data"]["action_mode"]) == (200, "opendoor")
    await _open(nested, action_duration=9, logic_port=2, action_mode="alarm")
    assert nested.box.door_actions == [
        DoorAction(ip, 5555, "opendoor", 5, 0),
        DoorAction(ip, 5555, "alarm", 9, 2),
    ]
    assert nested.box.relay_pulses == []


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"action_ip": None}, "MISSING_ARGUMENTS"),
        ({"action_ip": "10.0.0.1"}, "DEVICE_ID_NOT_FOUND"),
        ({"action_port": None}, "MISSING_ARGUMENTS"),
        ({"action_port": "door"}, "INVALID_ARGUMENTS"),
        ({"action_mode": None}, "MISSING_ARGUMENTS"),
        ({"action_mode": "open"}, "INVALID_ARGUMENTS"),
        ({"action_duration": 0}, "INVALID_ARGUMENTS"),
        ({"action_duration": 255}, "INVALID_ARGUMENTS"),
        ({"logic_port": -1}, "INVALID_ARGUMENTS"),
    ],
)
async def test_refuses(nested: Talk, changes: dict[str, Any], code: str) -> None:
    """A wrong call opens nothing."""
    answer = await _open(nested, **changes)
    assert answer.json["error"]["status"] == code
    assert nested.box.door_actions == []


async def test_refuses_all_or_nothing(nested: Talk) -> None:
    """One bad action among good ones opens nothing; neither does no action."""
    good = {
        "action_ip": nested.box.devices[0].ip,
        "action_port": 5555,
        "action_mode": "opendoor",
    }
    for actions in ([good, {}], [], "opendoor", [good, "opendoor"]):
        answer = await nested.request("PUT", PATH, json={"action": actions})
        assert answer.status == 400
    assert nested.box.door_actions == []


async def test_a_device_without_relay_has_no_door(nested: Talk) -> None:
    """Only a bound relay can be opened."""
    assert nested.box.devices[1].relay is None
    answer = await _open(nested, action_ip=nested.box.devices[1].ip)
    assert answer.json["error"]["status"] == "DEVICE_ID_NOT_FOUND"


@pytest.mark.parametrize("takes", ["device", "relay", "either"])
async def test_whose_address(boxes: Boxes, takes: Any) -> None:
    """The page leaves open whether the device's or the relay's address is meant."""
    talk = await boxes.make("nested", Variant(action_ip=takes))
    device = talk.box.devices[0]
    assert device.relay is not None
    by_device = await _open(talk, action_ip=device.ip)
    by_relay = await _open(talk, action_ip=device.relay.ip)
    assert (by_device.status == 200) is (takes != "relay")
    assert (by_relay.status == 200) is (takes != "device")


async def test_which_firmware_has_the_call(boxes: Boxes) -> None:
    """1.x has it; 2.0 does not, except for V6R1."""
    assert (await _open(await boxes.make("flat"))).status == 404
    assert (
        await _open(await boxes.make("nested", Variant(event_action=False)))
    ).status == 404
    old = await boxes.make("flat", Variant(event_action=True))
    assert (await _open(old)).status == 200
    assert (await _open(old, action_mode="")).json["error"]["code"] == (
        "INVALID_ARGUMENTS"
    )


async def test_a_match_pulses_the_relay(either: Talk) -> None:
    """The bound relay opens for whom the box knows, at that device, when it happens."""
    box = either.box
    known = await box.recognize(box.devices[0], box.people[0])
    await box.recognize(box.devices[0])
    await box.recognize(box.devices[1], box.people[0])
    await box.recognize(box.devices[0], box.people[0], push=False)
    [pulse] = box.relay_pulses
    assert (pulse.device_id, pulse.event_id) == (known.device_id, known.event_id)
    assert pulse.relay == box.devices[0].relay


async def test_the_pass_mode_decides(either: Talk) -> None:
    """Everyone passes, or nobody."""
    box = either.box
    box.settings.pass_mode = "allpass"
    await box.recognize(box.devices[0])
    assert len(box.relay_pulses) == 1
    box.settings.pass_mode = "allforbidden"
    await box.recognize(box.devices[0], box.people[0])
    assert len(box.relay_pulses) == 1
