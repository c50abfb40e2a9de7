"""The words for failed connections."""

from collections.abc import Iterator
import errno
import os
from pathlib import Path
import re
import socket

from aiohttp import (
    ClientConnectionError,
    ClientConnectorDNSError,
    ClientConnectorError,
    ClientError,
    ClientOSError,
    ClientPayloadError,
    ClientResponseError,
    RequestInfo,
    ServerDisconnectedError,
    WSServerHandshakeError,
)
from aiohttp.client_reqrep import ConnectionKey
from multidict import CIMultiDict, CIMultiDictProxy
import pytest
from yarl import URL

import custom_components.se_aibox
from custom_components.se_aibox.aibox.exceptions import (
    AiBoxError,
    AiBoxRefusedError,
    UnreadableError,
)
from custom_components.se_aibox.aibox.http import connection_error, reason_of

_KEY = ConnectionKey("box.home", 5555, False, True, None, None, None)
_URL = URL("http://box.home:5555")
_INFO = RequestInfo(_URL, "GET", CIMultiDictProxy(CIMultiDict()), _URL)
_REFUSED = ConnectionRefusedError(errno.ECONNREFUSED, "Connect call failed")
_UNKNOWN = "the host name cannot be resolved"
_CLOSED = "the connection was closed"
_FAILED = "the connection failed"


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (ClientConnectorError(_KEY, _REFUSED), os.strerror(errno.ECONNREFUSED)),
        (ClientOSError(errno.EPIPE, "Broken pipe"), os.strerror(errno.EPIPE)),
        (ClientConnectorDNSError(_KEY, OSError(-2, "Name not known")), _UNKNOWN),
        (socket.gaierror(-2, "Name or service not known"), _UNKNOWN),
        (UnicodeError("label too long"), _UNKNOWN),
        (ServerDisconnectedError(), _CLOSED),
        (ClientPayloadError("Response payload is not completed"), _CLOSED),
        (
            WSServerHandshakeError(_INFO, (), status=404),
            "HTTP 404 instead of a WebSocket",
        ),
        (ClientResponseError(_INFO, (), status=400), "the answer is not HTTP"),
        (OSError("Multiple exceptions: ..."), _FAILED),
        (OSError(-9, "Not an error number"), _FAILED),
        (ClientConnectionError(), _FAILED),
    ],
)
def test_failed_connection_has_a_reason_in_words(error: Exception, reason: str) -> None:
    """A user reads it in a repair or a log line."""
    assert reason_of(error) == reason


def _with_subclasses[T](kind: type[T]) -> Iterator[type[T]]:
    yield kind
    for special in kind.__subclasses__():
        yield from _with_subclasses(special)


def _all(*kinds: type[Exception]) -> list[type[Exception]]:
    found = {special for kind in kinds for special in _with_subclasses(kind)}
    return sorted(found, key=lambda kind: kind.__name__)


def _names_a_class(text: str) -> bool:
    return re.search(r"Error|Exception|[<>()]|[a-z][A-Z]", text) is not None


@pytest.mark.parametrize("kind", _all(ClientError, OSError, UnicodeError))
def test_no_reason_is_the_name_of_a_class(kind: type[Exception]) -> None:
    """Whatever aiohttp or the system raises."""
    # Their arguments differ, and the reason needs none.
    error = kind.__new__(kind)
    if isinstance(error, ClientResponseError):
        error.status = 502
    reason = str(connection_error(error))
    assert reason
    assert not _names_a_class(reason.replace("WebSocket", ""))


@pytest.mark.parametrize("kind", _all(AiBoxError))
def test_every_error_of_a_box_has_words(kind: type[AiBoxError]) -> None:
    """An error without a message of its own says them."""
    assert "kind" in vars(kind) or kind is UnreadableError
    assert not _names_a_class(kind.kind.replace("SE AI", ""))
    if kind not in (AiBoxRefusedError, UnreadableError):
        assert str(kind()) == kind.kind


def test_no_code_shows_the_name_of_a_class() -> None:
    """Messages are for people."""
    for path in Path(custom_components.se_aibox.__file__).parent.rglob("*.py"):
        text = path.read_text("utf-8")
        for word in (").__name__", "__class__", "__qualname__"):
            assert word not in text, path
