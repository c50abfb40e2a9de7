"""The folders of a box in the media browser."""

from dataclasses import replace

from homeassistant.components.media_player import MediaClass
from homeassistant.components.media_source import BrowseMediaSource

from ..coordinator import SeAiBoxCoordinator
from .history import Listed, MediaHistory
from .ids import Kind, MediaId
from .items import MediaItems, folder

_TITLES = {
    Kind.DAYS: "media_days",
    Kind.PEOPLE: "media_people",
    Kind.CAPTURE_DEVICES: "media_capture_devices",
}


class MediaFolder:
    """A folder of a box. Its methods raise the history's errors."""

    def __init__(
        self, box: SeAiBoxCoordinator, media_id: MediaId, items: MediaItems
    ) -> None:
        """Store which folder it is."""
        self._box = box
        self._id = media_id
        self._items = items
        self._history = MediaHistory(box, media_id)

    async def async_open(self) -> BrowseMediaSource:
        """Return the folder with its contents."""
        match self._id.kind:
            case Kind.BOX:
                children = [self._inner(kind) for kind in _TITLES]
                return folder(
                    self._id, self._box.config_entry.title, children, can_search=True
                )
            case Kind.DAYS:
                return self._open(self._id.kind, await self._days())
            case Kind.PEOPLE:
                return self._open(self._id.kind, await self._people())
            case Kind.CAPTURE_DEVICES:
                return self._open(self._id.kind, self._capture_devices())
            case _:
                return await self._recognitions()

    async def async_search(self, name: str) -> list[BrowseMediaSource]:
        """Return people by part of a name, then recognitions by all of it."""
        found = await self._history.async_named(name)
        return [
            *self._items.people(found.people, self._id),
            *self._items.recognitions(found.records, self._id),
        ]

    def _inner(self, kind: Kind) -> BrowseMediaSource:
        return folder(
            replace(self._id, kind=kind, until=None),
            self._items.words[_TITLES[kind]],
            can_search=True,
        )

    def _open(self, kind: Kind, children: list[BrowseMediaSource]) -> BrowseMediaSource:
        return folder(
            self._id, self._items.words[_TITLES[kind]], children, can_search=True
        )

    async def _days(self) -> list[BrowseMediaSource]:
        found = await self._history.async_days()
        children = [
            folder(
                MediaId(self._id.entry_id, Kind.RECOGNITIONS, day=day),
                self._items.day(day),
                shows=MediaClass.IMAGE,
                can_search=True,
            )
            for day in found.days
        ]
        if found.earlier:
            earlier = replace(self._id, day=found.earlier)
            children.append(folder(earlier, self._items.words["media_older"]))
        return children

    def _capture_devices(self) -> list[BrowseMediaSource]:
        children = [
            folder(
                MediaId(self._id.entry_id, Kind.RECOGNITIONS, capture_device_id=key),
                self._items.place(key),
                shows=MediaClass.IMAGE,
                can_search=True,
            )
            for key in self._box.data.selected
        ]
        return sorted(children, key=lambda child: child.title.casefold())

    async def _people(self) -> list[BrowseMediaSource]:
        found = await self._history.async_people()
        children = self._items.people(found.records, self._id)
        return [*children, *self._older(found)]

    async def _recognitions(self) -> BrowseMediaSource:
        found = await self._history.async_recognitions()
        children = self._items.recognitions(found.records, self._id)
        whole_day = self._id.day is not None and self._id.identity_id is None
        if whole_day and self._id.until is None and found.records:
            children.insert(0, self._inner(Kind.PEOPLE))
        return folder(
            self._id,
            self._items.title(self._id, found.records),
            [*children, *self._older(found)],
            shows=MediaClass.IMAGE,
            # Within one person, there is no name to search for.
            can_search=self._id.identity_id is None,
        )

    def _older(self, found: Listed) -> list[BrowseMediaSource]:
        if found.older is None:
            return []
        older = replace(self._id, until=found.older)
        title = self._items.words["media_older"]
        return [folder(older, title, shows=MediaClass.IMAGE)]
