"""What is known of a box right now: the one thing that entities read."""

from collections.abc import Mapping, Set as AbstractSet
from dataclasses import dataclass, field

from .aibox.models import BoxInfo, CaptureDevice, Recognition


@dataclass(frozen=True, slots=True)
class BoxData:
    """A box, its capture devices and whom they saw last."""

    info: BoxInfo
    # Everything on the box, and what the user chose of it; both by id.
    listed: Mapping[str, CaptureDevice]
    chosen: Mapping[str, CaptureDevice]
    # What the box's last answer did not list, perhaps only for a moment; since when, None if that cannot be told.
    absent: Mapping[str, float | None] = field(default_factory=dict)
    # Whether recognitions arrive.
    connected: bool = False
    # The newest live recognition of each capture device since the start.
    last: Mapping[str, Recognition] = field(default_factory=dict)
    # How many recognitions of each capture device there were since the start.
    counted: Mapping[str, int] = field(default_factory=dict)

    @property
    def present(self) -> AbstractSet[str]:
        """The ids in the box's last answer."""
        return self.listed.keys() - self.absent.keys()
