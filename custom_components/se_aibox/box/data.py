"""What is known of a box right now: the one thing that entities read."""

from collections.abc import Mapping, Set as AbstractSet
from dataclasses import dataclass, field, replace
from datetime import datetime
from math import inf

from ..aibox.models import BoxInfo, CaptureDevice, Recognition


@dataclass(frozen=True, slots=True)
class BoxData:
    """A box, its capture devices and whom they saw last."""

    info: BoxInfo
    # Everything on the box, and what the user chose of it; both by id.
    listed: Mapping[str, CaptureDevice]
    chosen: Mapping[str, CaptureDevice]
    # When that list was requested, by the clock of the event loop.
    listed_at: float = -inf
    # What the box's last answer did not list, perhaps only for a moment; since when, None if that cannot be told.
    absent: Mapping[str, float | None] = field(default_factory=dict)
    # Whether recognitions arrive.
    connected: bool = False
    # The newest live recognition of each capture device since the start.
    last: Mapping[str, Recognition] = field(default_factory=dict)
    # When each capture device saw somebody last, be it that this was learned late; by our clock, never ahead of it.
    seen_at: Mapping[str, datetime] = field(default_factory=dict)
    # How many recognitions of each capture device there were since the start.
    counted: Mapping[str, int] = field(default_factory=dict)

    def with_live(self, recognition: Recognition, seen_at: datetime) -> BoxData:
        """Return the data after a live recognition that happened at that time by our clock."""
        key = recognition.capture_device_id
        return replace(
            self,
            last={**self.last, key: recognition},
            seen_at={**self.seen_at, key: seen_at},
            counted=self._counted_once_more(key),
        )

    def with_recovered(self, recognition: Recognition, seen_at: datetime) -> BoxData:
        """Return the data after a recognition that was learned late: whom a device saw last stays."""
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
    def present(self) -> AbstractSet[str]:
        """The ids in the box's last answer."""
        return self.listed.keys() - self.absent.keys()
