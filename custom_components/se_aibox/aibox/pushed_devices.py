"""The capture devices of a box without a device list."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace

from .exceptions import AiBoxError
from .models import CaptureDevice
from .rest import Rest
from .wire.fields import MOST_CAPTURE_DEVICES


class PushedDevices:
    """The capture devices that pushed; addresses are their ids."""

    def __init__(self, rest: Rest) -> None:
        """Start without capture devices."""
        self._rest = rest
        self._addresses: set[str] = set()

    def know(self, capture_device_ids: Iterable[str]) -> None:
        """Add capture devices that pushed before."""
        self._addresses.update(capture_device_ids)

    def forget(self, capture_device_id: str) -> None:
        """Forget a capture device until it pushes again."""
        self._addresses.discard(capture_device_id)

    def receive(self, capture_device_id: str) -> bool:
        """Add a capture device that pushed; return False beyond the limit."""
        if capture_device_id in self._addresses:
            return True
        if len(self._addresses) >= MOST_CAPTURE_DEVICES:
            return False
        self._addresses.add(capture_device_id)
        return True

    async def read(self) -> tuple[CaptureDevice, ...]:
        """Return the capture devices, with details if available."""
        listed: tuple[CaptureDevice, ...] = ()
        with suppress(AiBoxError):
            listed = await self._rest.capture_devices()
        by_address = {device.ip: device for device in listed}
        return tuple(
            # No relay: no SE3 documents a call that opens it.
            replace(by_address[address], capture_device_id=address, relay=None)
            if address in by_address
            else CaptureDevice(address)
            for address in sorted(self._addresses)
        )
