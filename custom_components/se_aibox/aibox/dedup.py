"""Every recognition once, and every one under a name of its own."""

from collections import OrderedDict
from dataclasses import replace

from .models import Recognition
from .wire.recognition_id import parse_recognition_id

_REMEMBERED = 4096


class Deduplicator:
    """Tells what was pushed twice from what merely looks alike."""

    def __init__(self) -> None:
        """Remember nothing yet."""
        self._seen: OrderedDict[str, int] = OrderedDict()

    def admit(self, recognition: Recognition) -> Recognition | None:
        """Return the recognition to pass on, None for one that was passed on before.

        An id that the box gave proves a duplicate, and so does one person on one device in one millisecond. Two
        strangers before one camera share device, time and no identity: the second one's built id is told apart
        by a number.
        """
        recognition_id = recognition.recognition_id
        times = self._seen.pop(recognition_id, 0) + 1
        self._seen[recognition_id] = times
        if len(self._seen) > _REMEMBERED:
            self._seen.popitem(last=False)
        if times == 1:
            return recognition
        if recognition.matched or parse_recognition_id(recognition_id) is None:
            return None
        return replace(recognition, recognition_id=f"{recognition_id}~{times}")
