"""What a process holds, to compare before and after."""

import asyncio
from collections import Counter
from dataclasses import dataclass, fields, replace
import gc
from pathlib import Path
import time
from typing import Final, Self

from homeassistant.core import HomeAssistant
from homeassistant.helpers.dispatcher import DATA_DISPATCHER
from homeassistant.helpers.entity import Entity
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator
from tools.demo.configuration import DOMAIN

# Seconds. The HTTP client keeps unused connections for 15 s, and checks every 15 s.
_PATIENCE: Final = 35.0
_NO_PEER: Final = "to nobody"
_TCP: Final = Path("/proc/self/net/tcp")


@dataclass(frozen=True, slots=True)
class Holdings:
    """Tasks, sockets, listeners and objects of a running Home Assistant, by name."""

    tasks: Counter[str]
    sockets: Counter[str]
    listeners: Counter[str]
    objects: Counter[str]

    def with_made_for_good(self, later: Self) -> Self:
        """Return these holdings, with what a rehearsal created for good."""
        # Listeners, and sockets without a peer such as a resolver's.
        sockets = self.sockets | Counter({_NO_PEER: later.sockets[_NO_PEER]})
        return replace(self, listeners=later.listeners, sockets=sockets)

    def beyond(self, other: Self) -> dict[str, list[str]]:
        """Return what exceeds the other holdings, by kind."""
        return {
            each.name: sorted(
                (getattr(self, each.name) - getattr(other, each.name)).elements()
            )
            for each in fields(self)
        }


def take_stock(hass: HomeAssistant) -> Holdings:
    """Return the current holdings."""
    return Holdings(_tasks(), _sockets(), _listeners(hass), _objects())


async def what_is_left(hass: HomeAssistant, before: Holdings) -> dict[str, list[str]]:
    """Return what exceeds the holdings before, once that is nothing or after 35 s."""
    began = time.monotonic()
    while True:
        left = take_stock(hass).beyond(before)
        if not any(left.values()) or time.monotonic() - began > _PATIENCE:
            return left
        await asyncio.sleep(0.5)


def _tasks() -> Counter[str]:
    return Counter(task.get_name() for task in asyncio.all_tasks())


def _sockets() -> Counter[str]:
    sockets: Counter[str] = Counter()
    peers = _peers()
    for descriptor in Path("/proc/self/fd").iterdir():
        try:
            target = str(descriptor.readlink())
        except FileNotFoundError:
            # The descriptor that lists this folder.
            continue
        if target.startswith("socket:"):
            sockets[peers.get(target, _NO_PEER)] += 1
    return sockets


def _peers() -> dict[str, str]:
    """Return the peers of TCP sockets, with the state (1 is open)."""
    rows = (line.split() for line in _TCP.read_text().splitlines()[1:])
    return {
        f"socket:[{row[9]}]": (
            f"to port {int(row[2].partition(':')[2], 16)}, state {row[3]}"
        )
        for row in rows
    }


def _listeners(hass: HomeAssistant) -> Counter[str]:
    listeners: Counter[str] = Counter()
    for event_type, count in hass.bus.async_listeners().items():
        listeners[str(event_type)] += count
    for signal, targets in hass.data.get(DATA_DISPATCHER, {}).items():
        listeners[str(signal)] += len(targets)
    return listeners


def _objects() -> Counter[str]:
    """Return the entities and coordinators that still exist."""
    gc.collect()
    return Counter(
        type(thing).__name__
        for thing in gc.get_objects()
        if isinstance(thing, Entity | DataUpdateCoordinator)
        and type(thing).__module__.startswith(f"custom_components.{DOMAIN}")
    )
