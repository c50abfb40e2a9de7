"""A request to a box, as data."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from .fields import JsonObject

# A scene in full resolution has several megabytes (docs/protocol.md §1).
LARGEST_PICTURE = 32 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Request:
    """A request to one of the box's HTTP ports."""

    method: Literal["GET", "POST", "PUT", "DELETE"]
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    body: JsonObject | None = None
    port: Literal["rest", "system"] = "rest"
    # The timeout of a call that may take a box longer than others.
    seconds: float | None = None
    # In bytes. A larger answer is not read to its end, since many are read at once.
    largest_answer: int = 8 * 1024 * 1024
    # A field whose texts are dropped while the answer is read, such as a photo.
    dropped: str | None = None
