"""Reads how a box is set to work (docs/protocol.md §3, *How a box works*)."""

from datetime import time
from enum import StrEnum

from ..models import Dialect
from ..operation import ArmedTime
from .fields import JsonObject
from .request import Request
from .system import named_system_request, read_system_entry

_SWITCHES = {"true": True, "1": True, "false": False, "0": False}
# Where the pictures of records are: on the box, or on an external disk.
_PLACES = {"local": False, "remote": True}


def read_word[E: StrEnum](words: type[E], value: str | None) -> E | None:
    """Return one of the box's words, None if it is unheard of."""
    word = (value or "").strip().lower()
    return next((known for known in words if known == word), None)


def read_switch(value: str | None) -> bool | None:
    """Return whether a switch is on, None if unknown."""
    return _SWITCHES.get((value or "").strip().lower())


def read_place(value: str | None) -> bool | None:
    """Return whether pictures belong on an external disk, None if unknown."""
    return _PLACES.get((value or "").strip().lower())


def read_armed_time(value: str | None) -> ArmedTime | None:
    """Return the time in a text such as `08:00:00,18:00:00`."""
    try:
        start, end = (
            time.fromisoformat(part.strip()) for part in (value or "").split(",")
        )
    except ValueError:
        return None
    # No page says whether that is the whole day or none of it.
    return None if start == end else ArmedTime(start, end)


def picture_folder_request(dialect: Dialect) -> Request:
    """Return the question whether the folder of pictures can be used."""
    if dialect is Dialect.FLAT:
        return Request("POST", "/sophon/v2/face/checkeventimagepath", body={})
    return Request("POST", "/SophonFogSys/api/ImagePathStatusQuery", body={})


def read_picture_folder(answer: JsonObject) -> bool | None:
    """Return whether the folder of pictures exists and can be written."""
    return _truth(answer, "available")


def external_disk_request(dialect: Dialect) -> Request:
    """Return the request for the state of the external disk."""
    return named_system_request(
        dialect, "externalDiskInfo", "getstorage", flat_body={"device": "hdd"}
    )


def read_external_disk(answer: JsonObject) -> bool | None:
    """Return whether an external disk is mounted."""
    return _truth(answer, "mount_status", "external_hard_state")


def _truth(answer: JsonObject, *names: str) -> bool | None:
    """Return a boolean, which 1.x also writes as 0 or 1."""
    data = read_system_entry(answer)
    value = next((data[name] for name in names if name in data), None)
    return read_switch(str(value))
