"""The boxes whose people can be managed, and their answers."""

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback

from ..actions.changes import door_warnings
from ..actions.each_box import Act, Outcome, async_outcomes
from ..actions.enrolled import check_readable, enrolled_people
from ..aibox.enrolled import PermissionGroup, PersonRecord
from ..aibox.names import name_key
from ..box.registry import is_box_entry
from ..const import DOMAIN
from ..coordinator import SeAiBoxCoordinator, async_loaded_box
from ..se3.entry import is_se3
from ..text import as_markdown, async_error_text, async_words


@dataclass(frozen=True, slots=True)
class Answers[T]:
    """The answers of boxes by config entry, and the errors of others."""

    by_entry: Mapping[str, T]
    errors: Sequence[str]


@dataclass(frozen=True, slots=True)
class Changed:
    """The results of a change on all boxes."""

    # The results as Markdown, and the errors, which name their box.
    report: str = field(repr=False)
    errors: tuple[str, ...]
    # Their config entries.
    failed_on: tuple[str, ...]
    # Whether any box made the change.
    anywhere: bool


class BoxChange(ABC):
    """A change on several boxes, which can be repeated where it failed."""

    changed: Changed | None = None

    def __init__(self, hass: HomeAssistant) -> None:
        """Start without a change."""
        self._hass = hass

    @property
    def _reasons(self) -> str:
        """Why all boxes failed."""
        return "" if self.changed is None else " ".join(self.changed.errors)

    async def _async_apply(
        self, entry_ids: Iterable[str], act: Act, done: str
    ) -> dict[str, str]:
        """Make the change on boxes; return errors."""
        self.changed = await async_change(self._hass, entry_ids, act, done)
        return {} if self.changed.anywhere else {"base": "failed"}

    def narrow(self) -> None:
        """Continue with the boxes that failed."""
        assert self.changed is not None
        self._narrow_to(self.changed.failed_on)

    @abstractmethod
    def _narrow_to(self, entry_ids: tuple[str, ...]) -> None:
        """Continue with these boxes only."""


@callback
def async_titles(hass: HomeAssistant) -> dict[str, str]:
    """Return the titles of all boxes that keep people, by config entry."""
    entries = hass.config_entries.async_entries(
        DOMAIN, include_ignore=False, include_disabled=False
    )
    return {
        entry.entry_id: entry.title
        for entry in entries
        if is_box_entry(entry) and not is_se3(entry.data)
    }


async def async_groups(
    hass: HomeAssistant, entry_ids: Iterable[str]
) -> Answers[tuple[PermissionGroup, ...]]:
    """Read the permission groups of boxes."""
    return await _async_read(hass, entry_ids, lambda box: enrolled_people(box).groups())


async def async_records(
    hass: HomeAssistant, entry_ids: Iterable[str], identity_id: str
) -> Answers[PersonRecord | None]:
    """Read a person from boxes; None if not enrolled."""

    async def read(box: SeAiBoxCoordinator) -> PersonRecord | None:
        check_readable(box)
        return await enrolled_people(box).person(identity_id)

    return await _async_read(hass, entry_ids, read)


def group_names(answers: Answers[tuple[PermissionGroup, ...]]) -> list[str]:
    """Return the names of the groups of all boxes, each once."""
    names = (group.name for groups in answers.by_entry.values() for group in groups)
    return sorted({name_key(name): name for name in names}.values(), key=name_key)


@callback
def async_door_warnings(hass: HomeAssistant, entry_ids: Iterable[str]) -> list[str]:
    """Return the warnings to show before an enrollment."""
    boxes = filter(None, (async_loaded_box(hass, each) for each in entry_ids))
    return [warning for box in boxes for warning in door_warnings(box)]


async def async_change(
    hass: HomeAssistant, entry_ids: Iterable[str], act: Act, done: str
) -> Changed:
    """Make a change once on each box; `done` is a key of texts."""
    entries = _entries(hass, entry_ids)
    outcomes = await async_outcomes(hass, entries, act, changing=True)
    words = await async_words(hass)
    lines = (
        words["manage_report"].format(
            box=as_markdown(each.entry.title),
            what=as_markdown(
                words[done]
                if each.error is None
                else async_error_text(hass, each.error)
            ),
        )
        for each in outcomes
    )
    return Changed(
        "\n".join(f"- {line}" for line in lines),
        tuple(_errors(hass, outcomes)),
        tuple(each.entry.entry_id for each in outcomes if each.error is not None),
        any(each.error is None for each in outcomes),
    )


def _errors(hass: HomeAssistant, outcomes: Iterable[Outcome]) -> list[str]:
    """Return the errors as sentences, which name their box."""
    return [
        async_error_text(hass, each.error)
        for each in outcomes
        if each.error is not None
    ]


async def _async_read[T](
    hass: HomeAssistant,
    entry_ids: Iterable[str],
    read: Callable[[SeAiBoxCoordinator], Awaitable[T]],
) -> Answers[T]:
    found: dict[str, T] = {}

    async def act(box: SeAiBoxCoordinator) -> Mapping[str, object]:
        found[box.config_entry.entry_id] = await read(box)
        return {}

    entries = _entries(hass, entry_ids)
    outcomes = await async_outcomes(hass, entries, act, changing=False)
    # In the order of the boxes, not of their answers.
    by_entry = {
        each.entry.entry_id: found[each.entry.entry_id]
        for each in outcomes
        if each.error is None
    }
    return Answers(by_entry, _errors(hass, outcomes))


@callback
def _entries(hass: HomeAssistant, entry_ids: Iterable[str]) -> list[ConfigEntry]:
    # The user may remove a box while the dialog is open.
    entries = (hass.config_entries.async_get_entry(each) for each in entry_ids)
    return [entry for entry in entries if entry is not None]
