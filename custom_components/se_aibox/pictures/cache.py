"""Caches the pictures of recent recognitions in memory."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Set as AbstractSet
from contextlib import suppress

from ..aibox.history import History
from ..aibox.models import PictureKind, Recognition, Record
from ..aibox.rest import Rest
from ..const import DOMAIN
from .picture import Picture, read_text
from .source import PictureId, PictureSource

MAXIMUM_BYTES = 64 * 1024 * 1024
MAXIMUM_PICTURES = 1000
_FETCHES_AT_ONCE = 4
# Decoding a longer text would hold the event loop.
_LONG_TEXT = 1024 * 1024
# Home Assistant gives an image ten seconds.
_PATIENCE_SECONDS = 6.0

# The whole frame shows most. The enrolled photo was not taken at that time.
_BEST_FIRST = (PictureKind.SCENE, PictureKind.FACE, PictureKind.REFERENCE)


class PictureCache:
    """Pictures by recognition and kind; drops the least recently used."""

    def __init__(
        self,
        rest: Rest,
        history: History | None,
        kinds: frozenset[PictureKind],
        wants: Callable[[str], bool],
    ) -> None:
        """Initialize empty; only `kinds` may leave the box.

        `wants` decides by capture device id.
        """
        self._source = PictureSource(rest, history, wants)
        self._kinds = kinds
        # Base64 text as received, until the picture is requested.
        self._held: OrderedDict[PictureId, str | Picture] = OrderedDict()
        self._bytes = 0
        # The pictures that are being decoded or fetched.
        self._loading: dict[PictureId, asyncio.Task[Picture | None]] = {}
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
        """Allow only these kinds; drop all others, also those under way."""
        self._kinds = kinds
        for key in [key for key in self._held if key[1] not in kinds]:
            self._drop(key)
        for key in [key for key in self._loading if key[1] not in kinds]:
            self._loading.pop(key).cancel()

    def clear(self) -> None:
        """Drop everything at once, without waiting for garbage collection."""
        self._held.clear()
        self._bytes = 0
        self._source.clear()
        while self._loading:
            self._loading.popitem()[1].cancel()

    def forget(self, identity_id: str) -> int:
        """Drop the pictures of an identity; return their number."""
        others = self._source.forget(identity_id)
        # A picture of an unknown recognition may show the identity, too.
        dropped = [key for key in self._held if key[0] not in others]
        for key in dropped:
            self._drop(key)
        for key in [key for key in self._loading if key[0] not in others]:
            self._loading.pop(key).cancel()
        return len(dropped)

    def put(
        self, recognition: Recognition, pictures: Mapping[PictureKind, str]
    ) -> None:
        """Hold the pictures that came with a recognition."""
        self._source.remember(recognition, pictures)
        for kind, text in pictures.items():
            if kind in self._kinds:
                self._hold((recognition.recognition_id, kind), text)

    def know(self, records: Iterable[Record]) -> None:
        """Remember records; a picture then takes one request."""
        self._source.know(records)

    def kinds_held(self, recognition_id: str) -> frozenset[PictureKind]:
        """Return the kinds of pictures held for a recognition."""
        return frozenset(
            kind for kind in PictureKind if (recognition_id, kind) in self._held
        )

    def is_awaited(self, recognition_id: str, kind: PictureKind) -> bool:
        """Return whether the box may record the picture soon."""
        key = (recognition_id, kind)
        return (
            kind in self._kinds
            and key not in self._held
            and self._source.is_awaited(key)
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

    async def get_or_wait(
        self, recognition_id: str, kind: PictureKind
    ) -> Picture | None:
        """Return a picture; wait some seconds until it is recorded.

        If it is not, return the face instead.
        """
        picture = await self.get(recognition_id, kind)
        if picture or not self._source.is_promised((recognition_id, kind)):
            return picture
        with suppress(TimeoutError):
            async with asyncio.timeout(_PATIENCE_SECONDS):
                picture = await self.wait_for(recognition_id, kind)
        return picture or await self.get(recognition_id, PictureKind.FACE)

    async def wait_for(self, recognition_id: str, kind: PictureKind) -> Picture | None:
        """Return a picture once it is recorded, None if it never is."""
        # A message without a scene comes before the history record that has it.
        while self.is_awaited(recognition_id, kind):
            await asyncio.sleep(self._source.pause((recognition_id, kind)))
            if picture := await self.get(recognition_id, kind):
                return picture
        return None

    async def get(self, recognition_id: str, kind: PictureKind) -> Picture | None:
        """Return a picture, held or from the history, if any."""
        key = (recognition_id, kind)
        held = self._held.get(key)
        if isinstance(held, Picture):
            self._held.move_to_end(key)
            return held
        if isinstance(held, str) and len(held) <= _LONG_TEXT:
            return self._replace(key, read_text(held))
        if kind not in self._kinds or (held is None and self._source.is_missing(key)):
            return None
        return await self._load(key, held)

    async def _load(self, key: PictureId, text: str | None) -> Picture | None:
        """Decode or fetch a picture; concurrent callers share the result."""
        if (loading := self._loading.get(key)) is None:
            work = self._fetch(key) if text is None else self._decode(key, text)
            loading = asyncio.create_task(work, name=f"{DOMAIN} picture")
            self._loading[key] = loading
            loading.add_done_callback(lambda task: self._loaded(key, task))
        await asyncio.wait([loading])
        # It is canceled as soon as the picture is forbidden.
        return None if loading.cancelled() else loading.result()

    def _loaded(self, key: PictureId, task: asyncio.Task[Picture | None]) -> None:
        if self._loading.get(key) is task:
            del self._loading[key]

    async def _fetch(self, key: PictureId) -> Picture | None:
        async with self._fetching:
            picture = await self._source.fetch(key)
        if picture is not None:
            self._hold(key, picture)
        return picture

    async def _decode(self, key: PictureId, text: str) -> Picture | None:
        return self._replace(key, await asyncio.to_thread(read_text, text))

    def _replace(self, key: PictureId, picture: Picture | None) -> Picture | None:
        """Hold a picture in place of its text."""
        self._drop(key)
        if picture is not None:
            self._hold(key, picture)
        return picture

    def _hold(self, key: PictureId, held: str | Picture) -> None:
        self._drop(key)
        self._held[key] = held
        self._bytes += _size(held)
        while self._bytes > MAXIMUM_BYTES or len(self._held) > MAXIMUM_PICTURES:
            _, dropped = self._held.popitem(last=False)
            self._bytes -= _size(dropped)

    def _drop(self, key: PictureId) -> None:
        if (held := self._held.pop(key, None)) is not None:
            self._bytes -= _size(held)


def _size(held: str | Picture) -> int:
    return len(held) if isinstance(held, str) else len(held.content)
