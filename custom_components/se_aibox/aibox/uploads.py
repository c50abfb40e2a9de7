"""Receives what a box uploads from its history (docs/protocol.md §6)."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime

from .delivered import Delivered
from .models import LiveRecognition, PictureKind, Recognition
from .pictures import with_pictures
from .recovery import Recovery
from .updates import Deliver, Skipped, Update
from .wire.dialect import Wire
from .wire.fields import JsonObject

# So much of a picture's text tells it from another one.
_COMPARED = 64 * 1024


class Uploads:
    """Delivers uploaded recognitions that did not arrive otherwise."""

    def __init__(
        self,
        wire: Wire,
        delivered: Delivered,
        recovery: Recovery,
        *,
        wants: Callable[[str], bool],
        pictures: Callable[[], frozenset[PictureKind]],
        missed: Callable[[Recognition], None],
    ) -> None:
        """Initialize; nothing is accepted yet.

        `wants` decides by capture device id what is delivered, `pictures` returns the
        allowed kinds. `missed` is called with what the socket did not send so far.
        """
        self._wire = wire
        self._delivered = delivered
        self._recovery = recovery
        self._wants = wants
        self._pictures = pictures
        self._missed = missed
        self._deliver: Deliver = _ignore

    @contextmanager
    def delivering_to(self, deliver: Deliver) -> Iterator[None]:
        """Accept uploads until the block ends."""
        self._deliver = deliver
        try:
            yield
        finally:
            self._deliver = _ignore

    @property
    def accepts_pushes(self) -> bool:
        """Whether uploads are delivered; otherwise the box tries again."""
        return self._deliver is not _ignore

    def read(self, message: JsonObject) -> LiveRecognition:
        """Return the recognition in an upload; raises `UnreadableError`."""
        return self._wire.read_upload(message, datetime.now(UTC))

    def receive(self, live: LiveRecognition) -> None:
        """Deliver an uploaded recognition, unless it was delivered or is too old."""
        recognition = live.recognition
        if not self._wants(recognition.capture_device_id):
            return
        if not self._recovery.is_due(recognition):
            return
        # The box sends the picture again, whether it is allowed or not.
        face = live.embedded_pictures.get(PictureKind.FACE, "")
        missing = self._delivered.accept_upload(recognition, face[:_COMPARED])
        if missing is None:
            return
        self._missed(missing)
        live = replace(live, recognition=missing)
        self._deliver(with_pictures(live, self._pictures()))

    def skip(self, kind: str) -> None:
        """Report an upload that cannot be used."""
        self._deliver(Skipped(kind))


def _ignore(_: Update) -> None:
    """Take the place of a client that does not run."""
