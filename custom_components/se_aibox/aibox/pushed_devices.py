"""The capture devices of a box that pushes, known once they spoke."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace

from .exceptions import AiBoxError
from .models import CaptureDevice
from .rest import Rest
from .wire.fields import MOST_CAPTURE_DEVICES


class PushedDevices:
    """The capture devices that spoke; their addresses are their ids."""

    def __init__(self, rest: Rest) -> None:
        """Know none."""
        self._rest = rest
        self._known: set[str] = set()

    def know(self, capture_device_ids: Iterable[str]) -> None:
        """Add capture devices that spoke before."""
        self._known.update(capture_device_ids)

    def forget(self, capture_device_id: str) -> None:
        """Forget a capture device until it speaks again."""
        self._known.discard(capture_device_id)

    def hear(self, capture_device_id: str) -> bool:
        """Add a capture device that spoke; return False if there are too many."""
        if capture_device_id in self._known:
            return True
        if len(self._known) >= MOST_CAPTURE_DEVICES:
            return False
        self._known.add(capture_device_id)
        return True

    async def read(self) -> tuple[CaptureDevice, ...]:
        """Return the capture devices, with what the box says of them, if it does."""
        listed: tuple[CaptureDevice, ...] = ()
        with suppress(AiBoxError):
            listed = await self._rest.capture_devices()
        by_address = {device.ip: device for device in listed}
        return tuple(
            # No relay: no SE3 documents a call that opens it.
            replace(by_address[address], capture_device_id=address, relay=None)
            if address in by_address
            else CaptureDevice(address, name=address)
            for address in sorted(self._known)
        )
