"""The clock, the health, the permission groups and the people of a box."""

from collections.abc import Iterable
from datetime import UTC, datetime
import re

from custom_components.se_aibox.aibox.exceptions import UnreadableError
from custom_components.se_aibox.aibox.models import Dialect
from custom_components.se_aibox.aibox.wire.dialect import WIRES
from custom_components.se_aibox.aibox.wire.fields import JsonObject
from custom_components.se_aibox.aibox.wire.health import HealthCall, health_request
from custom_components.se_aibox.aibox.wire.people import EVERYBODY
from custom_components.se_aibox.aibox.wire.request import Request
from custom_components.se_aibox.aibox.wire.system import (
    SystemCall,
    clock_request,
    read_clock,
    read_date,
    read_system_entry,
    system_request,
)

from .address import Address
from .exchange import exchange, inner, rows
from .survey_calls import APPLICATION_CALLS

_MEMORY = (
    *("total_memory_scale", "total_used_memory", "used_memory", "svt_memory_usage"),
    "total_memory",
)


async def ask_clock(address: Address, dialect: Dialect) -> str:
    """Compare the clock call and the Date header with our clock."""
    answer = await exchange(address, clock_request(dialect))
    try:
        call = f"the call is {_seconds_off(read_clock(answer.data))}"
    except UnreadableError:
        call = "no clock call"
    listed = await exchange(address, WIRES[dialect].CAPTURE_DEVICES)
    try:
        date = f"Date is {_seconds_off(read_date(listed.headers.get('Date')))}"
    except UnreadableError:
        date = "no Date header"
    return f"{call}; {date}"


def _seconds_off(moment: datetime) -> str:
    return f"{(moment - datetime.now(UTC)).total_seconds():+.0f} s from ours"


async def ask_health(address: Address, dialect: Dialect) -> str:
    """Return which of the documented forms the readings have."""
    memory = await exchange(address, health_request(HealthCall.MEMORY, dialect))
    fields = read_system_entry(memory.data)
    uptime = await exchange(address, health_request(HealthCall.UPTIME, dialect))
    text = read_system_entry(uptime.data).get("uptime", "")
    mode = await exchange(address, system_request(SystemCall.MODE, dialect))
    modes = read_system_entry(mode.data)
    value = str(modes.get("systemMode", modes.get("system_mode", "")))
    return "; ".join(
        (
            f"memory has {', '.join(sorted(set(_MEMORY) & set(fields))) or 'nothing'}",
            f"uptime is like {_without_digits(str(text))!r}",
            f"mode is {value if value in {'0', '1', '2'} else 'something else'}",
        )
    )


def _without_digits(text: str) -> str:
    # Only the words of an uptime.
    known = r"\d+|,|\s+|up|decades?|years?|weeks?|days?|hours?|minutes?|seconds?"
    parts = re.findall(known, text, re.ASCII)
    kept = "".join(parts) == text
    return re.sub(r"\d", "0", text)[:60] if kept else "another form"


async def ask_permissions(address: Address, dialect: Dialect) -> str:
    """Return how many there are, and whether they have names and ids."""
    calls = APPLICATION_CALLS[dialect]
    if dialect is Dialect.FLAT:
        request = Request(
            *("POST", calls["getpermissions"].path),
            body={"page_limit": 100, "page_index": 0},
        )
        reply = await exchange(address, request)
        return reply.outcome + _groups(rows(reply.data, "permissions"))
    reply = await exchange(address, calls["permissions"])
    listed = rows(inner(reply.data, "data"), "permissions_list")
    with_ids = await exchange(address, calls["permissions with ids"])
    return f"{reply.outcome}{_groups(listed)}; with ids: {with_ids.outcome}"


def _groups(groups: tuple[JsonObject, ...]) -> str:
    if not groups:
        return ""
    names = ("permission_name", "name")
    named = [group for group in groups if any(group.get(name) for name in names)]
    has_default = any(EVERYBODY in group.values() for group in groups)
    ids = sum(bool(group.get("permission_id")) for group in groups)
    return (
        f": {len(groups)}, {len(named)} with a name, {ids} with an id, "
        f"{'one' if has_default else 'none'} is called {EVERYBODY}"
    )


async def ask_people(address: Address) -> str:
    """Return whether `skip_num` counts people or pages."""
    first = await _people(address, skipped=0, limit=3)
    second = await _people(address, skipped=1, limit=2)
    if len(first) < 3 or not second:
        return f"cannot be told from {len(first)} people"
    if second[0] == first[1]:
        return "counts people"
    return "counts pages" if second[0] == first[2] else "counts something else"


async def _people(address: Address, *, skipped: int, limit: int) -> list[object]:
    query = {
        "group_name": EVERYBODY,
        "skip_num": str(skipped),
        "limit": str(limit),
    }
    reply = await exchange(address, Request("GET", "/SophonFogSys/api/users", query))
    people: Iterable[JsonObject] = rows(inner(reply.data, "data"), "identities_list")
    return [person.get("identity_id") for person in people]
