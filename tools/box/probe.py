"""Asks a box like the config flow, and reports problems that prevent its use."""

import asyncio
from dataclasses import dataclass

from aiohttp import ClientError, WSMsgType

from custom_components.se_aibox.aibox.exceptions import AiBoxConnectionError, AiBoxError
from custom_components.se_aibox.aibox.http import box_url
from custom_components.se_aibox.aibox.models import (
    BoxInfo,
    CaptureDevice,
    ClockReading,
    Dialect,
    SystemMode,
)
from custom_components.se_aibox.aibox.rest import Rest
from custom_components.se_aibox.aibox.stream import connect

from .address import Address, explain_events, explain_rest
from .survey import survey, survey_lines
from .terminal import say, table

_PONG_SECONDS = 3
# Clocks that differ by at most so many seconds count as equal.
_SAME_TIME = 2
_VERSIONS = {Dialect.NESTED: "API 1.x", Dialect.FLAT: "API 2.0"}
_MODES = {
    SystemMode.BARE: "bare system",
    SystemMode.FACE: "face application",
    SystemMode.OTHER: "another one, perhaps Docker",
}
_BARE_SYSTEM = (
    "The box is in bare-system mode: its face recognition is not running. Switch it "
    "to the face application on the box's web page (System, Mode), then try again."
)


@dataclass(frozen=True, slots=True)
class Examination:
    """The answers of a box, and the problems that prevent its use."""

    info: BoxInfo | None
    capture_devices: tuple[CaptureDevice, ...]
    # None if the box does not report its time.
    clock: ClockReading | None
    # None if the event socket does not open.
    answers_pings: bool | None
    problems: tuple[str, ...]


async def probe(address: Address) -> int:
    """Print a report and a survey of a box; return 1 if it has problems."""
    examination = await examine(address)
    for line in report(examination, address):
        say(line)
    answers = await survey(
        address,
        examination.info,
        examination.capture_devices,
        answers_pings=examination.answers_pings,
    )
    for line in ("", *survey_lines(answers)):
        say(line)
    return 1 if examination.problems else 0


async def examine(address: Address) -> Examination:
    """Examine a box, continuing after each failure."""
    problems: list[str] = []
    info: BoxInfo | None = None
    capture_devices: tuple[CaptureDevice, ...] = ()
    clock: ClockReading | None = None
    try:
        dialect = await address.find_dialect()
        rest = address.rest(dialect)
        capture_devices, found, clock = await asyncio.gather(
            rest.capture_devices(), rest.box_info(), _clock(rest)
        )
    except AiBoxError as error:
        problems.append(await _explain(error, address))
    else:
        info = found
        problems += _shortcomings(info, address)
    answers_pings: bool | None = None
    try:
        # Before a subscription, the event socket is the same in both dialects.
        async with connect(
            address.session, address.host, address.ports, Dialect.NESTED
        ):
            pass
        answers_pings = await _answers_pings(address)
    except AiBoxError as error:
        problems.append(explain_events(error, address))
    return Examination(info, capture_devices, clock, answers_pings, tuple(problems))


async def _clock(rest: Rest) -> ClockReading | None:
    try:
        return await rest.clock()
    except AiBoxError:
        return None


async def _explain(error: AiBoxError, address: Address) -> str:
    """Explain why REST failed."""
    # Without its face service, a box answers on the system port only.
    if isinstance(error, AiBoxConnectionError):
        for dialect in Dialect:
            info = await address.rest(dialect).box_info()
            if info.mode is SystemMode.BARE:
                return _BARE_SYSTEM
    return explain_rest(error, address)


def _shortcomings(info: BoxInfo, address: Address) -> list[str]:
    if info.mode is SystemMode.BARE:
        return [_BARE_SYSTEM]
    if info.serial_number is None and not info.mac_addresses:
        return [
            (
                "The box reports neither its serial number nor a MAC address, so Home "
                "Assistant cannot distinguish it from another box, and asks before it "
                f"adds it. Open its system port ({address.ports.system}), or check "
                "--system-port."
            )
        ]
    return []


async def _answers_pings(address: Address) -> bool:
    url = box_url("ws", address.host, address.ports.events)
    try:
        async with (
            asyncio.timeout(_PONG_SECONDS),
            address.session.ws_connect(url, autoping=False) as socket,
        ):
            await socket.ping()
            # Before a subscription, a box sends nothing else.
            return (await socket.receive()).type is WSMsgType.PONG
    except ClientError, OSError:
        return False


def report(examination: Examination, address: Address) -> list[str]:
    """Return the report as lines."""
    lines = [f"The box at {address.host}", ""]
    if examination.info is not None:
        facts = _facts(examination.info) | {"Clock": _clock_text(examination.clock)}
        rows = [(f"{name}:", fact or "not reported") for name, fact in facts.items()]
        lines += [*table(rows), ""]
        lines += [*_capture_device_lines(examination.capture_devices), ""]
    if examination.answers_pings is not None:
        pings = (
            "answers pings"
            if examination.answers_pings
            else "does not answer pings. "
            "This is fine: dead connections are detected in other ways"
        )
        lines += [f"The event socket opens and {pings}.", ""]
    if examination.problems:
        return [*lines, *(f"PROBLEM: {problem}" for problem in examination.problems)]
    return [*lines, "The box can be used with Home Assistant."]


def _facts(info: BoxInfo) -> dict[str, str | None]:
    return {
        "Dialect": f"{info.dialect} ({_VERSIONS[info.dialect]})",
        "Serial number": info.serial_number,
        "MAC addresses": ", ".join(info.mac_addresses) or None,
        "Model": info.model,
        "Hardware": info.hardware_version,
        "Software": info.software_version,
        "Host name": info.host_name,
        "Match threshold": None if info.threshold is None else f"{info.threshold:g}",
        "Mode": None if info.mode is None else _MODES[info.mode],
    }


def _clock_text(clock: ClockReading | None) -> str | None:
    if clock is None:
        return None
    seconds = clock.offset.total_seconds()
    tolerance = max(clock.uncertainty.total_seconds(), _SAME_TIME)
    if abs(seconds) <= tolerance:
        return "same as this machine's"
    direction = "ahead of" if seconds > 0 else "behind"
    return f"{abs(seconds):,.0f} s {direction} this machine's"


def _capture_device_lines(capture_devices: tuple[CaptureDevice, ...]) -> list[str]:
    if not capture_devices:
        return [
            (
                "The box has no capture devices yet, so it cannot recognize anyone. "
                "Add a camera or a door reader on its web page."
            )
        ]
    head = ("Capture device", "Name", "Type", "IP", "Relay", "Stream")
    rows = [
        (
            device.capture_device_id,
            device.name or "",
            device.device_type.value,
            device.ip or "",
            _yes_or_no(device.relay),
            # The URL itself may hold a password.
            _yes_or_no(device.stream_url),
        )
        for device in capture_devices
    ]
    return table([head, *rows])


def _yes_or_no(value: object) -> str:
    return "yes" if value else "no"
