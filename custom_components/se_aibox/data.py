"""What is known of a box right now: the one thing that entities read."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from .aibox.models import BoxInfo, CaptureDevice, Recognition


@dataclass(frozen=True, slots=True)
class BoxData:
    """A box, its capture devices and whom they saw last."""

    info: BoxInfo
    # Everything on the box, and what the user chose of it; both by id.
    listed: Mapping[str, CaptureDevice]
    chosen: Mapping[str, CaptureDevice]
    # Whether recognitions arrive.
    connected: bool = False
    # The newest live recognition of each capture device since the start.
    last: Mapping[str, Recognition] = field(default_factory=dict)
