"""The calls that a box has, and its refusals."""

from collections import defaultdict
import re
import uuid

from custom_components.se_aibox.aibox.models import Dialect
from custom_components.se_aibox.aibox.wire.dialect import WIRES
from custom_components.se_aibox.aibox.wire.health import HealthCall, health_request
from custom_components.se_aibox.aibox.wire.request import Request
from custom_components.se_aibox.aibox.wire.system import (
    SystemCall,
    clock_request,
    system_request,
)

from .address import Address
from .exchange import Reply, exchange, inner

_FOG = "/SophonFogSys/api"
_FACE = "/sophon/v2/face"
_FIRST = {"page": "0", "per_page": "1"}

# Documented calls that only read. Each is asked in its smallest form.
APPLICATION_CALLS: dict[Dialect, dict[str, Request]] = {
    Dialect.NESTED: {
        "Devices": WIRES[Dialect.NESTED].CAPTURE_DEVICES,
        "events": Request("GET", "/SophonFace/api/events", _FIRST),
        "PrettyScore": Request("GET", f"{_FOG}/PrettyScore"),
        "Configs/THRESHOLD": WIRES[Dialect.NESTED].config_request("THRESHOLD"),
        "Configs/BOX_MAC": WIRES[Dialect.NESTED].config_request("BOX_MAC"),
        "Configs/PASSMODE": WIRES[Dialect.NESTED].config_request("PASSMODE"),
        "groups": Request("GET", f"{_FOG}/groups"),
        "permissions": Request("GET", f"{_FOG}/permissions"),
        "permissions with ids": Request("GET", "/SophonFace/api/permissions"),
        "GateControllerMode": Request("GET", f"{_FOG}/GateControllerMode"),
        "EventServerUrl": Request("GET", f"{_FOG}/EventServerUrl"),
        # The door call is a PUT: a GET only shows whether it is there.
        "EventAction by GET": Request("GET", f"{_FOG}/EventAction"),
    },
    Dialect.FLAT: {
        "getmediadevices": WIRES[Dialect.FLAT].CAPTURE_DEVICES,
        "getevents": Request("POST", f"{_FACE}/getevents", body={"page_limit": 1}),
        "getpermissions": Request(
            "POST", f"{_FACE}/getpermissions", body={"page_limit": 1, "page_index": 0}
        ),
        "MATCH_THRESHOLD": WIRES[Dialect.FLAT].config_request("MATCH_THRESHOLD"),
        "GATE_PASS_MODE": WIRES[Dialect.FLAT].config_request("GATE_PASS_MODE"),
        "getpreview": Request("POST", f"{_FACE}/getpreview", body={}),
        "previewinfo": Request("GET", f"{_FACE}/previewinfo"),
        "EventAction by GET": Request("GET", f"{_FOG}/EventAction"),
    },
}
_OTHER = {Dialect.NESTED: Dialect.FLAT, Dialect.FLAT: Dialect.NESTED}
_SERVER = re.compile(r"[\w./ ()+-]{1,60}", re.ASCII)


async def ask_calls(
    address: Address, dialect: Dialect, *, system: bool
) -> list[tuple[str, str, list[str]]]:
    """Return kind, outcome and names of the calls with this outcome."""
    kinds = {"application": APPLICATION_CALLS[dialect]}
    if system:
        kinds["system"] = _system_calls(dialect)
    found: list[tuple[str, str, list[str]]] = []
    for kind, calls in kinds.items():
        outcomes: defaultdict[str, list[str]] = defaultdict(list)
        for name, request in calls.items():
            outcomes[(await exchange(address, request)).outcome].append(name)
        found += [(kind, outcome, names) for outcome, names in outcomes.items()]
    return found


def _system_calls(dialect: Dialect) -> dict[str, Request]:
    requests = [
        *(system_request(call, dialect) for call in SystemCall),
        *(health_request(call, dialect) for call in HealthCall),
        clock_request(dialect),
    ]
    return {request.path.rpartition("/")[2]: request for request in requests}


async def ask_other_dialect(address: Address, dialect: Dialect) -> str:
    """Return whether the other dialect's device list answers."""
    request = WIRES[_OTHER[dialect]].CAPTURE_DEVICES
    return (await exchange(address, request)).outcome


async def serves_rest(address: Address, dialect: Dialect, port: int) -> str:
    """Return the answer of a port to the call for capture devices."""
    reply = await exchange(address, WIRES[dialect].CAPTURE_DEVICES, port)
    return reply.outcome


async def ask_errors(address: Address, dialect: Dialect) -> str:
    """Return how the box refuses an id that it cannot know."""
    unknown = str(uuid.uuid4())
    request = WIRES[dialect].record_request(unknown) or Request(
        "GET", "/SophonDevice/api/Devices", {"device_id": unknown}
    )
    return (await exchange(address, request)).outcome


async def ask_push_urls(address: Address) -> str:
    """Return whether a box lists its push URLs, or joins them."""
    calls = APPLICATION_CALLS[Dialect.NESTED]
    reply = await exchange(address, calls["EventServerUrl"])
    urls = inner(reply.data, "data").get("event_server_url")
    if isinstance(urls, str):
        return "one text"
    if not isinstance(urls, list):
        return reply.outcome
    joined = sum(str(url).count("://") > 1 for url in urls)
    return f"a list of {len(urls)}, {joined} of them several URLs in one text"


async def ask_server(address: Address, dialect: Dialect) -> str:
    """Return the HTTP server and whether it keeps connections."""
    reply = await exchange(address, WIRES[dialect].CAPTURE_DEVICES)
    name = reply.headers.get("Server", "")
    connection = reply.headers.get("Connection", "").lower()
    return "; ".join(
        (
            name if _SERVER.fullmatch(name) else "no name",
            "closes connections" if connection == "close" else "keeps connections",
            _content_type(reply),
        )
    )


def _content_type(reply: Reply) -> str:
    kind = reply.headers.get("Content-Type", "")
    is_json = kind.lower().startswith("application/json")
    return "says application/json" if is_json else "says another content type"
