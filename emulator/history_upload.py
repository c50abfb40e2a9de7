"""Uploads of the history of a box (docs/protocol.md §6)."""

import asyncio
from contextlib import suppress

from .dialect import Dialect
from .model import PictureKind, Record
from .se3.uploads import Delivery, Uploads
from .state import BoxState
from .wire_text import picture_text

# The vendor's limit for one upload.
_MOST = 100
_TIMEOUT = 10.0
# Seconds between two uploads.
_PERIODS = {"nested": 20.0, "flat": 5.0}


class HistoryUpload:
    """Uploads the records of a box, oldest first, until each is accepted."""

    def __init__(self, state: BoxState, dialect: Dialect) -> None:
        """Create an upload that begins with the first record."""
        self.dialect = dialect
        # The numbers of the uploaded records.
        self.uploaded: set[int] = set()
        self._state = state
        self._uploads = Uploads(state.host, _TIMEOUT)
        self._turn = asyncio.Lock()
        self._task: asyncio.Task[None] | None = None

    @property
    def deliveries(self) -> list[Delivery]:
        """The result of every post."""
        return self._uploads.deliveries

    def start(self) -> None:
        """Upload in regular intervals."""
        if self._task is None:
            self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Stop to upload, and close the connections."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        await self._uploads.close()

    async def _run(self) -> None:
        while True:
            period = self._state.settings.upload_period
            await asyncio.sleep(period or _PERIODS[self.dialect.name])
            await self.upload()

    async def upload(self) -> int:
        """Upload up to a hundred records; return how many were accepted.

        It ends at the first one that a server does not accept: that one is uploaded
        again the next time.
        """
        async with self._turn:
            urls = self._state.settings.history_upload_url
            self._uploads.urls[:] = [url for url in urls.split(",") if url]
            self._uploads.content_type = self._state.settings.upload_content_type
            if not self._uploads.urls:
                return 0
            due = [
                record
                for record in self._state.visible_history()
                if record.number not in self.uploaded
            ]
            for count, record in enumerate(due[:_MOST]):
                if not await self._upload(record):
                    return count
                self.uploaded.add(record.number)
            return len(due[:_MOST])

    async def _upload(self, record: Record) -> bool:
        """Post a record to each URL; return whether all accepted it."""
        state = self._state
        pictures = {
            kind: await state.studio.paint(state.drawing(record, kind))
            for kind in PictureKind
            if kind in state.settings.upload_pictures
            and (kind is not PictureKind.REFERENCE or record.identity is not None)
        }
        texts = {
            kind: picture_text(picture.base64, state.variant)
            for kind, picture in pictures.items()
        }
        message = self.dialect.upload_message(record, state.variant, texts)
        first = len(self.deliveries)
        await self._uploads.send(record.event_id, message, state.variant)
        return all(delivery.status == 200 for delivery in self.deliveries[first:])
