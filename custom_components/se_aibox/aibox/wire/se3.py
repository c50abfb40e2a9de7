"""The push format and URLs of an SE3 (docs/protocol.md §6)."""

from dataclasses import dataclass, replace
from datetime import datetime
from ipaddress import ip_address

from ..exceptions import UnreadableError
from ..models import LiveRecognition
from . import nested
from .fields import JsonObject, mapping, required, text
from .request import Request
from .urls import read_urls, with_url, without_path

_CALLS = "/SophonFogSys/api"
_PATH = f"{_CALLS}/EventServerUrl"
EVENT_SERVERS = Request("GET", _PATH)
# Calls of every SE3, by the field of their answer.
GROUP_CALLS = {
    "controller_mode": Request("GET", f"{_CALLS}/GateControllerMode"),
    "groups_list": Request("GET", f"{_CALLS}/groups"),
    "permissions_list": Request("GET", f"{_CALLS}/permissions"),
}
_TRUE = (True, 1, "1", "true", "True")


@dataclass(frozen=True, slots=True)
class EventServers:
    """The URLs that a box posts to."""

    urls: tuple[str, ...]
    # None if the box does not report it. By default, a box pushes them.
    reference_pictures: bool | None
    content_type: str

    def with_url(
        self, url: str, *, reference_pictures: bool, replaces: bool = True
    ) -> EventServers:
        """Return a copy with a URL, which replaces those with the same path.

        Not if it is there already, or unless `replaces`: then they are of another Home
        Assistant. Reference pictures that other receivers need stay on.
        """
        urls = self.urls
        if url not in urls:
            urls = with_url(urls, url) if replaces else (*urls, url)
        return replace(
            self,
            urls=urls,
            reference_pictures=self.reference_pictures
            if self.reference_pictures is None
            else self.reference_pictures or reference_pictures,
        )

    def without_path(self, path: str) -> EventServers:
        """Return a copy without URLs of a path, at any address."""
        return replace(self, urls=without_path(self.urls, path))


def read_event_servers(answer: JsonObject) -> EventServers:
    """Return the URLs that a box posts to."""
    data = mapping(answer, "data") or answer
    return EventServers(
        read_urls(data, "event_server_url"),
        data["real_need_reg_pic"] in _TRUE if "real_need_reg_pic" in data else None,
        text(data, "content-type") or "json",
    )


def answers_group_call(answer: JsonObject, field: str) -> bool:
    """Return whether this is an answer to a call of `GROUP_CALLS`."""
    return isinstance(mapping(answer, "data").get(field), str | list)


def event_servers_request(servers: EventServers) -> Request:
    """Return the request that replaces the URLs."""
    body: dict[str, object] = {
        "event_server_url": list(servers.urls),
        "content-type": servers.content_type,
    }
    # What the box did not report stays as it is.
    if servers.reference_pictures is not None:
        body["real_need_reg_pic"] = servers.reference_pictures
    return Request("POST", _PATH, body=body)


def read_push(message: JsonObject, received_at: datetime) -> LiveRecognition:
    """Return the recognition in a push."""
    # The address identifies the capture device: an SE3 sends no id.
    details = mapping(message, "ext_data")
    address_text = text(details, "device_ip") or _endpoint_address(details)
    try:
        address = ip_address(required(address_text, "device_ip").strip())
    except ValueError as error:
        raise UnreadableError("device_ip is not an address") from error
    return nested.read_recognition(
        {**message, "device_id": str(address), "ext_data": details}, received_at
    )


def _endpoint_address(details: JsonObject) -> str | None:
    """Return the address in `ep_id`, behind the box's number."""
    # The oldest firmware (V2R1) has no other.
    return (text(details, "ep_id") or "").rpartition("__")[2] or None
