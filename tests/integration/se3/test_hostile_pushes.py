"""Hostile requests to the webhook of an SE3, from its own address."""

from collections.abc import Callable
from compression import zstd
import gzip
from io import BytesIO
from random import Random
from typing import Any

import aiohttp
import orjson
import pytest

from custom_components.se_aibox.aibox.exceptions import UnreadableError
from custom_components.se_aibox.aibox.wire.fields import load_object
from custom_components.se_aibox.aibox.wire.se3 import read_push
from custom_components.se_aibox.box.registry import async_registered_capture_devices
from custom_components.se_aibox.coordinator import SeAiBoxConfigEntry
from emulator import EmulatedSe3
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
from tests.client.memory import peak
from tests.client.mutation import mutate
from tests.corpus import CORPUS
from tests.integration.helpers import FiredEvents, until

from .se3_helpers import WEBHOOK_ID, add, make_se3_entry

pytest_plugins = ["tests.integration.se3.se3_fixtures"]

_MIB = 1024 * 1024
_FORM = "application/x-www-form-urlencoded"


@pytest.fixture
async def entry(hass: HomeAssistant, se3: EmulatedSe3, base: str) -> SeAiBoxConfigEntry:
    """Set up an SE3."""
    return await add(hass, make_se3_entry(se3))


@pytest.fixture
def url(base: str) -> str:
    """Return the push URL."""
    return f"{base}/api/webhook/{WEBHOOK_ID}"


@pytest.fixture
async def session() -> Any:
    """Return the session of the client that pushes."""
    async with aiohttp.ClientSession() as session:
        yield session


def _push(name: str = "Tom") -> dict[str, Any]:
    return {
        "identity_id": name,
        "identity_name": name,
        "timestamp": round(dt_util.utcnow().timestamp() * 1000),
        "score": 90,
        "ext_data": {"device_ip": "192.168.1.7", "person_type": 1},
    }


def _is_push(body: bytes) -> bool:
    try:
        read_push(load_object(body), dt_util.utcnow())
    except UnreadableError, ValueError, AttributeError, TypeError:
        return False
    return True


async def _post(session: aiohttp.ClientSession, url: str, **how: Any) -> int:
    async with session.post(url, **how) as answer:
        return answer.status


async def _assert_next_push_is_delivered(
    session: aiohttp.ClientSession, url: str, fired: FiredEvents
) -> None:
    """Assert that the next push is delivered, and nothing before it."""
    assert await _post(session, url, json=_push("Ming")) == 200
    assert (await fired.next())["identity_name"] == "Ming"
    assert fired.unread == 0


async def test_corpus_causes_neither_an_error_nor_an_event(
    entry: SeAiBoxConfigEntry,
    session: aiohttp.ClientSession,
    url: str,
    fired: FiredEvents,
) -> None:
    """The pushes in it are too old, or in the future."""
    for body in CORPUS.values():
        for content_type in (
            "application/json",
            _FORM,
            "multipart/form-data; boundary=x",
        ):
            status = await _post(
                session, url, data=body, headers={"Content-Type": content_type}
            )
            assert status in (200, 400)
    await _assert_next_push_is_delivered(session, url, fired)


async def test_mutated_push_is_accepted_only_if_it_is_readable(
    hass: HomeAssistant,
    entry: SeAiBoxConfigEntry,
    session: aiohttp.ClientSession,
    url: str,
    fired: FiredEvents,
) -> None:
    """The wire's reader decides."""
    random = Random(3)
    old = orjson.dumps({**_push("Old"), "timestamp": 1565771454932})
    for _ in range(300):
        body = mutate(random, [old])
        status = await _post(
            session, url, data=body, headers={"Content-Type": "application/json"}
        )
        assert status == (200 if _is_push(body) else 400), body
    await _assert_next_push_is_delivered(session, url, fired)


def _part(header: str) -> bytes:
    """Return a form with one part that has a header more."""
    disposition = 'Content-Disposition: form-data; name="a"'
    return f"--x\r\n{header}\r\n{disposition}\r\n\r\n1\r\n--x--\r\n".encode()


