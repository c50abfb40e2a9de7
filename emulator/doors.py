"""Network relays, opened by clients and matches (docs/protocol.md §7)."""

from dataclasses import replace

from .arguments import count_argument, object_argument, required, text_argument
from .dialect import Answer, Call, Dialect, Routes
from .errors import ApiError
from .model import (
    Device,
    DoorAction,
    DoorMode,
    JsonObject,
    JsonValue,
    Record,
    RelayPulse,
)
from .state import BoxState
from .variant import Variant

_DEFAULT_SECONDS = 5
# The page's example of a device's control port.
_DEVICE_PORT = 5555
# The page lists 255 as "hold open" and calls it unsupported.
_HOLD_OPEN = 255


def with_doors(dialect: Dialect, variant: Variant) -> Dialect:
    """Add the call that opens doors if the firmware has it."""
    has_call = (
        dialect.name == "nested"
        if variant.event_action is None
        else variant.event_action
    )
    if not has_call:
        return dialect
    return replace(dialect, face_routes={**dialect.face_routes, **_DOOR_ROUTES})


def pulse_relay(state: BoxState, record: Record) -> None:
    """Open the device's relay if the pass mode allows it."""
    relay = record.device.relay
    mode = state.settings.pass_mode
    if relay is None or mode == "allforbidden":
        return
    if record.identity is not None or mode == "allpass":
        pulse = RelayPulse(record.device.device_id, record.event_id, relay)
        state.relay_pulses.append(pulse)


def _event_action(state: BoxState, call: Call) -> Answer:
    actions = required(call.body, "action")
    if not isinstance(actions, list) or not actions:
        raise ApiError("INVALID_ARGUMENTS", "action")
    # All or nothing: an invalid second action must not leave the first door open.
    checked = [_action(state, object_argument(one, "action")) for one in actions]
    state.door_actions.extend(checked)
    data: JsonObject = {"message": "success", "action_mode": checked[-1].mode}
    return {"data": data}


def _action(state: BoxState, body: JsonObject) -> DoorAction:
    ip = text_argument(required(body, "action_ip"), "action_ip")
    controls = {
        control for device in state.devices for control in _controls(state, device)
    }
    if ip not in {address for address, _ in controls}:
        raise ApiError("DEVICE_ID_NOT_FOUND", ip)
    port = count_argument(required(body, "action_port"), "action_port", 1)
    if (ip, port) not in controls:
        raise ApiError("INVALID_ARGUMENTS", "action_port")
    seconds = count_argument(
        body.get("action_duration", _DEFAULT_SECONDS), "action_duration", 1
    )
    if seconds >= _HOLD_OPEN:
        raise ApiError("INVALID_ARGUMENTS", "action_duration")
    return DoorAction(
        action_ip=ip,
        port=port,
        mode=_mode(required(body, "action_mode")),
        seconds=seconds,
        channel=count_argument(body.get("logic_port", 0), "logic_port", 0),
    )


def _mode(value: JsonValue) -> DoorMode:
    match value:
        case "opendoor" | "closedoor" | "alarm":
            return value
        case _:
            raise ApiError("INVALID_ARGUMENTS", "action_mode")


def _controls(state: BoxState, device: Device) -> set[tuple[str, int]]:
    """Return the addresses and ports that a door's call may name."""
    if device.relay is None:
        return set()
    by_device = (device.ip, _DEVICE_PORT)
    by_relay = (device.relay.ip, device.relay.port)
    return {
        "device": {by_device},
        "relay": {by_relay},
        "either": {by_device, by_relay},
    }[state.variant.action_ip]


_DOOR_ROUTES: Routes = {("PUT", "/SophonFogSys/api/EventAction"): _event_action}
