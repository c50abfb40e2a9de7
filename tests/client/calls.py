"""The calls of a box."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

from custom_components.se_aibox.aibox.enrolled import PeopleQuery, PersonChange
from custom_components.se_aibox.aibox.models import (
    CaptureDevice,
    HistoryQuery,
    PersonType,
    PictureKind,
    Recognition,
    Record,
    Relay,
)
from custom_components.se_aibox.aibox.people import EnrolledPeople
from custom_components.se_aibox.aibox.questions import (
    Enrollment,
    PictureQuestion,
    PictureSearch,
)
from custom_components.se_aibox.aibox.rest import Rest

from .common import HOST
from .readers import NOW

type Call = Callable[[Rest], Awaitable[object]]


async def _open_door(rest: Rest) -> None:
    door = CaptureDevice("1", relay=Relay(HOST, 1, 1, 5))
    if rest.can_open_door(door):
        await rest.open_door(door)


def some_record() -> Record:
    """Return a stranger's record with every picture."""
    kinds = dict.fromkeys(PictureKind, "1")
    seen = Recognition(
        recognition_id="1",
        capture_device_id="1",
        identity_id=None,
        identity_name=None,
        person_type=PersonType.STRANGER,
        score=None,
        group_name=None,
        occurred_at=NOW,
        received_at=NOW,
        identity_info={},
        attributes={},
        picture_kinds=frozenset(kinds),
    )
    return Record(seen, "1", kinds, "1795385035.868")


CALLS: dict[str, Call] = {
    "capture devices": lambda rest: rest.capture_devices(),
    "box info": lambda rest: rest.box_info(),
    "health": lambda rest: rest.health(),
    "system mode": lambda rest: rest.system_mode(),
    "clock": lambda rest: rest.clock(),
    "pass mode": lambda rest: rest.pass_mode(),
    "door": _open_door,
    "history": lambda rest: rest.record_page(
        HistoryQuery(NOW - timedelta(hours=1), NOW), milliseconds=True
    ),
    "record": lambda rest: rest.record("1795385035873000004"),
    "people": lambda rest: EnrolledPeople(rest).found(PeopleQuery(limit=10)),
    "page of people": lambda rest: EnrolledPeople(rest).page(PeopleQuery(10, page=1)),
    "person": lambda rest: EnrolledPeople(rest).person("1"),
    "groups": lambda rest: EnrolledPeople(rest).groups(),
    "quality": lambda rest: EnrolledPeople(rest).check_quality(b"x"),
    "platform": lambda rest: rest.check_may_change(),
    "update": lambda rest: EnrolledPeople(rest).update(
        "12345565", "Tom", PersonChange(name="Ada")
    ),
    "deletion": lambda rest: EnrolledPeople(rest).delete("12345565", "Tom"),
    "recognize picture": lambda rest: rest.recognize_picture(PictureQuestion(b"x")),
    "search by picture": lambda rest: rest.search_by_picture(
        PictureSearch(b"x", NOW - timedelta(hours=1), NOW), milliseconds=True
    ),
    "enrollment": lambda rest: EnrolledPeople(rest).enroll(
        Enrollment(picture=b"x", identity_id="1", name="Tom")
    ),
    "picture": lambda rest: rest.picture(some_record(), PictureKind.SCENE),
}
