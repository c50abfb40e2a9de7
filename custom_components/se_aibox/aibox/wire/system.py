"""The identity and clock of a box (docs/protocol.md §3)."""

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import Enum
import re

from ..exceptions import UnreadableError
from ..models import BoxInfo, Dialect, SystemMode
from .fields import JsonObject, mapping, moment, moment_of, number, required, text
from .request import Request

_MODES = {"0": SystemMode.BARE, "1": SystemMode.FACE}
# Each answer is a handful of values.
_LARGEST_ANSWER = 256 * 1024
# Twenty times what the largest box holds.
_MOST_PEOPLE = 10_000_000
# A box has two network cards. The addresses are stored, so limit them.
_MOST_MAC_ADDRESSES = 8
_VIRTUAL = ("docker", "br-", "veth", "virbr", "lo")
# Docker numbers its addresses alike on all machines.
_DOCKER = "0242"


class SystemCall(Enum):
    """A system API call: its nested and flat names."""

    SERIAL_NUMBER = ("deviceSN", "getdevicesn")
    HARDWARE = ("hardwareInfo", "gethardwareinfo")
    SOFTWARE = ("systemVersion", "getsoftwareversion")
    HOST_NAME = ("hostname", "gethostname")
    ADDRESSES = ("ip", "getip")
    MODE = ("systemMode", "getsystemmode")


type SystemAnswers = Mapping[SystemCall, tuple[JsonObject, ...]]


def system_request(call: SystemCall, dialect: Dialect) -> Request:
    """Return the request for a call."""
    return named_system_request(dialect, *call.value)


def named_system_request(
    dialect: Dialect,
    nested_name: str,
    flat_name: str,
    flat_body: JsonObject | None = None,
) -> Request:
    """Return the request for a call by its names."""
    nested = dialect is Dialect.NESTED
    return Request(
        "GET" if nested else "POST",
        f"/SophonSystem/api/{nested_name}"
        if nested
        else f"/sophon/v2/system/{flat_name}",
        body=None if nested else flat_body or {},
        port="system",
        largest_answer=_LARGEST_ANSWER,
    )


def read_system_answer(answer: JsonObject) -> tuple[JsonObject, ...]:
    """Return the objects in an answer: one or more."""
    data = answer.get("data", answer.get("address_list", answer))
    entries = data if isinstance(data, list) else [data]
    return tuple(entry for entry in entries if isinstance(entry, dict))


def read_system_entry(answer: JsonObject) -> JsonObject:
    """Return the first object in an answer, empty without one."""
    return next(iter(read_system_answer(answer)), {})


def read_box_info(
    dialect: Dialect,
    answers: SystemAnswers,
    box_mac: str | None,
    threshold: str | None,
) -> BoxInfo:
    """Return the identity of a box; missing answers mean None."""
    hardware = _one(answers, SystemCall.HARDWARE)
    return BoxInfo(
        dialect=dialect,
        serial_number=_field(_one(answers, SystemCall.SERIAL_NUMBER), "device_sn")
        or _field(hardware, "device_sn"),
        mac_addresses=_mac_addresses(box_mac, answers.get(SystemCall.ADDRESSES, ())),
        model=_field(hardware, "model"),
        hardware_version=_field(hardware, "product_version", "hardwareVersion"),
        software_version=_field(
            _one(answers, SystemCall.SOFTWARE), "version", "app_gate_version"
        ),
        host_name=_field(_one(answers, SystemCall.HOST_NAME), "hostname"),
        threshold=_number(threshold),
        mode=read_mode(answers.get(SystemCall.MODE, ())),
    )


def read_mode(answer: tuple[JsonObject, ...]) -> SystemMode | None:
    """Return what the box runs, None if unreported."""
    mode = _field(next(iter(answer), {}), "systemMode", "system_mode")
    # In mode 2, Docker runs applications.
    return (
        None if mode is None else _MODES.get(mode.removesuffix(".0"), SystemMode.OTHER)
    )


def read_threshold_range(answer: JsonObject) -> str | None:
    """Return the threshold between the lowest and the highest score."""
    scores = mapping(answer, "data").get("threshold_range")
    if not isinstance(scores, list) or len(scores) != 3:
        raise UnreadableError("no threshold_range")
    return text({"threshold_range": scores[1]}, "threshold_range")


def clock_request(dialect: Dialect) -> Request:
    """Return the request for the box's time."""
    return named_system_request(dialect, "time", "gettime")


def read_clock(answer: JsonObject) -> datetime:
    """Return the time in an answer."""
    return required(moment(read_system_entry(answer), "time"), "time")


def read_date(header: str | None) -> datetime:
    """Return the time in a `Date` header, in whole seconds."""
    try:
        date = parsedate_to_datetime(required(header, "Date"))
        # A zone of -0000 makes it naive, and means UTC.
        seconds = date.replace(tzinfo=date.tzinfo or UTC).timestamp()
    except (ValueError, OverflowError) as error:
        raise UnreadableError("Date is not a time") from error
    return moment_of(seconds, "Date")


def _one(answers: SystemAnswers, call: SystemCall) -> JsonObject:
    return next(iter(answers.get(call, ())), {})


def _field(entry: JsonObject, *names: str) -> str | None:
    """Return the printable text of a field, None if unfit."""
    try:
        value = text(entry, *names)
    except UnreadableError:
        return None
    printable = "".join(filter(str.isprintable, value or ""))
    return printable.strip()[:255] or None


def read_capacity(value: str | None) -> int | None:
    """Return how many people fit, None if unreported or unfit."""
    capacity = _number(value)
    return int(capacity) if capacity and 1 <= capacity <= _MOST_PEOPLE else None


def _number(value: str | None) -> float | None:
    try:
        return number({"value": value}, "value")
    except UnreadableError:
        return None


def _mac_addresses(
    box_mac: str | None, cards: tuple[JsonObject, ...]
) -> tuple[str, ...]:
    """Return each card's address once, the outside one first."""
    # The outside network is on eth0.
    own = [card for card in cards if not _is_virtual(card)]
    ordered = sorted(own, key=lambda card: _field(card, "device", "interface") or "~")
    found = (
        _mac_address(value)
        for value in (*(_field(card, "mac") for card in ordered), box_mac)
    )
    return tuple(dict.fromkeys(mac for mac in found if mac))[:_MOST_MAC_ADDRESSES]


def _is_virtual(card: JsonObject) -> bool:
    """Return whether a card is a bridge, the same on many machines."""
    return (_field(card, "device", "interface") or "").startswith(_VIRTUAL)


def _mac_address(value: str | None) -> str | None:
    """Return aa:bb:cc:dd:ee:ff; the box also writes 0xaabbccddeeff."""
    digits = re.sub(r"[^0-9a-f]", "", (value or "").lower().removeprefix("0x"))
    if len(digits) != 12 or not digits.strip("0") or digits.startswith(_DOCKER):
        return None
    # Broadcast and multicast addresses are those of no card.
    if int(digits[:2], 16) & 1:
        return None
    return ":".join(digits[index : index + 2] for index in range(0, 12, 2))
