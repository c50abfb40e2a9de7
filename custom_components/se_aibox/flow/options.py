"""Options flow of a box."""

from collections.abc import Mapping
from typing import Any

from homeassistant.config_entries import ConfigFlowResult, OptionsFlow

from ..box.ignored import ignored_strangers
from ..box.naming import read_names
from ..box.options import BoxOptions
from ..box.registry import async_registered_capture_devices, device_name
from ..const import CONF_CAPTURE_DEVICES, CONF_IGNORED_STRANGERS, CONF_NAMES
from ..coordinator import async_loaded_box
from ..se3.entry import is_se3
from ..text import async_words
from .form import (
    NAMES_SCHEMA,
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

    async def async_step_init(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Show the options, or store them."""
        stored = self.config_entry.options
        options = BoxOptions.from_mapping(stored)
        errors: dict[str, str] = {}
        if user_input is None:
            await self._async_read_capture_devices()
            words = await async_words(self.hass)
            self._strangers = {
                each: words["media_stranger_id"].format(stranger_id=each)
                for each in ignored_strangers(self.config_entry)
            }
            user_input = {
                **stored,
                CONF_CAPTURE_DEVICES: self._selected,
                CONF_NAMES: [f"{key} {name}" for key, name in options.names.items()],
            }
        else:
            try:
                names = read_names(user_input.get(CONF_NAMES, ()))
            except ValueError:
                errors[CONF_NAMES] = "bad_names"
            else:
                # The entry's update listener applies them.
                return self.async_create_entry(
                    data={
                        **stored,
                        **selected_options(
                            user_input,
                            self._labels,
                            sorted(options.ignored_capture_device_ids),
                        ),
                        **({CONF_NAMES: names} if self._takes_names else {}),
                        **self._still_ignored(user_input),
                    }
                )
        schema = options_schema(self._labels)
        if self._takes_names:
            schema = schema.extend(NAMES_SCHEMA.schema)
        if self._strangers:
            schema = schema.extend(ignored_strangers_schema(self._strangers).schema)
        return self.async_show_form(
            step_id="init",
            data_schema=self.add_suggested_values_to_schema(schema, user_input),
            errors=errors,
        )

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
