"""For how long a door is opened."""

import pytest

from custom_components.se_aibox.aibox.models import CaptureDevice, Dialect, Relay
from custom_components.se_aibox.aibox.rest import Rest
from custom_components.se_aibox.aibox.wire import nested
from custom_components.se_aibox.aibox.wire.fields import integer, objects
from emulator import EmulatedBox

_RELAY = Relay("192.0.2.120", 50_000, 2, 7.0)


async def _front_door(rest: Rest) -> CaptureDevice:
    return (await rest.capture_devices())[0]


async def test_where_there_is_a_call_for_it(rest: Rest, dialect: Dialect) -> None:
    """Only 1.x documents one, and only a bound relay is opened with it."""
    door = await _front_door(rest)

    assert rest.opens_doors is (dialect is Dialect.NESTED)
    assert rest.can_open_door(door) is rest.opens_doors
    assert not rest.can_open_door(CaptureDevice("1", ip="192.0.2.7"))
    with pytest.raises(ValueError, match="no door"):
        await rest.open_door(CaptureDevice("1", ip="192.0.2.7"), 5)


@pytest.mark.parametrize("dialect", [Dialect.NESTED])
@pytest.mark.parametrize("seconds", [None, 1, 60])
async def test_for_how_long(rest: Rest, box: EmulatedBox, seconds: int | None) -> None:
    """As long as is said, else as the relay is set to; once."""
    relay = box.devices[0].relay
    assert relay is not None

    await rest.open_door(await _front_door(rest), seconds)

    [action] = box.door_actions
    assert action.seconds == (seconds or relay.delay_time)
    assert (action.mode, action.channel) == ("opendoor", relay.channel)


@pytest.mark.parametrize("pulse_seconds", [None, 0.2, 7.0, 255.0, 1e9])
@pytest.mark.parametrize("seconds", [None, -1, 0, 1, 254, 255, 10**6])
def test_no_door_is_held_open(pulse_seconds: float | None, seconds: int | None) -> None:
    """255 would be, whoever says it."""
    relay = Relay(_RELAY.ip, _RELAY.port, _RELAY.channel, pulse_seconds)

    request = nested.open_door_request(CaptureDevice("1", relay=relay), seconds)

    assert request is not None
    assert request.body is not None
    [action] = objects(request.body, "action")
    assert 1 <= (integer(action, "action_duration") or 0) <= 254
