"""Paint the pictures of a box in a thread."""

import asyncio
import base64
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from emulator.model import PictureKind

from .paint import Drawing, Painted, find_canvas, finish, paint_canvas


class Studio:
    """Paints drawings and stores the photos of clients."""

    def __init__(self) -> None:
        """Create an empty studio; the first picture starts its thread."""
        self._painter: ThreadPoolExecutor | None = None
        self._photos: dict[str, Painted] = {}

    def keep_photo(self, subject: str, jpeg: bytes) -> None:
        """Store a photo as the reference picture of a subject."""
        self._photos[subject] = Painted(jpeg, base64.b64encode(jpeg).decode("ascii"))

    async def paint(self, drawing: Drawing) -> Painted:
        """Return the finished picture."""
        if drawing.kind is PictureKind.REFERENCE and drawing.subject in self._photos:
            return self._photos[drawing.subject]
        canvas = find_canvas(drawing)
        if canvas is None:
            canvas = await self.run(paint_canvas, drawing)
        return finish(canvas, drawing)

    async def run[**Parameters, Result](
        self,
        work: Callable[Parameters, Result],
        *args: Parameters.args,
        **kwargs: Parameters.kwargs,
    ) -> Result:
        """Run other picture work in the same thread."""
        if self._painter is None:
            self._painter = ThreadPoolExecutor(1, thread_name_prefix="emulator-painter")
        return await asyncio.get_running_loop().run_in_executor(
            self._painter, lambda: work(*args, **kwargs)
        )

    def close(self) -> None:
        """End the thread; the next picture starts another."""
        painter, self._painter = self._painter, None
        if painter is not None:
            painter.shutdown(wait=True)
