"""Asks what to change about a person, or whether to delete them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, override

import voluptuous as vol

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError

from ..actions.changes import async_delete, async_update
from ..actions.fields import ATTR_MAY_SHARE_FACE
from ..actions.visits import async_visitor
from ..aibox.enrolled import PersonChange
from ..aibox.names import person_label
from ..coordinator import SeAiBoxCoordinator
from ..people.form import Form
from ..people.search import Hit
from ..text import as_markdown, async_error_text, async_words, detailed, listed
from .boxes import BoxChange, async_groups, async_records, async_titles, group_names
from .difference import change_of, forbidden
from .forms import (
    CONF_BOXES,
    CONF_CONFIRMED,
    CONF_PICTURE,
    CONF_REPLACE_FACES,
    change_schema,
    delete_schema,
    flat,
    shown,
    suggested,
)
from .picture import UploadGoneError, async_read_upload


class Changer(BoxChange):
    """The change or deletion of a person.

    A step returns the form to show, or None once it is answered.
    """

    def __init__(self, hass: HomeAssistant, hit: Hit) -> None:
        """Start with all boxes that have the person."""
        super().__init__(hass)
        # Why nothing can be changed.
        self.problems: Sequence[str] = ()
        self._hit = hit
        self._picture: bytes | None = None
        # The values that the form showed, and those that were entered.
        self._shown: Mapping[str, Any] = {}
        self._entered: Mapping[str, Any] | None = None
        self._groups: list[str] = []

    async def async_words(self) -> dict[str, str]:
        """Return the placeholders about the person."""
        words = await async_words(self._hass)
        name = person_label(words, self._hit.name, self._hit.identity_id)
        known_as = self._hit.identity_id if self._hit.name else None
        return {
            "person": as_markdown(detailed(words, name, known_as)),
            "boxes": as_markdown(listed(words, [*self._titles.values()])),
            "notes": "\n\n".join(map(as_markdown, self.problems)),
        }

    @property
    def _titles(self) -> dict[str, str]:
        titles = async_titles(self._hass)
        return {each: titles[each] for each in self._hit.entry_ids if each in titles}

    async def async_read(self) -> bool:
        """Read the person from the boxes; return whether any has them."""
        hass, titles = self._hass, self._titles
        found = await async_records(hass, titles, self._hit.identity_id)
        records = {key: each for key, each in found.by_entry.items() if each}
        words = await async_words(hass)
        self.problems = [
            *found.errors,
            *(
                words["manage_gone"].format(box=titles[key])
                for key in found.by_entry
                if key not in records
            ),
        ]
        if not records:
            return False
        answers = await async_groups(hass, titles)
        self.problems += answers.errors
        self._groups = group_names(answers)
        source, record = next(iter(records.items()))
        names = {
            group.group_id: group.name
            for group in answers.by_entry.get(source, ())
            if group.group_id is not None
        }
        self._shown = shown(record, names)
        if len(records) > 1:
            text = words["manage_shown"].format(box=titles[source])
            self.problems = [text, *self.problems]
        return True

    async def async_ask_change(
        self, user_input: Mapping[str, Any] | None
    ) -> Form | None:
        """Ask for changes, and make them on the boxes."""
        errors: dict[str, str] = {}
        reasons = ""
        boxes: Sequence[str] = [*self._titles]
        if user_input is not None:
            self._entered, boxes = flat(user_input), user_input[CONF_BOXES]
            self.changed = None
            try:
                errors = await self._async_update(boxes)
            except UploadGoneError:
                errors = {CONF_PICTURE: "upload_gone"}
            except vol.Invalid:
                errors = {"base": "invalid"}
            except HomeAssistantError as error:
                errors = {"base": "failed"}
                reasons = async_error_text(self._hass, error)
            if not errors:
                return None
            reasons = reasons or self._reasons
        words = await async_words(self._hass)
        values = self._shown if self._entered is None else self._entered
        kept = {key: each for key, each in values.items() if key != CONF_PICTURE}
        return Form(
            change_schema(self._titles, self._groups),
            {**suggested(kept), CONF_BOXES: boxes},
            errors,
            {
                **await self.async_words(),
                "reasons": reasons,
                "kept": "" if self._picture is None else words["picture_kept"],
            },
        )

    async def _async_update(self, boxes: Sequence[str]) -> dict[str, str]:
        """Change the person on boxes; return errors."""
        assert self._entered is not None
        entered = self._entered
        if (file_id := entered.get(CONF_PICTURE)) is not None:
            # An upload can be read only once.
            self._picture = await async_read_upload(self._hass, file_id)
        errors = forbidden(self._shown, entered)
        if not boxes:
            errors[CONF_BOXES] = "no_boxes_chosen"
        if entered[CONF_REPLACE_FACES] and self._picture is None:
            errors[CONF_PICTURE] = "no_picture"
        if errors:
            return errors
        change = replace(
            change_of(self._shown, entered),
            picture=self._picture,
            replaces_faces=entered[CONF_REPLACE_FACES],
        )
        if change == PersonChange():
            return {"base": "nothing_changed"}
        hit = self._hit
        async_visitor(self._hass, hit.identity_id, hit.name, change.details)
        change = replace(change, may_share_face=entered[ATTR_MAY_SHARE_FACE])

        async def update(box: SeAiBoxCoordinator) -> Mapping[str, object]:
            await async_update(box, hit.identity_id, hit.name, change)
            return {}

        return await self._async_apply(boxes, update, "manage_changed")

    async def async_ask_delete(
        self, user_input: Mapping[str, Any] | None
    ) -> Form | None:
        """Ask for a confirmation, and delete the person."""
        errors: dict[str, str] = {}
        boxes: Sequence[str] = [*self._titles]
        reasons = ""
        self.changed = None
        if user_input is not None:
            boxes = user_input[CONF_BOXES]
            if not boxes:
                errors[CONF_BOXES] = "no_boxes_chosen"
            if not user_input[CONF_CONFIRMED]:
                errors[CONF_CONFIRMED] = "not_confirmed"
            if not errors:
                errors = await self._async_apply(boxes, self._delete, "manage_deleted")
            if not errors:
                return None
            reasons = self._reasons
        return Form(
            delete_schema(self._titles),
            {CONF_BOXES: boxes},
            errors,
            {**await self.async_words(), "reasons": reasons},
        )

    async def _delete(self, box: SeAiBoxCoordinator) -> Mapping[str, object]:
        await async_delete(box, self._hit.identity_id, self._hit.name)
        return {}

    @override
    def _narrow_to(self, entry_ids: tuple[str, ...]) -> None:
        self._hit = replace(self._hit, entry_ids=entry_ids)
