"""The emulated boxes of the demo, and the people who walk by."""

from collections.abc import AsyncGenerator, Iterable
from contextlib import AsyncExitStack, aclosing, asynccontextmanager
from dataclasses import dataclass
from typing import Literal

from emulator import EmulatedBox, PictureSize, Ports
from emulator.passers_by import fill_history, walk_by

from .ports import free_port

_HISTORY_DAYS = 1
# As cameras of our days take them, but small enough for a lively demo on a slow machine.
_PICTURES = PictureSize(face=30_000, scene=200_000, reference=30_000)


@dataclass(frozen=True, slots=True)
class BoxPlan:
    """A box to emulate; each has an address of its own, so that both use the factory ports.

    The names of the capture devices fit the places that the emulator draws, in its order.
    """

    name: str
    dialect: Literal["nested", "flat"]
    host: str
    seed: int
    capture_devices: tuple[str, ...]


_PLANS = (
    BoxPlan(
        "Main entrance",
        "nested",
        "127.0.0.1",
        1,
        ("Front door", "大门", "Lobby turnstile", "Garage"),
    ),
    BoxPlan(
        "Office",
        "flat",
        "127.0.0.2",
        2,
        ("Office door", "北门", "Reception turnstile", "地下车库", "Warehouse"),
    ),
)


@dataclass(frozen=True, slots=True)
class Box:
    """An emulated box and what its owner calls it."""

    name: str
    emulated: EmulatedBox

    @property
    def address(self) -> dict[str, object]:
        """What to type into the first page of the config flow."""
        ports = self.emulated.ports
        return {
            "host": self.emulated.host,
            "ports": {
                "rest_port": ports.rest,
                "events_port": ports.events,
                "system_port": ports.system,
            },
        }

    async def let_everyone_see_somebody(self) -> None:
        """Let a person stand before each capture device, so that none is without a picture."""
        await self.emulated.wait_for_subscription()
        box = self.emulated
        people = box.random.sample(box.people, len(box.devices))
        for device, person in zip(box.devices, people, strict=True):
            await box.recognize(device, person)

    async def let_people_walk_by(self, rate: float) -> None:
        """Let `rate` people a second pass, without end."""
        async with aclosing(walk_by(self.emulated, rate)) as seen:
            async for _ in seen:
                pass


@asynccontextmanager
async def emulated_boxes(
    plans: Iterable[BoxPlan] = _PLANS,
) -> AsyncGenerator[list[Box]]:
    """Run the boxes, each with the records of its past day."""
    async with AsyncExitStack() as stack:
        boxes = []
        for plan in plans:
            emulated = _emulate(plan)
            await stack.enter_async_context(emulated)
            await fill_history(emulated, _HISTORY_DAYS)
            boxes.append(Box(plan.name, emulated))
        yield boxes


def _emulate(plan: BoxPlan) -> EmulatedBox:
    emulated = EmulatedBox(
        plan.dialect,
        host=plan.host,
        ports=Ports(
            rest=free_port(plan.host, 5555),
            events=free_port(plan.host, 5679),
            system=free_port(plan.host, 8888),
            broadcast=free_port(plan.host, 54547),
        ),
        seed=plan.seed,
        device_count=len(plan.capture_devices),
        picture_size=_PICTURES,
    )
    for device, name in zip(emulated.devices, plan.capture_devices, strict=True):
        emulated.rename_device(device.device_id, name)
    return emulated
