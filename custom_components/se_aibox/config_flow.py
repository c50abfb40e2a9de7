"""Adds a box in the user interface."""

from collections.abc import Mapping
from typing import Any, override

import voluptuous as vol
from yarl import URL

from homeassistant.config_entries import ConfigFlow, ConfigFlowResult
from homeassistant.const import CONF_HOST
from homeassistant.data_entry_flow import AbortFlow, section
from homeassistant.helpers.selector import (
    BooleanSelector,
    NumberSelector,
    NumberSelectorConfig,
    NumberSelectorMode,
    SelectOptionDict,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
    TextSelector,
)

from .aibox.models import BoxInfo, CaptureDevice, Ports
from .const import (
    CAPTURED_PICTURES,
    CONF_ADD_NEW_CAPTURE_DEVICES,
    CONF_CAPTURE_DEVICES,
    CONF_DIALECT,
    CONF_EVENTS_PORT,
    CONF_IGNORED_CAPTURE_DEVICES,
    CONF_MAC_ADDRESSES,
    CONF_PICTURES,
    CONF_PORTS,
    CONF_REST_PORT,
    CONF_SERIAL_NUMBER,
    CONF_SYSTEM_PORT,
    DOMAIN,
    REFERENCE_PICTURES,
)
from .found_box import BoxProblem, FoundBox, find_box
from .session import async_get_session

_DEFAULT_PORTS = Ports()
_PORT = vol.All(
    NumberSelector(NumberSelectorConfig(min=1, max=65535, mode=NumberSelectorMode.BOX)),
    vol.Coerce(int),
)
_PICTURES = [CAPTURED_PICTURES, REFERENCE_PICTURES]

USER_SCHEMA = vol.Schema(
    {
        vol.Required(CONF_HOST): TextSelector(),
        vol.Required(CONF_PORTS): section(
            vol.Schema(
                {
                    vol.Required(CONF_REST_PORT, default=_DEFAULT_PORTS.rest): _PORT,
                    vol.Required(
                        CONF_EVENTS_PORT, default=_DEFAULT_PORTS.events
                    ): _PORT,
                    vol.Required(
                        CONF_SYSTEM_PORT, default=_DEFAULT_PORTS.system
                    ): _PORT,
                }
            ),
            {"collapsed": True},
        ),
    }
)


def choice_schema(capture_devices: tuple[CaptureDevice, ...]) -> vol.Schema:
    """Return the form that chooses among a box's capture devices and pictures; all by default."""
    options = [
        SelectOptionDict(value=device.capture_device_id, label=_label(device))
        for device in capture_devices
    ]
    return vol.Schema(
        {
            vol.Required(
                CONF_CAPTURE_DEVICES, default=[option["value"] for option in options]
            ): SelectSelector(
                SelectSelectorConfig(
                    options=options, multiple=True, mode=SelectSelectorMode.LIST
                )
            ),
            vol.Required(CONF_ADD_NEW_CAPTURE_DEVICES, default=True): BooleanSelector(),
            vol.Required(CONF_PICTURES, default=_PICTURES): SelectSelector(
                SelectSelectorConfig(
                    options=_PICTURES, multiple=True, translation_key=CONF_PICTURES
                )
            ),
        }
    )


def _label(device: CaptureDevice) -> str:
    name = device.name or device.capture_device_id
    return f"{name} ({device.ip})" if device.ip else name


def chosen_options(
    user_input: Mapping[str, Any], capture_devices: tuple[CaptureDevice, ...]
) -> dict[str, Any]:
    """Return the options to store; what the user left out is kept apart from what is yet to come."""
    chosen = user_input[CONF_CAPTURE_DEVICES]
    return {
        **user_input,
        CONF_IGNORED_CAPTURE_DEVICES: [
            device.capture_device_id
            for device in capture_devices
            if device.capture_device_id not in chosen
        ],
    }


def _host_of(text: str) -> str:
    """Return the host in what a user typed or pasted, a browser's address line included."""
    text = text.strip()
    try:
        return URL(text if "://" in text else f"http://{text}").host or text
    except ValueError:
        return text


class SeAiBoxConfigFlow(ConfigFlow, domain=DOMAIN):
    """Asks for the address, shows what is there, asks what to listen to."""

    VERSION = 1

    _address: dict[str, Any]
    _found: FoundBox

    @override
    async def async_step_user(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask where the box is."""
        errors: dict[str, str] = {}
        if user_input is not None:
            self._address = {
                CONF_HOST: _host_of(user_input[CONF_HOST]),
                **user_input[CONF_PORTS],
            }
            try:
                self._found = await self._async_find()
            except BoxProblem as problem:
                errors["base"] = problem.key
            else:
                await self.async_set_unique_id(
                    self._found.unique_id, raise_on_progress=False
                )
                self._abort_if_unique_id_configured()
                self._abort_if_known(self._found.info)
                return await self.async_step_choose()
        return self.async_show_form(
            step_id="user",
            data_schema=self.add_suggested_values_to_schema(USER_SCHEMA, user_input),
            errors=errors,
        )

    async def _async_find(self) -> FoundBox:
        return await find_box(
            async_get_session(self.hass),
            self._address[CONF_HOST],
            Ports(
                rest=self._address[CONF_REST_PORT],
                events=self._address[CONF_EVENTS_PORT],
                system=self._address[CONF_SYSTEM_PORT],
            ),
        )

    def _abort_if_known(self, info: BoxInfo) -> None:
        """Recognise a box whose unique id was made while its system API told more, or less."""
        for entry in self._async_current_entries():
            if (
                info.serial_number is not None
                and info.serial_number == entry.data[CONF_SERIAL_NUMBER]
            ) or set(info.mac_addresses).intersection(entry.data[CONF_MAC_ADDRESSES]):
                raise AbortFlow("already_configured")

    async def async_step_choose(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Show what was found and ask what to listen to."""
        info, capture_devices = self._found.info, self._found.capture_devices
        if user_input is not None:
            return self.async_create_entry(
                title=self._found.name,
                data={
                    **self._address,
                    CONF_DIALECT: info.dialect.value,
                    CONF_SERIAL_NUMBER: info.serial_number,
                    CONF_MAC_ADDRESSES: list(info.mac_addresses),
                },
                options=chosen_options(user_input, capture_devices),
            )
        return self.async_show_form(
            step_id="choose",
            data_schema=choice_schema(capture_devices),
            description_placeholders={
                "name": self._found.name,
                "model": info.model or "?",
                "serial_number": info.serial_number or "?",
                "software_version": info.software_version or "?",
                "count": str(len(capture_devices)),
            },
        )
