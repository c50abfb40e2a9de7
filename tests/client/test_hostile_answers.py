"""Every call returns a model or raises `AiBoxError` for any answer."""

from collections.abc import Awaitable, Callable
from compression import zstd
from datetime import timedelta
import gzip

from aiohttp import ClientSession
import pytest

from custom_components.se_aibox.aibox.enrolled import PeopleQuery, PersonChange
from custom_components.se_aibox.aibox.exceptions import AiBoxError
from custom_components.se_aibox.aibox.models import (
    CaptureDevice,
    Dialect,
    HistoryQuery,
    PersonType,
    PictureKind,
    Ports,
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
from custom_components.se_aibox.aibox.rest_port import find_dialect
from custom_components.se_aibox.aibox.se3_rest import Se3Rest
from emulator import CannedAnswer, EmulatedBox
from tests.corpus import CORPUS

from .common import HOST
from .memory import peak
from .readers import NOW, check

_MIB = 1024 * 1024

type Call = Callable[[Rest], Awaitable[object]]


async def _open_door(rest: Rest) -> None:
    door = CaptureDevice("1", relay=Relay(HOST, 1, 1, 5))
    if rest.can_open_door(door):
        await rest.open_door(door)


def _record() -> Record:
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
    "picture": lambda rest: rest.picture(_record(), PictureKind.SCENE),
}
_SOME = ("capture devices", "box info", "health", "picture")
each_call = pytest.mark.parametrize("call", CALLS.values(), ids=CALLS.keys())
some_calls = pytest.mark.parametrize("call", [CALLS[name] for name in _SOME], ids=_SOME)


async def _settle(answer: Awaitable[object]) -> object:
    try:
        return await answer
    except AiBoxError as error:
        text = str(error)
    assert len(text) < 140
    assert text.isprintable()
    return None


@each_call
async def test_call_survives_the_corpus(
    rest: Rest, box: EmulatedBox, call: Call
) -> None:
    """Each message is sent unchanged, with different statuses."""
    for number, body in enumerate(CORPUS.values()):
        status = (200, 200, 404, 500)[number % 4]
        box.answer_instead["*"] = CannedAnswer(status, body, "application/json")
        check(await _settle(call(rest)))


async def test_detection_survives_the_corpus(
    session: ClientSession, box: EmulatedBox, ports: Ports
) -> None:
    """A user may enter the address of any server."""
    se3 = Se3Rest(session, HOST, ports)
    for body in CORPUS.values():
        box.answer_instead["*"] = CannedAnswer(body=body)
        await _settle(find_dialect(session, HOST, ports))
        assert await se3.takes_url() in (True, False)
        await _settle(se3.push_to("http://10.0.0.1/a", reference_pictures=True))


_ENCODED = {
    "gzip": gzip.compress(b"{" + b" " * (400 * _MIB), 9),
    "zstd": zstd.compress(b"{" + b" " * (400 * _MIB)),
    "deflate": b"\x78\x9c" + bytes(1000),
    "br": b"{}",
    "nonsense": b"{}",
}


@some_calls
@pytest.mark.parametrize("encoding", ["gzip", "zstd"])
async def test_compressed_bomb_is_not_unpacked(
    rest: Rest, box: EmulatedBox, call: Call, encoding: str
) -> None:
    """It would be 400 MiB."""
    box.answer_instead["*"] = CannedAnswer(
        body=_ENCODED[encoding], headers={"Content-Encoding": encoding}
    )
    async with peak() as memory:
        await _settle(call(rest))
    # A picture may have 32 MiB, other answers less.
    assert memory.mib < 100


@pytest.mark.parametrize("encoding", _ENCODED)
async def test_invalid_encoding_is_survived(
    rest: Rest, box: EmulatedBox, encoding: str
) -> None:
    """The body is cut off or not encoded as declared."""
    box.answer_instead["*"] = CannedAnswer(
        body=_ENCODED[encoding][:500], headers={"Content-Encoding": encoding}
    )
    for call in CALLS.values():
        await _settle(call(rest))


@some_calls
async def test_answer_of_33_mebibytes_is_not_read_to_its_end(
    rest: Rest, box: EmulatedBox, call: Call
) -> None:
    """The limit is 32 MiB."""
    box.answer_instead["*"] = CannedAnswer(body=b"{" + bytes(33 * _MIB))
    async with peak() as memory:
        await _settle(call(rest))
    # The emulated box holds one copy.
    assert memory.mib < 100


async def test_list_of_hundreds_of_capture_devices_raises(
    rest: Rest, box: EmulatedBox, dialect: Dialect
) -> None:
    """Each one would become a device with a dozen entities."""
    box.answer_instead["*"] = CannedAnswer(body=CORPUS["devices-without-end.json"])

    with pytest.raises(AiBoxError, match="too long"):
        await rest.capture_devices()
