"""The URL of a camera's own stream, made readable for Home Assistant."""

from collections.abc import Iterator
from ipaddress import ip_address
import re
from urllib.parse import quote

# The only URL schemes that a box can make Home Assistant open; `file:` and the like
# would open one of its own files.
_SCHEMES = frozenset({"rtsp", "rtsps", "rtmp", "rtmps"})
_HOST = re.compile(r"(?P<host>\[[0-9A-Fa-f:.]+\]|[^\s/?#@:\[\]]+)(:\d{1,5})?", re.ASCII)
# What a user name or password may contain without being encoded.
_SAFE = "!$&'()*+,;=:%"
_LONE_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")


def stream_source(url: str | None) -> str | None:
    """Return a stream's URL with encoded credentials, None if it is none."""
    scheme, separator, rest = (url or "").partition("://")
    if not separator or scheme.lower() not in _SCHEMES:
        return None
    readings = [
        (rank, userinfo, address)
        for userinfo, address in _readings(rest)
        if (rank := _rank(address)) is not None
    ]
    if not readings:
        return None
    _, userinfo, address = min(readings, key=lambda reading: reading[0])
    credentials = "" if userinfo is None else f"{_encoded(userinfo)}@"
    return f"{scheme}://{credentials}{address}"


def _readings(rest: str) -> Iterator[tuple[str | None, str]]:
    """Yield each way to read credentials and address, the usual one first."""
    # Boxes store a password as it was typed, with any `/`, `@` or `#` in it. So it may
    # end at an @ after what usually ends the host.
    end = len(re.split(r"[/?#]", rest, maxsplit=1)[0])
    usual = rest.rfind("@", 0, end)
    if usual == -1:
        yield None, rest
    later = (at for at in range(end, len(rest)) if rest[at] == "@")
    for at in (usual, *later):
        if at != -1:
            yield rest[:at], rest[at + 1 :]


def _rank(address: str) -> int | None:
    """Return how much an address looks like one, 0 for most."""
    authority = re.split(r"[/?#]", address, maxsplit=1)[0]
    if (match := _HOST.fullmatch(authority)) is None:
        return None
    host = match["host"]
    try:
        ip_address(host.strip("[]"))
    except ValueError:
        return None if host.startswith("[") else 1 if "." in host else 2
    return 0


def _encoded(userinfo: str) -> str:
    return quote(_LONE_PERCENT.sub("%25", userinfo), safe=_SAFE)
