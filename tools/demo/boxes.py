"""The demo's emulated boxes, and the people who walk by."""

from collections.abc import AsyncGenerator, Iterable, Mapping
from contextlib import AsyncExitStack, aclosing, asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Literal

from emulator import BoxOptions, EmulatedBox, EmulatedSe3, Identity, PictureSize, Ports
from emulator.base import AnyBox
from emulator.passers_by import fill_history, walk_by
from emulator.working_days import fill_working_days

from .ports import free_port, port_fields

_HISTORY_DAYS = 7
# Of the first box: a month of people who come by two doors and leave by another.
_WORKING_DAYS = 31
_ENTRANCES, _EXITS = (0, 2), (1,)
# Realistic sizes in bytes, but small enough for a slow machine.
_PICTURES = PictureSize(face=30_000, scene=200_000, reference=30_000)
# The number of poses of people's heads.
_POSES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class BoxPlan:
    """A box to emulate."""

    name: str
    dialect: Literal["nested", "flat", "se3"]
    # Each box has its own address, so that all can use the factory ports.
    host: str
    host_name: str
    seed: int
    # Names that fit the places that the emulator draws, in its order.
    capture_devices: tuple[str, ...]
    # Names by the usual ids, in place of those that only tests need.
    renamed: Mapping[str, str] = field(default_factory=dict)
    # New ids, by the usual ids, of people whose id differs from the other boxes.
    renumbered: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Places:
    """The names of a box and its capture devices."""

    box: str
    capture_devices: tuple[str, ...]


_PLACES = {
    "en": (
        _Places(
            "Main entrance", ("Front door", "Side gate", "Lobby turnstile", "Garage")
        ),
        _Places(
            "Office",
            (
                "Office door",
                "North gate",
                "Reception turnstile",
                "Parking garage",
                "Warehouse",
            ),
        ),
        _Places("Workshop", ("Workshop door", "South gate")),
    ),
    "zh-Hans": (
        _Places("主入口", ("大门", "侧门", "大堂闸机", "车库")),
        _Places("办公室", ("办公室门", "北门", "前台闸机", "地下车库", "仓库")),
        _Places("车间", ("车间门", "南门")),
    ),
}
# No name is missing, very long or there twice.
_SHOWCASE = {
    "10010593": "孙丽",
    "10010804": "Omar Haddad",
    "10010927": "Sophie Laurent",
}


def demo_plans(language: str) -> tuple[BoxPlan, ...]:
    """Return the boxes of the demo, with places in a language."""
    entrance, office, workshop = _PLACES[language]
    return (
        BoxPlan(
            name=entrance.box,
            dialect="nested",
            host="127.0.0.1",
            host_name="se5-entrance",
            seed=1,
            capture_devices=entrance.capture_devices,
            renamed=_SHOWCASE,
        ),
        BoxPlan(
            name=office.box,
            dialect="flat",
            host="127.0.0.2",
            host_name="se5-office",
            seed=2,
            capture_devices=office.capture_devices,
            renamed=_SHOWCASE,
            renumbered={"12345565": "20034"},
        ),
        BoxPlan(
            name=workshop.box,
            dialect="se3",
            host="127.0.0.3",
            host_name="se3-workshop",
            seed=3,
            capture_devices=workshop.capture_devices,
            renamed=_SHOWCASE,
        ),
    )


@dataclass(frozen=True, slots=True)
class Box:
    """An emulated box and its name in Home Assistant."""

    name: str
    emulated: AnyBox

    @property
    def address(self) -> dict[str, object]:
        """The input for the first page of the config flow."""
        box = self.emulated
        return {"host": box.host, "ports": port_fields(box.ports)}

    async def recognize_everywhere(self) -> None:
        """Recognize a person on each capture device, so that each has a picture."""
        box = self.emulated
        if isinstance(box, EmulatedBox):
            await box.wait_for_subscription()
        people = box.state.random.sample(box.people, len(box.devices))
        for device, person in zip(box.devices, people, strict=True):
            await box.recognize(device, person)

    async def show(self, name: str, number: int = 0) -> None:
        """Recognize a person on a capture device, the first by default."""
        device = self.emulated.devices[number]
        await self.emulated.recognize(device, self._person(name))

    def has_enrolled(self, name: str) -> bool:
        """Return whether the box would recognize a person."""
        return any(person.name == name for person in self.emulated.people)

    async def trigger_automations(self) -> None:
        """Recognize the people for whom the automations wait."""
        # An SE3 pushes no strangers.
        box, door = self.emulated, self.emulated.devices[0]
        for name in ("Tom", "Viktor Kane"):
            await box.recognize(door, self._person(name))
        if isinstance(box, EmulatedBox):
            turnstile = box.devices[2]
            await box.recognize(turnstile, self._person("Tom"))
            await box.recognize(turnstile)
            await box.recognize(door)

    async def empty_house(self) -> None:
        """Let all people leave by the second capture device, and some return."""
        box = self.emulated
        for person in box.people:
            await box.recognize(box.devices[1], person)
        for name in ("Tom", "Sophie Laurent"):
            await self.show(name)

    def _person(self, name: str) -> Identity:
        return next(person for person in self.emulated.people if person.name == name)

    async def let_people_walk_by(self, rate: float) -> None:
        """Let `rate` people per second walk by, endlessly."""
        async with aclosing(walk_by(self.emulated, rate)) as seen:
            async for _ in seen:
                pass


@asynccontextmanager
async def emulated_boxes(
    plans: Iterable[BoxPlan],
) -> AsyncGenerator[list[Box]]:
    """Run the boxes, each with a history of one week, one with a month of work."""
    async with AsyncExitStack() as stack:
        boxes: list[Box] = []
        for plan in plans:
            emulated = _emulate(plan)
            await stack.enter_async_context(emulated)
            await fill_history(emulated, _HISTORY_DAYS)
            if not boxes and len(emulated.devices) > max(*_ENTRANCES, *_EXITS):
                await fill_working_days(emulated, _WORKING_DAYS, _ENTRANCES, _EXITS)
                # In order of time, as a box records them.
                emulated.state.history.sort(key=lambda record: record.timestamp_ms)
            boxes.append(Box(plan.name, emulated))
        yield boxes


def _emulate(plan: BoxPlan) -> AnyBox:
    options = BoxOptions(
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
    box = (
        EmulatedSe3(**options)
        if plan.dialect == "se3"
        else EmulatedBox(plan.dialect, **options)
    )
    box.settings.host_name = plan.host_name
    box.state.poses = _POSES
    box.devices[:] = [
        replace(device, name=name)
        for device, name in zip(box.devices, plan.capture_devices, strict=True)
    ]
    for identity_id, name in plan.renamed.items():
        person = box.state.remove_person(identity_id)
        box.state.enroll(replace(person, name=name, looks=person.subject))
    for usual_id, identity_id in plan.renumbered.items():
        person = box.state.remove_person(usual_id)
        box.state.enroll(replace(person, identity_id=identity_id, looks=person.subject))
    return box
