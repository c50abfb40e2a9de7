"""Changes what Home Assistant hears of a box."""

from typing import Any

from homeassistant.config_entries import ConfigFlowResult, OptionsFlow

from ..box.options import BoxOptions
from ..box.registry import async_registered_capture_devices, device_name
from ..const import CONF_CAPTURE_DEVICES
from ..coordinator import async_loaded_box
from ..text import async_words
from .form import chosen_options, device_labels, options_schema


class BoxOptionsFlow(OptionsFlow):
    """Asks again which capture devices and pictures, and what to make of a recognition."""

    _labels: dict[str, str]
    _selected: list[str]

    async def async_step_init(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Show what was chosen; the update listener of the entry does the rest."""
        stored = self.config_entry.options
        if user_input is not None:
            options = BoxOptions.from_mapping(stored)
            return self.async_create_entry(
                data={
                    **stored,
                    **chosen_options(
                        user_input,
                        self._labels,
                        sorted(options.ignored_capture_device_ids),
                    ),
                }
            )
        await self._async_look()
        return self.async_show_form(
            step_id="init",
            data_schema=self.add_suggested_values_to_schema(
                options_schema(self._labels),
                {**stored, CONF_CAPTURE_DEVICES: self._selected},
            ),
        )

    async def _async_look(self) -> None:
        """Find the capture devices on the box and the chosen ones that are gone, or all known ones of a box that is away."""
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
        present = [device for key, device in data.listed.items() if key in data.present]
        self._labels = device_labels(present)
        self._selected = list(options.selected(present))
        gone = (await async_words(self.hass))["gone_capture_device"]
        for key in sorted(
            (options.capture_device_ids | names.keys()) - self._labels.keys()
        ):
            self._labels[key] = gone.format(name=names.get(key, key))
            self._selected.append(key)
