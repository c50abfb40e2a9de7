"""Asks a box the open questions of its manual, and changes nothing.

Each answer has the number of its question in docs/real-box.md. Answers have counts,
codes and forms only: no name, id, address or picture.
"""

from collections.abc import AsyncGenerator, Iterable
from dataclasses import dataclass
from textwrap import wrap

from custom_components.se_aibox.aibox.models import BoxInfo, CaptureDevice, Dialect

from .address import Address
from .exchange import is_open
from .survey_box import ask_clock, ask_health, ask_people, ask_permissions
from .survey_calls import (
    ask_calls,
    ask_errors,
    ask_other_dialect,
    ask_push_urls,
    ask_server,
    serves_rest,
)
from .survey_history import ask_history
from .terminal import plain, table
from .vocabulary import plain_version

# Beside the ports that the client uses.
OTHER_PORTS = {"web pages": 80, "SE3's web pages": 8886, "preview": 5678}
_WIDTH = 60


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer of a box to a question of docs/real-box.md."""

    number: int
    question: str
    answer: str


async def survey(
    address: Address,
    info: BoxInfo | None,
    devices: Iterable[CaptureDevice],
    *,
    answers_pings: bool | None,
) -> list[Answer]:
    """Return the box's answers.

    Without `info`, they are about ports, pings and the calls of an SE3.
    """
    pings = {True: "answered", False: "not answered", None: "cannot be told"}
    answers = [answer async for answer in _ask(address, info, tuple(devices))]
    answers.append(Answer(5, "pings on the event socket", pings[answers_pings]))
    return sorted(answers, key=lambda answer: answer.number)


async def _ask(
    address: Address, info: BoxInfo | None, devices: tuple[CaptureDevice, ...]
) -> AsyncGenerator[Answer]:
    open_ports = await _open_ports(address)
    yield Answer(2, "open ports", ", ".join(open_ports) or "none")
    if info is None:
        # Perhaps an SE3, which lists no capture devices.
        if "REST" in open_ports:
            async for one in _ask_se3(address, system="system" in open_ports):
                yield one
        return
    dialect = info.dialect
    known = plain_version(info.software_version) or "not reported"
    yield Answer(1, "firmware", f"{known}, {dialect} dialect")
    for kind, outcome, names in await ask_calls(
        address, dialect, system="system" in open_ports
    ):
        yield Answer(1, f"{kind} calls: {outcome}", ", ".join(names))
    yield Answer(
        1, "device list of the other dialect", await ask_other_dialect(address, dialect)
    )
    if "web pages" in open_ports:
        answer = await serves_rest(address, dialect, OTHER_PORTS["web pages"])
        yield Answer(2, "REST calls on the port of the web pages", answer)
    yield Answer(3, "an unknown id", await ask_errors(address, dialect))
    yield Answer(4, "HTTP server", await ask_server(address, dialect))
    yield Answer(4, "clock", await ask_clock(address, dialect))
    for number, question, answer in await ask_history(address, dialect, devices):
        yield Answer(number, question, answer)
    yield Answer(13, "relays", _relays(devices))
    yield Answer(14, "permission groups", await ask_permissions(address, dialect))
    if dialect is Dialect.NESTED:
        yield Answer(15, "skip_num of people", await ask_people(address))
    if "system" in open_ports:
        yield Answer(16, "forms of the health", await ask_health(address, dialect))


async def _ask_se3(address: Address, *, system: bool) -> AsyncGenerator[Answer]:
    for kind, outcome, names in await ask_calls(address, Dialect.NESTED, system=system):
        yield Answer(27, f"{kind} calls of 1.x: {outcome}", ", ".join(names))
    yield Answer(27, "form of the push URLs", await ask_push_urls(address))


async def _open_ports(address: Address) -> list[str]:
    ports = address.ports
    named = {
        "REST": ports.rest,
        "events": ports.events,
        "system": ports.system,
        "broadcasts": ports.broadcasts,
        **OTHER_PORTS,
    }
    return [name for name, port in named.items() if await is_open(address.host, port)]


def _relays(devices: tuple[CaptureDevice, ...]) -> str:
    """Describe the parts of the door call, without addresses."""
    relays = [(device, device.relay) for device in devices if device.relay]
    if not relays:
        return f"none of {len(devices)} capture devices has one"
    own = sum(device.ip == relay.ip for device, relay in relays)
    ports = sorted({str(relay.port) for _, relay in relays})
    channels = sorted({str(relay.channel) for _, relay in relays})
    return (
        f"{len(relays)} of {len(devices)} capture devices have one; {own} at the "
        f"device's own address; ports {', '.join(ports)}; "
        f"channels {', '.join(channels)}"
    )


def survey_lines(answers: Iterable[Answer]) -> list[str]:
    """Return the answers as a table; long ones take several rows."""
    rows = [("#", "Question", "Answer")]
    for answer in answers:
        first, *more = wrap(plain(answer.answer), _WIDTH) or [""]
        rows.append((str(answer.number), answer.question, first))
        rows += [("", "", line) for line in more]
    return [
        "Answers to the open questions of docs/real-box.md. Please send them along:",
        "this table has no names, ids, addresses or pictures.",
        "",
        *table(rows),
    ]
