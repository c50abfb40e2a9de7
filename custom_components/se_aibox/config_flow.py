"""The config flow for boxes and followed people."""

from collections.abc import Mapping
from typing import Any, override

from homeassistant.components.webhook import async_generate_id
from homeassistant.config_entries import (
    ConfigEntry,
    ConfigFlow,
    ConfigFlowResult,
    ConfigSubentryFlow,
    OptionsFlow,
)
from homeassistant.const import CONF_WEBHOOK_ID
from homeassistant.core import callback
from homeassistant.data_entry_flow import AbortFlow
from homeassistant.helpers.device_registry import format_mac
from homeassistant.helpers.service_info.dhcp import DhcpServiceInfo

from .aibox.models import BoxInfo, Ports
from .box.address import Address
from .box.identity import is_same_box, matches_any_identifier
from .box.session import async_get_session
from .const import (
    CONF_DIALECT,
    CONF_ENTRY_TYPE,
    CONF_MAC_ADDRESSES,
    CONF_SERIAL_NUMBER,
    DOMAIN,
    PEOPLE,
    PERSON,
)
from .coordinator import SeAiBoxConfigEntry
from .flow.discovery import (
    async_confirm_box,
    async_has_moved,
    async_move,
    async_update_box,
)
from .flow.form import (
    ADDRESS_SCHEMA,
    PICTURES_SCHEMA,
    SELECT_ALL,
    address_input,
    address_of,
    choice_schema,
    device_labels,
    selected_options,
)
from .flow.options import BoxOptionsFlow
from .flow.probe import BoxProblem, FoundBox, find_box
from .people.flow import PersonFlow
from .people.following import is_people_entry
from .people.form import async_people_title
from .se3.webhook import NoPushUrlError, async_push_url
from .text import as_markdown


