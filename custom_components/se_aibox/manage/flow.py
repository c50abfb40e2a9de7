"""Options flow of the people entry: enrolls, changes and deletes people."""

from collections.abc import Awaitable, Callable
from typing import Any, override

from homeassistant.config_entries import ConfigFlowResult, OptionsFlow
from homeassistant.core import callback

from ..people.form import Form
from .boxes import BoxChange
from .changing import Changer
from .enrolling import Enroller
from .forms import CONF_BACK
from .picker import Picker

type _Input = dict[str, Any] | None


class PeopleOptionsFlow(OptionsFlow):
    """Finds, enrolls, changes and deletes people.

    No box is asked before the user searches or enrolls.
    """

    _picker: Picker | None = None
    _enroller: Enroller
    _changer: Changer
    # The maker of the last change, and the step to repeat if it failed.
    _last: tuple[BoxChange, Callable[[], Awaitable[ConfigFlowResult]]]

    @callback
    @override
    def async_remove(self) -> None:
        """End the search with the flow."""
        if self._picker is not None:
            self._picker.async_close()

    async def async_step_init(self, user_input: _Input = None) -> ConfigFlowResult:
        """Start with the menu."""
        return await self.async_step_manage()

    async def async_step_manage(self, user_input: _Input = None) -> ConfigFlowResult:
        """Ask what to do."""
        return self.async_show_menu(step_id="manage", menu_options=["find", "enroll"])

    async def async_step_find(self, user_input: _Input = None) -> ConfigFlowResult:
        """Ask for a name or id to search for."""
        if _goes_back(user_input):
            return await self.async_step_manage()
        if self._picker is None:
            self._picker = Picker(self.hass)
        if (form := await self._picker.async_search(user_input)) is not None:
            return self._show("find", form)
        return await self.async_step_pick()

    async def async_step_pick(self, user_input: _Input = None) -> ConfigFlowResult:
        """Show the hits; ask which one is meant."""
        assert self._picker is not None
        if _goes_back(user_input):
            return await self.async_step_find()
        if (form := await self._picker.async_choose(user_input)) is not None:
            return self._show("pick", form)
        self._changer = Changer(self.hass, self._picker.picked)
        return await self.async_step_found()

    async def async_step_found(self, user_input: _Input = None) -> ConfigFlowResult:
        """Ask what to do with the person."""
        return self.async_show_menu(
            step_id="found",
            menu_options=["change", "delete", "find"],
            description_placeholders=await self._changer.async_words(),
        )

    async def async_step_change(self, user_input: _Input = None) -> ConfigFlowResult:
        """Ask what to change, and change it."""
        if _goes_back(user_input):
            return await self.async_step_found()
        if user_input is None and not await self._changer.async_read():
            return await self.async_step_found()
        if (form := await self._changer.async_ask_change(user_input)) is not None:
            return self._show("change", form)
        self._last = self._changer, self.async_step_change
        return await self.async_step_result()

    async def async_step_delete(self, user_input: _Input = None) -> ConfigFlowResult:
        """Ask for a confirmation, and delete the person."""
        if _goes_back(user_input):
            return await self.async_step_found()
        if (form := await self._changer.async_ask_delete(user_input)) is not None:
            return self._show("delete", form)
        self._last = self._changer, self.async_step_delete
        return await self.async_step_result()

    async def async_step_enroll(self, user_input: _Input = None) -> ConfigFlowResult:
        """Start with a new person."""
        self._enroller = Enroller(self.hass)
        return await self.async_step_picture()

    async def async_step_picture(self, user_input: _Input = None) -> ConfigFlowResult:
        """Ask for boxes and a picture."""
        if _goes_back(user_input):
            return await self.async_step_manage()
        if (form := await self._enroller.async_ask_picture(user_input)) is not None:
            return self._show("picture", form)
        if self._enroller.stranger is not None:
            return await self.async_step_stranger()
        return await self.async_step_new_person()

    async def async_step_stranger(self, user_input: _Input = None) -> ConfigFlowResult:
        """Show the face of the newest stranger."""
        stranger = self._enroller.stranger
        assert stranger is not None
        if _goes_back(user_input):
            return await self.async_step_picture()
        form = await self._enroller.async_show_stranger(stranger, user_input)
        if form is not None:
            return self._show("stranger", form)
        return await self.async_step_new_person()

    async def async_step_new_person(
        self, user_input: _Input = None
    ) -> ConfigFlowResult:
        """Ask for the person, and enroll them."""
        if user_input is not None and _goes_back(user_input):
            self._enroller.keep(user_input)
            return await self.async_step_picture()
        if (form := await self._enroller.async_ask_person(user_input)) is not None:
            return self._show("new_person", form)
        self._last = self._enroller, self.async_step_new_person
        return await self.async_step_result()

    async def async_step_result(self, user_input: _Input = None) -> ConfigFlowResult:
        """Show the results on all boxes, and ask what to do next."""
        maker, _ = self._last
        assert maker.changed is not None
        return self.async_show_menu(
            step_id="result",
            menu_options=[
                *(["again"] if maker.changed.failed_on else []),
                "find",
                "enroll",
                "finish",
            ],
            description_placeholders={"report": maker.changed.report},
        )

    async def async_step_again(self, user_input: _Input = None) -> ConfigFlowResult:
        """Repeat the last step for the boxes that failed."""
        maker, step = self._last
        maker.narrow()
        return await step()

    async def async_step_finish(self, user_input: _Input = None) -> ConfigFlowResult:
        """End the flow; the entry has no options."""
        return self.async_create_entry(data={**self.config_entry.options})

    def _show(self, step_id: str, form: Form) -> ConfigFlowResult:
        return self.async_show_form(step_id=step_id, **form.arguments(self))


def _goes_back(user_input: _Input) -> bool:
    return bool(user_input and user_input.get(CONF_BACK))
