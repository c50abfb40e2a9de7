"""To-do list of a site: the roll call, with one item for each person."""

from collections.abc import Mapping
from typing import Any, override

from homeassistant.components.homeassistant.exposed_entities import KNOWN_ASSISTANTS
from homeassistant.components.todo import (
    TodoItem,
    TodoItemStatus,
    TodoListEntity,
    TodoListEntityFeature,
)
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers.entity import EntityDescription
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .const import DOMAIN
from .entity import RollCallEntity
from .site.presence import SiteConfigEntry
from .site.roll_call import Listed

PARALLEL_UPDATES = 0

ROLL_CALL = EntityDescription(key="roll_call", translation_key="roll_call")


async def async_setup_entry(
    hass: HomeAssistant,
    entry: SiteConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up the roll call of a site."""
    async_add_entities([RollCallList(entry.runtime_data, ROLL_CALL)])


class RollCallList(RollCallEntity, TodoListEntity):
    """The people who were inside when the roll call started.

    The state is the number of people who are missing; their names are in no state.
    """

    _attr_supported_features = TodoListEntityFeature.UPDATE_TODO_ITEM

    @override
    def get_initial_entity_options(self) -> Mapping[str, Mapping[str, Any]]:
        """Keep the names from assistants until the user exposes them."""
        # Setting this later would be too late: an assistant that exposes new to-do
        # lists decides as soon as the entity is registered, and what the user decides
        # must stay.
        return {assistant: {"should_expose": False} for assistant in KNOWN_ASSISTANTS}

    @override
    async def async_added_to_hass(self) -> None:
        """Show the stored roll call."""
        self._list()
        await super().async_added_to_hass()

    @override
    async def async_update_todo_item(self, item: TodoItem) -> None:
        """Check someone off, or undo that."""
        # The item was found in the list just now, and only its changes are new.
        [before] = (each for each in self.todo_items or () if each.uid == item.uid)
        if item.summary != before.summary:
            raise ServiceValidationError(
                translation_domain=DOMAIN, translation_key="roll_call_only_checked"
            )
        self._site.roll_calls.async_check(
            item.uid or "", is_accounted=item.status == TodoItemStatus.COMPLETED
        )

    @callback
    @override
    def _handle_change(self) -> None:
        self._list()
        super()._handle_change()

    def _list(self) -> None:
        roll_call = self._site.roll_calls.current
        self._attr_todo_items = (
            None if roll_call is None else self._items(list(roll_call.listed.values()))
        )

    def _items(self, everybody: list[Listed]) -> list[TodoItem]:
        names = self._site.async_labels(each.stay for each in everybody)
        return [
            TodoItem(
                # Home Assistant strips the name when the frontend sends it back.
                name.strip(),
                each.uid,
                TodoItemStatus.COMPLETED
                if each.accounted_at
                else TodoItemStatus.NEEDS_ACTION,
                completed=each.accounted_at,
            )
            for name, each in zip(names, everybody, strict=True)
        ]
