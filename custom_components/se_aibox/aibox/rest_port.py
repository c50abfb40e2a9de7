"""Finds the port and the dialect of a box's REST calls.

Some 1.x firmware also serves them where it serves its web page (docs/protocol.md).
"""

from dataclasses import replace

from aiohttp import ClientSession

from .exceptions import (
    AiBoxBusyError,
    AiBoxConnectionError,
    AiBoxError,
    AiBoxLoginError,
    AiBoxNotFoundError,
    AiBoxProtocolError,
    AiBoxRedirectError,
    AiBoxRefusedError,
)
from .models import Dialect, Ports
from .rest import Rest
from .wire.dialect import WIRES

# The documented port, and the one of the web page.
_USUAL = Ports().rest
_WEB = 80


async def find_rest(
    session: ClientSession, host: str, ports: Ports, *, first: Dialect | None = None
) -> tuple[Ports, Dialect]:
    """Return the ports and the dialect of a box.

    Each of the two known ports stands in for the other one. Any other port is the
    user's own. Raises what `find_dialect` raises for the given ports.
    """
    try:
        return ports, await find_dialect(session, host, ports, first=first)
    except AiBoxError as error:
        if (port := _other_port(ports.rest, error)) is None:
            raise
        others = replace(ports, rest=port)
        try:
            return others, await find_dialect(session, host, others, first=first)
        except AiBoxBusyError:
            # Only a box says so.
            raise
        except AiBoxError:
            # Perhaps of any web server: it says nothing about the box.
            raise error from None


async def find_dialect(
    session: ClientSession, host: str, ports: Ports, *, first: Dialect | None = None
) -> Dialect:
    """Return the dialect of a box, found by asking for its capture devices.

    The call of `first` is tried first. Raises `AiBoxNotFoundError` if the call of
    neither dialect exists, `AiBoxProtocolError` if the answers are not those of a box,
    and what `Rest.capture_devices` raises.
    """
    refusal: AiBoxRefusedError | AiBoxRedirectError | AiBoxLoginError | None = None
    no_box_error: type[AiBoxProtocolError] = AiBoxNotFoundError
    for dialect in sorted(WIRES, key=lambda dialect: dialect is not first):
        try:
            await Rest(session, host, ports, dialect).capture_devices()
        except AiBoxNotFoundError:
            continue
        except (AiBoxRefusedError, AiBoxRedirectError, AiBoxLoginError) as error:
            # Perhaps only because the call is the other dialect's.
            refusal = error
        except AiBoxProtocolError:
            no_box_error = AiBoxProtocolError
        else:
            return dialect
    raise refusal or no_box_error("no SE AI box answers at this address")


def are_of_one_box(one: Ports, other: Ports) -> bool:
    """Return whether ports at one host are those of one box."""
    if {one.rest, other.rest} <= {_USUAL, _WEB}:
        # Whichever of them answered.
        other = replace(other, rest=one.rest)
    return one == other


def _other_port(port: int, error: AiBoxError) -> int | None:
    """Return the other port to ask after an error, if any."""
    if port == _USUAL:
        # A box that accepts connections here is never asked elsewhere.
        is_closed = isinstance(error, AiBoxConnectionError) and not error.was_connected
        return _WEB if is_closed else None
    if port == _WEB and not isinstance(error, AiBoxBusyError):
        # An update may have closed it, or left only the web page.
        return _USUAL
    return None
