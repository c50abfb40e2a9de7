"""Fetches the pictures of recognitions from a box's history."""

from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from time import monotonic

from ..aibox.exceptions import AiBoxError
from ..aibox.history import History
from ..aibox.models import PictureKind, Recognition, Record, RecordKey
from ..aibox.names import id_key
from ..aibox.rest import Rest
from ..const import LOGGER
from .picture import Picture, read_picture

# The newest live recognitions, with their place in the history.
_REMEMBERED_KEYS = 1024
# The history records of some pages that a user browses.
_REMEMBERED_RECORDS = 1024
# The pictures that the box does not have.
_REMEMBERED_MISSING = 1024
# A camera without a picture would otherwise send a request for every frame.
_MISSING_SECONDS = 30.0
# A record may enter the history minutes after the live message.
_AWAITED_SECONDS = 180.0
_FIRST_PAUSE_SECONDS = 1.0

type PictureId = tuple[str, PictureKind]
"""A recognition id and a kind of picture."""


@dataclass(frozen=True, slots=True)
class _Live:
    """A live recognition whose pictures may be requested."""

    key: RecordKey
    # The kinds that only its history record has.
    promised: frozenset[PictureKind]
    # Monotonic.
    received_at: float


class PictureSource:
    """The pictures in the history of one box."""

    def __init__(
        self, rest: Rest, history: History | None, wants: Callable[[str], bool]
    ) -> None:
        """Initialize; without a history, nothing is found.

        `wants` decides by capture device id.
        """
        self._rest = rest
        self._history = history
        self._wants = wants
        self._live: OrderedDict[str, _Live] = OrderedDict()
        self._records: OrderedDict[str, Record] = OrderedDict()
        # The time until which the box is not asked again.
        self._missing: OrderedDict[PictureId, float] = OrderedDict()

    def remember(
        self, recognition: Recognition, embedded: Iterable[PictureKind]
    ) -> None:
        """Remember a live recognition, and which pictures came with it."""
        promised = recognition.picture_kinds.difference(embedded)
        live = _Live(recognition.key, promised, monotonic())
        _put(self._live, recognition.recognition_id, live, _REMEMBERED_KEYS)

    def know(self, records: Iterable[Record]) -> None:
        """Remember records; a picture then takes one request."""
        for record in records:
            # Fetching a picture does not need personal data.
            recognition = record.recognition.without_details()
            known = replace(record, recognition=recognition)
            _put(self._records, recognition.recognition_id, known, _REMEMBERED_RECORDS)

    def clear(self) -> None:
        """Forget everything."""
        self._live.clear()
        self._records.clear()
        self._missing.clear()

    def forget(self, identity_id: str) -> frozenset[str]:
        """Forget an identity; return the known recognitions of others."""
        key = id_key(identity_id)
        _keep(self._live, lambda live: id_key(live.key.identity_id) != key)
        _keep(
            self._records,
            lambda record: id_key(record.recognition.identity_id) != key,
        )
        return frozenset((*self._live, *self._records))

    def is_promised(self, picture: PictureId) -> bool:
        """Return whether only the history has a live picture."""
        recognition_id, kind = picture
        live = self._live.get(recognition_id)
        return live is not None and kind in live.promised

    def is_awaited(self, picture: PictureId) -> bool:
        """Return whether a promised picture may still be recorded."""
        return self.is_promised(picture) and self._age(picture) < _AWAITED_SECONDS

    def pause(self, picture: PictureId) -> float:
        """Return the seconds to wait before the next request."""
        return max(_FIRST_PAUSE_SECONDS, self._age(picture) / 4)

    def is_missing(self, picture: PictureId) -> bool:
        """Return whether the box recently had no such picture."""
        return monotonic() < self._missing.get(picture, 0.0)

    async def fetch(self, picture: PictureId) -> Picture | None:
        """Return a picture from the history, if any."""
        recognition_id, kind = picture
        try:
            record = await self._find(recognition_id)
            if record and not self._wants(record.recognition.capture_device_id):
                return None
            content = None if record is None else await self._rest.picture(record, kind)
        except AiBoxError as error:
            LOGGER.debug("Cannot fetch a picture: %s", error.kind)
            return None
        if content is None:
            is_awaited = self.is_awaited(picture)
            seconds = self.pause(picture) if is_awaited else _MISSING_SECONDS
            until = monotonic() + seconds
            _put(self._missing, picture, until, _REMEMBERED_MISSING)
            return None
        return read_picture(content)

    async def _find(self, recognition_id: str) -> Record | None:
        if (record := self._records.get(recognition_id)) is not None:
            return record
        if self._history is None:
            return None
        live = self._live.get(recognition_id)
        return await self._history.find(recognition_id, live.key if live else None)

    def _age(self, picture: PictureId) -> float:
        return monotonic() - self._live[picture[0]].received_at


def _put[K, V](remembered: OrderedDict[K, V], key: K, value: V, most: int) -> None:
    """Add the newest value; drop the oldest if there are too many."""
    remembered[key] = value
    remembered.move_to_end(key)
    if len(remembered) > most:
        remembered.popitem(last=False)


def _keep[K, V](remembered: OrderedDict[K, V], is_kept: Callable[[V], bool]) -> None:
    """Drop all other values."""
    for key in [key for key, value in remembered.items() if not is_kept(value)]:
        del remembered[key]
