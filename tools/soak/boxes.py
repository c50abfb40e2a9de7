"""The emulated boxes, each behind its own cable."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Final, Literal

from emulator import Device, EmulatedBox, Identity, PersonType, PictureSize
from tools.demo.ports import port_fields

from .books import Emitted, Removal
from .cable import HOST, Cable
from .site import Way

type DialectName = Literal["nested", "flat"]

# One box of each dialect, both at once.
DIALECTS: Final[tuple[DialectName, ...]] = ("nested", "flat")

# The freshness limit: low, so that some messages are older and some are not.
FRESHNESS_SECONDS: Final = 10

# Capture devices that are never removed.
_STAYING: Final = 4
_CAPTURE_DEVICES: Final = 5
# What the first capture devices of each box are to the site.
_WAYS: Final = (Way.ENTRANCE, Way.EXIT, Way.INSIDE)
# Whom the site counts. Employees and strangers pass the same capture devices.
_WALKERS: Final = (PersonType.VISITOR, PersonType.VIP)
# Bytes; small enough for a machine that also runs everything else.
_PICTURES: Final = PictureSize(face=4_000, scene=12_000, reference=4_000)


@dataclass(slots=True)
class Mood:
    """How a box currently misbehaves; each number is a probability, 0…1."""

    sees_nobody: bool = False
    repeats: float = 0.0
    mixes_up: float = 0.0
    is_late: float = 0.0
    records_late: float = 0.0
    records_slowly: float = 0.0


@dataclass(slots=True)
class SoakedBox:
    """A box, its cable, and what it emitted."""

    # The dialect at the start, which an update changes.
    name: DialectName
    emulated: EmulatedBox
    cable: Cable
    # Makes Home Assistant reload the box.
    reload: Callable[[], Awaitable[None]]
    mood: Mood = field(default_factory=Mood)
    emitted: list[Emitted] = field(default_factory=list)
    removals: list[Removal] = field(default_factory=list)
    # What Home Assistant should have noticed, and did not in time.
    unnoticed: list[str] = field(default_factory=list)
    # The capture device that was removed last, until it is added again.
    gone: Device | None = None

    @property
    def title(self) -> str:
        """The name in the tables."""
        return (
            self.name
            if self.emulated.events.answers_pings
            else f"{self.name}, no pongs"
        )

    @property
    def ways(self) -> dict[str, Way]:
        """The site's capture devices, and what they are to it."""
        ids = (device.device_id for device in self.emulated.devices)
        return dict(zip(ids, _WAYS, strict=False))

    @property
    def churning(self) -> list[Device]:
        """The capture devices that may be removed."""
        return self.emulated.devices[_STAYING:]

    def listens_to(self, capture_device_id: str) -> bool:
        """Return whether Home Assistant receives a capture device's pushes now."""
        subscriptions = self.emulated.subscriptions
        return (
            bool(subscriptions)
            and capture_device_id in subscriptions[-1].device_ids
            and not self.cable.has_dead_connections
        )

    @property
    def complaints(self) -> list[str]:
        """Home Assistant's neglect, and requests that no box would understand."""
        # Requests about removed capture devices are permitted.
        gone = {removal.capture_device_id for removal in self.removals}
        return self.unnoticed + [
            error
            for error in self.emulated.errors
            if not any(error.endswith(capture_device_id) for capture_device_id in gone)
        ]

    @property
    def entry(self) -> dict[str, object]:
        """The data of the box's config entry."""
        box = self.emulated
        return {
            "entry_id": self.name,
            "title": self.name,
            "unique_id": box.serial_number,
            "data": {
                "host": HOST,
                **port_fields(self.cable.ports),
                "dialect": box.dialect,
                "serial_number": box.serial_number,
                "mac_addresses": [box.mac],
            },
            "options": {
                "capture_devices": [device.device_id for device in box.devices],
                "ignored_capture_devices": [],
                "add_new_capture_devices": True,
                "pictures": ["captured", "reference"],
                "freshness_limit": FRESHNESS_SECONDS,
            },
        }


def is_walker(person: Identity) -> bool:
    """Return whether the site counts a person."""
    return person.person_type in _WALKERS


@asynccontextmanager
async def soaked_boxes(
    seed: int, reload: Callable[[str], Awaitable[None]]
) -> AsyncGenerator[list[SoakedBox]]:
    """Run a box of each dialect behind its cable; `reload` takes an entry id."""
    async with AsyncExitStack() as stack:
        boxes = [
            await _start(stack, dialect, seed, partial(reload, dialect))
            for dialect in DIALECTS
        ]
        # One of the boxes ignores pings.
        boxes[seed % len(boxes)].emulated.events.answers_pings = False
        yield boxes


async def _start(
    stack: AsyncExitStack,
    dialect: DialectName,
    seed: int,
    reload: Callable[[], Awaitable[None]],
) -> SoakedBox:
    emulated = await stack.enter_async_context(
        EmulatedBox(
            dialect,
            seed=2 * seed + DIALECTS.index(dialect),
            device_count=_CAPTURE_DEVICES,
            picture_size=_PICTURES,
        )
    )
    cable = Cable(emulated.ports)
    stack.push_async_callback(cable.pull_out)
    await cable.plug_in()
    return SoakedBox(dialect, emulated, cable, reload)
