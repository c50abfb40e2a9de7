"""Options flow of a box."""

from collections.abc import Mapping
from typing import Any

import voluptuous as vol

from homeassistant.config_entries import ConfigFlowResult, OptionsFlow

from ..aibox.exceptions import AiBoxError, AiBoxRefusedError, Refusal
from ..box.door_code import hashed_code, is_valid_code
from ..box.ignored import ignored_strangers
from ..box.naming import read_names
from ..box.options import BoxOptions
from ..box.registry import async_registered_capture_devices, device_name
from ..const import (
    CONF_CAPTURE_DEVICES,
    CONF_DEVICE_STATUS,
    CONF_DOOR_CODE,
    CONF_IGNORED_STRANGERS,
    CONF_NAMES,
    CONF_RECEIVE_UPLOADS,
    CONF_REMOVE_DOOR_CODE,
    CONF_UPLOAD_WEBHOOK_ID,
)
from ..coordinator import async_loaded_box
from ..se3.device_reports import (
    async_reported_to,
    async_take_reports,
    hosts_of,
    reports_here,
)
from ..se3.entry import is_se3
from ..se3.uploads import UploadPlan, async_plan_uploads
from ..se3.webhook import NoPushUrlError
from ..text import as_markdown, async_words, listed
from .form import (
    DEVICE_STATUS_SCHEMA,
    DOOR_CODE_SCHEMA,
    NAMES_SCHEMA,
    REMOVE_DOOR_CODE_SCHEMA,
    UPLOADS_SCHEMA,
    device_labels,
    ignored_strangers_schema,
    options_schema,
    selected_options,
)


