"""Caches the pictures of recent recognitions in memory."""

import asyncio
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Set as AbstractSet
from dataclasses import dataclass, replace
import re

from ..aibox.exceptions import AiBoxError
from ..aibox.history import History
from ..aibox.models import PictureKind, Recognition, Record, RecordKey
from ..aibox.pictures import decode_picture
from ..aibox.rest import Rest
from ..const import LOGGER

MAXIMUM_BYTES = 64 * 1024 * 1024
MAXIMUM_PICTURES = 1000
# The newest recognitions, with their place in the history.
_REMEMBERED_KEYS = 1024
# The history records of some pages that a user browses.
_REMEMBERED_RECORDS = 1024
_FETCHES_AT_ONCE = 4

# The whole frame shows most. The enrolled photo was not taken at that time.
_BEST_FIRST = (PictureKind.SCENE, PictureKind.FACE, PictureKind.REFERENCE)

# The content type comes from the bytes, never from the box.
_SIGNATURES = (
    (re.compile(rb"\xff\xd8\xff"), "image/jpeg"),
    (re.compile(rb"\x89PNG\r\n\x1a\n"), "image/png"),
    (re.compile(rb"RIFF.{4}WEBP", re.DOTALL), "image/webp"),
)


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that a browser can show."""

    content: bytes
    content_type: str


def read_picture(content: bytes) -> Picture | None:
    """Return a JPEG, PNG or WebP picture, else None."""
    for signature, content_type in _SIGNATURES:
        if signature.match(content):
            return Picture(content, content_type)
    return None


class PictureCache:
    """Pictures by recognition and kind; drops the longest unused."""

    def __init__(
        self, rest: Rest, history: History | None, kinds: frozenset[PictureKind]
    ) -> None:
        """Initialize empty; only `kinds` may leave the box."""
        self._rest = rest
        self._history = history
        self._kinds = kinds
        # Base64 text as received, until the picture is requested.
        self._held: OrderedDict[tuple[str, PictureKind], str | Picture] = OrderedDict()
        self._bytes = 0
        self._keys: OrderedDict[str, RecordKey] = OrderedDict()
        self._records: OrderedDict[str, Record] = OrderedDict()
        self._fetching = asyncio.Semaphore(_FETCHES_AT_ONCE)

    @property
    def held(self) -> int:
        """The number of pictures held."""
        return len(self._held)

    @property
    def held_bytes(self) -> int:
        """The size of the pictures held, some as base64."""
        return self._bytes

    def allow(self, kinds: frozenset[PictureKind]) -> None:
        """Allow only these kinds, and drop all other pictures."""
        self._kinds = kinds
        for key in [key for key in self._held if key[1] not in kinds]:
            self._drop(key)

    def clear(self) -> None:
        """Drop everything at once, without waiting for garbage collection."""
        self._held.clear()
        self._bytes = 0
        self._keys.clear()
        self._records.clear()

    def put(
        self, recognition: Recognition, pictures: Mapping[PictureKind, str]
    ) -> None:
        """Hold the pictures that came with a recognition."""
        self._keys[recognition.recognition_id] = recognition.key
        if len(self._keys) > _REMEMBERED_KEYS:
            self._keys.popitem(last=False)
        for kind, text in pictures.items():
            if kind in self._kinds:
                self._hold((recognition.recognition_id, kind), text)

    def know(self, records: Iterable[Record]) -> None:
        """Remember records; a picture then takes one request."""
        for record in records:
            # Fetching a picture does not need personal data.
            recognition = record.recognition.without_details()
            self._records[recognition.recognition_id] = replace(
                record, recognition=recognition
            )
            self._records.move_to_end(recognition.recognition_id)
        while len(self._records) > _REMEMBERED_RECORDS:
            self._records.popitem(last=False)

    def kinds_held(self, recognition_id: str) -> frozenset[PictureKind]:
        """Return the kinds of pictures held for a recognition."""
        return frozenset(
            kind for kind in PictureKind if (recognition_id, kind) in self._held
        )

    async def get_best(
        self,
        recognition_id: str,
        kinds: AbstractSet[PictureKind] = frozenset(PictureKind),
    ) -> tuple[PictureKind, Picture] | None:
        """Return the best picture of the given kinds, if any."""
        for kind in _BEST_FIRST:
            if kind in kinds:
                picture = await self.get(recognition_id, kind)
                if picture is not None:
                    return kind, picture
        return None

    async def get(self, recognition_id: str, kind: PictureKind) -> Picture | None:
        """Return a picture, held or from the history, if any."""
        if kind not in self._kinds:
            return None
        key = (recognition_id, kind)
        if key not in self._held:
            async with self._fetching:
                if key not in self._held:
                    return await self._fetch(key)
        self._held.move_to_end(key)
        held = self._held[key]
        if isinstance(held, Picture):
            return held
        return self._decode(key, held)

    async def _fetch(self, key: tuple[str, PictureKind]) -> Picture | None:
        recognition_id, kind = key
        try:
            record = await self._find(recognition_id)
            content = None if record is None else await self._rest.picture(record, kind)
        except AiBoxError as error:
            LOGGER.debug("Cannot fetch a picture: %s", type(error).__name__)
            return None
        if content is None or (picture := read_picture(content)) is None:
            return None
        if kind not in self._kinds:
            # It was forbidden in the meantime.
            return None
        self._hold(key, picture)
        return picture

    async def _find(self, recognition_id: str) -> Record | None:
        if (record := self._records.get(recognition_id)) is not None:
            return record
        if self._history is None:
            return None
        return await self._history.find(recognition_id, self._keys.get(recognition_id))

    def _decode(self, key: tuple[str, PictureKind], text: str) -> Picture | None:
        try:
            picture = read_picture(decode_picture(text))
        except ValueError:
            picture = None
        self._drop(key)
        if picture is not None:
            self._hold(key, picture)
        return picture

    def _hold(self, key: tuple[str, PictureKind], held: str | Picture) -> None:
        self._drop(key)
        self._held[key] = held
        self._bytes += _size(held)
        while self._bytes > MAXIMUM_BYTES or len(self._held) > MAXIMUM_PICTURES:
            _, dropped = self._held.popitem(last=False)
            self._bytes -= _size(dropped)

    def _drop(self, key: tuple[str, PictureKind]) -> None:
        if (held := self._held.pop(key, None)) is not None:
            self._bytes -= _size(held)


def _size(held: str | Picture) -> int:
    return len(held) if isinstance(held, str) else len(held.content)
