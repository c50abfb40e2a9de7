"""Enrolls visitors as a user does: by an action, with a picture from the media."""

from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta

from emulator import Identity, PersonType

from .api import Api, HomeAssistantError
from .boxes import Box
from .configuration import DOMAIN
from .devices import find_devices

# Long enough to be met, and over on the day of the demo.
EXPECTED_STAY = timedelta(hours=2)


@dataclass(frozen=True, slots=True)
class Visitor:
    """A visitor, as the action has it."""

    identity_id: str
    name: str
    company: str
    host: str
    purpose: str


@dataclass(frozen=True, slots=True)
class Visitors:
    """The expected visitor, and the one who stays too long in the check."""

    expected: Visitor
    overstaying: Visitor


VISITORS = {
    "en": Visitors(
        Visitor(
            "30010001",
            "Grace Kim",
            "Harbor Elevators",
            "Anna Schmidt",
            "Elevator maintenance",
        ),
        Visitor("30010002", "Paul Brandt", "Brandt Printing", "Tom", "New brochures"),
    ),
    "zh-Hans": Visitors(
        Visitor("30010001", "林晓雯", "海港电梯公司", "小明", "电梯维保"),
        Visitor("30010002", "周凯", "文华印务", "小明", "送样册"),
    ),
}


async def enroll_visitor(api: Api, box: Box, visitor: Visitor, stay: timedelta) -> None:
    """Enroll a visitor on a box, until the end of their stay."""
    state = box.emulated.state
    looks = Identity(visitor.identity_id, visitor.name)
    picture = await state.studio.paint(state.reference(looks))
    media = await api.upload_picture(f"{visitor.identity_id}.jpg", picture.jpeg)
    async with api.socket() as socket:
        devices = await find_devices(socket)
        answer = await socket.command(
            "call_service",
            domain=DOMAIN,
            service="enroll_person",
            service_data={
                **asdict(visitor),
                "device_id": [
                    device.device_id
                    for device in devices.boxes
                    if device.name == box.name
                ],
                "media": media,
                "permission_group": str(PersonType.VISITOR),
                "person_type": "visitor",
                "valid_until": (datetime.now(UTC) + stay).isoformat(),
            },
            return_response=True,
        )
    if errors := [
        each["error"] for each in answer["response"]["boxes"] if each["error"]
    ]:
        raise HomeAssistantError(f"{visitor.name} could not be enrolled: {errors}")
