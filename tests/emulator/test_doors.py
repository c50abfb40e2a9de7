"""Tests of relays and door actions (docs/protocol.md §7)."""

from typing import Any

import pytest

from emulator import DoorAction, Variant

from .box_client import Answer, BoxClient
from .conftest import Boxes

PATH = "/SophonFogSys/api/EventAction"


async def _open(client: BoxClient, **changes: Any) -> Answer:
    action = {
        "action_ip": client.box.devices[0].ip,
        "action_port": "5555",
        "action_mode": "opendoor",
    } | changes
    sent = {key: value for key, value in action.items() if value is not None}
    return await client.request("PUT", PATH, json={"action": [sent]})


async def test_door_actions_are_recorded_with_defaults(nested: BoxClient) -> None:
    """By default every door opens for five seconds."""
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
async def test_invalid_door_action_is_refused(
    nested: BoxClient, changes: dict[str, Any], code: str
) -> None:
    """The error code names the problem, and no door opens."""
    answer = await _open(nested, **changes)
    assert answer.is_error(code)
    assert nested.box.door_actions == []


async def test_one_invalid_action_refuses_the_whole_call(nested: BoxClient) -> None:
    """A call without actions is refused as well."""
    good = {
        "action_ip": nested.box.devices[0].ip,
        "action_port": 5555,
        "action_mode": "opendoor",
    }
    for actions in ([good, {}], [], "opendoor", [good, "opendoor"]):
        answer = await nested.request("PUT", PATH, json={"action": actions})
        assert answer.status == 400
    assert nested.box.door_actions == []


async def test_device_without_relay_has_no_door(nested: BoxClient) -> None:
    """Only devices with a relay have a door."""
    assert nested.box.devices[1].relay is None
    answer = await _open(nested, action_ip=nested.box.devices[1].ip)
    assert answer.is_error("DEVICE_ID_NOT_FOUND")


@pytest.mark.parametrize("accepted", ["device", "relay", "either"])
async def test_action_address_belongs_to_device_or_relay(
    boxes: Boxes, accepted: Any
) -> None:
    """The page does not say whose it means, but the port is of the same."""
    client = await boxes.make("nested", Variant(action_ip=accepted))
    device = client.box.devices[0]
    assert device.relay is not None
    relay = device.relay
    by_device = await _open(client, action_ip=device.ip)
    by_relay = await _open(client, action_ip=relay.ip, action_port=str(relay.port))
    mixed = await _open(client, action_ip=device.ip, action_port=str(relay.port))
    assert (by_device.status == 200) is (accepted != "relay")
    assert (by_relay.status == 200) is (accepted != "device")
    assert mixed.status >= 400


async def test_door_call_depends_on_the_firmware(boxes: Boxes) -> None:
    """Dialect 1.x has the call, and so does V6R1."""
    assert (await _open(await boxes.make("flat"))).status == 404
    assert (
        await _open(await boxes.make("nested", Variant(event_action=False)))
    ).status == 404
    old = await boxes.make("flat", Variant(event_action=True))
    assert (await _open(old)).status == 200
    assert (await _open(old, action_mode="")).json["error"]["code"] == (
        "INVALID_ARGUMENTS"
    )


async def test_match_pulses_the_relay_of_its_device(either: BoxClient) -> None:
    """Strangers, other devices and past recognitions open nothing."""
    box = either.box
    known = await box.recognize(box.devices[0], box.people[0])
    await box.recognize(box.devices[0])
    await box.recognize(box.devices[1], box.people[0])
    await box.recognize(box.devices[0], box.people[0], push=False)
    [pulse] = box.relay_pulses
    assert (pulse.device_id, pulse.event_id) == (known.device_id, known.event_id)
    assert pulse.relay == box.devices[0].relay


async def test_pass_mode_opens_for_everyone_or_no_one(either: BoxClient) -> None:
    """Strangers pass with `allpass`, and no one with `allforbidden`."""
    box = either.box
    box.settings.pass_mode = "allpass"
    await box.recognize(box.devices[0])
    assert len(box.relay_pulses) == 1
    box.settings.pass_mode = "allforbidden"
    await box.recognize(box.devices[0], box.people[0])
    assert len(box.relay_pulses) == 1
