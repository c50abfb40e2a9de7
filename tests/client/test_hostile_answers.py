"""Every call returns a model or raises `AiBoxError` for any answer."""

from collections.abc import Awaitable
from compression import zstd
import gzip

from aiohttp import ClientSession
import pytest

from custom_components.se_aibox.aibox.exceptions import AiBoxError
from custom_components.se_aibox.aibox.models import Dialect, Ports
from custom_components.se_aibox.aibox.rest import Rest
from custom_components.se_aibox.aibox.rest_port import find_dialect
from custom_components.se_aibox.aibox.se3_rest import Se3Rest
from emulator import CannedAnswer, EmulatedBox
from tests.corpus import CORPUS

from .calls import CALLS, Call
from .common import HOST
from .memory import peak
from .readers import check

_MIB = 1024 * 1024
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