class SeAiBoxConfigFlow(ConfigFlow, domain=DOMAIN):
    """Adds a box, or the followed people."""

    VERSION = 1

    _address: Address
    _found: FoundBox
    _webhook_id: str

    @classmethod
    @callback
    @override
    def async_get_supported_subentry_types(
        cls, config_entry: SeAiBoxConfigEntry
    ) -> dict[str, type[ConfigSubentryFlow]]:
        """Return the subentry flow of the followed people."""
        return {PERSON: PersonFlow} if is_people_entry(config_entry) else {}

    @staticmethod
    @callback
    @override
    def async_get_options_flow(config_entry: SeAiBoxConfigEntry) -> OptionsFlow:
        """Return the options flow of a box."""
        return BoxOptionsFlow()

    @classmethod
    @callback
    @override
    def async_supports_options_flow(cls, config_entry: SeAiBoxConfigEntry) -> bool:
        """Return whether the entry has options: boxes do."""
        return not is_people_entry(config_entry)

    @override
    async def async_step_user(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask what to add."""
        return self.async_show_menu(step_id="user", menu_options=["box", PEOPLE])

    async def async_step_people(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Add the one entry for all followed people."""
        await self.async_set_unique_id(PEOPLE, raise_on_progress=False)
        self._abort_if_unique_id_configured(error="people_already_configured")
        return self.async_create_entry(
            title=await async_people_title(self.hass), data={CONF_ENTRY_TYPE: PEOPLE}
        )

    async def async_step_box(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for the address of the box."""
        errors: dict[str, str] = {}
        if user_input is not None:
            errors = await self._async_find(user_input)
            if not errors:
                await self.async_set_unique_id(
                    self._found.unique_id, raise_on_progress=False
                )
                self._abort_if_unique_id_configured()
                if self._known_entry(self._found.info) is not None:
                    raise AbortFlow("already_configured")
                return await self.async_step_choose()
        return self.async_show_form(
            step_id="box",
            data_schema=self.add_suggested_values_to_schema(ADDRESS_SCHEMA, user_input),
            errors=errors,
        )

    async def _async_find(self, user_input: Mapping[str, Any]) -> dict[str, str]:
        """Find the box at the entered address; return form errors."""
        self._address = address_of(user_input)
        try:
            self._found = await find_box(
                async_get_session(self.hass), self._address.host, self._address.ports
            )
        except BoxProblem as problem:
            return {"base": problem.key}
        return {}

    def _box_entries(self) -> list[ConfigEntry]:
        return [
            entry
            for entry in self._async_current_entries(include_ignore=False)
            if not is_people_entry(entry)
        ]

    def _known_entry(self, info: BoxInfo) -> ConfigEntry | None:
        """Return the entry of a box, even if its unique id differs."""
        # The id depends on what the system API reported when the box was added.
        return next(
            (
                entry
                for entry in self._box_entries()
                if matches_any_identifier(info, entry.data)
            ),
            None,
        )

    async def async_step_reconfigure(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for the new address of a box."""
        entry = self._get_reconfigure_entry()
        if is_people_entry(entry):
            return self.async_abort(reason="nothing_to_reconfigure")
        errors: dict[str, str] = {}
        if user_input is not None:
            errors = await self._async_find(user_input)
            if not errors:
                if is_same_box(self._found.info, entry.data):
                    return self._update(entry)
                errors["base"] = "another_box"
        stored = address_input(Address.from_entry(entry.data))
        return self.async_show_form(
            step_id="reconfigure",
            data_schema=self.add_suggested_values_to_schema(
                ADDRESS_SCHEMA, user_input or stored
            ),
            errors=errors,
            description_placeholders={"name": as_markdown(entry.title)},
        )

    def _update(self, entry: ConfigEntry) -> ConfigFlowResult:
        """Store the new address; keep what is no longer reported."""
        info = self._found.info
        async_update_box(
            self.hass,
            entry,
            {
                **self._address.as_entry(),
                CONF_DIALECT: info.dialect.value,
                CONF_SERIAL_NUMBER: info.serial_number
                or entry.data[CONF_SERIAL_NUMBER],
                CONF_MAC_ADDRESSES: list(info.mac_addresses)
                or entry.data[CONF_MAC_ADDRESSES],
            },
        )
        return self.async_update_and_abort(entry)

    @override
    async def async_step_dhcp(
        self, discovery_info: DhcpServiceInfo
    ) -> ConfigFlowResult:
        """Check a discovered host; ask the user about new boxes only."""
        host, mac = discovery_info.ip, format_mac(discovery_info.macaddress)
        ports = Ports()
        for entry in self._box_entries():
            if mac in entry.data[CONF_MAC_ADDRESSES]:
                stored = Address.from_entry(entry.data)
                if stored.host == host:
                    await self._async_abort_known(entry)
                ports = stored.ports
        try:
            self._found = await async_confirm_box(self.hass, host, ports)
        except BoxProblem:
            return self.async_abort(reason="no_box_found")
        info = self._found.info
        if (known := self._known_entry(info)) is not None:
            if not await async_has_moved(self.hass, known, info, host, mac):
                await self._async_abort_known(known)
            await async_move(self.hass, known, host)
            return self.async_abort(reason="already_configured")
        await self.async_set_unique_id(self._found.unique_id)
        self._abort_if_unique_id_configured()
        self._address = Address(host, ports)
        self.context["title_placeholders"] = {"name": self._found.name, "host": host}
        return await self.async_step_choose()

    async def _async_abort_known(self, entry: ConfigEntry) -> None:
        """Abort for a configured box; retry a setup that failed."""
        await self.async_set_unique_id(entry.unique_id, raise_on_progress=False)
        self._abort_if_unique_id_configured()

    async def async_step_choose(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Show the box, and ask what to receive."""
        if self._found.pushes:
            return await self.async_step_pushes()
        labels = device_labels(self._found.capture_devices)
        if user_input is not None:
            return self._create({}, selected_options(user_input, labels))
        return self.async_show_form(
            step_id="choose",
            data_schema=choice_schema(labels),
            description_placeholders={
                **self._found_words(),
                "count": str(len(labels)),
            },
        )

    async def async_step_pushes(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Show a box that only pushes, and the URL if needed."""
        # Its capture devices are unknown until they push.
        if user_input is not None:
            data = {CONF_WEBHOOK_ID: self._webhook_id}
            return self._create(
                data, selected_options({**SELECT_ALL, **user_input}, ())
            )
        self._webhook_id = async_generate_id()
        try:
            url = await async_push_url(self.hass, self._webhook_id, self._address.host)
        except NoPushUrlError as problem:
            return self.async_abort(reason=problem.key)
        return self.async_show_form(
            step_id="pushes" if self._found.takes_url else "pushes_by_hand",
            data_schema=PICTURES_SCHEMA,
            description_placeholders={**self._found_words(), "url": url},
        )

    async def async_step_pushes_by_hand(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Handle the form that shows the URL to enter."""
        return await self.async_step_pushes(user_input)

    def _found_words(self) -> dict[str, str]:
        info = self._found.info
        return {
            "name": as_markdown(self._found.name),
            "model": as_markdown(info.model or "?"),
            "serial_number": as_markdown(info.serial_number or "?"),
            "software_version": as_markdown(info.software_version or "?"),
        }

    def _create(
        self, data: Mapping[str, Any], options: Mapping[str, Any]
    ) -> ConfigFlowResult:
        info = self._found.info
        return self.async_create_entry(
            title=self._found.name,
            data={
                **self._address.as_entry(),
                CONF_DIALECT: info.dialect.value,
                CONF_SERIAL_NUMBER: info.serial_number,
                CONF_MAC_ADDRESSES: list(info.mac_addresses),
                **data,
            },
            options=options,
        )
