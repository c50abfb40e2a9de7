"""Recognitions as cards show them."""

from collections.abc import Callable, Container
from enum import StrEnum

from ..aibox.names import given_name
from ..recognition.events import event_data, picture_paths
from ..recognition.sighting import Sighting

type Row = dict[str, object]

# As on the bus. Enrollment details are personal data, which cards do not show.
_AS_ON_THE_BUS = (
    "entry_id",
    "recognition_id",
    "device_id",
    "identity_id",
    "person_type",
    "matched",
    "score",
    "threshold",
    "group_name",
    "simulated",
    "attributes",
)


class RowKind(StrEnum):
    """How a recognition came to Home Assistant."""

    LIVE = "live"
    RECOVERED = "recovered"
    # Read from the history for this list.
    RECORDED = "recorded"


def row(
    sighting: Sighting,
    kind: RowKind,
    people: Container[str],
    sign: Callable[[str], str],
) -> Row:
    """Return plain JSON; names are as on the box.

    Only followed people in `people` are named. `sign` returns the signed path of a
    picture.
    """
    recognition = sighting.recognition
    event = event_data(sighting)
    return {
        "key": f"{sighting.entry_id}/{recognition.recognition_id}",
        **{key: event[key] for key in _AS_ON_THE_BUS},
        "place": sighting.place,
        "followed_device_ids": sorted(
            device_id
            for device_id in sighting.followed_device_ids
            if device_id in people
        ),
        "name": given_name(recognition.identity_name),
        "stranger_id": recognition.stranger_id,
        "occurred_at": sighting.seen_at.isoformat(),
        "kind": kind.value,
        "pictures": {
            name: sign(path) for name, path in picture_paths(sighting).items()
        },
    }