class BoxOptionsFlow(OptionsFlow):
    """Changes the options of a box."""

    _labels: dict[str, str]
    _selected: list[str]
    # The ignored strangers when the form was opened, and their labels.
    _strangers: dict[str, str]
    # What uploads would change on the box.
    _plan: UploadPlan | None = None
    # What the user entered in the first form.
    _entered: dict[str, Any]
    # Where the box reported to when the form was opened, None if it cannot report.
    _reported_to: str | None

    async def async_step_init(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Show the options, or store them."""
        stored = self.config_entry.options
        options = BoxOptions.from_mapping(stored)
        errors: dict[str, str] = {}
        if user_input is None:
            await self._async_read_capture_devices()
            self._reported_to = await self._async_reported_to()
            words = await async_words(self.hass)
            self._strangers = {
                each: words["media_stranger_id"].format(stranger_id=each)
                for each in ignored_strangers(self.config_entry)
            }
            user_input = {
                # Nobody is shown the hash of the code.
                **{key: stored[key] for key in stored.keys() - {CONF_DOOR_CODE}},
                CONF_CAPTURE_DEVICES: self._selected,
                CONF_NAMES: [f"{key} {name}" for key, name in options.names.items()],
            }
            if CONF_UPLOAD_WEBHOOK_ID in stored:
                user_input[CONF_RECEIVE_UPLOADS] = True
        else:
            try:
                read_names(user_input.get(CONF_NAMES, ()))
            except ValueError:
                errors[CONF_NAMES] = "bad_names"
            if (code := user_input.get(CONF_DOOR_CODE)) and not is_valid_code(code):
                errors[CONF_DOOR_CODE] = "bad_door_code"
            if not errors:
                errors = await self._async_plan_uploads(user_input)
            if not errors:
                self._entered = user_input
                if self._plan is not None:
                    return await self.async_step_uploads()
                return await self._async_finish()
        return await self._async_show_options(user_input, errors)

    async def _async_show_options(
        self, values: Mapping[str, Any], errors: dict[str, str]
    ) -> ConfigFlowResult:
        return self.async_show_form(
            step_id="init",
            data_schema=self.add_suggested_values_to_schema(self._schema, values),
            errors=errors,
            description_placeholders={
                "reported_to": await self._async_reported_to_text()
            },
        )

    async def _async_finish(self) -> ConfigFlowResult:
        """Store the options, unless the box does not report here."""
        data = await self._async_changed(self._entered)
        # Last, because the user may leave every form before.
        if self._entered.get(CONF_DEVICE_STATUS) and (
            errors := await self._async_take_reports()
        ):
            return await self._async_show_options(self._entered, errors)
        if self._plan is not None:
            data[CONF_UPLOAD_WEBHOOK_ID] = self._plan.webhook_id
        # The entry's update listener applies them.
        return self.async_create_entry(data=data)

    async def _async_plan_uploads(
        self, user_input: Mapping[str, Any]
    ) -> dict[str, str]:
        """Find out what uploads would change; return form errors."""
        self._plan = None
        is_on = CONF_UPLOAD_WEBHOOK_ID in self.config_entry.options
        if is_on or not user_input.get(CONF_RECEIVE_UPLOADS):
            return {}
        try:
            self._plan = await async_plan_uploads(self.hass, self.config_entry)
        except NoPushUrlError as problem:
            return {CONF_RECEIVE_UPLOADS: problem.key}
        except AiBoxError:
            return {CONF_RECEIVE_UPLOADS: "uploads_not_offered"}
        return {}

    async def async_step_uploads(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask whether the box may upload to Home Assistant."""
        plan = self._plan
        assert plan is not None
        if user_input is not None:
            return await self._async_finish()
        return self.async_show_form(
            step_id="replace_upload" if plan.replaced else "uploads",
            data_schema=vol.Schema({}),
            description_placeholders={
                "name": as_markdown(self.config_entry.title),
                "url": as_markdown(plan.url),
                "replaced": as_markdown(plan.replaced),
            },
        )

    async def async_step_replace_upload(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Handle the form that shows the URL to be replaced."""
        return await self.async_step_uploads(user_input)

    async def _async_reported_to(self) -> str | None:
        """Return where the box reports to, None if it cannot report."""
        box = async_loaded_box(self.hass, self.config_entry.entry_id)
        if box is None or box.client.kind.pushes:
            return None
        return await async_reported_to(box.client.rest)

    async def _async_reported_to_text(self) -> str:
        """Return a sentence that names the current receiver of the reports."""
        words = await async_words(self.hass)
        if (url := self._reported_to) is None:
            return words["reports_to_unknown"]
        if reports_here(self.config_entry, url):
            return words["reports_to_home_assistant"]
        if hosts := hosts_of(url):
            return words["reports_to"].format(hosts=as_markdown(listed(words, hosts)))
        return words["reports_to_nobody"]

    async def _async_take_reports(self) -> dict[str, str]:
        """Let the box report here, unless it does; return form errors."""
        if BoxOptions.from_mapping(self.config_entry.options).device_status:
            return {}
        if (box := async_loaded_box(self.hass, self.config_entry.entry_id)) is None:
            return {CONF_DEVICE_STATUS: "reports_refused"}
        try:
            await async_take_reports(
                self.hass, self.config_entry, box.client.rest, self._reported_to or ""
            )
        except NoPushUrlError as problem:
            return {CONF_DEVICE_STATUS: problem.key}
        except AiBoxRefusedError as error:
            is_managed = error.refusal is Refusal.MANAGED
            return {CONF_DEVICE_STATUS: "managed" if is_managed else "reports_refused"}
        except AiBoxError:
            return {CONF_DEVICE_STATUS: "reports_refused"}
        return {}

    @property
    def _schema(self) -> vol.Schema:
        schema = options_schema(self._labels)
        if self._takes_names:
            schema = schema.extend(NAMES_SCHEMA.schema)
        else:
            schema = schema.extend(UPLOADS_SCHEMA.schema)
        if self._strangers:
            schema = schema.extend(ignored_strangers_schema(self._strangers).schema)
        if self._reported_to is not None or CONF_DEVICE_STATUS in (
            self.config_entry.options
        ):
            schema = schema.extend(DEVICE_STATUS_SCHEMA.schema)
        has_code = CONF_DOOR_CODE in self.config_entry.options
        box = async_loaded_box(self.hass, self.config_entry.entry_id)
        if has_code or (box is not None and box.client.kind.opens_doors):
            schema = schema.extend(DOOR_CODE_SCHEMA.schema)
        if has_code:
            schema = schema.extend(REMOVE_DOOR_CODE_SCHEMA.schema)
        return schema

    async def _async_changed(self, user_input: dict[str, Any]) -> dict[str, Any]:
        """Return the options to store; of a code, only its hash."""
        stored = dict(self.config_entry.options)
        entered = dict(user_input)
        hashed = stored.pop(CONF_DOOR_CODE, None)
        if not entered.pop(CONF_RECEIVE_UPLOADS, False):
            stored.pop(CONF_UPLOAD_WEBHOOK_ID, None)
        if entered.pop(CONF_REMOVE_DOOR_CODE, False):
            hashed = None
        if code := entered.pop(CONF_DOOR_CODE, None):
            hashed = await self.hass.async_add_executor_job(hashed_code, code)
        ignored = BoxOptions.from_mapping(stored).ignored_capture_device_ids
        changed = selected_options(entered, self._labels, sorted(ignored))
        if self._takes_names:
            changed[CONF_NAMES] = read_names(entered.get(CONF_NAMES, ()))
        if hashed is not None:
            changed[CONF_DOOR_CODE] = hashed
        return {**stored, **changed, **self._still_ignored(entered)}

    @property
    def _takes_names(self) -> bool:
        # The other boxes name their capture devices themselves.
        return is_se3(self.config_entry.data)

    def _still_ignored(self, user_input: Mapping[str, Any]) -> dict[str, list[str]]:
        """Return the ignored strangers without those that the user took out."""
        if not self._strangers:
            return {}
        taken_out = self._strangers.keys() - user_input[CONF_IGNORED_STRANGERS]
        # One may have been added while the form was open.
        ignored = ignored_strangers(self.config_entry)
        return {CONF_IGNORED_STRANGERS: [x for x in ignored if x not in taken_out]}

    async def _async_read_capture_devices(self) -> None:
        """Read which capture devices to offer.

        Those that the box lists and the selected ones that it does not list any more;
        all registered and selected ones while the box is not loaded.
        """
        options = BoxOptions.from_mapping(self.config_entry.options)
        registered = async_registered_capture_devices(self.hass, self.config_entry)
        names = {key: device_name(device) or key for key, device in registered.items()}
        box = async_loaded_box(self.hass, self.config_entry.entry_id)
        if box is None:
            known = dict.fromkeys((*names, *sorted(options.capture_device_ids)))
            self._labels = {key: names.get(key, key) for key in known}
            self._selected = list(known)
            return
        data = box.data
        listed = [
            device for key, device in data.listed.items() if key in data.in_last_list
        ]
        words = await async_words(self.hass)
        self._labels = device_labels(words, listed)
        self._selected = list(options.selected(listed))
        gone = words["gone_capture_device"]
        for key in sorted(
            (options.capture_device_ids | names.keys()) - self._labels.keys()
        ):
            self._labels[key] = gone.format(name=names.get(key, key))
            self._selected.append(key)
