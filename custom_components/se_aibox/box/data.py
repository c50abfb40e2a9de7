"""The current data of a box, as entities read it."""

from collections.abc import Mapping, Set as AbstractSet
from dataclasses import dataclass, field, replace
from datetime import datetime
from math import inf

from ..aibox.models import BoxInfo, CaptureDevice, Recognition


@dataclass(frozen=True, slots=True)
class BoxData:
    """A box, its capture devices and their last recognitions."""

    info: BoxInfo
    # The capture devices on the box, and those selected by the user, by id.
    listed: Mapping[str, CaptureDevice]
    selected: Mapping[str, CaptureDevice]
    # When the list was requested, in event loop time.
    listed_at: float = -inf
    # Devices missing from the last list, perhaps only for a moment, by id. The value is
    # the event loop time since when, or None if that is unknown.
    missing_since: Mapping[str, float | None] = field(default_factory=dict)
    # When each new one of the last day was listed first, in event loop time.
    added_at: tuple[float, ...] = ()
    # Whether the box is connected, so that its recognitions arrive.
    connected: bool = False
    # Whether all that was missed before the start was recovered.
    caught_up: bool = False
    # The newest live recognition of each capture device since the start.
    last: Mapping[str, Recognition] = field(default_factory=dict)
    # The time of the last recognition of each capture device, live or late; by our
    # clock and never in the future.
    seen_at: Mapping[str, datetime] = field(default_factory=dict)
    # Whether capture devices are online, by what the box reported lately.
    online: Mapping[str, bool] = field(default_factory=dict)
    # The number of recognitions of each capture device since the start.
    counted: Mapping[str, int] = field(default_factory=dict)

    def with_live(self, recognition: Recognition, seen_at: datetime) -> BoxData:
        """Add a live recognition; `seen_at` is by our clock."""
        key = recognition.capture_device_id
        return replace(
            self,
            last={**self.last, key: recognition},
            seen_at={**self.seen_at, key: seen_at},
            counted=self._counted_once_more(key),
        )

    def with_recovered(self, recognition: Recognition, seen_at: datetime) -> BoxData:
        """Add a late recognition; `seen_at` is by our clock."""
        # It does not become the last one: `last` holds live recognitions only.
        key = recognition.capture_device_id
        latest = max(self.seen_at.get(key, seen_at), seen_at)
        return replace(
            self,
            seen_at={**self.seen_at, key: latest},
            counted=self._counted_once_more(key),
        )

    def _counted_once_more(self, key: str) -> dict[str, int]:
        return {**self.counted, key: self.counted.get(key, 0) + 1}

    @property
    def in_last_list(self) -> AbstractSet[str]:
        """Ids of the capture devices in the last list."""
        return self.listed.keys() - self.missing_since.keys()
