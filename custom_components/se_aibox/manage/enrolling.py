"""Asks for a new person, and enrolls them."""

from collections.abc import Mapping, Sequence
from typing import Any, override

import voluptuous as vol

from homeassistant.const import CONF_NAME
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.util import dt as dt_util

from ..actions.changes import async_details, async_enroll
from ..actions.fields import (
    ATTR_IDENTITY_ID,
    ATTR_MAY_SHARE_FACE,
    ATTR_PERMISSION_GROUP,
    ATTR_PERSON_TYPE,
    DETAILS_SCHEMA,
    details_of,
    groups,
    name,
    person_type,
)
from ..actions.new_id import async_new_id
from ..aibox.enrolled import PersonDetails
from ..aibox.models import PersonType
from ..aibox.questions import Enrollment
from ..coordinator import SeAiBoxCoordinator
from ..people.form import Form
from ..text import as_markdown, async_error_text, async_words, moment_text
from .boxes import (
    BoxChange,
    async_door_warnings,
    async_groups,
    async_titles,
    group_names,
)
from .forms import (
    CONF_BOXES,
    CONF_PICTURE,
    CONF_STRANGER,
    DETAILS,
    STRANGER_SCHEMA,
    enroll_schema,
    flat,
    person_schema,
    suggested,
)
from .picture import Stranger, UploadGoneError, async_newest_stranger, async_read_upload

_SCHEMA = vol.Schema(
    {
        vol.Required(ATTR_IDENTITY_ID): name,
        vol.Required(CONF_NAME): name,
        vol.Required(ATTR_PERSON_TYPE): person_type,
        vol.Required(ATTR_PERMISSION_GROUP): groups,
        **DETAILS_SCHEMA,
    },
    extra=vol.REMOVE_EXTRA,
)
# In pixels, of a dialog on a phone.
_WIDTH = 240


