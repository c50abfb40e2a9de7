"""The finished canvases of all boxes, up to a size."""

import base64
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass
from threading import Lock

_LARGEST = 160 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Canvas:
    """A JPEG without its comments: its first segment and the rest."""

    head: bytes
    rest: bytes
    rest_base64: str

    @property
    def size(self) -> int:
        """The bytes in memory."""
        return len(self.head) + len(self.rest) + len(self.rest_base64)


def canvas_of(jpeg: bytes) -> Canvas:
    """Split a JPEG after its JFIF segment, which must stay first."""
    first = 4 + int.from_bytes(jpeg[4:6]) - 2
    rest = jpeg[first:]
    return Canvas(jpeg[:first], rest, base64.b64encode(rest).decode("ascii"))


class Gallery:
    """Keeps the canvases that were used last, for any thread."""

    def __init__(self, largest: int = _LARGEST) -> None:
        """Create an empty gallery of so many bytes."""
        self._largest = largest
        self._size = 0
        self._canvases: OrderedDict[Hashable, Canvas] = OrderedDict()
        self._lock = Lock()

    def find(self, name: Hashable) -> Canvas | None:
        """Return a canvas, None if it was never kept or is gone."""
        with self._lock:
            canvas = self._canvases.get(name)
            if canvas is not None:
                self._canvases.move_to_end(name)
            return canvas

    def keep(self, name: Hashable, canvas: Canvas) -> None:
        """Keep a canvas in place of those that were not used for long."""
        with self._lock:
            self._forget(self._canvases.pop(name, None))
            self._canvases[name] = canvas
            self._size += canvas.size
            while self._size > self._largest and len(self._canvases) > 1:
                self._forget(self._canvases.popitem(last=False)[1])

    def clear(self) -> None:
        """Forget every canvas."""
        with self._lock:
            self._canvases.clear()
            self._size = 0

    def _forget(self, canvas: Canvas | None) -> None:
        if canvas is not None:
            self._size -= canvas.size