_ODD: dict[str, Callable[[], dict[str, Any]]] = {
    "charset of text": lambda: {
        "data": b'{"a": 1}',
        "headers": {"Content-Type": "application/json; charset=rot13"},
    },
    "charset of a form": lambda: {
        "data": b"identity_name=%ff",
        "headers": {"Content-Type": f"{_FORM}; charset=idna"},
    },
    "charset that is no Unicode": lambda: {
        "data": b"identity_name=%2bAGE-&+2AA-=1",
        "headers": {"Content-Type": f"{_FORM}; charset=utf-7"},
    },
    "half a surrogate": lambda: {
        "data": b"identity_name=+2AA-",
        "headers": {"Content-Type": f"{_FORM}; charset=utf-7"},
    },
    "charset of a part": lambda: {
        "data": _part("Content-Type: text/plain; charset=none"),
        "headers": {"Content-Type": "multipart/form-data; boundary=x"},
    },
    "encoding of a part": lambda: {
        "data": _part("Content-Transfer-Encoding: what"),
        "headers": {"Content-Type": "multipart/form-data; boundary=x"},
    },
    "bytes": lambda: {
        "data": _part("Content-Type: application/x"),
        "headers": {"Content-Type": "multipart/form-data; boundary=x"},
    },
    "packed part": lambda: {
        "data": _part("Content-Encoding: gzip"),
        "headers": {"Content-Type": "multipart/form-data; boundary=x"},
    },
    "parts in parts": lambda: {
        "data": (
            b"--x\r\nContent-Type: multipart/mixed; boundary=y\r\n\r\n"
            b"--y\r\n\r\n1\r\n--y--\r\n--x--\r\n"
        ),
        "headers": {"Content-Type": "multipart/form-data; boundary=x"},
    },
    "no name": lambda: {
        "data": b"--x\r\nContent-Disposition: form-data\r\n\r\n1\r\n--x--\r\n",
        "headers": {"Content-Type": "multipart/form-data; boundary=x"},
    },
    "endless head": lambda: {
        "data": b"--x\r\n" + b"X: y\r\n" * 50_000,
        "headers": {"Content-Type": "multipart/form-data; boundary=x"},
    },
    "long boundary": lambda: {
        "data": b"--x\r\n",
        "headers": {"Content-Type": "multipart/form-data; boundary=" + "x" * 500},
    },
    "a file": lambda: {
        "data": {"ext_data": b"{}", "reg_pic": BytesIO(b"x")},
    },
    "many fields": lambda: {
        "data": b"a=1&" * 300_000,
        "headers": {"Content-Type": _FORM},
    },
}


@pytest.mark.parametrize("odd", _ODD.values(), ids=_ODD.keys())
async def test_odd_form_is_refused(
    entry: SeAiBoxConfigEntry,
    session: aiohttp.ClientSession,
    url: str,
    fired: FiredEvents,
    odd: Callable[[], dict[str, Any]],
) -> None:
    """No box sends such forms, and libraries fail on them."""
    assert await _post(session, url, **odd()) in (400, 413)
    await _assert_next_push_is_delivered(session, url, fired)


@pytest.mark.parametrize("encoding", ["gzip", "zstd"])
@pytest.mark.parametrize("content_type", ["application/json", _FORM])
async def test_packed_body_is_refused_without_unpacking_it(
    entry: SeAiBoxConfigEntry,
    session: aiohttp.ClientSession,
    url: str,
    fired: FiredEvents,
    encoding: str,
    content_type: str,
) -> None:
    """It would take 400 MiB."""
    pack = gzip.compress if encoding == "gzip" else zstd.compress
    body = pack(b" " * (400 * _MIB))
    headers = {"Content-Encoding": encoding, "Content-Type": content_type}
    async with peak() as memory:
        assert await _post(session, url, data=body, headers=headers) == 400
    assert memory.mib < 16
    await _assert_next_push_is_delivered(session, url, fired)


async def test_number_of_capture_devices_is_limited(
    hass: HomeAssistant,
    entry: SeAiBoxConfigEntry,
    session: aiohttp.ClientSession,
    url: str,
) -> None:
    """Every push has another made-up address."""
    for number in range(300):
        push = {
            **_push("Old"),
            "timestamp": 1565771454932 + number,
            "ext_data": {"device_ip": f"10.0.{number // 250}.{number % 250}"},
        }
        while await _post(session, url, json=push) == 503:
            await hass.async_block_till_done()
    skipped = entry.runtime_data.log.skipped
    await until(lambda: skipped["too many capture devices"] == 300 - 256)
    await hass.async_block_till_done()
    assert len(async_registered_capture_devices(hass, entry)) <= 256