class Enroller(BoxChange):
    """The enrollment of a person.

    A step returns the form to show, or None once it is answered.
    """

    def __init__(self, hass: HomeAssistant) -> None:
        """Start with all boxes, and without a picture."""
        super().__init__(hass)
        # The stranger whose face to enroll, if the user asks for it.
        self.stranger: Stranger | None = None
        self._titles = async_titles(hass)
        self._boxes: Sequence[str] = list(self._titles)
        self._picture: bytes | None = None
        self._entered: dict[str, Any] = {}

    async def async_ask_picture(
        self, user_input: Mapping[str, Any] | None
    ) -> Form | None:
        """Ask for the boxes and a picture."""
        words = await async_words(self._hass)
        errors: dict[str, str] = {}
        reasons = ""
        if user_input is not None:
            self._boxes = user_input[CONF_BOXES]
            self.stranger = None
            try:
                errors = await self._async_take_picture(user_input)
            except UploadGoneError:
                errors = {CONF_PICTURE: "upload_gone"}
            except HomeAssistantError as error:
                errors = {"base": "failed"}
                reasons = async_error_text(self._hass, error)
            if not self._boxes:
                errors[CONF_BOXES] = "no_boxes_chosen"
            if not errors:
                return None
        return Form(
            enroll_schema(self._titles),
            {
                CONF_BOXES: self._boxes,
                CONF_STRANGER: bool(user_input and user_input[CONF_STRANGER]),
            },
            errors,
            {
                "reasons": reasons,
                "kept": "" if self._picture is None else words["picture_kept"],
            },
        )

    async def _async_take_picture(
        self, user_input: Mapping[str, Any]
    ) -> dict[str, str]:
        """Read an upload, or find the face of a stranger; return errors."""
        file_id = user_input.get(CONF_PICTURE)
        if file_id is not None:
            # An upload can be read only once.
            self._picture = await async_read_upload(self._hass, file_id)
        if not user_input[CONF_STRANGER]:
            return {CONF_PICTURE: "no_picture"} if self._picture is None else {}
        if file_id is not None:
            return {CONF_STRANGER: "two_pictures"}
        self.stranger = await async_newest_stranger(self._hass, self._boxes)
        return {CONF_STRANGER: "no_stranger"} if self.stranger is None else {}

    async def async_show_stranger(
        self, stranger: Stranger, user_input: Mapping[str, Any] | None
    ) -> Form | None:
        """Show the face of the newest stranger, for confirmation."""
        if user_input is not None:
            self._picture = stranger.picture
            return None
        hass = self._hass
        moment = dt_util.as_local(stranger.sighting.seen_at)
        language = hass.config.language
        words = await async_words(hass)
        return Form(
            STRANGER_SCHEMA,
            placeholders={
                # Home Assistant does not sign the width.
                "face": f"![]({stranger.path}&width={_WIDTH})",
                "place": as_markdown(stranger.sighting.place),
                "time": moment_text(words, moment, dt_util.now(), language),
            },
        )

    async def async_ask_person(
        self, user_input: Mapping[str, Any] | None
    ) -> Form | None:
        """Ask for the person, and enroll them."""
        errors: dict[str, str] = {}
        reasons = ""
        if user_input is not None:
            self.keep(user_input)
            try:
                errors = await self._async_enroll()
            except vol.Invalid:
                errors = {"base": "invalid"}
            except HomeAssistantError as error:
                errors = {"base": "failed"}
                reasons = async_error_text(self._hass, error)
            if not errors:
                return None
            reasons = reasons or self._reasons
        elif not self._entered:
            self._entered = {
                ATTR_IDENTITY_ID: async_new_id(self._hass),
                ATTR_PERSON_TYPE: PersonType.EMPLOYEE.value,
            }
        answers = await async_groups(self._hass, self._boxes)
        notes = (*async_door_warnings(self._hass, self._boxes), *answers.errors)
        return Form(
            person_schema(group_names(answers)),
            suggested(self._entered),
            errors,
            {"reasons": reasons, "notes": "\n\n".join(map(as_markdown, notes))},
        )

    def keep(self, user_input: Mapping[str, Any]) -> None:
        """Remember the values entered for the person."""
        self._entered = flat(user_input)

    @override
    def _narrow_to(self, entry_ids: tuple[str, ...]) -> None:
        self._boxes = entry_ids

    async def _async_enroll(self) -> dict[str, str]:
        """Enroll the person; return errors.

        Raises `vol.Invalid` or `HomeAssistantError` before any box is asked.
        """
        self.changed = None
        entered = {key: each for key, each in self._entered.items() if each}
        if ATTR_IDENTITY_ID not in entered:
            entered[ATTR_IDENTITY_ID] = async_new_id(self._hass)
        errors = {
            key: error
            for key, error in (
                (CONF_NAME, "no_name"),
                (ATTR_PERSON_TYPE, "no_type"),
                (ATTR_PERMISSION_GROUP, "no_group"),
            )
            if key not in entered
        }
        if errors:
            return errors
        values = _SCHEMA(entered)
        details, visitor = async_details(
            self._hass,
            values[ATTR_IDENTITY_ID],
            values[CONF_NAME],
            values[ATTR_PERSON_TYPE],
            details_of({key: values[key] for key in DETAILS if key in values}),
        )
        enrollment = self._enrollment(values, details)

        async def enroll(box: SeAiBoxCoordinator) -> Mapping[str, object]:
            return {ATTR_IDENTITY_ID: await async_enroll(box, enrollment, visitor)}

        return await self._async_apply(self._boxes, enroll, "manage_enrolled")

    def _enrollment(
        self, values: Mapping[str, Any], details: PersonDetails
    ) -> Enrollment:
        assert self._picture is not None
        return Enrollment(
            self._picture,
            identity_id=values[ATTR_IDENTITY_ID],
            name=values[CONF_NAME],
            person_type=values[ATTR_PERSON_TYPE],
            permission_groups=tuple(values[ATTR_PERMISSION_GROUP]),
            details=details,
            may_share_face=self._entered[ATTR_MAY_SHARE_FACE],
        )
