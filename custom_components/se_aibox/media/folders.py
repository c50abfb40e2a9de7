"""The folders of the media browser."""

from dataclasses import replace

from homeassistant.components.media_player import MediaClass
from homeassistant.components.media_source import BrowseMediaSource
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback

from ..box.registry import device_name
from ..coordinator import SeAiBoxCoordinator
from ..people.following import async_followed_people
from ..text import filled
from .boxes import BoxHistories, async_absent_boxes, async_boxes
from .history import Page
from .ids import ALL_BOXES, Kind, MediaId
from .items import MediaItems, can_search, face_path, folder, recognitions_folder, short

_TITLES = {
    Kind.DAYS: "media_days",
    Kind.FOLLOWED: "followed_people",
    Kind.PEOPLE: "media_people",
    Kind.STRANGERS: "media_strangers",
    Kind.CAPTURE_DEVICES: "media_capture_devices",
}
_IN_A_BOX = (Kind.DAYS, Kind.PEOPLE, Kind.STRANGERS, Kind.CAPTURE_DEVICES)


class UnknownFolderError(Exception):
    """There is no such folder any more."""


class MediaFolder:
    """A folder of one or all boxes. Its methods raise a single box's errors."""

    def __init__(
        self, hass: HomeAssistant, media_id: MediaId, items: MediaItems
    ) -> None:
        """Store which folder it is."""
        self._hass = hass
        self._id = media_id
        self._items = items
        self._boxes = async_boxes(hass, media_id)
        self._histories = BoxHistories(self._boxes, media_id)

    @property
    def only_box(self) -> SeAiBoxCoordinator:
        """The box whose errors the methods raise."""
        return self._boxes[0]

    async def async_open(self) -> BrowseMediaSource:
        """Return the folder with its contents."""
        match self._id.kind:
            case Kind.BOX if self._id.is_of_all_boxes:
                return self._root()
            case Kind.BOX:
                children = [self._inner(kind) for kind in _IN_A_BOX]
                title = self.only_box.config_entry.title
                return folder(self._id, title, children, can_search=True)
            case Kind.DAYS:
                return self._open(await self._days())
            case Kind.FOLLOWED:
                return self._open(self._followed())
            case Kind.PEOPLE:
                return self._open(await self._people())
            case Kind.STRANGERS:
                return self._open(await self._strangers())
            case Kind.CAPTURE_DEVICES:
                return self._open(self._capture_devices())
            case _:
                return await self._recognitions()

    async def async_search(self, name: str) -> list[BrowseMediaSource]:
        """Return people by part of a name, then recognitions by all of it."""
        found = await self._histories.async_named(name)
        return [
            *self._absent(),
            *self._items.people(found.people, self._id),
            *self._items.recognitions(found.seen, self._id),
        ]

    def _root(self) -> BrowseMediaSource:
        absent = async_absent_boxes(self._hass)
        entries = [*(box.config_entry for box in self._boxes), *absent]
        if not entries:
            return folder(None, self._items.words["media_root"], [])
        followed = [Kind.FOLLOWED] if self._followed() else []
        if len(entries) == 1:
            # A single box needs no folder of its own.
            only = replace(self._id, entry_id=entries[0].entry_id)
            return folder(
                None,
                entries[0].title,
                [
                    *map(self._inner, (Kind.DAYS, *followed)),
                    self._inner(Kind.PEOPLE, only),
                    self._inner(Kind.STRANGERS),
                    self._inner(Kind.CAPTURE_DEVICES, only),
                ],
                can_search=True,
            )
        children = [
            *map(self._inner, (Kind.DAYS, *followed, Kind.STRANGERS)),
            *(self._box(box.config_entry) for box in self._boxes),
            *(self._box(entry, absent=True) for entry in absent),
        ]
        return folder(None, self._items.words["media_root"], children, can_search=True)

    def _box(self, entry: ConfigEntry, *, absent: bool = False) -> BrowseMediaSource:
        """Return the folder of a box, or the same folder within a box."""
        title = entry.title
        if absent:
            title = filled(self._items.words["media_away"], name=title)
        # Opening it shows what is wrong, or the contents if the box has come back.
        media_id = replace(self._id, entry_id=entry.entry_id)
        return folder(media_id, title, can_search=can_search(media_id))

    def _absent(self) -> list[BrowseMediaSource]:
        """Return a folder for each box that is missing in this one."""
        if not self._id.is_of_all_boxes or self._id.kind is Kind.FOLLOWED:
            return []
        absent = [*async_absent_boxes(self._hass), *self._histories.silent]
        absent.sort(key=lambda entry: entry.title.casefold())
        return [self._box(entry, absent=True) for entry in absent]

    def _inner(self, kind: Kind, within: MediaId | None = None) -> BrowseMediaSource:
        media_id = replace(within or self._id, kind=kind, until=None)
        return folder(media_id, self._title(media_id), can_search=can_search(media_id))

    def _open(
        self, children: list[BrowseMediaSource], title: str | None = None
    ) -> BrowseMediaSource:
        images = self._id.kind in (Kind.STRANGERS, Kind.RECOGNITIONS)
        return folder(
            self._id,
            title or self._title(self._id),
            [*self._absent(), *children],
            shows=MediaClass.IMAGE if images else MediaClass.DIRECTORY,
            can_search=can_search(self._id),
        )

    def _title(self, media_id: MediaId) -> str:
        if media_id.is_of_all_boxes and media_id.kind is Kind.DAYS:
            return self._items.words["media_everybody"]
        return self._items.words[_TITLES[media_id.kind]]

    async def _days(self) -> list[BrowseMediaSource]:
        found = await self._histories.async_days()
        children = [
            self._recognized(
                MediaId(self._id.entry_id, Kind.RECOGNITIONS, day=day),
                self._items.day(day),
            )
            for day in found.days
        ]
        if found.earlier:
            earlier = replace(self._id, day=found.earlier)
            children.append(folder(earlier, self._items.words["media_older"]))
        return children

    def _recognized(self, media_id: MediaId, title: str) -> BrowseMediaSource:
        """Return a folder of recognitions with the newest face in it."""
        may_show = any(box.picture_consent.picture_kinds for box in self._boxes)
        return recognitions_folder(
            media_id, title, face_path(media_id) if may_show else None
        )

    def _followed(self) -> list[BrowseMediaSource]:
        children = [
            self._recognized(
                MediaId(ALL_BOXES, Kind.RECOGNITIONS, person_id=device_id), name
            )
            for device_id, name in self._followed_names().items()
        ]
        return sorted(children, key=lambda child: child.title.casefold())

    @callback
    def _followed_names(self) -> dict[str, str]:
        """Return the names of the followed people by device id."""
        return {
            device.id: short(device_name(device) or device.id)
            for device, _ in async_followed_people(self._hass)
            # Leave out people whose device is disabled in Home Assistant.
            if not device.disabled
        }

    def _capture_devices(self) -> list[BrowseMediaSource]:
        children = [
            self._recognized(
                MediaId(self._id.entry_id, Kind.RECOGNITIONS, capture_device_id=key),
                self._items.place_of(self._id.entry_id, key),
            )
            for key in self.only_box.data.selected
        ]
        return sorted(children, key=lambda child: child.title.casefold())

    async def _people(self) -> list[BrowseMediaSource]:
        found = await self._histories.async_people()
        return [*self._items.people(found.seen, self._id), *self._older(found)]

    async def _strangers(self) -> list[BrowseMediaSource]:
        found = await self._histories.async_strangers()
        return [*self._items.strangers(found.seen, self._id), *self._older(found)]

    async def _recognitions(self) -> BrowseMediaSource:
        followed = self._followed_names()
        if self._id.person_id is not None and self._id.person_id not in followed:
            raise UnknownFolderError
        found = await self._histories.async_recognitions()
        children = self._items.recognitions(found.seen, self._id)
        whole_day = self._id.day is not None and not self._id.is_of_one_person
        if whole_day and self._id.until is None and found.seen:
            children.insert(0, self._inner(Kind.PEOPLE))
        title = followed.get(self._id.person_id or "") or self._common_title(found)
        return self._open([*children, *self._older(found)], title)

    def _common_title(self, found: Page) -> str:
        """Return the title that fits all recognitions in the folder."""
        media_id, items = self._id, self._items
        if media_id.identity_id is not None:
            if found.seen:
                return short(items.who(found.seen[0].recognition))
            return short(media_id.name or media_id.identity_id)
        if (stranger_id := media_id.stranger_id) is not None:
            words = items.words["media_stranger_id"]
            return words.format(stranger_id=short(stranger_id))
        if media_id.capture_device_id is not None:
            return items.place_of(media_id.entry_id, media_id.capture_device_id)
        if media_id.day is not None:
            return items.day(media_id.day)
        if media_id.is_of_all_boxes:
            return items.words["media_everybody"]
        return self.only_box.config_entry.title

    def _older(self, found: Page) -> list[BrowseMediaSource]:
        if found.older is None:
            return []
        older = replace(self._id, until=found.older)
        title = self._items.words["media_older"]
        return [folder(older, title, shows=MediaClass.IMAGE)]
