"""Where the pictures of a box are painted, beside the event loop."""

import asyncio
import base64
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from emulator.model import PictureKind

from .paint import Drawing, Painted, paint
from .signature import signed_over

# One of a crowd is "look#member": the look is painted once, the member only signed.
_MEMBER = "#"


class Studio:
    """Paints what is asked for, and keeps the photos that clients brought."""

    def __init__(self) -> None:
        """Open an empty studio; its thread begins with the first picture."""
        self._painter: ThreadPoolExecutor | None = None
        self._painted: set[Drawing] = set()
        self._photos: dict[str, Painted] = {}

    def keep_photo(self, subject: str, jpeg: bytes) -> None:
        """Take a photo as the reference picture of a subject, instead of a drawing."""
        self._photos[subject] = Painted(jpeg, base64.b64encode(jpeg).decode("ascii"))

    async def paint(self, drawing: Drawing) -> Painted:
        """Return the finished picture."""
        if drawing.kind is PictureKind.REFERENCE and drawing.subject in self._photos:
            return self._photos[drawing.subject]
        look, is_member, _ = drawing.subject.partition(_MEMBER)
        if not is_member:
            return await self._painted_once(drawing)
        painted = await self._painted_once(replace(drawing, subject=look))
        jpeg = signed_over(painted.jpeg, look, drawing.subject)
        return Painted(jpeg, base64.b64encode(jpeg).decode("ascii"))

    async def run[**Parameters, Result](
        self,
        work: Callable[Parameters, Result],
        *args: Parameters.args,
        **kwargs: Parameters.kwargs,
    ) -> Result:
        """Do other work on pictures, in turn with the painting."""
        if self._painter is None:
            self._painter = ThreadPoolExecutor(1, thread_name_prefix="emulator-painter")
        return await asyncio.get_running_loop().run_in_executor(
            self._painter, lambda: work(*args, **kwargs)
        )

    def close(self) -> None:
        """End the thread; the next picture begins another."""
        painter, self._painter = self._painter, None
        if painter is not None:
            painter.shutdown(wait=True)

    async def _painted_once(self, drawing: Drawing) -> Painted:
        if drawing in self._painted:
            return paint(drawing)
        painted = await self.run(paint, drawing)
        self._painted.add(drawing)
        return painted
