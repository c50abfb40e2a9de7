"""Merges the recognitions of the boxes in a folder."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from operator import attrgetter

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback

from ..aibox.exceptions import AiBoxError
from ..aibox.names import given_name, name_key
from ..const import CONF_ENTRY_TYPE, DOMAIN
from ..coordinator import SeAiBoxCoordinator, async_loaded_box, async_loaded_boxes
from .history import (
    RECOGNITIONS_PER_PAGE,
    BoxRecognition,
    MediaHistory,
    Named,
    Page,
    end_of,
    first_page,
)
from .ids import MediaId

DAYS_PER_PAGE = 31


@dataclass(frozen=True, slots=True)
class Days:
    """A page of consecutive days, newest first."""

    days: tuple[date, ...] = ()
    # The next earlier day with a recognition.
    earlier: date | None = None


@callback
def async_boxes(hass: HomeAssistant, folder: MediaId) -> list[SeAiBoxCoordinator]:
    """Return the loaded boxes of a folder."""
    if folder.is_of_all_boxes:
        return list(async_loaded_boxes(hass).values())
    box = async_loaded_box(hass, folder.entry_id)
    return [] if box is None else [box]


@callback
def async_absent_boxes(hass: HomeAssistant) -> list[ConfigEntry]:
    """Return the entries of boxes that should be loaded but are not."""
    loaded = async_loaded_boxes(hass)
    return [
        entry
        for entry in hass.config_entries.async_entries(DOMAIN, False, False)
        if CONF_ENTRY_TYPE not in entry.data and entry.entry_id not in loaded
    ]


class BoxHistories:
    """The histories of the boxes in a folder, as one.

    With several boxes, those that raise an error are left out and added to `silent`.
    The error of a single box is raised.
    """

    def __init__(self, boxes: Iterable[SeAiBoxCoordinator], folder: MediaId) -> None:
        """Store the boxes and the folder."""
        self._folder = folder
        self._histories = {box: MediaHistory(box, folder) for box in boxes}
        self._raises = len(self._histories) == 1
        self.silent: list[ConfigEntry] = []

    async def async_recognitions(self) -> Page:
        """Return a page of recognitions."""
        return _page(_merged(await self._each(MediaHistory.async_recognitions)))

    async def async_strangers(self) -> Page:
        """Return the newest recognition of each stranger, as far as known."""
        return _page(_merged(await self._each(MediaHistory.async_strangers)))

    async def async_people(self) -> Page:
        """Return the newest recognition of each recently recognized person."""
        found = _merged(await self._each(MediaHistory.async_people))
        return Page(_people(found.seen), found.older)

    async def async_named(self, name: str) -> Named:
        """Return people by part of a name, recognitions by all of it."""
        found = await self._each(lambda history: history.async_named(name))
        return Named(
            _people(_newest_first(one.people for one in found)),
            _newest_first(one.seen for one in found)[:RECOGNITIONS_PER_PAGE],
        )

    async def async_last_few(self) -> tuple[BoxRecognition, ...]:
        """Return some of the newest recognitions."""
        return _newest_first(await self._each(MediaHistory.async_last_few))

    async def async_days(self) -> Days:
        """Return a page of days, from the folder's or the newest on."""
        newest = self._folder.day or max(
            filter(None, await self._each(lambda one: one.async_day_until(None))),
            default=None,
        )
        if newest is None:
            return Days()
        days = tuple(newest - timedelta(days=n) for n in range(DAYS_PER_PAGE))
        end = end_of(newest - timedelta(days=DAYS_PER_PAGE))
        found = await self._each(lambda history: history.async_day_until(end))
        earlier = max(filter(None, found), default=None)
        if earlier is None:
            # Show no empty days before the first record.
            found = await self._each(lambda history: history.async_first_day(newest))
            first = min(filter(None, found), default=newest)
            days = tuple(day for day in days if day >= first)
        return Days(days, earlier)

    async def _each[T](self, ask: Callable[[MediaHistory], Awaitable[T]]) -> list[T]:
        """Ask all boxes at once; return the answers of those that answer."""
        answers: list[T] = []

        async def _ask(box: SeAiBoxCoordinator, history: MediaHistory) -> None:
            try:
                answers.append(await ask(history))
            except AiBoxError:
                if self._raises:
                    raise
                self._histories.pop(box)
                self.silent.append(box.config_entry)

        await asyncio.gather(*(_ask(*one) for one in list(self._histories.items())))
        return answers


def _merged(pages: Iterable[Page]) -> Page:
    """Return the pages of several boxes as one, as far as each is complete."""
    pages = list(pages)
    # Further back, only some of the boxes were read.
    older = max((page.older for page in pages if page.older), default=None)
    seen = _newest_first(page.seen for page in pages)
    return Page(
        tuple(one for one in seen if older is None or one.occurred_at > older), older
    )


def _page(listed: Page) -> Page:
    return first_page(listed.seen, listed.older)


def _newest_first(
    found: Iterable[Iterable[BoxRecognition]],
) -> tuple[BoxRecognition, ...]:
    seen = (one for of_a_box in found for one in of_a_box)
    return tuple(sorted(seen, key=attrgetter("occurred_at"), reverse=True))


def _people(newest_first: Iterable[BoxRecognition]) -> tuple[BoxRecognition, ...]:
    """Return the newest recognition of each person."""
    people: dict[Hashable, BoxRecognition] = {}
    for seen in newest_first:
        people.setdefault(_person(seen), seen)
    return tuple(people.values())


def _person(seen: BoxRecognition) -> Hashable:
    """Return a key that the recognitions of one person share."""
    recognition = seen.recognition
    # Without a name, the same id may be another person on another box.
    if (name := given_name(recognition.identity_name)) is None:
        return seen.box.config_entry.entry_id, recognition.identity_id
    return None, recognition.identity_id, name_key(name)
