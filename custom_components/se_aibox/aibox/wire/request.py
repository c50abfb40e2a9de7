"""A request to a box, as data."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from .fields import JsonObject

# A scene in full resolution has several megabytes (PROTOCOL §1).
LARGEST_PICTURE = 32 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Request:
    """What to ask, and on which of the box's two HTTP ports."""

    method: Literal["GET", "POST", "PUT"]
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    body: JsonObject | None = None
    port: Literal["rest", "system"] = "rest"
    # For a call that may take a box longer than others.
    seconds: float | None = None
    # In bytes; what is larger is not read to its end. A box is asked many things at once.
    largest_answer: int = 8 * 1024 * 1024
