"""Servers that close the connections that they promised to keep."""

import pytest

from custom_components.se_aibox.aibox.enrolled import PersonChange
from custom_components.se_aibox.aibox.models import Dialect
from custom_components.se_aibox.aibox.people import EnrolledPeople
from custom_components.se_aibox.aibox.questions import Enrollment
from custom_components.se_aibox.aibox.rest import Rest
from emulator import EmulatedBox
from emulator.model import Request
from tests.emulator.pictures import photo


@pytest.fixture(params=["closed", "cut", "reset"], autouse=True)
def _connections(request: pytest.FixtureRequest, box: EmulatedBox) -> None:
    """Close connections after an answer, or reset them at the next request."""
    box.state.connections = request.param


def _sent(box: EmulatedBox, method: str) -> list[Request]:
    return [request for request in box.requests if request.method == method]


async def test_every_read_is_answered(rest: Rest, box: EmulatedBox) -> None:
    """No library repeats the POST requests of the flat dialect."""
    for _ in range(5):
        assert len(await rest.capture_devices()) == len(box.devices)
        assert (await rest.box_info()).serial_number == box.serial_number
        assert not (await rest.health()).faults


@pytest.mark.parametrize("dialect", [Dialect.NESTED])
async def test_door_opens_at_every_call(rest: Rest, box: EmulatedBox) -> None:
    """The box receives each call once."""
    for _ in range(5):
        door, *_others = await rest.capture_devices()
        await rest.open_door(door)
    assert len(_sent(box, "PUT")) == len(box.door_actions) == 5


async def test_person_is_enrolled_at_the_first_call(
    rest: Rest, box: EmulatedBox
) -> None:
    """The call is not repeated."""
    people = EnrolledPeople(rest)
    await rest.capture_devices()
    assert await people.enroll(Enrollment(photo(), "10023", "小明")) == "10023"
    paths = {"/SophonFogSys/api/users", "/sophon/v2/face/createidentity"}
    assert len([one for one in _sent(box, "POST") if one.path in paths]) == 1


async def test_person_is_changed_and_deleted_at_the_first_call(
    rest: Rest, box: EmulatedBox
) -> None:
    """No library repeats a PUT or a DELETE, either."""
    people = EnrolledPeople(rest)
    for name in ("Ada", "Eve", "Tom"):
        before = box.people[0].name
        await people.update("12345565", before, PersonChange(name=name))
    await people.delete("12345565", "Tom")
    changes = ("updateidentity", "deleteidentities")
    sent = [one for one in _sent(box, "POST") if one.path.endswith(changes)]
    assert len([*sent, *_sent(box, "PUT"), *_sent(box, "DELETE")]) == 4
