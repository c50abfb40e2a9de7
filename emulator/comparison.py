"""Compare a picture with the enrolled people (docs/protocol.md §5)."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from .dialect import Call
from .errors import ApiError
from .model import DEFAULT_GROUP, Device, Identity
from .received import Received
from .scores import score_of_match, score_of_nobody
from .state import BoxState


@dataclass(frozen=True, slots=True)
class Comparison:
    """The most similar person, and whether it is a match."""

    nearest: Identity
    score: float
    matched: bool

    @property
    def identity(self) -> Identity | None:
        """The matched person, None without a match."""
        return self.nearest if self.matched else None


def group_members(
    state: BoxState, *, group: str = DEFAULT_GROUP, permission: str = ""
) -> list[Identity]:
    """Return the people in a group and a permission group, by their names.

    Without a name, those of every permission group are returned.
    """
    found = [
        person
        for person in state.people
        if group in person.group_names
        and (
            not permission
            or permission in map(state.permission_groups.get, person.permission_ids)
        )
    ]
    if not found:
        raise ApiError("EMPTY_GROUP_ERROR", permission)
    return found


def photo_device(state: BoxState, ip: str) -> Device:
    """Return the photo device at an address, else raise ApiError."""
    for device in state.devices:
        if device.ip == ip and device.type == "photo":
            return device
    raise ApiError("DEVICE_ID_NOT_FOUND", ip)


def compare(
    state: BoxState, picture: Received, candidates: Sequence[Identity]
) -> Comparison:
    """Return the nearest person, even without a match."""
    random = Random(picture.subject)
    for person in candidates:
        if picture.subject in person.matching_looks:
            return Comparison(person, score_of_match(state, random), matched=True)
    score = score_of_nobody(state, random)
    return Comparison(random.choice(candidates), score, matched=False)


async def recognize_at_device(
    call: Call,
    device: Device,
    picture: Received,
    comparison: Comparison,
    timestamp_ms: int | None = None,
) -> None:
    """Record and push a picture that was sent for a device."""
    await call.recognize(
        device,
        comparison.identity,
        score=comparison.score,
        timestamp_ms=timestamp_ms,
        subject=picture.subject,
    )


def file_stranger(state: BoxState, picture: Received, comparison: Comparison) -> None:
    """Store an unmatched face, like boxes with stranger filing."""
    if not comparison.matched:
        state.filed_strangers.append(picture.subject)
