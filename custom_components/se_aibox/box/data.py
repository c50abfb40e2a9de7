"""The current data of a box, which is all that entities read."""

from collections.abc import Mapping, Set as AbstractSet
from dataclasses import dataclass, field, replace
from datetime import datetime
from math import inf

from ..aibox.models import BoxInfo, CaptureDevice, Recognition


@dataclass(frozen=True, slots=True)
class BoxData:
    """A box, its capture devices and what they saw last."""

    info: BoxInfo
    # The capture devices on the box, and those that the user selected, by id.
    listed: Mapping[str, CaptureDevice]
    selected: Mapping[str, CaptureDevice]
    # When that list was requested, by the clock of the event loop.
    listed_at: float = -inf
    # Those missing from the last list, perhaps only for a moment, by id: since when,
    # or None if that is unknown.
    absent: Mapping[str, float | None] = field(default_factory=dict)
    # Whether recognitions arrive.
    connected: bool = False
    # The newest live recognition of each capture device since the start.
    last: Mapping[str, Recognition] = field(default_factory=dict)
    # When each capture device saw somebody last, live or late; by our clock and never
    # in the future.
    seen_at: Mapping[str, datetime] = field(default_factory=dict)
    # The number of recognitions of each capture device since the start.
    counted: Mapping[str, int] = field(default_factory=dict)

    def with_live(self, recognition: Recognition, seen_at: datetime) -> BoxData:
        """Return the data after a live recognition; `seen_at` is by our clock."""
        key = recognition.capture_device_id
        return replace(
            self,
            last={**self.last, key: recognition},
            seen_at={**self.seen_at, key: seen_at},
            counted=self._counted_once_more(key),
        )

    def with_recovered(self, recognition: Recognition, seen_at: datetime) -> BoxData:
        """Return the data after a late recognition, which does not become the last."""
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
        """The ids in the last list."""
        return self.listed.keys() - self.absent.keys()
