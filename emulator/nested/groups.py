"""The groups and the gate mode, which every 1.x firmware and the SE3 have."""

from collections.abc import Iterable

from emulator.dialect import Answer, Call, Routes, report_unknown
from emulator.model import DEFAULT_GROUP, JsonObject, JsonValue
from emulator.state import BoxState


def _groups(state: BoxState, call: Call) -> Answer:
    names = {DEFAULT_GROUP: None} | {
        name: None for person in state.people for name in person.group_names
    }
    return _named(state, call, "group", names)


def _permissions(state: BoxState, call: Call) -> Answer:
    return _named(state, call, "permission", state.permission_groups.values())


def _named(state: BoxState, call: Call, kind: str, names: Iterable[str]) -> Answer:
    """Return all groups of a kind, or the one with the name asked for."""
    parameter = f"{kind}_name"
    report_unknown(state, call.query, frozenset({parameter}), f"{kind}s")
    wanted = call.query.get(parameter, "")
    found: list[JsonValue] = [
        {"name": name, "description": ""} for name in names if wanted in ("", name)
    ]
    data: JsonObject = {f"{kind}s_list": found}
    return {"data": data}


def _gate_mode(_state: BoxState, _call: Call) -> Answer:
    return {"data": {"controller_mode": "opendoor"}}


_PATH = "/SophonFogSys/api"
GROUP_ROUTES: Routes = {
    ("GET", f"{_PATH}/groups"): _groups,
    ("GET", f"{_PATH}/permissions"): _permissions,
    ("GET", f"{_PATH}/GateControllerMode"): _gate_mode,
}
