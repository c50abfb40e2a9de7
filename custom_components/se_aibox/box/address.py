"""The address of a box."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self

from homeassistant.const import CONF_HOST, CONF_WEBHOOK_ID

from ..aibox.http import box_url
from ..aibox.models import Ports

# The keys of the ports in config entries and forms.
_PORT_KEYS = {
    "rest": "rest_port",
    "events": "events_port",
    "system": "system_port",
    "broadcasts": "broadcast_port",
}


@dataclass(frozen=True, slots=True)
class Address:
    """The host and ports of a box."""

    host: str
    ports: Ports

    @classmethod
    def from_entry(cls, data: Mapping[str, Any]) -> Self:
        """Read config entry data; missing ports get their defaults."""
        ports = {port: data[key] for port, key in _PORT_KEYS.items() if key in data}
        return cls(data[CONF_HOST], Ports(**ports))

    def as_entry(self) -> dict[str, Any]:
        """Return the address as config entry data."""
        return {CONF_HOST: self.host, **port_data(self.ports)}


def web_page(data: Mapping[str, Any]) -> str:
    """Return the URL of a box's own web page."""
    host = data[CONF_HOST]
    # Only a box that pushes has a webhook; its page is elsewhere (docs/protocol.md).
    if CONF_WEBHOOK_ID in data:
        return str(box_url("https", host, 8886))
    return str(box_url("http", host, 80))


def port_data(ports: Ports) -> dict[str, int]:
    """Return the ports under their config entry keys."""
    return {_PORT_KEYS[port]: number for port, number in asdict(ports).items()}
