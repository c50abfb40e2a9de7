"""What a box that keeps no history pushed last: the only past that can be looked at."""

from collections import deque
from collections.abc import Iterator
from dataclasses import replace

from ..aibox.models import Recognition
from ..pictures.cache import PictureCache

MOST_REMEMBERED = 1024


class UnrecordedRecognitions:
    """The newest live recognitions of one box."""

    def __init__(self, pictures: PictureCache) -> None:
        """Remember nothing yet."""
        self._pictures = pictures
        self._recognitions: deque[Recognition] = deque(maxlen=MOST_REMEMBERED)

    def put(self, recognition: Recognition) -> None:
        """Remember a recognition, and forget the one heard longest ago where there are too many."""
        self._recognitions.append(recognition)

    def clear(self) -> None:
        """Forget everything."""
        self._recognitions.clear()

    def __iter__(self) -> Iterator[Recognition]:
        """Yield the recognitions, the one heard last first, each with the pictures held of it."""
        for recognition in reversed(self._recognitions):
            held = self._pictures.kinds_held(recognition.recognition_id)
            yield replace(recognition, picture_kinds=held)
