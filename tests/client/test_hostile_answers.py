"""Whatever a box answers to whatever it is asked: a model, or an error of ours."""

from collections.abc import Awaitable, Callable
from compression import zstd
from datetime import timedelta
import gzip

from aiohttp import ClientSession
import pytest

from custom_components.se_aibox.aibox.exceptions import AiBoxError
from custom_components.se_aibox.aibox.models import (
    CaptureDevice,
    Dialect,
    HistoryQuery,
    PeopleQuery,
    PersonType,
    PictureKind,
    Ports,
    Recognition,
    Record,
    Relay,
)
from custom_components.se_aibox.aibox.questions import (
    Enrolment,
    PictureQuestion,
    PictureSearch,
)
from custom_components.se_aibox.aibox.rest import Rest, find_dialect
from custom_components.se_aibox.aibox.se3_rest import Se3Rest
from emulator import CannedAnswer, EmulatedBox
from tests.corpus import CORPUS

from .memory import peak
from .readers import NOW, check
from .talk import HOST

_MIB = 1024 * 1024

type Ask = Callable[[Rest], Awaitable[object]]


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


ASKS: dict[str, Ask] = {
    "capture devices": lambda rest: rest.capture_devices(),
    "who it is": lambda rest: rest.box_info(),
    "health": lambda rest: rest.health(),
    "mode": lambda rest: rest.recognizes(),
    "clock": lambda rest: rest.clock(),
    "pass mode": lambda rest: rest.pass_mode(),
    "door": _open_door,
    "history": lambda rest: rest.record_page(
        HistoryQuery(NOW - timedelta(hours=1), NOW), milliseconds=True
    ),
    "record": lambda rest: rest.record("1795385035873000004"),
    "people": lambda rest: rest.people(PeopleQuery(limit=10)),
    "who is on a picture": lambda rest: rest.recognize_picture(PictureQuestion(b"x")),
    "where else": lambda rest: rest.search_by_picture(
        PictureSearch(b"x", NOW - timedelta(hours=1), NOW)
    ),
    "enrolment": lambda rest: rest.enroll(
        Enrolment(picture=b"x", identity_id="1", name="Tom")
    ),
    "picture": lambda rest: rest.picture(_record(), PictureKind.SCENE),
}
_SOME = ("capture devices", "who it is", "health", "picture")
each_ask = pytest.mark.parametrize("ask", ASKS.values(), ids=ASKS.keys())
some_asks = pytest.mark.parametrize("ask", [ASKS[name] for name in _SOME], ids=_SOME)


async def _settle(answer: Awaitable[object]) -> object:
    try:
        return await answer
    except AiBoxError as error:
        said = str(error)
    assert len(said) < 140
    assert said.isprintable()
    return None


@each_ask
async def test_the_corpus(rest: Rest, box: EmulatedBox, ask: Ask) -> None:
    """Each file as it is, with any status."""
    for number, body in enumerate(CORPUS.values()):
        status = (200, 200, 404, 500)[number % 4]
        box.answer_instead["*"] = CannedAnswer(status, body, "application/json")
        check(await _settle(ask(rest)))


async def test_the_corpus_before_anything_is_known(
    session: ClientSession, box: EmulatedBox, ports: Ports
) -> None:
    """As it is when a box is looked for."""
    se3 = Se3Rest(session, HOST, ports)
    for body in CORPUS.values():
        box.answer_instead["*"] = CannedAnswer(body=body)
        await _settle(find_dialect(session, HOST, ports))
        assert await se3.takes_url() in (True, False)
        await _settle(se3.push_to("http://10.0.0.1/a", reference_pictures=True))


_NAMED = {
    "gzip": gzip.compress(b"{" + b" " * (400 * _MIB), 9),
    "zstd": zstd.compress(b"{" + b" " * (400 * _MIB)),
    "deflate": b"\x78\x9c" + bytes(1000),
    "br": b"{}",
    "nonsense": b"{}",
}


@some_asks
@pytest.mark.parametrize("encoding", ["gzip", "zstd"])
async def test_bombs(rest: Rest, box: EmulatedBox, ask: Ask, encoding: str) -> None:
    """Four hundred mebibytes out of little: they are not unpacked to the end."""
    box.answer_instead["*"] = CannedAnswer(
        body=_NAMED[encoding], headers={"Content-Encoding": encoding}
    )
    async with peak() as memory:
        await _settle(ask(rest))
    # A picture may have 32 MiB; other answers less.
    assert memory.mib < 100


@pytest.mark.parametrize("encoding", _NAMED)
async def test_odd_encodings(rest: Rest, box: EmulatedBox, encoding: str) -> None:
    """What cannot be unpacked is an error of ours."""
    box.answer_instead["*"] = CannedAnswer(
        body=_NAMED[encoding][:500], headers={"Content-Encoding": encoding}
    )
    for ask in ASKS.values():
        await _settle(ask(rest))


@some_asks
async def test_33_mebibytes(rest: Rest, box: EmulatedBox, ask: Ask) -> None:
    """Nobody reads an answer of that size to its end."""
    box.answer_instead["*"] = CannedAnswer(body=b"{" + bytes(33 * _MIB))
    async with peak() as memory:
        await _settle(ask(rest))
    # The emulated box holds one itself.
    assert memory.mib < 100


async def test_a_list_of_devices_without_end(
    rest: Rest, box: EmulatedBox, dialect: Dialect
) -> None:
    """A box that lists hundreds of capture devices is not believed: each would be a device with a dozen entities."""
    box.answer_instead["*"] = CannedAnswer(body=CORPUS["devices-without-end.json"])

    with pytest.raises(AiBoxError, match="too long"):
        await rest.capture_devices()
