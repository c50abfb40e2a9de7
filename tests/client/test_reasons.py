"""The words for failed connections."""

import errno
import os
import socket

from aiohttp import (
    ClientConnectionError,
    ClientConnectorDNSError,
    ClientConnectorError,
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

from custom_components.se_aibox.aibox.http import reason_of

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
